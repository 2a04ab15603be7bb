"""The promise that a computed number is what its quoted operands give; each fault trips it."""

import copy

import pytest

from eval.figures.citations import cited
from eval.figures.promises import broken_promises

HIGH = "The goal is 18 billion USD by 2028."
LOW = "Năm 2024, kim ngạch đạt 16,7 tỷ USD."
SAID = "18 billion USD [1] is 1.3 billion USD more than 16.7 billion USD [2]."


def answer(said=SAID, short="1.3 billion USD", quotes=(HIGH, LOW), **computed):
    made = {
        "operation": "difference",
        "value": "1300000000",
        "unit": "USD",
        "operands": [
            {"text": "18 billion USD", "value": "18000000000", "unit": "USD", "citation": 1},
            {"text": "16.7 billion USD", "value": "16700000000", "unit": "USD", "citation": 2},
        ],
        **computed,
    }
    return {
        "id": "q",
        "status": "answered",
        "answer": said,
        "short": short,
        "claims": [{"text": said, "supported": True, "citations": [1, 2], "computed": made}],
        "citations": [
            {
                "n": n,
                "article": f"a{n}",
                "quote": quote,
                "start": 0,
                "end": len(quote),
                "file": "f",
                "lang": "en",
            }
            for n, quote in enumerate(quotes, 1)
        ],
        "timeline": [],
    }


def broken(given):
    texts = {one["article"]: one["quote"] for one in given["citations"]}
    return [one.promise for one in broken_promises(given, texts.get)]


def test_a_declared_difference_keeps_the_promise():
    assert broken(answer()) == []


def test_without_the_declaration_its_number_is_in_no_quotation():
    given = answer()
    del given["claims"][0]["computed"]
    assert set(broken(given)) == {"figures"}


@pytest.mark.parametrize(("wrong", "promises"), [
    ({"value": "1400000000"}, {"computed", "figures"}),  # the arithmetic
    ({"operation": "sum"}, {"computed", "figures"}),
    ({"operation": "guess"}, {"computed", "figures"}),
    ({"value": "much"}, {"computed", "figures"}),
    ({"unit": "VND"}, {"figures"}),  # dollars are said, dong declared
])  # fmt: skip
def test_a_wrong_result_trips_it(wrong, promises):
    assert set(broken(answer(**wrong))) == promises


@pytest.mark.parametrize(("key", "value"), [
    ("value", "17000000000"),  # an operand that no quotation holds
    ("unit", "EUR"),
    ("citation", 2),  # that another quotation holds
    ("citation", 7),
])  # fmt: skip
def test_an_operand_that_is_not_in_its_quotation_trips_it(key, value):
    given = answer()
    given["claims"][0]["computed"]["operands"][0][key] = value
    assert "computed" in broken(given)


def test_a_sentence_that_says_another_number_than_it_declares_trips_it():
    said = SAID.replace("1.3", "1.4")
    assert set(broken(answer(said, "1.4 billion USD"))) == {"figures"}


def test_another_claim_may_not_use_the_result():
    given = answer()
    given["claims"].append({"text": "It grew by 1.3 billion USD [1].", "supported": True, "citations": [1]})
    assert set(broken(given)) == {"figures"}


@pytest.mark.parametrize(("operation", "value", "kept"), [
    ("years", "58", True), ("years", "57", False), ("earlier", "1", True), ("earlier", "2", False),
    ("later", "2", True), ("later", "0", False),
])  # fmt: skip
def test_dates_are_computed_again_too(operation, value, kept):
    operands = [
        {"text": "1955", "value": "1955", "unit": None, "citation": 1},
        {"text": "March 2013", "value": "2013-03", "unit": None, "citation": 2},
    ]
    quotes = "They met in 1955.", "Tháng 3/2013, hai nước ký."
    said = (
        "From 1955 [1] to March 2013 [2] it is 58 years."
        if operation == "years"
        else "1955 [1], March 2013 [2]."
    )
    given = answer(said, None, quotes, operation=operation, value=value, unit=None, operands=operands)
    assert (broken(given) == []) is kept


@pytest.mark.parametrize(("operation", "value", "kept"), [
    ("larger", "1", True), ("larger", "2", False), ("smaller", "2", True), ("smaller", "0", False),
])  # fmt: skip
def test_which_is_larger_is_found_again(operation, value, kept):
    given = answer(
        "18 billion USD [1], 16.7 billion USD [2].", None, operation=operation, value=value, unit=None
    )
    assert (broken(given) == []) is kept


def test_points_of_percentages_and_numbers_in_words():
    operands = [
        {"text": "71.8 percent", "value": "71.8", "unit": "percent", "citation": 1},
        {"text": "68.5%", "value": "68.5", "unit": "percent", "citation": 2},
    ]
    said = "71.8 percent [1] is 3.3 percentage points more than 68.5% [2]."
    quotes = "Turnout was 71.8 percent.", "It was 68.5% before."
    assert broken(answer(said, None, quotes, value="3.3", unit="percent", operands=operands)) == []
    operands = [
        {"text": "18", "value": "18", "unit": None, "citation": 1},
        {"text": "13", "value": "13", "unit": None, "citation": 2},
    ]
    quotes = "Eighteen parks stand there.", "There were 13 parks."
    given = answer("18 [1] is 5 more than 13 [2].", None, quotes, value="5", unit=None, operands=operands)
    assert broken(given) == []


def test_a_computed_figure_counts_as_supported():
    from types import SimpleNamespace

    case = SimpleNamespace(must_cite=(), may_cite=(), type="numeric", lang="vi")
    right = cited(case, answer())
    wrong = cited(case, answer(value="1"))
    assert (right.figures, right.figures_held) == (wrong.figures, wrong.figures_held + 1)


def test_nothing_of_the_answer_is_changed_by_checking():
    given = answer()
    before = copy.deepcopy(given)
    broken(given)
    assert given == before


def test_a_currency_without_a_code_is_declared_as_none_and_one_with_a_code_is_not():
    operands = [
        {"text": "120", "value": "120", "unit": None, "citation": 1},
        {"text": "90", "value": "90", "unit": None, "citation": 2},
    ]

    def made(noun):
        quotes = f"It cost 120 {noun} in May.", f"Trước đó giá 90 {'curon' if noun == 'crowns' else noun}."
        said = "120 [1] is 30 more than 90 [2]."
        return answer(said, None, quotes, value="30", unit=None, operands=operands)

    assert broken(made("crowns")) == []
    assert "computed" in broken(made("USD"))
