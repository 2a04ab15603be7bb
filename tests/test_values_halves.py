"""A number with its half is one value: "four and a half years", "2 tỷ rưỡi", "3 năm rưỡi"."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rag.values import find_values, supports


@pytest.mark.parametrize(("lang", "text", "written", "kind", "number", "unit"), [
    ("en", "four and a half years", "four and a half years", "duration", "54", "month"),
    ("en", "a four-and-a-half-year term", "four-and-a-half-year", "duration", "54", "month"),
    ("en", "some 3 and a half hours", "3 and a half hours", "duration", "12600", "second"),
    ("en", "two years and a half", "two years and a half", "duration", "30", "month"),
    ("en", "a year and a half", "a year and a half", "duration", "18", "month"),
    ("en", "an hour and a half", "an hour and a half", "duration", "5400", "second"),
    ("en", "two and one half years", "two and one half years", "duration", "30", "month"),
    ("en", "two and a half million dollars", "two and a half million dollars", "amount", "2500000", "USD"),
    ("en", "a million and a half people", "a million and a half", "count", "1500000", None),
    ("en", "three and a half percent", "three and a half percent", "percent", "3.5", "percent"),
    ("en", "two and a quarter miles", "two and a quarter miles", "measure", "2.25", "mile"),
    ("en", "two and three quarters percent", "two and three quarters percent", "percent", "2.75", "percent"),
    ("vi", "một năm rưỡi", "một năm rưỡi", "duration", "18", "month"),
    ("vi", "3 năm rưỡi", "3 năm rưỡi", "duration", "42", "month"),
    ("vi", "hơn năm rưỡi", "năm rưỡi", "duration", "18", "month"),
    ("vi", "2 giờ rưỡi", "2 giờ rưỡi", "duration", "9000", "second"),
    ("vi", "1,5 năm", "1,5 năm", "duration", "18", "month"),
    ("vi", "2 tỷ rưỡi", "2 tỷ rưỡi", "number", "2500000000", None),
    ("vi", "hai triệu rưỡi", "hai triệu rưỡi", "number", "2500000", None),
    ("vi", "2 tỷ rưỡi đồng", "2 tỷ rưỡi đồng", "amount", "2500000000", "VND"),
    ("vi", "gần tỷ rưỡi đồng", "tỷ rưỡi đồng", "amount", "1500000000", "VND"),
    ("vi", "một triệu rưỡi người", "một triệu rưỡi", "count", "1500000", None),
    ("vi", "trăm rưỡi", "trăm rưỡi", "number", "150", None),
    ("vi", "2 mét rưỡi", "2 mét rưỡi", "measure", "2.5", "m"),
    ("vi", "gấp một rưỡi", "một rưỡi", "number", "1.5", None),
])  # fmt: skip
def test_a_half_is_a_part_of_its_number(lang, text, written, kind, number, unit) -> None:
    (value,) = find_values(text, lang)
    assert (value.text, value.kind, value.number, value.unit) == (written, kind, Decimal(number), unit)
    assert not value.weak


@pytest.mark.parametrize(("lang", "text", "numbers"), [
    ("en", "two and a half of the cake", ["2", "0.5"]),  # another half
    ("en", "two hundred and a half", ["200"]),  # 250 or 200.5
    ("en", "two and three people", ["5"]),
    ("vi", "2 con ruồi", ["2"]),
    ("vi", "2 triệu tấn rưỡi", ["2000000"]),  # half of a million or of a ton
])  # fmt: skip
def test_another_half_is_no_part_of_it(lang, text, numbers) -> None:
    assert [value.number for value in find_values(text, lang)] == [Decimal(number) for number in numbers]


def test_a_half_is_the_same_in_both_languages() -> None:
    english, vietnamese = "It took four and a half years.", "Việc đó mất bốn năm rưỡi."
    assert not supports(english, vietnamese, claim_lang="en", quote_lang="vi")
    assert not supports(vietnamese, english, claim_lang="vi", quote_lang="en")
    assert supports("It took four years.", vietnamese, claim_lang="en", quote_lang="vi")
