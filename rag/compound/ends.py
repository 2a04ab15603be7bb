"""A change that one sentence tells by its two ends: "fell from 131 to 94"."""

from __future__ import annotations

from rag.checks.binding import bind, mentions
from rag.checks.timing import TIME_UNSAID, other_time
from rag.checks.verify import Finding
from rag.compound.comparing import Comparison
from rag.compound.computing import comparable
from rag.question import Question
from rag.values.changes import from_to, is_change, is_level


def ends(question: Question, finding: Finding) -> tuple[Finding, Finding] | None:
    """Return what a quantity was and what it came to, by the sentence of a finding.

    None unless a change is asked for that the sentence does not give itself, and it has one such pair of
    values in one unit.
    """
    return _pair(question, finding) if question.wanted.also else None


def ends_of(asked: Comparison, question: Question, finding: Finding) -> tuple[Finding, Finding] | None:
    """Return the ends of the change from one time to another that `question` asks for, as `ends` does.

    None if one is of another time than its side.
    """
    found = _pair(question, finding) if asked.form == "change" else None
    if found is None:
        return None
    sides = zip(found, asked.questions, strict=True)
    told = [other_time(one.mention, side) for one, side in sides if one.mention]
    return found if all(one in (None, TIME_UNSAID) for one in told) else None


def _pair(question: Question, finding: Finding) -> tuple[Finding, Finding] | None:
    line = finding.line
    values = [one.value for one in mentions(line, question)]
    if any(is_change(line.text, one) for one in values):
        return None
    pair = from_to(line.text, values)
    if pair is None or not comparable(*pair):
        return None
    first, second = (
        Finding(finding.source, one.text, (line,), mention=bind(line, one), voice=finding.voice)
        for one in pair
    )
    return first, second


def level(question: Question, finding: Finding) -> bool:
    """Return whether a change is asked for and a finding is what something was or came to."""
    mention = finding.mention
    return bool(question.wanted.also and mention and is_level(mention.line.text, mention.value))
