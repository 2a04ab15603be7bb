"""Whether a value or a sentence is of the time that a question names."""

from __future__ import annotations

import re

from index.text.spelling import plain
from rag.checks.binding import TIMES, Mention
from rag.evidence.lines import Line, typed
from rag.question import Question
from rag.values import Value, find_values
from rag.values.comparisons import only_compared
from rag.values.dates import PartialDate

# An objection out of ignorance: it keeps a value from being the answer, but speaks for no other.
TIME_UNSAID = "its time is not said"


def other_time(mention: Mention, question: Question) -> str | None:
    """Return the objection to a value that is of another time than asked, or of none that is said."""
    years = question.wanted.years
    if mention.value.kind in TIMES:
        return None
    if not years:
        return _other_month(mention, question)
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


def _other_month(mention: Mention, question: Question) -> str | None:
    """Return the objection to a value of another month than the one that is asked for without its year."""
    asked = {one.date.month for one in question.wanted.values if one.kind == "date" and one.date} - {None}
    when = mention.when
    if len(asked) != 1 or when is None or when.kind != "date" or when.date is None or not when.date.month:
        return None
    return None if when.date.month in asked else f"of {when.text}, not of month {asked.pop()}"


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
    } - only_compared(text)
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
