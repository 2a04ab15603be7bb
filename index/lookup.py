"""What is read from the store: articles by name, passages by key, vectors."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from index import rows, sentences
from index.embed import Vectors
from index.errors import NotFound
from index.records import Article, Dated, Lang, Passage

T = TypeVar("T")
to_vectors = rows.from_blobs
_MARKS = 500  # question marks in one statement; older SQLite takes 999


@dataclass(frozen=True, slots=True)
class Brief:
    """What the filters of a search ask about an article."""

    id: str
    lang: Lang
    outlet: str | None
    published: dt.date | None
    dated: Dated | None


def meta(connection: sqlite3.Connection) -> dict[str, str]:
    """Return what the library says of itself."""
    return dict(connection.execute("SELECT key, value FROM meta"))


def briefs(connection: sqlite3.Connection) -> list[Brief]:
    """Return all articles in order of their ids."""
    sources: dict[str, tuple[str | None, str | None, str | None]] = {}
    for name, *source in connection.execute(
        "SELECT article, outlet, published, dated FROM source ORDER BY article, path"
    ):
        sources.setdefault(name, tuple(source))
    languages = connection.execute("SELECT id, lang FROM article ORDER BY id")
    return [_brief(name, lang, *sources[name]) for name, lang in languages]


def brief(connection: sqlite3.Connection, article: str) -> Brief | None:
    """Return one article, None if it is not stored."""
    found = connection.execute(
        "SELECT a.id, a.lang, s.outlet, s.published, s.dated FROM article a JOIN source s ON s.article = a.id"
        " WHERE a.id = ? ORDER BY s.path LIMIT 1",
        (article,),
    ).fetchone()
    return None if found is None else _brief(*found)


def _brief(name: str, lang: Lang, outlet: str | None, published: str | None, known: str | None) -> Brief:
    dated = None
    if known is not None:
        date, precision, basis = json.loads(known)
        dated = Dated(dt.date.fromisoformat(date), precision, basis)
    return Brief(name, lang, outlet, dt.date.fromisoformat(published) if published else None, dated)


def articles(connection: sqlite3.Connection) -> list[Article]:
    """Return all articles in order of their ids; each bears the name of its first file by path."""
    sources: dict[str, rows.SourceRow] = {}
    for row in connection.execute("SELECT path, article, outlet, published, dated FROM source ORDER BY path"):
        sources.setdefault(row[1], row)
    return [
        rows.article(row, sources[row[0]])
        for row in connection.execute("SELECT id, title, lang, text, blocks FROM article ORDER BY id")
    ]


def article(connection: sqlite3.Connection, name: str) -> Article | None:
    """Return the article with the id `name`, None if there is none."""
    row = connection.execute(
        "SELECT id, title, lang, text, blocks FROM article WHERE id = ?", (name,)
    ).fetchone()
    source = connection.execute(
        "SELECT path, article, outlet, published, dated FROM source WHERE article = ? ORDER BY path LIMIT 1",
        (name,),
    ).fetchone()
    return rows.article(row, source) if row and source else None


def named(connection: sqlite3.Connection, name: str, folder: Path) -> Article:
    """Return one article by its id, its file's name or path, or the unique beginning of its id."""
    found = article(connection, name)
    if found:
        return found
    first: dict[str, str] = dict(
        connection.execute("SELECT article, min(path) FROM source GROUP BY article").fetchall()
    )
    matches = [one for one, path in first.items() if name in (path, Path(path).name)]
    if not matches and name:
        matches = [one for one in first if one.startswith(name)]
    if len(matches) == 1:
        only = article(connection, matches[0])
        if only:
            return only
    if matches:
        names = ", ".join(sorted(matches)[:4])
        raise NotFound(f"{name!r} is {len(matches)} articles: {names}\ngive more of the id")
    raise NotFound(f"no article {name!r} in {folder}\nsee what there is: rag list")


def gone(connection: sqlite3.Connection, folders: Iterable[str | os.PathLike[str]]) -> list[str]:
    """Return the paths of sources that lay under these folders and are no longer there."""
    there = [str(Path(os.path.abspath(one))) for one in folders if Path(one).is_dir()]  # noqa: PTH100
    under = tuple(one.rstrip(os.sep) + os.sep for one in there)
    paths = connection.execute("SELECT path FROM source ORDER BY path").fetchall()
    return (
        [path for (path,) in paths if path.startswith(under) and not os.path.lexists(path)] if under else []
    )


def pair(connection: sqlite3.Connection, key: int) -> tuple[Article, Passage]:
    """Return the passage with this key, and its article."""
    row = connection.execute(
        "SELECT id, article, start, end, lang, kind, context FROM passage WHERE key = ?", (key,)
    ).fetchone()
    owner = article(connection, row[1])
    assert owner is not None, row[1]  # a foreign key says so
    return owner, rows.passage(row, owner.text, sentences.split(owner.text, row[2], row[3]))


def keys_of(connection: sqlite3.Connection, name: str) -> list[int]:
    """Return the passage keys of an article in order of its text."""
    found = connection.execute("SELECT key FROM passage WHERE article = ? ORDER BY start", (name,))
    return [row[0] for row in found]


def spans(
    connection: sqlite3.Connection, names: Sequence[str], dim: int
) -> dict[str, tuple[list[int], Vectors]]:
    """Return for each article where its sentences start, in order, and their vectors (n, dim)."""
    starts: dict[str, list[int]] = {name: [] for name in names}
    blobs: dict[str, list[bytes]] = {name: [] for name in names}
    for some in _portions(names):
        for name, start, vector in connection.execute(
            f"SELECT article, start, vector FROM sentence WHERE article IN ({_marks(some)})"
            " ORDER BY article, start",
            some,
        ):
            starts[name].append(start)
            blobs[name].append(vector)
    return {name: (starts[name], to_vectors(blobs[name], dim)) for name in names}


def _portions(values: Sequence[T]) -> Iterator[list[T]]:
    """Yield as many values as one statement takes."""
    for first in range(0, len(values), _MARKS):
        yield list(values[first : first + _MARKS])


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def all_vectors(connection: sqlite3.Connection, count: int, dim: int) -> Vectors:
    """Return (count, dim) float32 of all passages, in order of their keys."""
    found = np.zeros((count, dim), dtype=np.float32)  # filled row by row: the blobs are not held twice
    for at, (blob,) in enumerate(connection.execute("SELECT vector FROM passage ORDER BY key")):
        found[at] = np.frombuffer(blob, dtype="<f4")
    return found


def vectors_of(connection: sqlite3.Connection, keys: Sequence[int], dim: int) -> Vectors:
    """Return (n, dim) float32 of these passages; the keys ascend."""
    blobs: list[bytes] = []
    for some in _portions(keys):
        statement = f"SELECT vector FROM passage WHERE key IN ({_marks(some)}) ORDER BY key"
        blobs += [row[0] for row in connection.execute(statement, some)]
    return to_vectors(blobs, dim)


def digest(connection: sqlite3.Connection) -> str:
    """Return the hash of what the library holds, whatever the order it was added in."""
    whole = hashlib.sha256()
    for one in articles(connection):
        whole.update(rows.checksum(one.file, *rows.of_article(one), *rows.of_source(one)[1:]).encode())
    whole.update(meta(connection).get("embedder", "").encode())
    return whole.hexdigest()[:16]
