"""When was this written? From metadata, a date stamp, the file name or the text; and how sure that is.

From the text alone the answer is the earliest time at which the article can have been written, given
the past events it speaks of: never later than that, so an older article is not taken for a newer one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.records import Dated, Lang, Precision
from index.text import sentences

_MONTHS = {
    name: number
    for number, names in enumerate(
        ["january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sep sept", "october oct", "november nov", "december dec"],
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = r"(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)\b"
_NOT_IN_NUMBER = r"(?<![\d.,/$€£-])"
_FLAGS = re.IGNORECASE

# Also 2024/05/16 and 2024-5-6; not within an address ("…/2024/05/16/…").
_ISO = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:-(?P<month>0?[1-9]|1[0-2])-(?P<day>[0-3]?\d)"
    r"|(?<!/\d{4})/(?P<month2>0?[1-9]|1[0-2])/(?P<day2>[0-3]?\d)(?!/))(?!\d)"
)
# What stands in metadata alone: 20240516, perhaps with a time, and seconds or milliseconds since 1970.
_COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d)(?:T?\d{4}(?:\d\d)?(?:[Z.+-].*)?)?"
)
_SECONDS = re.compile(r"(?P<seconds>\d{9,10})(?:\d{3})?(?:\.\d+)?")
_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_FULL_EN = re.compile(
    rf"\b{_MONTH} {_DAY},? {_YEAR}"
    rf"|\b(?P<day2>[0-3]?\d)(?:st|nd|rd|th)?[ /-](?:of )?(?P<month2>{_NAMES})\b\.?,?[ /-]"
    r"(?P<year2>(?:19|20)\d\d)\b",
    _FLAGS,
)
_MONTH_EN = re.compile(rf"\b{_MONTH},? (?:of )?{_YEAR}", _FLAGS)
_NUMERIC = re.compile(
    rf"{_NOT_IN_NUMBER}(?P<a>\d{{1,2}})(?P<mark>[/.-])(?P<b>\d{{1,2}})(?P=mark){_YEAR}(?![\d/])"
)
_MONTHS_VI = {
    name: number
    for number, names in enumerate(
        ["giêng|một", "hai", "ba", "tư|bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một",
         "mười hai|chạp"],
        start=1,
    )
    for name in names.split("|")
}  # fmt: skip
# "6 tháng năm 2024" are six months of 2024: the fifth is "Năm" there, or "tháng năm năm 2024".
_NAMES_VI = "|".join(sorted(_MONTHS_VI.keys() - {"năm"}, key=len, reverse=True)) + r"|(?-i:Năm)|năm(?= năm )"
_MONTH_OF_VI = rf"tháng (?P<month>\d{{1,2}}|{_NAMES_VI})"
_FULL_VI = re.compile(
    rf"(?:\bngày |{_NOT_IN_NUMBER}\b){_DAY} {_MONTH_OF_VI}(?:,? năm |, |/| ){_YEAR}", _FLAGS
)
_MONTH_VI = re.compile(rf"\b{_MONTH_OF_VI}(?:/|,? năm |, | |-){_YEAR}", _FLAGS)
_YEAR_ONLY = re.compile(rf"(?<![\d./,$€£–-]){_YEAR}(?![./,]\d|[-–]\d)")
# Without a year: "March 13"; "ngày 12/1", "sáng 12/1", "từ 11-13/1" (the first day counts).
_SHORT_EN = re.compile(rf"\b{_MONTH} {_DAY}\b(?!,? ?\d|%)", _FLAGS)
_SHORT_VI = re.compile(
    r"\b(?:ngày|sáng|trưa|chiều|tối|đêm|hôm|từ)(?: (?:nay|qua|ngày))?[ ,(]*(?P<day>[0-3]?\d)(?:-[0-3]?\d)?"
    r"(?:/| tháng )(?P<month>1[0-2]|0?[1-9])\b(?![/\d])",
    _FLAGS,
)
# What these words announce had not happened (or only returns): no sign that the time had come.
_AHEAD = re.compile(
    r"\b(?:by|until|till|will|would|shall|should|to be|expects?|expected|plans?|planned|scheduled?|due"
    r"|upcoming|next|coming|targets?|goals?|aims?|visions?|deadlines?|forecasts?|towards?|before|anniversary|period|roadmap"
    r"|future|outlook|đến năm|tới|vào năm tới|sẽ|dự kiến|mục tiêu|kế hoạch|tầm nhìn|kỷ niệm|giai đoạn|trước"
    r"|phấn đấu|hướng đến|dự báo)\b",
    _FLAGS,
)
_DEICTIC = re.compile(
    r"\b(?:today|yesterday|this (?:week|morning|afternoon)|tonight|hôm nay|hôm qua|sáng nay|chiều nay)\b",
    _FLAGS,
)
# A whole year's figure is compared only when the year is over.
_SCALE = r"(?:billion|million|trillion|tỷ|triệu|nghìn|%|percent)"
_CURRENCY = r"(?: (?:USD|US dollars|dollars|đồng))?"
_AMOUNT = rf"(?:US)?[$€]?\d[\d.,]*(?: ?{_SCALE}{_CURRENCY})?"
_YEAR_OVER = re.compile(
    r"\b(?:up|down|increased?|decreased?|rose|risen|grew|grown|fell|fallen|compared (?:to|with)|from"
    rf"|tăng từ|từ|từ mức|mức) (?:\w+ )?{_AMOUNT} (?:in|năm|of) {_YEAR}"
    rf"(?:,? (?:to|lên|xuống)(?: \w+)? {_AMOUNT} (?:in|năm) (?P<year_to>(?:19|20)\d\d))?",
    _FLAGS,
)
_CLOCK = re.compile(r"(?:(?<=\d)T|(?<!\d))\d{1,2}[:h]\d{2}(?::\d{2})?Z?\b ?(?P<half>[AP]\.?M\.?)?", _FLAGS)
_STAMP_WORDS = re.compile(
    r"\b(?:published|updated|posted|last|modified|on|at|date|gmt|utc|ict|est|edt|pst|pdt|thứ|hai|ba|tư|năm"
    r"|sáu|bảy|chủ nhật|mon|tue|wed|thu|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)day|ngày|đăng"
    r"|cập nhật|lúc|giờ|xuất bản)\b\.?",
    _FLAGS,
)
_FILE_DATE = re.compile(
    r"(?<![0-9A-Za-z])(?P<year>(?:19|20)\d\d)(?P<mark>[-_.]?)(?P<month>0[1-9]|1[0-2])(?P=mark)"
    r"(?P<day>[0-3]\d)(?![0-9A-Za-z])"
)
# A date without a year is of the last half year or soon to come: nobody writes "12 January" in December
# for the one eleven months ago.
_HALF_YEAR = dt.timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Known:
    """A day, month or year that a text names."""

    date: dt.date
    precision: Precision


def parse(text: str, lang: Lang = "en") -> Known | None:
    """Return the first date that `text` (a metadata value or a stamp) names.

    Vietnamese numbers are day first. In English 03/04/2025 may be either, so only the year is known,
    unless a clock with AM or PM says that the writer counts as Americans do (month first).
    """
    if known := _alone(text.strip()):
        return known
    for found in (*_full(text, lang), *_months(text)):
        return found
    year = re.search(rf"\b{_YEAR}", text)
    return Known(dt.date(int(year.group("year")), 1, 1), "year") if year else None


def _alone(text: str) -> Known | None:
    """Return the day that a number tells which is all of the text."""
    if found := _COMPACT.fullmatch(text):
        day = _date(found.group("year"), found.group("month"), found.group("day"))
        return Known(day, "day") if day else None
    if found := _SECONDS.fullmatch(text):
        return Known(dt.datetime.fromtimestamp(int(found.group("seconds")), dt.UTC).date(), "day")
    return None


def is_to_come(text: str, today: dt.date) -> bool:
    """Return whether metadata name a day after tomorrow; it is tomorrow already in half of the world."""
    known = parse(text)
    return known is not None and known.date > today + dt.timedelta(days=1)


def is_stamp(line: str) -> bool:
    """Whether `line` says a full date and nothing else but a time, a weekday and such."""
    if len(line) > 90 or (not next(_full(line, "en"), None) and not _NUMERIC.search(line)):
        return False
    rest = line
    for pattern in (_CLOCK, _ISO, _FULL_EN, _FULL_VI, _NUMERIC, _STAMP_WORDS):
        rest = pattern.sub(" ", rest)
    return not re.search(r"[^\W_]", re.sub(r"\b(?:T|Z|UTC|GMT)?[+-]?\d{0,2}\b", " ", rest))


def first_day(line: str) -> tuple[int, int] | None:
    """Return where the first day with a year stands that `line` names; None if it names none."""
    patterns = (_ISO, _FULL_EN, _FULL_VI, _NUMERIC)
    return min((one.span() for pattern in patterns for one in pattern.finditer(line)), default=None)


def without_clock(line: str) -> str:
    """Return `line` without a time of day and the words that stand beside a day: "Thứ ba", "updated"."""
    return _STAMP_WORDS.sub(" ", _CLOCK.sub(" ", line))


def from_file_name(name: str) -> Dated | None:
    """Return the date in names such as 2025-03-14_title.txt and 20250314.md."""
    found = _FILE_DATE.search(name)
    day = _date(found.group("year"), found.group("month"), found.group("day")) if found else None
    return Dated(day, "day", "file name") if day else None


def from_text(title: str, text: str, lang: Lang) -> Dated | None:
    """Return the earliest time at which an article of this title and text can have been written."""
    parts = [text[span.start : span.end] for span in sentences.split(text)]
    parts.append(title)
    past = [known for part in parts for known in _past(part, lang)]
    past += [known for part in parts for known in _years_over(part)]
    if not past:
        return None
    floor = max(past, key=lambda known: known.date)
    past += [known for part in parts for known in _without_year(part, floor.date)]
    best = max(past, key=lambda known: (known.date, known.precision == "day"))
    return Dated(best.date, best.precision, "text")


def _full(text: str, lang: Lang) -> Iterator[Known]:
    for known, _ in _full_spans(text, lang):
        yield known


def _full_spans(text: str, lang: Lang) -> Iterator[tuple[Known, re.Match[str]]]:
    found: list[tuple[Known, re.Match[str]]] = []
    for pattern in (_ISO, _FULL_EN, _FULL_VI):
        for match in pattern.finditer(text):
            group = match.groupdict()
            month = group.get("month") or group.get("month2") or ""
            day = _date(
                group.get("year") or group.get("year2") or "",
                _month(month),
                group.get("day") or group.get("day2") or "",
            )
            if day:
                found.append((Known(day, "day"), match))
    clock = _CLOCK.search(text)
    for match in _NUMERIC.finditer(text):
        known = _numeric(match, lang, american=bool(clock and clock.group("half")))
        if known:
            found.append((known, match))
    yield from sorted(found, key=lambda pair: pair[1].start())


def _numeric(match: re.Match[str], lang: Lang, american: bool) -> Known | None:
    first, second, year = match.group("a"), match.group("b"), match.group("year")
    day_first, month_first = _date(year, second, first), _date(year, first, second)
    if lang == "vi" or match.group("mark") != "/":
        return Known(day_first, "day") if day_first else None
    if american and month_first:
        return Known(month_first, "day")
    if day_first and month_first and day_first != month_first:
        return Known(dt.date(int(year), 1, 1), "year")
    either = day_first or month_first
    return Known(either, "day") if either else None


def _months(text: str) -> Iterator[Known]:
    for pattern in (_MONTH_EN, _MONTH_VI):
        for match in pattern.finditer(text):
            first = _date(match.group("year"), _month(match.group("month")), "1")
            if first:
                yield Known(first, "month")


def _past(part: str, lang: Lang) -> Iterator[Known]:
    """Yield the dates in one sentence that speak of what had happened."""
    for known, match in _full_spans(part, lang):
        if not _is_ahead(part, match):
            yield known
    for pattern in (_MONTH_EN, _MONTH_VI):
        for match in pattern.finditer(part):
            if not _is_ahead(part, match):
                yield from _months(match.group())
    for match in _YEAR_ONLY.finditer(part):
        if not _is_ahead(part, match):
            yield Known(dt.date(int(match.group("year")), 1, 1), "year")


def _is_ahead(part: str, match: re.Match[str]) -> bool:
    """Whether the words around a date announce it, or it ends a range, as anniversaries do."""
    before = re.split(r"[;:]", part[max(0, match.start() - 60) : match.start()])[-1]
    after = part[match.end() : match.end() + 20]
    if match.start() <= 4:  # "In 2030, the port will …"
        after = after.lstrip(", ")
    after = re.split(r"[,;:.]| and | và ", after)[0]
    return bool(_AHEAD.search(before) or _AHEAD.search(after) or re.search(r"\d\s*[-–—]\s*$", before))


def _years_over(part: str) -> Iterator[Known]:
    for match in _YEAR_OVER.finditer(part):
        year = int(match.group("year_to") or match.group("year"))
        yield Known(dt.date(year + 1, 1, 1), "year")


def _without_year(part: str, floor: dt.date) -> Iterator[Known]:
    """Yield day and month without a year, placed in the first year that is not too far back."""
    for pattern in (_SHORT_EN, _SHORT_VI):
        for match in pattern.finditer(part):
            number = _month(match.group("month"))
            for year in (floor.year - 1, floor.year, floor.year + 1):
                day = _date(str(year), number, match.group("day"))
                if day and day >= floor - _HALF_YEAR:
                    if not _is_ahead(part, match):
                        yield Known(day, "day")
                    elif _DEICTIC.search(part):  # "left today and will stay until March 13"
                        yield Known(day.replace(day=1), "month")
                    break


def _month(words: str) -> str:
    """Return the number of a month; what is no name of one as it is."""
    words = words.lower()
    return str(_MONTHS.get(words) or _MONTHS_VI.get(words) or words)


def _date(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
