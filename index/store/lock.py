"""One writer at a time, and one who computes vectors: the library's locks, and the name of who holds them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import filelock

from index.errors import CannotWrite, Locked

WRITING = "ingest"  # whoever changes the store
COMPUTING = "meaning"  # whoever computes vectors: minutes in which the store is free for writers


@contextlib.contextmanager
def held(folder: Path, wait: float = 1.0, name: str = WRITING) -> Iterator[None]:
    """Hold a lock of the library in `folder`; waits at most `wait` seconds, -1 for as long as it takes.

    `Locked` names the process that has it, `CannotWrite` says why the folder refuses. Whoever wants both
    takes COMPUTING first.
    """
    lock = filelock.FileLock(folder / f"{name}.lock")
    holder = folder / f"{name}.pid"  # beside the lock: opening a lock file empties it
    try:
        lock.acquire(timeout=wait)
    except filelock.Timeout:
        raise Locked(
            f"{folder} is being written by process {_read(holder)}\n"
            "wait until it is done, or stop it; its lock goes with it"
        ) from None
    except OSError as error:
        raise CannotWrite(
            f"cannot write to {folder}: {error.strerror}\n"
            "check its permissions, or choose another: --library DIR"
        ) from error
    try:
        try:
            holder.write_text(str(os.getpid()), "ascii")
        except OSError as error:
            raise CannotWrite(
                f"cannot write to {folder}: {error.strerror}\nmake room or check its permissions"
            ) from error
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _read(holder: Path) -> str:
    try:
        return holder.read_text("ascii").strip() or "unknown"
    except OSError:
        return "unknown"
