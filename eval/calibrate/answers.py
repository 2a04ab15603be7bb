"""Weights of `rag.confidence`: how probably a candidate is right, and what follows for each threshold.

Every question is read as the program reads it; each is one observation: which of its candidate answers are
right (if `eval.figures.metrics.verdict` says so of their short form), or none. The fit maximises the
probability of that by the conditional logit of `rag.confidence`; it has no random part. In the tables each
question is answered by its most probable candidate, if that passes the threshold; what the program does after
that (a newer article's value preferred, a sentence that cannot be proven not said, another source read
because it may have a newer value) is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from eval.calibrate.candidates import Rated, Read, Reading, pointed, probed
from eval.calibrate.data import Matrix, Vector, folds, groups, literal, row
from eval.cases import SuiteError
from rag.care import NORMAL
from rag.certainty import SURE
from rag.confidence import AGAINST, pick, shares, together
from rag.pointer import Pointer

L2 = 2e-3  # times the squared weights, beside the mean loss of a question: best of six (eval/LOG.md)
TINY = 1e-12  # keeps a logarithm finite
THRESHOLDS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
STOPS = (0.4, 0.5, 0.6, 0.7, 0.8, 1.01)  # the last: never
OUTCOMES = ("right", "wrong", "abstained", "refused", "false answer")


Shares = tuple[float, ...]  # own probability of each candidate, as `rag.confidence.shares`
Observation = tuple[Matrix, NDArray[np.bool_]]  # signals of the candidates of a question; which are right


def fitted(observed: Sequence[Observation], names: Sequence[str] = (), l2: float = L2) -> Vector:
    """Return bias and weights (log-odds) that minimise the mean -log probability of what is right.

    That is the summed share of the right candidates, or of "none of these" where none is. Questions without
    a candidate cannot tell anything; SuiteError if there are no others. The weights of signals whose `names`
    are in AGAINST stay at most 0. Deterministic: L-BFGS from zero.
    """
    from scipy.optimize import minimize

    told = [one for one in observed if len(one[1])]
    if not told:
        raise SuiteError("No question has a candidate answer: there is nothing to fit. Add a suite.")
    size = told[0][0].shape[1] + 1
    bounds = [(None, None), *((None, 0.0 if name in AGAINST else None) for name in names)]

    def loss(weights: Vector) -> tuple[float, Vector]:
        total, slope = 0.0, np.zeros(size)
        for signals, right in told:
            share = np.array(shares(list(weights[0] + signals @ weights[1:])))
            if right.any():
                hit = max(float(share[right].sum()), TINY)
                wanted = np.where(right, share, 0.0) / hit
            else:
                hit, wanted = float(1.0 - share.sum()), np.zeros(len(share))
            total -= np.log(max(hit, TINY))
            slope[0] += (share - wanted).sum()
            slope[1:] += (share - wanted) @ signals
        slope /= len(told)
        slope[1:] += 2 * l2 * weights[1:]
        return total / len(told) + l2 * float(weights[1:] @ weights[1:]), slope

    found = minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B", bounds=bounds if names else None)
    return np.asarray(found.x, dtype=np.float64)


def held_out(readings: Sequence[Reading]) -> list[tuple[Shares, ...]]:
    """Return the candidates' shares at every stage of each question by a fit on other articles."""
    observed = [_observation(one) for one in readings]
    names = _names(readings)
    own: list[tuple[Shares, ...]] = [() for _ in readings]
    for train, test in folds(groups([one.case for one in readings])):
        weights = fitted([observed[i] for i in train], names)
        for i in test:
            own[i] = tuple(_shares(weights, stage) for stage in readings[i].stages)
    return own


def _shares(weights: Vector, found: Sequence[Rated]) -> Shares:
    rows = (np.array(list(one.signals.values())) for one in found)
    return tuple(shares([float(weights[0] + row @ weights[1:]) for row in rows]))


def _names(readings: Sequence[Reading]) -> tuple[str, ...]:
    return next((tuple(one.signals) for reading in readings for one in reading.found), ())


