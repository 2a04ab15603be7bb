"""Right numbers in the wrong place: of another time, of other parties, in the other direction."""

import pytest
from answer_helpers import VIETNAMESE, article, source

from rag.checks.binding import mentions
from rag.checks.objections import objections
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
    assert result["55 million USD"] == ["of 2027, not of 2020", "a target, not a figure"]


def test_a_time_of_one_item_of_a_list_is_not_the_next_ones():
    rises = "Wages rise 6.5% on 1 January 2027; lunch money in Peru rises from 18 to 22 dollars."
    asked = "How much is lunch money in Peru?"
    assert found(asked, article(rises))["22 dollars"] == []
    joined = rises.replace(";", ",")
    assert found(asked, article(joined))["22 dollars"] == ["a target, not a figure"]


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
    ("question", "repeated"),
    [
        ("When was the aim for 2027 set?", True),
        ("Mục tiêu cho năm 2027 được đặt ra khi nào?", True),
        ("In which year is trade to reach 55 million USD?", False),
        ("Is the aim for 2025 or 2027, and for which year?", False),  # offers its answers
    ],
)
def test_a_day_of_the_question_is_no_answer_to_it(question, repeated):
    against = found(
        question, article("They set an aim for 2027 in Lima. Trade is to reach 55 million USD in 2027.")
    )
    assert against, "the sentence has a date"
    assert all(("only repeats the question" in one) == repeated for one in against.values())


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
    text = "In the first 7 months of 2021, trade between Chile and Peru reached 29 million USD."
    asked = "What was trade between Chile and Peru in 2021?"
    assert any("only" in one for one in found(asked, article(text))["29 million USD"])
    part = "What was trade between Chile and Peru in the first 7 months of 2021?"
    assert found(part, article(text))["29 million USD"] == []


def test_a_value_before_all_times_of_its_sentence_takes_the_time_at_its_beginning():
    text = "By September 2021, Peru had 119 projects worth more than 646 million USD."
    assert found("How much were Peru's projects worth in 2021?", article(text))["646 million USD"] == []
    assert found("How much were Peru's projects worth in 2019?", article(text))["646 million USD"]


def test_a_target_is_not_a_figure_and_a_figure_no_target():
    target, figure = "How much trade do Chile and Peru aim for?", "How much is trade between Chile and Peru?"
    assert found(target)["55 million USD"] == []
    assert found(target)["40 million USD"] == ["a figure, not a target"]
    assert found(figure)["55 million USD"] == ["a target, not a figure"]
    assert found(figure)["40 million USD"] == []


def test_a_value_on_the_way_to_a_target_has_its_own_past_time():
    text = "Chile và Peru đặt mục tiêu tăng kim ngạch từ 31 triệu USD năm 2020 lên 55 triệu USD."
    vietnamese = article(text, lang="vi", title="Chile - Peru")
    asked = "Mục tiêu kim ngạch Chile - Peru là bao nhiêu?"
    assert found(asked, vietnamese) == {"31 triệu USD": ["a figure, not a target"], "55 triệu USD": []}


def test_a_target_asked_for_by_the_year_of_its_announcement():
    asked = "What trade goal did Chile and Peru announce in January 2021?"
    of = article("In January 2021 Chile and Peru agreed to lift trade to 55 million USD and beyond.")
    assert found(asked, of)["55 million USD"] == []
    assert found("What is the trade goal of Chile and Peru?", of)["55 million USD"]  # 2021 is past
    figure = article("Trade between Chile and Peru was 40 million USD in January 2021.")
    assert found(asked, figure)["40 million USD"] == ["a figure, not a target"]


@pytest.mark.parametrize(
    ("text", "lang", "value"),
    [
        ("The target of about 35 million USD for 2021 was met early.", "en", "35 million USD"),
        ("Mục tiêu 35 triệu USD cho năm 2021 của Chile và Peru về đích sớm.", "vi", "35 triệu USD"),
    ],
)
def test_what_is_called_a_target_is_one_even_of_a_year_that_is_past(text, lang, value):
    of = article(text, lang=lang)
    asked = "What was trade between Chile and Peru in 2021?"
    against = next(one for name, one in found(asked, of).items() if value in name)
    assert "a target, not a figure" in against
    beyond = article("Exceeding the target, trade between Chile and Peru reached 36 million USD in 2021.")
    assert found(asked, beyond)["36 million USD"] == []


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        (
            "Trade of Chile and Peru in 2021 was about 14 billion USD, while in 2019 it was 9 billion USD.",
            "en",
        ),
        ("Thương mại Chile - Peru năm 2021 xấp xỉ 14 tỷ USD, trong khi năm 2019 chỉ là 9 tỷ USD.", "vi"),
    ],
)
def test_a_year_behind_a_turn_is_not_that_of_the_value_before_it(text, lang):
    of = article(text, lang=lang)
    for year, right in (("2021", "14"), ("2019", "9")):
        result = found(f"What was trade between Chile and Peru in {year}?", of)
        assert [value[:2].strip() for value, against in result.items() if not against] == [right]
