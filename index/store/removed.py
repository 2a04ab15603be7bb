"""Articles that were taken out, kept in memory with all their rows, so that they can be put back whole.

Nothing of them stays on disk: when the program ends, what was removed is gone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from index import stories
from index.errors import InTheWay, Mismatch
from index.records import Article
from index.store import lookup, store

Rows = tuple[tuple[object, ...], ...]
_OF_ARTICLE = ("source", "sentence", "correction")  # tables whose rows name their article


@dataclass(frozen=True, slots=True)
class Removed:
    """What was stored of some articles."""

    articles: tuple[Article, ...]
    embedder: str  # that their vectors come from
    tables: dict[str, Rows]  # whole rows; those of passages without their key


def read(connection: sqlite3.Connection, articles: Sequence[Article]) -> Removed:
    """Return all that is stored of these articles."""
    tables: dict[str, list[tuple[object, ...]]] = {}
    for one in articles:
        for table, column, statement in _statements():
            found = connection.execute(f"{statement} WHERE {column}", (one.id,))
            tables.setdefault(table, []).extend(found)
    known = lookup.meta(connection).get("embedder", "")
    return Removed(tuple(articles), known, {table: tuple(found) for table, found in tables.items()})


def _statements() -> list[tuple[str, str, str]]:
    return [
        ("article", "id = ?", "SELECT * FROM article"),
        *((table, "article = ?", f"SELECT * FROM {table}") for table in _OF_ARTICLE),
        ("passage", "article = ? ORDER BY key", f"SELECT {_PASSAGE} FROM passage"),
        ("earlier", "path IN (SELECT path FROM source WHERE article = ?)", "SELECT * FROM earlier"),
    ]


_PASSAGE = "id, article, start, end, lang, kind, context, vector, sha"


def put_back(writer: store.Writer, removed: Removed) -> None:
    """Store the articles as they were, in one transaction, with their vectors, history and corrections.

    `InTheWay` if one of them, or another article from one of their files, was added since; `Mismatch` if the
    library is now of another embedding model. Then nothing has changed.
    """
    with writer.transaction() as connection:
        _check(connection, removed)
        for table in ("article", *_OF_ARTICLE, "earlier"):
            for row in removed.tables.get(table, ()):
                marks = ", ".join("?" * len(row))
                connection.execute(f"INSERT INTO {table} VALUES ({marks})", row)
        for row in removed.tables.get("passage", ()):
            _put_passage(connection, row)
        for one in removed.articles:
            store.count(connection, articles=1)
            lang, text = connection.execute(
                "SELECT lang, text FROM article WHERE id = ?", (one.id,)
            ).fetchone()
            stories.file(connection, one.id, lang, text)
            store.note(connection, one.id)


def _check(connection: sqlite3.Connection, removed: Removed) -> None:
    known = lookup.meta(connection).get("embedder", "")
    if known != removed.embedder:
        raise Mismatch(
            f"what was removed has vectors of {removed.embedder}, the library is now of {known}\n"
            "add the files again: rag index PATH"
        )
    paths = [str(row[0]) for row in removed.tables.get("source", ())]
    there = [one.id for one in removed.articles if lookup.article(connection, one.id)]
    there += [
        path
        for path in paths
        if connection.execute("SELECT 1 FROM source WHERE path = ?", (path,)).fetchone()
    ]
    if there:
        raise InTheWay(
            f"{there[0]} was added again since it was removed\nnothing was put back; remove that first"
        )


def _put_passage(connection: sqlite3.Connection, row: tuple[object, ...]) -> None:
    key = connection.execute(
        f"INSERT INTO passage ({_PASSAGE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row
    ).lastrowid
    assert key is not None
    part = lookup.pair(connection, key)[1]
    connection.execute(
        "INSERT INTO words (rowid, exact, folded) VALUES (?, ?, ?)", (key, *store.words_of(part))
    )
    waits = row[7] == store.NOT_YET
    store.count(connection, passages=1, waiting=int(waits), churn=int(not waits))
