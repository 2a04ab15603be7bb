"""What a check of `rag doctor` finds."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rag.config import Config

Status = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Check:
    """What one check found; `fix` is a command, or what to do, when it is not ok."""

    name: str
    status: Status
    detail: str
    fix: str | None = None


Examination = Callable[[Config], Iterable[Check]]


def existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists."""
    # os.path.exists is False, not an exception, where even looking is forbidden.
    return next(path for path in (folder, *folder.absolute().parents) if os.path.exists(path))  # noqa: PTH110
