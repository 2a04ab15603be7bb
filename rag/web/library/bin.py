"""What was removed on the page and can still be put back: in memory only, none of it stays on disk."""

from __future__ import annotations

import itertools
import threading

from index.store.removed import Removed

# The last removals that can be undone. One of ten articles is about a megabyte, most of it vectors.
MOST = 10


class Undone(Exception):
    """What is to be put back is kept no longer."""


class Bin:
    """The last removals, each under a number."""

    def __init__(self) -> None:
        self._kept: dict[int, Removed] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def put(self, removed: Removed) -> None:
        """Keep a removal; the oldest one is forgotten when there are more than `MOST`."""
        with self._lock:
            self._kept[next(self._numbers)] = removed
            if len(self._kept) > MOST:
                del self._kept[min(self._kept)]

    def get(self, number: int) -> Removed | None:
        """Return the removal of this number, if it is still kept."""
        return self._kept.get(number)

    def forget(self, number: int) -> None:
        """Keep the removal no longer."""
        with self._lock:
            self._kept.pop(number, None)

    def all(self) -> list[tuple[int, Removed]]:
        """Return what is kept, the last removed first."""
        with self._lock:
            return sorted(self._kept.items(), reverse=True)
