"""Lengths of time that are written in parts: "2:07:14", "2 hours and 7 minutes", "3 giờ 40 phút".

A clock with two parts may be an hour of the day or a score, and is no length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from index.text import glossary
from rag.values.ordinals import either
from rag.values.types import DURATION_BASE, Value

_CLOCK = re.compile(r"(?<![\d:.,])(\d{1,3}):([0-5]\d):([0-5]\d(?:[.,]\d{1,2})?)(?![\d:])")
# "Một năm rưỡi", "2 mét rưỡi": half of the unit before it; a scale of the number ("2 triệu tấn rưỡi") may be meant too.
_HALF = re.compile(r"\s(?:rưỡi|ruoi)\b|\sand (?:a|one) half\b(?! (?:of|the|its|their)\b)")
_HALVED = frozenset({"duration", "measure", "percent", "amount"})
_ONE_AND_HALF = re.compile(
    r"(?<![\w-])an? (?P<en>year|month|week|day|hour|minute|decade|century) and an? half\b"
)
_VI_ONE_AND_HALF = re.compile(
    r"\b(?:hơn|gần|khoảng|chừng|suốt|sau|trong|mất|được|cả|thêm) (?P<vi>thế kỷ|thập kỷ|năm|tháng|tuần|ngày|giờ|tiếng) rưỡi\b"
)
_BETWEEN = re.compile(r"\s?,?\s?(?:(?:and|và)\s)?")


def find_clocked(text: str) -> Iterator[Value]:
    """Yield the lengths that are written as hours:minutes:seconds, and "a year and a half", "hơn năm rưỡi"."""
    for match in _CLOCK.finditer(text):
        hours, minutes, seconds = (Decimal(part.replace(",", ".")) for part in match.groups())
        total = hours * 3600 + minutes * 60 + seconds
        yield Value("duration", match.start(), match.end(), "", total, unit="second")
    for pattern, group in ((_ONE_AND_HALF, "en"), (_VI_ONE_AND_HALF, "vi")):
        for match in pattern.finditer(text):
            base, size = DURATION_BASE[glossary.spellings("duration")[match[group]]]
            start = match.start() if group == "en" else match.start("vi")
            yield Value("duration", start, match.end(), "", size * 3 / 2, unit=base)


def joined(text: str, values: Sequence[Value]) -> list[Value]:
    """Return the values with the parts of one made one: hours and minutes, years and months, a unit and its half."""
    found: list[Value] = []
    for value in (_with_sign(text, _with_half(text, one)) for one in values):
        last = found[-1] if found else None
        if last is not None and value.start < last.end:
            continue  # the zero of "below zero"
        if last is not None and _continues(text, last, value):
            assert last.number is not None
            assert value.number is not None
            found[-1] = replace(last, end=value.end, number=last.number + value.number)
        else:
            found.append(value)
    return found


_BELOW_ZERO = re.compile(r"\s(?:below zero|dưới (?:0|không)(?: độ)?(?: c)?)(?!\w)")


def _with_sign(text: str, value: Value) -> Value:
    """Return the temperature with the sign of "below zero" behind it."""
    below = _BELOW_ZERO.match(text, value.end) if value.unit in ("degree", "fahrenheit") else None
    if not below or value.number is None or value.number <= 0 or value.number_to is not None:
        return value
    return replace(value, end=below.end(), number=-value.number, alternatives=())


def _with_half(text: str, value: Value) -> Value:
    """Return the value with the half of its unit that is written behind it."""
    half = _HALF.match(text, value.end)
    if not half or value.kind not in _HALVED or value.number is None or value.end == value.start:
        return value
    unit = _unit(text[value.start : value.end]) if value.kind == "duration" else None
    size = unit[1] if unit else Decimal(1)
    if (value.kind == "duration" and not unit) or value.number >= 1000 * size:
        return value
    if value.number_to is not None:
        return replace(value, end=half.end(), number_to=value.number_to + size / 2)
    return replace(value, end=half.end(), number=value.number + size / 2, alternatives=(), weak=False)


def _continues(text: str, last: Value, value: Value) -> bool:
    """Return whether `value` is the smaller part of the length that `last` begins."""
    both = (last, value)
    if any(one.kind != "duration" or one.counted or one.number_to is not None for one in both):
        return False
    if not _BETWEEN.fullmatch(text[last.end : value.start]):
        return False
    greater, smaller = (_unit(text[one.start : one.end]) for one in both)
    if greater is None or smaller is None or greater[0] != smaller[0] or value.number is None:
        return False
    return value.number < greater[1]  # fewer than make up one of the greater unit


@lru_cache(maxsize=1)
def _last_word() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)({either(glossary.spellings('duration'))})$")


def _unit(written: str) -> tuple[str, Decimal] | None:
    """Return base and size of the unit that a length ends with."""
    word = _last_word().search(written)
    return DURATION_BASE[glossary.spellings("duration")[word[1]]] if word else None
