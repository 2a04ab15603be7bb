"""What somebody who knows better said of an article, kept beside what its file says and never in its place.

Who has the last word, first to last: a correction; what `Library.add` was given (`rag index --date`); a
sidecar; what the file says of itself; what its text and name show. A correction belongs to the article,
whatever files it is in, and goes over to what its file says when that is changed.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args

from index.article import people
from index.errors import BadCorrection
from index.records import Article, Correction, Dated, Field, Lang, Precision
from index.store import rows
from index.text import clean, spoken

FIELDS: tuple[Field, ...] = get_args(Field)
Given = dict[Field, str]  # what is corrected, as `read` returns it
_PRECISION: dict[int, Precision] = {4: "year", 7: "month", 10: "day"}  # by the length of its label
_BETWEEN = "; "


def read(field: Field, value: str) -> str:
    """Return a correction as it is kept; `BadCorrection` says why it is none."""
    kept = clean.tidy(value.replace("\n", " "))
    if field == "authors":
        kept = _BETWEEN.join(people(value))
    if not any(map(str.isalnum, kept)):
        raise BadCorrection(f"{field} {value!r} says nothing\nback to what the file says: --reset {field}")
    if field == "date":
        _dated(kept)
    if field == "lang" and kept not in get_args(Lang):
        raise BadCorrection(f"{kept!r} is no language of the library\nwrite en or vi")
    return kept


def _dated(label: str) -> Dated:
    """Return the day, month or year that "2024-02-29", "2024-02" or "2024" names."""
    try:
        known = Dated(
            dt.date.fromisoformat(f"{label}-01-01"[:10]), _PRECISION.get(len(label), "day"), "given"
        )
        if known.label() != label:  # fromisoformat also takes 20240229 and 2024-W09-4
            raise ValueError
    except ValueError:
        raise BadCorrection(f"{label!r} is not a date; write it as 2025-12-31, 2025-12 or 2025") from None
    return known


def changes(given: Mapping[Field, str]) -> dict[str, Any]:
    """Return the corrected values by the attributes of `Article` that they are of."""
    made: dict[str, Any] = {key: given[key] for key in ("title", "outlet", "lang") if key in given}
    if "date" in given:
        known = _dated(given["date"])
        made |= {"dated": known, "published": known.date if known.precision == "day" else None}
    if "authors" in given:
        made["authors"] = tuple(given["authors"].split(_BETWEEN))
    return made


def apply(article: Article, given: Mapping[Field, str]) -> Article:
    """Return what the file says of an `article` corrected, with both values of what is."""
    if not given:
        return article
    both = tuple(Correction(name, given[name], _said(article, name)) for name in FIELDS if name in given)
    made = changes(given)
    if "lang" in made:
        made["blocks"] = spoken.marked(article.text, article.blocks, made["lang"])
    return replace(article, **made, corrections=both)


def _said(article: Article, field: Field) -> str | None:
    if field == "date":
        return article.dated.label() if article.dated else None
    if field == "authors":
        return _BETWEEN.join(article.authors) or None
    return getattr(article, field) or None


def of(connection: sqlite3.Connection, article: str) -> Given:
    """Return what is corrected of an article."""
    return dict(connection.execute("SELECT field, value FROM correction WHERE article = ?", (article,)))


def of_all(connection: sqlite3.Connection) -> dict[str, Given]:
    """Return what is corrected of each article of which anything is."""
    found: dict[str, Given] = {}
    for article, field, value in connection.execute("SELECT article, field, value FROM correction"):
        found.setdefault(article, {})[field] = value
    return found


def of_path(connection: sqlite3.Connection, path: str) -> Given:
    """Return what is corrected of the article that a path holds now; nothing when it holds none."""
    held = connection.execute("SELECT article FROM source WHERE path = ?", (path,)).fetchone()
    return of(connection, held[0]) if held else {}


def keep(connection: sqlite3.Connection, article: str, given: Mapping[Field, str]) -> None:
    """Let `given` be all that is corrected of an article, in the transaction that is open."""
    connection.execute("DELETE FROM correction WHERE article = ?", (article,))
    for row in ((article, *pair) for pair in given.items()):
        connection.execute("INSERT INTO correction VALUES (?, ?, ?, ?)", (*row, rows.checksum(*row)))


def problems(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield what is wrong with what is stored."""
    for *fields, sha in connection.execute("SELECT article, field, value, sha FROM correction"):
        if rows.checksum(*fields) != sha:
            yield f"a correction of {fields[0]} ({fields[1]}) does not match its checksum"
