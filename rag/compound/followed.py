"""The values of a quantity for several years made one answer: the change over all, and what lies between."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer import Answer, TimelineEntry
from rag.compound.comparing import Comparison
from rag.compound.course import Course
from rag.compound.joining import Sheet, refused
from rag.compound.weighing import Found, weighed
from rag.phrases import PHRASES
from rag.question import Question

COMPUTED, TOLD = "computed from first and last", "told year by year"
ONCE, REFUSED = "of one time only", "not answered"


def told_over(question: Question, asked: Course, found: Sequence[Found]) -> tuple[Answer, str]:
    """Return the answer from those of `asked.questions`, and what was made of them."""
    given = [(one, each) for one, each in zip(found, asked.questions, strict=True) if one.given]
    match given:
        case []:
            return refused(question, [one.answer for one in found]), REFUSED
        case [(one, _)]:
            return _once(question, one.answer)
    return _over(question, asked, given)


def _once(question: Question, answer: Answer) -> tuple[Answer, str]:
    """Return the only value there is, which the article may give with an earlier one."""
    sheet = Sheet()
    sheet.take(answer)
    if len(answer.timeline) > 1:
        return sheet.answer(question, [answer], answer.status, answer.short), TOLD
    sheet.words.append(PHRASES[question.lang]["once"])
    return sheet.answer(question, [answer], "partial", answer.short), ONCE


def _over(question: Question, asked: Course, given: Sequence[tuple[Found, Question]]) -> tuple[Answer, str]:
    """Return the change computed from the first and the last, where one can be, and what lies between.

    The value of each year is in the timeline.
    """
    (first, before), (last, after) = given[0], given[-1]
    years = [min(each.wanted.years) for _, each in given]
    labels = (f"{asked.thing} ({years[0]})", f"{asked.thing} ({years[-1]})")
    whole = weighed(question, Comparison("change", labels, (before, after)), first, last)
    answers = [one.answer for one, _ in given]
    sheet = Sheet()
    if whole and (computed := whole.claims[0].computed):
        sheet.take(whole, whole.claims[:1])  # the first on the sheet, so its numbers stay
        start, end = ((one.citation,) for one in computed.operands)
        numbers = [start, *(_told(sheet, one) for one in answers[1:-1]), end]
    else:
        numbers = [_told(sheet, one) for one in answers]
    shorts = [answer.short or "" for answer in answers]
    for year, short, cited in zip(years, shorts, numbers, strict=True):
        sheet.timeline.append(TimelineEntry(short, str(year), cited))
    told = "; ".join(f"{year}: {short}" for year, short in zip(years, shorts, strict=True))
    return sheet.answer(question, answers, "answered", told), COMPUTED if whole else TOLD


def _told(sheet: Sheet, answer: Answer) -> tuple[int, ...]:
    """Add the first claim of an answer, and return the numbers of its citations on the sheet."""
    sheet.take(answer, answer.claims[:1], words=False)
    cited = {citation.n: citation for citation in answer.citations}
    return tuple(sheet.cite(cited[n]) for n in answer.claims[0].citations)
