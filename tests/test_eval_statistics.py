"""Intervals: equal to hand arithmetic where there is some, and wide enough where there is none."""

import numpy as np
import pytest

from eval.figures.metrics import wilson
from eval.figures.statistics import FEW_GROUPS, NOTHING, Observation, mcnemar, mean, over_groups, quantile


def each(*values):
    """Return observations in groups of their own."""
    return [Observation(f"g{n}", float(value)) for n, value in enumerate(values)]


def test_a_share_of_independent_questions_has_wilsons_interval():
    found = mean(each(*[1] * 8, 0, 0))
    assert (found.value, found.n, found.groups, found.rule) == (0.8, 10, 10, "Wilson")
    assert (found.low, found.high) == wilson(8, 10)


def test_questions_of_one_article_do_not_count_as_independent():
    """Ten articles with ten questions each, all of an article alike: ten observations, not a hundred."""
    alike = [Observation(f"g{n % 10}", float(n % 10 < 7)) for n in range(100)]
    alone = [Observation(f"g{n}", float(n % 10 < 7)) for n in range(100)]
    assert FEW_GROUPS <= 10
    clustered, plain = mean(alike), mean(alone)
    assert clustered.value == plain.value == 0.7
    assert clustered.rule == "bootstrap over groups"
    assert clustered.high - clustered.low > 2.5 * (plain.high - plain.low)
    # ten draws with p = .7: 95 % of the resampled shares lie within .4 and .9 or 1
    assert clustered.low == pytest.approx(0.4, abs=0.11)
    assert clustered.high == pytest.approx(1.0, abs=0.11)


def test_the_same_observations_give_the_same_interval():
    values = [Observation(f"g{n % 12}", n / 40) for n in range(40)]
    assert mean(values) == mean(list(reversed(values)))


def test_the_bootstrap_covers_the_truth():
    """Of 200 samples from a known distribution about 95 % of the intervals hold its mean."""
    random = np.random.default_rng(3)
    held = 0
    for _ in range(200):
        found = mean([Observation(f"g{n}", float(value)) for n, value in enumerate(random.uniform(size=40))])
        held += found.low <= 0.5 <= found.high
    assert 180 <= held <= 199


def test_all_right_over_groups_is_not_certainty():
    found = mean([Observation(f"g{n % 5}", 1.0) for n in range(20)])
    assert found.rule == "Wilson over groups"
    assert (found.low, found.high) == wilson(5, 5)


def test_few_articles_count_as_few_observations():
    found = mean([Observation(f"g{n % 4}", float(n % 4 < 3)) for n in range(40)])
    assert found.rule == "Wilson over groups"
    assert (found.low, found.high) == wilson(3, 4)


def test_differences_are_no_shares():
    found = mean(each(1, 1, 0, 1), signed=True)
    assert found.rule == "bootstrap over groups"
    assert mean(each(0, 0, 0, 0), signed=True).high == 0.0


def test_weights_are_what_the_values_are_counted_in():
    """Two of four citations and one of one: 3 of 5, not the mean of 1/2 and 1."""
    found = mean([Observation("a", 2, 4), Observation("b", 1, 1), Observation("c", 0, 0)])
    assert found.value == pytest.approx(0.6)
    assert found.n == 2


def test_nothing_and_one_group_have_no_interval():
    assert mean([]) == NOTHING
    one = mean([Observation("a", 0.3), Observation("a", 0.5)], signed=True)
    assert (one.value, one.low, one.high) == (0.4, None, None)


def test_mcnemar_by_hand():
    # 1 of 7 changes for the better: 2 * (C(7,0) + C(7,1)) / 2^7 = 16 / 128
    assert mcnemar(1, 6) == pytest.approx(0.125)
    assert mcnemar(0, 6) == pytest.approx(2 / 64)
    assert mcnemar(4, 4) == mcnemar(0, 0) == 1.0


def test_quantiles_and_their_order_statistics():
    found = quantile([float(n) for n in range(1, 101)], 0.5)
    assert found.value == 50.0
    # binomial(100, 1/2): 2.5 % lie below 40, 97.5 % at or below 60
    assert (found.low, found.high) == (40.0, 61.0)
    assert quantile([1.0, 2.0, 3.0], 0.95).high is None  # three values do not bound a 95th percentile
    assert quantile([], 0.5) == NOTHING


def test_statistics_that_are_no_means_are_drawn_with_their_groups():
    values = np.array([0.0, 0.0, 1.0, 1.0, 0.0, 1.0])
    groups = ["a", "a", "b", "b", "c", "d"]
    found = over_groups(groups, lambda chosen: float(np.median(values[chosen])), 0.5)
    assert 0.0 <= found.low < found.high <= 1.0
    assert found == over_groups(groups, lambda chosen: float(np.median(values[chosen])), 0.5)
    assert over_groups(groups, lambda chosen: None, None) == NOTHING
    assert over_groups(["a", "a"], lambda chosen: 1.0, 1.0).low is None
