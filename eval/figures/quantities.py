"""Read figures and dates out of English and Vietnamese text, for judging answers.

Knows nothing of the program that it judges: `rag` has its own reader of figures, and a mistake in one
must not be forgiven by the same mistake in the other.

A numeral can be read in two ways when its separator allows both ("5.608" is five thousand in Vietnamese,
five and a bit in English), so a figure carries every reading; `same` figures share one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from eval.figures import units

_SCALES = {
    "thousand": 1e3, "k": 1e3, "nghìn": 1e3, "ngàn": 1e3,
    "million": 1e6, "mn": 1e6, "mln": 1e6, "m": 1e6, "triệu": 1e6, "tr": 1e6,
    "billion": 1e9, "bn": 1e9, "b": 1e9, "tỷ": 1e9, "tỉ": 1e9,
    "trillion": 1e12, "tn": 1e12, "nghìn tỷ": 1e12, "ngàn tỷ": 1e12, "nghìn tỉ": 1e12, "ngàn tỉ": 1e12,
}  # fmt: skip
_LINK = re.compile(r"\s*(?:-|–|—|to|and|or|đến|tới|lên|và|hoặc|hay)\s*")


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_ATTACHED = tuple(scale for scale in _SCALES if scale == "tr" or len(scale) == 1)  # "16.7b", not "16.7 b"
_WORDS = tuple(scale for scale in _SCALES if scale not in _ATTACHED)
# Only a space within a line groups thousands; between two lines, or two cells, it parts two numbers.
_PARTED = re.compile(r"(?<=\d)(?:[^\S \u00a0\u2009\u202f]|_|\s{2})[\s_]*(?=\d)")


@lru_cache(maxsize=1)
def _figure_pattern() -> re.Pattern[str]:
    codes = _either(("rs", *map(str.lower, units.codes())))
    grouped = r"[1-9]\d{0,2}(?: \d{3})+(?:[.,]\d{1,2})?(?![.,]?\d)"
    return re.compile(
        # A minus stands alone before its number: not in "2019-24", "9 -14" or "covid-19".
        rf"(?P<minus>(?<![^\s(])(?<!\d\s)[-−–])?"
        rf"(?:(?P<before>(?<![^\W\d_])(?:[a-z]{{1,3}})?[{units.SIGNS}]|\b(?:{codes}))\s?"
        rf"(?P<within>[-−–])?|(?<![\w.,])|(?<=[^\W\d]-)|(?<=\())"
        rf"(?P<numeral>(?<!\d)(?<!\d[.,])(?:{grouped}|\d+(?:[.,]\d+)*))"
        rf"(?:(?P<letter>{_either(_ATTACHED)})(?!\w)|[\s-]*(?P<scale>{_either(_WORDS)})(?!\w))?"
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text: every value it may mean, in plain units, and its currency or "%" if it has one.

    A negative number may also mean its absolute value: "down -5%" gives the direction twice.
    """

    values: tuple[float, ...]
    unit: str | None  # ISO 4217 code, "%", or a noun that several currencies share; see `units.Unit.money`
    start: int  # characters of `fold(text)`
    end: int  # of the number with its currency or "%"; a measure behind it is no part
    scale: float = 1.0
    named: frozenset[str] = (
        frozenset()
    )  # all that the unit beside it may mean, measures too; see `units.Unit`


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date as far as the text gives it; at least one part is known."""

    year: int | None
    month: int | None
    day: int | None
    start: int  # characters of `fold(text)`
    end: int


def fold(text: str) -> str:
    """Return `text` as NFKC, in one case, with `_` and runs of white space as single spaces."""
    return re.sub(r"[\s_]+", " ", unicodedata.normalize("NFKC", text).casefold())


def readings(numeral: str) -> tuple[float, ...]:
    """Return every value that a numeral of digits, "." and "," may mean; () if it is none.

    "16,7" is 16.7; "1.234.567" is 1234567; "5,608" may be 5608 or 5.608; "1.2.3" is no number. Spaces can
    only group thousands: "1 500 000".
    """
    numeral = numeral.replace(" ", "")
    marks = [mark for mark in numeral if mark in ".,"]
    if not marks:
        return (float(numeral),)
    whole, _, last = numeral.rpartition(marks[-1])
    if len(set(marks)) == 2:
        if marks.count(marks[-1]) > 1:
            return ()
        return (float(f"{whole.replace(marks[0], '')}.{last}"),)
    groups = numeral.split(marks[0])
    thousands = (
        len(groups[0]) <= 3 and not groups[0].startswith("0") and all(len(group) == 3 for group in groups[1:])
    )
    if len(marks) > 1:
        return (float("".join(groups)),) if thousands else ()
    decimal = float(f"{whole}.{last}")
    return (float("".join(groups)), decimal) if thousands else (decimal,)


def figures(text: str) -> list[Figure]:
    """Return the numbers of `text` in order, without the days and months of dates; bare years stay."""
    parted = _PARTED.sub("\0", unicodedata.normalize("NFKC", text))
    folded, written = fold(parted), re.sub(r"[\s_]+", " ", parted)
    if len(written) != len(folded):
        written = folded  # a letter became two; capitals, which only tell a code from a word, are not known
    for date in _mentions(folded):
        if date.month is not None:
            folded = folded[: date.start] + "\0" * (date.end - date.start) + folded[date.end :]
    found: list[Figure] = []
    for match in _figure_pattern().finditer(folded):
        figure = _figure(match, folded, written)
        if figure and _DECADE.search(folded, 0, figure.start) and figure.values[0] in range(10, 100, 10):
            figure = replace(figure, values=(1900 + figure.values[0],))
        if figure:
            found.append(figure)
    return _scale_shared(_added_up(found, folded), folded)


# "thập niên 80" is how Vietnamese writes "the 1980s".
_DECADE = re.compile(r"(?:thập niên|thập kỷ|những năm) $")


def _figure(match: re.Match[str], folded: str, written: str) -> Figure | None:
    values = readings(match["numeral"])
    if not values:
        return None
    scale = _SCALES[match["scale"] or match["letter"]] if match["scale"] or match["letter"] else 1.0
    values = tuple(value * scale for value in values)
    if match["minus"] or match["within"]:
        values = (*(-value for value in values), *values)
    start, sign = match.start(), match["before"]
    unit = units.before(sign, written[match.start("before") : match.end("before")]) if sign else None
    if sign and unit is None:  # a word that only looks like a code: "all 5"
        start = match.start("numeral")
        if match.end("before") == start:
            return None  # "top5" is a name
    after = units.behind(folded, match.end(), written, scaled=scale > 1)
    if unit and after and after.money and after.money != units.PERCENT:
        # "$5 million AUD": what is spelled out is the more precise.
        unit = after
    unit = unit or after
    end = after.end if after and after.money else match.end()
    if unit is None:
        return Figure(values, None, start, match.end(), scale)
    return Figure(values, unit.money, start, end, scale, unit.meanings)


def _added_up(found: list[Figure], folded: str) -> list[Figure]:
    """Join "16 tỷ 700 triệu USD" into one figure."""
    joined: list[Figure] = []
    for figure in found:
        last = joined[-1] if joined else None
        if (
            last
            and last.scale > figure.scale > 1
            and last.unit is None
            and not folded[last.end : figure.start].strip()
        ):
            values = tuple(big + small for big in last.values for small in figure.values)
            joined[-1] = replace(figure, values=values, start=last.start)
        else:
            joined.append(figure)
    return joined


def _scale_shared(found: list[Figure], folded: str) -> list[Figure]:
    """Let the first of "9 to 14 billion USD" be read as 9 billion USD too."""
    shared = list(found)
    for at in range(len(found) - 2, -1, -1):
        figure, after = found[at], shared[at + 1]
        if (
            figure.scale == 1
            and figure.unit is None
            and after.scale > 1
            and _LINK.fullmatch(folded[figure.end : after.start])
        ):
            values = (*figure.values, *(value * after.scale for value in figure.values))
            shared[at] = replace(figure, values=values, unit=after.unit, named=after.named)
    return shared


def close(left: float, right: float, tolerance: float = 0.0) -> bool:
    """Return whether two values differ by at most `tolerance` (absolute), float noise aside."""
    return abs(left - right) <= tolerance + 1e-9 * max(abs(left), abs(right))


_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sept sep", "october oct", "november nov", "december dec"), start=1)
    for name in names.split()
}  # fmt: skip
_VI_MONTHS = {
    name: number
    for number, name in enumerate(
        ("giêng", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai"),
        start=1,
    )
}
_M = rf"(?P<month>{_either(tuple(_MONTHS))})\b\.?"
_MONTH_OF = {**_MONTHS, **_VI_MONTHS}
_D = r"(?<![\d.,/])(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_RANGE = r"(?:\s*(?:-|–|—|to|and|đến|tới|và)\s*(?:ngày\s*)?(?P<day2>\d{1,2})(?:st|nd|rd|th)?)?"
_Y = r"(?P<year>(?:19|20)\d\d)(?!\d|[.,]\d)"
_N = r"(?P<month>\d{1,2})"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<!\d){_Y}-{_N}-(?P<day>\d{{1,2}})(?!\d)",
        rf"(?<!\d){_Y}-(?P<month>\d\d)(?![\d-])",
        rf"{_D}{_RANGE}\s*(?:of\s*)?{_M}(?:,?\s*{_Y})?",
        rf"\b{_M}\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|\.\d){_RANGE}(?!\d)(?:,?\s*{_Y})?",
        rf"\b{_M},?\s*(?:of\s*)?{_Y}",
        rf"{_D}{_RANGE}\s*(?:/|-|\.|,?\s*tháng)\s*{_N}\s*(?:/|-|\.|,?\s*năm)\s*{_Y}",
        rf"{_D}{_RANGE}\s*(?:/|,?\s*tháng)\s*{_N}(?![\d/]|[.,]\d)",
        rf"\b(?:ngày|sáng|trưa|chiều|tối|đêm|hôm) (?P<day>\d{{1,2}})-{_N}(?![\d/-]|[.,]\d)",  # ngày 1-10
        rf"(?<!\d){_N}\s*/\s*{_Y}",
        rf"\btháng\s*{_N}(?:\s*(?:/|-|,?\s*năm)\s*{_Y})?(?!\d)",
        rf"\btháng (?P<month>{_either(tuple(_VI_MONTHS))})(?: năm|,|/)? ?{_Y}",
        rf"(?<![\d.,$€¥]){_Y}",
    )
)


def dates(text: str) -> list[DateMention]:
    """Return the dates of `text`: full ones, months, and bare years; day/month order is read both ways."""
    return list(_mentions(fold(text)))


def _mentions(folded: str) -> Iterator[DateMention]:
    taken: list[tuple[int, int]] = []
    for pattern in _DATES:
        for match in pattern.finditer(folded):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            mentions = list(_read(match))
            if mentions:
                taken.append(match.span())
                yield from mentions


def _read(match: re.Match[str]) -> Iterator[DateMention]:
    parts = match.groupdict()
    year = int(parts["year"]) if parts.get("year") else None
    word = parts.get("month")
    numeric = bool(word and word.isdigit())
    month = (int(word) if numeric else _MONTH_OF[word]) if word else None
    days = [int(parts[name]) for name in ("day", "day2") if parts.get(name)]
    orders: list[tuple[int | None, int | None]] = [(day, month) for day in days] or [(None, month)]
    if numeric and len(days) == 1 and "/" in match.group() and month is not None:
        orders.append((month, days[0]))  # 12/17/2025 as Americans write it
    for day, of in dict.fromkeys(orders):
        if (of is None or 1 <= of <= 12) and (day is None or 1 <= day <= 31):
            yield DateMention(year, of, day, match.start(), match.end())


def date_parts(spec: str) -> tuple[int | None, int | None, int | None]:
    """Return (year, month, day) of "2025", "2025-03", "2025-03-10", "--01" or "--01-12"; else ValueError."""
    match = re.fullmatch(r"(?:(\d{4})|-)(?:-(\d\d)(?:-(\d\d))?)?", spec)
    year, month, day = (int(part) if part else None for part in match.groups()) if match else (None,) * 3
    if (
        match is None
        or (year is None and month is None)
        or not 1 <= (month or 1) <= 12
        or not 1 <= (day or 1) <= 31
    ):
        raise ValueError(f'date "{spec}" is not of the form 2025, 2025-03, 2025-03-10, --01 or --01-12')
    return year, month, day
