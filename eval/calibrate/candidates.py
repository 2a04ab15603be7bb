"""Development questions as the program reads them: the candidate answers, and which of them are right.

What probe and pointer say of a question must come from fits that know nothing of its articles. So all
questions are read first, both are fitted once for each fold, and then the candidates are made as the program
makes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from eval.calibrate import pointer, probe
from eval.calibrate.data import Vector, asked, groups
from eval.cases import Case
from eval.figures.metrics import verdict
from eval.readings import Kept
from index import Library
from rag import evidence
from rag.answering import Candidate, candidates
from rag.compose import short_form
from rag.confidence import known_signal
from rag.lines import Line
from rag.pointer import Pointer
from rag.question import Question
from rag.reader import Draft, read
from rag.rivals import rivals, sharpened
from rag.verify import Finding


@dataclass(frozen=True, slots=True)
class Rated:
    """One candidate answer: what speaks for it, who says the same, and whether it is right."""

    text: str
    signals: Mapping[str, float]
    backing: tuple[int, ...]  # places of the candidates that back it, its own too; see `rag.answering`
    share: float  # probability by the weights that the program has, 0 … 1
    sure: float  # the same of all that back it
    right: bool
    state: Vector | None = None  # what the model's layers held, where it was looked at


@dataclass(frozen=True, slots=True)
class Reading:
    """A question with all its candidates (maybe none) after each of its sources was read."""

    case: Case
    stages: tuple[tuple[Rated, ...], ...]

    @property
    def found(self) -> tuple[Rated, ...]:
        """The candidates after the last source."""
        return self.stages[-1] if self.stages else ()


@dataclass(frozen=True, slots=True)
class Read:
    """A question and what the model said of each of its sources."""

    case: Case
    question: Question
    pool: tuple[Line, ...]
    by_code: tuple[Finding, ...]
    drafts: tuple[Draft, ...]
    model: str


def read_case(case: Case, library: Library, llm: Kept, sources: int) -> Read:
    """Let the model read the first sources of a case, at most `sources`."""
    question = asked(case, library)
    if question.empty:
        return Read(case, question, (), (), (), llm.id)
    chosen, pool = evidence.select(question, library, sources)
    layers, heads = probe.LAYERS.get(llm.id, ()), pointer.HEADS.get(llm.id, ())
    drafts = []
    for source in chosen:
        draft = Draft(source)
        for _ in read(question, source, llm, draft, layers, heads):
            pass
        drafts.append(draft)
    by_code = rivals(question, chosen, pool)
    return Read(case, question, tuple(pool), tuple(by_code), tuple(drafts), llm.id)


def rated(one: Read, by: Pointer | None) -> Reading:
    """Return the candidates of a question after each of its sources, where `by` tells what is looked at."""
    drafts = [replace(draft, gaze=by.gaze(draft.attention) if by else None) for draft in one.drafts]
    stages = []
    for count in range(1, len(drafts) + 1):
        found = candidates(one.question, drafts[:count], list(one.by_code))
        stages.append(tuple(_rated(one, candidate, drafts[:count]) for candidate in found))
    return Reading(one.case, tuple(stages))


def _rated(read: Read, one: Candidate, drafts: Sequence[Draft]) -> Rated:
    finding = sharpened(read.question, one.finding, list(read.pool))
    text = short_form(read.question, finding) or finding.short
    of = [draft for draft in drafts if one.finding.voice and draft.source is one.finding.source]
    state = probe.state(of[0].hidden, probe.LAYERS.get(read.model)) if of else None
    return Rated(text, one.signals, one.backing, one.share, one.sure, is_right(read.case, text), state)


def is_right(case: Case, text: str) -> bool:
    """Return whether `text`, said as the answer, is right; never for a question that has none."""
    return verdict(case, {"status": "answered", "answer": text, "short": text}).label == "right"


def pointed(reads: Sequence[Read]) -> tuple[list[Reading], Pointer | None]:
    """Return the candidates by pointers that know nothing of their articles, and the fit on all."""
    passages = [
        [pointer.passage(one.case, draft.source.text, draft.attention, is_right) for draft in one.drafts]
        for one in reads
    ]
    heads = pointer.HEADS.get(reads[0].model, ()) if reads else ()
    if not heads or not any(some for some in passages):
        return [rated(one, None) for one in reads], None
    numbers = groups([one.case for one in reads])
    found: list[Reading] = [Reading(one.case, ()) for one in reads]
    for judge, by in pointer.held_out(passages, numbers, heads):
        for i in judge:
            found[i] = rated(reads[i], by)
    return found, pointer.fitted([one for some in passages for one in some if one], heads)


def probed(readings: Sequence[Reading]) -> tuple[list[Reading], Vector | None, float | None]:
    """Return the readings with what a probe says that knows nothing of their articles.

    With them the fit on all that a probe was fitted on, and the area under the curve of the scores; None
    where the layers were not looked at.
    """
    from sklearn.metrics import roc_auc_score

    numbers = groups([one.case for one in readings])
    rows = [(i, one) for i, reading in enumerate(readings) for one in reading.found if one.state is not None]
    if not rows:
        return list(readings), None, None
    states = np.array([one.state for _, one in rows])
    right = np.array([one.right for _, one in rows], dtype=np.bool_)
    owner = np.array([i for i, _ in rows])
    of_group: dict[int, Vector] = {}
    score = np.zeros(len(rows))
    for judge, weights in probe.held_out(states, right, numbers[owner]):
        of_group |= {int(numbers[owner[i]]): weights for i in judge}
        score[judge] = probe.scores(weights, states[judge])
    told = [_told(one, of_group.get(int(numbers[i]))) for i, one in enumerate(readings)]
    return told, probe.fitted(states, right), float(roc_auc_score(right, score))


def _told(reading: Reading, weights: Vector | None) -> Reading:
    """Return a reading whose candidates have the signal of a probe; 0 where there is nothing to probe."""

    def known(one: Rated) -> float:
        if one.state is None or weights is None:
            return 0.0
        return known_signal(float(probe.scores(weights, one.state[np.newaxis])[0]))

    stages = (
        tuple(replace(one, signals={**one.signals, "known": known(one)}) for one in stage)
        for stage in reading.stages
    )
    return Reading(reading.case, tuple(stages))
