"""Who holds which office of whom, and where: Indonesia's ambassador to Vietnam is not Vietnam's to Indonesia.

Only what stands beside the name of an office is read ("X's ambassador to Y", "the mayor of Y", "Đại sứ X tại
Y"); where the syntax leaves doubt nothing is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from index.text import glossary
from index.text.spelling import plain
from rag.values.names import find_names
from rag.values.naming import Name


@dataclass(frozen=True, slots=True)
class Office:
    """An office as a text names it. Keys as in `Name.key`."""

    role: str  # key of the glossary
    lang: str
    of: str | None  # the country, place or organisation whose office it is
    at: str | None  # where it is held: the country that an ambassador is sent to
    start: int
    end: int


_PARTIES = frozenset({"country", "place", "org"})
_OTHER = "other"  # names of which the program knows only that: taken where a word binds them
_OWNS = re.compile(r"['’]s?\s(?:[a-z-]+\s){0,2}|\s")  # "Vietnam's trade minister", "Vietnamese minister"
_BOUND = re.compile(r"['’]s?\s.*|\s(?:of|for|to|in|at|của|tại|ở)\s.*")
_OF = {
    "en": re.compile(r"\s(?:of|for)\s(?:the\s)?"),
    "vi": re.compile(r"\s(?:đặc mệnh toàn quyền\s)?(?:của\s)?(?:nước\s)?"),
}
_AT = {
    "en": re.compile(r"\s(?:to|in|at)\s(?:the\s)?"),
    "vi": re.compile(r"\s(?:tại|ở)\s(?:nước\s)?"),
}
_BESIDE = re.compile(r"\W{0,3}(?:(?:the|is|là|ông|bà|mr|mrs|ms)\W{1,2})?")  # between an office and who has it


def offices(text: str, lang: str) -> list[Office]:
    """Return the offices in a text that say whose they are or where they are held, in order."""
    low = plain(text)
    parties = [name for name in find_names(text, lang) if name.kind in _PARTIES or name.kind == _OTHER]
    found = []
    for match in _roles(lang).finditer(low):
        of = _owner(low, match.start(), parties) if lang == "en" else None
        end = of.end if of and of.start >= match.end() else match.end()
        if of is None and (of := _next(low, match.end(), _OF[lang], parties)):
            end = of.end
        if at := _next(low, end, _AT[lang], parties):
            end = at.end
        if of or at:
            start = min(match.start(), of.start if of else match.start())
            role = glossary.spellings("role", lang)[match[0]]
            found.append(Office(role, lang, of.key if of else None, at.key if at else None, start, end))
    return found


def held_by(text: str, lang: str, start: int, end: int) -> list[Office]:
    """Return the offices that stand right beside the person named at `start` … `end`, else all of the text."""
    low, found = plain(text), offices(text, lang)
    beside = [
        one
        for one in found
        if (one.end <= start and _BESIDE.fullmatch(low, one.end, start))
        or (end <= one.start and _BESIDE.fullmatch(low, end, one.start))
    ]
    return beside or found


def another(asked: Iterable[Office], said: Iterable[Office]) -> Office | None:
    """Return the first office of `said` if all there are of a role asked for are of others, or elsewhere."""
    for wanted in asked:
        alike = [one for one in said if one.role == wanted.role]
        if alike and not any(_agree(wanted, one) for one in alike):
            return alike[0]
    return None


def _agree(asked: Office, said: Office) -> bool:
    spelled_alike = asked.lang == said.lang
    return _same(asked.of, said.of, spelled_alike) and _same(asked.at, said.at, spelled_alike)


def _same(asked: str | None, said: str | None, spelled_alike: bool) -> bool:
    """Return whether two keys may mean one party.

    So they do if one is unsaid, of another kind of name, a country's capital, a part of the other ("Bank",
    "Bank of Halden"), or a name that the other language may spell in its own way.
    """
    if asked is None or said is None:
        return True
    one, other = glossary.capital_of(asked) or asked, glossary.capital_of(said) or said
    kind, of_other = one.partition(":")[0], other.partition(":")[0]
    if one == other or kind != of_other:
        return True
    if kind != "name":
        return False
    words, others = set(one.split(":", 1)[1].split()), set(other.split(":", 1)[1].split())
    return not spelled_alike or words <= others or others <= words


def _owner(low: str, at: int, parties: list[Name]) -> Name | None:
    before = [name for name in parties if name.end <= at]
    return before[-1] if before and _joined(low, before[-1], before[-1].end, at, _OWNS) else None


def _next(low: str, at: int, joint: re.Pattern[str], parties: list[Name]) -> Name | None:
    return next((name for name in parties if _joined(low, name, at, name.start, joint)), None)


def _joined(low: str, name: Name, start: int, end: int, joint: re.Pattern[str]) -> bool:
    """Return whether the text between a party and an office joins them."""
    fits = start <= end and joint.fullmatch(low, start, end)
    return bool(fits) and (name.kind in _PARTIES or bool(_BOUND.fullmatch(low, start, end)))


@glossary.derived
@lru_cache(maxsize=2)
def _roles(lang: str) -> re.Pattern[str]:
    spelled = sorted(glossary.spellings("role", lang), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, spelled))})\b")
