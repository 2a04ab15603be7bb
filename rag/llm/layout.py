"""How the weights lie in memory: as in their file, or repacked for llama.cpp's other kernels.

With which of the two a model reads sooner depends on the processor: on one it took 1.4 times as long with
the weights repacked, which is llama.cpp's habit (eval/LOG.md). Setup measures both (`rag.setup.trial`), and
what it found is kept in the environment whose build it speaks of. The last bits of what is computed differ
between the two as they do between processors, so nothing else ever changes it: answers stay the same to the
byte.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import Any


def repacked() -> bool:
    """Return whether weights are to be repacked: as was measured, True where nothing was."""
    return bool(_kept().get("repacked", True))


def measured(build: str) -> bool:
    """Return whether both were tried with this build (`rag.setup.proof.identity`)."""
    return _kept().get("build") == build


def keep(build: str, *, repacked: bool) -> None:
    """Keep what was measured; in an environment that cannot be written it is measured again."""
    with contextlib.suppress(OSError):
        _file().write_text(json.dumps({"build": build, "repacked": repacked}), encoding="utf-8")


def _kept() -> dict[str, Any]:
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _file() -> Path:
    return Path(sys.prefix) / "llama-layout.json"
