"""Days as Vietnamese papers write them ("24-7", "2.9"), months and quarters from the day of writing."""

from __future__ import annotations

import datetime as dt

import pytest

from rag.values import find_values, supports

WRITTEN = dt.date(2025, 7, 24)


def told(text, lang="vi", reference=None):
    """Return (text, first, last) of the dates; a date as its label."""
    return [
        (v.text, v.date.label(), v.date_to.label() if v.date_to else None)
        for v in find_values(text, lang, reference=reference)
        if v.date
    ]


@pytest.mark.parametrize(("text", "written", "first", "last"), [
    ("Ngày 24-7, ông đến Huế.", "Ngày 24-7", "--07-24", None),
    ("hôm 17-6 tại đây", "hôm 17-6", "--06-17", None),
    ("sáng 10-7 họ gặp nhau", "sáng 10-7", "--07-10", None),
    ("sáng ngày 10-7 họ gặp nhau", "ngày 10-7", "--07-10", None),
    ("rạng sáng 5-8 bão đổ bộ", "rạng sáng 5-8", "--08-05", None),
    ("tối 3.2 bắn pháo hoa", "tối 3.2", "--02-03", None),
    ("dịp Quốc khánh 2.9 tới đây", "Quốc khánh 2.9", "--09-02", None),
    ("nghỉ ngày 2.9", "ngày 2.9", "--09-02", None),
    ("ngày 24 - 7 tại Huế", "ngày 24 - 7", "--07-24", None),
    ("ngày 2-9 người dân đổ về", "ngày 2-9", "--09-02", None),
    ("ngày 2-9 giờ Việt Nam", "ngày 2-9", "--09-02", None),
    ("ngày 24-7 năm 2024", "ngày 24-7 năm 2024", "2024-07-24", None),
    ("ngày 24-7-2025", "ngày 24-7-2025", "2025-07-24", None),
    ("Chiều nay (24-7) ông đến.", "24-7", "--07-24", None),
    ("hôm thứ ba (5-8) ông đến", "5-8", "--08-05", None),
    ("Sáng thứ sáu, 25-7, ông đến", "25-7", "--07-25", None),
    ("từ ngày 3-5 đến 7-5", "ngày 3-5 đến 7-5", "--05-03", "--05-07"),
    ("từ ngày 3 đến 7-5", "ngày 3 đến 7-5", "--05-03", "--05-07"),
    ("từ 20-7 đến hết ngày 25-7", "20-7 đến hết ngày 25-7", "--07-20", "--07-25"),
    ("từ 3-5 đến 7-5", "3-5 đến 7-5", "--05-03", "--05-07"),
    ("áp dụng từ 30-6", "30-6", "--06-30", None),
    ("ngay 24-7 ong den Hue", "ngay 24-7", "--07-24", None),
])  # fmt: skip
def test_a_day_with_a_hyphen_or_a_point(text, written, first, last) -> None:
    assert told(text) == [(written, first, last)]


@pytest.mark.parametrize(("text", "days"), [
    ("các ngày 24-7, 25-7 và 26-7", ["--07-24", "--07-25", "--07-26"]),
    ("dịp lễ 30-4 và 1-5", ["--04-30", "--05-01"]),
    ("trong 2 ngày 5-6 và 6-6", ["--06-05", "--06-06"]),
    ("các ngày 3, 4 và 5-6", ["--06-05"]),
])  # fmt: skip
def test_days_in_a_list(text, days) -> None:
    assert [first for _, first, _ in told(text)] == days


@pytest.mark.parametrize("text", [
    "tỉ số 2-1", "từ 2-3 ngày", "10-15 ngày", "ngày 2-3 lần", "2.5 triệu", "mỗi ngày 2-3 ly",
    "phiên bản 2.9", "một ngày 5-6 giờ", "mỗi sáng 2-3 người", "đêm 3-5 độ", "ngày 1.5 lít nước",
    "ngày 2.9 triệu đồng", "tối 3.2%", "thắng đêm qua 2-1", "hạ đội khách trong trận tối qua (2-1)",
    "từ 10-5 triệu", "từ 2-1 lên 3-1", "ngày 31-4", "hoạt động 24-7", "số 24-7", "hệ số 3.2",
    "ngày 20-25", "giảm còn 5-3", "từ 1-7 người",
])  # fmt: skip
def test_what_is_a_span_a_score_or_a_number_is_no_day(text) -> None:
    assert told(text) == []


