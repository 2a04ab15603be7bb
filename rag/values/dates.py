"""A date as precise as it was written, and where in a text it stands."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from typing import NamedTuple

# The numbers of a date, as parts of regular expressions.
YEAR = r"(?:1[0-9]|20)\d\d"
DAY = r"(?:0?[1-9]|[12]\d|3[01])"
MONTH = r"(?:0?[1-9]|1[0-2])"


class PartialDate(NamedTuple):
    """A date with unknown parts as None: (2025, 3, None) is March 2025, (None, 1, 12) is 12 January."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def within(self, other: PartialDate) -> bool:
        """Return whether this date lies in the period `other` names: 12 January 2024 within 2024."""
        return all(theirs is None or ours == theirs for ours, theirs in zip(self, other, strict=True))

    def label(self) -> str:
        """Return "2025-03-14", "2025-03", "2025", or "--01-12" without a year."""
        head = f"{self.year:04d}" if self.year else "-"
        return head + "".join(f"-{part:02d}" for part in (self.month, self.day) if part)


@dataclass(frozen=True, slots=True)
class Timex:
    """A date, or the two ends of a period, in `text[start:end]`."""

    start: int
    end: int
    first: PartialDate
    last: PartialDate | None = None  # set for periods
    other: PartialDate | None = None  # the second reading of an ambiguous order
    relative: bool = False  # resolved from the reference date


def number_of(match: re.Match[str], group: str) -> int | None:
    """Return the number that a group of a match holds, None if the rule has no such group or it is empty."""
    value = match.groupdict().get(group)
    return int(value) if value else None


def exists(date: PartialDate) -> bool:
    """Return whether there is such a month, and such a day in it; 29 February is one of any unknown year."""
    if date.month is not None and not 1 <= date.month <= 12:
        return False
    if date.day is None or date.month is None:
        return True
    return 1 <= date.day <= calendar.monthrange(date.year or 2024, date.month)[1]  # a leap year
