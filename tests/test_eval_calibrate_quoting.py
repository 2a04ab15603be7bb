"""The fit of sentences: known by hand, and blind to what is held out."""

import math

import numpy as np
import pytest
from eval_world import RECORDS

from eval.calibrate import quoting as calibrate_quoting
from eval.calibrate.candidates import Quoted, Reading, Stage
from eval.calibrate.quoting import calibrate, fitted, probabilities
from eval.cases import parse

CASES = [parse(record) for record in RECORDS]


def reading(*sentences):
    """Return a question with a sentence for each pair of signal and whether it is right."""
    told = tuple(Quoted({"s": signal}, ok) for signal, ok in sentences)
    return Reading(CASES[0], (Stage((), told),))


def test_a_sentence_is_right_as_often_as_it_says(monkeypatch):
    # Three of four with the signal are right and one of four without, with hardly a penalty: the log-odds are
    # log 3 and -log 3.
    monkeypatch.setattr(calibrate_quoting, "STRENGTH", 1e6)
    told = [
        Quoted({"s": signal}, ok)
        for signal, those in ((1.0, (True, True, True, False)), (0.0, (True, False, False, False)))
        for ok in those
    ]
    bias, weight = fitted(told, ["s"])
    assert (bias, weight) == pytest.approx((-math.log(3), 2 * math.log(3)), abs=1e-2)
    one_of_each = [told[0], told[-1]]
    given = probabilities(np.array([bias, weight]), one_of_each, ["s"])
    assert given == pytest.approx((0.75, 0.25), abs=1e-2)


def test_held_out_probabilities_know_nothing_of_their_group(monkeypatch):
    monkeypatch.setattr(calibrate_quoting, "groups", lambda cases: np.array([0, 0, 1, 1], dtype=np.int64))

    def told(*rows):
        """Return whether the sentence with the signal was judged rightly in each of two groups, held out."""
        found = calibrate([reading((1.0, ok), (0.0, not ok)) for ok in rows])
        return [(own[0][0] > own[0][1]) == ok for own, ok in zip(found.held_out, rows, strict=True)]

    assert told(True, True, False, False) == [False] * 4
    # The control: where both groups agree, all are told rightly.
    assert told(True, True, True, True) == [True] * 4


def test_without_sentences_of_both_kinds_there_is_no_fit():
    assert calibrate([reading((1.0, False)), reading()]) is None
