"""Why a value cannot be the answer: another time, other parties, the other direction, another quantity."""

from __future__ import annotations

import re
from functools import cache

from index.text import glossary
from index.text.gazetteer import VI_SYLLABLE
from index.text.spelling import fold, listed, plain
from rag.binding import TIMES, Mention
from rag.lesser import lesser
from rag.lines import Line, fits, said_of, typed
from rag.question import Question, statement
from rag.values import Value, find_numbered, find_values, numbered_otherwise
from rag.values.changes import from_to, is_level
from rag.values.dates import PartialDate
from rag.values.relations import Relation, conflicting_direction, relations
from rag.values.syllables import namesake

# An objection out of ignorance: it keeps a value from being the answer, but speaks for no other.
TIME_UNSAID = "its time is not said"
REPEATED = "only repeats the question"


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
    if question.wanted.also and is_level(line.text, mention.value) and not _has_both_ends(line, question):
        found.append("a level, not a change")
    if _whole_sum(mention, question):
        found.append("a whole sum, not the price of one")
    if _reversed(mention, question):
        found.append("the other direction")
    found += foreign(question, line)
    return found


def _has_both_ends(line: Line, question: Question) -> bool:
    """Return whether a sentence tells a change by its two ends, so that code can compute it."""
    return from_to(line.text, [one for one in line.values if fits(one, question, line.text)]) is not None


def _echoes(mention: Mention, question: Question) -> bool:
    """Return whether a value is a day that the question names: the target for 2028 was not set in 2028."""
    day = mention.value.date
    if day is None or mention.value.date_to or question.offers:
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


@glossary.derived
@cache
def _called() -> re.Pattern[str]:
    """Return what stands right before a value that is called a target: "mục tiêu", "the goal of about"."""
    spelled = sorted({fold(word) for word, key in glossary.spellings("term").items() if f"term:{key}" == AIM})
    return re.compile(
        rf"\b(?:{'|'.join(map(re.escape, spelled))})\s+"
        r"(?:(?:of|at|is|was|la|dat|about|around|nearly|over|more than|khoang|gan|hon|tren|us\$|\$|usd)\s*)*$"
    )


def _aimed_at(mention: Mention, announced: frozenset[int]) -> bool | None:
    """Return whether a value is what somebody wants to reach; None when the sentence does not tell.

    What is called one ("a target of 15 billion") is, whatever its year. A later year than the article's own
    is aimed at, an earlier one is not ("from 14 billion in 2023 to a target of 15 billion"), unless it is one
    in which the target asked for was `announced`. A date that is only the earliest possible one says nothing
    of later years.
    """
    line, when = mention.line, mention.when
    if _called().search(fold(line.text[: mention.value.start])):
        return True
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


# "per kilowatt-hour", "mỗi ký": a price of one, which the whole sum is not.
_EACH_ASKED = re.compile(
    r"\bper (?!cent\b|capita\b|annum\b|year\b)|"
    r"\b(?:mỗi|một) (?:cân|ký|kg|lít|tấn|số|kwh|cổ phiếu|m2|mét|ha|vé|suất)\b"
)
_EACH_AFTER = re.compile(
    r"\s*(?:[\w$]+\s+){0,2}?(?:(?:for )?(?:per|an?|each|every)|apiece|mỗi|một|trên)\b|\s*/"
)
_EACH_BEFORE = re.compile(r"\b(?:per|each|every|mỗi|một)\b")
_EACH_REACH = 30  # characters before a value


def _whole_sum(mention: Mention, question: Question) -> bool:
    """Return whether the price of one is asked for and the value is not said to be of one."""
    value, text = mention.value, plain(mention.line.text)
    if value.kind != "amount" or not _EACH_ASKED.search(plain(question.text)):
        return False
    before = text[max(0, value.start - _EACH_REACH) : value.start]
    return not _EACH_AFTER.match(text, value.end) and not _EACH_BEFORE.search(before)


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
    if not years or mention.value.kind in TIMES:
        return None
    when = mention.when
    if when is None or when.date is None or when.date.year is None:
        same = _of_day(question, mention.line, when)
        if same is not None:
            return None if same else TIME_UNSAID
        dated = mention.line.article.dated
        earlier = mention.line.earlier
        if len(earlier) == 1 and earlier <= years:
            return None  # "By September 2023 A had 119 projects. B had 17."
        if dated and dated.date.year in years and not earlier:
            return None
        return unnamed_year(question, mention.line) or TIME_UNSAID
    covered = _years(when)
    if not covered & years:
        return f"of {when.text}, not of {', '.join(map(str, sorted(years)))}"
    asked_parts = [one for one in question.wanted.values if one.kind in TIMES and one.date and one.date.month]
    if not asked_parts and when.kind == "range" and _part_of_year(when):
        return f"of {when.text} only"
    for one in asked_parts:
        if when.date.month and one.date and when.date.year == one.date.year and not _overlaps(one, when):
            return f"of {when.text}, not of {one.text}"
    return None


