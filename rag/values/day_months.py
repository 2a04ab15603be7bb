"""Days written as two numbers with a hyphen or a full stop, as Vietnamese papers do: "ngày 24-7", "tối 3.2"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from index.text import glossary
from rag.values.dates import DAY, MONTH, YEAR, PartialDate, Timex, exists, number_of
from rag.values.ordinals import either

# Vietnamese papers write day and month as "24-7" or "24.7" too. So written they may be a span or a number ("2-3 ly",
# "2.5 triệu"): a word before them must say that they are a day, and no measure may follow.
_CUE = r"(?:rạng sáng|ngày|hôm|sáng|trưa|chiều|tối|đêm|khuya|mùng|mồng|lễ|quốc khánh|dịp|ngay|hom)"
_WEEKDAY = r"(?:thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật)"
_DAY_MONTH = (
    rf"(?P<d>{DAY})(?:\s?-\s?|\.)(?P<m>{MONTH})(?:(?:,? năm |\s?[-./]\s?)(?P<y>{YEAR}))?(?![\w/%]|[.,-]\d)"
)
_CUED_DAY = re.compile(
    rf"(?<!\w)(?:(?P<cue>{_CUE})(?: hết)? |(?:{_CUE} (?:nay|qua|mai)|{_WEEKDAY})(?:,? |,? \(ngày )){_DAY_MONTH}"
)
_BRACKETED_DAY = re.compile(rf"(?<!\w)(?:{_CUE}|{_WEEKDAY})(?: [^\W\d]+){{0,5}} \({_DAY_MONTH}(?=\))")
# Behind a word that also begins a span or a score only what can be neither is a day: "từ 30-6", not "từ 2-3".
_FROM_DAY = re.compile(rf"(?<!\w)(?:từ|đến|tới|trước|hết|vào|sau) {_DAY_MONTH}")
_NEXT_DAY = re.compile(rf"(?:, | và |, và | hoặc )(?:{_CUE} )?{_DAY_MONTH}")
_LISTED_DAY = re.compile(rf"(?<!\w)ngày (?:{DAY}, )*{DAY} (?:và|hoặc) (?:ngày )?{_DAY_MONTH}")
_UNTIL_DAY = re.compile(rf"(?: (?:đến|tới)(?: hết)?|\s-)(?: {_CUE})? {_DAY_MONTH}")
_DAYS_UNTIL = re.compile(rf"(?<!\w)ngày (?P<d1>{DAY}) (?:đến|tới)(?: hết)?(?: ngày)? {_DAY_MONTH}")
_EACH_DAY = re.compile(r"(?:mỗi|một|hằng|hàng|từng|bình quân|trung bình) $")
_SCORED = re.compile(
    r"\b(?:t[ỉỷ] số|thắng|thua|hòa|hoà|dẫn|gỡ|chung cuộc|trận|set|hiệp|phiếu)\b[^.;!?]{0,60}$"
)
_DURING = re.compile(r" tháng\b")  # "ngày 3-5 tháng này": three days of it


@glossary.derived
@cache
def _measured() -> re.Pattern[str]:
    """Return what follows a span or a number and never a date."""
    words = {*glossary.spellings("unit"), *glossary.spellings("duration")} - {"năm", "tháng", "bộ anh", "giờ"}
    more = (
        r"lần|ly|cốc|chén|bát|bữa|viên|liều|điếu|lon|chai|gói|suất|buổi|lượt|chuyến|điểm|tạ|g|ml|trận|bàn|quả|chiếc|"
        r"triệu|t[ỷỉ]|nghìn|ngàn|trăm|vạn|chục|đồng|usd|đô|euro|người(?! (?:dân|lao|đứng|việt|hâm|bệnh))|ca(?! (?:sĩ|khúc|nô))|"
        r"giờ(?! (?:địa phương|việt nam|hà nội|gmt|quốc tế))"
    )
    return re.compile(rf"\s?(?:{either(words)}|{more})(?!\w)")


def find_day_months(text: str) -> Iterator[Timex]:
    """Yield the days that are written "24-7" and "24.7", and periods of them; they may overlap."""
    for match in _DAYS_UNTIL.finditer(text):
        first = PartialDate(number_of(match, "y"), int(match["m"]), int(match["d1"]))
        if (last := _day_of(text, match)) and exists(first):
            yield Timex(match.start(), match.end(), first, last)
    for pattern in (_CUED_DAY, _BRACKETED_DAY, _FROM_DAY, _LISTED_DAY):
        for match in pattern.finditer(text):
            cued = pattern is _CUED_DAY and match["cue"]
            score = not cued and int(match["d"]) < 10 and _SCORED.search(text[: match.start("d")])
            if not score and (day := _day_of(text, match, weak=pattern is _FROM_DAY)):
                start = match.start() if cued else match.start("d")
                yield from _from_day(text, start, match, day, weak=pattern is _FROM_DAY)


def _from_day(
    text: str, start: int, match: re.Match[str], day: PartialDate, *, weak: bool
) -> Iterator[Timex]:
    """Yield the period that begins with a day, or the day and those that are listed behind it."""
    until = _UNTIL_DAY.match(text, match.end())
    last = _day_of(text, until, weak=weak) if until else None
    spans = bool(until and last and (_falls(match) or _falls(until)))
    if weak and not spans and not (_falls(match) and int(match["d"]) > 9):
        return
    if until and last:
        yield Timex(start, until.end(), day, last)
        match = until
    else:
        yield Timex(start, match.end(), day)
    while (listed := _NEXT_DAY.match(text, match.end())) and (following := _day_of(text, listed, weak=weak)):
        yield Timex(listed.start("d"), listed.end(), following)
        match = listed


def _falls(match: re.Match[str]) -> bool:
    """Return whether the first number is the greater one, as in no span."""
    return int(match["d"]) > int(match["m"])


def _day_of(text: str, match: re.Match[str], *, weak: bool = False) -> PartialDate | None:
    """Return the day that a match names; None if it counts or measures something."""
    date = PartialDate(number_of(match, "y"), int(match["m"]), int(match["d"]))
    if not exists(date) or _EACH_DAY.search(text[: match.start()]) or _DURING.match(text, match.end()):
        return None
    point = "." in text[match.start("d") : match.end("m")]
    open_ = date.year is None and (weak or point or not _falls(match))
    return None if open_ and _measured().match(text, match.end()) else date
