"""Quantities and dates: found with their exact place, number and unit, in both languages."""

from __future__ import annotations

import datetime as dt
import unicodedata
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.values import PartialDate, Value, find_values

# (language, sentence, text of the value, kind, number, unit or counted noun)
NUMBERS = [
    ("en", "Trade reached 16.7 billion USD last spring.", "16.7 billion USD", "amount", "16700000000", "USD"),
    ("en", "Trade reached US$16.7 billion.", "US$16.7 billion", "amount", "16700000000", "USD"),
    ("en", "A $18bn plan", "$18bn", "amount", "18000000000", "USD"),
    ("en", "It cost USD 16.7bn in all", "USD 16.7bn", "amount", "16700000000", "USD"),
    ("en", "USD16.7bn was lent", "USD16.7bn", "amount", "16700000000", "USD"),
    ("en", "worth $5m", "$5m", "amount", "5000000", "USD"),
    ("en", "worth 1.2 trillion dong", "1.2 trillion dong", "amount", "1200000000000", "VND"),
    ("en", "fined €250,000 for it", "€250,000", "amount", "250000", "EUR"),
    ("en", "paid £30 a week", "£30", "amount", "30", "GBP"),
    ("en", "a loan of 500 billion yen", "500 billion yen", "amount", "500000000000", "JPY"),
    ("en", "a fee of S$40 million", "S$40 million", "amount", "40000000", "SGD"),
    ("en", "half a million dollars", "half a million dollars", "amount", "500000", "USD"),
    ("en", "two hundred and five dollars", "two hundred and five dollars", "amount", "205", "USD"),
    ("en", "up by 70%", "70%", "percent", "70", "percent"),
    ("en", "some 70 percent agreed", "70 percent", "percent", "70", "percent"),
    ("en", "10.5 per cent of homes", "10.5 per cent", "percent", "10.5", "percent"),
    (
        "en",
        "rates rose 0.25 percentage points",
        "0.25 percentage points",
        "percent",
        "0.25",
        "percentage_point",
    ),
    ("en", "It has 5,608 FDI projects in the country", "5,608", "count", "5608", "projects"),
    ("en", "jobs for 300,000 workers", "300,000", "count", "300000", "workers"),
    ("en", "four pairs of twinned cities", "four", "count", "4", "pairs"),
    ("en", "twenty-five countries signed", "twenty-five", "count", "25", "countries"),
    ("en", "1.5 million people fled", "1.5 million", "count", "1500000", "people"),
    ("en", "a dozen villages", "a dozen", "count", "12", "villages"),
    ("en", "12 km of road", "12 km", "measure", "12", "km"),
    ("en", "300 tonnes of rice", "300 tonnes", "measure", "300", "ton"),
    ("en", "a 450 MW wind farm", "450 MW", "measure", "450", "MW"),
    ("en", "ties of five years", "five years", "duration", "60", "month"),
    ("en", "seven decades of ties", "seven decades", "duration", "840", "month"),
    ("en", "a 50-year-old bridge", "50-year-old", "duration", "600", "month"),
    ("en", "the 70th anniversary of ties", "70th", "duration", "840", "month"),
    ("en", "for two weeks", "two weeks", "duration", "14", "day"),
    ("en", "the 11th nation to sign", "11th", "ordinal", "11", None),
    ("en", "in the 19th century", "19th", "ordinal", "19", "century"),
    ("en", "its second-largest partner", "second-largest", "rank", "2", "large"),
    ("en", "the fourth largest partner", "fourth largest", "rank", "4", "large"),
    ("en", "the largest investor", "largest", "rank", "1", "large"),
    ("en", "5½ tonnes of rice", "5½ tonnes", "measure", "5.5", "ton"),
    ("en", "two thirds of voters", "two thirds", "number", str(Decimal(2) / 3), None),
    ("vi", "đạt 16,7 tỷ USD", "16,7 tỷ USD", "amount", "16700000000", "USD"),
    ("vi", "đạt 16.7 tỉ USD", "16.7 tỉ USD", "amount", "16700000000", "USD"),
    ("vi", "trị giá 646 triệu đô la Mỹ", "646 triệu đô la Mỹ", "amount", "646000000", "USD"),
    ("vi", "vốn 59 triệu USD", "59 triệu USD", "amount", "59000000", "USD"),
    ("vi", "hơn 1.200 tỷ đồng", "1.200 tỷ đồng", "amount", "1200000000000", "VND"),
    ("vi", "khoảng 5 nghìn tỷ đồng", "5 nghìn tỷ đồng", "amount", "5000000000000", "VND"),
    ("vi", "hai tỷ rưỡi đồng", "hai tỷ rưỡi đồng", "amount", "2500000000", "VND"),
    ("vi", "vay 500 tỷ yên", "500 tỷ yên", "amount", "500000000000", "JPY"),
    ("vi", "300.000 euro", "300.000 euro", "amount", "300000", "EUR"),
    ("vi", "tăng 10,5%", "10,5%", "percent", "10.5", "percent"),
    ("vi", "chiếm 70 phần trăm", "70 phần trăm", "percent", "70", "percent"),
    ("vi", "có 5.608 dự án", "5.608", "count", "5608", "dự án"),
    ("vi", "có 119 dự_án tại đây", "119", "count", "119", "dự án"),
    ("vi", "20 triệu người", "20 triệu", "count", "20000000", "người"),
    ("vi", "hai mươi lăm nước", "hai mươi lăm", "count", "25", "nước"),
    ("vi", "năm nước cùng ký", "năm", "count", "5", "nước"),
    ("vi", "ba mươi mốt tỉnh", "ba mươi mốt", "count", "31", "tỉnh"),
    ("vi", "một trăm linh năm người", "một trăm linh năm", "count", "105", "người"),
    ("vi", "1.234,5 ha rừng", "1.234,5 ha", "measure", "1234.5", "ha"),
    ("vi", "dài 12 km", "12 km", "measure", "12", "km"),
    ("vi", "300 tấn gạo", "300 tấn", "measure", "300", "ton"),
    ("vi", "suốt 70 năm qua", "70 năm", "duration", "840", "month"),
    ("vi", "mười năm hợp tác", "mười năm", "duration", "120", "month"),
    ("vi", "năm năm liền", "năm năm", "duration", "60", "month"),
    ("vi", "bảy thập kỷ", "bảy thập kỷ", "duration", "840", "month"),
    ("vi", "trong ba tuần", "ba tuần", "duration", "21", "day"),
    ("vi", "ông 62 tuổi", "62 tuổi", "duration", "744", "month"),
    ("vi", "đối tác lớn thứ ba", "lớn thứ ba", "rank", "3", "large"),
    ("vi", "đối tác lớn thứ 4", "lớn thứ 4", "rank", "4", "large"),
    ("vi", "nhà đầu tư lớn nhất", "lớn nhất", "rank", "1", "large"),
    ("vi", "nước thứ tư gia nhập", "thứ tư", "ordinal", "4", None),
    ("vi", "vào thế kỷ 19", "19", "ordinal", "19", "century"),
    ("vi", "vào thế kỷ XIX", "XIX", "ordinal", "19", "century"),
    ("vi", "hai phần ba cử tri", "hai phần ba", "number", str(Decimal(2) / 3), None),
    ("vi", "15 ty USD", "15 ty USD", "amount", "15000000000", "USD"),
]

