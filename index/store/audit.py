"""Is everything that is stored what was stored? Every row, every vector, every offset."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from index import stories
from index.errors import Damaged
from index.records import Passage, Steps
from index.store import corrections, lookup, rows, saved, store
from index.text.counted import counted


class _Count:
    """Counts the rows that have been looked at, and tells of every hundredth."""

    def __init__(self, connection: sqlite3.Connection, progress: Steps | None) -> None:
        self._progress = progress
        self._done = 0
        # Articles twice: themselves, and how they are filed among their near-copies.
        tables = ("article", "article", "sentence", "passage") if progress else ()
        counts = (connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)
        self._all = sum(counts)

    def __call__(self) -> None:
        if self._progress and self._done % 100 == 0:
            self._progress("checking", self._done, self._all)
        self._done += 1


def run(connection: sqlite3.Connection, folder: Path, progress: Steps | None = None) -> list[str]:
    """Return one sentence for each problem; none when the library is sound."""
    return stored(connection, progress) or _guarded(_saved(connection, folder))


def stored(connection: sqlite3.Connection, progress: Steps | None = None) -> list[str]:
    """Return one sentence for each problem of the database itself."""
    try:
        damage = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
    except sqlite3.DatabaseError as error:
        return [f"the database is damaged: {error}"]
    if damage:
        return [f"the database is damaged: {line}" for line in damage[:5]]
    try:
        count = _Count(connection, progress)
    except sqlite3.DatabaseError as error:
        return [f"the database is damaged: {error}"]
    return _guarded(
        _rows(connection, count),
        corrections.problems(connection),
        _numbers(connection),
        _passages(connection, count),
        stories.problems(connection, count),
    )


def _guarded(*checks: Iterator[str]) -> list[str]:
    try:
        return [problem for check in checks for problem in check]
    except sqlite3.DatabaseError as error:
        return [f"the database is damaged: {error}"]


def _rows(connection: sqlite3.Connection, one_done: Callable[[], None]) -> Iterator[str]:
    for table, parent, _, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"a row of {table} belongs to no {parent}"
    for *fields, sha in connection.execute("SELECT id, title, lang, text, blocks, sha FROM article"):
        one_done()
        if rows.checksum(*fields) != sha:
            yield f"article {fields[0]} does not match its checksum"
        elif rows.article_id(*fields[1:4]) != fields[0]:
            yield f"article {fields[0]} does not match its id"
    for *fields, sha in connection.execute(f"SELECT {rows.SOURCE}, sha FROM source"):
        if rows.checksum(*fields) != sha:
            yield f"source {fields[0]} does not match its checksum"
    for (name,) in connection.execute(
        "SELECT id FROM article WHERE id NOT IN (SELECT article FROM source)"
        " OR id NOT IN (SELECT article FROM passage) OR id NOT IN (SELECT article FROM sentence)"
    ):
        yield f"article {name} is not whole"
    for (name,) in connection.execute(
        f"SELECT article FROM (SELECT article, {lookup.WAITS} FROM passage"
        f" UNION SELECT article, {lookup.WAITS} FROM sentence) GROUP BY article HAVING count(*) > 1"
    ):
        yield f"article {name} has only some of its vectors"
    for *fields, sha in connection.execute("SELECT article, start, end, vector, sha FROM sentence"):
        one_done()
        if rows.checksum(*fields) != sha:
            yield f"sentence {fields[0]}:{fields[1]} does not match its checksum"

    for *fields, sha in connection.execute("SELECT path, article, replaced, title, text, sha FROM earlier"):
        if rows.checksum(*fields) != sha:
            yield f"an earlier version of {fields[0]} does not match its checksum"


def _numbers(connection: sqlite3.Connection) -> Iterator[str]:
    """Compare the numbers that are kept with what is counted."""
    meta = lookup.meta(connection)
    for table in ("article", "passage"):
        stored = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        if int(meta[f"{table}s"]) != stored:
            yield f"{counted(stored, table)} stored, but {meta[f'{table}s']} were counted"
    waiting = connection.execute(f"SELECT count(*) FROM passage WHERE {lookup.WAITS}").fetchone()[0]
    if int(meta.get("waiting", 0)) != waiting:
        yield f"{counted(waiting, 'passage')} without vectors, but {meta.get('waiting', 0)} were counted"
    last = connection.execute("SELECT max(generation) FROM change").fetchone()[0]
    if last is not None and last > int(meta["generation"]):
        yield f"a change of generation {last} is noted in generation {meta['generation']}"


def _passages(connection: sqlite3.Connection, one_done: Callable[[], None]) -> Iterator[str]:
    """Check text, offsets, vector (if it is computed yet) and words of every passage."""
    texts = dict(connection.execute("SELECT id, text FROM article"))
    words = {key: pair for key, *pair in connection.execute("SELECT rowid, exact, folded FROM words")}
    dim = dict(connection.execute("SELECT key, value FROM meta")).get("dim")
    for key, *fields, vector, sha in connection.execute(
        "SELECT key, id, article, start, end, lang, kind, context, vector, sha FROM passage"
    ):
        one_done()
        name, article, start, end, lang, kind, context = fields
        text = texts.get(article, "")[start:end]
        if rows.checksum(*fields, text, vector) != sha:
            yield f"passage {name} does not match its checksum"
            continue
        values = np.frombuffer(vector, dtype="<f4")
        unit = str(len(values)) == dim and abs(float(np.linalg.norm(values)) - 1.0) < 1e-3
        if vector != store.NOT_YET and not unit:
            yield f"the vector of passage {name} is not a unit vector of {dim} numbers"
        part = Passage(name, article, lang, start, end, text, context, kind)
        if tuple(words.pop(key, ())) != store.words_of(part):
            yield f"the words of passage {name} are not those of its text"
    if words:
        yield f"{counted(len(words), 'passage')} gone, but still found by words"


def _saved(connection: sqlite3.Connection, folder: Path) -> Iterator[str]:
    """Check the saved index: whole, and of use. What came since it was written is no problem."""
    found = connection.execute(
        f"SELECT key, sha FROM passage WHERE NOT {lookup.WAITS} ORDER BY key"
    ).fetchall()
    keys = np.array([row[0] for row in found], dtype=np.int64)
    try:
        known = saved.load(folder, lookup.meta(connection).get("embedder", ""))
    except Damaged as error:
        yield str(error).replace("\n", "; ")
        return
    except ImportError:
        return
    marks = saved.marks_of([row[1] for row in found])
    fits = known is not None and (
        len(keys) <= saved.MERGE_LEAST
        or bool((saved.live(known.index.ids, known.marks, keys, marks) >= 0).any())
    )
    if len(keys) and not fits:
        yield "the saved vector index is missing or out of date; rebuild it: rag rebuild"
