"""Money: every country's, in both languages; coins of several countries; prices in unknown coins."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rag.evidence.lines import fits
from rag.question import understand
from rag.saying.phrases import reckoned, translated
from rag.values import find_values, same_value, supports, wanted
from rag.values.money import coins, currencies, priced, same_currency


@pytest.mark.parametrize(
    ("lang", "sentence", "text", "number", "unit"),
    [
        ("en", "The loan is 40 million Swedish kronor.", "40 million Swedish kronor", 40_000_000, "SEK"),
        ("en", "It paid 3.5 billion zlotys.", "3.5 billion zlotys", 3_500_000_000, "PLN"),
        ("en", "A budget of SEK 5 million was passed.", "SEK 5 million", 5_000_000, "SEK"),
        ("en", "It costs 12 ZAR.", "12 ZAR", 12, "ZAR"),
        ("en", "They raised 200 million Mexican pesos.", "200 million Mexican pesos", 200_000_000, "MXN"),
        ("en", "They raised 200 million pesos.", "200 million pesos", 200_000_000, "peso"),
        ("en", "It cost 4.2 million crowns.", "4.2 million crowns", 4_200_000, "crown"),
        ("vi", "Phim hết 210.000 curon.", "210.000 curon", 210_000, "crown"),
        ("vi", "Khoản vay 5 triệu bảng Ai Cập.", "5 triệu bảng Ai Cập", 5_000_000, "EGP"),
        ("vi", "Khoản vay 12 tỷ rand.", "12 tỷ rand", 12_000_000_000, "ZAR"),
        ("vi", "Trị giá 3 triệu krona Thụy Điển.", "3 triệu krona Thụy Điển", 3_000_000, "SEK"),
    ],
)  # fmt: skip
def test_money_of_any_country_is_found(lang: str, sentence: str, text: str, number: int, unit: str) -> None:
    (value,) = find_values(sentence, lang)
    assert (value.text, value.kind, value.number, value.unit) == (text, "amount", Decimal(number), unit)


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("The firm has 3 real estate projects.", "count"),
        ("She won 5 gold medals.", "count"),
        ("He scored 5 marks of 10.", "count"),
        ("There were 5 all the way.", "number"),
        ("They came 3 top to bottom.", "number"),
    ],
)
def test_words_that_only_look_like_money_are_none(sentence: str, kind: str) -> None:
    assert find_values(sentence, "en")[0].kind == kind


def test_names_of_coins_that_are_more_often_other_words_need_their_country() -> None:
    assert not {"lei", "sol", "som", "lek", "lev", "real", "gold", "mark"} & currencies().keys()
    assert currencies()["romanian lei"] == "RON"
    assert currencies()["real braxin"] == "BRL"


def test_a_coin_of_several_countries_is_any_of_theirs() -> None:
    assert coins()["peso"] >= {"MXN", "ARS", "PHP"}
    assert coins()["crown"] == {"SEK", "NOK", "DKK", "ISK", "CZK"}
    assert same_currency("peso", "MXN")
    assert same_currency("SEK", "crown")
    assert same_currency("krone", "crown")
    assert same_currency(None, None)
    assert not same_currency("peso", "SEK")
    assert not same_currency("MXN", "ARS")
    assert not same_currency("USD", None)


def test_a_claim_in_pesos_is_held_by_mexican_pesos_and_not_by_dollars() -> None:
    claim = "It raised 200 million pesos"
    assert supports(claim, "raised 200 million Mexican pesos", claim_lang="en", quote_lang="en") == []
    assert supports(claim, "raised 200 million dollars", claim_lang="en", quote_lang="en")
    pesos, mexican = find_values("2 pesos and 2 Mexican pesos", "en")
    assert same_value(pesos, mexican)


def test_a_coin_is_not_translated_but_stays_beside_what_is_computed() -> None:
    (value,) = find_values("It cost 12 crowns.", "en")
    assert translated(value, "vi") is None
    assert reckoned(Decimal(3), value, "en") == "3 crown"


@pytest.mark.parametrize(
    ("question", "lang", "unit"),
    [
        ("Hợp đồng trị giá bao nhiêu?", "vi", None),
        ("Hop dong tri gia bao nhieu?", "vi", None),
        ("Hội đồng thành phố chi bao nhiêu tiền?", "vi", None),
        ("Cong ty dong hanh chi bao nhieu tien?", "vi", None),
        ("Who won how much money?", "en", None),
        ("Dự án tốn bao nhiêu tỷ đồng?", "vi", "VND"),
        ("Du an ton bao nhieu ty dong?", "vi", "VND"),
        ("Khoản vay bao nhiêu đồng?", "vi", "VND"),
        ("Doanh thu bao nhiêu triệu đô?", "vi", "USD"),
        ("What is the budget in rand?", "en", "ZAR"),
        ("How many kronor was the loan?", "en", "SEK"),
        ("How many crowns did it cost?", "en", "crown"),
        ("What did exports reach in dollars?", "en", "USD"),
    ],
)
def test_the_currency_asked_for(question: str, lang: str, unit: str | None) -> None:
    """A contract ("hợp đồng") and a council ("hội đồng") are not asked for in đồng."""
    found = wanted(question, lang)
    assert (found.kind, found.unit) == ("amount", unit)


def test_votes_of_a_council_are_counted_not_paid() -> None:
    assert wanted("Ông Hales được hội đồng bầu với bao nhiêu phiếu?", "vi").kind == "count"


def _fitting(question: str, sentence: str, lang: str = "en") -> list[str]:
    asked = understand(question)
    return [value.text for value in find_values(sentence, lang) if fits(value, asked, sentence)]


def test_a_price_in_an_unknown_coin_is_an_amount() -> None:
    fine = "He must pay a fine of 90,000 talars within 30 days."
    assert _fitting("How much is the fine?", fine) == ["90,000"]
    assert _fitting("How much is the fine in dollars?", fine) == []
    assert _fitting("How much did it cost?", "It carried 90,000 passengers at a price of 12 dollars.") == [
        "12 dollars"
    ]
    loaf = "They raised the price of a standard 250-grain loaf, which costs 42 talars."
    assert _fitting("How much does a loaf cost?", loaf) == ["42"]
    assert priced("lương tối thiểu lên 19 talar", len("lương tối thiểu lên "))
    assert not priced("đoàn có 19 talar", len("đoàn có "))


def test_a_large_bare_number_may_be_an_amount() -> None:
    assert _fitting(
        "How much of the rise was caused by late wishes?", "31 million can be traced to them"
    ) == ["31 million"]
    assert _fitting("How much did it cost?", "31 of them can be traced") == []


@pytest.mark.parametrize(
    ("question", "sentence", "lang", "text"),
    [
        ("By how much did exports fall?", "Exports fell by 5.2 percent.", "en", "5.2 percent"),
        ("By how much did exports fall?", "Exports fell by 3 billion dollars.", "en", "3 billion dollars"),
        ("How much higher was turnout than before?", "Turnout rose by 3.3 percentage points.", "en",
         "3.3 percentage points"),
        ("GDP tăng bao nhiêu trong quý 1?", "GDP tăng 6,9%.", "vi", "6,9%"),
        ("Xuất khẩu gạo tăng bao nhiêu?", "Xuất khẩu gạo tăng 2 tỷ USD.", "vi", "2 tỷ USD"),
    ],
)  # fmt: skip
def test_a_change_may_be_told_in_percent_or_in_its_own_unit(
    question: str, sentence: str, lang: str, text: str
) -> None:
    assert _fitting(question, sentence, lang) == [text]


def test_a_change_asked_for_in_percent_or_in_a_counted_noun_is_told_in_nothing_else() -> None:
    assert _fitting("By what percentage did exports fall?", "Exports fell by 3 billion dollars.") == []
    assert _fitting("By how many people did the town grow?", "The town grew by 3 percent.") == []
    assert _fitting("How much does the ship cost?", "The ship is 3 percent longer.") == []


@pytest.mark.parametrize(
    ("question", "lang"),
    [
        ("What did Lam say about trade?", "en"),
        ("What does the aid package consist of?", "en"),
        ("What does the budget provide for farmers?", "en"),
        ("Bộ trưởng nói gì về giá điện?", "vi"),
    ],
)
def test_what_was_said_about_prices_is_no_amount(question: str, lang: str) -> None:
    assert wanted(question, lang).kind == "other"
