"""Files that are new or changed since the last look, once they are no longer being written."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index import readers
from index.readers import sidecar

# A look every second: ten thousand files take 60 ms to ask for, and nobody waits for an article more keenly.
# Notices from the system would save that, but are missing on network folders and in some containers.
INTERVAL = 1.0  # seconds

Signature = tuple[int, int, int]  # modified (ns), size, inode
Signatures = tuple[Signature, Signature | None]  # of a file, and of its folder's sidecar


@dataclass(slots=True)
class Watcher:
    """Looks at files and folders again and again; remembers how it last saw every file.

    A file is given out when it was the same at two looks in a row, so what is still being written waits.
    """

    paths: Sequence[Path]
    _seen: dict[Path, Signatures] = field(default_factory=dict)
    _given: dict[Path, Signatures] = field(default_factory=dict)

    def look(self) -> list[Path]:
        """Return the files that are new or changed since they were last returned, and stable.

        A sidecar that has changed may say something else of every file in its folder.
        """
        seen: dict[Path, Signatures] = {}
        sidecars: dict[Path, Signature | None] = {}
        for path in readers.find_files(self.paths):
            if isinstance(path, Path) and (now := _signature(path)):
                if path.parent not in sidecars:
                    sidecars[path.parent] = _signature(path.parent / sidecar.FILE)
                seen[path] = now, sidecars[path.parent]
        stable = [path for path, now in seen.items() if self._seen.get(path) == now]
        fresh = [path for path in stable if self._given.get(path) != seen[path]]
        self._seen = seen
        self._given = {path: now for path, now in self._given.items() if path in seen}
        self._given |= {path: seen[path] for path in fresh}
        return fresh

    def again(self, files: Sequence[Path]) -> None:
        """Give these files out once more at the next look: they could not be taken in."""
        for path in files:
            self._given.pop(path, None)


def _signature(path: Path) -> Signature | None:
    try:
        status = os.stat(path)  # noqa: PTH116  a plain call: thousands are made every second
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
