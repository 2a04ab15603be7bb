"""From drafts to a decision: which finding is the answer, what else is known, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from rag.answer import Reason
from rag.binding import TIME_UNSAID
from rag.confidence import THRESHOLD, estimate
from rag.evidence import Line, Source, terms_held, typed
from rag.question import Question
from rag.reader import Draft
from rag.rivals import rivals, sharpened
from rag.verify import Finding, examine, same_answer

# Reading stops early at a finding that the model is this sure of, if code found the same or the next
# source is this much weaker. A reading costs 1.5 to 3 seconds; see eval/LOG.md.
SURE_VOTE = 0.5
MOST_TERMS = 0.6  # and only where the sentence speaks of most of what the question speaks of
LEAD = 0.25
# A reading that is this sure and fails only for want of a date is not overruled by code alone.
TRUSTED = 0.3
# A value of another article is another state of the same quantity only if its sentence is about as
# good a match for the question as the answer's own.
COMPARABLE = 0.8


_CHANGING = frozenset({"amount", "count", "percent", "rank"})  # a date does not grow


@dataclass(frozen=True, slots=True)
class Decision:
    """The finding that answers, those that differ from it, and how sure that is."""

    finding: Finding | None
    reason: Reason | None = None
    confidence: float = 0.0
    others: tuple[Finding, ...] = ()  # other values of the same quantity, from other articles
    settled: bool = False  # more reading would not change it


def decide(question: Question, drafts: list[Draft], sources: list[Source], pool: list[Line]) -> Decision:
    """Return what the drafts read so far, and code on its own, amount to."""
    read = [
        examine(question, draft.text, draft.source, draft.sure - draft.absent)
        for draft in drafts
        if not draft.says_nothing
    ]
    clean = [one for one in read if not one.objections]
    own = rivals(question, sources, pool)
    # Code alone may correct a reading, not replace one: only what the model has had before it counts,
    # and never for the latest state of things, which code cannot tell from an earlier one.
    heard = [] if question.newest else [one for one in own if any(_holds(d.source, one) for d in drafts)]
    best = _best(read, clean, heard)
    if best is None:
        return Decision(None, "unsupported" if drafts else "no_evidence")
    agreed = sum(same_answer(best, one) for one in (*clean, *own)) > 1
    sure = estimate(question, best, agreed)
    if sure < THRESHOLD:
        return Decision(None, "low_confidence", sure)
    others = _others(question, best, clean)
    if others and _open_in_time(question):
        newest = max((best, *others), key=lambda one: (_day(one), one.strength))
        if newest is not best:
            others = (best, *(one for one in others if one is not newest))
            best = newest
    best = sharpened(question, best, pool)
    return Decision(best, None, sure, tuple(others), _settled(question, drafts, sources, best, agreed, own))


def _holds(source: Source, finding: Finding) -> bool:
    sentence = finding.line.sentence
    same = source.article.id == finding.line.article.id
    return same and source.start <= sentence.start and sentence.end <= source.end


def _best(read: list[Finding], clean: list[Finding], own: list[Finding]) -> Finding | None:
    """Return the strongest finding; what code found alone counts only where no reading stands."""
    if clean:
        return max(clean, key=lambda one: one.strength)
    if not own or any(one.vote >= TRUSTED and one.objections == (TIME_UNSAID,) for one in read):
        return None
    rest = [one for one in own[1:] if not same_answer(one, own[0])]
    # Two values that both pass and stand in equally good sentences: code cannot choose between them.
    if rest and own[0].strength - rest[0].strength < LEAD:
        return None
    return own[0]


def _others(question: Question, best: Finding, clean: list[Finding]) -> tuple[Finding, ...]:
    if best.mention is None or not typed(question) or question.wanted.kind not in _CHANGING:
        return ()
    found: list[Finding] = []
    for one in clean:
        if (
            one.source.article.id != best.source.article.id
            and one.mention is not None
            and _comparable(best, one)
            and not any(same_answer(one, other) for other in found)
        ):
            found.append(one)
    return tuple(found)


def _day(finding: Finding) -> str:
    dated = finding.source.article.dated
    return dated.date.isoformat() if dated else ""


def _settled(
    question: Question,
    drafts: list[Draft],
    sources: list[Source],
    best: Finding,
    agreed: bool,
    own: list[Finding],
) -> bool:
    """Return whether reading on would hardly change the answer."""
    unread = sources[len(drafts) :]
    if question.wanted.many or not unread:
        return False
    if best.vote < SURE_VOTE or terms_held(question, best.line) < MOST_TERMS:
        return False
    if question.newest and not typed(question):
        return False
    if _open_in_time(question):
        waiting = {source.article.id for source in unread} - {best.source.article.id}
        if any(one.source.article.id in waiting and _comparable(best, one) for one in own):
            return False  # another article has another value: it may be the newer one
    return agreed or best.line.score - unread[0].score >= LEAD


def _open_in_time(question: Question) -> bool:
    """Return whether a quantity is asked for that may have changed, without saying as of when."""
    kind = question.wanted.kind
    return typed(question) and kind in _CHANGING and (question.newest or not question.wanted.years)


def _comparable(best: Finding, other: Finding) -> bool:
    return best.line.score - other.line.score < COMPARABLE and not same_answer(other, best)
