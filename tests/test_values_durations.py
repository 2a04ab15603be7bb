"""Lengths of time in parts: one value, with the sum of its parts."""

from decimal import Decimal

import pytest

from rag.values import find_values


def lengths(text, lang):
    return [(v.text, v.number, v.unit) for v in find_values(text, lang) if v.kind == "duration"]


@pytest.mark.parametrize(
    ("lang", "text", "written", "number", "unit"),
    [
        ("vi", "kỷ lục của cung đường, 2:07:14, là của anh", "2:07:14", "7634", "second"),
        ("en", "She won in 2:07:14.5 today.", "2:07:14.5", "7634.5", "second"),
        ("en", "in 2 hours 7 minutes 14 seconds", "2 hours 7 minutes 14 seconds", "7634", "second"),
        ("en", "over 3 hours and 40 minutes", "3 hours and 40 minutes", "13200", "second"),
        ("vi", "mất 3 giờ 40 phút", "3 giờ 40 phút", "13200", "second"),
        ("vi", "hai năm và ba tháng", "hai năm và ba tháng", "27", "month"),
        ("en", "two weeks and three days", "two weeks and three days", "17", "day"),
    ],
)
def test_parts_make_one_length(lang, text, written, number, unit):
    assert lengths(text, lang) == [(written, Decimal(number), unit)]


@pytest.mark.parametrize(
    ("lang", "text", "numbers"),
    [
        ("en", "5 days, 3 days", [5, 3]),  # two of one unit
        ("en", "10 minutes, 2 hours", [600, 7200]),  # the smaller first
        ("en", "2 hours and 90 minutes", [7200, 5400]),  # more than make up an hour
        ("en", "3 years and 5 days", [36, 5]),  # nobody knows how many days a year has
        ("en", "2 hours after 7 minutes", [7200, 420]),
        ("en", "it opened at 12:30, and the score was 2:1", []),
        ("en", "at 2:75:14 and 1:02:03:04", []),
    ],
)
def test_what_is_no_part_stays_by_itself(lang, text, numbers):
    assert [number for _, number, _ in lengths(text, lang)] == numbers
