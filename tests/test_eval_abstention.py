"""Confidence measures by hand arithmetic, and that order and ties cannot flatter."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from eval.figures.abstention import aurc, auroc, bins, brier, ece, risk_coverage

SURE = [0.9, 0.8, 0.8, 0.3]
RIGHT = [True, False, True, False]


def test_auroc_by_hand():
    # right {.9, .8} against wrong {.8, .3}: .9 beats both, .8 ties with .8 (1/2) and beats .3: 3.5 of 4
    assert auroc(SURE, RIGHT) == pytest.approx(3.5 / 4)
    assert auroc([0.5, 0.5], [True, False]) == 0.5
    assert auroc([0.5, 0.6], [True, True]) is None


def test_auroc_equals_scikit_learns():
    random = np.random.default_rng(5)
    sure = np.round(random.uniform(size=200), 1)  # many ties
    right = random.uniform(size=200) < sure
    assert auroc(list(sure), list(right)) == pytest.approx(roc_auc_score(right, sure))


def test_risk_and_coverage_by_hand():
    points = risk_coverage(SURE, RIGHT, questions=8)
    # the two answers of .8 are taken together: one wrong of three
    assert [(one.coverage, one.risk, one.confidence) for one in points] == [
        (1 / 8, 0.0, 0.9),
        (3 / 8, pytest.approx(1 / 3), 0.8),
        (4 / 8, 0.5, 0.3),
    ]
    assert risk_coverage([], [], 3) == []


def test_the_order_of_equally_sure_answers_changes_nothing():
    assert risk_coverage([0.8] * 4, RIGHT, 4) == risk_coverage([0.8] * 4, RIGHT[::-1], 4)
    assert aurc(SURE, RIGHT) == aurc(SURE[::-1], RIGHT[::-1])


def test_aurc_by_hand():
    # 1/4 of the answers at risk 0, 2/4 at 1/3, 1/4 at 1/2
    assert aurc(SURE, RIGHT) == pytest.approx(0.25 * 0 + 0.5 / 3 + 0.25 * 0.5)
    assert aurc([], []) is None


def test_brier_by_hand():
    assert brier(SURE, RIGHT) == pytest.approx((0.01 + 0.64 + 0.04 + 0.09) / 4)


def test_calibration_by_hand():
    found = bins(SURE, RIGHT)
    assert [(one.low, one.n, one.right) for one in found] == [(0.3, 1, 0.0), (0.8, 2, 0.5), (0.9, 1, 1.0)]
    # gaps: .3 - 0 (one), .8 - .5 (two), 1 - .9 (one)
    assert ece(SURE, RIGHT) == pytest.approx((0.3 + 2 * 0.3 + 0.1) / 4)
    assert bins([1.0], [True])[0].low == 0.9
    assert brier([], []) is ece([], []) is None
