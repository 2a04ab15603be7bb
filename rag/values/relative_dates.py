"""Yesterday, next month, năm ngoái, on Monday: dates that are told from the day a text was written."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator

from rag.values.dates import PartialDate, Timex

MONTHS = {
    name: number
    for number, names in enumerate(
        ["january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sept sep", "october oct", "november nov", "december dec"], start=1)
    for name in names.split()
}  # fmt: skip
VI_MONTHS = {"một": 1, "giêng": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8,
             "chín": 9, "mười một": 11, "mười hai": 12, "mười": 10, "chạp": 12}  # fmt: skip

_DAYS = {
    "yesterday": -1,
    "today": 0,
    "tomorrow": 1,
    "hôm qua": -1,
    "hôm nay": 0,
    "ngày mai": 1,
    "hom qua": -1,
    "hom nay": 0,
}
_MONTH_STEPS = {
    "last month": -1,
    "this month": 0,
    "next month": 1,
    "tháng trước": -1,
    "tháng này": 0,
    "tháng sau": 1,
    "tháng tới": 1,
}
_YEAR_STEPS = {"last year": -1, "this year": 0, "next year": 1, "năm ngoái": -1, "năm trước": -1, "năm nay": 0, "năm sau": 1,
               "năm tới": 1, "nam ngoai": -1, "nam nay": 0}  # fmt: skip
_QUARTER_STEPS = {"last quarter": -1, "this quarter": 0, "next quarter": 1, "quý trước": -1, "quý vừa qua": -1,
                  "quý này": 0, "quý sau": 1, "quý tới": 1}  # fmt: skip
_WEEKDAYS = {
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
    "thứ hai": 0, "thứ ba": 1, "thứ tư": 2, "thứ năm": 3, "thứ sáu": 4, "thứ bảy": 5, "chủ nhật": 6,
}  # fmt: skip
# A weekday by itself may lie ahead: it is taken for the last one only in a sentence that tells what happened
# and says nothing of what will. "Thứ hai" is also "the second": a day only after "hôm" or a time of day.
_WEEKDAY = re.compile(
    r"(?<!to )(?<!and )(?<!-)\b(?:(?P<last>last )|(?:on )?)(?P<en>monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b(?! to\b| and\b|-)|"
    r"\b(?P<past>hôm )?(?:(?:sáng|trưa|chiều|tối|đêm) )?(?P<vi>thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật)\b"
)
_CUED = re.compile(r"\b(?:hôm|sáng|trưa|chiều|tối|đêm) (?:thứ|chủ)")
_HAPPENED = re.compile(
    r"\b(?:\w{2,}ed|was|were|had|said|told|met|won|lost|made|took|came|began|left|held|rose|fell|cut|gave|found|"
    r"sent|went|got|became|put|struck|swept|hit|đã|vừa|nói|cho biết|tuyên bố)\b"
)
_AHEAD = re.compile(
    r"\b(?:will|would|shall|next|coming|(?:is|are|was|were) to|plan(?:s|ned)? to|due|scheduled|expected|until|by|from|"
    r"every|each|sẽ|sắp|tới|sau|từ|đến hết|dự kiến|mỗi|hằng|hàng)\b"
)
# Another week is named, or the date itself stands beside it: then the weekday tells nothing by itself.
_TOLD_AFTER = re.compile(
    r"[\s,(]*(?:of\s+|in\s+)?(?:last week|the (?:previous|following|week)|a week|(?:the )?week|two weeks|"
    r"tuần (?:trước|qua|sau|tới|rồi)|(?:ngày |the )?\d|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b)"
)
_TOLD_BEFORE = re.compile(r"(?:\d|last week|week before|tuần trước)[\s,(]*(?:on\s+)?$")
_RELATIVE = re.compile(
    rf"\b(?:{'|'.join([*_DAYS, *_MONTH_STEPS, *_YEAR_STEPS, *_QUARTER_STEPS])})\b(?! (?:đó|khi)\b)"
)
# "3 tháng trước" is three months ago, "năm năm tới" the coming five years, "the last quarter of 2024" the fourth.
_STEP = re.compile(r"(?:tháng|năm|quý|nam) (?!ngo)")
_SEVERAL = re.compile(
    r"(?:\d|(?<!\w)(?<!thứ )(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|mươi|lăm|mốt|chục|trăm|nghìn|ngàn|vài|mấy|nhiều|những|"
    r"các|từng|bao|nửa))\s$"
)
_OF = re.compile(r" (?:of|in)\b")
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_EN_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_VI_MONTH = f"0?[1-9]|1[0-2]|{'|'.join(sorted(VI_MONTHS, key=len, reverse=True))}"
_EN_STEP, _VI_STEP = (
    "last year|this year|next year",
    "năm ngoái|năm trước|năm nay|năm sau|năm tới|nam ngoai|nam nay",
)
_FREE = r"(?<![\w/.,$-])"
# A month, with its day or without, of a year that is told from the day of writing.
_MONTH_OF = (
    re.compile(
        rf"{_FREE}(?:(?P<d>{_DAY})(?:st|nd|rd|th)?(?: of)? )?(?P<m>{_EN_MONTH})\.?,? (?:of )?(?P<step>{_EN_STEP})\b"
    ),
    re.compile(
        rf"{_FREE}(?P<m>{_EN_MONTH})\.? (?P<d>{_DAY})(?:st|nd|rd|th)?,? (?:of )?(?P<step>{_EN_STEP})\b"
    ),
    re.compile(
        rf"{_FREE}(?:ngày|hôm|sáng|trưa|chiều|tối|đêm|mùng|ngay) (?P<d>{_DAY})(?:\s?[/-]\s?|\.)(?P<m>0?[1-9]|1[0-2])"
        rf"(?: của)?,? (?P<step>{_VI_STEP})\b(?! đó\b)"
    ),
    re.compile(
        rf"{_FREE}(?:(?:ngày |mùng |ngay )?(?P<d>{_DAY}) )?(?:tháng|thang) (?P<m>{_VI_MONTH})(?: của)?,? "
        rf"(?P<step>{_VI_STEP})\b(?! đó\b)"
    ),
)
# "Last May" is the latest one that is over, "tháng 5 tới" the next one; behind "tới" and "qua" a verb or a time may
# follow, and they are no such words then ("tháng 5 tới nay", "tháng 5 qua đời").
_MONTH_BY = re.compile(
    rf"\b(?P<en>last|this) (?P<m>{_EN_MONTH})\b(?!\.? \d)|\btháng (?P<vm>{_VI_MONTH}) "
    r"(?P<vi>này|vừa qua|vừa rồi|(?:tới|qua)(?=\s?(?:[,.;:!?)]|$)))(?!\w)"
)


def find_relative_months(text: str, reference: dt.date, original: str | None = None) -> Iterator[Timex]:
    """Yield the months, and days of them, whose year is told from the day the text was written.

    `original` has the same length as the `spelling.plain` text and tells "this May" from "this may".
    """
    for pattern in _MONTH_OF:
        for match in pattern.finditer(text):
            month = _named_month(match, "m", original)
            day = int(match["d"]) if match["d"] else None
            year = reference.year + _YEAR_STEPS[match["step"]]
            if month and (day is None or day <= calendar.monthrange(year, month)[1]):
                yield Timex(match.start(), match.end(), PartialDate(year, month, day), relative=True)
    for match in _MONTH_BY.finditer(text):
        if month := _named_month(match, "vm" if match["vm"] else "m", original):
            year = reference.year + _nearest(match["en"] or match["vi"], month, reference)
            yield Timex(match.start(), match.end(), PartialDate(year, month), relative=True)


def find_relative(text: str, reference: dt.date) -> Iterator[Timex]:
    """Yield the other dates of `spelling.plain` text that are told from the day it was written."""
    for match in _RELATIVE.finditer(text):
        several = _STEP.match(match[0]) and _SEVERAL.search(text[: match.start()])
        if several or ("quarter" in match[0] and _OF.match(text, match.end())):
            continue
        if match[0] in _QUARTER_STEPS:
            yield _quarter(match, reference)
        else:
            yield Timex(match.start(), match.end(), _resolve(match[0], reference), relative=True)
    for match in _WEEKDAY.finditer(text):
        if day := _weekday(text, match, reference):
            yield Timex(match.start(), match.end(), PartialDate(*day.timetuple()[:3]), relative=True)


def _weekday(text: str, match: re.Match[str], reference: dt.date) -> dt.date | None:
    """Return the last such day before or on the day of writing; None where another one may be meant."""
    begin = max(text.rfind(mark, 0, match.start()) for mark in (". ", "! ", "? ", "; ", "\n")) + 1
    ends = (text.find(mark, match.end()) for mark in (". ", "! ", "? ", "; ", "\n"))
    sentence = text[begin : min((end for end in ends if end >= 0), default=len(text))]
    if match["vi"] and not _CUED.match(match[0]):
        return None
    if _TOLD_AFTER.match(text, match.end()) or _TOLD_BEFORE.search(text[begin : match.start()]):
        return None
    certain = match["last"] or match["past"]
    if not certain and (_AHEAD.search(sentence) or not _HAPPENED.search(sentence)):
        return None
    ago = (reference.weekday() - _WEEKDAYS[match["en"] or match["vi"]]) % 7
    return reference - dt.timedelta(days=ago or 7 * bool(match["last"]))


def _named_month(match: re.Match[str], group: str, original: str | None) -> int | None:
    """Return the month of a group; None for "may" and "march" that are no names."""
    word = match[group]
    if word in MONTHS:
        named = original is None or original[match.start(group)].isupper()
        return MONTHS[word] if named else None
    return int(word) if word.isdigit() else VI_MONTHS[word]


def _nearest(word: str, month: int, reference: dt.date) -> int:
    """Return how many years after the year of writing the month lies."""
    if word in ("this", "này"):
        return 0
    if word == "tới":
        return 0 if month > reference.month else 1
    return 0 if month < reference.month else -1


def _quarter(match: re.Match[str], reference: dt.date) -> Timex:
    quarters = reference.year * 4 + (reference.month - 1) // 3 + _QUARTER_STEPS[match[0]]
    year, begin = quarters // 4, quarters % 4 * 3 + 1
    first, last = PartialDate(year, begin), PartialDate(year, begin + 2)
    return Timex(match.start(), match.end(), first, last, relative=True)


def _resolve(words: str, reference: dt.date) -> PartialDate:
    if words in _DAYS:
        day = reference + dt.timedelta(days=_DAYS[words])
        return PartialDate(day.year, day.month, day.day)
    if words in _MONTH_STEPS:
        months = reference.year * 12 + reference.month - 1 + _MONTH_STEPS[words]
        return PartialDate(months // 12, months % 12 + 1)
    return PartialDate(reference.year + _YEAR_STEPS[words])
