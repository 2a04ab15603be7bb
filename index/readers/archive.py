"""Zip archives of articles: each member by its own reader, names only as labels."""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from index.errors import BadArticle
from index.readers import formats, inflate, sidecar
from index.readers.source import MAX_BYTES, Source, Unread

# An archive of archives is how some agencies deliver; deeper nesting is made to exhaust a reader.
DEEPEST = 2


def parse(data: bytes, options: formats.Options, depth: int = 0) -> Iterator[Source | Unread]:
    """Yield the articles of all members, and the members that cannot be read with their reasons."""
    if depth >= DEEPEST:
        raise BadArticle(f"archives nested more than {DEEPEST} deep; unpack the inner one")
    files = inflate.Inflated(data)
    names = set(files.names)
    sidecars = _sidecars(files)
    for member in files.members:
        # A name such as "../../etc/x" is never used as a path: it only labels what was read.
        name = label(member.filename)
        if member.is_dir() or _hidden(name) or _saved_beside(name, names):
            continue
        folder, base = posixpath.split(member.filename)
        notes = sidecars.get(folder, sidecar.Notes())
        if base == sidecar.FILE:
            if notes.problem:
                yield Unread(name, notes.problem)
            continue
        if (member.external_attr >> 16) & 0o170000 == 0o120000:
            yield Unread(name, "a symbolic link; links are not followed")
            continue
        try:
            known = formats.of(name)
            content = files.read(member, known.limit)
            for one in formats.parse(name, content, {**options, **notes.options(base)}, depth + 1):
                part = f"{name}#{one.part}" if one.part else name
                if isinstance(one, Unread):
                    yield Unread(part, one.reason)
                else:
                    yield replace(notes.over(base, one), part=part)
        except BadArticle as error:
            yield Unread(name, str(error))
            if "decompression bomb" in str(error):
                return


def _sidecars(files: inflate.Inflated) -> dict[str, sidecar.Notes]:
    """Return what each folder of the archive says of its files, by the folder's name."""
    found: dict[str, sidecar.Notes] = {}
    for member in files.members:
        folder, base = posixpath.split(member.filename)
        if base == sidecar.FILE and not _hidden(member.filename):
            beside = [name for one in files.names if (name := one.removeprefix(folder).strip("/"))]
            try:
                found[folder] = sidecar.of(files.read(member, MAX_BYTES), beside)
            except BadArticle as error:
                found[folder] = sidecar.Notes(problem=str(error))
    return found


def label(name: str) -> str:
    """Return a member's name in printable characters, at most 200 of them."""
    kept = "".join(mark for mark in name if unicodedata.category(mark)[0] != "C").strip()
    return kept[-200:] or "unnamed"


def _saved_beside(name: str, names: set[str]) -> bool:
    """Whether a member lies in a folder that a browser saved beside a page."""
    return any(formats.is_of_page(str(folder), names) for folder in PurePosixPath(name).parents)


def _hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or any(part.startswith(".") and part != ".." for part in parts)
