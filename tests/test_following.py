"""Follow-ups: what leans on what was asked before, and what it is made of."""

import pytest

from rag.following import leans, whole

TRADE = "What was trade between Chile and Peru in 2021?"
THUONG_MAI = "Kim ngạch thương mại Chile - Peru năm 2021 là bao nhiêu?"


@pytest.mark.parametrize(
    ("earlier", "asked", "made"),
    [
        # an ellipsis takes a place, and keeps what the one before it took
        ([TRADE], "And Bolivia?", "What was trade between Chile and Bolivia in 2021?"),
        (
            [TRADE, "And with Bolivia?"],
            "And with Brazil?",
            "What was trade between Chile and Brazil in 2021?",
        ),
        ([TRADE, "And with Bolivia?"], "And in 2019?", "What was trade between Chile and Bolivia in 2019?"),
        ([THUONG_MAI, "Còn Bolivia?"], "Còn Brazil thì sao?", THUONG_MAI.replace("Peru", "Brazil")),
        # a year beside the one that was asked about
        ([TRADE], "And the year before?", TRADE.replace("2021", "2020")),
        (
            [TRADE, "And with Bolivia?"],
            "the following year?",
            "What was trade between Chile and Bolivia in 2022?",
        ),
        ([THUONG_MAI], "Thế năm trước đó thì sao?", THUONG_MAI.replace("2021", "2020")),
        ([THUONG_MAI], "con nam sau", THUONG_MAI.replace("2021", "2022")),
        (
            ["What was trade from 2020 to 2021?"],
            "And the year before?",
            "What was trade from 2020 to 2021? And the year before?",
        ),
        # a pronoun leans on the last question that stood by itself
        ([TRADE, "Who announced it?"], "When did they announce it?", f"{TRADE} When did they announce it?"),
        (["Who is the mayor of Lima?", TRADE], "Who announced it?", f"{TRADE} Who announced it?"),
        (
            ["Ai điều hành ngân hàng Lima?", "Ông ấy bao nhiêu tuổi?"],
            "Ngân hàng đó có bao nhiêu chi nhánh?",
            "Ai điều hành ngân hàng Lima? Ngân hàng đó có bao nhiêu chi nhánh?",
        ),
        # an ellipsis that takes no place leans on the one just before it too
        (
            ["Ai được bầu làm thủ tướng Peru?", "Bà ấy được bao nhiêu phiếu thuận?"],
            "Còn phiếu chống?",
            "Ai được bầu làm thủ tướng Peru? Bà ấy được bao nhiêu phiếu thuận? Còn phiếu chống?",
        ),
        # a short one that names nothing goes on about what was said
        ([TRADE], "Which province gained most?", f"{TRADE} Which province gained most?"),
        # the one who was named takes the place of the pronoun, unless an answer is meant
        (["How old was Ana Ruiz when she died?"], "What did she die of?", "What did Ana Ruiz die of?"),
        (["When was Ana Ruiz elected?"], "And what is her party?", "What is Ana Ruiz's party?"),
        (["When was Ana Ruiz elected?"], "Who told her that?", "Who told Ana Ruiz that?"),
        (["Lê Văn Khôi sinh năm nào?"], "Anh ấy cao bao nhiêu?", "Lê Văn Khôi cao bao nhiêu?"),
        (["How much is the Tessel T9?"], "And how heavy is it?", "How heavy is Tessel T9?"),
        (["Who directed The Salt Road?"], "How old is she?", "Who directed The Salt Road? How old is she?"),
        (["When did Ana Ruiz win?"], "How much did it cost?", "When did Ana Ruiz win? How much did it cost?"),
        # what stands by itself stays as it is
        ([TRADE], "Who is the mayor of Lima?", ""),
        ([TRADE], "Why did Bolivia raise its tariffs?", ""),
        ([TRADE], "how many people died in storm odalys", ""),
        (
            [THUONG_MAI],
            "Bolivia có mấy dự án, trong đó mấy ở Lima?",
            "Bolivia có mấy dự án, trong đó mấy ở Lima?",
        ),
        ([], "And Bolivia?", ""),
    ],
)
def test_a_question_is_made_whole(earlier, asked, made):
    assert whole(asked, earlier) == (made or asked)


@pytest.mark.parametrize(
    "asked",
    [
        "How many does Peru have there?",  # the name stands there already: it would ask the same
        "And how many projects did Bolivia close?",  # "close" was not asked before, and would be lost
    ],
)
def test_what_is_asked_anew_is_not_lost(asked):
    before = "How many projects does Chile have in Peru?"
    assert whole(asked, [before]) == f"{before} {asked}"


@pytest.mark.parametrize(
    ("text", "so"),
    [
        ("Ông ấy sinh năm nào?", True),
        ("ong ay sinh nam nao", True),
        ("Họ đã ký gì?", True),
        ("Họ hàng của ông Nam ở đâu?", False),
        ("Hiện nay Peru có bao nhiêu dự án?", False),
        ("What did it cost?", True),
        ("What did Peru say it would pay?", False),
    ],
)
def test_what_leans(text, so):
    assert leans(text) is so


@pytest.mark.parametrize(
    ("before", "said", "asked", "made"),
    [
        (
            "Who runs the port of Lima?",
            "Ana Ruiz runs the port of Lima. [1]",
            "And how old is she?",
            "How old is Ana Ruiz?",
        ),
        (
            "Who won in 2021?",
            "Ana Ruiz won in 2021. [1]",
            "and what is her party?",
            "What is Ana Ruiz's party?",
        ),
        (
            "Ai thay Li Wei?",
            "Trần Thu Hà thay Li Wei. [1]",
            "Bà ấy bao nhiêu tuổi?",
            "Trần Thu Hà bao nhiêu tuổi?",
        ),
        # two may be meant, nobody was named, or nobody was asked for
        ("Who won?", "Ana Ruiz won before Li Wei. [1]", "How old is she?", ""),
        ("Who won?", "The articles do not say.", "How old is she?", ""),
        ("When was it opened?", "Ana Ruiz opened it. [1]", "How old is she?", ""),
        ("Who won?", "Ana Ruiz won. [1]", "Did she beat Li Wei?", "Who won? Did she beat Li Wei?"),
    ],
)
def test_who_was_answered_takes_the_place_of_the_pronoun(before, said, asked, made):
    assert whole(asked, [before], [said]) == (made or f"{before} {asked}")
    assert whole(asked, [before]) == whole(asked, [before], [""])


def test_who_was_answered_is_meant_until_another_question_stands_by_itself():
    earlier = ["Who runs the port?", "Where did she work before that?"]
    answers = ["Ana Ruiz runs the port. [1]", "At Lima Marine. [1]"]
    assert whole("And whom did she succeed?", earlier, answers) == "Whom did Ana Ruiz succeed?"
    earlier[1], answers[1] = "Who is the mayor of Porto?", "The articles do not say."
    assert whole("And whom did she invite?", earlier, answers) == f"{earlier[1]} And whom did she invite?"


def test_an_answer_belongs_to_the_question_before_it():
    earlier = ["Who won?", "And who came second?"]
    assert whole("How old is she?", earlier, ["Ana Ruiz won.", "Li Wei came second."]) == "How old is Li Wei?"
