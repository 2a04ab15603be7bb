"""How sure an answer is, told in the language of its question and never of a refusal."""

from dataclasses import replace

import pytest

from rag.answer import Answer, Claim
from rag.showing.certainty import MEASURED, SURE, certainty, judged, said

TOLD = {
    "sure": ("about 5 in 6", "khoảng 5 trên 6"),
    "unsure": ("about 3 in 4", "khoảng 3 trên 4"),
}


def answer(confidence, status="answered", question="How many projects?", model=MEASURED):
    return Answer(question, status, "12 projects [1].", confidence=confidence, model=model)


@pytest.mark.parametrize(
    ("confidence", "level"), [(1.0, "sure"), (SURE, "sure"), (SURE - 0.001, "unsure"), (0.4, "unsure")]
)
@pytest.mark.parametrize("status", ["answered", "partial"])
def test_an_answer_is_sure_or_not(confidence, level, status):
    assert certainty(answer(confidence, status)) == level
    english, vietnamese = TOLD[level]
    assert english in said(answer(confidence, status))
    assert vietnamese in said(answer(confidence, status, "Có bao nhiêu dự án?"))
    assert english in said(answer(confidence, status, "Có bao nhiêu dự án?"), "en")


@pytest.mark.parametrize(("confidence", "words"), [(0.9, "Sure enough"), (0.5, "Not sure")])
def test_of_a_model_that_was_not_measured_no_share_is_told(confidence, words):
    told = said(answer(confidence, model="qwen2.5-coder-0.5b"))
    assert told.startswith(words)
    assert "in tests" not in told


def test_a_refusal_is_neither():
    assert certainty(answer(0.9, "abstained")) is None
    assert said(answer(0.9, "abstained")) == ""


@pytest.mark.parametrize(("text", "bare"), [
    ("No. [1]", True),
    ("Có. [1]", True),
    ("No project was named. [1]", False),
    ("12 projects. [1]", False),
])  # fmt: skip
def test_a_bare_yes_or_no_is_told_to_be_the_models_reading(text, bare):
    given = replace(answer(0.9), answer=text, claims=(Claim(text, True, (1,)),))
    assert judged(given) == bare
    assert ("no check of words" in said(given, "en")) == bare
    assert ("cách mô hình hiểu" in said(given, "vi")) == bare
