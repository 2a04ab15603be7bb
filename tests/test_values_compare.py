"""What a quotation supports and what it does not: every check has a control that shows it can trip."""

from __future__ import annotations

import datetime as dt

import pytest

from rag.values import find_values, same_value, supports

# (claim, its language, quotation, its language)
SUPPORTED = [
    ("Trade was 16.7 billion USD.", "en", "Kim ngạch đạt 16,7 tỷ USD.", "vi"),
    ("Kim ngạch đạt 16,7 tỷ USD.", "vi", "Trade reached US$16.7 billion.", "en"),
    ("Trade was $16.7bn.", "en", "Trade was 16,700 million dollars.", "en"),
    ("Trade is 29 billion USD.", "en", "Turnover reached nearly 29 billion USD.", "en"),
    ("Japan has 5,608 projects.", "en", "Nhật Bản có 5.608 dự án.", "vi"),
    ("Nhật Bản có 5,608 dự án.", "vi", "Japan has 5,608 FDI projects.", "en"),
    ("There are 4 directions.", "en", "He proposed four new directions.", "en"),
    ("Có bốn hướng.", "vi", "He proposed four new directions.", "en"),
    ("Four leaders came.", "en", "4 lãnh đạo đã đến.", "vi"),
    ("It is the second-largest partner.", "en", "Đây là đối tác lớn thứ hai.", "vi"),
    ("Đây là đối tác lớn thứ 2.", "vi", "It is the second largest partner.", "en"),
    ("It is the fourth partner.", "en", "It is the fourth-largest partner.", "en"),
    ("Ties are 70 years old.", "en", "the 70th anniversary of ties", "en"),
    ("Quan hệ đã 70 năm.", "vi", "Seven decades of relations", "en"),
    ("They met in 2024.", "en", "Họ gặp nhau ngày 12/1/2024.", "vi"),
    ("They met in January 2024.", "en", "They met on 12 January 2024.", "en"),
    ("Họ gặp nhau ngày 12/1/2024.", "vi", "They met on January 12, 2024.", "en"),
    ("In the first 8 months of 2025 it rose.", "en", "8 tháng đầu năm 2025", "vi"),
    ("Between 1991 and 2002 two lines opened.", "en", "Two lines opened in 1991 and 2002.", "en"),
    ("Trade rose from 9 to 14 billion USD.", "en", "tăng từ 9 tỷ USD lên gần 14 tỷ USD", "vi"),
    ("In the 19th century", "en", "vào thế kỷ XIX", "vi"),
    ("About 70% lack it.", "en", "khoảng 70 phần trăm", "vi"),
    ("Two thirds agreed.", "en", "2/3 đồng ý", "vi"),
    ("Khoảng hai phần ba đồng ý.", "vi", "Two-thirds of them agreed.", "en"),
    ("in the 1930s", "en", "những năm 1930", "vi"),
    ("He is 62 years old.", "en", "ông 62 tuổi", "vi"),
    ("It lasted one year and 12 months.", "en", "It lasted 12 months, one year.", "en"),
    ("It will be 18 billion USD by 2028.", "en", "mục tiêu 18 tỷ USD vào năm 2028", "vi"),
    ("3/4/2025 it was", "en", "On March 4, 2025 it was", "en"),  # the American order is possible in English
    ("First, it is one of many.", "en", "It is what it is.", "en"),
]

