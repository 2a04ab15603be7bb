"""What a question that leans on another takes over from it: names and time."""

from __future__ import annotations

import re

from index.text.spelling import plain
from rag.evidence.lines import CHANGING
from rag.values import find_names, find_values
from rag.values.wanted import wanted

TIMES = frozenset({"date", "year", "range"})  # kinds of values
_TWO = {
    "en": (re.compile(r"\b(?:the two|both) (?:countries|nations|sides|states|neighbours)\b"), "and"),
    "vi": (re.compile(r"\b(?:hai|cả hai) (?:nước|bên|quốc gia)\b"), "và"),
}


def named(text: str, giver: str, lang: str) -> str:
    """Return a question in which "the two countries" are called by their names, where `giver` names two."""
    phrase, word = _TWO[lang]
    countries = list(dict.fromkeys(one.text for one in find_names(giver, lang) if one.kind == "country"))
    found = phrase.search(plain(text))
    if not found or len(countries) != 2:
        return text
    return f"{text[: found.start()]}{countries[0]} {word} {countries[1]}{text[found.end() :]}"


def lent(text: str, giver: str, lang: str) -> str:
    """Return a question with the names and the time of `giver` that it lacks.

    One that names an organisation only may still be about the countries spoken of.
    """
    text = named(text, giver, lang)
    own = [name for name in find_names(text, lang) if name.sure]
    given = [
        name.text
        for name in find_names(giver, lang)
        if name.sure and (not own or (name.kind == "country" and {one.kind for one in own} == {"org"}))
    ]
    kind = wanted(text, lang).kind
    # "Who is the mayor of Lima?" after a question about 2021 asks for the mayor of today.
    dated = kind in ("date", "year") or (bool(own) and kind not in CHANGING)
    dated = dated or any(one.kind in TIMES for one in find_values(text, lang))
    times = [] if dated else [one.text for one in find_values(giver, lang) if one.kind in TIMES]
    more = [one for one in dict.fromkeys((*given, *times)) if plain(one) not in plain(text)]
    return f"{text} ({', '.join(more)})" if more else text
