"""Resident memory of this process and those it started, as Linux tells it in /proc (proc(5))."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Held:
    """What one process has in memory now, in bytes; `mapped` is the part that is files, such as weights."""

    pid: int
    resident: int
    mapped: int


def peak(pid: int | None = None, proc: Path = _PROC) -> int | None:
    """Return bytes: the sum of the highest resident sizes (VmHWM) of a process and its descendants.

    The peaks need not have been at one time, so the true peak of the sum is this or less. Files mapped
    into memory, such as the model's weights, count. None where the system does not tell (no /proc).
    """
    sizes = [size for _, status in _family(pid or os.getpid(), proc) if (size := _bytes(status, "VmHWM"))]
    return sum(sizes) if sizes else None


def resident(pid: int, proc: Path = _PROC) -> list[Held]:
    """Return what a process and its descendants have in memory now, the process first.

    Pages that two of them share count in both. A process that has ended, and not been waited for, has none.
    """
    return [
        Held(one, size, _bytes(status, "RssFile") + _bytes(status, "RssShmem"))
        for one, status in _family(pid, proc)
        if (size := _bytes(status, "VmRSS"))
    ]


def _family(pid: int, proc: Path) -> Iterator[tuple[int, str]]:
    """Yield a process and its descendants, each with the text of its `status`."""
    waiting = [pid]
    while waiting:
        one = waiting.pop(0)
        folder = proc / str(one)
        try:
            status = (folder / "status").read_text()
            children = [task.read_text().split() for task in folder.glob("task/*/children")]
        except OSError:  # ended meanwhile, or no such system
            continue
        yield one, status
        waiting += [int(child) for line in children for child in line]


def _bytes(status: str, key: str) -> int:
    found = re.search(rf"^{key}:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
