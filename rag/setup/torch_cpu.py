"""torch without gigabytes of libraries for graphics cards: look before anything is downloaded.

    python -I rag/setup/torch_cpu.py requirements.lock     install the locked torch, or refuse and say why

Runs before any dependency is there, so it uses the standard library only (and -I keeps the modules
beside it from being taken for those of the standard library).
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

# What a GPU build of torch brings along, by the beginnings of the packages' names.
GPU_PREFIXES = ("nvidia-", "cuda-", "triton", "pytorch-triton", "rocm", "intel-cmplr", "onemkl")
FIX = (
    "This program computes on the CPU and would waste several GB. Point pip at an index of CPU builds "
    '(PyTorch\'s own site lists one under "Compute Platform: CPU"): '
    "make setup PIP_EXTRA_INDEX_URL=<that address>"
)


def pinned(lock: Path) -> str:
    """Return the line of the lock file that pins torch, e.g. "torch==2.13.0"."""
    for line in lock.read_text(encoding="utf-8").splitlines():
        if line.startswith("torch=="):
            return line.strip()
    raise SystemExit(f"{lock} does not pin torch; an unpinned torch may be any build.")


def gpu_packages(report: str) -> list[str]:
    """Return the GPU packages in a pip installation report (JSON), also a torch built for one."""
    found = []
    for item in json.loads(report)["install"]:
        name, version = item["metadata"]["name"].lower().replace("_", "-"), item["metadata"]["version"]
        if name.startswith(GPU_PREFIXES) or (name == "torch" and re.search(r"\+(cu|rocm|xpu)", version)):
            found.append(f"{name} {version}")
    return sorted(found)


def installed_gpu_build() -> str | None:
    """Return what GPU platform the installed torch was built for; None for the CPU or without torch.

    Reads torch/version.py instead of importing torch, which takes seconds.
    """
    try:
        file = Path(str(importlib.metadata.distribution("torch").locate_file("torch/version.py")))
        text = file.read_text(encoding="utf-8")
    except (importlib.metadata.PackageNotFoundError, OSError):
        return None
    for platform in ("cuda", "hip", "xpu"):
        built_for = re.search(rf"^{platform}\b[^=]*=\s*['\"]([^'\"]+)", text, re.MULTILINE)
        if built_for:
            return f"{platform} {built_for.group(1)}"
    return None


def _pip(*arguments: str, capture: bool = False) -> str:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE if capture else None, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"pip {arguments[0]} failed (see above). Check the network and: pip config list")
    return done.stdout or ""


def main(arguments: Sequence[str]) -> None:
    """Install the pinned torch unless it is there; exit with the reason when it would be a GPU build."""
    requirement = pinned(Path(arguments[0]))
    try:
        there = importlib.metadata.version("torch").partition("+")[0] == requirement.partition("==")[2]
    except importlib.metadata.PackageNotFoundError:
        there = False
    if not there:
        report = _pip("install", "--quiet", "--dry-run", "--report", "-", requirement, capture=True)
        if gpu := gpu_packages(report):
            shown = ", ".join(gpu[:3]) + (f" and {len(gpu) - 3} more" if len(gpu) > 3 else "")
            raise SystemExit(f"pip would install a GPU build of {requirement}, with {shown}. {FIX}")
        _pip("install", "-c", arguments[0], requirement)
    if built_for := installed_gpu_build():
        raise SystemExit(f"The installed {requirement} is a build for {built_for}. {FIX}")


if __name__ == "__main__":
    main(sys.argv[1:])
