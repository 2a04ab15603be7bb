"""Is everything that is stored what was stored? Every row, every vector, every offset."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from index import rows, store, vectors
from index.errors import Damaged
from index.records import Passage


def run(connection: sqlite3.Connection, folder: Path) -> list[str]:
    """Return one sentence for each problem; none when the library is sound."""
    try:
        damage = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        if damage:
            return [f"the database is damaged: {line}" for line in damage[:5]]
        return [*_rows(connection), *_passages(connection), *_saved(connection, folder)]
    except sqlite3.DatabaseError as error:
        return [f"the database is damaged: {error}"]


def _rows(connection: sqlite3.Connection) -> Iterator[str]:
    for table, parent, _, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"a row of {table} belongs to no {parent}"
    for *fields, sha in connection.execute("SELECT id, title, lang, text, blocks, sha FROM article"):
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
    for *fields, sha in connection.execute("SELECT article, start, end, vector, sha FROM sentence"):
        if rows.checksum(*fields) != sha:
            yield f"sentence {fields[0]}:{fields[1]} does not match its checksum"


def _passages(connection: sqlite3.Connection) -> Iterator[str]:
    """Check text, offsets, vector and words of every passage."""
    texts = dict(connection.execute("SELECT id, text FROM article"))
    words = {key: pair for key, *pair in connection.execute("SELECT rowid, exact, folded FROM words")}
    dim = dict(connection.execute("SELECT key, value FROM meta")).get("dim")
    for key, *fields, vector, sha in connection.execute(
        "SELECT key, id, article, start, end, lang, kind, context, vector, sha FROM passage"
    ):
        name, article, start, end, lang, kind, context = fields
        text = texts.get(article, "")[start:end]
        if rows.checksum(*fields, text, vector) != sha:
            yield f"passage {name} does not match its checksum"
            continue
        values = np.frombuffer(vector, dtype="<f4")
        if str(len(values)) != dim or not abs(float(np.linalg.norm(values)) - 1.0) < 1e-3:
            yield f"the vector of passage {name} is not a unit vector of {dim} numbers"
        part = Passage(name, article, lang, start, end, text, context, kind)
        if tuple(words.pop(key, ())) != store.words_of(part):
            yield f"the words of passage {name} are not those of its text"
    if words:
        yield f"{len(words)} passages are gone but can still be found by their words"


def _saved(connection: sqlite3.Connection, folder: Path) -> Iterator[str]:
    meta = dict(connection.execute("SELECT key, value FROM meta"))
    header = {"generation": int(meta["generation"]), "embedder": meta.get("embedder", "")}
    keys = [row[0] for row in connection.execute("SELECT key FROM passage ORDER BY key")]
    try:
        saved = vectors.load(folder, header)
    except Damaged as error:
        yield str(error).replace("\n", "; ")
        return
    if keys and (saved is None or saved.ids.tolist() != keys):
        yield "the saved vector index is missing or out of date; rebuild it: rag rebuild"