# (language, sentence, text of the value, first date, last date)
DATES = [
    ("en", "signed on January 12, 2024 in town", "January 12, 2024", (2024, 1, 12), None),
    ("en", "signed on 12 January 2024", "12 January 2024", (2024, 1, 12), None),
    ("en", "signed on the 12th of January 2024", "the 12th of January 2024", (2024, 1, 12), None),
    ("en", "in March 2025 they met", "March 2025", (2025, 3, None), None),
    ("en", "on Jan. 5 they met", "Jan. 5", (None, 1, 5), None),
    ("en", "since 2013 it has", "2013", (2013, None, None), None),
    ("en", "a target by 2028.", "2028", (2028, None, None), None),
    ("en", "printed 12/17/2025", "12/17/2025", (2025, 12, 17), None),
    ("en", "printed 17/12/2025", "17/12/2025", (2025, 12, 17), None),
    ("en", "log of 2025-03-11", "2025-03-11", (2025, 3, 11), None),
    ("en", "the first 8 months of 2025", "the first 8 months of 2025", (2025, 1, None), (2025, 8, None)),
    ("en", "first nine months of 2024", "first nine months of 2024", (2024, 1, None), (2024, 9, None)),
    ("en", "in Q1 2025", "Q1 2025", (2025, 1, None), (2025, 3, None)),
    ("en", "the second quarter of 2024", "the second quarter of 2024", (2024, 4, None), (2024, 6, None)),
    ("en", "the first half of 2025", "the first half of 2025", (2025, 1, None), (2025, 6, None)),
    ("en", "ties 1955-2025 were", "1955-2025", (1955, None, None), (2025, None, None)),
    ("en", "March 9-13, 2025", "March 9-13, 2025", (2025, 3, 9), (2025, 3, 13)),
    ("en", "in the 1990s", "the 1990s", (1990, None, None), (1999, None, None)),
    ("en", "joined in March and left", "March", (None, 3, None), None),
    ("en", "The 2024 summit ended", "2024", (2024, None, None), None),
    ("vi", "sáng 12/1 tại đây", "sáng 12/1", (None, 1, 12), None),
    ("vi", "ngày 12/1/2024", "ngày 12/1/2024", (2024, 1, 12), None),
    ("vi", "ngày 12 tháng 1 năm 2024", "ngày 12 tháng 1 năm 2024", (2024, 1, 12), None),
    ("vi", "thăm ngày 11-13/1", "ngày 11-13/1", (None, 1, 11), (None, 1, 13)),
    ("vi", "thăm ngày 11-13 / 1 .", "ngày 11-13 / 1", (None, 1, 11), (None, 1, 13)),
    ("vi", "từ ngày 9 đến 13/3/2025", "từ ngày 9 đến 13/3/2025", (2025, 3, 9), (2025, 3, 13)),
    ("vi", "tính đến tháng 9/2023", "tháng 9/2023", (2023, 9, None), None),
    ("vi", "tháng 3 năm 2025", "tháng 3 năm 2025", (2025, 3, None), None),
    ("vi", "tháng mười hai năm 2024", "tháng mười hai năm 2024", (2024, 12, None), None),
    ("vi", "hồi tháng 5", "tháng 5", (None, 5, None), None),
    ("vi", "8 tháng đầu năm 2025", "8 tháng đầu năm 2025", (2025, 1, None), (2025, 8, None)),
    ("vi", "nửa đầu năm 2025", "nửa đầu năm 2025", (2025, 1, None), (2025, 6, None)),
    ("vi", "trong quý 1/2025", "quý 1/2025", (2025, 1, None), (2025, 3, None)),
    ("vi", "trong quý III/2024", "quý III/2024", (2024, 7, None), (2024, 9, None)),
    ("vi", "giai đoạn 2021-2025", "2021-2025", (2021, None, None), (2025, None, None)),
    ("vi", "năm 2019 lên", "2019", (2019, None, None), None),
    ("vi", "những năm 1930", "những năm 1930", (1930, None, None), (1939, None, None)),
    ("vi", "ngay 12/1/2024", "ngay 12/1/2024", (2024, 1, 12), None),
    ("vi", "thang 3 nam 2025", "thang 3 nam 2025", (2025, 3, None), None),
]


