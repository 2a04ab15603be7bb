"""What is asked: language, time, follow-ups made whole, the order of a statement."""

import pytest

from rag.question import statement, understand, within

TRADE = ("What was trade between Chile and Peru in 2021?", "40 million USD")


@pytest.mark.parametrize(("asked", "whole"), [
    ("And Bolivia?", "What was trade between Chile and Bolivia in 2021?"),
    ("What about 2019?", "What was trade between Chile and Peru in 2019?"),
    ("Who announced it?", "What was trade between Chile and Peru in 2021? Who announced it?"),
    ("Who is the mayor of Lima?", "Who is the mayor of Lima?"),
])  # fmt: skip
def test_a_follow_up_is_made_whole(asked, whole):
    assert understand(asked, [TRADE]).text == whole


def test_a_vietnamese_follow_up_swaps_the_country():
    before = ("Kim ngạch thương mại Chile - Peru năm 2021 là bao nhiêu?", "")
    whole = understand("Còn Bolivia thì sao?", [before]).text
    assert whole == "Kim ngạch thương mại Chile - Bolivia năm 2021 là bao nhiêu?"


def test_without_history_nothing_is_added():
    assert understand("And Bolivia?").text == "And Bolivia?"


@pytest.mark.parametrize(
    ("text", "newest"),
    [
        ("What is the latest target?", True),
        ("Mục tiêu mới nhất là gì?", True),
        ("muc tieu hien nay la bao nhieu", True),
        ("What was the target in 2019?", False),
        ("Nước nào đạt mục tiêu?", False),
    ],
)
def test_questions_for_the_latest_state(text, newest):
    assert understand(text).newest is newest


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("From what rate to what rate did Tern Bank cut its loans?", True),
        ("By how much did trade grow, from how much to how much?", True),
        ("From which port did the ship sail to Hue?", False),
        ("How many parks are there, and in how many provinces?", True),
        ("Mấy nước tham gia và nước nào rút lui?", True),
        ("What did he say when the talks ended?", False),
        ("Khi nào hội nghị bắt đầu?", False),
    ],
)
def test_two_questions_in_one(text, several):
    assert understand(text).several is several


def test_language_and_emptiness():
    assert understand("tong thong tham Viet Nam khi nao").lang == "vi"
    assert understand("when did the president visit").lang == "en"
    assert understand(" ?! ").empty


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many projects does Peru have in Chile?", "Peru have projects in Chile"),
        (
            "As of June 2022, how many mines did Chile run in Peru?",
            "As of June 2022, how many mines did Chile run in Peru?",
        ),
        ("Who runs the port?", "Who runs the port?"),
        ("Peru có bao nhiêu dự án tại Chile?", "Peru có bao nhiêu dự án tại Chile?"),
    ],
)
def test_order_of_a_statement(question, said):
    if question.startswith("As of"):
        said = "Chile run mines in Peru"
    assert statement(question) == said


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("What trade target have A and B set, and for when?", "What trade target have A and B set?"),
        ("How many projects will there be and by what year?", "How many projects will there be?"),
        ("Mục tiêu thương mại là bao nhiêu và đến năm nào?", "Mục tiêu thương mại là bao nhiêu?"),
        ("muc tieu thuong mai la bao nhieu va den nam nao", "muc tieu thuong mai la bao nhieu?"),
    ],
)
def test_the_time_of_a_value_is_no_question_of_its_own(asked, read):
    question = understand(asked)
    assert (question.text, question.asked, question.dated, question.several) == (read, asked, True, False)


@pytest.mark.parametrize(
    "asked",
    [
        "When was the bridge opened?",
        "Who opened the bridge, and when?",  # a person is no value that has a time
        "How many parks are there, in how many provinces and since when?",
        "Ai ký thỏa thuận và khi nào?",
    ],
)
def test_other_questions_for_a_time_stay_whole(asked):
    assert understand(asked).text == asked
    assert not understand(asked).dated


def test_marks_are_for_models_and_code_reads_what_was_typed():
    marks = {
        "Ai la thu tuong Peru? Chile co bao nhieu du an?": "Ai là thủ tướng Peru? Chile có bao nhiêu dự án?"
    }
    asked = understand("since:2020 Ai la thu tuong Peru? Chile co bao nhieu du an?", spell=marks.__getitem__)
    assert asked.text in marks
    assert asked.for_models == marks[asked.text]
    part = within(asked, "Chile co bao nhieu du an?")
    assert (part.text, part.for_models) == ("Chile co bao nhieu du an?", "Chile có bao nhiêu dự án?")
    assert within(asked, "Peru co bao nhieu?").for_models == "Peru co bao nhieu?"
    assert understand("How many?").for_models == "How many?"
