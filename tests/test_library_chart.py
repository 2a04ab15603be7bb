"""The picture of the archive over time, counted by hand."""

from __future__ import annotations

import datetime as dt

from index.records import Dated, Entry, Precision
from rag.web.library.chart import HEIGHT, MOST_MONTHS, SERIES, picture


def entry(label: str, outlet: str | None = "A") -> Entry:
    precision: Precision = {4: "year", 7: "month", 10: "day"}[len(label)] if label else "day"  # type: ignore
    dated = Dated(dt.date.fromisoformat(f"{label}-01-01"[:10]), precision, "text") if label else None
    return Entry(f"{label}{outlet}", "f", "t", outlet, "en", None, dated, 1, ())


def counts(found) -> dict[str, dict[int, int]]:
    return {bar.period: {part.series: part.count for part in bar.parts} for bar in found.bars}


def test_articles_are_counted_a_month_by_outlet_with_the_months_between() -> None:
    found = picture(
        [
            *(entry("2024-01-05"), entry("2024-01"), entry("2024-01-31", "B"), entry("2024-03-01", None)),
            *(entry("2023"), entry(""), entry("", "B")),
        ]
    )
    assert found
    assert found.names == ["A", None, "B"]  # most first, then by name
    assert counts(found) == {"2024-01": {0: 2, 2: 1}, "2024-02": {}, "2024-03": {1: 1}}
    assert (found.most, found.undated, found.vague, found.others) == (3, 2, 1, 0)


def test_bars_are_as_high_as_their_counts_and_stand_on_the_ground() -> None:
    found = picture([entry("2024-01-05"), entry("2024-01-06", "B"), entry("2024-02-01")])
    assert found
    (first, second) = found.bars
    assert sum(part.height for part in first.parts) == HEIGHT
    assert second.parts[0].height == HEIGHT / 2
    for bar in found.bars:
        assert bar.parts[0].top + bar.parts[0].height == HEIGHT
        assert 0 <= bar.left < bar.left + bar.width <= 100


def test_more_outlets_than_colours_share_the_last_one() -> None:
    found = picture([entry("2024-01-01", f"O{n}") for n in range(SERIES + 2) for _ in range(10 - n)])
    assert found
    assert found.names == ["O0", "O1", "O2", "O3"]
    assert found.others == 3
    assert counts(found)["2024-01"] == {0: 10, 1: 9, 2: 8, 3: 7, SERIES: 6 + 5 + 4}
    exactly = picture([entry("2024-01-01", f"O{n}") for n in range(SERIES)])
    assert exactly
    assert (len(exactly.names), exactly.others) == (SERIES, 0)


def test_a_long_time_is_drawn_in_years_and_so_is_what_is_known_to_the_year() -> None:
    last = 2000 + MOST_MONTHS // 12
    found = picture([entry("2000-01-01"), entry(f"{last}-01-01"), entry(f"{last}")])
    assert found
    assert [bar.period for bar in found.bars] == [str(year) for year in range(2000, last + 1)]
    assert (found.bars[-1].count, found.vague) == (2, 0)
    years = picture([entry("2020"), entry("2021")])
    assert years
    assert [bar.period for bar in years.bars] == ["2020", "2021"]


def labels(first: str, last: str) -> list[str]:
    found = picture([entry(first), entry(last)])
    assert found
    return [bar.period for bar in found.bars if bar.labelled]


def test_bars_are_named_as_calendars_are_read_and_none_where_it_would_be_cut_off() -> None:
    assert labels("2024-02", "2024-05") == ["2024-02", "2024-03", "2024-04", "2024-05"]
    assert labels("2024-01", "2025-01") == ["2024-01", "2024-07"]  # a third name would not fit
    assert labels("2024-05", "2026-02") == ["2024-05", "2024-11", "2025-05", "2025-11"]
    assert labels("2024-03", "2027-02") == ["2025-01", "2026-01"]  # years begin in January
    assert labels("2024-01", "2032-05") == ["2024-01", "2027-01", "2030-01"]
    assert labels("2000", "2030") == ["2000", "2010", "2020"]


def test_without_a_date_there_is_no_picture() -> None:
    assert picture([]) is None
    assert picture([entry("")]) is None
