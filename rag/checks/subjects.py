"""Whether two articles are of different things, by the words of a question."""

from __future__ import annotations

import re
from functools import lru_cache

from index.records import Article
from rag.question import Question
from rag.values.wordlists import common_english

_WORD = re.compile(r"\b[a-z]+\b")
_LONG = 5  # letters of an English word that may tell two subjects apart
_PARTED = 2  # so many words of the question that only one of two articles has: "quarry", "blast"


def of_another_subject(question: Question, one: Article, other: Article) -> bool:
    """Return whether two English articles are of different things, by the words of an English question.

    The dead of a storm are no earlier figure of those of a blast. Names are left to `rag.checks.parties`, and
    words that news have everywhere tell nothing.
    """
    if {question.lang, one.lang, other.lang} != {"en"}:
        return False
    words = {word for word in _WORD.findall(question.text) if len(word) >= _LONG} - common_english()
    asked, (own, theirs) = {_stem(word) for word in words}, (_stems(article) for article in (one, other))
    more, fewer = sorted((asked & own - theirs, asked & theirs - own), key=len, reverse=True)
    return len(more) >= _PARTED and not fewer


def _stem(word: str) -> str:
    return word.removesuffix("s")


@lru_cache(maxsize=64)
def _stems(article: Article) -> frozenset[str]:
    return frozenset(map(_stem, _WORD.findall(f"{article.title} {article.text}".lower())))
