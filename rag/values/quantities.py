"""Quantities and dates of a text, each with its exact place, its number and its unit.

What is found here is compared in `rag.values`.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from index.text import glossary
from index.text.spelling import composed, plain
from rag.values.dates import Timex
from rag.values.durations import find_clocked, joined
from rag.values.money import codes, currencies
from rag.values.nouns import english_noun, vietnamese_noun
from rag.values.numbers import find_numbers
from rag.values.numberwords import Number
from rag.values.ordinals import either, find_ordinals
from rag.values.timex import find_dates
from rag.values.types import DURATION_BASE, Approx, Kind, Value


@lru_cache(maxsize=1)
def _signs() -> dict[str, str]:
    found = {
        plain(sign): code for code, entry in glossary.section("currency").items() for sign in entry["sign"]
    }
    found.update({code.lower(): code for code in (*glossary.section("currency"), *codes())})
    return found


@dataclass(frozen=True, slots=True)
class _Patterns:
    money_before: re.Pattern[str]
    money_after: re.Pattern[str]
    unit: re.Pattern[str]
    duration: re.Pattern[str]


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    words = {name: glossary.spellings(name) for name in ("unit", "duration")}
    return _Patterns(
        money_before=re.compile(rf"(?:(?<![^\W\d_])({either(_signs())})|({either(_signs())}))\s?$"),
        money_after=re.compile(rf"\s?-?\s?({either([*currencies(), *_signs(), 'đ'])})(?!\w)"),
        unit=re.compile(rf"\s?-?\s?({either(words['unit'])})(?!\w)"),
        duration=re.compile(rf"(?:\s|-|\s-\s)({either(words['duration'])})(?!\w)"),
    )


_APPROX = (
    ("nearly", "nearly|almost|close to|approaching|gần|suýt|ngót|xấp xỉ bằng"),
    ("over", "over|more than|exceeding|exceeds|exceeded|above|at least|upwards of|no less than|surpassing|surpassed|in excess of|"
             "hơn|trên|vượt|vượt quá|quá|ít nhất|tối thiểu|không dưới"),
    ("under", "under|less than|below|fewer than|up to|at most|no more than|dưới|chưa đến|chưa tới|chưa đầy|tối đa|không quá|kém"),
    ("about", "about|around|approximately|roughly|some|an estimated|estimated at|circa|khoảng|xấp xỉ|chừng|tầm|ước|ước tính|ước đạt|độ"),
)  # fmt: skip
_APPROX_WORD: dict[str, Approx] = {word: kind for kind, words in _APPROX for word in words.split("|")}  # type: ignore[misc]
_APPROX_BEFORE = re.compile(
    rf"\b(?P<word>{either(_APPROX_WORD)})\s+(?:(?:mức|con số|a total of|the|of)\s+)?(?:us\$|[$€£¥s]\$?|usd|vnd|eur)?\s?$"
)
_APPROX_AFTER = re.compile(
    r"\s+(?P<word>or more|and above|trở lên|and higher|và cao hơn|or less|trở xuống)\b"
)
_CHANGE = re.compile(
    r"(?:\s?-\s?|\s+(?:to|and|đến|tới|lên|xuống)\s+)(?:(?:mức|nearly|gần|over|hơn|about|khoảng)\s+)?(?:us\$|[$€£])?$"
)
_SPAN = re.compile(r"\s?-\s?(?:us\$|[$€£])?$|\s+(?:đến|tới)\s+$")
_TO = re.compile(r"\s+to\s+(?:us\$|[$€£])?$")
_BETWEEN = re.compile(r"\b(?:between|from|từ)\s+(?:us\$|[$€£])?$")


def _approx(text: str, start: int, end: int) -> tuple[Approx, int]:
    match = _APPROX_BEFORE.search(text, max(0, start - 40), start)
    if match:
        return _APPROX_WORD[match["word"]], match.start()
    after = _APPROX_AFTER.match(text, end)
    if after:
        return ("under" if "less" in after["word"] or "xuống" in after["word"] else "over"), start
    return "", start


def _money(found: re.Match[str] | None, clean: str) -> re.Match[str] | None:
    """Return what was found as money unless it is a word that only looks like a rarer currency's code."""
    if found is None:
        return None
    group = next(i for i in range(1, (found.re.groups) + 1) if found[i])
    code = found[group].upper()
    rare = code in codes() and code not in glossary.section("currency")
    return None if rare and clean[found.start(group) : found.end(group)] != code else found


