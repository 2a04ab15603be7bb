"""How sure an answer is, told in the language of its question and never of a refusal."""

import pytest

from rag.answer import Answer
from rag.certainty import SURE, WORDS, certainty, said


def answer(confidence, status="answered", question="How many projects?"):
    return Answer(question, status, "12 projects [1].", confidence=confidence)


@pytest.mark.parametrize(
    ("confidence", "level"), [(1.0, "sure"), (SURE, "sure"), (SURE - 0.001, "unsure"), (0.4, "unsure")]
)
@pytest.mark.parametrize("status", ["answered", "partial"])
def test_an_answer_is_sure_or_not(confidence, level, status):
    assert certainty(answer(confidence, status)) == level
    assert said(answer(confidence, status)) == WORDS["en"][level]
    assert said(answer(confidence, status, "Có bao nhiêu dự án?")) == WORDS["vi"][level]


def test_a_refusal_is_neither():
    assert certainty(answer(0.9, "abstained")) is None
    assert said(answer(0.9, "abstained")) == ""
