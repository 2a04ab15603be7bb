"""Figures and dates in any spelling, against values worked out by hand."""

import pytest

from eval.figures.quantities import date_parts, dates, figures, readings


@pytest.mark.parametrize(
    "text",
    [
        "16.7 billion USD",
        "US$16.7bn",
        "US$16.7 billion",
        "$16.7B",
        "USD 16.7 billion",
        "16,7 tỷ USD",
        "16,7 tỉ đô la Mỹ",
        "16.700 triệu USD",
        "16,700 million dollars",
        "16 tỷ 700 triệu USD",
        "a 16.7-billion-dollar trade",
        "16,7\u00a0tỷ\u00a0USD",
    ],
)
def test_one_amount_in_many_spellings(text):
    (figure,) = figures(text)
    assert 16.7e9 in [pytest.approx(value) for value in figure.values]
    assert figure.unit == "USD"


@pytest.mark.parametrize(
    ("numeral", "values"),
    [
        ("2015", (2015.0,)),
        ("5,608", (5608.0, 5.608)),
        ("5.608", (5608.0, 5.608)),
        ("1.234.567", (1234567.0,)),
        ("1.234.567,8", (1234567.8,)),
        ("1,234,567.8", (1234567.8,)),
        ("0.125", (0.125,)),
        ("16,7", (16.7,)),
        ("1.2.3", ()),
        ("1.234.567.8", ()),
    ],
)
def test_readings_of_a_numeral(numeral, values):
    assert readings(numeral) == values


def test_numbers_in_names_and_dates_are_no_figures():
    assert figures("G20 on 12 January 2024, 17/12/2025, ngày 11-13/1, tháng 9/2023") == []
    assert [figure.values for figure in figures("in 2015")] == [(2015.0,)]


def test_units_are_kept_apart():
    assert [(f.values[0], f.unit) for f in figures("70% of 70, 70 phần trăm, €70, S$70, 70 tỷ đồng")] == [
        (70.0, "%"), (70.0, None), (70.0, "%"), (70.0, "EUR"), (70.0, "SGD"), (70e9, "VND"),
    ]  # fmt: skip


def test_a_shared_scale_reaches_the_first_figure():
    first, second = figures("from 9 to 14 billion USD")
    assert 9e9 in first.values
    assert first.unit == "USD"
    assert second.values == (14e9,)
    assert figures("9 projects, then 14 billion USD")[0].values == (9.0,)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("December 17, 2025", {(2025, 12, 17)}),
        ("17th of December 2025", {(2025, 12, 17)}),
        ("12/17/2025", {(2025, 12, 17)}),
        ("17/12/2025", {(2025, 12, 17)}),
        ("ngày 17 tháng 12 năm 2025", {(2025, 12, 17)}),
        ("2025-12-17", {(2025, 12, 17)}),
        ("3/10/2025", {(2025, 10, 3), (2025, 3, 10)}),
        ("March 2025", {(2025, 3, None)}),
        ("tháng 3/2025", {(2025, 3, None)}),
        ("tháng 3 năm 2025", {(2025, 3, None)}),
        ("vào tháng Ba năm 2025, tháng năm 2025", {(2025, 3, None), (2025, 5, None)}),
        ("ngày 11-13 / 1", {(None, 1, 11), (None, 1, 13)}),
        ("từ ngày 1-10, tối 3-11", {(None, 10, 1), (None, 11, 3)}),
        ("ngày 5-15 và ngày 3-5 tháng 10", {(None, 10, 3), (None, 10, 5)}),
        ("từ ngày 11 đến ngày 13 tháng 1 năm 2024", {(2024, 1, 11), (2024, 1, 13)}),
        ("It is marked on December 30.", {(None, 12, 30)}),
        ("It may 12.5", set()),
        ("January 11-13", {(None, 1, 11), (None, 1, 13)}),
        ("China (2008), Russia (2012)", {(2008, None, None), (2012, None, None)}),
        ("it may 5 fail", {(None, 5, 5)}),
        ("$2012 and 2012.5", set()),
    ],
)
def test_dates(text, wanted):
    assert {(date.year, date.month, date.day) for date in dates(text)} == wanted


def test_date_specs():
    assert date_parts("2025-03") == (2025, 3, None)
    assert date_parts("--01-12") == (None, 1, 12)
    for bad in ("2025-13", "03-2025", "--", "", "2025-01-32", "2025-3"):
        with pytest.raises(ValueError, match="not of the form"):
            date_parts(bad)


def test_a_decade_is_one_in_both_languages():
    assert [one.values for one in figures("vào thập niên 80")] == [(1980.0,)]
    assert 1980.0 in figures("in the 1980s")[0].values
    assert [one.values for one in figures("trong 80 năm")] == [(80.0,)]