def _observation(reading: Reading) -> Observation:
    found = reading.found
    signals = np.array([list(one.signals.values()) for one in found], dtype=np.float64)
    return signals, np.array([one.right for one in found], dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Result:
    """The fit and its held-out shares: a question, its stages, their candidates."""

    readings: tuple[Reading, ...]
    bias: float
    weights: Mapping[str, float]
    held_out: tuple[tuple[Shares, ...], ...]
    probe: Vector | None = None  # bias and weights, fitted on all
    probe_auc: float | None = None  # of its scores, held out
    pointer: Pointer | None = None  # fitted on all


def calibrate(reads: Sequence[Read]) -> Result:
    """Return the fit on all candidates and their held-out probabilities; SuiteError if there is none."""
    readings, pointer = pointed(reads)
    return replace(fit(readings), pointer=pointer)


def fit(readings: Sequence[Reading]) -> Result:
    """Return the fit on what was made of the questions, without their pointer."""
    rated = [one for reading in readings for one in reading.found]
    if len({one.right for one in rated}) < 2:
        raise SuiteError(
            f"There are {sum(one.right for one in rated)} right ones among {len(rated)} candidates; a fit"
            " needs right and wrong ones."
        )
    readings, probe, auc = probed(readings)
    names = _names(readings)
    bias, *weights = fitted([_observation(one) for one in readings], names)
    return Result(
        tuple(readings),
        float(bias),
        {name: float(weight) for name, weight in zip(names, weights, strict=True)},
        tuple(held_out(readings)),
        probe,
        auc,
    )


def sureness(found: Sequence[Rated], own: Shares) -> list[float]:
    """Return how probably it is right to answer with each candidate, as the program counts it."""
    return together(own, [one.backing for one in found])


def outcomes(readings: Sequence[Reading], own: Sequence[Shares], threshold: float) -> Counter[str]:
    """Return how many questions end in each of OUTCOMES at a threshold; `own` are the last stages' shares."""
    count: Counter[str] = Counter(dict.fromkeys(OUTCOMES, 0))
    for reading, values in zip(readings, own, strict=True):
        best = pick(values, [one.backing for one in reading.found])
        if best is None or sureness(reading.found, values)[best] < threshold:
            count["abstained" if reading.case.answerable else "refused"] += 1
        elif not reading.case.answerable:
            count["false answer"] += 1
        else:
            count["right" if reading.found[best].right else "wrong"] += 1
    return count


def stopped(reading: Reading, own: Sequence[Shares], settled: float) -> int:
    """Return after how many sources reading ends if it does at an answer of this probability."""
    for read_so_far, (found, values) in enumerate(zip(reading.stages, own, strict=True), start=1):
        if max(sureness(found, values), default=0.0) >= settled:
            return read_so_far
    return len(own)


def early(result: Result, settled: float, threshold: float = NORMAL.threshold) -> tuple[Counter[str], int]:
    """Return the outcomes at `threshold` and the number of readings if these end at `settled`."""
    pairs = zip(result.readings, result.held_out, strict=True)
    ends = [stopped(reading, own, settled) for reading, own in pairs]
    cut = [Reading(one.case, one.stages[:end]) for one, end in zip(result.readings, ends, strict=True)]
    own = [stages[end - 1] if end else () for stages, end in zip(result.held_out, ends, strict=True)]
    return outcomes(cut, own, threshold), sum(ends)


def report(result: Result) -> str:
    """Return bias and weights to paste, how good the probabilities are, and the tables of thresholds."""
    from sklearn.metrics import brier_score_loss, roc_auc_score

    readings = result.readings
    right = [one.right for reading in readings for one in reading.found]
    last = [stages[-1] if stages else () for stages in result.held_out]
    now = [[one.sure for one in reading.found] for reading in readings]
    later = [sureness(one.found, own) for one, own in zip(readings, last, strict=True)]
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
    if result.probe_auc is not None:
        lines.append(row("the probe alone, held out", (f"{result.probe_auc:.3f}",)))
    for name, sure in (("present", now), ("fitted, held out", later)):
        flat = [value for values in sure for value in values]
        scores = (roc_auc_score(right, flat), brier_score_loss(right, flat))
        lines.append(row(f"{name} (n {len(flat)})", [f"{score:.3f}" for score in scores]))
    lines.append(row("fitted, held out; threshold", [name.split()[0] for name in OUTCOMES]))
    for threshold in THRESHOLDS:
        count = outcomes(readings, last, threshold)
        mark = " (in force)" if threshold == NORMAL.threshold else ""
        lines.append(row(f"{threshold:.2f}{mark}", [str(count[name]) for name in OUTCOMES]))
    first = [replace(one, stages=one.stages[:1]) for one in readings]
    count = outcomes(first, [stages[0] if stages else () for stages in result.held_out], NORMAL.threshold)
    lines.append(row("one reading", [str(count[name]) for name in OUTCOMES]))
    count, _ = early(result, NORMAL.enough, SURE)
    lines.append(row("sure, in force", [str(count[name]) for name in OUTCOMES]))
    lines.append(row("reading ends at", [name.split()[0] for name in (*OUTCOMES, "reads")]))
    for settled in STOPS:
        count, reads = early(result, settled)
        mark = " (in force)" if settled == NORMAL.enough else ""
        lines.append(row(f"{settled:.2f}{mark}", [*(str(count[name]) for name in OUTCOMES), str(reads)]))
    return "\n".join(lines)
