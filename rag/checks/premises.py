"""What a question takes for granted and a sentence tells otherwise: the other way, another time or round.

"Why did the mayor vote for the ban?" has no answer where the mayor voted against it. Only what is plainly
said of the same is heard: the same names, or most of the question's words, beside the words of the other way.
"""

from __future__ import annotations

import re
from functools import cache

from index.text import glossary
from index.text.lexical import STOP, folded_tokens
from index.text.spelling import fold, plain
from rag.evidence.lines import Line
from rag.question import Question
from rag.values import Name, Value, same_name
from rag.values.occasions import Occasion, occasions
from rag.values.outcomes import WAYS, Outcome, opposite, outcomes
from rag.values.segments import segment, segments

CONTRARY = "the contrary"  # so begins an objection to what a question takes for granted
_SHARED = 0.5  # share of the question's words that a part of a sentence must have to be about the same
_NAMED = frozenset({"person", "org", "other", "acronym", "country"})
# Words right behind "beat", "đánh bại": who stands there has lost.
_UPON = re.compile(r"(?:beat(?:s|ing)?|defeat(?:ed|s|ing)?|thắng|đánh bại)$")
_BETWEEN = re.compile(r"\s(?:[a-zà-ỹ'-]+\s){0,3}$")
_AIMS = re.compile(
    r"\b(?:tỷ lệ|mục tiêu|nhằm|để|biện pháp|giải pháp|how to|measures?|plans?|targets?|aims?|goals?|growth)\b"
)
_TO_DATIVE = re.compile(r"^(?:lost|lose|loses|losing) to$|^thua$|^thất bại trước$")


def contradicted(question: Question, line: Line, value: Value | None = None) -> list[str]:
    """Return what a sentence tells otherwise than a question takes for granted, as objections.

    `value` is what would answer: then the part of the sentence that it stands in decides.
    """
    return [*_otherwise(question, line, value), *_another_occasion(question, line, value)]


def barred(against: tuple[str, ...]) -> bool:
    """Return whether one of these objections is to what the question takes for granted."""
    return any(one.startswith(CONTRARY) for one in against)


def _otherwise(question: Question, line: Line, value: Value | None) -> list[str]:
    if question.yes_or_no or question.offers:
        return []
    asked, lang = outcomes(question.text, question.lang), line.lang
    said = outcomes(line.text, lang) if asked else []
    found = []
    for pair in WAYS:
        of_question = [one for one in asked if one.pair == pair]
        if len({one.way for one in of_question}) != 1:
            continue
        one = of_question[0]
        theirs = [other for other in said if other.pair == pair]
        if pair == "result":
            against = _other_result(question, one, line, theirs)
        elif pair == "trend":
            against = _other_trend(question, one, line, theirs, value)
        else:
            against = _all_contrary(one, theirs) and _same_matter(question, line, theirs[0])
        if against:
            found.append(f"{CONTRARY}: {opposite(one)}, not {one.way}")
    return found


def _all_contrary(asked: Outcome, said: list[Outcome]) -> bool:
    return bool(said) and all(one.way == opposite(asked) for one in said)


def _same_matter(question: Question, line: Line, said: Outcome) -> bool:
    """Return whether a sentence's outcome is that of whom and what the question is about.

    The nearest name before it, if the question has names, is one of them; else the words tell.
    """
    who = [name for name in question.names if name.kind in _NAMED]
    before = [name for name in line.names if name.end <= said.start and name.kind in _NAMED]
    if who and before:
        same = any(_same(before[-1], one) for one in who)
        # Anybody may refuse one thing and accept another; of votes there is mostly one.
        return same and (said.pair == "vote" or _of_it(question, line, who))
    if question.lang != line.lang:
        return False
    return _shared(question, line.text) >= _SHARED


def _of_it(question: Question, line: Line, who: list[Name]) -> bool:
    """Return whether a sentence has more of a question's words than the names in both."""
    words = {word for name in who for word in folded_tokens(name.text)} | _titles()
    asked, held = _telling(question), set(folded_tokens(line.text))
    return question.lang == line.lang and bool((asked - words) & held)


