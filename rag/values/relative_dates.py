"""Yesterday, next month, năm ngoái: dates that are told from the day a text was written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from rag.values.dates import PartialDate, Timex

_DAYS = {
    "yesterday": -1,
    "today": 0,
    "tomorrow": 1,
    "hôm qua": -1,
    "hôm nay": 0,
    "ngày mai": 1,
    "hom qua": -1,
    "hom nay": 0,
}
_MONTH_STEPS = {
    "last month": -1,
    "this month": 0,
    "next month": 1,
    "tháng trước": -1,
    "tháng này": 0,
    "tháng sau": 1,
    "tháng tới": 1,
}
_YEAR_STEPS = {"last year": -1, "this year": 0, "next year": 1, "năm ngoái": -1, "năm trước": -1, "năm nay": 0, "năm sau": 1,
               "năm tới": 1, "nam ngoai": -1, "nam nay": 0}  # fmt: skip
_RELATIVE = re.compile(rf"\b(?:{'|'.join([*_DAYS, *_MONTH_STEPS, *_YEAR_STEPS])})\b")


def find_relative(text: str, reference: dt.date) -> Iterator[Timex]:
    """Yield the dates of `spelling.plain` text that are told from the day it was written."""
    for match in _RELATIVE.finditer(text):
        yield Timex(match.start(), match.end(), _resolve(match[0], reference), relative=True)


def _resolve(words: str, reference: dt.date) -> PartialDate:
    if words in _DAYS:
        day = reference + dt.timedelta(days=_DAYS[words])
        return PartialDate(day.year, day.month, day.day)
    if words in _MONTH_STEPS:
        months = reference.year * 12 + reference.month - 1 + _MONTH_STEPS[words]
        return PartialDate(months // 12, months % 12 + 1)
    return PartialDate(reference.year + _YEAR_STEPS[words])
