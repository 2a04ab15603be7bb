"""What a name is, and what both ways of finding one ask of a word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from index.text.gazetteer import Token

NameKind = Literal["country", "place", "org", "person", "acronym", "title", "other"]


@dataclass(frozen=True, slots=True)
class Name:
    """One name; `text` is exactly the characters from `start` to `end`.

    `sure` is False where a capital may only mark the beginning of a sentence; `portable` says that
    the name is written alike in both languages (but for diacritics) or that the tables know both.
    """

    kind: NameKind
    start: int
    end: int
    text: str
    key: str
    sure: bool = True
    portable: bool = True
    initial: bool = False  # a single word at the beginning of a sentence
    role: str | None = None  # "president", where a title stands before the name


SENTENCE_END = re.compile(r"(?:^|[.!?:;…\n|•]|[.!?]['\"”’)])\s*['\"“‘(\[-]*\s*$")


def is_capital(token: Token) -> bool:
    """Return whether a word is written with a capital, or is one such as 5G."""
    return token.text[0].isupper() or (token.text[0].isdigit() and any(c.isupper() for c in token.text))


def begins_sentence(text: str, token: Token) -> bool:
    """Return whether a word stands where any word has a capital."""
    return bool(SENTENCE_END.search(text[max(0, token.start - 6) : token.start])) or token.start == 0
