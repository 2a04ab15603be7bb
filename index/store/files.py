"""Files that are whole after a crash: the old one or the new one."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from pathlib import Path

_ABANDONED = 86_400.0  # seconds; writing the copy of a large library takes minutes


def atomic_write(path: Path, data: bytes) -> None:
    """Replace `path` by `data` so that after a crash it is whole: old or new."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def move_in(written: Path, path: Path) -> None:
    """Let the finished file `written`, of the same folder, take the place of `path`, durably."""
    handle = os.open(written, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    written.replace(path)
    sync_folder(path.parent)


def sweep(folder: Path) -> None:
    """Remove what stopped programs left half written in `folder`: parts that are a day old."""
    for part in folder.glob(".*.tmp"):
        with contextlib.suppress(OSError):  # gone meanwhile, or not ours to remove
            if time.time() - part.stat().st_mtime > _ABANDONED:
                part.unlink()


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable, where the system can."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
