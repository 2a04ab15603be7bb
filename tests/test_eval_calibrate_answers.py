"""The fit of answers: known by hand, and blind to what is held out."""

import math
from dataclasses import replace

import numpy as np
import pytest
from eval_world import RECORDS
from scipy.optimize import brentq

from eval.calibrate import answers as calibrate_answers
from eval.calibrate import candidates as calibrate_candidates
from eval.calibrate.answers import fitted, held_out
from eval.calibrate.candidates import Rated, Reading, Stage, is_right, probes
from eval.cases import SuiteError, parse
from rag.deciding.confidence import pick, shares, together

CASES = [parse(record) for record in RECORDS]


# ── answers ──


def observed(*rows):
    """Return an observation of (signal, whether it is right) pairs."""
    return np.array([[signal] for signal, _ in rows], dtype=float), np.array([ok for _, ok in rows])


def test_the_choice_among_candidates_by_hand():
    # One candidate a question, right in three of four: its share is exp(b) / (1 + exp(b)) = 3/4.
    bias, idle = fitted([observed((0.0, ok)) for ok in (True, True, True, False)])
    assert (bias, idle) == pytest.approx((math.log(3), 0), abs=1e-3)
    # Two candidates, the one with the signal always right: the minimum of
    # -log(exp(b + w) / (1 + exp(b + w) + exp(b))) + l w^2 in b lies at infinity of b, where it is
    # log(1 + exp(-w)) + l w^2, so 2 l w (1 + exp(w)) = 1.
    pair = [observed((1.0, True), (0.0, False))] * 3
    _, weight = fitted(pair, l2=0.05)
    assert weight == pytest.approx(brentq(lambda w: 2 * 0.05 * w * (1 + math.exp(w)) - 1, 0, 9), abs=0.02)


def test_two_that_say_the_same_are_one_answer():
    # exp(0) each: two alike and one rival against "none" share 2/4 and 1/4.
    own = shares([0.0, 0.0, 0.0])
    assert together(own, [(0, 1), (0, 1), (2,)]) == pytest.approx([0.5, 0.5, 0.25])
    assert shares([]) == []
    assert shares([800.0, -800.0]) == pytest.approx([1.0, 0.0])  # no overflow


def rated(signal, ok, backing=(0,), name="s"):
    return Rated("x", {name: signal}, backing, 0.5, 0.5, ok)


def test_a_probe_says_nothing_of_articles_that_it_was_fitted_on(monkeypatch):
    def told(*rows):
        """Two groups of questions with one candidate each; return who the probe judged rightly."""
        monkeypatch.setattr(
            calibrate_candidates, "groups", lambda cases: np.array([0, 0, 1, 1], dtype=np.int64)
        )
        states = [np.array([held, 0.0]) for held, _ in rows]
        found = probes(
            [
                Reading(CASES[0], (Stage((replace(rated(0.5, ok), state=state),)),))
                for state, (_, ok) in zip(states, rows, strict=True)
            ]
        )
        assert found.fit.shape == (3,)
        scores = [float(by[0] + by[1:] @ state) for by, state in zip(found.held_out, states, strict=True)]
        return [(score > 0) == ok for score, (_, ok) in zip(scores, rows, strict=True)], found.auc

    assert told((1.0, True), (-1.0, False), (1.0, False), (-1.0, True)) == ([False] * 4, 0.0)
    assert told((1.0, True), (-1.0, False), (1.0, True), (-1.0, False)) == ([True] * 4, 1.0)


def test_without_states_there_is_no_probe():
    assert probes([Reading(CASES[0], (Stage((rated(0.5, True),)),))]) is None


def test_held_out_probabilities_know_nothing_of_their_group(monkeypatch):
    def told(*rows):
        """Two groups of questions with one candidate each; return who was judged rightly, held out."""
        monkeypatch.setattr(calibrate_answers, "groups", lambda cases: np.array([0, 0, 1, 1], dtype=np.int64))
        found = held_out([Reading(CASES[0], (Stage((rated(signal, ok),)),)) for signal, ok in rows])
        return [(own[0][0] > 0.5) == ok for own, (_, ok) in zip(found, rows, strict=True)]

    # In each group the signal says the opposite of what it says in the other.
    assert told((1.0, True), (-1.0, False), (1.0, False), (-1.0, True)) == [False] * 4
    # The control: where both groups agree, all are told rightly.
    assert told((1.0, True), (-1.0, False), (1.0, True), (-1.0, False)) == [True] * 4


def test_a_signal_against_is_never_turned_round():
    # An objection that is seen only with right answers would get a weight above 0.
    data = [observed((1.0, True)), observed((0.0, False))] * 4
    assert fitted(data, ["s"])[1] > 0
    assert fitted(data, ["undated"])[1] == 0


def test_a_fold_without_candidates_says_so(monkeypatch):
    monkeypatch.setattr(calibrate_answers, "groups", lambda cases: np.array([0, 1], dtype=np.int64))
    with pytest.raises(SuiteError, match="No question has a candidate"):
        held_out([Reading(CASES[0], (Stage((rated(1.0, True),)),)), Reading(CASES[0], (Stage(),))])


def test_of_findings_that_back_each_other_the_likeliest_is_given():
    # "2021" agrees with "May 2021" and "June 2021", which do not agree with each other.
    assert pick([0.3, 0.1, 0.2], [(0, 2), (1, 2), (0, 1, 2)]) == 0
    assert pick([], []) is None


def test_the_label_is_the_verdict_on_the_short_answer():
    assert is_right(CASES[0], "12 projects")
    assert not is_right(CASES[0], "45 projects")
    assert not is_right(CASES[4], "12 projects")  # there is no right answer to it


def test_a_fit_needs_right_and_wrong_candidates():
    with pytest.raises(SuiteError, match="0 right ones among 1 candidates"):
        calibrate_answers.fit([Reading(CASES[0], (Stage((rated(0.0, False),)),))])
