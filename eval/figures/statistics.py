"""How sure a figure is: 95 % intervals that know that questions about one article are not independent.

- A share of questions, each from a group (source article) of its own: Wilson's score interval,
  doi:10.1080/01621459.1927.10502953.
- Everything else that is a mean: the bootstrap over groups (arXiv 2411.00640 on why groups), percentile
  method, fixed seed, so that the same samples give the same interval.
- A share over few groups, or one of 0 or 1: Wilson's interval with groups as n. Few clusters make a bootstrap
  too sure of itself (Cameron, Gelbach and Miller, doi:10.1162/rest.90.3.414), and where every resample is the
  same it would claim certainty. With groups as n the interval is rather too wide than too narrow.

Two runs are compared on the same questions: an exact McNemar test on those that changed (Fagerland,
doi:10.1186/1471-2288-13-91), and the bootstrap over groups of the differences.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.figures.metrics import wilson

RESAMPLES = 4000  # an end of a 95 % interval then moves by about 1 % of its width between seeds
FEW_GROUPS = 10
SEED = 20310504
LEVEL = 0.95

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its 95 % interval. `value`, `low` and `high` are None when there is nothing to count."""

    value: float | None
    low: float | None
    high: float | None
    n: int  # questions
    groups: int
    rule: str  # how the interval was made: "Wilson", "bootstrap over groups", "Wilson over groups"


@dataclass(frozen=True, slots=True)
class Observation:
    """A value of one question, and the group whose questions may hang together."""

    group: str
    value: float
    weight: float = 1.0  # what the value is counted in: citations, figures; 1 for questions


NOTHING = Estimate(None, None, None, 0, 0, "nothing to count")


def mean(observations: Iterable[Observation], *, signed: bool = False) -> Estimate:
    """Return the weighted mean (sum of values over sum of weights) of a measure over questions.

    A value is a sum within its question (e.g. citations that are right) where `weight` is its count.
    `signed`: the values are differences, for which Wilson's interval of a share has no meaning.
    """
    found = [one for one in observations if one.weight > 0]
    if not found:
        return NOTHING
    sums, weights = _by_group(found)
    n, groups = len(found), len(sums)
    value = float(sums.sum() / weights.sum())
    share = not signed and all(0 <= one.value <= one.weight for one in found)
    whole = share and all(one.weight == 1 and one.value in (0, 1) for one in found)
    if whole and groups == n:
        low, high = wilson(round(sums.sum()), n)
        return Estimate(value, low, high, n, groups, "Wilson")
    if share and (value in (0.0, 1.0) or groups < FEW_GROUPS):
        low, high = wilson(value * groups, groups)
        return Estimate(value, low, high, n, groups, "Wilson over groups")
    return Estimate(value, *_bootstrap(sums, weights), n, groups, "bootstrap over groups")


def over_groups(
    groups: Sequence[str], statistic: Callable[[NDArray[np.int64]], float | None], value: float | None
) -> Estimate:
    """Return the bootstrap interval of any statistic of questions, drawn with their groups.

    `statistic` takes the indices of the questions of one resample (with repeats) and returns None where it
    has no value; `value` is that of all questions. For statistics that are no means, such as an AUROC.
    """
    if value is None:
        return NOTHING
    names = sorted(set(groups))
    members = {name: np.array([i for i, one in enumerate(groups) if one == name]) for name in names}
    random = np.random.default_rng(SEED)
    drawn: list[float] = []
    # A tenth of the resamples: such statistics are computed one resample at a time.
    for _ in range(RESAMPLES // 10):
        chosen = random.integers(len(names), size=len(names))
        one = statistic(np.concatenate([members[names[i]] for i in chosen]))
        if one is not None:
            drawn.append(one)
    if len(names) < 2 or not drawn:
        return Estimate(value, None, None, len(groups), len(names), "too few groups for an interval")
    low, high = _ends(np.array(drawn))
    return Estimate(value, low, high, len(groups), len(names), "bootstrap over groups")


def _by_group(observations: Sequence[Observation]) -> tuple[Vector, Vector]:
    members: dict[str, list[Observation]] = {}
    for one in observations:
        members.setdefault(one.group, []).append(one)
    names = sorted(members)
    # fsum: the same whatever the order of the questions
    sums = [math.fsum(one.value for one in members[name]) for name in names]
    return np.array(sums), np.array([math.fsum(one.weight for one in members[name]) for name in names])


def _bootstrap(sums: Vector, weights: Vector) -> tuple[float | None, float | None]:
    """Return the ends of the interval of sum / weight over groups drawn with repeats."""
    if len(sums) < 2:
        return None, None
    from scipy.stats import bootstrap

    found = bootstrap(
        (sums, weights),
        lambda s, w, axis=-1: s.sum(axis=axis) / w.sum(axis=axis),
        paired=True,
        vectorized=True,
        n_resamples=RESAMPLES,
        batch=500,
        confidence_level=LEVEL,
        method="percentile",
        rng=np.random.default_rng(SEED),
    )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def _ends(drawn: Vector) -> tuple[float, float]:
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def mcnemar(better: int, worse: int) -> float:
    """Return the two-sided exact p of McNemar's test: questions that changed for the better and the worse."""
    if better + worse == 0:
        return 1.0
    from scipy.stats import binomtest

    return float(binomtest(better, better + worse, 0.5).pvalue)


def quantile(values: Sequence[float], share: float) -> Estimate:
    """Return a nearest-rank quantile with its order-statistics interval (binomial, exact in coverage).

    The interval's ends are the values whose ranks a binomial count of values below the quantile reaches
    with 95 %; an end that lies beyond the smallest or largest value is None: too few values to say.
    """
    if not values:
        return NOTHING
    from scipy.stats import binom

    ordered = sorted(values)
    n = len(ordered)
    at = ordered[max(0, math.ceil(share * n) - 1)]
    low, high = int(binom.ppf((1 - LEVEL) / 2, n, share)), int(binom.ppf((1 + LEVEL) / 2, n, share)) + 1
    return Estimate(
        at,
        ordered[low - 1] if low >= 1 else None,
        ordered[high - 1] if high <= n else None,
        n,
        n,
        "order statistics",
    )
