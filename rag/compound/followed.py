"""The values of a quantity for several years made one answer: the change over all, and what lies between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.answer import MARK, Answer, TimelineEntry
from rag.compound.comparing import Comparison
from rag.compound.course import Course
from rag.compound.joining import Sheet, refused
from rag.compound.weighing import Found, weighed
from rag.question import Question
from rag.saying.phrases import PHRASES
from rag.values.changes import is_change

COMPUTED, TOLD = "computed from first and last", "told year by year"
ONCE, REFUSED = "of one time only", "not answered"


def told_over(question: Question, asked: Course, found: Sequence[Found]) -> tuple[Answer, str]:
    """Return the answer from those of `asked.questions`, and what was made of them.

    What an article gives as a change is no value of its year, and a whole sentence names none.
    """
    given = [one for one in found if one.given and one.answer.short and not _names_none(one)]
    if not given:
        return refused(question, [one.answer for one in found]), REFUSED
    if len(given) == 1:
        return _once(question, given[0].answer)
    years = dict(zip(asked.years, found, strict=True))
    return _over(question, asked, {year: one for year, one in years.items() if one in given})


def _names_none(found: Found) -> bool:
    """Return whether a finding gives no value of its year."""
    finding = found.finding
    if finding is None or finding.whole:
        return True
    mention = finding.mention
    return mention is not None and is_change(mention.line.text, mention.value)


def _once(question: Question, answer: Answer) -> tuple[Answer, str]:
    """Return the only value there is, which the article may give with an earlier one."""
    sheet = Sheet()
    sheet.take(answer)
    if len(answer.timeline) > 1:
        return sheet.answer(question, [answer], answer.status, answer.short), TOLD
    sheet.words.append(PHRASES[question.lang]["once"])
    return sheet.answer(question, [answer], "partial", answer.short), ONCE


def _over(question: Question, asked: Course, given: Mapping[int, Found]) -> tuple[Answer, str]:
    """Return the change computed from the first and the last, where one can be, and what lies between.

    The value of each year is in the timeline; the years of which none was confirmed are named.
    """
    start, *between, end = sorted(given)
    ends = (asked.questions[asked.years.index(start)], asked.questions[asked.years.index(end)])
    change = Comparison("change", (str(start), str(end)), ends, (start, end))
    whole = weighed(question, change, given[start], given[end])
    sheet = Sheet()
    cited: dict[int, tuple[int, ...]] = {}
    if whole and (computed := whole.claims[0].computed):
        sheet.take(whole, whole.claims[:1])  # the first on the sheet, so its numbers stay
        cited = {year: (one.citation,) for year, one in zip((start, end), computed.operands, strict=True)}
    for year in between if cited else sorted(given):
        cited[year] = _told(sheet, year, given[year].answer)
    shorts = {year: given[year].answer.short or "" for year in sorted(given)}
    sheet.timeline += [TimelineEntry(short, str(year), cited[year]) for year, short in shorts.items()]
    if missing := [str(year) for year in asked.years if year not in given]:
        sheet.words.append(PHRASES[question.lang]["unconfirmed"].format(years=", ".join(missing)))
    told = sheet.answer(
        question,
        [one.answer for one in given.values()],
        "partial" if missing else "answered",
        "; ".join(f"{year}: {short}" for year, short in shorts.items()),
    )
    return told, COMPUTED if whole else TOLD


def _told(sheet: Sheet, year: int, answer: Answer) -> tuple[int, ...]:
    """Add the first claim of an answer, with its year if it is the bare value; return its numbers there."""
    claim = answer.claims[0]
    bare = answer.short and MARK.sub("", claim.text).strip(" .") == answer.short.strip(" .")
    first = replace(claim, text=f"{year}: {claim.text}") if bare else claim
    sheet.take(answer, [first], words=False)
    known = {citation.n: citation for citation in answer.citations}
    return tuple(sheet.cite(known[n]) for n in claim.citations)
