"""How many threads computing is worth: physical cores that this process may use."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_CPUS = Path("/sys/devices/system/cpu")
_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def physical_cores(cpus: Path = _CPUS, quota: Path = _QUOTA) -> int:
    """Return the number of physical cores this process may use, at least 1.

    Two hardware threads of one core share its arithmetic: a 7B model on 4 cores wrote 4.55 tokens/s
    with 4 threads and 4.43 with 8. Affinity and the CPU quota of a container are respected.
    """
    if sys.platform != "linux":
        count = os.cpu_count() or 1
        return count if sys.platform == "darwin" else max(1, count // 2)  # Apple's cores are single
    allowed = os.sched_getaffinity(0)
    cores = {_siblings(cpus, cpu) for cpu in allowed}
    return max(1, min(len(cores), _allowance(quota)))


def _siblings(cpus: Path, cpu: int) -> str:
    try:
        return (cpus / f"cpu{cpu}/topology/thread_siblings_list").read_text().strip()
    except OSError:
        return str(cpu)


def _allowance(quota: Path) -> int:
    """Return the whole cores of a control group's quota; a very large number without one."""
    try:
        limit, period = quota.read_text().split()
        return max(1, int(limit) // int(period))
    except (OSError, ValueError):  # no such file, or "max"
        return sys.maxsize
