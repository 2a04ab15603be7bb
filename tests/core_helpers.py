"""Which cores a worker of pytest-xdist keeps to."""

from collections.abc import Collection


def cores_of(worker: int, workers: int, cores: Collection[int]) -> set[int]:
    """Return the cores of one of several workers, counted from 0: a share of all, or one that it shares."""
    ordered = sorted(cores)
    return set(ordered[worker::workers]) or {ordered[worker % len(ordered)]}
