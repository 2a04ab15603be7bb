"""Weights of `rag.evidence.cues`: which sentence answers, told before any model has read it.

The softmax over all sentences that were looked at for a question shall give the gold ones the most: the
loss of a question is -log of their share (ListNet's top-one form with several right ones, Cao et al.,
doi:10.1145/1273496.1273513). Gold are the sentences that hold a `must_cite` quotation or lie within one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from eval.calibrate.data import Matrix, Vector, asked, folds, groups, literal, row
from eval.cases import Case
from eval.figures.retrieval import contains
from index import Library
from rag.evidence import sources as evidence
from rag.evidence.cues import WEIGHTS, Board
from rag.evidence.lines import Line
from rag.evidence.sources import SOURCES
from rag.evidence.sources import Source as Window
from rag.question import Question

L2 = 1e-3  # times the squared weights: cues are scaled to about 1, so none needs more than about 5
DEPTH = 4  # sources that are counted; whether the last is worth its reading is what the table tells
NAMES = tuple(WEIGHTS)


@dataclass(frozen=True, slots=True)
class Looked:
    """The sentences looked at for one question; all fields but the first three have one entry a sentence."""

    suite: str
    case: Case
    question: Question
    lines: tuple[Line, ...]
    cues: Matrix  # (sentences, NAMES)
    rest: Vector  # of a score, what no weight decides: newness, and a constant of the question
    gold: NDArray[np.bool_]


def look(suite: str, case: Case, library: Library) -> Looked:
    """Return the sentences that the program looks at for an answerable case (none if it finds nothing)."""
    question = asked(case, library)
    hits = evidence.find(question, library)
    if not hits:
        nothing = np.zeros((0, len(NAMES))), np.zeros(0), np.zeros(0, dtype=np.bool_)
        return Looked(suite, case, question, (), *nothing)
    board = Board(question, hits, library)
    found = {
        (board.articles[name].id, board.parts[name][i].start): (name, i) for name, i in board.within_reach()
    }
    lines = tuple(evidence.score(question, hits, library))
    cues = np.array([_numbers(board.cues(*found[one.article.id, one.sentence.start])) for one in lines])
    rest = np.array([one.score for one in lines]) - cues @ _numbers(WEIGHTS)
    gold = np.array([_gold(one, case) for one in lines], dtype=np.bool_)
    return Looked(suite, case, question, lines, cues, rest, gold)


def _numbers(cues: Mapping[str, float]) -> Vector:
    return np.array([cues[name] for name in NAMES])


def _gold(line: Line, case: Case) -> bool:
    return any(
        quote.doc_id == line.article.file
        and (contains(line.text, quote.quote) or contains(quote.quote, line.text))
        for quote in case.must_cite
    )


def fit(looked: Sequence[Looked], l2: float = L2) -> Vector:
    """Return the weights, one of NAMES each, that minimise the mean loss + `l2` x their squares.

    Questions without a gold sentence among those looked at cannot tell anything and are left out.
    Deterministic: L-BFGS from zero.
    """
    from scipy.optimize import minimize

    told = [one for one in looked if one.gold.any()]
    if not told:
        return np.zeros(len(NAMES))

    def loss(weights: Vector) -> tuple[float, Vector]:
        total, slope = 0.0, np.zeros(len(weights))
        for one in told:
            scores = one.rest + one.cues @ weights
            every, share = _softmax(scores)
            right, right_share = _softmax(scores[one.gold])
            total += every - right
            slope += share @ one.cues - right_share @ one.cues[one.gold]
        return total / len(told) + l2 * float(weights @ weights), slope / len(told) + 2 * l2 * weights

    found = minimize(loss, np.zeros(told[0].cues.shape[1]), jac=True, method="L-BFGS-B")
    return np.asarray(found.x, dtype=np.float64)


def _softmax(scores: Vector) -> tuple[float, Vector]:
    """Return the log of the sum of exponentials, and the share of each."""
    top = float(scores.max())
    powers = np.exp(scores - top)
    total = float(powers.sum())
    return top + float(np.log(total)), powers / total


def windows(looked: Looked, weights: Vector, limit: int = SOURCES) -> list[Window]:
    """Return the sources that `rag.evidence.sources.select` would choose if the cues had these weights."""
    scores = looked.rest + looked.cues @ weights
    # Rounded, so that what ties in the program ties here: sums in another order differ by 1e-15.
    lines = [
        replace(one, score=round(float(score), 9)) for one, score in zip(looked.lines, scores, strict=True)
    ]
    lines.sort(key=lambda one: (-one.score, one.article.id, one.sentence.start))
    return evidence.sources_of(looked.question, lines, limit)


def _within(line: Line, window: Window) -> bool:
    same = line.article.id == window.article.id
    return same and window.start <= line.sentence.start and line.sentence.end <= window.end


def rank(looked: Looked, weights: Vector) -> int | None:
    """Return which source (1 is the first) is the first to hold a gold sentence; None: none of them."""
    gold = [line for line, right in zip(looked.lines, looked.gold, strict=True) if right]
    for place, window in enumerate(windows(looked, weights, DEPTH), start=1):
        if any(_within(line, window) for line in gold):
            return place
    return None


@dataclass(frozen=True, slots=True)
class Result:
    """The fit, and where the first gold sentence stood: one entry a question, as `rank` counts."""

    looked: tuple[Looked, ...]
    weights: Mapping[str, float]  # fitted on all questions
    present: tuple[int | None, ...]  # with the weights that the program has
    held_out: tuple[int | None, ...]  # with weights fitted on other articles


def calibrate(looked: Sequence[Looked]) -> Result:
    """Return the fit on all questions and its ranks by cross-validation; SuiteError as `folds`."""
    held: list[int | None] = [None] * len(looked)
    for train, test in folds(groups([one.case for one in looked])):
        weights = fit([looked[i] for i in train])
        for i in test:
            held[i] = rank(looked[i], weights)
    now = _numbers(WEIGHTS)
    everything = {name: float(value) for name, value in zip(NAMES, fit(looked), strict=True)}
    return Result(tuple(looked), everything, tuple(rank(one, now) for one in looked), tuple(held))


def covered(ranks: Sequence[int | None]) -> list[float]:
    """Return the share of questions with gold among the first 1, 2 … DEPTH sources."""
    return [sum(one is not None and one <= k for one in ranks) / len(ranks) for k in range(1, DEPTH + 1)]


def report(result: Result) -> str:
    """Return the weights to paste and the table of what is covered."""
    looked = result.looked
    unseen = sum(not one.gold.any() for one in looked)
    lines = [
        f"# {len(looked)} questions in {len(set(groups([one.case for one in looked]).tolist()))} groups,"
        f" {sum(len(one.lines) for one in looked)} sentences looked at;"
        f" no gold sentence among them for {unseen} questions, which count as not found",
        literal(result.weights),
        row("gold sentence among the first", [f"{k}" for k in range(1, DEPTH + 1)]),
    ]
    for title, chosen in _parts(looked):
        for name, ranks in (("present", result.present), ("fitted, held out", result.held_out)):
            shares = covered([ranks[i] for i in chosen])
            lines.append(row(f"{title} (n {len(chosen)}), {name}", [f"{share:.3f}" for share in shares]))
    return "\n".join(lines)


def _parts(looked: Sequence[Looked]) -> Iterator[tuple[str, list[int]]]:
    yield "all", list(range(len(looked)))
    for suite in sorted({one.suite for one in looked}):
        yield suite, [i for i, one in enumerate(looked) if one.suite == suite]
    for direction in sorted({one.case.direction for one in looked}):
        yield direction, [i for i, one in enumerate(looked) if one.case.direction == direction]