def _of_day(question: Question, line: Line, when: Value | None = None) -> bool | None:
    """Return whether an article is of the one month or day that a question names; None if one is not known.

    What it tells of no other time is then of that one, and what another month's article tells is not. A month
    without a year (`when`) is the last one before the article.
    """
    dated = line.article.dated
    days = [one.date for one in question.wanted.values if one.kind in TIMES and one.date and one.date.month]
    if dated is None or dated.precision != "day" or len(days) != 1 or days[0].year is None:
        return None
    asked, (year, month, day) = days[0], (dated.date.year, dated.date.month, dated.date.day)
    if when and when.date and when.date.month and not when.date_to:
        named = when.date.month
        year, month, day = year - (named > month), named, when.date.day or day
    return (year, month) == (asked.year, asked.month) and asked.day in (None, day)


_SINCE = re.compile(r"\b(?:since|từ(?: năm)?)\s+((?:19|20)\d\d)\b")  # "in office since 2017": in 2020 too


def unnamed_year(question: Question, line: Line) -> str | None:
    """Return the objection to a dated article that is of no year that the question names, nor names one.

    What an undated article tells may be of any year.
    """
    years, dated = question.wanted.years, line.article.dated
    if not years or dated is None:
        return None
    if dated.date.year in years:
        return None if _of_day(question, line) is not False else TIME_UNSAID
    reference = dated.date if dated.precision == "day" else None
    text = f"{line.article.title}\n{line.article.text}"
    named = {
        date.year
        for value in find_values(text, line.article.lang, reference=reference)
        for date in (value.date, value.date_to)
        if date
    }
    # Who held an office held it in between; what was sold was another quantity each year.
    begun = [] if typed(question) else [int(year) for year in _SINCE.findall(plain(text))]
    if years & named or any(first <= year <= dated.date.year for first in begun for year in years):
        return None
    return f"of an article that does not name {', '.join(map(str, sorted(years)))}"


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
    found += lesser(question.text, question.lang, line.text, lang)
    # Cities and organisations often stand for a country ("Hanoi decided"), so one may be unsaid, not all.
    wider = {name.key for name in question.names if name.key.startswith(("place:", "org:"))}
    wider = {key for key in wider if glossary.capital_of(key) not in around}
    if wider and not asked and not wider & around:
        found.append("does not speak of " + ", ".join(sorted(wider)))
    whole = f"{line.article.title}\n{line.article.text}"
    for numbered in find_numbered(question.text):
        other = numbered_otherwise(numbered, whole)
        found += [f"of {other}, not of {numbered.text}"] if other else []
    for name in question.names:
        if not name.sure or not name.key.startswith("name:"):
            continue
        if other := namesake(name.text, whole):
            found.append(f"of {other}, not of {name.text}")
            continue
        if _named(name.key, around):
            continue
        # A person or thing is named once and then meant for the rest of the article.
        if not _named(name.key, said_of(line.article.text, lang)):
            found.append(f"does not speak of {name.text}")
    return found


# Folded words of names that say what is named and not which: any storm is "bão".
_CLASSES = frozenset(
    listed(
        "bao storm typhoon hurricane cyclone cau bridge tau ship vessel chuoi chain song river dao island "
        "cang port san airport duong street road ngan hang bank truong school university hoc benh vien "
        "hospital khu cum"
    )
)


def _named(key: str, around: frozenset[str]) -> bool:
    """Return whether a name, or one of its distinctive parts, is among the concepts."""
    words = [word for word in key.removeprefix("name:").split() if len(word) > 2]
    if key in around or not words:
        return True
    own = [word for word in words if word not in _CLASSES] or words
    held = sum(f"name:{word}" in around for word in own)
    if len(own) == 2 and all(VI_SYLLABLE.fullmatch(word) for word in own):
        return held == 2  # "Lạc Sơn" is not wherever somebody is called Sơn
    return held * 2 >= len(own)
