"""Dates as written in English and Vietnamese, as precise as they were written.

`find_dates` expects `spelling.plain` text and reports exact offsets. A date that does not say its
year keeps `year=None`; words like "yesterday" or "năm ngoái" are dates only when the day they were
written is given. Day and month come in this order in both languages ("12/1" is 12 January) unless
only the American order is possible; the American reading of an English date is kept beside it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from index.text.spelling import listed
from rag.values.dates import DAY, MONTH, YEAR, PartialDate, Timex, exists, number_of
from rag.values.day_months import find_day_months
from rag.values.relative_dates import MONTHS, VI_MONTHS, find_relative, find_relative_months

_SMALL = {word: n for n, word in enumerate(
    listed("one two three four five six seven eight nine ten eleven twelve"), start=1)} | {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10,
    "mười một": 11}  # fmt: skip
_QUARTERS = {"1": 1, "2": 2, "3": 3, "4": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4, "first": 1, "second": 2, "third": 3,
             "fourth": 4, "một": 1, "hai": 2, "ba": 3, "tư": 4, "đầu": 1}  # fmt: skip
_ROMAN_ORDER = "iii|iv|ii|i"
_LAST = ("last year", "ngoái", "trước")
_SPELLED = ("half", "quarter", "month", "tháng", "thang", "quý", "nửa")  # may begin a period without a digit


def _either(table: dict[str, int]) -> str:
    return "|".join(sorted(table, key=len, reverse=True))


_M = rf"(?:{_either(MONTHS)})"
_DASH = r"\s?-\s?"
_YEAR_TAIL = rf"(?:,? (?:in )?(?P<y>{YEAR}))(?!\d)"
_VI_YEAR = rf"(?:\s?[/-]\s?|,? (?:năm |nam )?)(?P<y>{YEAR})(?![\d])"
_START, _END = r"(?<![\w/.,$-])", r"(?![\w/]|[.,]\d)"

Builder = Callable[[re.Match[str], dt.date | None, str], Timex | None]


def _month(match: re.Match[str], group: str) -> int | None:
    value = match.groupdict().get(group)
    if not value:
        return None
    return int(value) if value.isdigit() else MONTHS.get(value) or VI_MONTHS.get(value)


def _plain_date(match: re.Match[str], _: dt.date | None, __: str) -> Timex | None:
    first = PartialDate(number_of(match, "y"), _month(match, "m"), number_of(match, "d"))
    last = None
    if match.groupdict().get("d2") or match.groupdict().get("m2"):
        last = PartialDate(first.year, _month(match, "m2") or first.month, number_of(match, "d2"))
    if not exists(first) or (last and not exists(last)):
        return None
    return Timex(match.start(), match.end(), first, last)


def _numeric(match: re.Match[str], _: dt.date | None, lang: str) -> Timex | None:
    a, b, year = int(match["a"]), int(match["b"]), number_of(match, "y")
    day_first, month_first = PartialDate(year, b, a), PartialDate(year, a, b)
    ok, us = exists(day_first), exists(month_first)
    if not (ok or us):
        return None
    first = day_first if ok else month_first
    other = month_first if ok and us and lang == "en" and a != b else None
    return Timex(match.start(), match.end(), first, None, other)


def _numeric_range(match: re.Match[str], _: dt.date | None, __: str) -> Timex | None:
    year, m2 = number_of(match, "y"), int(match["m2"])
    first = PartialDate(year, number_of(match, "m") or m2, int(match["d"]))
    last = PartialDate(year, m2, int(match["d2"]))
    return Timex(match.start(), match.end(), first, last) if exists(first) and exists(last) else None


def _year_or_reference(match: re.Match[str], reference: dt.date | None) -> int | None:
    year, this = number_of(match, "y"), match.groupdict().get("this")
    if year is None and reference is not None and this:
        return reference.year - (this in _LAST)
    return year


def _untold(match: re.Match[str], reference: dt.date | None) -> bool:
    """Return whether the year is the last one of nobody knows which day."""
    return reference is None and match.groupdict().get("this") in _LAST


def _first_months(match: re.Match[str], reference: dt.date | None, _: str) -> Timex | None:
    year = _year_or_reference(match, reference)
    raw = match["n"]
    count = int(raw) if raw.isdigit() else _SMALL[raw]
    if not 1 <= count <= 12 or _untold(match, reference):
        return None
    tail = match.groupdict().get("tail") in ("cuối", "last")
    begin, end = (13 - count, 12) if tail else (1, count)
    return Timex(match.start(), match.end(), PartialDate(year, begin), PartialDate(year, end))


def _half(match: re.Match[str], reference: dt.date | None, _: str) -> Timex | None:
    if _untold(match, reference):
        return None
    year = _year_or_reference(match, reference)
    begin, end = (7, 12) if match["h"] in ("second", "cuối", "sau", "h2", "latter") else (1, 6)
    return Timex(match.start(), match.end(), PartialDate(year, begin), PartialDate(year, end))


def _quarter(match: re.Match[str], reference: dt.date | None, _: str) -> Timex | None:
    if _untold(match, reference):
        return None
    year = _year_or_reference(match, reference)
    quarter = _QUARTERS[match["q"]]
    return Timex(
        match.start(), match.end(), PartialDate(year, 3 * quarter - 2), PartialDate(year, 3 * quarter)
    )


def _years(match: re.Match[str], _: dt.date | None, __: str) -> Timex | None:
    first, text = int(match["y"]), match["y2"] or match["tail"]
    last = int(text) if len(text) == 4 else first - first % 100 + int(text)
    return (
        Timex(match.start("y"), match.end(), PartialDate(first), PartialDate(last)) if last > first else None
    )


def _decade(match: re.Match[str], _: dt.date | None, __: str) -> Timex | None:
    groups = match.groupdict()
    first = int(groups["y"]) if groups.get("y") else 1900 + int(groups["short"])
    return Timex(match.start(), match.end(), PartialDate(first), PartialDate(first + 9))


def _rx(pattern: str) -> re.Pattern[str]:
    return re.compile(_START + pattern + _END)


_VM = rf"(?P<m>{MONTH}|{_either(VI_MONTHS)})"
# In order of trust: a longer, more explicit form first; later ones fill what is left.
_PATTERNS: list[tuple[re.Pattern[str], Builder]] = [
    (_rx(rf"(?P<y>{YEAR})-(?P<m>0[1-9]|1[0-2])-(?P<d>{DAY})"), _plain_date),
    (_rx(rf"(?:(?:từ )?(?:ngày )?(?P<d>{DAY})(?:{_DASH}| (?:đến|tới) (?:ngày )?)(?P<d2>{DAY})\s?[/]\s?(?P<m2>{MONTH})(?:\s?/\s?(?P<y>{YEAR}))?)"), _numeric_range),
    (_rx(rf"(?:(?:từ )?(?:ngày )?(?P<d>{DAY})\s?/\s?(?P<m>{MONTH})(?:{_DASH}| (?:đến|tới) (?:ngày )?)(?P<d2>{DAY})\s?/\s?(?P<m2>{MONTH})(?:\s?/\s?(?P<y>{YEAR}))?)"), _numeric_range),
    (_rx(rf"(?:từ )?(?:ngày )?(?P<d>{DAY})(?:{_DASH}| (?:đến|tới) (?:ngày )?)(?P<d2>{DAY}) tháng {_VM}(?:{_VI_YEAR})?"), _plain_date),
    (_rx(rf"(?:(?:ngày|mùng|mồng) )?(?P<d>{DAY}) (?:tháng|thang) {_VM}(?:{_VI_YEAR})?"), _plain_date),
    (_rx(rf"(?:ngày |ngay )?(?P<a>{DAY})\s?(?P<sep>[/.-])\s?(?P<b>{DAY})\s?(?P=sep)\s?(?P<y>{YEAR})"), _numeric),
    (_rx(rf"(?P<m>{_M})\.? (?P<d>{DAY})(?:st|nd|rd|th)?(?:{_DASH}| to | and )(?:(?P<m2>{_M}) )?(?P<d2>{DAY})(?:st|nd|rd|th)?{_YEAR_TAIL}"), _plain_date),
    (_rx(rf"(?P<m>{_M})\.? (?P<d>{DAY})(?:st|nd|rd|th)?(?:{_DASH}| to | and )(?:(?P<m2>{_M}) )?(?P<d2>{DAY})(?:st|nd|rd|th)?"), _plain_date),
    (_rx(rf"(?P<d>{DAY})(?:{_DASH}| to )(?P<d2>{DAY}) (?P<m>{_M})\b\.?(?:{_YEAR_TAIL})?"), _plain_date),
    (_rx(rf"(?P<m>{_M})\.? (?:the )?(?P<d>{DAY})(?:st|nd|rd|th)?{_YEAR_TAIL}"), _plain_date),
    (_rx(rf"(?:the )?(?P<d>{DAY})(?:st|nd|rd|th)?(?: of)? (?P<m>{_M})\b\.?(?:{_YEAR_TAIL})?"), _plain_date),
    (_rx(rf"(?P<m>{_M})\.? (?:the )?(?P<d>{DAY})(?:st|nd|rd|th)?"), _plain_date),
    (_rx(rf"(?P<m>{_M})\.?,? (?:of )?(?P<y>{YEAR})"), _plain_date),
    (_rx(rf"(?:the )?first (?P<n>\d\d?|{_either(_SMALL)}) months? (?:of |in )?(?:(?P<y>{YEAR})|(?P<this>this year|the year|last year))"), _first_months),
    (_rx(rf"(?P<n>\d\d?|{_either(_SMALL)}) tháng (?P<tail>đầu|cuối)(?: của)?(?: năm)? (?:(?P<y>{YEAR})|(?P<this>nay|ngoái|trước(?! đó)))"), _first_months),
    (_rx(rf"(?P<n>\d\d?|{_either(_SMALL)}) tháng(?: của)? năm (?P<y>{YEAR})"), _first_months),
    (_rx(rf"(?P<n>\d\d?|{_either(_SMALL)}) tháng (?P<tail>đầu|cuối) năm(?! \d)"), _first_months),
    (_rx(rf"(?:the )?(?P<h>first|second|latter) half (?:of |in )?(?:(?P<y>{YEAR})|(?P<this>this year|the year|last year))"), _half),
    (_rx(rf"(?P<h>h1|h2)[ /-]?(?P<y>{YEAR})"), _half),
    (_rx(rf"nửa (?P<h>đầu|cuối|sau)(?: của)? năm (?:(?P<y>{YEAR})|(?P<this>nay|ngoái|trước(?! đó)))"), _half),
    (_rx(rf"(?:the )?(?P<q>first|second|third|fourth)[ -]quarter(?: of| in)?,? (?:(?P<y>{YEAR})|(?P<this>this year|the year|last year))"), _quarter),
    (_rx(rf"q(?P<q>[1-4])[ /-]?(?:of )?(?P<y>{YEAR})"), _quarter),
    (_rx(rf"(?:quý|quy) (?P<q>{_ROMAN_ORDER}|[1-4]|một|hai|ba|tư|đầu)(?: của)?(?:\s?[/-]\s?|,? năm |,? )(?:(?P<y>{YEAR})|(?P<this>nay|ngoái|trước(?! đó)))"), _quarter),
    (_rx(rf"(?:quý|quy) (?P<q>{_ROMAN_ORDER}|[1-4])"), _quarter),
    (_rx(rf"(?:tháng|thang) {_VM}{_VI_YEAR}"), _plain_date),
    (_rx(rf"(?P<m>0?[1-9]|1[0-2])\s?/\s?(?P<y>{YEAR})"), _plain_date),
    (_rx(rf"(?:ngày|sáng|chiều|tối|trưa|đêm|hôm|rạng sáng|từ|đến|ngay|mùng) (?P<a>{DAY})\s?/\s?(?P<b>{MONTH})(?! (?:số|dân số|tổng))"), _numeric),
    (_rx(rf"(?:từ |giai đoạn |giữa |from |between )?(?:năm )?(?P<y>{YEAR})(?:(?:{_DASH}| (?:đến|tới|to|and) (?:năm )?)(?P<y2>{YEAR})|{_DASH}(?P<tail>\d\d))"), _years),
    (re.compile(r"(?<![\w$])(?:the )?(?P<y>1[0-9]\d0|20\d0)'?s\b"), _decade),
    (_rx(r"(?:thập (?:niên|kỷ)|những năm|các năm) (?P<y>1[0-9]\d0|20\d0)"), _decade),
    (_rx(r"(?:thập (?:niên|kỷ)|những năm) (?P<short>[1-9]0)"), _decade),
]  # fmt: skip
_BARE_SLASH = re.compile(_START + rf"(?P<a>{DAY})\s?/\s?(?P<b>{DAY})" + _END)
_SLASH_CUE = re.compile(r"\b(?:on|by|until|since|from|dated|of|to)\s$|\($")
_SLASH_NOUN = re.compile(r"\s(?:số|dân|tổng|diện|lượng|of|the|ngành|thành|đại)\b")
_MONTH_ALONE = re.compile(
    rf"\b(?:in|since|of|by|until|from|last|early|late|mid|and|this|next|during|to|between|before|after|through|late-|mid-|,)[ -]"
    rf"(?P<m>{_M})\b(?!\s\d|')"
)
_VI_MONTH_ALONE = re.compile(
    rf"(?<![\w])(?:tháng|thang) (?P<m>{MONTH}|{_either(VI_MONTHS)})\b(?!\s?[/.,]?\d)"
)
_CUED_YEAR = re.compile(
    rf"\b(?:in|since|by|until|of|from|for|before|after|during|to|than|and|with|late|early|mid-?|năm|nam|đến|tới|từ|sang|nam)\s?(?:the year |năm )?(?P<y>{YEAR})(?![\w%]|[.,]\d|/)"
)
_BARE_YEAR = re.compile(r"(?<![\w/.,$€£-])(?P<y>(?:1[89]|20)\d\d)(?![\w%/]|[.,]\d|-\d)")
_LISTED_YEAR = re.compile(rf"(?<=\d)(?:, | and |, and | và | or | hoặc )(?P<y>{YEAR})(?![\w%]|[.,]\d)")
# What makes a four-digit number a quantity after all.
_QUANTITY_AFTER = re.compile(
    r"[\s-]?(?:(?:usd|vnd|eur|dollars?|đồng|tỷ|triệu|nghìn|billion|million|people|người|projects?|dự án|km|ha|tấn|tons?|tonnes|"
    r"mw|gw|companies|workers|students|soldiers|troops|households|hộ|doanh nghiệp|công ty|đô la|euros?|yen|percent|metres|meters|m|kg|seats|"
    r"jobs|homes|houses|cases|visitors|lượt|ca|chiếc|xe|cái|con|units|vehicles|hectares?|hours|days|giờ|sinh viên|học sinh)\b|%)"
)


def find_dates(
    text: str, lang: str, reference: dt.date | None = None, original: str | None = None
) -> list[Timex]:
    """Return the dates of `spelling.plain` text in order, without overlaps.

    `original` has the same length and tells "May" and "March" from may and march;
    `reference` is the day the text was written.
    """
    taken: list[Timex] = []

    def free(start: int, end: int) -> bool:
        return all(end <= other.start or start >= other.end for other in taken)

    def add(found: Timex | None) -> None:
        if found and free(found.start, found.end):
            taken.append(found)

    if reference is not None:
        for found in find_relative_months(text, reference, original):
            add(found)
    for found in sorted(find_day_months(text), key=lambda one: (one.start, -one.end)):
        add(found)
    if any(char.isdigit() for char in text) or any(word in text for word in _SPELLED):
        for pattern, build in _PATTERNS:
            for match in pattern.finditer(text):
                add(build(match, reference, lang))
        for match in _BARE_SLASH.finditer(text):
            # "2/3" without a cue is two thirds, not 2 March.
            fraction = int(match["a"]) < int(match["b"]) <= 5 and "0" not in match[0]
            cued = (
                (lang == "vi" and not fraction)
                or int(match["b"]) > 12
                or _SLASH_CUE.search(text[: match.start()])
            )
            if cued and not _SLASH_NOUN.match(text, match.end()):
                add(_numeric(match, reference, lang))
    if reference is not None:
        for found in find_relative(text, reference):
            add(found)
    for match in _MONTH_ALONE.finditer(text):
        if original is None or original[match.start("m")].isupper():
            add(Timex(match.start("m"), match.end("m"), PartialDate(None, MONTHS[match["m"]])))
    for match in _VI_MONTH_ALONE.finditer(text):
        add(_plain_date(match, None, lang))
    for pattern in (_CUED_YEAR, _BARE_YEAR, _LISTED_YEAR):
        for match in pattern.finditer(text):
            if not _QUANTITY_AFTER.match(text, match.end()):
                add(Timex(match.start("y"), match.end("y"), PartialDate(int(match["y"]))))
    return sorted(taken, key=lambda found: found.start)
