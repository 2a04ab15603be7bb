"""The archive over time: how many articles of which outlet there are of each month, or year, as bars."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.records import Entry

# Outlets with a colour of their own; more colours than this are not told apart.
SERIES = 5
# More bars than this are lines: the picture is of years then.
MOST_MONTHS = 120
HEIGHT = 150.0  # pixels, of the highest bar
# Labels below the bars: four of "12/2024" fit beside each other on a phone.
LABELS = 4
ROOM = 0.85  # of the width: what begins behind that would be cut off on a phone
YEAR = 12  # months


@dataclass(frozen=True, slots=True)
class Part:
    """The articles of one outlet in one bar."""

    series: int  # its colour; SERIES is that of all others together
    count: int
    top: float  # pixels from the top of the picture
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One month or year."""

    period: str  # "2024-03" or "2024"
    left: float  # percent of the width of the picture
    width: float
    parts: Sequence[Part]
    labelled: bool

    @property
    def count(self) -> int:
        """Return the articles of the period."""
        return sum(one.count for one in self.parts)


@dataclass(frozen=True, slots=True)
class Picture:
    """All bars, and what cannot be drawn."""

    bars: Sequence[Bar]
    names: Sequence[str | None]  # of the series that are there; None: no outlet is known
    others: int  # outlets that share the last colour
    most: int  # articles of the highest bar
    undated: int
    vague: int  # articles of which only the year is known, in a picture of months


def picture(entries: Iterable[Entry]) -> Picture | None:
    """Return the picture of these articles; None if no date of theirs is known well enough."""
    every = list(entries)
    dated = [one for one in every if one.dated]
    months = [one for one in dated if one.dated and one.dated.precision != "year"]
    by_month = bool(months) and _span(months) <= MOST_MONTHS
    drawn = months if by_month else dated
    if not drawn:
        return None
    counts = Counter(one.outlet for one in drawn)
    ranked = sorted(counts, key=lambda name: (-counts[name], name or ""))
    own = ranked if len(ranked) <= SERIES else ranked[: SERIES - 1]
    cells = Counter((_period(one, by_month), _series(one.outlet, own)) for one in drawn)
    periods = _periods(drawn, by_month)
    sums = Counter[str]()
    for (period, _), count in cells.items():
        sums[period] += count
    most = max(sums.values())
    named = _labelled(periods)
    bars = [
        Bar(
            period,
            100 * at / len(periods),
            100 / len(periods) * 0.86,
            _stacked([(n, cells[period, n]) for n in range(SERIES + 1)], most),
            at in named,
        )
        for at, period in enumerate(periods)
    ]
    return Picture(
        bars,
        own,
        len(ranked) - len(own),
        most,
        len(every) - len(dated),
        len(dated) - len(months) if by_month else 0,
    )


def _labelled(periods: Sequence[str]) -> list[int]:
    """Return which bars have their name below: at most LABELS, as far apart as calendars are read.

    Of years every second, fifth or tenth; of months every third or sixth, or one January in so many years.
    """
    months = len(periods[0]) > len("2024")
    steps = (1, 2, 3, 6, 12, 24, 36, 48, 60) if months else (1, 2, 5, 10, 20, 25, 50, 100, 200)
    step = next((one for one in steps if -(-len(periods) // one) <= LABELS), len(periods))
    first = 0
    if months and step >= YEAR:
        first = (1 - int(periods[0][-2:])) % YEAR
    return [at for at in range(first, len(periods), step) if at <= ROOM * len(periods)]


def _stacked(counts: Sequence[tuple[int, int]], most: int) -> list[Part]:
    parts, base = [], HEIGHT
    for series, count in counts:
        if count:
            height = HEIGHT * count / most
            base -= height
            parts.append(Part(series, count, base, height))
    return parts


def _series(outlet: str | None, own: Sequence[str | None]) -> int:
    return own.index(outlet) if outlet in own else SERIES


def _span(entries: Iterable[Entry]) -> int:
    days = [one.dated.date for one in entries if one.dated]
    return _months(max(days)) - _months(min(days)) + 1


def _months(day: dt.date) -> int:
    return 12 * day.year + day.month - 1


def _period(entry: Entry, by_month: bool) -> str:
    assert entry.dated
    return entry.dated.date.isoformat()[: 7 if by_month else 4]


def _periods(entries: Iterable[Entry], by_month: bool) -> list[str]:
    """Return every month, or year, from the first to the last, those without articles too."""
    days = [one.dated.date for one in entries if one.dated]
    if by_month:
        numbers = range(_months(min(days)), _months(max(days)) + 1)
        return [f"{number // 12:04}-{number % 12 + 1:02}" for number in numbers]
    return [f"{year:04}" for year in range(min(days).year, max(days).year + 1)]
