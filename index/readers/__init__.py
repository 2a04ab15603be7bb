"""Files to text: one module a format, chosen by suffix; and the walk through folders."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from index.errors import BadArticle
from index.readers import markdown, plain
from index.readers.source import MAX_BYTES, Source
from index.records import Skipped

__all__ = ["MAX_BYTES", "SUFFIXES", "Source", "find_files", "read"]

SUFFIXES: dict[str, Callable[[bytes], Source]] = {
    ".txt": plain.parse,
    ".text": plain.parse,
    ".md": markdown.parse,
    ".markdown": markdown.parse,
}


def read(path: Path) -> Source:
    """Return the text of one file and what it says of itself; `BadArticle` says why not."""
    parse = SUFFIXES.get(path.suffix.lower())
    if parse is None:
        raise BadArticle(f"{_kind(path)} files are not read; use {', '.join(SUFFIXES)}")
    try:
        # Open without following a FIFO's promise: a pipe or device would block or never end.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise BadArticle(f"cannot be read: {error.strerror or error}") from error
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise BadArticle("not a regular file")
        if status.st_size > MAX_BYTES:
            raise BadArticle(_too_large(status.st_size))
        try:
            data = file.read(MAX_BYTES + 1)  # it may have grown since it was measured
        except OSError as error:
            raise BadArticle(f"cannot be read: {error.strerror or error}") from error
    if len(data) > MAX_BYTES:
        raise BadArticle(_too_large(len(data)))
    return parse(data)


def find_files(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Path | Skipped]:
    """Yield every file to read, in the order given and sorted within folders, and what is skipped.

    Folders are walked to the bottom; hidden names are passed over, symbolic links to folders are
    not followed (so loops and ways out of the folder do not exist).
    """
    for given in paths:
        path = Path(os.path.abspath(os.fspath(given)))  # noqa: PTH100  resolve() would follow links
        if path.is_dir():
            yield from _walk(path)
        elif path.exists() or path.is_symlink():
            yield path
        else:
            yield Skipped(str(path), "no such file or folder")


def _walk(folder: Path) -> Iterator[Path | Skipped]:
    found = False
    troubles: list[OSError] = []
    for root, folders, names in os.walk(folder, onerror=troubles.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(root, name)
            if name.startswith("."):
                continue
            if path.suffix.lower() not in SUFFIXES:
                yield Skipped(str(path), f"{_kind(path)} files are not read; use {', '.join(SUFFIXES)}")
                continue
            found = True
            yield path
    for trouble in troubles:
        yield Skipped(str(trouble.filename), f"folder cannot be read: {trouble.strerror}")
    if not found and not troubles:
        yield Skipped(str(folder), f"nothing to index here: no {' or '.join(SUFFIXES)} file")


def _kind(path: Path) -> str:
    return path.suffix.lower() or "suffixless"


def _too_large(size: int) -> str:
    return (
        f"too large: {size / 1e6:.1f} MB, the limit is {MAX_BYTES / 1e6:.0f} MB; "
        "split it into one file an article"
    )
