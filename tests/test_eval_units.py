"""Currencies, measures and numbers in words: what contradicts a known number, and what leaves it bare."""

import ast
from pathlib import Path

import pytest

from eval.cases import Number
from eval.figures import units
from eval.figures.metrics import has_number
from eval.figures.promises import unsupported
from eval.figures.quantities import figures
from eval.figures.spelled import spelled, worded

DOLLARS = Number(5e6, "USD")


@pytest.mark.parametrize(
    "text",
    [
        "£5 million", "5 million pounds", "5 triệu bảng Anh", "5 triệu bảng", "5 million yuan", "CN¥5m",
        "5 triệu nhân dân tệ", "5 triệu tệ", "5 million won", "5 triệu won", "₩5,000,000", "₫5 million",
        "5.000.000₫", "5.000.000đ", "5 triệu đồng", "A$5 million", "5 triệu đô la Úc", "HK$5m", "S$5 million",
        "Rs 5 million", "GBP 5 million", "5 million GBP", "5 million Swiss francs", "5m €",
        "5 million crowns",
        "5 million tonnes", "5 triệu tấn", "5 million km", "5 million %",
        "five million euros", "₿5 million",
    ],
)  # fmt: skip
def test_another_currency_or_unit_contradicts(text):
    assert not has_number(text, DOLLARS)


@pytest.mark.parametrize(
    "text",
    [
        "5 million", "$5 million", "US$5m", "5 million dollars", "5 million U.S. dollars", "5 triệu đô la Mỹ",
        "USD 5,000,000", "5 million usd", "5 000 000", "5tr USD", "five million dollars",
        "năm triệu đô la", "5 million people gave it",
        "lên 5 triệu năm 2024", "5 triệu năm ngoái", "5 triệu ngày 5/3/2024",  # when, not for how long
    ],
)  # fmt: skip
def test_a_bare_number_or_the_same_currency_does_not(text):
    assert has_number(text, DOLLARS)


@pytest.mark.parametrize(
    ("number", "right", "wrong"),
    [
        (Number(5, "kg"), "5 kg, 5 kilograms, 5 ki-lô-gam, 5", "5 km"),
        (Number(5, "tonnes"), "5 tấn", "5 kg"),
        (Number(80, "km/h"), "80 kilômét/giờ", "80 km"),
        (Number(2, "km2"), "2 square kilometres", "2 km"),
        (Number(25, "years"), "a 25-year-old", "25 months"),
        (Number(25, "tuổi"), "25 years old", "25 tháng"),
        (Number(12, "ships"), "12 of them", "12 tonnes"),
        (Number(5e6, "crowns"), "5 triệu curon", "5 million dollars"),
        (Number(5e6, "AUD"), "5 million dollars", "5 million US dollars"),
        (Number(5e6, "GBP"), "£5m", "5 million Egyptian pounds"),
        (Number(5, "USD"), "5 USD/kg", "5 kg"),
        (Number(70, "%"), "70 per cent", "70 km"),
    ],
)
def test_units_of_either_language_agree_and_others_do_not(number, right, wrong):
    assert all(has_number(text, number) for text in right.split(", "))
    assert not has_number(wrong, number)


@pytest.mark.parametrize("text", ["All 12 won their seats", "12 real ones", "12 gold cups", "the 12 in May"])
def test_a_word_that_looks_like_a_unit_is_none(text):
    assert has_number(text, Number(12, "seats"))


