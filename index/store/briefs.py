"""What the filters of a search ask about an article: its language, outlets and dates."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from index.records import Dated, Lang
from index.store import corrections, rows


@dataclass(frozen=True, slots=True)
class Brief:
    """An article without its text."""

    id: str
    lang: Lang
    outlet: str | None
    published: dt.date | None
    dated: Dated | None
    others: tuple[str, ...] = ()  # outlets of further files that say the very same


def every(connection: sqlite3.Connection) -> list[Brief]:
    """Return all articles in order of their ids."""
    sources: dict[str, list[_Source]] = {}
    for name, *source in connection.execute(
        f"SELECT article, outlet, published, dated FROM source ORDER BY {rows.EARLIEST}"
    ):
        sources.setdefault(name, []).append(_Source(*source))
    languages = connection.execute("SELECT id, lang FROM article ORDER BY id")
    given = corrections.of_all(connection)
    return [_brief(given.get(name, {}), name, lang, sources[name]) for name, lang in languages]


def newest(connection: sqlite3.Connection, limit: int) -> list[str]:
    """Return the ids of at most `limit` articles, the latest first; undated ones come last."""
    known = every(connection)
    known.sort(key=lambda brief: brief.dated.date if brief.dated else dt.date.min, reverse=True)
    return [brief.id for brief in known[:limit]]


def one(connection: sqlite3.Connection, article: str) -> Brief | None:
    """Return one article, None if it is not stored."""
    found = connection.execute(
        "SELECT a.lang, s.outlet, s.published, s.dated FROM article a JOIN source s ON s.article = a.id"
        f" WHERE a.id = ? ORDER BY {rows.EARLIEST}",
        (article,),
    ).fetchall()
    if not found:
        return None
    return _brief(
        corrections.of(connection, article), article, found[0][0], [_Source(*rest) for _, *rest in found]
    )


class _Source(NamedTuple):
    outlet: str | None
    published: str | None
    dated: str | None


def _brief(given: corrections.Given, name: str, lang: Lang, sources: Sequence[_Source]) -> Brief:
    """Return an article as its earliest file and what was corrected tell it."""
    outlet, published, known = sources[0]
    dated = None
    if known is not None:
        date, precision, basis = json.loads(known)
        dated = Dated(dt.date.fromisoformat(date), precision, basis)
    found = Brief(name, lang, outlet, dt.date.fromisoformat(published) if published else None, dated)
    made = {key: value for key, value in corrections.changes(given).items() if hasattr(found, key)}
    if made:
        found = replace(found, **made)
    again = others(found.outlet, (source.outlet for source in sources[1:]))
    return replace(found, others=again) if again else found


def outlets(known: Iterable[Brief]) -> list[str]:
    """Return the outlets that printed any of these articles, in order of the alphabet."""
    return sorted({name for brief in known for name in (brief.outlet, *brief.others) if name})


def others(outlet: str | None, named: Iterable[str | None]) -> tuple[str, ...]:
    """Return the outlets that an article's further files name, without the one that it is shown with."""
    return tuple(dict.fromkeys(name for name in named if name and name != outlet))
