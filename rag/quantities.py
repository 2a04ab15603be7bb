"""Quantities and dates of a text, each with its exact place, its number and its unit.

What is found here is compared in `rag.values`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from rag import glossary
from rag.numbers import Number, find_numbers
from rag.spelling import composed, plain
from rag.timex import PartialDate, Timex, find_dates

Kind = Literal[
    "amount", "percent", "count", "measure", "number", "ordinal", "rank", "date", "year", "range", "duration"
]
Approx = Literal["", "about", "over", "under", "nearly"]


@dataclass(frozen=True, slots=True)
class Value:
    """One quantity or date; `text` is exactly the characters from `start` to `end`.

    `number` is in the base of `unit`: money in whole units, durations in months ("month"), days
    ("day") or seconds ("second"), so that "70 years" and "seven decades" are equal.
    """

    kind: Kind
    start: int
    end: int
    text: str
    number: Decimal | None = None
    number_to: Decimal | None = None  # upper end of "10-15 billion"
    unit: str | None = None  # "USD", "percent", "month", "km", superlative of a rank ("large")
    counted: str | None = None  # head noun of a count as written, lower case
    approx: Approx = ""
    lead: int = -1  # where "nearly", "hơn" begins; `start` without one
    alternatives: tuple[Decimal, ...] = ()
    date: PartialDate | None = None
    date_to: PartialDate | None = None
    date_other: PartialDate | None = None  # the American order of an English "3/4/2025"
    relative: bool = False  # "last year", resolved from a reference date
    weak: bool = False  # says little by itself ("one", "the first", "hundreds"): never demanded of a quotation

    @property
    def noun(self) -> str | None:
        """Return the glossary key of what is counted ("dự án" → "project"), if it has one."""
        return glossary.spellings("noun").get(self.counted) if self.counted else None


_DURATION_BASE = {
    "century": ("month", Decimal(1200)), "decade": ("month", Decimal(120)), "year": ("month", Decimal(12)),
    "month": ("month", Decimal(1)), "week": ("day", Decimal(7)), "day": ("day", Decimal(1)),
    "hour": ("second", Decimal(3600)), "minute": ("second", Decimal(60)), "second": ("second", Decimal(1)),
}  # fmt: skip


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))


@lru_cache(maxsize=1)
def _signs() -> dict[str, str]:
    found = {plain(sign): code for code, entry in glossary.section("currency").items() for sign in entry["sign"]}
    found.update({code.lower(): code for code in glossary.section("currency")})
    return found


@dataclass(frozen=True, slots=True)
class _Patterns:
    money_before: re.Pattern[str]
    money_after: re.Pattern[str]
    unit: re.Pattern[str]
    duration: re.Pattern[str]
    superlative_en: re.Pattern[str]
    superlative_vi: re.Pattern[str]


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    words = {name: glossary.spellings(name) for name in ("currency", "unit", "duration")}
    best = glossary.spellings("superlative", "en")
    best_vi = glossary.spellings("superlative", "vi")
    return _Patterns(
        money_before=re.compile(rf"(?:(?<![^\W\d_])({_either(_signs())})|({_either(_signs())}))\s?$"),
        money_after=re.compile(rf"\s?-?\s?({_either([*words['currency'], *_signs(), 'đ'])})(?!\w)"),
        unit=re.compile(rf"\s?-?\s?({_either(words['unit'])})(?!\w)"),
        duration=re.compile(rf"(?:\s|-|\s-\s)({_either(words['duration'])})(?!\w)"),
        superlative_en=re.compile(rf"\b(?:(?P<n>[a-z]+|\d+(?:st|nd|rd|th))[ -])?(?P<w>{_either(best)})\b"),
        superlative_vi=re.compile(
            rf"\b(?P<w>{_either(best_vi)})(?: (?P<top>nhất)| (?:thứ|hạng|số) (?P<n>\d+|{_either(_VI_ORDINALS)}))\b"
        ),
    )


_EN_ORDINALS = {word: n for n, word in enumerate(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(), start=1)} | {
    "thirtieth": 30, "fortieth": 40, "fiftieth": 50, "sixtieth": 60, "seventieth": 70, "hundredth": 100}  # fmt: skip
_VI_ORDINALS = {"nhất": 1, "nhì": 2, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8,
                "chín": 9, "mười": 10, "mười một": 11, "mười hai": 12}  # fmt: skip
_EN_ORDINAL = re.compile(rf"\b(?:(?P<d>\d+)(?:st|nd|rd|th)|(?P<w>{_either(_EN_ORDINALS)}))\b")
_VI_ORDINAL = re.compile(rf"\bthứ (?P<n>\d+|{_either(_VI_ORDINALS)})\b|\b(?P<first>(?:lần )?đầu tiên|lần đầu)\b")
_VI_WEEKDAY = re.compile(r"(?:ngày|sáng|chiều|tối|trưa|đêm|hôm|vào|từ)\s$")
_VI_WEEKDAY_AFTER = re.compile(r"(?:,? ngày|\s?\(|,? \d{1,2}/|tuần| hàng tuần| vừa qua)")
_ANNIVERSARY = re.compile(r"[ -](?:founding |diplomatic )?anniversary\b")
# "First, …" opens an argument and "second(s)" after a number is a time.
_EN_NOT_ORDINAL = re.compile(r"\s*,|[- ](?:of all|hand|rate)\b|ly\b")

_APPROX = (
    ("nearly", "nearly|almost|close to|approaching|gần|suýt|ngót|xấp xỉ bằng"),
    ("over", "over|more than|exceeding|exceeds|exceeded|above|at least|upwards of|no less than|surpassing|surpassed|in excess of|"
             "hơn|trên|vượt|vượt quá|quá|ít nhất|tối thiểu|không dưới"),
    ("under", "under|less than|below|fewer than|up to|at most|no more than|dưới|chưa đến|chưa tới|chưa đầy|tối đa|không quá|kém"),
    ("about", "about|around|approximately|roughly|some|an estimated|estimated at|circa|khoảng|xấp xỉ|chừng|tầm|ước|ước tính|ước đạt|độ"),
)  # fmt: skip
_APPROX_WORD: dict[str, Approx] = {word: kind for kind, words in _APPROX for word in words.split("|")}  # type: ignore[misc]
_APPROX_BEFORE = re.compile(
    rf"\b(?P<word>{_either(_APPROX_WORD)})\s+(?:(?:mức|con số|a total of|the|of)\s+)?(?:us\$|[$€£¥s]\$?|usd|vnd|eur)?\s?$"
)
_APPROX_AFTER = re.compile(r"\s+(?P<word>or more|and above|trở lên|and higher|và cao hơn|or less|trở xuống)\b")
_CHANGE = re.compile(r"(?:\s?-\s?|\s+(?:to|and|đến|tới|lên|xuống)\s+)(?:(?:mức|nearly|gần|over|hơn|about|khoảng)\s+)?(?:us\$|[$€£])?$")
_SPAN = re.compile(r"\s?-\s?(?:us\$|[$€£])?$|\s+(?:đến|tới)\s+$")
_TO = re.compile(r"\s+to\s+(?:us\$|[$€£])?$")
_BETWEEN = re.compile(r"\b(?:between|from|từ)\s+(?:us\$|[$€£])?$")

_EN_STOP = frozenset(
    "and or of in on at to for from by with as than that which who is are was were be been has have had will would can "
    "could may might should do does did not no but so if when while after before over under about between during into "
    "per the a an this these those its their his her our your my it they we he she including such amid via against "
    "since until ago later earlier more less most least up down out off also only each both all any some worth aged "
    "compared according because through within across around among".split()
)
_EN_PLURAL = re.compile(r"(?:people|men|women|children|staff|police|personnel|cattle|sheep|aircraft|troops)$|(?<!s)(?<!u)(?<!i)s$")
_EN_NOUN_WORDS = re.compile(r"(?:\s+|-)([a-z][\w'-]*)")
_VI_STOP = frozenset(
    "và hoặc của ở tại trong ngoài trên dưới từ đến tới với cho so là có bị được đã đang sẽ vào lên xuống qua trước sau "
    "nữa mà thì như để khi nếu nhưng do bởi vì theo hơn kém này đó kia ấy trở mỗi thuộc về cùng nhằm không cả vẫn còn "
    "chiếm đạt tăng giảm gồm thêm gần khoảng tính ra lại nên tỷ triệu nghìn tháng quý ngày giờ rồi nay năm".split()
)
_VI_ONE_SYLLABLE = frozenset(
    "nước người tỉnh xã phường huyện quận lần ca vụ chiếc con cái căn suất cặp đợt giải bộ ngành trường tàu xe máy bài "
    "điểm mục gói phiên mặt bên hãng khu tầng hộ khách lượt bước nhóm loại trận bàn cầu đảo làng thôn kho mỏ hướng phía "
    "phim sách giường phòng cây quả trang chữ câu phiếu ghế đội huy hạng bang đảng việc nhà bạn vị viên nhân".split()
)
_VI_NOUN_WORDS = re.compile(r"\s+([^\W\d_]+)(?:\s+([^\W\d_]+))?")


def _english_noun(text: str, at: int) -> str | None:
    """Return the head of "5,608 FDI projects and …": the first plural before a function word."""
    for _ in range(4):
        match = _EN_NOUN_WORDS.match(text, at)
        if not match or match[1] in _EN_STOP:
            return None
        if _EN_PLURAL.search(match[1]):
            # "two African countries' leaders" counts leaders: a possessive goes on.
            return match[1]
        at = match.end()
    return None


def _vietnamese_noun(text: str, at: int) -> str | None:
    """Return the noun behind a Vietnamese number: one syllable for classifiers, else two."""
    match = _VI_NOUN_WORDS.match(text, at)
    if not match or match[1] in _VI_STOP:
        return None
    nouns = glossary.spellings("noun")
    both = f"{match[1]} {match[2]}" if match[2] else ""
    if both in nouns:
        return both
    if match[1] in _VI_ONE_SYLLABLE or match[1] in nouns:
        return match[1]
    return both if match[2] and match[2] not in _VI_STOP else None


def _approx(text: str, start: int, end: int) -> tuple[Approx, int]:
    match = _APPROX_BEFORE.search(text, max(0, start - 40), start)
    if match:
        return _APPROX_WORD[match["word"]], match.start()
    after = _APPROX_AFTER.match(text, end)
    if after:
        return ("under" if "less" in after["word"] or "xuống" in after["word"] else "over"), start
    return "", start


def _from_number(text: str, number: Number, lang: str) -> Value:
    """Say what a number counts from the words around it."""
    patterns, start, end = _patterns(), number.start, number.end
    value = Value("number", start, end, "", number.value, alternatives=number.alternatives, weak=number.vague)
    spelled_one = not number.digits and number.value == 1
    before = patterns.money_before.search(text, max(0, start - 8), start)
    after = patterns.money_after.match(text, end)
    if before or after:
        code = None
        if after:
            code = glossary.spellings("currency").get(after[1]) or _signs().get(after[1]) or "VND"
        if before:
            sign = _signs()[before[1] or before[2]]
            # "$16.7 billion USD" says it twice; the spelled-out one is more precise.
            code = code or sign
            start = before.start(1) if before[1] else before.start(2)
        return replace(value, kind="amount", start=start, end=after.end() if after else end, unit=code)
    unit = patterns.unit.match(text, end)
    length = patterns.duration.match(text, end)
    if unit and not number.fraction:
        key = glossary.spellings("unit")[unit[1]]
        kind: Kind = "percent" if key in ("percent", "percentage_point") else "measure"
        return replace(value, kind=kind, end=unit.end(), unit=key)
    if length and not number.scaled:
        base, factor = _DURATION_BASE[glossary.spellings("duration")[length[1]]]
        return replace(
            value, kind="duration", end=length.end(), number=number.value * factor, unit=base,
            alternatives=(), weak=value.weak or spelled_one,
        )  # fmt: skip
    noun = _vietnamese_noun(text, end) if lang == "vi" else _english_noun(text, end)
    if noun and not number.fraction:
        if value.alternatives and number.value != number.value.to_integral_value():
            value = replace(value, number=value.alternatives[0], alternatives=(number.value,))
        return replace(value, kind="count", counted=noun, weak=value.weak or spelled_one)
    return replace(value, weak=value.weak or spelled_one)


def _join_ranges(text: str, values: list[Value]) -> list[Value]:
    """Join "10-15 billion USD" to one value and lend scale and unit in "from 9 to 14 billion USD"."""
    out: list[Value] = []
    for value in values:
        last = out[-1] if out else None
        gap = text[last.end : value.start] if last else ""
        if not last or not _CHANGE.search(gap) or last.number is None or value.number is None or last.date or value.date:
            out.append(value)
            continue
        bare = last.unit is None and last.kind in ("number", "count") and last.counted is None
        lent = _lend(text, last, value) if bare or last.unit == value.unit else last
        is_span = bool(_SPAN.fullmatch(gap)) and not re.search(r"\btừ\s*$", text[: last.start])
        between = bool(_BETWEEN.search(text[: last.start])) and " and " in gap
        to = bool(_TO.fullmatch(gap)) and not re.search(r"\bfrom\s*$", text[: last.start])
        if lent.unit == value.unit and (is_span or between or to) and lent.number is not None and lent.number < value.number:
            out[-1] = replace(value, start=last.start, number=lent.number, number_to=value.number, lead=last.lead, approx=last.approx)
        else:
            out[-1] = lent
            out.append(value)
    return out


def _lend(text: str, first: Value, second: Value) -> Value:
    """Give the first of two numbers the scale and unit that only the second spells out."""
    assert first.number is not None
    assert second.number is not None
    literal = re.match(r"[^\d]*([\d.,]*\d)", text[second.start : second.end])
    scale = Decimal(1)
    if literal and second.number:
        raw = Decimal(re.sub(r"[^\d]", "", literal[1]))
        while raw and raw * scale * 1000 <= second.number and second.number >= 1000:
            scale *= 1000
    written = any(char.isalpha() for char in text[first.start : first.end])
    grows = not written and second.number >= 1000 and first.number < 1000 and scale > 1
    if second.kind == "duration" and first.unit is None:
        literal_number = Decimal(literal[1]) if literal and literal[1].isdigit() else None
        factor = second.number / literal_number if literal_number else Decimal(12)
        return replace(first, kind="duration", number=first.number * factor, unit=second.unit)
    return replace(
        first, kind=second.kind, number=first.number * (scale if grows else 1), unit=second.unit, counted=second.counted
    )


def _ordinals(text: str, lang: str) -> list[Value]:
    patterns = _patterns()
    found: list[Value] = []
    if lang == "vi":
        for match in patterns.superlative_vi.finditer(text):
            number = 1 if match["top"] else _vi_ordinal(match["n"])
            unit = glossary.spellings("superlative", "vi")[match["w"]]
            found.append(Value("rank", match.start(), match.end(), "", Decimal(number), unit=unit))
        for match in _VI_ORDINAL.finditer(text):
            if match["first"]:
                found.append(Value("ordinal", match.start(), match.end(), "", Decimal(1), weak=True))
            elif not (_VI_WEEKDAY.search(text[: match.start()]) or _VI_WEEKDAY_AFTER.match(text, match.end())):
                found.append(Value("ordinal", match.start(), match.end(), "", Decimal(_vi_ordinal(match["n"]))))
        return found
    for match in patterns.superlative_en.finditer(text):
        rank = _en_ordinal(match["n"])
        start = match.start() if rank else match.start("w")
        unit = glossary.spellings("superlative", "en")[match["w"]]
        weak = unit in ("good", "bad", "young")  # "at their best", "latest": figures of speech
        found.append(Value("rank", start, match.end(), "", Decimal(rank or 1), unit=unit, weak=weak))
    for match in _EN_ORDINAL.finditer(text):
        if _EN_NOT_ORDINAL.match(text, match.end()) or re.search(r"\d\s$", text[: match.start()]):
            continue
        rank = _en_ordinal(match[0]) or 1
        party = _ANNIVERSARY.match(text, match.end())
        if party:
            found.append(Value("duration", match.start(), match.end(), "", Decimal(rank * 12), unit="month"))
        else:
            found.append(Value("ordinal", match.start(), match.end(), "", Decimal(rank), weak=rank == 1))
    return found


def _vi_ordinal(word: str) -> int:
    return int(word) if word.isdigit() else _VI_ORDINALS[word]


def _en_ordinal(word: str | None) -> int | None:
    if not word:
        return None
    digits = re.match(r"\d+", word)
    return int(digits[0]) if digits else _EN_ORDINALS.get(word)


def _from_date(found: Timex) -> Value:
    kind: Kind = "range" if found.last else "year" if found.first.month is None and found.first.year else "date"
    return Value(
        kind, found.start, found.end, "", date=found.first, date_to=found.last, date_other=found.other,
        relative=found.relative,
    )  # fmt: skip


def find_values(text: str, lang: str, *, reference: dt.date | None = None) -> list[Value]:
    """Return the quantities and dates of `text` in order, not overlapping; `text[v.start:v.end] == v.text`.

    `reference` is the day the text was written; without it "yesterday" and "năm ngoái" are no dates.
    """
    clean, origin = composed(text)
    low = plain(clean)
    values = [_from_date(found) for found in find_dates(low, lang, reference, clean)]

    def free(value: Value) -> bool:
        return all(value.end <= other.start or value.start >= other.end for other in values)

    values += [value for value in _ordinals(low, lang) if free(value)]
    values.sort(key=lambda value: (value.start, -value.end))
    values = [v for i, v in enumerate(values) if i == 0 or v.start >= values[i - 1].end]
    numbers = [_from_number(low, number, lang) for number in find_numbers(low, lang)]
    values += [value for value in numbers if free(value)]
    values.sort(key=lambda value: value.start)
    values = _join_ranges(low, [_with_approx(low, value) for value in values])
    return [_located(value, text, origin) for value in values]


def _with_approx(low: str, value: Value) -> Value:
    if value.date or value.kind in ("ordinal", "rank"):
        return replace(value, lead=value.start)
    approx, lead = _approx(low, value.start, value.end)
    return replace(value, approx=approx, lead=lead)


def _located(value: Value, text: str, origin: list[int] | None) -> Value:
    if origin is not None:
        value = replace(value, start=origin[value.start], end=origin[value.end], lead=origin[value.lead])
    return replace(value, text=text[value.start : value.end])
