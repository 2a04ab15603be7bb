"""Units of both languages, and temperatures and percentages below zero."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rag.values import find_values, supports


def only(text, lang):
    (value,) = find_values(text, lang)
    return value


@pytest.mark.parametrize(("english", "vietnamese", "unit", "number"), [
    ("412 millimetres", "412 mm", "mm", "412"),
    ("25mm", "25 milimét", "mm", "25"),
    ("3 gigawatt-hours", "3 GWh", "GWh", "3"),
    ("120MWh", "120 MWh", "MWh", "120"),
    ("3.5 million kWh", "3,5 triệu kWh", "kWh", "3500000"),
    ("2 terawatt hours", "2 TWh", "TWh", "2"),
    ("5 litres", "5 lít", "litre", "5"),
    ("500 ml", "500ml", "millilitre", "500"),
    ("60 miles per hour", "60 dặm/giờ", "mph", "60"),
    ("60mph", "60 dặm một giờ", "mph", "60"),
    ("187 kilometres an hour", "187 km/giờ", "km_per_hour", "187"),
    ("100km/h", "100 km/h", "km_per_hour", "100"),
    ("12 m/s", "12 mét/giây", "m_per_second", "12"),
    ("39 degrees Celsius", "39 độ C", "degree", "39"),
    ("39°C", "39ºC", "degree", "39"),
    ("39 degrees", "39oC", "degree", "39"),
    ("100°F", "100 độ F", "fahrenheit", "100"),
    ("3 sào", "3 sào", "sao", "3"),
    ("minus 5 degrees", "âm 5 độ", "degree", "-5"),
    ("minus five degrees Celsius", "âm năm độ C", "degree", "-5"),
    ("−5 °C", "-5 độ C", "degree", "-5"),
    ("5 degrees below zero", "5 độ dưới 0", "degree", "-5"),
    ("negative 2.5 percent", "âm 2,5%", "percent", "-2.5"),
    ("-2.5%", "-2,5%", "percent", "-2.5"),
])  # fmt: skip
def test_units_and_signs_agree_in_both_languages(english, vietnamese, unit, number) -> None:
    for text, lang in ((english, "en"), (vietnamese, "vi")):
        value = only(text, lang)
        assert (value.text, value.unit, value.number) == (text, unit, Decimal(number))
    assert not supports(english, vietnamese, claim_lang="en", quote_lang="vi")


@pytest.mark.parametrize(("lang", "text", "numbers"), [
    ("vi", "nhiệt độ xuống -5 độ C", [(-5, None)]),
    ("vi", "từ -10 đến -5 độ", [(-10, -5)]),
    ("vi", "từ âm 5 đến âm 2 độ C", [(-5, -2)]),
    ("en", "between −10 and −5 degrees", [(-10, -5)]),
    ("en", "It fell to −20 overnight", [(-20, None)]),
])  # fmt: skip
def test_what_is_clearly_below_zero(lang, text, numbers) -> None:
    assert [(value.number, value.number_to) for value in find_values(text, lang)] == numbers


@pytest.mark.parametrize(("lang", "text", "numbers"), [
    ("en", "3-5 degrees", [(3, 5)]),
    ("vi", "5 – 10 độ", [(5, 10)]),
    ("vi", "tăng 3 -5%", [(3, 5)]),
    ("en", "in 2020–2021, 5%", [(None, None), (5, None)]),
    ("vi", "giảm -5%", [(5, None)]),  # the fall is told already
    ("vi", "siêu âm 3 lần", [(3, None)]),
    ("vi", "phát âm 5 từ", [(5, None)]),
    ("en", "10 minus 3 degrees", [(10, None), (3, None)]),
    ("en", "Sale:\n-5% off", [(5, None)]),  # an item of a list
    ("en", "the F-16 and COVID-19", []),
    ("vi", "khách sạn 5 sao", [(5, None)]),
])  # fmt: skip
def test_a_hyphen_is_no_minus(lang, text, numbers) -> None:
    found = find_values(text, lang)
    assert [(value.number, value.number_to) for value in found] == numbers
    assert "sao" not in {value.unit for value in found}


def test_the_sign_matters() -> None:
    assert supports("It was 5 degrees.", "Nhiệt độ là âm 5 độ.", claim_lang="en", quote_lang="vi")
    assert supports("It was 39°C.", "It was 39°F.", claim_lang="en", quote_lang="en")
