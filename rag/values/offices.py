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
from index.text.spelling import fold, is_ascii_words, plain
from rag.values.names import find_names
from rag.values.naming import Name


@dataclass(frozen=True, slots=True)
class Office:
    """An office as a text names it. Keys as in `Name.key`."""

    role: str  # key of the glossary
    lang: str
    of: str | None  # the country, place or organisation whose office it is
    at: str | None  # where it is held: the country that an ambassador is sent to; None for several
    start: int
    end: int


_PARTIES = frozenset({"country", "place", "org"})
_OTHER = "other"  # names of which the program knows only that: taken where a word binds them
# All patterns are matched on folded text: Vietnamese may be typed without its marks.
_OWNS = re.compile(r"['’]s?\s(?:[a-z-]+\s){0,2}|\s")  # "Vietnam's trade minister", "Vietnamese minister"
_BOUND = re.compile(r"['’]s?\s.*|\s(?:of|for|to|in|at|cua|tai|o)\s.*")
_OF = {
    "en": re.compile(r"\s(?:of|for)\s(?:the\s)?"),
    "vi": re.compile(r"\s(?:dac menh toan quyen\s)?(?:cua\s)?(?:nuoc\s)?"),
}
_AT = {
    "en": re.compile(r"\s(?:to|in|at)\s(?:the\s)?"),
    "vi": re.compile(r"\s(?:tai|o)\s(?:nuoc\s)?"),
}
_AND = re.compile(r",?\s(?:and|va|kiem nhiem)\s|,\s")  # "to Indonesia and Timor-Leste"
_BESIDE = re.compile(r"\W{0,3}(?:(?:the|is|la|ong|ba|mr|mrs|ms)\W{1,2})?")  # between an office and who has it
# Around an office that is asked for; in "who met the president" it is only mentioned.
_ASKS_BEFORE = re.compile(
    r"(?:so |and )?who(?:['’]s| is| was| became| has become| will become| serves? as| served as)"
    r"(?: (?:the|now|currently|current|new|former|first|next))*\s*|"
    r".*\bname of (?:the )?(?:current |new |former )?|"
    r"(?:(?:vay|the) )?ai (?:dang |hien |hien dang )?(?:la|lam|giu chuc(?: vu)?)\s*",
    re.DOTALL,
)
_ASKS_BEHIND = re.compile(
    r"\s*(?:hien nay |hien tai |bay gio |hien )?(?:la ai|(?:ten )?la gi|ten gi)\W*|['’]s name\W*"
)


def offices(text: str, lang: str) -> list[Office]:
    """Return the offices in a text that say whose they are or where they are held, in order."""
    low = fold(text)
    unmarked = lang == "vi" and is_ascii_words(text)
    parties = [name for name in find_names(text, lang) if name.kind in _PARTIES or name.kind == _OTHER]
    found = []
    for match in _roles(lang, unmarked).finditer(low if unmarked else plain(text)):
        of = _owner(low, match.start(), parties) if lang == "en" else None
        end = of.end if of and of.start >= match.end() else match.end()
        if of is None and (of := _next(low, match.end(), _OF[lang], parties)):
            end = of.end
        at = _next(low, end, _AT[lang], parties)
        if at and _next(low, at.end, _AND, parties):
            at = None
        end = at.end if at else end
        if of or at:
            start = min(match.start(), of.start if of else match.start())
            role = _keys(lang, unmarked)[match[0]]
            found.append(Office(role, lang, of.key if of else None, at.key if at else None, start, end))
    return found


def asked(question: str, lang: str) -> list[Office]:
    """Return the offices whose holder a question asks for: "Who is …?", "… là ai?"."""
    low = fold(question)
    return [
        one
        for one in offices(question, lang)
        if _ASKS_BEFORE.fullmatch(low, 0, one.start) or _ASKS_BEHIND.fullmatch(low, one.end)
    ]


def beside(text: str, lang: str, start: int, end: int) -> list[Office]:
    """Return the offices that stand right beside the person who is named at `start` … `end`."""
    low = fold(text)
    return [
        one
        for one in offices(text, lang)
        if (one.end <= start and _BESIDE.fullmatch(low, one.end, start))
        or (end <= one.start and _BESIDE.fullmatch(low, end, one.start))
    ]


def another(wanted: Iterable[Office], held: Iterable[Office]) -> Office | None:
    """Return the first office that is `held` if all of a role that is wanted are of others, or elsewhere."""
    had = list(held)
    for one in wanted:
        alike = [other for other in had if other.role == one.role]
        if alike and not any(_agree(one, other) for other in alike):
            return alike[0]
    return None


def _agree(wanted: Office, held: Office) -> bool:
    spelled_alike = wanted.lang == held.lang
    return _same(wanted.of, held.of, spelled_alike) and _same(wanted.at, held.at, spelled_alike)


def _same(wanted: str | None, held: str | None, spelled_alike: bool) -> bool:
    """Return whether two keys may mean one party.

    So they do if one is unsaid, of another kind of name, a country's capital, a part of the other ("Bank",
    "Bank of Halden"), or a name that the other language may spell in its own way.
    """
    if wanted is None or held is None:
        return True
    one, other = glossary.capital_of(wanted) or wanted, glossary.capital_of(held) or held
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
@lru_cache(maxsize=4)
def _keys(lang: str, unmarked: bool) -> dict[str, str]:
    spelled = glossary.spellings("role", lang)
    return {fold(word): key for word, key in spelled.items()} if unmarked else spelled


@glossary.derived
@lru_cache(maxsize=4)
def _roles(lang: str, unmarked: bool) -> re.Pattern[str]:
    spelled = sorted(_keys(lang, unmarked), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, spelled))})\b")