def _from_number(text: str, number: Number, lang: str, floor: int, clean: str) -> Value:
    """Say what a number counts from the words around it; what lies before `floor` belongs to another.

    `clean` is `text` before it was brought into lower case.
    """
    patterns, start, end = _patterns(), number.start, number.end
    value = Value("number", start, end, "", number.value, alternatives=number.alternatives, weak=number.vague)
    spelled_one = not number.digits and number.value == 1
    before = _money(patterns.money_before.search(text, max(floor, start - 8), start), clean)
    after = _money(patterns.money_after.match(text, end), clean)
    few = not number.digits and not number.scaled
    if after and few and after[1] in ("đồng", "đ", "đô"):
        after = None  # "một đồng minh" is an ally, not one dong
    if before or after:
        code = None
        if after:
            code = currencies().get(after[1]) or _signs().get(after[1]) or "VND"
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
        base, factor = DURATION_BASE[glossary.spellings("duration")[length[1]]]
        age = "age" if length[1] in ("tuổi", "years old", "year-old") else None
        return replace(
            value, kind="duration", end=length.end(), number=number.value * factor, unit=base,
            alternatives=(), weak=value.weak or spelled_one, counted=age,
        )  # fmt: skip
    if text[start:end] in ("twice", "thrice"):
        return replace(value, kind="count", counted="times")
    noun = vietnamese_noun(text, end) if lang == "vi" else english_noun(text, end)
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
        if (
            not last
            or not _CHANGE.search(gap)
            or last.number is None
            or value.number is None
            or last.date
            or value.date
        ):
            out.append(value)
            continue
        bare = last.unit is None and last.kind in ("number", "count") and last.counted is None
        # "850 passengers and 120 cars" are counts of their own.
        lends = bare or (last.unit is not None and last.unit == value.unit)
        lent = _lend(text, last, value) if lends else last
        # "từ 9 đến 14" and "6-9" are spans; "từ 9 lên 14", "from 9 to 14" a change with two values.
        is_span = bool(_SPAN.fullmatch(gap))
        between = bool(_BETWEEN.search(text[: last.start])) and " and " in gap
        to = bool(_TO.fullmatch(gap)) and not re.search(r"\bfrom\s*$", text[: last.start])
        if (
            lent.unit == value.unit
            and (is_span or between or to)
            and lent.number is not None
            and lent.number < value.number
        ):
            out[-1] = replace(
                value,
                start=last.start,
                number=lent.number,
                number_to=value.number,
                lead=last.lead,
                approx=last.approx,
            )
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
        first,
        kind=second.kind,
        number=first.number * (scale if grows else 1),
        unit=second.unit,
        counted=second.counted,
    )


def _from_date(found: Timex) -> Value:
    kind: Kind = (
        "range" if found.last else "year" if found.first.month is None and found.first.year else "date"
    )
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

    values += [value for value in find_ordinals(low, lang, clean) if free(value)]
    values += [value for value in find_clocked(low) if free(value)]
    values.sort(key=lambda value: (value.start, -value.end))
    values = [v for i, v in enumerate(values) if i == 0 or v.start >= values[i - 1].end]
    floor = 0
    for number in find_numbers(low, lang, clean):
        value = _from_number(low, number, lang, floor, clean)
        if free(value) and not _list_mark(low, value):
            values.append(value)
            floor = value.end
    values.sort(key=lambda value: value.start)
    values = joined(low, _join_ranges(low, [_with_approx(low, value) for value in values]))
    return [_located(value, text, origin) for value in values]


# "1. Energy", "(2) Cảng biển": the number of an item, not of anything.
_MARKED = re.compile(r"[.)]\s+[^\W\d]")
_LINE_START = re.compile(r"(?:^|\n)[ \t]*\(?$")


def _list_mark(low: str, value: Value) -> bool:
    mark = low[value.start : value.end]
    if not (mark.isdigit() and len(mark) <= 2 and _MARKED.match(low, value.end)):
        return False
    return bool(_LINE_START.search(low[: value.start]))


def _with_approx(low: str, value: Value) -> Value:
    if value.date or value.kind in ("ordinal", "rank"):
        return replace(value, lead=value.start)
    approx, lead = _approx(low, value.start, value.end)
    return replace(value, approx=approx, lead=lead)


def _located(value: Value, text: str, origin: list[int] | None) -> Value:
    if origin is not None:
        value = replace(value, start=origin[value.start], end=origin[value.end], lead=origin[value.lead])
    return replace(value, text=text[value.start : value.end])
