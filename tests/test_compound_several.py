"""Several questions in one: what is taken apart, into what, and what stays one question."""

import pytest

from rag.compound.several import MOST, split
from rag.question import understand


def parts(text, history=()):
    return [part.text for part in split(understand(text, history))]


@pytest.mark.parametrize(("text", "expected"), [
    ("What is the target, and when was it set?", ["What is the target?", "When was the target set?"]),
    (
        "What is the trade target of Chile and Peru for 2027 and when was it announced?",
        [
            "What is the trade target of Chile and Peru for 2027?",
            "When was the trade target of Chile and Peru for 2027 announced?",
        ],
    ),
    (
        "Who signed the pact with Peru and how much is it worth?",
        ["Who signed the pact with Peru?", "How much is the pact with Peru worth?"],
    ),
    (
        "How many docks does the port of Lima have? How many people work in them?",
        ["How many docks does the port of Lima have?", "How many people work in the docks (Lima)?"],
    ),
    (
        "Who is the mayor of Lima, and when was she elected?",
        ["Who is the mayor of Lima?", "When was the mayor of Lima elected?"],
    ),
    (
        "Who is Chile's ambassador to Peru and when did the two countries open relations?",
        ["Who is Chile's ambassador to Peru?", "When did Chile and Peru open relations?"],
    ),
    (
        "How much did Chile invest in Peru in 2021, and who signed the pact?",
        ["How much did Chile invest in Peru in 2021?", "Who signed the pact (Chile, Peru, 2021)?"],
    ),
    (
        "Where is VinFast building its plant, and how many jobs will it create?",
        ["Where is VinFast building its plant?", "How many jobs will its plant create (VinFast)?"],
    ),
    (
        "What was Chile's trade with Peru in 2021 and what was Chile's trade with Kenya?",
        ["What was Chile's trade with Peru in 2021?", "What was Chile's trade with Kenya (2021)?"],
    ),
    (
        "What was Chile's trade with Peru in 2021? Who is the mayor of Lima?",
        ["What was Chile's trade with Peru in 2021?", "Who is the mayor of Lima?"],
    ),
    (
        "What is the capital of Laos and what is the population of Peru?",
        ["What is the capital of Laos?", "What is the population of Peru?"],
    ),
    (
        "Ai ký thỏa thuận và trị giá bao nhiêu?",
        ["Ai ký thỏa thuận?", "Ký thỏa thuận trị giá bao nhiêu?"],
    ),
    (
        "Ai ký thỏa thuận giữa Chile và Peru và trị giá bao nhiêu?",
        ["Ai ký thỏa thuận giữa Chile và Peru?", "Ký thỏa thuận giữa Chile và Peru trị giá bao nhiêu?"],
    ),
    (
        "Mục tiêu là bao nhiêu và được đặt ra khi nào?",
        ["Mục tiêu là bao nhiêu?", "Mục tiêu được đặt ra khi nào?"],
    ),
    (
        "Nhật Bản có bao nhiêu dự án tại Việt Nam và tổng vốn là bao nhiêu?",
        [
            "Nhật Bản có bao nhiêu dự án tại Việt Nam?",
            "Nhật Bản có dự án tại Việt Nam, tổng vốn là bao nhiêu?",
        ],
    ),
    (
        "Ai là thị trưởng Lima và ông ấy nhậm chức khi nào?",
        ["Ai là thị trưởng Lima?", "Thị trưởng Lima nhậm chức khi nào?"],
    ),
    (
        "Tổng thống Chile thăm Peru khi nào? Hai nước đã ký những văn kiện nào?",
        ["Tổng thống Chile thăm Peru khi nào?", "Chile và Peru đã ký những văn kiện nào?"],
    ),
    (
        "Quenby vay bao nhiêu tiền và lãi suất ra sao?",
        ["Quenby vay bao nhiêu tiền?", "Quenby vay, lãi suất ra sao?"],
    ),
    (
        "Mục tiêu của Chile là bao nhiêu, còn kim ngạch năm 2021 là bao nhiêu?",
        ["Mục tiêu của Chile là bao nhiêu?", "Kim ngạch năm 2021 là bao nhiêu (Chile)?"],
    ),
])  # fmt: skip
def test_each_part_stands_alone(text, expected):
    assert parts(text) == expected


