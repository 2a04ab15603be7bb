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
_BETWEEN = re.compile(r"\s?,?\s?(?:(?:and|và)\s)?")


def find_clocked(text: str) -> Iterator[Value]:
    """Yield the lengths that are written as hours:minutes:seconds."""
    for match in _CLOCK.finditer(text):
        hours, minutes, seconds = (Decimal(part.replace(",", ".")) for part in match.groups())
        total = hours * 3600 + minutes * 60 + seconds
        yield Value("duration", match.start(), match.end(), "", total, unit="second")


def joined(text: str, values: Sequence[Value]) -> list[Value]:
    """Return the values with the parts of one length made one: hours and minutes, years and months."""
    found: list[Value] = []
    for value in values:
        last = found[-1] if found else None
        if last is not None and _continues(text, last, value):
            assert last.number is not None
            assert value.number is not None
            found[-1] = replace(last, end=value.end, number=last.number + value.number)
        else:
            found.append(value)
    return found


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
