"""Corrects one article: what is kept of it, and those of its passages that are told otherwise then."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection
from dataclasses import replace

from index.embed import Embedder
from index.errors import BadCorrection
from index.records import Article, Field, Passage
from index.store import corrections, cutting, lookup, rows, store
from index.store.corrections import Given
from index.text import passages


def given_by(before: Given, new: Given, reset: Collection[Field]) -> Given:
    """Return what is corrected after `before`; `BadCorrection` where nothing or two things are wanted."""
    if not new and not reset:
        raise BadCorrection(f"nothing to correct\ngive one of {', '.join(corrections.FIELDS)}, or reset it")
    for field in reset:
        if field not in corrections.FIELDS:
            raise BadCorrection(f"{field!r} cannot be reset\nuse {', '.join(corrections.FIELDS)}")
        if field in new:
            raise BadCorrection(f"{field} is to be {new[field]!r} and to be reset\ngive one of them")
    return {field: value for field, value in (before | new).items() if field not in reset}


def run(writer: store.Writer, article: Article, given: Given, embedder: Callable[[], Embedder]) -> None:
    """Let `given` be all that is corrected of `article`, in one transaction.

    A title stands in the texts that are embedded, so another one makes new vectors of this article's
    passages, at once; nothing else does. Those that wait for their vectors go on waiting.
    """
    said = lookup.said(writer.connection, article.id)
    assert said is not None, article.id  # the lock is held
    told = corrections.apply(said, given)
    parts: dict[int, Passage] = {}
    for key in lookup.keys_of(writer.connection, article.id):
        part = lookup.pair(writer.connection, key)[1]
        new = replace(passages.retitled(part, article.title, told.title), lang=told.lang_at(part.start))
        if new != part:
            parts[key] = new
    blobs = {key: _blob(writer.connection, key) for key in parts}
    ready = [key for key, blob in blobs.items() if blob != store.NOT_YET]
    if told.title != article.title and ready:
        found = embedder().passages([passages.embedded_text(parts[key]) for key in ready])
        blobs |= zip(ready, map(rows.to_blob, found), strict=True)
    with writer.changing(article.id, len(ready)) as connection:
        corrections.keep(connection, article.id, given)
        for key, part in parts.items():
            _put(connection, key, part, blobs[key])


def _blob(connection: sqlite3.Connection, key: int) -> bytes:
    return bytes(connection.execute("SELECT vector FROM passage WHERE key = ?", (key,)).fetchone()[0])


def _put(connection: sqlite3.Connection, key: int, part: Passage, vector: bytes) -> None:
    row = cutting.fields(part)
    connection.execute(
        "UPDATE passage SET lang = ?, context = ?, vector = ?, sha = ? WHERE key = ?",
        (part.lang, part.context, vector, rows.checksum(*row, part.text, vector), key),
    )
    connection.execute("UPDATE words SET exact = ?, folded = ? WHERE rowid = ?", (*store.words_of(part), key))
