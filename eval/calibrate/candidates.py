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
from rag.checks.verify import Finding
from rag.deciding.answering import exact, loose
from rag.deciding.candidates import Candidate, candidates
from rag.deciding.quoting import quotable
from rag.deciding.rivals import rivals, sharpened
from rag.evidence import sources as evidence
from rag.evidence.lines import Line
from rag.question import Question
from rag.reading.pointer import Pointer
from rag.reading.reader import Draft, read
from rag.saying.compose import short_form

Place = tuple[str, int]  # of a sentence: its article's id, and where it begins there


@dataclass(frozen=True, slots=True)
class Rated:
    """One candidate answer: what speaks for it, who says the same, and whether it is right."""

    text: str
    signals: Mapping[str, float]
    backing: tuple[
        int, ...
    ]  # places of the candidates that back it, its own too; see `rag.deciding.candidates`
    share: float  # probability by the weights that the program has, 0 … 1
    sure: float  # the same of all that back it
    right: bool
    place: Place | None = None  # of the sentence that it may give way to; see `rag.deciding.answering.loose`
    state: Vector | None = None  # what the model's layers held, where it was looked at


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence that was read, as the answer: what speaks for it, and whether it is right."""

    signals: Mapping[str, float]
    right: bool
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """What may be said after some of the sources were read."""

    found: tuple[Rated, ...] = ()
    sentences: tuple[Quoted, ...] = ()  # none where the model has no pointer


@dataclass(frozen=True, slots=True)
class Reading:
    """A question with all that may be said after each of its sources was read."""

    case: Case
    stages: tuple[Stage, ...] = ()
    loose: bool = (
        False  # whether few words may give way to their sentence; see `rag.deciding.answering.loose`
    )

    @property
    def last(self) -> Stage:
        """What may be said after the last source."""
        return self.stages[-1] if self.stages else Stage()


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


def rated(one: Read) -> Reading:
    """Return what may be said to a question after each of its sources."""
    stages = tuple(_stage(one, count) for count in range(1, len(one.drafts) + 1))
    return Reading(one.case, stages, loose(one.question))


def _stage(one: Read, count: int) -> Stage:
    drafts = one.drafts[:count]
    sentences = quotable(one.question, drafts, len(one.drafts))
    found = candidates(one.question, list(drafts), list(one.by_code))
    return Stage(
        tuple(_rated(one, candidate, drafts) for candidate in found),
        tuple(
            Quoted(said.signals, is_right(one.case, said.finding.short), _place(said.finding))
            for said in sentences
        ),
    )


def _rated(read: Read, one: Candidate, drafts: Sequence[Draft]) -> Rated:
    finding = sharpened(read.question, one.finding, list(read.pool))
    text = short_form(read.question, finding) or finding.short
    of = [draft for draft in drafts if one.finding.voice and draft.source is one.finding.source]
    state = probe.state(of[0].hidden, probe.LAYERS.get(read.model)) if of else None
    right = is_right(read.case, text)
    place = None if one.by_code or exact(read.question, one.finding) else _place(one.finding)
    return Rated(text, one.signals, one.backing, one.share, one.sure, right, place, state)


def _place(finding: Finding) -> Place:
    return finding.line.article.id, finding.line.sentence.start


def is_right(case: Case, text: str) -> bool:
    """Return whether `text`, said as the answer, is right; never for a question that has none."""
    return verdict(case, {"status": "answered", "answer": text, "short": text}).label == "right"


@dataclass(frozen=True, slots=True)
class Pointers:
    """What heads tell: the fit on all, and how often fits on other articles point at the answer."""

    fit: Pointer
    hits: int  # passages whose highest token stands in the answer
    passages: int  # that hold one


def pointed(reads: Sequence[Read]) -> tuple[list[Read], Pointers | None]:
    """Return what was read with what pointers make of it that know nothing of its articles.

    With it the pointers; None where no heads were looked at, and then nothing is made of them.
    """
    passages = [
        [pointer.passage(one.case, draft.source.text, draft.attention, is_right) for draft in one.drafts]
        for one in reads
    ]
    heads = pointer.HEADS.get(reads[0].model, ()) if reads else ()
    if not heads or not any(some for some in passages):
        return [_gazed(one, None) for one in reads], None
    found, hits = list(reads), 0
    for judge, by in pointer.held_out(passages, groups([one.case for one in reads]), heads):
        hits += pointer.hits([one for i in judge for one in passages[i] if one], by)
        for i in judge:
            found[i] = _gazed(reads[i], by)
    every = [one for some in passages for one in some if one]
    return found, Pointers(pointer.fitted(every, heads), hits, len(every))


def _gazed(one: Read, by: Pointer | None) -> Read:
    drafts = (replace(draft, gaze=by.gaze(draft.attention) if by else None) for draft in one.drafts)
    return replace(one, drafts=tuple(drafts))


@dataclass(frozen=True, slots=True)
class Probes:
    """What layers tell: for each question the fit on other articles, and the fit on all."""

    held_out: tuple[Vector, ...]
    fit: Vector
    auc: float  # area under the curve of the held-out scores


def probes(readings: Sequence[Reading]) -> Probes | None:
    """Return the probes of what was read; None where the layers were not looked at."""
    from sklearn.metrics import roc_auc_score

    numbers = groups([one.case for one in readings])
    rows = [
        (i, one) for i, reading in enumerate(readings) for one in reading.last.found if one.state is not None
    ]
    if not rows:
        return None
    states = np.array([one.state for _, one in rows])
    right = np.array([one.right for _, one in rows], dtype=np.bool_)
    owner = np.array([i for i, _ in rows])
    every = probe.fitted(states, right)
    of_group: dict[int, Vector] = {}
    score = np.zeros(len(rows))
    for judge, weights in probe.held_out(states, right, numbers[owner]):
        of_group |= {int(numbers[owner[i]]): weights for i in judge}
        score[judge] = probe.scores(weights, states[judge])
    # Of a group without a candidate none was left out: the fit on all knows nothing of it either.
    held_out = tuple(of_group.get(int(number), every) for number in numbers)
    return Probes(held_out, every, float(roc_auc_score(right, score)))


def heard(one: Read, weights: Vector) -> Read:
    """Return what was read with what these weights of a probe make of each draft."""

    def known(draft: Draft) -> Draft:
        state = probe.state(draft.hidden, probe.LAYERS.get(one.model))
        if draft.voice is None or state is None:
            return draft
        score = float(probe.scores(weights, state[np.newaxis])[0])
        return replace(draft, voice=replace(draft.voice, known=score))

    return replace(one, drafts=tuple(known(draft) for draft in one.drafts))
