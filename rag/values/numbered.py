"""Names that end in a number: Apollo 11, Lyra-4, F-16. Another number is another thing."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from index.text.spelling import composed, fold

# "Lyra-4", "AS-278", "Su-30MK"; with a space only where no unit or noun may follow: that would be a quantity.
_JOINED = re.compile(
    r"(?<![\w.-])(?P<stem>[^\W\d_][\w'’]*)-(?P<number>\d{1,4}[A-Za-z]{0,2})(?![\w-]|[.,]\d|%)"
)
_SPACED = re.compile(
    r"(?<![\w.-])(?P<stem>[^\W\d_][\w'’]*) (?P<number>\d{1,3})(?=\s*(?:[.,;:?!)]|$)(?!\d)|['’]s\b)"
)
# What is told apart by its number alone: "metro số 5", "bão số 7", "line 3". In "con số 5", "một số" nothing is.
_ORDERED = re.compile(
    r"(?<![\w.-])(?:(?P<vi>(?!(?:con|một|tổng|chỉ|dân|đa|thiểu|tỷ|tỉ|hàm|hệ|trị|mã|mật|vô|những|các|trong|là)\b)[^\W\d_]+)"
    r" số|(?P<en>line|route|phase|stage|terminal|unit|reactor|district|platform|season|episode|runway|pier|highway|"
    r"bus|tram)(?: no\.?| number)?) (?P<number>\d{1,3})(?!\w|[.,/-]\d|%)",
    re.IGNORECASE,
)
_MONTHS = frozenset(name.lower() for name in (*calendar.month_name, *calendar.month_abbr) if name)  # "May 12"


@dataclass(frozen=True, slots=True)
class Numbered:
    """A name and its number, without case and diacritics: ("lyra", "4")."""

    stem: str
    number: str
    text: str


def find_numbered(text: str) -> list[Numbered]:
    """Return the numbered names of `text`, in order."""
    return list(_found(composed(text)[0]))


def _found(text: str) -> Iterator[Numbered]:
    for pattern in (_JOINED, _SPACED):
        for match in pattern.finditer(text):
            if match["stem"][0].isupper() and fold(match["stem"]) not in _MONTHS:
                yield Numbered(fold(match["stem"]), fold(match["number"]), match[0])


def ordered_otherwise(asked: str, text: str) -> tuple[str, str] | None:
    """Return what `text` has in place of a thing that `asked` tells by its number, and that: "metro số 3", "… 5".

    None if it names that number at all, or no other one of the kind.
    """
    low = composed(text)[0]
    said = [(_kind_of(one), int(one["number"]), one[0]) for one in _ORDERED.finditer(low)]
    for match in _ORDERED.finditer(composed(asked)[0]):
        kind, number = _kind_of(match), int(match["number"])
        others = [words for stem, other, words in said if stem == kind and other != number]
        named = re.search(
            rf"\b(?:số|no\.?|number|{re.escape(kind)}) 0?{number}(?!\w|[.,]\d)", low, re.IGNORECASE
        )
        if others and not named:
            return others[0], match[0]
    return None


def _kind_of(match: re.Match[str]) -> str:
    return (match["vi"] or match["en"]).lower()


def unsupported_numbered(claim: str, quote: str) -> list[Numbered]:
    """Return the numbered names of `claim` that stand nowhere in `quote`, with hyphen, space or neither."""
    return [one for one in find_numbered(claim) if not _written(one, quote)]


def numbered_otherwise(name: Numbered, text: str) -> str | None:
    """Return what `text` has in place of a numbered name: the same with another number; None if it has it."""
    if _written(name, text):
        return None
    return next((one.text for one in _all_of(text) if one.stem == name.stem), None)


@lru_cache(maxsize=256)
def _all_of(text: str) -> tuple[Numbered, ...]:
    return tuple(find_numbered(text))


def _written(name: Numbered, text: str) -> bool:
    stem, number = re.escape(name.stem), re.escape(name.number)
    return bool(re.search(rf"(?<!\w){stem}[\s-]?{number}(?!\w|[.,]\d)", fold(composed(text)[0])))
