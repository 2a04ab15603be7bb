"""What a value is: the record that finding, comparing and choosing share."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from index.text import glossary
from rag.values.dates import PartialDate

Kind = Literal[
    "amount", "percent", "count", "measure", "number", "ordinal", "rank", "date", "year", "range", "duration"
]
Approx = Literal["", "about", "over", "under", "nearly"]


@dataclass(frozen=True, slots=True)
class Value:
    """One quantity or date; `text` is exactly the characters from `start` to `end`.

    `number` is in the base of `unit`: money in whole units, durations in months ("month"), days
    ("day") or seconds ("second"), so that "70 years" and "seven decades" are equal.
    """

    kind: Kind
    start: int
    end: int
    text: str
    number: Decimal | None = None
    number_to: Decimal | None = None  # upper end of "10-15 billion"
    unit: str | None = None  # "USD", "percent", "month", "km", superlative of a rank ("large")
    counted: str | None = None  # head noun of a count as written, lower case
    approx: Approx = ""
    lead: int = -1  # where "nearly", "hơn" begins; `start` without one
    alternatives: tuple[Decimal, ...] = ()
    date: PartialDate | None = None
    date_to: PartialDate | None = None
    date_other: PartialDate | None = None  # the American order of an English "3/4/2025"
    relative: bool = False  # "last year", resolved from a reference date
    weak: bool = (
        False  # says little by itself ("one", "the first", "hundreds"): never demanded of a quotation
    )

    @property
    def noun(self) -> str | None:
        """Return the glossary key of what is counted ("dự án" → "project"), if it has one."""
        return glossary.spellings("noun").get(self.counted) if self.counted else None


DURATION_BASE = {
    "century": ("month", Decimal(1200)), "decade": ("month", Decimal(120)), "year": ("month", Decimal(12)),
    "month": ("month", Decimal(1)), "week": ("day", Decimal(7)), "day": ("day", Decimal(1)),
    "hour": ("second", Decimal(3600)), "minute": ("second", Decimal(60)), "second": ("second", Decimal(1)),
}  # fmt: skip
