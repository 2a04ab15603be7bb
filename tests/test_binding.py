"""Right numbers in the wrong place: of another time, of other parties, in the other direction."""

import pytest
from answer_helpers import VIETNAMESE, article, source

from rag.binding import mentions, objections
from rag.question import understand


def found(question, of=None):
    """Return {value as written: objections} for every value of the wanted kind."""
    asked = understand(question)
    return {
        mention.value.text: objections(mention, asked)
        for line in source(of).lines
        for mention in mentions(line, asked)
    }


def test_each_value_belongs_to_the_year_that_follows_it():
    result = found("What was trade between Chile and Peru in 2020?")
    assert result["31 million USD"] == []
    assert result["40 million USD"] == ["of 2021, not of 2020"]
    assert result["55 million USD"] == ["of 2027, not of 2020"]


def test_a_year_that_no_value_has_leaves_nothing():
    assert all(found("What was trade between Chile and Peru in 2016?").values())


def test_the_direction_counts():
    assert found("How many projects does Peru have in Chile?") == {"12": ["the other direction"], "45": []}
    assert found("How many projects does Chile have in Peru?") == {"12": [], "45": ["the other direction"]}


def test_the_direction_counts_across_languages():
    vietnamese = article(VIETNAMESE, lang="vi", title="Chile - Peru")
    assert found("How many projects does Peru have in Chile?", vietnamese) == {"45": []}
    assert found("How many projects does Chile have in Peru?", vietnamese) == {"45": ["the other direction"]}


@pytest.mark.parametrize(
    "question",
    [
        "How many projects does Bolivia have in Chile?",
        "Bolivia có bao nhiêu dự án tại Chile?",
    ],
)
def test_a_country_that_is_not_spoken_of(question):
    assert all("does not speak of country:BO" in against for against in found(question).values())


def test_a_part_of_a_year_is_not_the_year():
    text = "In the first 7 months of 2025, trade between Chile and Peru reached 29 million USD."
    asked = "What was trade between Chile and Peru in 2025?"
    assert any("only" in one for one in found(asked, article(text))["29 million USD"])
    part = "What was trade between Chile and Peru in the first 7 months of 2025?"
    assert found(part, article(text))["29 million USD"] == []


def test_a_value_before_all_times_of_its_sentence_takes_the_time_at_its_beginning():
    text = "By September 2023, Peru had 119 projects worth more than 646 million USD."
    assert found("How much were Peru's projects worth in 2023?", article(text))["646 million USD"] == []
    assert found("How much were Peru's projects worth in 2021?", article(text))["646 million USD"]
