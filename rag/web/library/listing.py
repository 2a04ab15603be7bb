"""Which articles the page lists, in which order, and which page of them."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from index.records import Entry, Lang
from index.search.hybrid import Filters

PER_PAGE = 50
_LATEST = dt.date.max  # undated articles come last in both directions

SORTS = ("-date", "date", "title", "outlet", "-passages")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader asked for: filters, order, page."""

    words: str = ""
    outlet: str = ""
    lang: Lang | None = None
    since: str = ""  # ISO date, or ""
    until: str = ""
    sort: str = SORTS[0]
    page: int = 1

    @property
    def filtered(self) -> bool:
        """Whether not all articles are wanted."""
        return bool(self.words or self.outlet or self.lang or self.since or self.until)

    def filters(self) -> Filters:
        """Return what a search is to be kept to."""
        return Filters(self.lang, self.outlet or None, _day(self.since), _day(self.until))

    def address(self, **other: object) -> str:
        """Return the query of the address of this list, with some of it changed."""
        now: dict[str, object] = {
            "words": self.words, "outlet": self.outlet, "lang": self.lang or "", "since": self.since,
            "until": self.until, "sort": self.sort, "page": self.page,
        } | other  # fmt: skip
        usual = {"sort": SORTS[0], "page": 1}
        return urlencode({key: value for key, value in now.items() if value and value != usual.get(key)})


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of the list."""

    entries: Sequence[Entry]
    matching: Sequence[Entry]  # on all pages
    page: int  # from 1
    pages: int
    first: int  # place of the first one on this page, from 1


def wanted(given: Mapping[str, str]) -> Wanted:
    """Return what the parameters of an address ask for; what cannot be is left out."""
    lang: Lang | None = {"en": "en", "vi": "vi"}.get(given.get("lang", ""))  # type: ignore[assignment]
    page = given.get("page", "")
    days = {key: given.get(key, "") for key in ("since", "until")}
    return Wanted(
        given.get("words", "").replace("\0", "").strip()[:200],
        given.get("outlet", ""),
        lang,
        **{key: day if _day(day) else "" for key, day in days.items()},
        sort=given["sort"] if given.get("sort") in SORTS else SORTS[0],
        page=int(page) if page.isdecimal() and len(page) < 10 else 1,
    )


def shown(entries: Iterable[Entry], wanted: Wanted, having: Collection[str] | None) -> Shown:
    """Return the page that is wanted of the entries that are; `having` are the ids with the wanted words."""
    filters = wanted.filters()
    found = [
        one
        for one in entries
        if (having is None or one.id in having)
        and (wanted.lang is None or one.lang == wanted.lang)
        and filters.admits(one)
    ]
    key = _KEYS[wanted.sort.lstrip("-")]
    found.sort(key=lambda one: one.id)
    found.sort(key=key, reverse=wanted.sort.startswith("-"))
    if wanted.sort == "-date":  # undated ones to the end
        found.sort(key=lambda one: one.dated is None)
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(max(wanted.page, 1), pages)
    first = (page - 1) * PER_PAGE
    return Shown(found[first : first + PER_PAGE], found, page, pages, first + 1)


def outlets(entries: Iterable[Entry]) -> list[str]:
    """Return the outlets of all articles, in order of the alphabet."""
    return sorted({name for one in entries for name in (one.outlet, *one.others) if name}, key=_plain)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _plain(text: str) -> str:
    """Return a text as it is sorted: without capitals and marks, đ as d."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(character for character in bare if not unicodedata.combining(character))


_KEYS: dict[str, Callable[[Entry], Any]] = {
    "date": lambda one: one.dated.date if one.dated else _LATEST,
    "title": lambda one: _plain(one.title),
    "outlet": lambda one: (one.outlet is None, _plain(one.outlet or "")),
    "passages": lambda one: one.passages,
}
