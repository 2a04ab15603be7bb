"""A build of llama-cpp-python that works on this machine, and the proof that it does.

The package comes as source and compiles for the CPU it is on. Where the CPU reports AMX and the
virtual machine forbids it, such a build dies of SIGSEGV at every prompt; where a ready wheel names an
instruction that the CPU lacks, it dies of SIGILL. Neither can be caught, and no list of flags covers
every machine. So: choose flags by what the CPU says, try the result in a child process with a prompt
long enough for the batched matrix products (that is where AMX is used), and take the next flags when
the child dies (rag/setup/proof.py).
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from index.paths import models_dir
from rag.errors import BuildFailed
from rag.progress import Progress
from rag.setup.proof import PACKAGE, Proof, cpu_flags, installed_version, prove, proven, remember

__all__ = [
    "PACKAGE", "Flags", "Proof", "candidates", "cpu_flags", "ensure", "install", "installed_version", "prove",
    "proven", "wanted_version", "wheel",
]  # fmt: skip

DISTRIBUTION = "rag-news-archive"
NO_AMX = ("-mno-amx-tile", "-mno-amx-int8", "-mno-amx-bf16")
# Only the text library is used: without the image tools a third of the files need not be compiled.
COMMON = "-DLLAVA_BUILD=OFF"
# Without AVX2 even the portable build dies of SIGILL; these leave what every x86-64 has.
BASELINE = " ".join(f"-DGGML_{name}=OFF" for name in ("AVX", "AVX2", "FMA", "F16C", "BMI2"))


@dataclass(frozen=True, slots=True)
class Flags:
    """One way to build: a name, what is added to the environment, and why it is tried."""

    name: str
    env: Mapping[str, str]
    why: str


def compiler_accepts(options: tuple[str, ...]) -> bool:
    """Return whether the C and C++ compilers that the build will use know `options`."""
    for variable, default, suffix in (("CC", "cc", "c"), ("CXX", "c++", "cpp")):
        compiler = (os.environ.get(variable) or default).split()
        if shutil.which(compiler[0]) is None:
            return False
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / f"probe.{suffix}"
            source.write_text("int main(void) { return 0; }\n", encoding="ascii")
            command = [*compiler, "-Werror", *options, "-c", str(source), "-o", str(source.with_suffix(".o"))]
            if subprocess.run(command, capture_output=True, check=False).returncode != 0:
                return False
    return True


def candidates(cpu: frozenset[str], machine: str, accepts_no_amx: bool) -> list[Flags]:
    """Return the builds worth trying on this CPU, fastest first."""
    x86 = machine.lower() in {"x86_64", "amd64"}
    native = Flags("native", {"CMAKE_ARGS": COMMON}, "for exactly this CPU")
    options = " ".join(NO_AMX)
    no_amx = Flags(
        "native-no-amx",
        {"CFLAGS": options, "CXXFLAGS": options, "CMAKE_ARGS": COMMON},
        "for this CPU without AMX, which many virtual machines report and forbid",
    )
    portable = Flags("portable", {"CMAKE_ARGS": f"{COMMON} -DGGML_NATIVE=OFF"}, "for any CPU with AVX2")
    baseline = Flags(
        "baseline", {"CMAKE_ARGS": f"{COMMON} -DGGML_NATIVE=OFF {BASELINE}"}, "for any 64-bit x86 CPU"
    )
    if not x86:
        return [native, Flags("portable", portable.env, "for any CPU of this family")]
    if any(flag.startswith("amx") for flag in cpu):
        first = [no_amx] if accepts_no_amx else []  # an older compiler that knows no AMX may still be safe
        return [*first, portable] if first else [portable, baseline]
    if cpu and "avx2" not in cpu:
        return [native, baseline]
    return [native, portable, baseline]


def requirements() -> list[str]:
    """Return what the extra `llama` of this distribution pins, e.g. ["llama-cpp-python==0.3.36"]."""
    lines = importlib.metadata.requires(DISTRIBUTION) or []
    return [
        line.split(";")[0].strip() for line in lines if re.search(r"""extra\s*==\s*['"]llama['"]""", line)
    ]


def wanted_version() -> str:
    """Return the pinned version of llama-cpp-python."""
    for line in requirements():
        name, _, version = line.partition("==")
        if name.strip() == PACKAGE:
            return version.strip()
    raise BuildFailed(f"{DISTRIBUTION} does not pin {PACKAGE}. Install it again: pip install -e .")


# ── what is kept ────────────────────────────────────────────────────────────────────────────────


def cache_dir() -> Path:
    """Return where built wheels are kept, beside the models: a new environment need not build again."""
    return models_dir().parent / "builds"


def _wheel_dir(version: str, flags: Flags) -> Path:
    facts = [version, flags.name, sorted(flags.env.items()), platform.machine(), sorted(cpu_flags())]
    digest = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
    return cache_dir() / f"{PACKAGE}-{version}-{flags.name}-{digest}"


