"""What is read from the store: articles by name, passages by key, vectors."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from index.embed import Vectors
from index.errors import NotFound
from index.records import Article, Lang, Passage, Sentence
from index.store import briefs, corrections, rows

T = TypeVar("T")
to_vectors = rows.from_blobs
WAITS = "length(vector) = 0"  # of a passage or a sentence; the vector itself is not read for it
_MARKS = 500  # question marks in one statement; older SQLite takes 999


def meta(connection: sqlite3.Connection) -> dict[str, str]:
    """Return what the library says of itself."""
    return dict(connection.execute("SELECT key, value FROM meta"))


def articles(connection: sqlite3.Connection) -> list[Article]:
    """Return all articles in order of their ids; each bears the name of its earliest file."""
    sources: dict[str, list[rows.SourceRow]] = {}
    for row in connection.execute(f"SELECT {rows.SOURCE} FROM source ORDER BY {rows.EARLIEST}"):
        sources.setdefault(row[1], []).append(row)
    given = corrections.of_all(connection)
    return [
        _corrected(row, sources[row[0]], given.get(row[0], {}))
        for row in connection.execute(f"{_ARTICLE} ORDER BY id")
    ]


def files(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the file name of each article."""
    found: dict[str, str] = {}
    for one, path, container in connection.execute(
        f"SELECT article, path, container FROM source ORDER BY {rows.EARLIEST}"
    ):
        found.setdefault(one, rows.file_name(path, container))
    return found


def by_file(connection: sqlite3.Connection) -> list[str]:
    """Return the ids of all articles in order of their file names."""
    names = files(connection)
    return sorted(names, key=lambda one: (names[one], one))


def article(connection: sqlite3.Connection, name: str) -> Article | None:
    """Return the article with the id `name`, None if there is none."""
    row, sources = _rows(connection, name)
    return _corrected(row, sources, corrections.of(connection, name)) if row and sources else None


def said(connection: sqlite3.Connection, name: str) -> Article | None:
    """Return the article as its file says it, whatever was corrected; None if there is none."""
    row, sources = _rows(connection, name)
    return rows.article(row, sources[0]) if row and sources else None


_ARTICLE = "SELECT id, title, lang, text, blocks FROM article"


def _rows(connection: sqlite3.Connection, name: str) -> tuple[rows.ArticleRow | None, list[rows.SourceRow]]:
    row = connection.execute(f"{_ARTICLE} WHERE id = ?", (name,)).fetchone()
    sources = connection.execute(
        f"SELECT {rows.SOURCE} FROM source WHERE article = ? ORDER BY {rows.EARLIEST}", (name,)
    )
    return row, sources.fetchall()


def _corrected(row: rows.ArticleRow, sources: Sequence[rows.SourceRow], given: corrections.Given) -> Article:
    found = corrections.apply(rows.article(row, sources[0]), given)
    again = briefs.others(found.outlet, (source[2] for source in sources[1:]))
    return replace(found, others=again) if again else found


def find(connection: sqlite3.Connection, name: str, folder: Path) -> list[Article]:
    """Return the articles that a name means, at least one, else `NotFound`; see `Library.find`."""
    found = article(connection, name)
    if found:
        return [found]
    sources = connection.execute("SELECT article, path, container FROM source").fetchall()
    matches = {one for one, path, container in sources if name in (path, rows.file_name(path, container))}
    if not matches and name:
        matches = {
            one for one, _, container in sources if container and name in (container, Path(container).name)
        }
    if not matches and name:
        matches = {one for one, _, _ in sources if one.startswith(name)}
    if not matches:
        raise NotFound(f"no article {name!r} in {folder}\nsee what there is: rag list")
    meant = (article(connection, one) for one in matches)
    return sorted((one for one in meant if one), key=lambda one: (one.file, one.id))


def named(connection: sqlite3.Connection, name: str, folder: Path) -> Article:
    """Return the only article that a name means, else `NotFound`."""
    matches = find(connection, name, folder)
    if len(matches) == 1:
        return matches[0]
    names = ", ".join(one.id for one in matches[:4])
    fix = "name one of them: rag list" if matches[0].container else "give more of the id"
    raise NotFound(f"{name!r} is {len(matches)} articles: {names}\n{fix}")


def gone(connection: sqlite3.Connection, folders: Iterable[str | os.PathLike[str]]) -> list[str]:
    """Return the paths of sources that lay under these folders and are no longer there."""
    there = [str(Path(os.path.abspath(one))) for one in folders if Path(one).is_dir()]  # noqa: PTH100
    under = tuple(one.rstrip(os.sep) + os.sep for one in there)
    if not under:
        return []
    sources = connection.execute("SELECT path, coalesce(container, path) FROM source ORDER BY path")
    # A name that is not of UTF-8 is stored with marks in place of its bytes, so it cannot be asked for.
    return [
        path
        for path, file in sources
        if file.startswith(under) and "\ufffd" not in file and not os.path.lexists(file)
    ]


