"""How much care an answer wants, as it may be written into a question."""

import pytest

from index.errors import BadFilter
from rag.care import CARES, written
from rag.question import understand


@pytest.mark.parametrize("name", CARES)
@pytest.mark.parametrize(
    "asked", ["care:{} How long is it?", "How long care:{} is it?", "How long is it? CARE:{}"]
)
def test_care_is_taken_out_of_the_question(name, asked):
    assert written(asked.format(name)) == ("How long is it?", name)


@pytest.mark.parametrize(
    "asked", ["How long is it?", "What does health care: a guide say?", "daycare:fast it is"]
)
def test_other_questions_stay_as_they_are(asked):
    assert written(asked) == (asked, None)


@pytest.mark.parametrize("asked", ["care:great What?", "care:fast care:careful What?"])
def test_what_cannot_be_read_is_refused_with_the_fix(asked):
    with pytest.raises(BadFilter, match="fast, normal, careful"):
        written(asked)


def test_a_question_with_filters_and_care_keeps_its_words():
    question = understand("care:careful since:2025 How long is the third bridge?")
    assert (question.text, question.care) == ("How long is the third bridge?", "careful")
    assert question.filters.since is not None
    assert understand("And the second?", [("care:fast How long is the third bridge?", "2.4 km")]).care is None
