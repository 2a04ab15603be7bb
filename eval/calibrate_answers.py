"""Weights of `rag.confidence`: how probably a candidate is right, and what follows for each threshold.

Every question is read as the program reads it, always the first few sources; each candidate answer is one
observation, right if `eval.metrics.verdict` says so of its short form. Logistic regression has no random
part here. In the table each question is answered by its most probable candidate, if that passes the
threshold; what the program does after that (a newer article's value preferred, a sentence that cannot be
proven not said) is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from eval.calibrate_data import Indices, Matrix, Vector, asked, folds, groups, literal, row
from eval.calibrate_drafts import Kept
from eval.cases import Case, SuiteError
from eval.metrics import verdict
from index import Library
from rag import evidence
from rag.answering import candidates
from rag.compose import short_form
from rag.confidence import THRESHOLD
from rag.llm import LLM
from rag.reader import Draft, read
from rag.rivals import rivals, sharpened

C = 0.5  # inverse strength of the L2 penalty: some signals are seen in a few questions only
ITERATIONS = 5000  # a bound that is never reached; the default of 100 is
THRESHOLDS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
OUTCOMES = ("right", "wrong", "abstained", "refused", "false answer")


@dataclass(frozen=True, slots=True)
class Rated:
    """One candidate answer: what speaks for it, and whether it is right."""

    text: str
    signals: Mapping[str, float]
    sure: float  # by the weights that the program has, 0 … 1
    right: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A question with all its candidates (maybe none)."""

    case: Case
    found: tuple[Rated, ...]


def read_case(case: Case, library: Library, llm: Kept, sources: int) -> Reading:
    """Return the candidates after reading the first `sources` sources of a case."""
    question = asked(case)
    if question.empty:
        return Reading(case, ())
    chosen, pool = evidence.select(question, library, sources)
    drafts = [Draft(source) for source in chosen]
    for draft in drafts:
        for _ in read(question, draft.source, cast(LLM, llm), draft):  # it reads, and no more is asked of it
            pass
    rated = []
    for one in candidates(question, drafts, rivals(question, chosen, pool)):
        finding = sharpened(question, one.finding, pool)
        text = short_form(question, finding) or finding.short
        rated.append(Rated(text, one.signals, one.sure, is_right(case, text)))
    return Reading(case, tuple(rated))


def is_right(case: Case, text: str) -> bool:
    """Return whether `text`, said as the answer, is right; never for a question that has none."""
    return verdict(case, {"status": "answered", "answer": text, "short": text}).label == "right"


def fitted(signals: Matrix, right: Vector) -> tuple[float, Vector]:
    """Return bias and weights (log-odds) of a logistic regression with L2 penalty 1 / (2 C)."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=C, max_iter=ITERATIONS).fit(signals, right)
    return float(model.intercept_[0]), np.asarray(model.coef_[0], dtype=np.float64)


def held_out(signals: Matrix, right: Vector, numbers: Indices) -> Vector:
    """Return the probability of each candidate by a fit on other groups; `numbers` are the groups."""
    sure = np.zeros(len(right))
    for train, test in folds(numbers):
        if len(set(right[train])) == 1:  # nothing to tell apart: what was seen is all that is known
            sure[test] = right[train][0]
        else:
            bias, weights = fitted(signals[train], right[train])
            sure[test] = 1.0 / (1.0 + np.exp(-(bias + signals[test] @ weights)))
    return sure


@dataclass(frozen=True, slots=True)
class Result:
    """The fit and its held-out probabilities, one list a question, one number a candidate."""

    readings: tuple[Reading, ...]
    bias: float
    weights: Mapping[str, float]
    held_out: tuple[tuple[float, ...], ...]


def calibrate(readings: Sequence[Reading]) -> Result:
    """Return the fit on all candidates and their held-out probabilities; SuiteError if there is none."""
    rated = [one for reading in readings for one in reading.found]
    if len({one.right for one in rated}) < 2:
        raise SuiteError(
            f"There are {sum(one.right for one in rated)} right ones among {len(rated)} candidates; a fit"
            " needs right and wrong ones."
        )
    names = tuple(rated[0].signals)
    signals = np.array([[one.signals[name] for name in names] for one in rated])
    right = np.array([float(one.right) for one in rated])
    numbers = groups([reading.case for reading in readings])
    sure = iter(held_out(signals, right, np.repeat(numbers, [len(reading.found) for reading in readings])))
    bias, weights = fitted(signals, right)
    return Result(
        tuple(readings),
        bias,
        {name: float(weight) for name, weight in zip(names, weights, strict=True)},
        tuple(tuple(float(next(sure)) for _ in reading.found) for reading in readings),
    )


def outcomes(readings: Sequence[Reading], sure: Sequence[Sequence[float]], threshold: float) -> Counter[str]:
    """Return how many questions end in each of OUTCOMES at a threshold."""
    count: Counter[str] = Counter(dict.fromkeys(OUTCOMES, 0))
    for reading, values in zip(readings, sure, strict=True):
        best = max(range(len(values)), key=values.__getitem__, default=None)
        if best is None or values[best] < threshold:
            count["abstained" if reading.case.answerable else "refused"] += 1
        elif not reading.case.answerable:
            count["false answer"] += 1
        else:
            count["right" if reading.found[best].right else "wrong"] += 1
    return count


def report(result: Result) -> str:
    """Return bias and weights to paste, how good the probabilities are, and the table of thresholds."""
    from sklearn.metrics import brier_score_loss, roc_auc_score

    readings = result.readings
    right = [one.right for reading in readings for one in reading.found]
    now = [[one.sure for one in reading.found] for reading in readings]
    reachable = sum(any(one.right for one in reading.found) for reading in readings)
    answerable = sum(reading.case.answerable for reading in readings)
    lines = [
        f"# {len(readings)} questions in {len(set(groups([one.case for one in readings]).tolist()))} groups,"
        f" {answerable} answerable, {reachable} with a right candidate;"
        f" {len(right)} candidates, {sum(right) / len(right):.3f} of them right",
        f"BIAS = {round(result.bias, 2) + 0.0}",
        literal(result.weights),
        row("", ("AUC", "Brier")),
    ]
    for name, sure in (("present", now), ("fitted, held out", result.held_out)):
        flat = [value for values in sure for value in values]
        scores = (roc_auc_score(right, flat), brier_score_loss(right, flat))
        lines.append(row(f"{name} (n {len(flat)})", [f"{score:.3f}" for score in scores]))
    lines.append(row("fitted, held out; threshold", [name.split()[0] for name in OUTCOMES]))
    for threshold in THRESHOLDS:
        count = outcomes(readings, result.held_out, threshold)
        mark = " (in force)" if threshold == THRESHOLD else ""
        lines.append(row(f"{threshold:.2f}{mark}", [str(count[name]) for name in OUTCOMES]))
    return "\n".join(lines)