@pytest.mark.parametrize("text", [
    "Who is the minister of trade and industry?",
    "What did Chile and Peru sign?",
    "How much is trade between Vietnam and Indonesia?",
    "What happened between Vietnam and Indonesia from 2019 to 2023?",
    "What are the causes and effects of the storm?",
    "How many people were killed and injured?",
    "How many parks are there, and across how many provinces?",
    "Which country and which company signed the deal?",
    "What do Vietnam and Indonesia export, and to whom?",
    "Who bought the company, and for how much?",
    "When the ferry sank, who was to blame?",
    "When he was minister, who was president?",
    "What happened when the ferry sank and who was to blame?",
    "What did he say about how much it costs and why it is high?",
    # one verb, and mostly one sentence of an article
    "When and where was the pact signed?",
    "Where was the pact signed and why?",
    "What is the current target, and for what year?",
    "Who signed the pact, and when?",
    "Hai nước ký thỏa thuận khi nào và ở đâu?",
    "Khi nào và ở đâu hai nước ký thỏa thuận?",
    # the second leans on the answer to the first, or on nothing
    "Which company won the tender and when was it founded?",
    "Which party does the new minister lead, and how many seats did that party win?",
    "What was agreed, and who signed it?",
    "Who won the race, and how old is he?",
    "Do you know who signed it and when it was signed?",
    # not every question mark ends a question
    "Is it China? Or Japan?",
    "The target is 15 billion, right? Since when?",
    'Who said "What now?" in Lima?',
    "Tell me about the port. When was it built?",
    "Which is larger, trade with Chile or trade with Peru?",
    "Bộ trưởng Bộ Nông nghiệp và Môi trường là ai?",
    "Việt Nam và Indonesia thỏa thuận những gì?",
    "Kim ngạch giữa Việt Nam và Indonesia là bao nhiêu?",
    "Nhật Bản và Singapore có bao nhiêu dự án tại Việt Nam?",
    "Bao nhiêu công ty và tổ chức nào tham gia?",
    "Những công ty nào và tổ chức nào được mời?",
    "Mỗi con phà chở được mấy người khách và mấy xe hơi?",
    "Kim ngạch từ 2019 đến 2023 thay đổi thế nào?",
    "Công ty nào trúng thầu và công ty đó được thành lập khi nào?",
    "Ai thắng cuộc đua và ông ấy bao nhiêu tuổi?",
    "nhat ban va singapore co bao nhieu du an tai viet nam?",
    "Đó là Nga? Hay Ấn Độ?",
    "",
    "?",
])  # fmt: skip
def test_what_is_one_question_stays_one(text):
    assert parts(text) == []


def test_what_was_made_whole_from_the_conversation_is_not_asked_again():
    before = "What is the target of Chile and Peru?"
    assert parts("And when was it set?", [(before, "55 million USD.")]) == []
    assert parts(f"{before} When was it set?") != []  # the same words, asked at once
    both = "What is the target of Chile, and when was it set?"
    swapped = ["What is the target of Peru?", "When was the target of Peru set?"]
    assert parts("And Peru?", [(both, "7.")]) == swapped


def test_more_questions_than_are_answered_are_read_as_one():
    many = " ".join(f"Who is the mayor of {city}?" for city in ("Lima", "Quito", "Porto", "Cairo", "Accra"))
    assert len(parts(many.rsplit(" Who", 1)[0])) == MOST
    assert parts(many) == []


def test_a_part_keeps_what_was_asked_of_the_whole():
    first, second = split(understand("What is the target, and when was it set? lang:en since:2021"))
    assert (first.asked, second.asked) == ("What is the target?", "when was it set?")
