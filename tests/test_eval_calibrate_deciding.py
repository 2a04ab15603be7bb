"""How development questions would end: by hand, with sentences and without."""

from dataclasses import replace

import numpy as np
import pytest
from eval_world import RECORDS

from eval.calibrate import quoting as calibrate_quoting
from eval.calibrate.answers import Result
from eval.calibrate.candidates import Pointers, Quoted, Rated, Reading, Stage
from eval.calibrate.deciding import OUTCOMES, ended, ends, outcomes, report
from eval.cases import parse
from rag.care import NORMAL
from rag.reading.pointer import Pointer
from rag.showing.certainty import SURE

CASES = [parse(record) for record in RECORDS]
CARE = replace(NORMAL, threshold=0.5, short=0.5, alone=0.5)


def rated(right, backing=(0,)):
    return Rated("x", {"s": float(right)}, backing, 0.5, 0.5, right)


def reading(answerable, *found):
    stage = Stage(tuple(rated(right, (i,)) for i, right in enumerate(found)))
    return Reading(CASES[0] if answerable else CASES[4], (stage,))


def result(readings, own, sure=None):
    """Return the fit that gives these shares, and these probabilities of sentences if there are any."""
    sentences = calibrate_quoting.Result(0.0, {}, tuple(sure)) if sure is not None else None
    return Result(tuple(readings), 0.0, {}, tuple(own), sentences)


READINGS = [
    reading(True, False, True),  # the right one is second
    reading(True, False),
    reading(True),
    reading(False, False),
    reading(False),
]
OWN = [((0.4, 0.6),), ((0.55,),), ((),), ((0.45,),), ((),)]


@pytest.mark.parametrize(
    ("alone", "expected"),
    [(0.3, (1, 1, 1, 1, 1)), (0.5, (1, 1, 1, 2, 0)), (0.6, (1, 0, 2, 2, 0)), (0.7, (0, 0, 3, 2, 0))],
)
def test_few_words_alone_by_hand(alone, expected):
    count, reads = outcomes(result(READINGS, OWN), replace(CARE, alone=alone))
    assert (tuple(count.values()), reads) == (expected, 5)
    assert tuple(count) == OUTCOMES


@pytest.mark.parametrize(
    ("sure", "own", "expected"),
    [
        ((0.6, 0.1), (0.2, 0.1), ("right", 0.6)),  # the sentence as it stands
        ((0.6, 0.1), (0.55, 0.1), ("wrong", 0.55)),  # few words that are sure come first
        ((0.1, 0.6), (0.2, 0.1), ("wrong", 0.6)),
        ((0.45, 0.1), (0.4, 0.1), ("abstained", 0.45)),
        ((0.1, 0.2), (0.1, 0.7), ("right", 0.7)),
    ],
)
def test_few_words_then_a_sentence_by_hand(sure, own, expected):
    stage = Stage((rated(False, (0,)), rated(True, (1,))), (Quoted({}, True), Quoted({}, False)))
    assert ended(Reading(CASES[0], (stage,)), 0, own, sure, CARE) == expected


@pytest.mark.parametrize(
    ("words", "sentence", "place", "loose", "expected"),
    [
        (0.7, 0.6, 1, True, ("right", 0.6)),  # few words give way to the sentence that they stand in
        (0.8, 0.6, 1, True, ("wrong", 0.8)),  # not where they are sure
        (0.7, 0.4, 1, True, ("wrong", 0.7)),  # nor where it is not
        (0.7, 0.6, 2, True, ("wrong", 0.7)),  # nor to another one
        (0.7, 0.6, 1, False, ("wrong", 0.7)),  # nor where a value is asked for
    ],
)
def test_few_words_give_way_by_hand(words, sentence, place, loose, expected):
    few = replace(rated(False), place=("a", place))
    stage = Stage((few,), (Quoted({}, True, ("a", 1)),))
    told = Reading(CASES[0], (stage,), loose)
    assert ended(told, 0, (words,), (sentence,), replace(CARE, exact=0.75)) == expected


def test_nothing_is_said_where_nothing_was_read():
    nothing = result([Reading(CASES[0]), Reading(CASES[4])], [(), ()])
    assert [end.how for end in ends(nothing, CARE)] == ["abstained", "refused"]
    assert outcomes(result([Reading(CASES[0])], [()]), CARE, 0.6) == (
        {**dict.fromkeys(OUTCOMES, 0), "abstained": 1}, 0)  # fmt: skip


def test_reading_ends_at_a_sure_answer():
    pair, one = Stage((rated(False, (0,)), rated(True, (1,)))), Stage((rated(True),))
    told = [Reading(CASES[0], (pair, one, one))]
    assert outcomes(result(told, [((0.2, 0.3), (0.7,), (0.9,))]), CARE, 0.6)[1] == 2
    assert outcomes(result(told, [((0.2, 0.3), (0.1,), (0.5,))]), CARE, 0.6)[1] == 3
    count, reads = outcomes(result(told, [((0.9, 0.3), (0.7,), (0.9,))]), CARE, 0.6)
    assert (count["wrong"], reads) == (1, 1)
    assert outcomes(result(told, [((0.9, 0.3), (0.7,), (0.9,))]), CARE)[0]["right"] == 1
    assert outcomes(result(told, [((0.9, 0.3), (0.7,), (0.9,))]), replace(CARE, sources=1))[1] == 1


def test_the_report_tells_how_good_sentences_are():
    stage = Stage((rated(True),), (Quoted({"s": 1.0}, True), Quoted({"s": 0.0}, False)))
    wrong = Stage((rated(False),), (Quoted({"s": 1.0}, False), Quoted({"s": 0.0}, True)))
    readings = [Reading(CASES[0], (stage,)), Reading(CASES[1], (wrong,))]
    told = result(readings, [((0.9,),), ((0.9,),)], [((0.9, 0.2),), ((0.8, 0.1),)])
    pointer = Pointer(((1, 1),), np.ones(1, dtype=np.float32), 0.0)
    text = report(replace(told, pointers=Pointers(pointer, 3, 4)))
    assert "# the pointer is right in 3 of 4 passages, held out" in text
    assert "pointer" not in report(told)
    assert "# the surest sentence holds the answer in 1 of 2 questions" in text
    assert text.count("else a sentence needs") == 1
    assert "sentences, held out (n 4)" in text
    rows = {line[:15].strip(): line.split()[-2:] for line in text.splitlines()}
    assert rows[f"{SURE:.2f} and more"] == ["1", "2"]
    assert rows["less"] == ["0", "0"]
