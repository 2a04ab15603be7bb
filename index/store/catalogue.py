"""What is known of every article without reading its text, and which articles have given words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from index.records import Entry
from index.store import briefs, corrections, lookup
from index.text import lexical


def entries(connection: sqlite3.Connection) -> tuple[Entry, ...]:
    """Return all articles in order of their ids; 10,000 with 100,000 passages take 0.2 s."""
    names = dict(connection.execute("SELECT id, title FROM article"))
    sizes = dict(connection.execute("SELECT article, count(*) FROM passage GROUP BY article"))
    files = lookup.files(connection)
    given = corrections.of_all(connection)
    return tuple(
        Entry(
            one.id,
            files[one.id],
            given.get(one.id, {}).get("title", names[one.id]),
            one.outlet,
            one.lang,
            one.published,
            one.dated,
            sizes.get(one.id, 0),
            tuple(field for field in corrections.FIELDS if field in given.get(one.id, {})),
            one.others,
        )
        for one in briefs.every(connection)
    )


def summary(connection: sqlite3.Connection) -> dict[str, Any]:
    """Return what `Library.stats` tells of the articles."""
    known = briefs.every(connection)
    passages, sentences = (
        int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
        for table in ("passage", "sentence")
    )
    dates = sorted(one.dated.label() for one in known if one.dated)
    return {
        "articles": len(known),
        "passages": passages,
        "waiting": int(lookup.meta(connection).get("waiting", 0)),
        "sentences": sentences,
        "languages": {lang: sum(one.lang == lang for one in known) for lang in ("en", "vi")},
        "outlets": briefs.outlets(known),
        "first": dates[0] if dates else None,
        "last": dates[-1] if dates else None,
    }


def having(connection: sqlite3.Connection, words: Iterable[str]) -> frozenset[str] | None:
    """Return the ids of the articles that have words beginning like each of these, in title or text.

    What is written without marks finds both ("cau" finds "cầu"). None if there is nothing to look for.
    """
    found: frozenset[str] | None = None
    for word in words:
        plain = word.isascii()
        tokens = lexical.folded_tokens(word) if plain else lexical.tokens(word)
        for token in tokens:
            match = f'{{{"folded" if plain else "exact"}}} : "{token}"*'
            some = frozenset(
                row[0]
                for row in connection.execute(
                    "SELECT DISTINCT article FROM passage WHERE key IN"
                    " (SELECT rowid FROM words WHERE words MATCH ?)",
                    (match,),
                )
            )
            found = some if found is None else found & some
    return found