def only(values: list[Value], text: str) -> Value:
    found = [value for value in values if value.text == text]
    assert found, f"{text!r} not among {[value.text for value in values]}"
    return found[0]


@pytest.mark.parametrize(("lang", "sentence", "text", "kind", "number", "unit"), NUMBERS)
def test_numbers(lang: str, sentence: str, text: str, kind: str, number: str, unit: str | None) -> None:
    value = only(find_values(sentence, lang), text)
    assert (value.kind, value.number) == (kind, Decimal(number))
    assert unit == (value.counted if kind == "count" else value.unit)


@pytest.mark.parametrize(("lang", "sentence", "text", "first", "last"), DATES)
def test_dates(
    lang: str, sentence: str, text: str, first: tuple[int, ...], last: tuple[int, ...] | None
) -> None:
    value = only(find_values(sentence, lang), text)
    assert value.date == PartialDate(*first)
    assert value.date_to == (PartialDate(*last) if last else None)


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "COVID-19 spread among the G20 and in CC1."),
        ("en", "One of our friends is no one's fool."),
        ("en", "They may march on, second to none."),
        ("vi", "Ba Lan và Ba Tư là bạn."),
        ("vi", "Việt Nam đầu tư vào khu tư nhân."),
        ("vi", "Năm nay, một nước bạn bè đến thăm."),
        ("vi", "một tỷ lệ lớn là một đồng minh"),
        ("vi", "họp sáng thứ Tư, thứ Năm"),
    ],
)
def test_no_value_where_there_is_none(lang: str, sentence: str) -> None:
    assert [value.text for value in find_values(sentence, lang) if not value.weak] == []


