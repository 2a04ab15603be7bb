"""The probe of `rag.reading.probe`: fitted on what a model's layers held while it read development questions.

A logistic regression on standardised numbers, folded into one vector for each of the two states. What a
probe says of the questions that it was fitted on says little: wherever its scores are used to fit or to judge
something else, they are those of a probe that was fitted on other articles.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.calibrate.data import Indices, Matrix, Vector, folds
from eval.cases import SuiteError
from rag.llm import Hidden
from rag.reading.probe import Probe

# Layers looked at before the first word and over the words, counted from 0: of 28 (eval/LOG.md).
LAYERS: Mapping[str, tuple[int, int]] = {"qwen2.5-coder-1.5b": (19, 19)}
STRENGTH = 3e-4  # inverse of the L2 penalty, on standardised numbers (eval/LOG.md)


def state(hidden: Mapping[int, Hidden], layers: tuple[int, int] | None) -> Vector | None:
    """Return both states as one vector; None if a layer was not told."""
    if layers is None:
        return None
    before, during = layers
    if before not in hidden or during not in hidden:
        return None
    return np.array([*hidden[before].before, *hidden[during].during], dtype=np.float64)


def fitted(states: Matrix, right: NDArray[np.bool_]) -> Vector:
    """Return bias and weights (log-odds) of the states as they are; deterministic."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    if len(set(right.tolist())) < 2:
        raise SuiteError(
            f"{int(right.sum())} of {len(right)} readings are right: a probe needs right and wrong ones."
        )
    scale = StandardScaler().fit(states)
    found = LogisticRegression(C=STRENGTH, max_iter=2000).fit(scale.transform(states), right)
    weights = found.coef_[0] / scale.scale_
    return np.array([found.intercept_[0] - weights @ scale.mean_, *weights])


def held_out(states: Matrix, right: NDArray[np.bool_], numbers: Indices) -> list[tuple[Indices, Vector]]:
    """Return, for each fold, which rows it judges and the fit on the rows of other articles."""
    return [(judge, fitted(states[fit], right[fit])) for fit, judge in folds(numbers)]


def made(weights: Vector, layers: tuple[int, int]) -> Probe:
    """Return the probe of a fit."""
    before, during = (half.astype(np.float32) for half in np.split(weights[1:], 2))
    return Probe(*layers, before, during, float(weights[0]))


def write(probe: Probe, path: Path) -> None:
    """Write the file that `rag.reading.probe.of` reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.savez(
            file,
            layers=np.array([probe.before_layer, probe.during_layer]),
            before=probe.before,
            during=probe.during,
            bias=np.array(probe.bias),
        )


def scores(weights: Vector, states: Matrix) -> Vector:
    """Return the log-odds of states (a row each) by a fit."""
    return np.asarray(weights[0] + states @ weights[1:], dtype=np.float64)
