"""Peak resident memory of this process and those it started."""

from __future__ import annotations

import os
import re
from pathlib import Path

_PROC = Path("/proc")


def peak(pid: int | None = None, proc: Path = _PROC) -> int | None:
    """Return bytes: the sum of the highest resident sizes (VmHWM) of a process and its descendants.

    The peaks need not have been at one time, so the true peak of the sum is this or less. Files mapped
    into memory, such as the model's weights, count. None where the system does not tell (no /proc).
    """
    sizes: list[int] = []
    waiting = [pid or os.getpid()]
    while waiting:
        folder = proc / str(waiting.pop())
        try:
            found = re.search(r"^VmHWM:\s+(\d+) kB", (folder / "status").read_text(), re.MULTILINE)
            children = [task.read_text().split() for task in folder.glob("task/*/children")]
        except OSError:  # ended meanwhile, or no such system
            continue
        if found:
            sizes.append(int(found[1]) * 1024)
        waiting += [int(child) for line in children for child in line]
    return sum(sizes) if sizes else None
