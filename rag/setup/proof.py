"""Does the installed llama-cpp-python work on this CPU? A child process tries, and may die of it.

python -m rag.setup.proof MODEL.gguf      the child: one prompt, a few tokens
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import platform
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "llama-cpp-python"
# 3 s when idle; 129 s were seen beside a dozen busy programs, and a sound build must not be thrown away
# (and built anew, for minutes) because the machine has much to do
PROOF_SECONDS = 600
PROOF_WORD = "40"


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of the child: `ok`, and one sentence."""

    ok: bool
    message: str
    seconds: float = 0.0


def cpu_flags(cpuinfo: Path = Path("/proc/cpuinfo")) -> frozenset[str]:
    """Return the instruction sets that the kernel reports; empty where it does not say."""
    try:
        text = cpuinfo.read_text(encoding="ascii", errors="replace")
    except OSError:
        return frozenset()
    found = re.search(r"^(?:flags|Features)\s*:\s*(.*)$", text, re.MULTILINE)
    return frozenset(found.group(1).split()) if found else frozenset()


def installed_version() -> str | None:
    """Return the installed version of llama-cpp-python, or None."""
    try:
        return importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return None


def prove(model: Path, seconds: float = PROOF_SECONDS) -> Proof:
    """Load `model` in a child process, let it read a prompt and write a few tokens.

    The child's death is the finding, not an error: the answer says how it died. A build that fails
    loses its proof, so that the next setup looks at it again.
    """
    proof = _try(model, seconds)
    if not proof.ok:
        with contextlib.suppress(OSError):
            _stamp().unlink(missing_ok=True)
    return proof


def _try(model: Path, seconds: float) -> Proof:
    start = time.monotonic()
    command = [sys.executable, "-m", "rag.setup.proof", str(model)]
    try:
        child = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=seconds, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Proof(False, f"the trial generation did not end within {seconds:.0f} s", seconds)
    took = time.monotonic() - start
    if child.returncode == 0:
        return Proof(True, f"a trial generation ran in {took:.1f} s", took)
    if child.returncode < 0:
        name = signal.Signals(-child.returncode).name
        return Proof(False, f"the trial generation was killed by {name}", took)
    last = (child.stderr.strip() or child.stdout.strip() or "no message").splitlines()[-1]
    return Proof(False, f"the trial generation failed: {last}", took)


def _generate(model: str) -> int:
    """Be the child: count to 39 and expect 40.

    Every token of the prompt goes through one batch. One thread: several wait for each other, which
    takes long where other programs keep them from their cores.
    """
    from llama_cpp import Llama

    llm = Llama(model, n_ctx=512, n_batch=512, n_threads=1, n_threads_batch=1, seed=0, verbose=False)
    prompt = ", ".join(str(n) for n in range(1, int(PROOF_WORD))) + ", "
    text = str(llm.create_completion(prompt, max_tokens=4, temperature=0.0)["choices"][0]["text"])
    if not text.strip().startswith(PROOF_WORD):
        print(f"after 1, 2, … 39 the model wrote {text!r}, expected {PROOF_WORD}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _key(version: str) -> str:
    """Return what a proof depends on: package, interpreter, CPU and the library's own file."""
    cpu = hashlib.sha256(" ".join(sorted(cpu_flags())).encode()).hexdigest()[:16]
    try:
        found = importlib.metadata.distribution(PACKAGE).locate_file("llama_cpp/lib")
        libraries = sorted(Path(str(found)).glob("lib*"))
        files = [(p.name, p.stat().st_size, p.stat().st_mtime_ns) for p in libraries]
    except (importlib.metadata.PackageNotFoundError, OSError):
        files = []
    return json.dumps([version, platform.python_version(), platform.machine(), cpu, files])


def _stamp() -> Path:
    return Path(sys.prefix) / "llama-proof.json"  # in the environment whose build it speaks of


def proven() -> bool:
    """Return whether the installed build has already run a trial generation on this machine."""
    version = installed_version()
    try:
        return version is not None and _stamp().read_text(encoding="utf-8") == _key(version)
    except OSError:
        return False


def identity() -> str:
    """Return what tells the installed build and this machine from others."""
    return _key(installed_version() or "")


def remember() -> None:
    """Keep in the environment that its build was proven."""
    try:
        _stamp().write_text(identity(), encoding="utf-8")
    except OSError:
        return  # an environment that cannot be written is proven again next time: a few seconds


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m rag.setup.proof MODEL.gguf")
    sys.exit(_generate(sys.argv[1]))