@pytest.mark.parametrize("text", ["all 5 ships", "try 5", "top 5"])
def test_a_code_is_written_in_capitals(text):
    assert has_number(text, Number(5, "ships"))
    assert not has_number("TRY 5 billion", Number(5e9, "USD"))
    assert figures("top5") == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("twelve ships", Number(12, "ships")),
        ("mười hai chiếc tàu", Number(12, "ships")),
        ("forty-six", Number(46, "boats")),
        ("hai trăm linh năm tàu", Number(205, "tàu")),
        ("two hundred and five ships", Number(205, "ships")),
        ("một triệu hai trăm nghìn người", Number(1.2e6, "người")),
        ("three thousand four hundred people", Number(3400, "people")),
        ("a million people", Number(1e6, "people")),
        ("seventy percent", Number(70, "%")),
        ("1 500 000", Number(1.5e6, "people")),
        ("1\u202f500\u00a0000 người", Number(1.5e6, "người")),
        ("120tr", Number(120e6, "VND")),
        ("1,2tr đồng", Number(1.2e6, "VND")),
        ("-5%", Number(-5, "%")),
        ("fell (\u22125.5 %)", Number(-5.5, "%")),
        ("-$5 million", Number(-5e6, "USD")),
        ("down -5%", Number(5, "%")),  # the word tells the direction
        ("Seven.", Number(7, "ferries")),
        ("seven ferries", Number(7, "ferries")),
    ],
)
def test_spellings_of_a_number(text, number):
    assert has_number(text, number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("twenty-five ships", Number(20, "ships")),
        ("twenty-five ships", Number(5, "ships")),
        ("mười hai tàu", Number(10, "tàu")),
        ("hai nước", Number(2, "projects")),  # small numbers are words like any other
        ("năm 2015", Number(5, "ships")),
        ("one of the ships", Number(1, "ships")),
        ("thứ sáu", Number(6, "tàu")),
        ("tháng mười một", Number(11, "tàu")),
        ("seventy farms", Number(70, "%")),
        ("5%", Number(-5, "%")),
        ("2019-24", Number(-24, "ships")),
        ("covid-19", Number(-19, "ships")),
        ("from 9 -14 ships", Number(-14, "ships")),
        ("100\n200", Number(100200, "ships")),
        ("100\t200", Number(100200, "ships")),
        ("20 tr", Number(20e6, "VND")),  # pages
    ],
)
def test_what_is_no_spelling_of_a_number(text, number):
    assert not has_number(text, number)


def test_numbers_keep_apart_from_dates_and_lines():
    assert [one.values[0] for one in figures("ngày 1 tháng 5 200 người")] == [200]
    assert [one.values[0] for one in figures("in 2024 500 000 people")] == [2024, 500_000]
    assert [one.values[0] for one in figures("12\n345")] == [12, 345]


def test_values_of_numbers_in_words():
    text = "twenty-five, two million three hundred thousand and seven, ba mươi mốt nghìn, hai nghìn tỷ"
    assert [one.values[0] for one in worded(text)] == [25, 2_300_007, 31_000, 2e12]
    assert spelled("Lễ trễ hai mươi tháng", 20)
    assert not spelled("Lễ trễ hai mươi tháng", 2)
    assert spelled("two dollars", 2, "USD")
    assert not spelled("two dollars", 2, "EUR")


def test_a_currency_that_is_said_must_be_the_one_quoted():
    quote = [{"quote": "It cost A$5 million and 12 million crowns.", "published": None, "dated": None}]
    assert unsupported("5 million dollars, 12 triệu curon", quote) == []
    assert unsupported("£5 million", quote) == ["number 5,000,000 GBP"]
    assert unsupported("12 million dollars", quote) == ["number 12,000,000 USD"]


def test_units_by_name():
    assert units.named("USD") == {"USD"}
    assert units.named("đồng") == {"VND"}
    assert {"USD", "AUD", "SGD"} <= units.named("dollars")
    assert units.named("tấn") == units.named("tonnes") == units.named("tons")
    assert units.named("projects") == units.named("count") == units.named("percentage points") == frozenset()
    assert units.named("all") == frozenset()  # the lek is ALL
    assert len(units.codes()) > 140


def test_judging_knows_nothing_of_the_program_that_is_judged():
    for path in Path("eval/figures").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = [
            alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        ]
        names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        assert not [name for name in names if name.partition(".")[0] in ("rag", "index")], path
