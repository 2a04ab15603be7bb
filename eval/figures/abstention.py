"""Is the program right when it is sure, and silent when it should be? Measures of its `confidence`.

Counted on the answers that were given (answered or partial): right ones against all others, among them every
answer to a question that has none.

- AUROC: the chance that a right answer was given with more confidence than a wrong one; ties count half.
- risk at coverage: answers are taken by falling confidence; coverage is their share of all questions, risk
  the share of wrong ones among them. AURC is the mean risk over the answers taken (Geifman and El-Yaniv,
  arXiv 1705.08500); equally confident ones are taken together, so order cannot flatter.
- Brier score: mean squared difference of confidence and outcome.
- ECE: ten bins of equal width, fixed; mean gap of confidence and share of right ones, weighted by the bins'
  answers (Guo et al., arXiv 1706.04599). Below 200 answers it is mostly noise and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

BINS = 10
ENOUGH_FOR_ECE = 200

Measure = Callable[[Sequence[float], Sequence[bool]], float | None]


@dataclass(frozen=True, slots=True)
class Point:
    """One step of the risk-coverage curve."""

    coverage: float  # 0 … 1
    risk: float  # 0 … 1
    confidence: float  # of the last answer taken


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of about the same confidence."""

    low: float
    high: float
    n: int
    confidence: float  # their mean
    right: float  # share of right ones


def auroc(confidence: Sequence[float], right: Sequence[bool]) -> float | None:
    """Return the AUROC (0 … 1); None unless there are right and wrong answers."""
    good = sum(right)
    bad = len(right) - good
    if not good or not bad:
        return None
    from scipy.stats import rankdata

    # The Mann-Whitney statistic: ranks of the right answers, ties sharing theirs.
    ranks = rankdata(confidence)[np.asarray(right, dtype=bool)]
    return float((ranks.sum() - good * (good + 1) / 2) / (good * bad))


def risk_coverage(confidence: Sequence[float], right: Sequence[bool], questions: int) -> list[Point]:
    """Return the curve, a point for each distinct confidence, highest first; `questions` counts all asked."""
    order = np.argsort(-np.asarray(confidence, dtype=float), kind="stable")
    points: list[Point] = []
    wrong = 0
    for taken, index in enumerate(order, start=1):
        wrong += not right[index]
        if taken == len(order) or confidence[order[taken]] != confidence[index]:
            points.append(Point(taken / questions, wrong / taken, float(confidence[index])))
    return points


def aurc(confidence: Sequence[float], right: Sequence[bool]) -> float | None:
    """Return the mean risk (0 … 1, lower is better) over the answers taken; None without answers."""
    if not confidence:
        return None
    points = risk_coverage(confidence, right, len(confidence))
    total = previous = 0.0
    for point in points:
        total += (point.coverage - previous) * point.risk
        previous = point.coverage
    return total


def brier(confidence: Sequence[float], right: Sequence[bool]) -> float | None:
    """Return the Brier score (0 … 1, lower is better); None without answers."""
    if not confidence:
        return None
    return float(np.mean((np.asarray(confidence) - np.asarray(right, dtype=float)) ** 2))


def bins(confidence: Sequence[float], right: Sequence[bool]) -> list[Bin]:
    """Return the bins that hold answers; a confidence of 1 belongs to the last."""
    sure, good = np.asarray(confidence, dtype=float), np.asarray(right, dtype=float)
    places = np.minimum((sure * BINS).astype(int), BINS - 1)
    found: list[Bin] = []
    for place in range(BINS):
        inside = places == place
        if n := int(inside.sum()):
            low, high = place / BINS, (place + 1) / BINS
            found.append(Bin(low, high, n, float(sure[inside].mean()), float(good[inside].mean())))
    return found


def ece(confidence: Sequence[float], right: Sequence[bool]) -> float | None:
    """Return the expected calibration error (0 … 1, lower is better); None without answers."""
    if not confidence:
        return None
    return sum(one.n * abs(one.confidence - one.right) for one in bins(confidence, right)) / len(confidence)
