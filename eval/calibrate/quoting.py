"""Weights of `rag.deciding.quoting`: how probably a sentence that was read answers by itself.

Every sentence that the program read is one observation, right or not as `eval.figures.metrics.verdict` says
of it. The fit is a logistic regression; most sentences are wrong, and it knows how many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.calibrate.candidates import Quoted, Reading
from eval.calibrate.data import Vector, folds, groups

STRENGTH = 1.0  # inverse of the L2 penalty, on standardised numbers (eval/LOG.md)


Probabilities = tuple[float, ...]  # of the sentences of a stage


@dataclass(frozen=True, slots=True)
class Result:
    """The fit on all sentences, and those of each question's stages as fits on other articles see them."""

    bias: float
    weights: Mapping[str, float]
    held_out: tuple[tuple[Probabilities, ...], ...]


def calibrate(readings: Sequence[Reading]) -> Result | None:
    """Return the fit on what was read at the end; None without both, sentences that answer and others."""
    rows = [one for reading in readings for one in reading.last.sentences]
    if len({one.right for one in rows}) < 2:
        return None
    names = tuple(rows[0].signals)
    bias, *weights = fitted(rows, names)
    held_out: list[tuple[Probabilities, ...]] = [() for _ in readings]
    for train, test in folds(groups([one.case for one in readings])):
        found = fitted([one for i in train for one in readings[i].last.sentences], names)
        for i in test:
            held_out[i] = tuple(probabilities(found, stage.sentences, names) for stage in readings[i].stages)
    return Result(float(bias), dict(zip(names, map(float, weights), strict=True)), tuple(held_out))


def fitted(rows: Sequence[Quoted], names: Sequence[str]) -> Vector:
    """Return bias and weights (log-odds) of the signals as they are; deterministic."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    signals = np.array([[one.signals[name] for name in names] for one in rows])
    scale = StandardScaler().fit(signals)
    found = LogisticRegression(C=STRENGTH, max_iter=1000).fit(
        scale.transform(signals), [one.right for one in rows]
    )
    weights = found.coef_[0] / scale.scale_
    return np.array([found.intercept_[0] - weights @ scale.mean_, *weights])


def probabilities(fit: Vector, sentences: Sequence[Quoted], names: Sequence[str]) -> Probabilities:
    """Return how probably each sentence answers."""
    rows = np.array([[one.signals[name] for name in names] for one in sentences]).reshape(-1, len(names))
    return tuple(float(one) for one in 1 / (1 + np.exp(-(fit[0] + rows @ fit[1:]))))
