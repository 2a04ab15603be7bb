"""The vectors of stored articles: which are to be computed, of which texts, and how they are put in.

An article gets all its vectors in one transaction. Between reading its texts and writing its vectors the
library is not locked, so they are written only if all its rows are still as they were read: of an article
whose title was corrected meanwhile the sentences would have vectors, and the passages none.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from index.embed import Embedder, Vectors
from index.errors import Mismatch
from index.records import Steps
from index.store import lookup, rows, store
from index.text import passages


@dataclass(frozen=True, slots=True)
class _Row:
    """A passage or a sentence as it is stored, but for its vector."""

    fields: tuple[object, ...]  # what its checksum covers before the vector
    text: str  # what is embedded
    sha: str
    waits: bool

    @property
    def is_sound(self) -> bool:
        """Whether it has no vector and never had one, rather than having lost it."""
        return self.waits and rows.checksum(*self.fields, store.NOT_YET) == self.sha


@dataclass(frozen=True, slots=True)
class Stored:
    """The rows of one article that have, or are to have, vectors."""

    article: str
    parts: tuple[_Row, ...]  # fields: id, article, start, end, lang, kind, context, text
    spans: tuple[_Row, ...]  # fields: article, start, end

    @property
    def waits(self) -> bool:
        """Whether all its vectors are still to be computed; what is damaged waits for nothing."""
        return all(row.is_sound for row in (*self.parts, *self.spans))


def next_group(connection: sqlite3.Connection, names: deque[str], limit: int) -> list[Stored]:
    """Take articles from the front of `names` until they have `limit` texts; only what waits is returned."""
    group: list[Stored] = []
    size = 0
    while names and size < limit:
        one = _read(connection, names.popleft())
        if one.parts and one.waits:
            group.append(one)
            size += len(one.parts) + len(one.spans)
    return group


def texts(group: Iterable[Stored]) -> list[str]:
    """Return what is embedded of each article: the passages, then the sentences."""
    return [row.text for one in group for row in (*one.parts, *one.spans)]


def give(writer: store.Writer, embedder: Embedder, group: Sequence[Stored], vectors: Vectors) -> None:
    """Store the vectors (n, dim) of `texts(group)`, in one transaction; what has changed meanwhile is left.

    `Mismatch` if the library has been given another embedding model meanwhile.
    """
    with writer.transaction() as connection:
        known = lookup.meta(connection).get("embedder")
        if known != embedder.id:
            raise Mismatch(
                f"the library is now of {known}, these vectors are of {embedder.id}\nrun the command again"
            )
        _give(connection, group, vectors)


def give_anew(writer: store.Writer, embedder: Embedder, limit: int, progress: Steps | None = None) -> None:
    """Give every article vectors of `embedder`, in one transaction: readers see only old or only new ones."""
    with writer.transaction() as connection:
        store.set_embedder(connection, embedder.id, embedder.dim)
        names = deque(row[0] for row in connection.execute("SELECT id FROM article ORDER BY id").fetchall())
        every = len(names)
        while names:
            if progress:
                progress("vectors", every - len(names), every)
            group = [_read(connection, names.popleft())]
            while names and len(texts(group)) < limit:
                group.append(_read(connection, names.popleft()))
            _give(connection, group, embedder.passages(texts(group)))
        connection.execute("DELETE FROM change")  # all changed: readers load the library anew
        connection.execute(
            "UPDATE meta SET value = (SELECT value + 1 FROM meta WHERE key = 'generation')"
            " WHERE key = 'log_from'"
        )


def _give(connection: sqlite3.Connection, group: Iterable[Stored], vectors: Vectors) -> None:
    found = iter(vectors)
    for one in group:
        of_parts, of_spans = list(islice(found, len(one.parts))), list(islice(found, len(one.spans)))
        if _read(connection, one.article) == one:
            _put(connection, one, of_parts, of_spans)


def _put(
    connection: sqlite3.Connection, one: Stored, of_parts: Sequence[Vectors], of_spans: Sequence[Vectors]
) -> None:
    for row, vector in zip(one.parts, of_parts, strict=True):
        blob = rows.to_blob(vector)
        connection.execute(
            "UPDATE passage SET vector = ?, sha = ? WHERE id = ?",
            (blob, rows.checksum(*row.fields, blob), row.fields[0]),
        )
    for row, vector in zip(one.spans, of_spans, strict=True):
        blob = rows.to_blob(vector)
        connection.execute(
            "UPDATE sentence SET vector = ?, sha = ? WHERE article = ? AND start = ?",
            (blob, rows.checksum(*row.fields, blob), *row.fields[:2]),
        )
    store.count(connection, waiting=-sum(row.waits for row in one.parts), churn=len(one.parts))
    store.note(connection, one.article)


def _read(connection: sqlite3.Connection, name: str) -> Stored:
    """Return the rows of an article; without any if it is gone."""
    found = connection.execute("SELECT text FROM article WHERE id = ?", (name,)).fetchone()
    text = str(found[0]) if found else ""
    parts = []
    for *fields, sha, waits in connection.execute(
        f"SELECT id, article, start, end, lang, kind, context, sha, {lookup.WAITS} FROM passage"
        " WHERE article = ? ORDER BY key",
        (name,),
    ):
        part = rows.passage(tuple(fields), text, ())
        parts.append(_Row((*fields, part.text), passages.embedded_text(part), sha, bool(waits)))
    spans = [
        _Row((name, start, end), text[start:end], sha, bool(waits))
        for start, end, sha, waits in connection.execute(
            f"SELECT start, end, sha, {lookup.WAITS} FROM sentence WHERE article = ? ORDER BY start", (name,)
        )
    ]
    return Stored(name, tuple(parts), tuple(spans))
