"""One thing asked of two times: what is taken apart, into what, and what stays one question."""

import pytest
from compound_helpers import ask, open_library

from rag.compound import coordinated
from rag.compound.plan import Plan
from rag.question import understand
from rag.showing.explain import Compound
from rag.walk import Found

IN_2019 = "What was trade between Chile and Peru in 2019?"


def parts(text):
    return [part.text for part in coordinated.split(understand(text))]


@pytest.mark.parametrize(("text", "expected"), [
    (
        "How did the board vote in January and in April 2025?",
        ["How did the board vote in January 2025?", "How did the board vote in April 2025?"],
    ),
    ("What was trade in 2020 and 2024?", ["What was trade in 2020?", "What was trade in 2024?"]),
    (
        "Who won on 12 May and 14 May 2024, respectively?",
        ["Who won on 12 May 2024?", "Who won on 14 May 2024?"],
    ),
    (
        "What target was set in March 2023, and in 2025?",
        ["What target was set in March 2023?", "What target was set in 2025?"],
    ),
    (
        "Số ca cuối tháng 2 và đầu tháng 4/2025 lần lượt là bao nhiêu?",
        ["Số ca cuối tháng 2 năm 2025 là bao nhiêu?", "Số ca đầu tháng 4/2025 là bao nhiêu?"],
    ),
    (
        "kim ngach nam 2023 va 2024 la bao nhieu",
        ["kim ngach nam 2023 la bao nhieu", "kim ngach nam 2024 la bao nhieu"],
    ),
])  # fmt: skip
def test_each_time_is_asked_for_alone(text, expected):
    assert parts(text) == expected


@pytest.mark.parametrize("text", [
    "What happened between 2020 and 2024?",
    "How many people came from May 2020 and June 2020?",
    "What was the difference between trade in 2020 and in 2024?",
    "Did trade fall in 2020 and 2021?",
    "Why did trade fall in 2020 and in 2021?",
    "When were the talks of 2020 and 2024 held?",
    "What was trade in 2020?",
    "What was trade in 2020, 2021 and 2022?",
    "What was trade in 2020, not in 2024?",
    "Những gì diễn ra giữa năm 2020 và năm 2022?",
    "Kim ngạch năm 2020 và năm 2024 khác nhau thế nào?",
])  # fmt: skip
def test_what_is_one_question_stays_one(text):
    assert parts(text) == []


def test_both_values_are_one_answer(tmp_path):
    with open_library(tmp_path) as library:
        events, answer, trace = ask(library, "What was trade between Chile and Peru in 2020 and in 2021?")
    assert events
    assert (answer.status, answer.short) == ("answered", "31 million USD; almost 40 million USD")
    assert [citation.quote for citation in answer.citations] == [
        "Trade between Chile and Peru came to 31 million USD in 2020.",
        "Trade between Chile and Peru came to almost 40 million USD in 2021.",
    ]
    assert isinstance(trace, Compound)
    assert trace.form == "several"


def test_a_time_that_the_articles_do_not_speak_of_is_named(tmp_path):
    with open_library(tmp_path) as library:
        _, answer, _ = ask(library, "What was trade between Chile and Peru in 2020 and in 2019?")
    assert (answer.status, answer.short) == ("partial", "31 million USD")
    assert answer.answer.endswith(f"The articles do not answer this part: “{IN_2019}”")


def test_a_comparison_is_none_of_these():
    asked = understand("How much more was trade between Chile and Peru in 2024 than in 2020 and 2021?")
    assert Plan.of(asked, lambda _: Found([], [], [])).parts == ()