@pytest.mark.parametrize("mark", ["1. ", "2) ", "(3) ", "  4. ", "\n5. "])
def test_the_number_of_an_item_counts_nothing(mark: str) -> None:
    assert [v.text for v in find_values(f"{mark}Cảng biển: 12 dự án", "vi")] == ["12"]
    assert [v.text for v in find_values(f"Ports had 12{mark}projects.", "en")] != [], "in a line it counts"


@pytest.mark.parametrize(
    "text", ["12 projects", "12.", "12. ", "2.5 million USD", "1.200 dự án", "100. Ports"]
)
def test_what_is_no_item_still_counts(text: str) -> None:
    assert len(find_values(text, "vi" if "dự" in text else "en")) == 1


@pytest.mark.parametrize(
    ("lang", "sentence", "approx", "lead"),
    [
        ("en", "nearly 29 billion USD", "nearly", 0),
        ("en", "It is more than 29 billion USD", "over", 6),
        ("en", "less than 29 billion USD", "under", 0),
        ("en", "about $29 billion", "about", 0),
        ("en", "29 billion USD or more", "over", 0),
        ("vi", "gần 29 tỷ USD", "nearly", 0),
        ("vi", "hơn 29 tỷ USD", "over", 0),
        ("vi", "khoảng 29 tỷ USD", "about", 0),
        ("vi", "dưới 29 tỷ USD", "under", 0),
        ("vi", "29 tỷ USD trở lên", "over", 0),
    ],
)
def test_approximation(lang: str, sentence: str, approx: str, lead: int) -> None:
    (value,) = find_values(sentence, lang)
    assert (value.approx, value.lead) == (approx, lead)
    assert value.number == Decimal(29) * 10**9


def test_span_and_change_differ() -> None:
    (span,) = find_values("between 10 and 15 billion USD", "en")
    assert (span.number, span.number_to) == (Decimal(10) * 10**9, Decimal(15) * 10**9)
    (dash,) = find_values("khoảng 10-15 tỷ USD", "vi")
    assert (dash.number, dash.number_to, dash.unit) == (Decimal(10) * 10**9, Decimal(15) * 10**9, "USD")
    low, high = find_values("from 9 to 14 billion USD", "en")
    assert [(v.number, v.unit) for v in (low, high)] == [
        (Decimal(9) * 10**9, "USD"),
        (Decimal(14) * 10**9, "USD"),
    ]
    low, high = find_values("từ 9 lên 14 tỷ USD", "vi")
    assert [(v.number, v.unit) for v in (low, high)] == [
        (Decimal(9) * 10**9, "USD"),
        (Decimal(14) * 10**9, "USD"),
    ]


def test_a_year_does_not_swallow_the_amount_behind_it() -> None:
    text = "Trade rose from 9 million USD in 2020 to 40 million USD in 2021, then 2023-24 was calm."
    assert [v.text for v in find_values(text, "en")] == [
        "9 million USD",
        "2020",
        "40 million USD",
        "2021",
        "2023-24",
    ]


def test_separators_follow_the_language_and_keep_the_other_reading() -> None:
    (vi,) = find_values("tổng cộng 1.234", "vi")
    (en,) = find_values("in all 1.234", "en")
    assert (vi.number, vi.alternatives) == (Decimal(1234), (Decimal("1.234"),))
    assert (en.number, en.alternatives) == (Decimal("1.234"), (Decimal(1234),))


def test_counts_side_by_side_keep_what_they_count() -> None:
    both = find_values("Each vessel will carry 850 passengers and 120 cars.", "en")
    assert [(one.number, one.noun) for one in both] == [(Decimal(850), "person"), (Decimal(120), "car")]
    lent = find_values("It rose from 850 to 1,200 cars.", "en")
    assert [one.noun for one in lent] == ["car", "car"]


def test_relative_dates_need_a_reference() -> None:
    day = dt.date(2025, 3, 11)
    assert find_values("It took place yesterday.", "en") == []
    (yesterday,) = find_values("It took place yesterday.", "en", reference=day)
    assert yesterday.date == PartialDate(2025, 3, 10)
    (last_year,) = find_values("Năm ngoái họ gặp nhau.", "vi", reference=day)
    assert last_year.date == PartialDate(2024)
    (month,) = find_values("vào tháng trước", "vi", reference=dt.date(2025, 1, 5))
    assert month.date == PartialDate(2024, 12)


