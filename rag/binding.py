"""What a value in an article is the value of: when, and of whom.

Most wrong answers of a small model are right numbers in the wrong place: of another year, of
another pair of countries, in the other direction. Code that knows which time and which parties a
sentence binds a value to can refuse those, and can often find the right one by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.text import glossary
from index.text.spelling import fold, plain
from rag.lines import Line, fits, said_of
from rag.question import Question, statement
from rag.values import Value
from rag.values.dates import PartialDate
from rag.values.relations import Relation, conflicting_direction, relations
from rag.values.syllables import namesake

# An objection out of ignorance: it keeps a value from being the answer, but speaks for no other.
TIME_UNSAID = "its time is not said"
REPEATED = "only repeats the question"
_CHOICE = re.compile(r"\b(?:or|hay|hoac)\b")  # a question that offers its answers: "in 2019 or in 2023?"
_TIMES = frozenset({"date", "year", "range"})
# "16.7 billion USD in 2024": between a value and the time that follows it stand a few words at most.
_FOLLOWS = re.compile(r"^[^()\[\];:.!?]{0,40}$")
_FOLLOWS_WORDS = 5
_CLAUSE = re.compile(r"[;:]\s|[()\[\]]|,?\s(?:while|whereas|trong khi(?: đó)?|còn|but|nhưng)\s|\s[-–—]\s")


@dataclass(frozen=True, slots=True)
class Mention:
    """A value in a sentence, the time it is bound to and what its clause says."""

    line: Line
    value: Value
    when: Value | None  # a date, year or range of the same sentence
    clause: str


def mentions(line: Line, question: Question) -> list[Mention]:
    """Return the values of a sentence that are of the kind the question wants, bound to their times."""
    return [bind(line, value) for value in line.values if fits(value, question, line.text)]


def bind(line: Line, value: Value) -> Mention:
    """Return `value` with the time and the clause it belongs to."""
    start, end = _clause(line.text, value)
    when = None if value.kind in _TIMES else _time(line, value)
    return Mention(line, value, when, line.text[start:end])


def _clause(text: str, value: Value) -> tuple[int, int]:
    start, end = 0, len(text)
    for match in _CLAUSE.finditer(plain(text)):
        if match.end() <= value.start:
            start = match.end()
        elif match.start() >= value.end:
            end = match.start()
            break
    return start, end


def _time(line: Line, value: Value) -> Value | None:
    """Return the time a value is of: one that follows closely, else the nearest before it.

    In "from 9 billion in 2019 to 14 billion in 2023" each value has its own; in "in September 2023 A
    had 119 projects worth 646 million" both have the one before them.
    """
    times = [one for one in line.values if one.kind in _TIMES and one.date]
    same = [one for one in line.values if one.kind == value.kind]
    after = [one for one in times if one.start >= value.end]
    if after and _close(line.text, value, after[0], same):
        return after[0]
    start, _ = _clause(line.text, value)
    for time in reversed([one for one in times if one.end <= value.start]):
        if _aside(line.text, time, value):
            continue
        taken = any(_close(line.text, other, time, same) for other in same if other.end <= time.start)
        if not taken and (time.start >= start or start == 0 or not _own_time(line, start)):
            return time
    return None


_COMPARED = re.compile(
    r"(?:compared (?:to|with)|same (?:period|time)(?: in| of)?|versus|against|from|so với|cùng kỳ(?: năm)?)"
    r"\s+"
    r"(?:(?:the|in|of|last|same|period|cùng|kỳ|năm|that)\s+)*$"
)


def _aside(text: str, time: Value, value: Value) -> bool:
    """Return whether a time before the value belongs to an aside or a comparison and not to it."""
    low = plain(text)
    if _COMPARED.search(low[: time.start]):
        return True
    opened = low.rfind("(", 0, time.start)
    return (
        opened >= 0 and opened > low.rfind(")", 0, time.start) and 0 <= low.find(")", time.end) < value.start
    )


def _own_time(line: Line, clause_start: int) -> bool:
    return any(one.kind in _TIMES and one.start >= clause_start for one in line.values)


def _close(text: str, value: Value, time: Value, same: list[Value]) -> bool:
    between = text[value.end : time.start]
    if any(value.end <= other.start < time.start for other in same):
        return False
    return bool(_FOLLOWS.match(between)) and len(between.split()) <= _FOLLOWS_WORDS


def objections(mention: Mention, question: Question) -> list[str]:
    """Return the reasons why this value cannot be the answer; empty when there is none."""
    found = [REPEATED] if _echoes(mention, question) else []
    wrong_time = _other_time(mention, question)
    if wrong_time:
        found.append(wrong_time)
    line = mention.line
    other = _other_quantity(mention, question)
    if other:
        found.append(other)
    if _reversed(mention, question):
        found.append("the other direction")
    found += foreign(question, line)
    return found


def _echoes(mention: Mention, question: Question) -> bool:
    """Return whether a value is a day that the question names: the target for 2028 was not set in 2028."""
    day = mention.value.date
    if day is None or mention.value.date_to or _CHOICE.search(fold(question.text)):
        return False
    return any(one.date == day and one.date_to is None for one in question.wanted.values)


# Quantities that are said with "of" or "a … of" right before the value and are not trade, capital … itself.
_HEADS = ("surplus", "deficit", "trade_surplus", "trade_deficit", "export", "import")
AIM_REACH = 90  # characters before a value in which "target", "mục tiêu", "aim" may stand
_HEAD_REACH = 32  # characters between such a word and its value


AIM = "term:target"
# "agreed to lift trade to", "nhất trí nâng kim ngạch lên": an aim without the word.
_INTENDS = re.compile(
    r"\bto (?:lift|raise|increase|boost|bring|expand|double)\b[^.;]*$|"
    r"\b(?:nhất trí|thống nhất|đồng ý|cam kết|phấn đấu|hướng tới|muốn|sẽ)\b[^.;]*"
    r"\b(?:nâng|đưa|tăng|đạt)\b[^.;]*$"
)


def _aimed_at(mention: Mention, announced: frozenset[int]) -> bool | None:
    """Return whether a value is what somebody wants to reach; None when the sentence does not tell.

    A later year than the article's own is aimed at, an earlier one is not ("from 14 billion in 2023 to
    a target of 15 billion"), unless it is one in which the target asked for was `announced`. A date
    that is only the earliest possible one says nothing of later years.
    """
    line, when = mention.line, mention.when
    dated = line.article.dated
    if when and when.date and when.date.year and dated and when.date.year != dated.date.year:
        if when.date.year < dated.date.year and when.date.year not in announced:
            return False
        if when.date.year > dated.date.year and dated.basis in ("metadata", "given", "file name"):
            return True
    before = line.text[max(0, mention.value.start - AIM_REACH) : mention.value.start]
    if AIM in said_of(before, line.lang):
        return True
    if when and when.date and when.date.year in announced:
        return bool(_INTENDS.search(plain(before)))
    return None


def _other_quantity(mention: Mention, question: Question) -> str | None:
    """Return what the value measures when that is plainly not what is asked: a surplus, exports."""
    lang, value = mention.line.lang, mention.value
    if value.kind != "amount":
        return None
    just_before = mention.line.text[max(0, value.start - _HEAD_REACH) : value.start]
    heads = {key for key in said_of(just_before, lang) if key.removeprefix("term:") in _HEADS}
    asked = said_of(question.text, question.lang)
    aimed = _aimed_at(mention, question.wanted.years if AIM in asked else frozenset())
    if aimed is not None and aimed != (AIM in asked):
        return "a target, not a figure" if aimed else "a figure, not a target"
    other = sorted(heads - asked)
    return f"a value of {other[0].removeprefix('term:')}" if other and not heads & asked else None


def _reversed(mention: Mention, question: Question) -> bool:
    """Return whether the sentence says of B upon A what is asked of A upon B."""
    asked, lang = statement(question.text), mention.line.lang
    if mention.value.kind not in ("rank", "ordinal"):
        if conflicting_direction(asked, mention.clause, claim_lang=question.lang, quote_lang=lang):
            return True
        return _other_subject(mention, relations(asked, question.lang))
    # "A is B's third-largest partner, and B is A's fourth": each rank has parties of its own.
    wanted = {
        (one.agent, one.target) for one in relations(asked, question.lang) if one.act.startswith("rank")
    }
    said = {
        (one.agent, one.target)
        for one in relations(mention.line.text, lang)
        if one.act == f"rank {mention.value.number}"
    }
    return bool(wanted & {(b, a) for a, b in said}) and not wanted & said


def _other_subject(mention: Mention, asked: list[Relation]) -> bool:
    """Return whether the one country that governs the value is the target of what is asked.

    "Peru has 45 projects" (in a text about Chile) does not tell how many Chile has in Peru, although
    it does not say where Peru's are.
    """
    line, value = mention.line, mention.value
    at = line.text.find(mention.clause)
    subjects = {
        name.key
        for name in line.names
        if name.kind == "country"
        and at <= name.start
        and name.end <= value.start
        and not _BOUND.search(plain(line.text[: name.start]))
    }
    return any(subjects == {one.target} and one.agent != one.target for one in asked)


_BOUND = re.compile(
    r"\b(?:in|into|to|at|on|from|of|with|for|by|tại|ở|vào|sang|cho|đến|tới|trên|từ|của|với)\s+(?:the\s+|nước\s+)?$"
)


def _other_time(mention: Mention, question: Question) -> str | None:
    years = question.wanted.years
    if not years or mention.value.kind in _TIMES:
        return None
    when = mention.when
    if when is None or when.date is None or when.date.year is None:
        dated = mention.line.article.dated
        earlier = mention.line.earlier
        if len(earlier) == 1 and earlier <= years:
            return None  # "By September 2023 A had 119 projects. B had 17."
        if dated and dated.date.year in years and not earlier:
            return None
        said = said_of(mention.line.article.text, mention.line.article.lang)
        if not any(f"year:{year}" in said for year in years) and not (dated and dated.date.year in years):
            return f"of an article that does not name {', '.join(map(str, sorted(years)))}"
        return TIME_UNSAID
    covered = _years(when)
    if not covered & years:
        return f"of {when.text}, not of {', '.join(map(str, sorted(years)))}"
    asked_parts = [
        one for one in question.wanted.values if one.kind in _TIMES and one.date and one.date.month
    ]
    if not asked_parts and when.kind == "range" and _part_of_year(when):
        return f"of {when.text} only"
    for one in asked_parts:
        if when.date.month and one.date and when.date.year == one.date.year and not _overlaps(one, when):
            return f"of {when.text}, not of {one.text}"
    return None


def _years(when: Value) -> frozenset[int]:
    first = when.date.year if when.date and when.date.year else 0
    last = when.date_to.year if when.date_to and when.date_to.year else first
    return frozenset({first, last}) - {0}


def _part_of_year(when: Value) -> bool:
    return bool(when.date and when.date_to and when.date.year == when.date_to.year and when.date.month)


def _overlaps(a: Value, b: Value) -> bool:
    def months(value: Value) -> tuple[int, int]:
        assert value.date is not None
        low = _ordinal(value.date, first=True)
        return low, _ordinal(value.date_to or value.date, first=False)

    (a_low, a_high), (b_low, b_high) = months(a), months(b)
    return a_low <= b_high and b_low <= a_high


def _ordinal(date: PartialDate, *, first: bool) -> int:
    return (date.year or 0) * 12 + (date.month or (1 if first else 12))


def foreign(question: Question, line: Line) -> list[str]:
    """Return what speaks against a sentence being about the question's parties.

    A country, organisation or person of the question must be named by the sentence or by what it
    leans on; where the sentence names others of that kind instead, its own words decide.
    """
    lang = line.lang
    own = said_of(line.text, lang)
    around = own | said_of(line.context, lang)
    found = []
    asked = {name.key for name in question.names if name.key.startswith("country:")}
    missing = asked - around
    if missing:
        found.append("does not speak of " + ", ".join(sorted(missing)))
    elif asked - own:
        others = {key for key in own if key.startswith("country:")} - asked
        if others:
            found.append("speaks of " + ", ".join(sorted(others)))
    # Cities and organisations often stand for a country ("Hanoi decided"), so one may be unsaid, not all.
    wider = {name.key for name in question.names if name.key.startswith(("place:", "org:"))}
    wider = {key for key in wider if glossary.capital_of(key) not in around}
    if wider and not asked and not wider & around:
        found.append("does not speak of " + ", ".join(sorted(wider)))
    for name in question.names:
        if not name.sure or not name.key.startswith("name:"):
            continue
        if other := namesake(name.text, f"{line.article.title}\n{line.article.text}"):
            found.append(f"of {other}, not of {name.text}")
            continue
        if _named(name.key, around):
            continue
        # A person or thing is named once and then meant for the rest of the article.
        if not _named(name.key, said_of(line.article.text, lang)):
            found.append(f"does not speak of {name.text}")
    return found


def _named(key: str, around: frozenset[str]) -> bool:
    """Return whether a name, or one of its distinctive parts, is among the concepts."""
    words = [word for word in key.removeprefix("name:").split() if len(word) > 2]
    if key in around or not words:
        return True
    return sum(f"name:{word}" in around for word in words) * 2 >= len(words)