# (claim, language, quotation, language, texts that must be reported)
UNSUPPORTED = [
    ("Trade was 17.7 billion USD.", "en", "Kim ngạch đạt 16,7 tỷ USD.", "vi", ["17.7 billion USD"]),
    ("Trade was 16.7 million USD.", "en", "Kim ngạch đạt 16,7 tỷ USD.", "vi", ["16.7 million USD"]),
    ("Trade was 16.7 billion euros.", "en", "Kim ngạch đạt 16,7 tỷ USD.", "vi", ["16.7 billion euros"]),
    ("Kim ngạch 167 tỷ USD.", "vi", "Trade was $16.7 billion.", "en", ["167 tỷ USD"]),
    ("It has 17 projects.", "en", "It has 119 projects.", "en", ["17"]),
    ("It has 119 countries.", "en", "Có 119 dự án.", "vi", ["119"]),
    ("They met in 2023.", "en", "Họ gặp nhau ngày 12/1/2024.", "vi", ["2023"]),
    ("They met on 12 January 2024.", "en", "They met in 2024.", "en", ["12 January 2024"]),
    ("They met in January 2024.", "en", "They met in 2024.", "en", ["January 2024"]),
    ("They met on 13 January 2024.", "en", "They met on 12 January 2024.", "en", ["13 January 2024"]),
    ("It is the largest partner.", "en", "It is the second-largest partner.", "en", ["largest"]),
    ("Đây là đối tác lớn thứ ba.", "vi", "It is the second-largest partner.", "en", ["lớn thứ ba"]),
    ("It grew 10%.", "en", "It grew 10 billion USD.", "en", ["10%"]),
    ("Ties are 7 years old.", "en", "Seven decades of ties", "en", ["7 years old"]),
    ("More than 29 billion USD.", "en", "nearly 29 billion USD", "en", ["29 billion USD"]),
    ("The first 7 months of 2025", "en", "8 tháng đầu năm 2025", "vi", ["The first 7 months of 2025"]),
    ("It is 10-15 billion USD.", "en", "It is 10 billion USD.", "en", ["10-15 billion USD"]),
    ("It is 15 billion USD.", "en", "It is 10-15 billion USD.", "en", ["15 billion USD"]),
    ("In the 18th century", "en", "vào thế kỷ XIX", "vi", ["18th"]),
    ("Năm nước đã ký.", "vi", "Four countries signed.", "en", ["Năm"]),
    ("Trade was 1.234 billion USD.", "en", "Trade was 1,234 billion USD.", "en", ["1.234 billion USD"]),
]


@pytest.mark.parametrize(("claim", "claim_lang", "quote", "quote_lang"), SUPPORTED)
def test_supported(claim: str, claim_lang: str, quote: str, quote_lang: str) -> None:
    assert [v.text for v in supports(claim, quote, claim_lang=claim_lang, quote_lang=quote_lang)] == []


@pytest.mark.parametrize(("claim", "claim_lang", "quote", "quote_lang", "reported"), UNSUPPORTED)
def test_unsupported(claim: str, claim_lang: str, quote: str, quote_lang: str, reported: list[str]) -> None:
    missing = supports(claim, quote, claim_lang=claim_lang, quote_lang=quote_lang)
    assert [value.text for value in missing] == reported
    assert all(claim[value.start : value.end] == value.text for value in missing)


def test_the_year_of_a_day_comes_from_the_article() -> None:
    claim, quote = "They met on 12 January 2024.", "Họ gặp nhau sáng 12/1."
    day = (dt.date(2024, 1, 12),)
    assert supports(claim, quote, claim_lang="en", quote_lang="vi", context_dates=day) == []
    assert supports(claim, quote, claim_lang="en", quote_lang="vi") != []
    assert (
        supports(claim, quote, claim_lang="en", quote_lang="vi", context_dates=(dt.date(2023, 1, 12),)) != []
    )
    assert supports("It was on 12 January.", quote, claim_lang="en", quote_lang="vi") == []


def test_relative_dates_of_a_quotation_are_read_from_its_article() -> None:
    quote, day = "They joined the club last year.", (dt.date(2025, 3, 11),)
    assert supports("They joined in 2024.", quote, claim_lang="en", quote_lang="en", context_dates=day) == []
    assert supports("They joined in 2025.", quote, claim_lang="en", quote_lang="en", context_dates=day) != []


def test_containment_is_one_way() -> None:
    (year,), (day,) = find_values("in 2024", "en"), find_values("on 12 January 2024", "en")
    assert same_value(year, day)
    assert not same_value(day, year)


@pytest.mark.parametrize(("claim", "quote", "lang", "held"), [
    ("Phà chở được 850 người khách.", "Each vessel will carry 850 passengers.", "vi", True),
    ("There were 850 people.", "Có 850 khách.", "en", True),
    ("There were 850 cars.", "Có 850 khách.", "en", False),
    ("There were 850 visitors.", "Có 850 trẻ em.", "en", False),
])  # fmt: skip
def test_people_of_any_kind_are_people(claim, quote, lang, held) -> None:
    lost = supports(claim, quote, claim_lang=lang, quote_lang="en" if lang == "vi" else "vi")
    assert (not lost) == held


@pytest.mark.parametrize(
    ("claim", "lacks"),
    [
        ("GDP fell by 3.8 percent.", 0),
        ("GDP giảm 3,8%.", 0),
        ("GDP grew by 3.8 percent.", 1),
        ("GDP fell by 3.9 percent.", 1),
    ],
)
def test_what_fell_is_less_than_nothing_in_a_table(claim, lacks):
    lang = "en" if claim.isascii() else "vi"
    assert len(supports(claim, "Country: Peru; GDP: -3.8%", claim_lang=lang, quote_lang="en")) == lacks