@pytest.mark.parametrize(("text", "lang", "day"), [
    ("The minister signed it on Monday.", "en", 10),
    ("The contract that was signed on Tuesday is long.", "en", 11),  # the day of writing itself
    ("She left last Tuesday.", "en", 4),
    ("Hôm thứ Hai, ông cho biết giá tăng.", "vi", 10),
    ("Chiều thứ Bảy, ông đã ký.", "vi", 8),
    ("Mediation begins on Monday.", "en", None),  # may be the next one
    ("He said that they will meet on Monday.", "en", None),
    ("It was open Monday to Friday.", "en", None),
    ("Chiều thứ Hai ông sẽ ký.", "vi", None),
    ("Năm ngoái nước này đã lớn thứ hai.", "vi", None),  # the second
    ("She signed it on Monday last week.", "en", None),  # of another week
    ("Last week on Monday she signed it.", "en", None),
    ("Hôm thứ Bảy tuần trước ông đã ký.", "vi", None),
])  # fmt: skip
def test_a_weekday_is_the_last_one_where_the_sentence_tells_what_happened(text, lang, day) -> None:
    written = dt.date(2025, 3, 11)  # a Tuesday
    found = [one.date for one in find_values(text, lang, reference=written) if one.date and one.date.day]
    assert found == ([PartialDate(2025, 3, day)] if day else [])
    assert not [one for one in find_values(text, lang) if one.date and one.date.day]


@pytest.mark.parametrize(("text", "lang"), [
    ("She signed it on Monday, 24 February 2025.", "en"),
    ("She signed it on Monday (February 24, 2025).", "en"),
    ("On 24 February 2025, Monday, she signed it.", "en"),
    ("Hôm thứ Hai (24/2/2025) ông đã ký.", "vi"),
    ("Hôm thứ Hai, ngày 24/2/2025, ông đã ký.", "vi"),
])  # fmt: skip
def test_a_date_beside_a_weekday_is_the_day(text, lang) -> None:
    found = [one.date for one in find_values(text, lang, reference=dt.date(2025, 3, 11)) if one.date]
    assert found == [PartialDate(2025, 2, 24)]


@pytest.mark.parametrize("sentence", [row[1] for row in NUMBERS + DATES])
def test_offsets_also_hold_for_decomposed_text(sentence: str) -> None:
    split = unicodedata.normalize("NFD", sentence)
    for lang in ("en", "vi"):
        composed, decomposed = find_values(sentence, lang), find_values(split, lang)
        assert [unicodedata.normalize("NFC", v.text) for v in decomposed] == [v.text for v in composed]
        assert all(split[v.start : v.end] == v.text for v in decomposed)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [row[1] for row in NUMBERS + DATES] + ["—", "“", "\n", "x1", "...", "n\u0303", "1/2/3"]
        ),
        max_size=6,
    )
)
def test_offsets_are_exact_and_ordered(parts: list[str]) -> None:
    text = " ".join(parts)
    for lang in ("en", "vi"):
        values = find_values(text, lang)
        assert all(text[v.start : v.end] == v.text and 0 <= v.lead <= v.start for v in values)
        assert all(a.end <= b.start for a, b in pairwise(values))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_survived(text: str) -> None:
    for lang in ("en", "vi"):
        assert all(text[v.start : v.end] == v.text for v in find_values(text, lang))


def spellings(tenths: int) -> list[tuple[str, str]]:
    """Return ways to write `tenths` / 10 billion dollars, with their language."""
    whole, tenth = divmod(tenths, 10)
    point, comma = f"{whole}.{tenth}", f"{whole},{tenth}"
    millions = tenths * 100
    return [
        (f"US${point} billion", "en"),
        (f"{point} billion USD", "en"),
        (f"${point}bn", "en"),
        (f"{millions:,} million dollars", "en"),
        (f"USD {millions * 1_000_000:,}", "en"),
        (f"{comma} tỷ USD", "vi"),
        (f"{comma} tỉ đô la", "vi"),
        (f"{millions:,} triệu USD".replace(",", "."), "vi"),
    ]


@settings(max_examples=80, deadline=None)
@given(st.integers(min_value=11, max_value=9999).filter(lambda tenths: tenths % 10))
def test_every_spelling_of_an_amount_is_the_same_number(tenths: int) -> None:
    for spelled, lang in spellings(tenths):
        (value,) = find_values(spelled, lang)
        assert (value.kind, value.unit, value.text) == ("amount", "USD", spelled)
        assert value.number == Decimal(tenths) * 10**8