@glossary.derived
@cache
def _titles() -> frozenset[str]:
    """Return the folded words of titles and offices, which belong to a name."""
    roles = {token for role in glossary.spellings("role") for token in folded_tokens(role)}
    return frozenset(roles | {"ong", "ba", "anh", "chi", "mr", "mrs", "ms", "dr"})


def _other_result(question: Question, asked: Outcome, line: Line, said: list[Outcome]) -> bool:
    """Return whether who won by the question lost by the sentence, or the reverse."""
    hero = _subject(list(question.names), asked)
    if hero is None:
        return False
    ways = {way for one in said for name, way in _fates(line, one) if _same(name, hero)}
    return ways == {opposite(asked)}


def _fates(line: Line, said: Outcome) -> list[tuple[Name, str]]:
    """Return who won or lost by one word of a sentence, on both sides of it."""
    low = plain(line.text)
    names = [name for name in line.names if name.kind in _NAMED or name.kind == "place"]
    found = []
    if who := _subject(names, said):
        found.append((who, said.way))
    word = low[said.start : said.end]
    upon = bool(_UPON.search(word)) or bool(_TO_DATIVE.match(word))
    behind = next((name for name in names if name.start >= said.end), None)
    if upon and behind and _BETWEEN.fullmatch(low[said.end : behind.start]):
        found.append((behind, opposite(said)))
    return found


def _subject(names: list[Name], said: Outcome) -> Name | None:
    before = [name for name in names if name.end <= said.start]
    return before[-1] if before else None


def _other_trend(
    question: Question, asked: Outcome, line: Line, said: list[Outcome], value: Value | None
) -> bool:
    """Return whether what fell by the question rose by the sentence, or the reverse."""
    if _AIMS.search(plain(question.text)):
        return False
    if value is not None:
        if not (question.wanted.also or question.wanted.kind == "percent"):
            return False
        start, end = segment(line.text, value.start)
        return _all_contrary(asked, [one for one in said if start <= one.start < end])
    if question.wanted.kind not in ("reason", "how") or question.lang != line.lang:
        return False
    if not _all_contrary(asked, said):
        return False
    start, _ = segment(line.text, said[0].start)
    return _shared(question, line.text[start : said[0].end]) >= _SHARED


def _same(one: Name, other: Name) -> bool:
    return same_name(one, other) or bool(
        set(one.key.partition(":")[2].split()) & set(other.key.partition(":")[2].split())
    )


def _shared(question: Question, text: str) -> float:
    """Return the share (0 … 1) of what a question is about that a text has."""
    asked, held = _telling(question), set(folded_tokens(text))
    return len(asked & held) / len(asked) if asked else 0.0


def _telling(question: Question) -> set[str]:
    """Return the folded words that say what a question is about, without those of the way it asks of."""
    rest = question.text
    for one in reversed(outcomes(question.text, question.lang)):
        rest = rest[: one.start] + rest[one.end :]
    stop = {token for word in STOP[question.lang] for token in folded_tokens(word)}
    return {word for word in folded_tokens(rest) if len(word) > 1} - stop - _ASKING


_ASKING = frozenset(
    fold(
        "why how what when who did does do was were by much many which vì sao tại sao lý do nào bao nhiêu khi"
    ).split()
)


def _another_occasion(question: Question, line: Line, value: Value | None) -> list[str]:
    """Return whether a sentence is of another time, round or phase than a question, as an objection."""
    asked = occasions(question.text, question.lang)
    if not asked or question.yes_or_no or question.offers:
        return []
    said = occasions(line.text, line.lang)
    if value is not None and said:
        said = _beside(line.text, value, said)
    found = []
    for one in asked:
        numbers = {other.number for other in said if other.of == one.of}
        wanted = {other.number for other in asked if other.of == one.of}
        if numbers and not numbers & wanted:
            found.append(f"of {one.of} {min(numbers)}, not of {one.of} {one.number}")
    return list(dict.fromkeys(found))


def _beside(text: str, value: Value, said: list[Occasion]) -> list[Occasion]:
    """Return those that stand in the part of the value, else in the nearest before it, else all."""
    parts = segments(text)
    own = next((i for i, (start, end) in enumerate(parts) if start <= value.start < end), 0)
    for start, end in reversed(parts[: own + 1]):
        if inside := [one for one in said if start <= one.start < end]:
            return inside
    return said
