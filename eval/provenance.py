"""What could change a result, written down once a run: program, models, libraries, settings, machine."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from eval.records import digest
from rag.config import Config

ROOT = Path(__file__).resolve().parent.parent
# Packages whose arithmetic or text handling reaches the answers.
PACKAGES = (
    "llama-cpp-python", "torch", "transformers", "tokenizers", "sentence-transformers", "faiss-cpu", "numpy",
    "babel", "scipy", "ir-measures",
)  # fmt: skip
_SCORING = frozenset({"scipy", "ir-measures"})  # reach the figures, never an answer


def describe(config: Config, system: str, model: str | None) -> dict[str, Any]:
    """Return what is known before the first question: JSON values, nothing that depends on the hour."""
    from rag.llm.threads import physical_cores
    from rag.models import packs as models

    return {
        "system": system,
        "model": model,
        "model_sha256": models.get(model).sha256 if model else None,
        "embedder": config.models.embedder,
        "embedder_sha256": models.get(config.models.embedder).sha256,
        "settings": {
            "care": config.answer.care,
            "context": config.llm.context,
            "threads": config.llm.threads or physical_cores(),
        },
        "prompts": sources([ROOT / "prompts"], "*.md"),
        "program": sources([ROOT / "index", ROOT / "rag"], "*.py", "*.toml", "*.npz", "*.gguf"),
        "scoring": sources([ROOT / "eval"], "*.py"),
        "commit": commit(),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "cpu": cpu(),
        "platform": platform.platform(),
    }


def reader(config: Config, model: str) -> str:
    """Return who reads, in one line: what decides a reply, but for the prompt and the machine."""
    from rag.llm import adapters
    from rag.llm.threads import physical_cores
    from rag.models import packs as models

    threads = config.llm.threads or physical_cores()
    build = f"llama-cpp-python {_version('llama-cpp-python')}"
    made = f"{model} {models.get(model).sha256}, {build}, context {config.llm.context}, {threads} threads"
    if (adapter := adapters.of(model)) is None:
        return made
    return f"{made}, adapter {hashlib.sha256(adapter.read_bytes()).hexdigest()[:16]}"


def config_hash(what: dict[str, Any], library: str) -> str:
    """Return the hash of all that decides an answer; `library` is the digest of what it is asked about.

    The machine, Python and the way of scoring are told in run.json but do not divide runs: a run may be
    ended on another machine, and scores are counted anew whenever they are read.
    """
    keys = ("system", "model_sha256", "embedder_sha256", "settings", "prompts", "program")
    packages = {name: version for name, version in what["packages"].items() if name not in _SCORING}
    return digest([{key: what.get(key) for key in keys}, packages, library])


def sources(folders: Iterable[Path], *patterns: str) -> str:
    """Return the hash of the files under `folders` that match a pattern, names and contents."""
    whole = hashlib.sha256()
    for folder in folders:
        for path in sorted({path for pattern in patterns for path in folder.rglob(pattern)}):
            whole.update(f"{folder.name}/{path.relative_to(folder).as_posix()}\0".encode())
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:16]


def commit() -> str | None:
    """Return the commit of the checkout, "+" behind it if files were changed; None outside a checkout."""
    try:
        head = _git("rev-parse", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return None
    return f"{head}{'+' if changed else ''}"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def cpu() -> str:
    """Return the processor's name as the system tells it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        return platform.processor() or platform.machine()
    return platform.processor() or platform.machine()


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
