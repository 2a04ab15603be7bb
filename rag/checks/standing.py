"""Where a draft stands: the sentences of a source that say it, in its own words or in others.

A draft copies the passage, or rewords it, or says it in the language of the question; each has to be
found in another way, and what is found nowhere is not said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from index.records import Lang
from index.text.spelling import fold
from rag.evidence.lines import Line, fits, said_of, typed
from rag.evidence.sources import Source
from rag.question import Question
from rag.values import Value, find_names, find_values, same_value, supports
from rag.values.quotes import find_quote

WORD = re.compile(r"\w+")
# A draft in other words than the passage's must share this much of them to stand on it.
OVERLAP = 0.6
ITEM = re.compile(r"^\s*(?:[-•*–]|\(?\d{1,2}[.)]|[a-z]\))\s*")


_FEW = 4  # words of a draft that is a value and little else


def place(question: Question, text: str, source: Source) -> tuple[int, int] | None:
    """Return where a draft stands word for word: as a value of the kind asked for, if it is one number.

    "Five" is first found in "five years", where paintings are counted two sentences on; "2" in "2.3 metres".
    """
    span = find_quote(text, source.text, ignore_case=True)
    if span and _inside_number(source.text, *span):
        span = None
    drafted = [one.number for one in find_values(text, source.lang) if one.number is not None]
    if not typed(question) or len(drafted) != 1 or len(text.split()) > _FEW:
        return span
    fitting = [
        (line.score, line.sentence.start - source.start + value.start, len(value.text))
        for line in source.lines
        for value in line.values
        if value.number == drafted[0] and fits(value, question, line.text)
    ]
    if not fitting or (span and any(span[0] < at + size and at < span[1] for _, at, size in fitting)):
        return span
    _, start, size = max(fitting, key=lambda one: one[0])
    return start, start + size


_OF_NUMBER_BEFORE, _OF_NUMBER_AFTER = re.compile(r"\d[.,]?$"), re.compile(r"[.,]?\d")


def _inside_number(text: str, start: int, end: int) -> bool:
    """Return whether a span begins or ends within a longer number: "2" of "2.3"."""
    before = text[start].isdigit() and _OF_NUMBER_BEFORE.search(text, 0, start)
    return bool(before or (text[end - 1].isdigit() and _OF_NUMBER_AFTER.match(text, end)))


def whole_list(source: Source, lines: tuple[Line, ...]) -> tuple[Line, ...] | None:
    """Return all items of the list that `lines` are some of, None where there are no more.

    Half a list is no answer.
    """
    listed = [one for one in source.article.blocks if one.kind == "list"]

    def is_item(line: Line) -> bool:
        return any(block.start <= line.sentence.start < block.end for block in listed)

    for items, run in groupby(source.lines, key=is_item):
        found = tuple(run)
        if items and set(lines) < set(found):
            return found
    return None


def lines_of(source: Source, span: tuple[int, int]) -> tuple[Line, ...]:
    """Return the sentences that a stretch of the source's text (start, end) lies in."""
    start, end = source.start + span[0], source.start + span[1]
    return tuple(one for one in source.lines if one.sentence.start < end and start < one.sentence.end)


def lines_like(text: str, source: Source) -> tuple[Line, ...]:
    """Return the fewest consecutive sentences that share most words and all figures with `text`."""
    words = {word for word in WORD.findall(fold(text)) if len(word) > 1 or word.isdigit()}
    if not words:
        return ()
    best: tuple[float, tuple[Line, ...]] = (0.0, ())
    lang = source.lang
    for part in _stretches(source):
        joined = _joined(source, part)
        share = len(words & set(WORD.findall(fold(joined)))) / len(words)
        if share > best[0] + 1e-9 and not supports(text, joined, claim_lang=lang, quote_lang=lang):
            best = (share, part)
    return best[1] if best[0] >= OVERLAP else ()


# What is the same in both languages: figures, and names and offices that the tables know or both spell alike.
_PORTABLE = ("num:", "unit:", "year:", "month:", "country:", "org:", "name:", "role:")
# Words of a draft outside its names, such as an office ("thị trưởng"); more cannot be looked up.
FREE = 2


def lines_meaning(text: str, question: Question, source: Source) -> tuple[Line, ...]:
    """Return the fewest consecutive sentences that hold a draft in the language of the question.

    All its figures, names and offices must be there. Where a quantity is asked for it must have a figure,
    elsewhere a name and few other words: what is translated freely ("một nhóm người Nhật Bản") cannot be
    checked, and stands nowhere.
    """
    lang = question.lang
    if typed(question) or question.several:
        if not any(not value.weak for value in find_values(text, lang)):
            return ()
    elif _free_words(text, lang) > FREE:
        return ()
    said = frozenset(key for key in said_of(text, lang) if key.startswith(_PORTABLE))
    of = source.lang
    if not said or not said <= frozenset().union(*(said_of(line.text, of) for line in source.lines)):
        return ()
    return next((part for part in _stretches(source) if said <= said_of(_joined(source, part), of)), ())


def _free_words(text: str, lang: Lang) -> int:
    """Return how many words of a text stand outside its names; many if it has no name."""
    names = find_names(text, lang)
    if not names:
        return FREE + 1
    outside = "".join(
        " " if any(name.start <= i < name.end for name in names) else letter for i, letter in enumerate(text)
    )
    return len(WORD.findall(outside))


def _stretches(source: Source) -> Iterator[tuple[Line, ...]]:
    """Yield all runs of consecutive sentences, shorter ones first."""
    for size in range(1, len(source.lines) + 1):
        for at in range(len(source.lines) - size + 1):
            yield source.lines[at : at + size]


def _joined(source: Source, part: tuple[Line, ...]) -> str:
    return source.article.text[part[0].sentence.start : part[-1].sentence.end]


_DIGITS = re.compile(r"\d[\d.,]*")


def meant_value(
    question: Question, text: str, source: Source
) -> tuple[tuple[int, int], tuple[Line, ...]] | None:
    """Return where the source has the one value of the source that a draft means in other words.

    "two" of a Vietnamese "hai"; and, since small models say "15 trillion" for "15 tỷ", a value with
    the same digits: they are copied where the word after them is mistranslated.
    """
    drafted = [one for one in find_values(text, question.lang) if not one.date]
    digits = _DIGITS.findall(text)
    fitting = [(v, line) for line in source.lines for v in line.values if fits(v, question, line.text)]
    same = [one for one in fitting if any(same_number(drafted_value, one[0]) for drafted_value in drafted)]
    alike = [one for one in fitting if len(digits) == 1 and _DIGITS.findall(one[0].text) == digits]
    for found in (same, alike):
        if len({value.text for value, _ in found}) == 1:
            value, line = found[0]
            at = line.sentence.start - source.start
            return (at + value.start, at + value.end), (line,)
    return None


def same_number(drafted: Value, value: Value) -> bool:
    """Return whether a drafted value is the same as one of the source, or the same number of something."""
    return same_value(drafted, value) or (drafted.number is not None and drafted.number == value.number)
