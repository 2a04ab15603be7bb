"""Why a passage was found: which words, names and values of the question it has, and how near it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.records import Lang
from index.search import crossing
from index.text import lexical
from rag.question import Question
from rag.values import find_names, find_values, same_value

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W_]+")


@dataclass(frozen=True, slots=True)
class Why:
    """What a question and a passage share, in the spelling and the order of the passage."""

    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # what the question writes otherwise, as "Japan = Nhật Bản"
    values: tuple[str, ...] = ()  # figures and dates that are written otherwise ("15 tỷ", "15 billion")
    meaning: float | None = None  # cosine of passage and question, -1 … 1; None where it was not measured

    @property
    def empty(self) -> bool:
        """Whether the meaning alone speaks for the passage."""
        return not (self.words or self.names or self.values)


def why(question: Question, text: str, lang: Lang, meaning: float | None = None) -> Why:
    """Return what `text`, of a language, has in common with a question."""
    words = _words(question, text, lang)
    said = {word.casefold() for run in words for word in _WORD.findall(run)}
    wanted = [value for value in question.wanted.values if not value.weak]
    values = [
        value.text
        for value in find_values(text, lang)
        if any(same_value(one, value) or same_value(value, one) for one in wanted)
    ]
    asked = {name.key: name.text for name in find_names(question.text, question.lang)}
    named = [(asked[one.key], one.text) for one in find_names(text, lang) if one.key in asked]
    other = _translated(question, text, lang) if lang != question.lang else ()
    names = [*named, *(pair for pair in other if not any(pair[1] in value for value in values))]
    return Why(
        words,
        tuple(f"{mine} = {theirs}" for mine, theirs in _each_once(names) if not _all_said(theirs, said)),
        tuple(one for one in dict.fromkeys(values) if not _all_said(one, said)),
        meaning,
    )


def _words(question: Question, text: str, lang: Lang) -> tuple[str, ...]:
    """Return the words of `text` that the search looks for, each once."""
    if question.lang == lang:
        exact = set(lexical.query_tokens(question.text, lang))
        folded = set(lexical.query_folded(question.text, lang)) if question.text.isascii() else set()
    else:
        exact, folded = set(), set(lexical.crossing_tokens(question.text))
    runs: list[list[re.Match[str]]] = []  # neighbours together: Vietnamese words are several of them
    for match in _WORD.finditer(text):
        (one,), (bare,) = lexical.tokens(match.group()), lexical.folded_tokens(match.group())
        if one not in exact and bare not in folded:
            continue
        if runs and text[runs[-1][-1].end() : match.start()] == " ":
            runs[-1].append(match)
        else:
            runs.append([match])
    found: dict[str, str] = {}
    for run in runs:
        words = text[run[0].start() : run[-1].end()]
        found.setdefault(words.casefold(), words)
    return tuple(found.values())


def _translated(question: Question, text: str, lang: Lang) -> Iterator[tuple[str, str]]:
    """Yield what the question calls otherwise than the other language, with the first spelling in `text`."""
    words = list(_WORD.finditer(text))
    tokens = [lexical.tokens(word.group())[0] for word in words]
    for known in crossing.known(question.text, question.lang, lang):
        places = (
            (at, len(phrase))
            for at in range(len(tokens))
            for phrase in known.spelled
            if tuple(tokens[at : at + len(phrase)]) == phrase
        )
        if first := min(places, default=None, key=lambda place: (place[0], -place[1])):
            at, count = first
            yield known.said, text[words[at].start() : words[at + count - 1].end()]


def _each_once(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the pairs without those that another pair says in more words, in the same order."""
    found = list(dict.fromkeys(pairs))
    return [
        (mine, theirs)
        for mine, theirs in found
        if not any(
            mine in more and theirs in words and (mine, theirs) != (more, words) for more, words in found
        )
    ]


def _all_said(text: str, said: set[str]) -> bool:
    return all(word.casefold() in said for word in _WORD.findall(text))