def ensure(model: Path, progress: Progress) -> str:
    """See to it that an installed llama-cpp-python works with `model`; return one sentence about it.

    Quick when it was proven before. Otherwise proves what is installed, then builds with each of
    `candidates` in turn until one is proven. Raises BuildFailed when none is.
    """
    version = wanted_version()
    if installed_version() == version:
        if proven():
            return f"{PACKAGE} {version} works on this CPU (proven before)"
        proof = prove(model)
        if proof.ok:
            remember()
            return f"{PACKAGE} {version} works on this CPU: {proof.message}"
        progress.say(f"  the installed {PACKAGE} {version} does not work here: {proof.message}")
    failures: list[str] = []
    for flags in candidates(cpu_flags(), platform.machine(), compiler_accepts(NO_AMX)):
        try:
            install(wheel(version, flags, progress))
        except BuildFailed as failure:
            failures.append(f"{flags.name}: {failure}")
            progress.say(f"  {failures[-1]}")
            continue
        proof = prove(model)
        if proof.ok:
            remember()
            return f"{PACKAGE} {version}, built {flags.why}, works: {proof.message}"
        failures.append(f"{flags.name}: {proof.message}")
        progress.say(f"  the build {failures[-1]}")
    raise BuildFailed(
        f"No build of {PACKAGE} {version} works on this machine ({'; '.join(failures)}). "
        f"See {cache_dir() / 'build.log'}; a compiler update often helps: apt-get install build-essential"
    )


def wheel(version: str, flags: Flags, progress: Progress) -> Path:
    """Return a wheel of `version` built with `flags`: a kept one, else a new one (3 to 10 minutes)."""
    folder = _wheel_dir(version, flags)
    kept = sorted(folder.glob("*.whl"))
    if kept:
        progress.say(f"  taking the build kept in {folder}")
        return kept[0]
    for variable, default in (("CC", "cc"), ("CXX", "c++")):
        if shutil.which((os.environ.get(variable) or default).split()[0]) is None:
            raise BuildFailed(f"no compiler ({default}). Install one: apt-get install build-essential")
    cache_dir().mkdir(parents=True, exist_ok=True)
    progress.say(f"  building {PACKAGE} {version} {flags.why}: 3 to 10 minutes, once")
    with FileLock(cache_dir() / ".lock"):  # a second setup waits, and then takes what the first built
        if kept := sorted(folder.glob("*.whl")):
            return kept[0]
        for left in cache_dir().glob(".building-*"):  # by a build that was killed
            shutil.rmtree(left, ignore_errors=True)
        return _build(version, flags, folder, progress)


def _build(version: str, flags: Flags, folder: Path, progress: Progress) -> Path:
    """Build in a folder of its own; the wheel appears in `folder` whole or not at all."""
    with tempfile.TemporaryDirectory(dir=cache_dir(), prefix=".building-") as work:
        _run_build(version, flags, Path(work), progress)
        built = sorted(Path(work).glob("*.whl"))
        if not built:
            raise BuildFailed(f"the build ended without a wheel; see {cache_dir() / 'build.log'}")
        folder.mkdir(exist_ok=True)
        return built[0].replace(folder / built[0].name)


def _run_build(version: str, flags: Flags, work: Path, progress: Progress) -> None:
    """Run pip wheel; its log goes to build.log, and ninja's [n/m] in it becomes progress."""
    log = cache_dir() / "build.log"
    # pip's own wheel cache does not look at CFLAGS, so it could hand back the very build that crashed
    command = [
        sys.executable, "-m", "pip", "wheel", "--verbose", "--no-deps", "--no-cache-dir", "--no-input",
        "--disable-pip-version-check", "--no-binary", PACKAGE, "--wheel-dir", str(work),
        f"{PACKAGE}=={version}",
    ]  # fmt: skip
    env = dict(os.environ)
    for name, value in flags.env.items():
        env[name] = f"{env[name]} {value}" if env.get(name) else value
    env["TMPDIR"] = str(work)  # what a stopped build leaves goes with its folder
    with log.open("wb") as out:
        child = subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        done = total = 0
        try:
            while child.poll() is None:
                time.sleep(0.5)
                done, total = max((done, total), steps(log))  # compiler messages can push it out of sight
                progress.update("compiling" if total else "fetching the source", done, total, "files")
        finally:
            progress.finish()
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGTERM)  # the compilers too
                child.wait()
    if child.returncode != 0:
        raise BuildFailed(f"the build failed with {first_error(log)!r}; the whole log: {log}")


def steps(log: Path) -> tuple[int, int]:
    """Return (done, total) of ninja's last "[n/m]" in the log; (0, 0) before the first."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 65536))
        found = re.findall(rb"^\s*\[(\d+)/(\d+)\]", file.read(), re.MULTILINE)
    return (int(found[-1][0]), int(found[-1][1])) if found else (0, 0)


def first_error(log: Path) -> str:
    """Return the first error that the compiler or CMake names in the log, else the log's last line.

    pip repeats the failure in words of its own after it, which say less.
    """
    lines = [line.strip() for line in log.read_text("utf-8", errors="replace").splitlines() if line.strip()]
    named = [line for line in lines if re.search(r"\S: (fatal )?error: |^CMake Error", line)]
    return (named[0] if named else lines[-1] if lines else "nothing")[:300]


def install(path: Path) -> None:
    """Install the wheel at `path` over whatever is there, and the rest of the extra `llama`."""
    others = [line for line in requirements() if not line.startswith(PACKAGE)]
    base = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    for command in ([*base, "--no-deps", "--force-reinstall", str(path)], [*base, str(path), *others]):
        child = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        if child.returncode != 0:
            last = (child.stderr.strip() or "no message").splitlines()[-1]
            raise BuildFailed(f"pip could not install {path.name}: {last}")
