"""Which sentence answers, and how probably, where no few words of it are sure enough.

A small model often looks at the right sentence and then takes the wrong words of it, or none. So every
sentence that was read has a probability of its own that it holds the answer: by where the model looked
(`rag.reading.pointer`), what it drafted there and what its layers held (`rag.reading.probe`), what the search
thought of it, what code knows against it, and how strong its rivals are. The weights are a logistic
regression on development questions (`python -m eval.calibrate answers`, eval/LOG.md). Without a pointer there
is no such probability, and few words decide alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.checks.binding import mentions
from rag.checks.objections import objections
from rag.checks.parties import foreign
from rag.checks.pointed import LEAST, MOST, UNIT
from rag.checks.premises import barred, contradicted
from rag.checks.standing import whole_list
from rag.checks.timing import unnamed_year
from rag.checks.verify import UNKIND, Finding, examine, refuted, refutes
from rag.deciding.confidence import Fit, known_signal, present
from rag.evidence.lines import Line, typed
from rag.question import Question
from rag.reading.reader import Draft

_FAR = 4.0  # log-odds of the search that a sentence lies behind the best one, at most
NO_RIVAL = -2.0  # as little as a probe can think of a draft

FIT = Fit(
    -0.76,
    {
        "looked": 1.58,
        "aside": 1.07,
        "present": 2.06,
        "drafted": 1.79,
        "known": 1.76,
        "refuted": -0.26,
        "behind": 0.6,
        "typed": -0.84,
        "rank": -0.36,
        "rival": -0.41,
        "sources": -0.39,
    },
)


@dataclass(frozen=True, slots=True)
class Quotable:
    """A sentence that was read, and how probably it answers by itself."""

    finding: Finding  # `whole`
    signals: Mapping[str, float]
    sure: float  # 0 … 1


def quotable(question: Question, drafts: Sequence[Draft], sources: int) -> list[Quotable]:
    """Return the sentences that were read, each once, the surest first; none where nothing is looked at.

    `sources` could be read. A question for yes or no has none: no sentence says either.
    """
    if question.yes_or_no or not any(draft.gaze for draft in drafts):
        return []
    top = max(draft.source.score for draft in drafts)
    said = [_standing(question, draft) for draft in drafts]
    found: dict[tuple[str, int], Quotable] = {}
    for rank, draft in enumerate(drafts):
        for line in draft.source.lines:
            known = against(question, line)
            if barred(known):
                continue  # it tells otherwise than the question takes for granted
            finding = Finding(draft.source, line.text, (line,), known, whole=True)
            signs = {
                **signals(question, finding, draft, said[rank], top),
                "rank": float(rank),
                "rival": _rival(line, [one for i, one in enumerate(said) if i != rank]),
                "sources": float(sources),
            }
            one = Quotable(finding, signs, round(1 / (1 + math.exp(-FIT.strength(signs))), 4))
            key = line.article.id, line.sentence.start
            if key not in found or found[key].signals["looked"] < signs["looked"]:
                found[key] = one
    return sorted(found.values(), key=lambda one: -one.sure)


def against(question: Question, line: Line) -> tuple[str, ...]:
    """Return what code knows against a sentence as the answer: of its values, against the best of them."""
    if not typed(question):
        told = contradicted(question, line)
        return (*filter(None, [unnamed_year(question, line)]), *foreign(question, line), *told)
    found = [tuple(objections(one, question)) for one in mentions(line, question) if not one.value.relative]
    if not found:
        return UNKIND, *contradicted(question, line)
    return min(found, key=lambda those: (refutes(those), len(those)))


def _standing(question: Question, draft: Draft) -> Finding | None:
    """Return what a draft makes; None where it says that nothing is stated, or is refuted."""
    if draft.says_nothing:
        return None
    finding = examine(question, draft.text, draft.source, draft.voice)
    return None if refuted(finding) else finding


def in_full(question: Question, finding: Finding) -> Finding:
    """Return a sentence as it is quoted: with all of its list where more than one answer is asked for."""
    items = whole_list(finding.source, finding.lines) if question.wanted.many else None
    if items is None:
        return finding
    return replace(finding, short=" ".join(line.text for line in items), lines=items)


def same_line(one: Line, other: Line) -> bool:
    """Return whether two are the same sentence of the same article, however they were scored."""
    return one.article.id == other.article.id and one.sentence == other.sentence


def _rival(line: Line, others: Sequence[Finding | None]) -> float:
    """Return what the probe thinks of the best draft of another source that stands in another sentence."""
    known = [
        known_signal(one.voice.known)
        for one in others
        if one and one.voice and one.voice.known is not None and not same_line(one.line, line)
    ]
    return max(known, default=NO_RIVAL)


def signals(
    question: Question, finding: Finding, draft: Draft, said: Finding | None, top: float
) -> dict[str, float]:
    """Return what a source itself tells for and against one of its sentences, each about -2 … 2.

    `draft` is what was read with it, `said` what that makes; `top` is the score of the best source.
    """
    line, gaze, voice = finding.line, draft.gaze, draft.voice
    offset = draft.source.start
    at = gaze.at(line.sentence.start - offset, line.sentence.end - offset) if gaze else None
    looked = LEAST if at is None else max(LEAST, min(at, MOST))
    highest = gaze.top if gaze else LEAST
    here = said is not None and same_line(said.line, line)
    known = known_signal(voice.known) if voice and voice.known is not None else 0.0
    return {
        "looked": looked / UNIT,
        "aside": max(looked - highest, LEAST) / UNIT,
        "present": present(voice),
        "drafted": float(here),
        "known": known if here else 0.0,
        "refuted": float(refutes(finding.objections)),
        "behind": max(line.score - top, -_FAR) / 2,
        "typed": float(typed(question)),
    }
