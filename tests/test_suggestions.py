"""Questions to begin with: what articles ask, measure and introduce; each is answered where it comes from."""

import pytest

from index import Library
from index.embed import HashEmbedder
from rag.suggestions import suggested

INTERVIEW = (
    "Outlet: Harbour Post\nDate: 2023-02-03\n\nThe new port\n\n"
    "The port of Lima was opened in May. The mayor spoke to us about it.\n\n"
    "{question}\n\n"
    "It took nine years. Many people worked on it day and night, and nobody was hurt.\n"
)
TRADE = (
    "Outlet: Harbour Post\nDate: 2023-02-01\n\nMore trade\n\n"
    "Trade between Chile and Peru in 2022 came to almost 40 million USD. It had been less before."
)
BARE = (
    "Outlet: Harbour Post\nDate: 2023-02-01\n\nMore trade\n\n"
    "Trade between Chile and Peru came to almost 40 million USD. Exports in 2022 came to 3 million USD."
)
PEOPLE = (
    "Outlet: Báo Cảng\nDate: 2023-03-01\n\nCảng mới\n\n"
    "Ông Trần Văn Cảng, 46 tuổi, không nói gì. Bà Lê Thị Hoa, giám đốc cảng Lima, cho biết cảng đã mở."
)


@pytest.fixture
def suggestions(tmp_path):
    def of(*texts, limit=4, first=None):
        for n, text in enumerate(texts):
            (tmp_path / f"{n}.txt").write_text(text, encoding="utf-8")
        with Library.open(tmp_path / "library", HashEmbedder()) as library:
            library.add([tmp_path / f"{n}.txt" for n in range(len(texts))])
            return suggested(library, limit, first)

    return of


def test_each_article_gives_one_question_the_newest_first(suggestions):
    asked = "Why was the port of Lima built so slowly?"
    assert suggestions(TRADE, INTERVIEW.format(question=asked), PEOPLE) == [
        ("Lê Thị Hoa là ai?", "vi"),
        (asked, "en"),
        ("What was trade between Chile and Peru in 2022?", "en"),
    ]


def test_the_readers_language_comes_first_and_the_other_fills_up(suggestions):
    asked = "Why was the port of Lima built so slowly?"
    articles = TRADE, INTERVIEW.format(question=asked), PEOPLE
    assert [lang for _, lang in suggestions(*articles)] == ["vi", "en", "en"]
    assert [lang for _, lang in suggestions(*articles, first="en")] == ["en", "en", "vi"]
    assert suggestions(*articles, limit=1, first="en") == [(asked, "en")]


def test_one_person_is_asked_for_once_whatever_the_language(suggestions):
    english = (
        "Outlet: Post\nDate: 2023-04-01\n\nA port\n\nMs. Le Thi Hoa, the director of the port of Lima, spoke."
    )
    assert suggestions(english, PEOPLE) == [("Who is Le Thi Hoa?", "en")]


def test_no_more_than_asked_for(suggestions):
    assert suggestions(TRADE, PEOPLE, limit=1) == [("Lê Thị Hoa là ai?", "vi")]


@pytest.mark.parametrize(
    "question",
    [
        "What do you think of Lima?",  # somebody is spoken to
        "And how did it go on after that?",  # leans on what was said
        "How long did all of that take?",  # about nothing by name
        "Why Lima?",
    ],
)
def test_a_question_that_does_not_stand_alone_is_none(suggestions, question):
    assert suggestions(INTERVIEW.format(question=question)) == []


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ("Odette Lambert, mayor of Lima, spoke.", ["Who is Odette Lambert?"]),
        ("Pelican Bay, whose chairman bears a similar name, spoke.", []),  # no office at once
        ("The Republic of Marevia, the President of the other one, was there.", []),  # no person's name
        ("Corvale Foods, the maker of biscuits, spoke.", []),  # no office
    ],
)
def test_an_office_said_at_once_makes_a_name_that_of_a_person(suggestions, told, asked):
    article = f"Outlet: Post\nDate: 2023-04-01\n\nA port\n\n{told} It was a long day."
    assert [question for question, _ in suggestions(article)] == asked


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Gazette: Why was the port of Lima built so slowly?", ["Why was the port of Lima built so slowly?"]),
        ("Gazette: What did he say?", []),  # the speaker is not what it is about
    ],
)
def test_who_speaks_in_an_interview_is_no_part_of_the_question(suggestions, question, asked):
    assert [one for one, _ in suggestions(INTERVIEW.format(question=question))] == asked


def test_what_has_no_time_or_no_name_is_not_measured(suggestions):
    assert suggestions(BARE) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "In 2022 trade between Chile and Peru came to almost 40 million USD.",
        "He said trade between Chile and Peru in 2022 came to almost 40 million USD.",
        "Its trade with Peru in 2022 came to almost 40 million USD.",
        "Tuy nhiên kim ngạch Chile - Peru năm 2022 đạt 40 triệu USD.",
        "Ông cho biết kim ngạch Chile - Peru năm 2022 đạt 40 triệu USD.",
    ],
)
def test_what_does_not_begin_with_what_it_measures_is_none(suggestions, sentence):
    assert suggestions(f"Outlet: Post\nDate: 2023-02-01\n\nMore trade\n\n{sentence} It had been less.") == []


def test_an_empty_library_suggests_nothing(suggestions):
    assert suggestions() == []
