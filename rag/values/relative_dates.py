"""Yesterday, next month, năm ngoái, on Monday: dates that are told from the day a text was written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from rag.values.dates import PartialDate, Timex

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
_RELATIVE = re.compile(rf"\b(?:{'|'.join([*_DAYS, *_MONTH_STEPS, *_YEAR_STEPS])})\b")


def find_relative(text: str, reference: dt.date) -> Iterator[Timex]:
    """Yield the dates of `spelling.plain` text that are told from the day it was written."""
    for match in _RELATIVE.finditer(text):
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


def _resolve(words: str, reference: dt.date) -> PartialDate:
    if words in _DAYS:
        day = reference + dt.timedelta(days=_DAYS[words])
        return PartialDate(day.year, day.month, day.day)
    if words in _MONTH_STEPS:
        months = reference.year * 12 + reference.month - 1 + _MONTH_STEPS[words]
        return PartialDate(months // 12, months % 12 + 1)
    return PartialDate(reference.year + _YEAR_STEPS[words])
