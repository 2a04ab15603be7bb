"""Weights of `rag.deciding.confidence`: how probably a candidate is right.

Every question is read as the program reads it; each is one observation: which of its candidate answers are
right (if `eval.figures.metrics.verdict` says so of their short form), or none. The fit maximises the
probability of that by the conditional logit of `rag.deciding.confidence`; it has no random part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from eval.calibrate import quoting
from eval.calibrate.candidates import Pointers, Probes, Rated, Read, Reading, heard, pointed, probes, rated
from eval.calibrate.data import Matrix, Vector, folds, groups
from eval.cases import SuiteError
from rag.deciding.confidence import AGAINST, shares

L2 = 2e-3  # times the squared weights, beside the mean loss of a question: best of six (eval/LOG.md)
TINY = 1e-12  # keeps a logarithm finite
Shares = tuple[float, ...]  # own probability of each candidate, as `rag.deciding.confidence.shares`
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
            own[i] = tuple(_shares(weights, stage.found) for stage in readings[i].stages)
    return own


def _shares(weights: Vector, found: Sequence[Rated]) -> Shares:
    rows = (np.array(list(one.signals.values())) for one in found)
    return tuple(shares([float(weights[0] + row @ weights[1:]) for row in rows]))


def _names(readings: Sequence[Reading]) -> tuple[str, ...]:
    return next((tuple(one.signals) for reading in readings for one in reading.last.found), ())


def _observation(reading: Reading) -> Observation:
    found = reading.last.found
    signals = np.array([list(one.signals.values()) for one in found], dtype=np.float64)
    return signals, np.array([one.right for one in found], dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Result:
    """The fit and its held-out shares: a question, its stages, their candidates."""

    readings: tuple[Reading, ...]
    bias: float
    weights: Mapping[str, float]
    held_out: tuple[tuple[Shares, ...], ...]
    sentences: quoting.Result | None  # None where nothing was looked at
    probes: Probes | None = None
    pointers: Pointers | None = None

    def told(self, question: int, stage: int) -> tuple[Shares, quoting.Probabilities]:
        """Return the held-out shares of a stage's candidates and the probabilities of its sentences."""
        sure = self.sentences.held_out[question][stage] if self.sentences else ()
        return self.held_out[question][stage], sure


def calibrate(reads: Sequence[Read]) -> Result:
    """Return the fit on all candidates and their held-out probabilities; SuiteError if there is none."""
    reads, pointers = pointed(reads)
    readings = [rated(one) for one in reads]
    if found := probes(readings):
        readings = [rated(heard(one, by)) for one, by in zip(reads, found.held_out, strict=True)]
    return replace(fit(readings), pointers=pointers, probes=found)


def fit(readings: Sequence[Reading]) -> Result:
    """Return the fit on what was made of the questions, without their pointer and their probe."""
    found = [one for reading in readings for one in reading.last.found]
    if len({one.right for one in found}) < 2:
        raise SuiteError(
            f"There are {sum(one.right for one in found)} right ones among {len(found)} candidates; a fit"
            " needs right and wrong ones."
        )
    names = _names(readings)
    bias, *weights = fitted([_observation(one) for one in readings], names)
    return Result(
        tuple(readings),
        float(bias),
        {name: float(weight) for name, weight in zip(names, weights, strict=True)},
        tuple(held_out(readings)),
        quoting.calibrate(readings),
    )
