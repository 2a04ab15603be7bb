"""Files on their way into the library: sent by the browser, read by a job, then gone.

They lie in a folder of the library while they wait, so that a stopped program loses none of them; the name
that a file has there is what an article is known by, so the same file sent again is an update of it.
"""

from __future__ import annotations

import shutil
import threading
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path, PurePosixPath

import anyio

from index.errors import BadArticle
from index.readers import formats, sidecar
from index.readers.source import check_size
from index.records import Skipped

FOLDER = "uploads"
# A name has 255 bytes on the usual file systems; nobody files articles deeper than this.
LONGEST_NAME, DEEPEST = 255, 30
LARGEST = max(one.limit for one in formats.FORMATS.values())  # bytes


class Uploads:
    """The files that wait in the folder of one library."""

    def __init__(self, library: Path) -> None:
        self.folder = library.absolute() / FOLDER
        self._wanted = threading.Event()

    async def save(self, name: str, size: int, content: AsyncIterator[bytes]) -> None:
        """Put a file there, whole or not at all; `BadArticle` or `OSError` says why not."""
        check(name, size)
        target = self.folder.joinpath(*PurePosixPath(name).parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{uuid.uuid4().hex}.part")  # hidden names are not read
        try:
            async with await anyio.open_file(part, "wb") as file:
                async for piece in content:
                    await file.write(piece)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)

    def waiting(self) -> list[Path]:
        """Return the files that are there, in order of their paths."""
        return sorted(self._files())

    def batch(self) -> list[Path]:
        """Return the files that are there now, which somebody is about to read."""
        self._wanted.clear()
        return self.waiting()

    def want(self) -> None:
        """Ask whoever reads to come back for what has been sent since."""
        self._wanted.set()

    def wanted(self) -> bool:
        """Whether somebody asked for that."""
        return self._wanted.is_set()

    def discard(self, files: Sequence[Path] | None = None) -> None:
        """Remove these files, without them all, and the folders that are empty then."""
        for path in self.waiting() if files is None else files:
            path.unlink(missing_ok=True)
        if self.folder.is_dir() and not self.waiting():
            shutil.rmtree(self.folder, ignore_errors=True)

    def _files(self) -> Iterator[Path]:
        if self.folder.is_dir():
            yield from (
                path for path in self.folder.rglob("*") if path.is_file() and not path.name.startswith(".")
            )


def check(name: str, size: int) -> None:
    """Raise `BadArticle` for a file that is not read; its name has its folders, "news/a.txt"."""
    parts = name.split("/")
    if (
        len(parts) > DEEPEST
        or any(
            part in ("", ".", "..") or len(part.encode("utf-8", "replace")) > LONGEST_NAME for part in parts
        )
        or not name.replace("\\", "/") == name
        or not name.isprintable()
    ):
        raise BadArticle("its name cannot be stored here; rename it")
    if any(part.startswith(".") for part in parts):
        raise BadArticle("hidden files are not read")
    if parts[-1] != sidecar.FILE:
        check_size(size, formats.of(parts[-1]).limit)


def sorted_out(files: Sequence[tuple[str, int]]) -> tuple[list[str], list[Skipped]]:
    """Return which files of a choice are to be sent, and which are skipped and why, as `rag index` does.

    Hidden files, and what a browser saved beside a page, are passed over without a word.
    """
    names: dict[str, list[str]] = {}
    for name, _ in files:
        folder, _, base = name.rpartition("/")
        names.setdefault(folder, []).append(base)
    send, skipped = [], []
    for name, size in files:
        if _passed_over(name, names):
            continue
        try:
            check(name, size)
        except BadArticle as error:
            skipped.append(Skipped(name, str(error)))
        else:
            send.append(name)
    return send, skipped


def _passed_over(name: str, names: dict[str, list[str]]) -> bool:
    parts = name.split("/")
    if any(part.startswith(".") for part in parts):
        return True
    above = (("/".join(parts[:n]), parts[n]) for n in range(len(parts) - 1))
    return any(formats.is_of_page(folder, names.get(where, ())) for where, folder in above)