def pair(connection: sqlite3.Connection, key: int) -> tuple[Article, Passage]:
    """Return the passage with this key, and its article."""
    row = connection.execute(
        "SELECT id, article, start, end, lang, kind, context FROM passage WHERE key = ?", (key,)
    ).fetchone()
    owner = article(connection, row[1])
    assert owner is not None, row[1]  # a foreign key says so
    return owner, rows.passage(row, owner.text, sentences(connection, owner.id, row[2], row[3]))


def sentences(
    connection: sqlite3.Connection, name: str, start: int = 0, end: int | None = None
) -> tuple[Sentence, ...]:
    """Return the sentences of an article that begin in its characters `start` to `end`, as they were stored.

    Not split anew: a library is older than the rules of a later version of the program.
    """
    found = connection.execute(
        "SELECT start, end FROM sentence WHERE article = ? AND start >= ? AND start < coalesce(?, start + 1)"
        " ORDER BY start",
        (name, start, end),
    )
    return tuple(Sentence(*row) for row in found)


def keys_of(connection: sqlite3.Connection, name: str) -> list[int]:
    """Return the passage keys of an article in order of its text."""
    found = connection.execute("SELECT key FROM passage WHERE article = ? ORDER BY start", (name,))
    return [row[0] for row in found]


def owners(connection: sqlite3.Connection, keys: Sequence[int]) -> dict[int, tuple[str, int, int]]:
    """Return for each passage its article and where in it the passage starts and ends."""
    found: dict[int, tuple[str, int, int]] = {}
    for some in _portions(keys):
        statement = f"SELECT key, article, start, end FROM passage WHERE key IN ({_marks(some)})"
        found.update((key, tuple(rest)) for key, *rest in connection.execute(statement, some))
    return found


def spans(
    connection: sqlite3.Connection, names: Sequence[str], dim: int
) -> dict[str, tuple[list[int], Vectors]]:
    """Return for each article where its sentences start, in order, and their vectors (n, dim).

    The vectors are (0, dim) while they are not computed yet.
    """
    starts: dict[str, list[int]] = {name: [] for name in names}
    blobs: dict[str, list[bytes]] = {name: [] for name in names}
    for some in _portions(names):
        for name, start, vector in connection.execute(
            f"SELECT article, start, vector FROM sentence WHERE article IN ({_marks(some)})"
            " ORDER BY article, start",
            some,
        ):
            starts[name].append(start)
            if vector:
                blobs[name].append(vector)
    return {name: (starts[name], to_vectors(blobs[name], dim)) for name in names}


def _portions(values: Sequence[T]) -> Iterator[list[T]]:
    """Yield as many values as one statement takes."""
    for first in range(0, len(values), _MARKS):
        yield list(values[first : first + _MARKS])


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def all_vectors(connection: sqlite3.Connection, count: int, dim: int) -> Vectors:
    """Return (count, dim) float32 of the `count` passages that have a vector, in order of their keys."""
    found = np.zeros((count, dim), dtype=np.float32)  # filled row by row: the blobs are not held twice
    statement = f"SELECT vector FROM passage WHERE NOT {WAITS} ORDER BY key"
    for at, (blob,) in enumerate(connection.execute(statement)):
        found[at] = np.frombuffer(blob, dtype="<f4")
    return found


def vectors_of(connection: sqlite3.Connection, keys: Sequence[int], dim: int) -> Vectors:
    """Return (n, dim) float32 of these passages, which have vectors; the keys ascend."""
    blobs: list[bytes] = []
    for some in _portions(keys):
        statement = f"SELECT vector FROM passage WHERE key IN ({_marks(some)}) ORDER BY key"
        blobs += [row[0] for row in connection.execute(statement, some)]
    return to_vectors(blobs, dim)


def waiting(connection: sqlite3.Connection) -> dict[str, dict[int, Lang]]:
    """Return the articles that wait for their vectors, the first added first: keys and languages of passages.

    What was added last waits longest, so the rows are looked at from the end, and no further than need be.
    """
    found: dict[str, dict[int, Lang]] = {}
    rows_ = connection.execute(
        f"SELECT article, key, lang FROM passage WHERE {WAITS} ORDER BY key DESC LIMIT ?",
        (int(meta(connection).get("waiting", 0)),),
    ).fetchall()
    for name, key, lang in reversed(rows_):
        found.setdefault(name, {})[key] = lang
    return found


def digest(connection: sqlite3.Connection) -> str:
    """Return the hash of what the library holds, whatever the order it was added in.

    Answers change when vectors come, so articles that wait for theirs count as another state.
    """
    whole = hashlib.sha256()
    for one in articles(connection):
        whole.update(rows.checksum(*rows.of_digest(one)).encode())
    for name in sorted(waiting(connection)):
        whole.update(name.encode())
    whole.update(meta(connection).get("embedder", "").encode())
    return whole.hexdigest()[:16]
