"""From drafts to what may be said: findings that nothing refutes, who backs whom, how probable each is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.checks.subjects import of_another_subject
from rag.checks.verify import Finding, examine, refuted, same_answer
from rag.deciding.confidence import shares, signals, strength, together
from rag.evidence.lines import open_in_time
from rag.evidence.sources import COMPARABLE, Source
from rag.question import Question
from rag.reading.reader import Draft
from rag.values.money import same_currency

LEAD = 1.0  # of one value that code finds over the next, in units of a sentence's score (log-odds)
_COUNTS = {"count", "number"}  # "6,500 people", and "3,900 of its dockers"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A finding that may answer, what speaks for it, and how probably it is right."""

    finding: Finding
    signals: dict[str, float]
    # Places, among the candidates, of those that speak for answering with it, its own too: those that give
    # the same answer and, of a quantity that changes, other articles' values, which are told beside it.
    backing: tuple[int, ...]
    share: float  # probability of this finding alone
    sure: float  # of all that back it
    by_code: bool  # whether code found it, or one that backs it, by itself


def candidates(question: Question, drafts: list[Draft], found_by_code: list[Finding]) -> list[Candidate]:
    """Return what drafts and code found and nothing refutes, each with its probability."""
    read = [
        examine(question, draft.text, draft.source, draft.voice) for draft in drafts if not draft.says_nothing
    ]
    found = [_seen(one, drafts) for one in (*read, *_heard(question, drafts, read, found_by_code))]
    top = max((draft.source.score for draft in drafts), default=0.0)
    looked_into = any(draft.gaze and draft.voice and draft.voice.known is not None for draft in drafts)

    def seen_with(one: Finding, all_found: Sequence[Finding]) -> dict[str, float]:
        others = [other for other in all_found if other is not one]
        return signals(question, one, others, top, seen=looked_into)

    standing = [one for one in found if not refuted(one)]
    if any(one.line.story for one in standing):
        standing = _voices(standing, [strength(seen_with(one, standing)) for one in standing])
    seen = [seen_with(one, found) for one in standing]
    backing = [
        tuple(i for i, other in enumerate(standing) if other is one or _backs(question, one, other))
        for one in standing
    ]
    own = shares([strength(one) for one in seen])
    rows = zip(standing, seen, backing, own, together(own, backing), strict=True)
    return [
        Candidate(
            finding,
            signs,
            those,
            round(share, 4),
            round(sure, 4),
            any(standing[i].voice is None for i in those),
        )
        for finding, signs, those, share, sure in rows
    ]


def _seen(finding: Finding, drafts: Sequence[Draft]) -> Finding:
    """Return the finding as one of what was read and holds it, with where the model looked there."""
    of = [draft for draft in drafts if draft.source is finding.source]
    of += [draft for draft in drafts if _holds(draft.source, finding)]
    return replace(finding, source=of[0].source, gaze=of[0].gaze) if of else finding


def _voices(found: list[Finding], sure: Sequence[float]) -> list[Finding]:
    """Leave out what a near-copy gives as surely or more: an answer is no surer for being printed again."""
    ranked = sorted(range(len(found)), key=lambda i: -sure[i])
    heard: list[int] = []
    for i in ranked:
        if not any(_repeats(found[i], found[j]) for j in heard):
            heard.append(i)
    return [found[i] for i in sorted(heard)]


def _repeats(one: Finding, other: Finding) -> bool:
    story, article = one.line.story, one.source.article.id
    copies = bool(story) and story == other.line.story and article != other.source.article.id
    return copies and same_answer(one, other)


def _backs(question: Question, one: Finding, other: Finding) -> bool:
    if same_answer(one, other):
        return True
    return open_in_time(question) and not other.objections and state_of(question, one, other)


def state_of(question: Question, best: Finding, other: Finding) -> bool:
    """Return whether `other` is another article's value of the quantity or the office that `best` is of."""
    return (
        other.source.article.id != best.source.article.id
        and _same_kind(best, other)
        and comparable(best, other)
        and not of_another_subject(question, best.source.article, other.source.article)
    )


def _same_kind(best: Finding, other: Finding) -> bool:
    """Return whether two findings can be values of one thing: dollars and ferries cannot."""
    if best.mention is None or other.mention is None:
        return best.mention is other.mention  # both hold an office
    one, two = best.mention.value, other.mention.value
    nouns = {one.noun, two.noun} - {None}
    kinds = {one.kind, two.kind}
    return (len(kinds) == 1 or kinds == _COUNTS) and same_currency(one.unit, two.unit) and len(nouns) < 2


def _heard(
    question: Question, drafts: list[Draft], read: list[Finding], found_by_code: list[Finding]
) -> list[Finding]:
    """Return the one finding of code that may stand beside those that were `read`, or none.

    Code alone may correct a reading, not replace one: only what the model has had before it counts, and
    never for the latest state of things, which code cannot tell from an earlier one. Nor can it choose
    between two values that stand in equally good sentences, unless a reading gives the better one.
    """
    if question.newest:
        return []
    heard = [one for one in found_by_code if any(_holds(draft.source, one) for draft in drafts)]
    if heard and any(same_answer(one, heard[0]) and not one.objections for one in read):
        return heard[:1]
    rest = [one for one in heard[1:] if not same_answer(one, heard[0])]
    if rest and heard[0].score - rest[0].score < LEAD:
        return []
    return heard[:1]


def _holds(source: Source, finding: Finding) -> bool:
    sentence = finding.line.sentence
    same = source.article.id == finding.line.article.id
    return same and source.start <= sentence.start and sentence.end <= source.end


def comparable(best: Finding, other: Finding) -> bool:
    """Return whether `other` stands in a sentence good enough to be another state of what `best` gives."""
    return best.line.score - other.line.score < COMPARABLE and not same_answer(other, best)
