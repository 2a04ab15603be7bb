"""Who no longer holds an office, and who does not hold it yet: "took over from X", "Y will become …"."""

from __future__ import annotations

import datetime as dt
import re

from index.text.spelling import plain
from rag.evidence.lines import Line, holder_asked, said_of
from rag.question import Question
from rag.values import find_values
from rag.values.quotes import find_quote
from rag.values.tenure import COMING_BEHIND, LEAVING_BEHIND, LEFT_BEFORE, LEFT_BEHIND, OF_CHANGE

FORMER = "held it before"
_OFFICE_BEFORE = re.compile(
    r"\b(?:former|ex-?|cựu|nguyên)\s"
)  # "the former teacher Ana Ruiz" is of no office


def not_in_office(question: Question, words: str, line: Line) -> list[str]:
    """Return the objection to somebody whom a sentence tells to have left the office that is asked for."""
    return [FORMER] if _asked(question) and _told(question, words, line, LEFT_BEFORE, LEFT_BEHIND) else []


def yet_to_come(question: Question, words: str, line: Line) -> bool:
    """Return whether a sentence says of somebody only that the office will be theirs.

    Not of who has it by the day that the question is asked as of, where the sentence tells the day.
    """
    if not _asked(question) or not _told(question, words, line, None, COMING_BEHIND):
        return False
    day = question.as_of
    if day is None or line.article.dated is None:
        return True
    starts = [
        value.date
        for value in find_values(line.text, line.lang, reference=line.article.dated.date)
        if value.date and value.date.month and value.date.day and not value.date_to
    ]
    years = [one.year or line.article.dated.date.year for one in starts]
    taken = [
        dt.date(year, one.month, one.day)
        for year, one in zip(years, starts, strict=True)
        if one.month and one.day
    ]
    return not (taken and max(taken) <= day)


def about_to_leave(question: Question, words: str, line: Line) -> bool:
    """Return whether a sentence says of somebody that the office will soon be theirs no more."""
    return _asked(question) and _told(question, words, line, None, LEAVING_BEHIND)


def _asked(question: Question) -> bool:
    return holder_asked(question) and not OF_CHANGE.search(question.text, question.lang)


def _told(
    question: Question,
    words: str,
    line: Line,
    before: dict[str, re.Pattern[str]] | None,
    behind: dict[str, re.Pattern[str]],
) -> bool:
    """Return whether the sentence has such words beside a name, wherever it names it, and no others."""
    low, lang = plain(line.text), line.lang
    span = find_quote(words, line.text, ignore_case=True)
    if span is None:
        return False
    start, end = span
    name = next((one for one in line.names if one.start <= start and end <= one.end), None)
    if name:
        start, end = name.start, name.end
    if behind[lang].match(low, end):
        return True
    led = before[lang].search(low[:start]) if before else None
    if led is None:
        return False
    if not _OFFICE_BEFORE.match(led[0]):
        return True
    return bool(_roles(question.text, question.lang) & _roles(led[0], lang))


def _roles(text: str, lang: str) -> set[str]:
    return {key for key in said_of(text, lang) if key.startswith("role:")}
