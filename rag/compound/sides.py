"""The two sides of a comparison, each made a question of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from index.text.spelling import fold, is_ascii_words, plain
from rag.compound.lending import TIMES, lent
from rag.values import Value, find_names, find_values
from rag.values.wanted import QUANTITIES, wanted

Form = Literal["difference", "change", "sum", "years", "larger", "smaller", "earlier", "later"]
_PREP = re.compile(
    r"(?P<prep>in|with|to|from|for|at|by|of|với|tại|ở|sang|vào)\s+(?P<rest>.+)$", re.IGNORECASE
)
_BEFORE_TIME = re.compile(r"(?:\b(?:in|for|of|by|during|of the|năm|trong|vào|nam|vao)\s+)*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sides:
    """What the sides are called, and the question for each; of a change the earlier comes first."""

    form: Form
    labels: tuple[str, str]
    questions: tuple[str, str]


# What a pattern matches in plain text, and the text as written, to the sides.
Build = Callable[[re.Match[str], str], Sides | None]
Rule = tuple[re.Pattern[str], Build]


def groups(match: re.Match[str], text: str, *names: str) -> tuple[str, ...]:
    """Return groups of a match in plain text as `text` spells them; "" for one that took no part."""
    return tuple(text[max(0, match.start(name)) : max(0, match.end(name))].strip(" ,") for name in names)


def pair(text: str, word: str) -> tuple[str, str] | None:
    """Return the sides of "A and B"; None where it is not plain which "and" joins them.

    One that belongs to a "between" inside does not; of several, the one whose sides begin alike does
    ("the … and the …").
    """
    places = [(at.start(), at.end()) for at in re.finditer(rf",?\s{word}\s", plain(text))]
    inner = [at.start() for at in re.finditer(r"\b(?:between|giữa)\b", plain(text))]
    ends = [0, *(end for _, end in places)]
    places = [one for i, one in enumerate(places) if not any(ends[i] <= at < one[0] for at in inner)]
    if len(places) > 1:
        places = [one for one in places if _begins(text) == _begins(text[one[1] :])]
    if len(places) != 1:
        return None
    start, end = places[0]
    return text[:start].strip(" ,"), text[end:].strip(" ,")


def _begins(text: str) -> str:
    word = plain(text).split(maxsplit=1)[0] if text.split() else ""
    return "name" if text[:1].isupper() else "year" if word.isdigit() else word


def time_of(text: str, lang: str) -> str:
    """Return the one time in a text with the preposition before it; "" with none or several."""
    value = _one_time(text, lang)
    if value is None:
        return ""
    lead = _BEFORE_TIME.search(text[: value.start])
    return text[lead.start() if lead else value.start : value.end]


def only_time(text: str, lang: str) -> bool:
    """Return whether a text is a time and nothing else: "in 2020", "năm 2020"."""
    return bool(text) and time_of(text, lang) == text


def _one_time(text: str, lang: str) -> Value | None:
    found = [one for one in find_values(text, lang) if one.kind in TIMES]
    return found[0] if len(found) == 1 else None


def beside(given: str, other: str, lang: str) -> str:
    """Return a second side in full: "in 2020" and "Singapore" say only what differs from the first."""
    if only_time(other, lang):
        mine, theirs = _one_time(given, lang), _one_time(other, lang)
        return (
            given[: mine.start] + theirs.text + given[mine.end :] if mine and theirs else f"{given} {other}"
        )
    led = _PREP.match(other)
    bare = led["rest"] if led else other
    names = find_names(bare, lang)
    if len(names) != 1 or names[0].text != bare:
        return f"{given} {other}" if led else other
    own = [name for name in find_names(given, lang) if name.kind == names[0].kind and name.text != bare]
    if led:
        where = re.compile(rf"\b{re.escape(led['prep'])}\s+(?:the\s+)?$", re.IGNORECASE)
        own = [name for name in own if where.search(given[: name.start])]
    return given[: own[0].start] + bare + given[own[0].end :] if own else other


def value_of(thing: str, lang: str, aux: str = "is") -> str:
    """Return the question for the value of a thing: "What was trade?", "X là bao nhiêu?"."""
    return f"{thing} là bao nhiêu?" if lang == "vi" else f"What {aux} {thing}?"


# "là bao nhiêu" asks for a number of anything; what has one says so ("số dự án", "sản lượng").
_COUNTED = re.compile(r"\b(?:so|luong|tong|muc|quy mo|dien tich)\b")


def is_quantity(thing: str, lang: str) -> bool:
    """Return whether a thing has a value that can be asked for: trade has, a law has none."""
    question = value_of(thing, lang, "was")
    kind = wanted(fold(question) if lang == "vi" and is_ascii_words(thing) else question, lang).kind
    return kind in QUANTITIES and (lang == "en" or kind != "count" or bool(_COUNTED.search(fold(thing))))


def both(form: Form, a: str, b: str, ask: Callable[[str], str], lang: str) -> Sides:
    """Return two things compared, each asked for with the names and the time that only the other has."""
    return Sides(form, (a, b), (ask(lent(a, b, lang)), ask(lent(b, a, lang))))