def test_a_span_of_days_in_a_named_month_stays_one() -> None:
    assert told("ngày 3-5 tháng 5") == [("ngày 3-5 tháng 5", "--05-03", "--05-05")]
    assert told("ngày 11-13/1") == [("ngày 11-13/1", "--01-11", "--01-13")]
    assert "--05-03" not in [first for _, first, _ in told("ngày 3-5 tháng này", reference=WRITTEN)]


def test_a_day_with_a_hyphen_holds_a_claim_in_the_other_language() -> None:
    assert not supports("It opened on July 24.", "Cầu thông xe ngày 24-7.", claim_lang="en", quote_lang="vi")
    assert supports("It opened on July 25.", "Cầu thông xe ngày 24-7.", claim_lang="en", quote_lang="vi")


@pytest.mark.parametrize(("lang", "text", "written", "first", "last"), [
    ("vi", "hồi tháng 5 năm ngoái", "tháng 5 năm ngoái", "2024-05", None),
    ("vi", "tháng năm năm nay", "tháng năm năm nay", "2025-05", None),
    ("vi", "tháng 9 năm sau", "tháng 9 năm sau", "2026-09", None),
    ("vi", "ngày 5 tháng 9 năm ngoái", "ngày 5 tháng 9 năm ngoái", "2024-09-05", None),
    ("vi", "ngày 5/9 năm ngoái", "ngày 5/9 năm ngoái", "2024-09-05", None),
    ("vi", "ngày 24-7 năm ngoái", "ngày 24-7 năm ngoái", "2024-07-24", None),
    ("vi", "hồi tháng 5 vừa qua", "tháng 5 vừa qua", "2025-05", None),
    ("vi", "tháng 12 vừa qua", "tháng 12 vừa qua", "2024-12", None),
    ("vi", "vào tháng 5 tới.", "tháng 5 tới", "2026-05", None),
    ("vi", "vào tháng trước", "tháng trước", "2025-06", None),
    ("vi", "so với quý trước", "quý trước", "2025-04", "2025-06"),
    ("vi", "trong quý này", "quý này", "2025-07", "2025-09"),
    ("vi", "quý 2 năm ngoái", "quý 2 năm ngoái", "2024-04", "2024-06"),
    ("vi", "6 tháng đầu năm ngoái", "6 tháng đầu năm ngoái", "2024-01", "2024-06"),
    ("vi", "6 tháng đầu năm nay", "6 tháng đầu năm nay", "2025-01", "2025-06"),
    ("en", "It fell last May.", "last May", "2025-05", None),
    ("en", "It fell last July.", "last July", "2024-07", None),
    ("en", "It fell last December.", "last December", "2024-12", None),
    ("en", "It rose this May.", "this May", "2025-05", None),
    ("en", "in May last year", "May last year", "2024-05", None),
    ("en", "in May of this year", "May of this year", "2025-05", None),
    ("en", "on May 12 last year", "May 12 last year", "2024-05-12", None),
    ("en", "on 12 May last year", "12 May last year", "2024-05-12", None),
    ("en", "it rose last month", "last month", "2025-06", None),
    ("en", "it rose last quarter", "last quarter", "2025-04", "2025-06"),
    ("en", "the second quarter of last year", "the second quarter of last year", "2024-04", "2024-06"),
])  # fmt: skip
def test_a_month_or_quarter_has_its_year_from_the_day_of_writing(lang, text, written, first, last) -> None:
    assert told(text, lang, WRITTEN) == [(written, first, last)]
    without = [label for _, *both in told(text, lang) for label in both if label]
    assert all(label.startswith("--") for label in without), "no year without the day of writing"


def test_the_quarter_before_the_first_lies_in_the_year_before() -> None:
    assert told("quý trước", reference=dt.date(2025, 1, 5)) == [("quý trước", "2024-10", "2024-12")]


@pytest.mark.parametrize("text", ["vào tháng trước", "so với quý trước", "vào tháng tới"])
def test_without_the_day_of_writing_it_is_no_date(text) -> None:
    assert told(text) == []


@pytest.mark.parametrize(("lang", "text", "dates"), [
    ("vi", "3 tháng trước ông đã ký", []),  # three months ago
    ("vi", "hai năm sau bà đến", []),
    ("vi", "suốt nhiều năm nay", []),
    ("vi", "trong năm năm tới", []),
    ("vi", "từ tháng 5 tới nay", ["--05"]),  # until now
    ("vi", "tháng 5 qua đi", ["--05"]),
    ("vi", "tháng trước đó", []),
    ("en", "this may be so, and this march was long", []),
    ("en", "the last quarter of 2024", ["2024"]),
])  # fmt: skip
def test_what_only_looks_told_from_the_day_of_writing(lang, text, dates) -> None:
    assert [first for _, first, _ in told(text, lang, WRITTEN)] == dates
