"""One writer at a time: the library's lock, and the name of who holds it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import filelock

from index.errors import CannotWrite, Locked

_LOCK = "ingest.lock"
_HOLDER = "ingest.pid"  # beside the lock: opening a lock file empties it


@contextlib.contextmanager
def held(folder: Path, wait: float = 1.0) -> Iterator[None]:
    """Hold the lock of the library in `folder`; waits at most `wait` seconds.

    `Locked` names the process that has it, `CannotWrite` says why the folder refuses.
    """
    lock = filelock.FileLock(folder / _LOCK)
    try:
        lock.acquire(timeout=wait)
    except filelock.Timeout:
        raise Locked(
            f"{folder} is being written by process {_holder(folder)}\n"
            "wait until it is done, or stop it; its lock goes with it"
        ) from None
    except OSError as error:
        raise CannotWrite(
            f"cannot write to {folder}: {error.strerror}\n"
            "check its permissions, or choose another: --library DIR"
        ) from error
    try:
        try:
            (folder / _HOLDER).write_text(str(os.getpid()), "ascii")
        except OSError as error:
            raise CannotWrite(
                f"cannot write to {folder}: {error.strerror}\nmake room or check its permissions"
            ) from error
        yield
    finally:
        (folder / _HOLDER).unlink(missing_ok=True)
        lock.release()


def _holder(folder: Path) -> str:
    try:
        return (folder / _HOLDER).read_text("ascii").strip() or "unknown"
    except OSError:
        return "unknown"
