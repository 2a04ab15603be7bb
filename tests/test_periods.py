"""Months and quarters as the sides of a change, and "improve", "narrow", "ease" as changes."""

import pytest
from answer_helpers import article, source

from rag.checks.binding import mentions
from rag.checks.objections import objections
from rag.checks.verify import refutes
from rag.compound.comparing import comparison
from rag.compound.course import course
from rag.question import understand
from rag.values.changes import is_change


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        (
            "By how much did the net result improve from the first to the second quarter of 2025?",
            ("the net result in the first quarter of 2025", "the net result in the second quarter of 2025"),
        ),
        (
            "By how much did revenue fall from Q1 to Q2 2025?",
            ("revenue in Q1 2025", "revenue in Q2 2025"),
        ),
        (
            "By how much did prices fall between January and September 2025?",
            ("prices in January 2025", "prices in September 2025"),
        ),
        (
            "How much did coffee prices rise in May compared with April?",
            ("coffee prices in April", "coffee prices in May"),
        ),
        (
            "How much did the deficit narrow from 2023 to 2024?",
            ("the deficit in 2023", "the deficit in 2024"),
        ),
        (
            "How much did trade grow from 2020 to May 2023?",
            ("trade in 2020", "trade in May 2023"),
        ),
        (
            "Giá cà phê tháng 5 tăng bao nhiêu so với tháng 4?",
            ("Giá cà phê tháng 4", "Giá cà phê tháng 5"),
        ),
        (
            "So với tháng 4/2025, giá cà phê tháng 5 tăng bao nhiêu?",
            ("giá cà phê tháng 4/2025", "giá cà phê tháng 5 năm 2025"),
        ),
        (
            "Lợi nhuận cải thiện bao nhiêu từ quý 1 đến quý 2 năm 2025?",
            ("Lợi nhuận quý 1 năm 2025", "Lợi nhuận quý 2 năm 2025"),
        ),
        (
            "Thâm hụt thu hẹp bao nhiêu từ năm 2023 đến năm 2024?",
            ("Thâm hụt năm 2023", "Thâm hụt năm 2024"),
        ),
    ],
)
def test_two_months_or_quarters_are_the_sides_of_a_change(question, sides):
    found = comparison(understand(question))
    assert found is not None
    assert (found.form, found.labels) == ("change", sides)


def test_without_marks_too():
    found = comparison(understand("gia ca phe thang 5 tang bao nhieu so voi thang 4?"))
    assert [one.text for one in found.questions] == [
        "gia ca phe thang 4 la bao nhieu?",
        "gia ca phe thang 5 la bao nhieu?",
    ]


@pytest.mark.parametrize(
    "question",
    [
        "How did the talks improve from the first to the second round?",
        "How much did profits rise from the first to the second quarter?",
        "Lợi nhuận tăng bao nhiêu từ quý 1 đến quý 2?",
        "How much did coffee prices rise in May?",
        "Giá cà phê tháng 5 là bao nhiêu?",
        "How much did the price rise from May to 2025?",
    ],
)
def test_what_has_no_two_times_is_no_change(question):
    assert comparison(understand(question)) is None


@pytest.mark.parametrize(
    "question",
    [
        "How much did the deficit narrow?",
        "By how much did profits improve?",
        "How much did inflation ease?",
        "Thâm hụt thu hẹp bao nhiêu?",
        "Lợi nhuận cải thiện bao nhiêu?",
    ],
)
def test_improving_narrowing_and_easing_are_changes(question):
    assert understand(question).wanted.also


@pytest.mark.parametrize(
    "text",
    [
        "The deficit narrowed 3 million USD.",
        "Profits improved by 3 million USD.",
        "Thâm hụt thu hẹp 3 triệu USD.",
    ],
)
def test_by_how_much_is_a_change(text):
    lang = "vi" if "Thâm" in text else "en"
    (line,) = source(article(text, lang=lang)).lines
    assert is_change(text, line.values[0])


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("How has the deficit narrowed since 2020?", "the deficit"),
        ("Thâm hụt đã cải thiện thế nào?", "Thâm hụt"),
    ],
)
def test_such_a_course_can_be_asked_for(question, thing):
    assert course(understand(question)).thing == thing


@pytest.mark.parametrize(
    ("question", "text", "answers"),
    [
        ("What were coffee prices in May?", "Coffee cost 90 USD in April and 95 USD in May.", ["95 USD"]),
        ("What were coffee prices?", "Coffee cost 90 USD in April and 95 USD in May.", ["90 USD", "95 USD"]),
        (
            "Giá cà phê tháng 4 là bao nhiêu?",
            "Giá là 90 USD trong tháng 4 và 95 USD trong tháng 5.",
            ["90 USD"],
        ),
    ],
)
def test_a_month_without_its_year_is_not_another_month(question, text, answers):
    asked = understand(question)
    of = article(text, lang=asked.lang)
    found = [
        (one.value.text, objections(one, asked)) for line in source(of).lines for one in mentions(line, asked)
    ]
    assert [value for value, against in found if not refutes(against)] == answers
