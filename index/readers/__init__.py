"""Files to text: one module a format, chosen by suffix; and the walk through folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from index.errors import BadArticle
from index.readers import formats, sidecar
from index.readers.child import Child
from index.readers.formats import FORMATS
from index.readers.source import MAX_BYTES, Source, Unread, printable
from index.records import Skipped

__all__ = ["FORMATS", "MAX_BYTES", "Reading", "Source", "Unread", "find_files", "read"]


class Reading:
    """Reads files, one after the other; use it in a `with` block.

    All parsers run in one child process under limits. What a folder's sidecar says of one file is put
    over what the file says of itself, and what it says of all of them under it.
    """

    def __init__(self) -> None:
        self._child = Child()
        self._notes: dict[Path, sidecar.Notes] = {}

    def __enter__(self) -> Reading:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.close()

    def problems(self) -> list[Skipped]:
        """Return what is wrong with the sidecars that were used so far."""
        found = sorted(self._notes.items())
        return [
            Skipped(printable(folder / sidecar.FILE), notes.problem)
            for folder, notes in found
            if notes.problem
        ]

    def read(self, path: Path) -> Iterator[Source | Unread]:
        """Yield the articles of a file and what they say of themselves; `BadArticle` says why not.

        An article that is its whole file has no `part`.
        """
        formats.of(path.name)  # says what is read, if not this
        if path.parent not in self._notes:
            self._notes[path.parent] = sidecar.load(path.parent)
        notes = self._notes[path.parent]
        for one in self._child.read(path, notes.options(path.name)):
            yield notes.over(path.name, one) if isinstance(one, Source) else one


def read(path: Path) -> list[Source | Unread]:
    """Return all articles of one file; `BadArticle` says why there are none."""
    with Reading() as reading:
        return list(reading.read(path))


def holds_many(path: Path) -> bool:
    """Whether files of this name hold several articles."""
    known = FORMATS.get(path.suffix.lower())
    return known is not None and known.many


def find_files(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Path | Skipped]:
    """Yield every file to read, in the order given and sorted within folders, and what is skipped.

    Folders are walked to the bottom; hidden names are passed over, and so are the folders that
    browsers save beside a page. Symbolic links to folders are not followed, nor are links to files
    outside the folder that was given, so loops and ways out of it do not exist; a link that is given
    itself is what was asked for.
    """
    for given in paths:
        path = Path(os.path.abspath(os.fspath(given)))  # noqa: PTH100  resolve() would follow links
        if path.is_dir():
            yield from _walk(path)
        elif path.exists() or path.is_symlink():
            yield path
        else:
            yield Skipped(printable(path), "no such file or folder")


def _walk(folder: Path) -> Iterator[Path | Skipped]:
    found = False
    inside = os.path.realpath(folder)
    troubles: list[OSError] = []
    for root, folders, names in os.walk(folder, onerror=troubles.append):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and not formats.is_of_page(name, names)
        )
        for name in sorted(names):
            path = Path(root, name)
            if name.startswith(".") or name == sidecar.FILE:
                continue
            try:
                formats.of(name)
            except BadArticle as error:
                yield Skipped(printable(path), str(error))
                continue
            found = True
            if path.is_symlink() and os.path.commonpath([inside, os.path.realpath(path)]) != inside:
                yield Skipped(printable(path), "a symbolic link out of the folder; name it to have it read")
                continue
            yield path
    for trouble in troubles:
        yield Skipped(printable(Path(trouble.filename)), f"folder cannot be read: {trouble.strerror}")
    if not found and not troubles:
        yield Skipped(printable(folder), f"nothing to index here: no {', '.join(FORMATS)} file")
