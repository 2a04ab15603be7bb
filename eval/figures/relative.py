"""Days that a quotation tells from the day of its article: yesterday, on Monday, hôm qua, hôm thứ Hai."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from eval.figures.metrics import has_alias
from eval.figures.quantities import DateMention

_STEPS = {
    "yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1, "hôm qua": -1, "hôm nay": 0, "ngày mai": 1,
}  # fmt: skip
_WEEKDAYS = (
    ("Monday", "thứ Hai"), ("Tuesday", "thứ Ba"), ("Wednesday", "thứ Tư"), ("Thursday", "thứ Năm"),
    ("Friday", "thứ Sáu"), ("Saturday", "thứ Bảy"), ("Sunday", "Chủ nhật"),
)  # fmt: skip
_WEEK = 7


def told_from(quote: str, written: DateMention) -> Iterator[DateMention]:
    """Yield the days that `quote` may mean if it was written on the whole date `written`.

    A weekday is the last one before or the next one after it: which of the two, only the sentence tells.
    """
    try:
        day = dt.date(written.year or 0, written.month or 0, written.day or 0)
    except ValueError:
        return
    steps = [step for word, step in _STEPS.items() if has_alias(quote, word)]
    for number, names in enumerate(_WEEKDAYS):
        if any(has_alias(quote, name) for name in names):
            ahead = (number - day.weekday()) % _WEEK
            steps += [ahead, ahead - _WEEK]
    for step in steps:
        other = day + dt.timedelta(days=step)
        yield DateMention(other.year, other.month, other.day, 0, 0)
