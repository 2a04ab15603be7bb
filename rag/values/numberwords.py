"""Numbers written as words: "twenty-five", "two thirds", "hai mươi lăm", "một nửa"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from index.text.spelling import listed


@dataclass(frozen=True, slots=True)
class Number:
    """A number in `text[start:end]`; `alternatives` are the readings of an ambiguous separator."""

    start: int
    end: int
    value: Decimal
    alternatives: tuple[Decimal, ...] = ()
    digits: str = ""  # the literal as written; empty for number words
    scaled: bool = False  # has a scale word: "16.7 billion", "tỷ"
    vague: bool = False  # "hundreds", "hàng trăm"
    fraction: bool = False  # "two thirds", "một nửa": no unit and no noun is read behind it


_EN_UNITS = dict(
    zip(
        listed(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
            "sixteen seventeen eighteen nineteen"
        ),
        range(20),
        strict=True,
    )
)
_EN_TENS = dict(
    zip(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
        range(20, 100, 10),
        strict=True,
    )
)
_EN_MULTIPLIERS = {
    "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12,
}  # fmt: skip
_VI_UNITS = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
    "mười": 10, "mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5,
}  # fmt: skip
_VI_TENS_TAIL = {"mốt", "tư", "lăm", "nhăm"}  # only inside "hai mươi mốt"
_VI_MULTIPLIERS = {"mươi": 10, "chục": 10, "trăm": 100, "nghìn": 10**3, "ngàn": 10**3, "vạn": 10**4,
                   "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}  # fmt: skip


def alternation(words: list[str]) -> str:
    """Return a regular expression that matches any of the words, the longest first."""
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))


_EN_WORD = alternation([*_EN_UNITS, *_EN_TENS, *_EN_MULTIPLIERS])
_EN_PART = r"(?:one[\s-](?:half|quarter)|three[\s-]quarters?)"  # "two and one half" is no three
_EN_WORDS = re.compile(
    rf"\b(?:(?P<half>half an?|an? half) |(?P<a>an?) (?=(?:{alternation(list(_EN_MULTIPLIERS))})\b))?"
    rf"(?P<words>(?:{_EN_WORD})(?:(?:[\s-]+and)?[\s-]+(?!{_EN_PART}\b)(?:{_EN_WORD}))*)\b(?!-?(?:th|nd|rd)\b)"
)
# "Four and a half", "two and a quarter"; "two and a half of them" are two and another half.
_AND_PART = re.compile(
    r"[\s-]and[\s-](?:(?:an?|one)[\s-](?P<one>half|quarter)|(?P<bare>half)|three[\s-]quarters?)\b(?!-? (?:of|the|its|their)\b)"
)
_VI_RUOI = re.compile(r"\s(?:rưỡi|ruoi)\b")
_EN_SCALE_AFTER = re.compile(rf"[\s-](?P<scale>{alternation(list(_EN_MULTIPLIERS))})\b")
_EN_VAGUE = re.compile(
    r"\b(?:tens|hundreds|dozens|thousands|millions|billions|trillions)(?: of (?:thousands|millions|billions))?\b"
)
_EN_FRACTION = re.compile(
    r"\b(?:(?P<n>two|three|four)[ -](?P<ds>thirds|quarters|fifths|tenths)"
    r"|(?P<one>one|a)[ -](?P<d>half|third|quarter|fifth|tenth)\b(?= of\b|-| the\b)|half\b(?= of\b| the\b| its\b| their\b))"
)
_EN_TWICE = re.compile(r"\b(twice|thrice)\b")
_EN_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
# "one of", "one another", "no one": a pronoun, not a number.
_EN_PRONOUN = re.compile(
    r"\s*(?:of\b|another\b|can\b|could\b|should\b|would\b|must\b|who\b|that\b|$|[.,;?!])"
)
_EN_PRONOUN_BEFORE = re.compile(
    r"(?:\b(?:no|this|that|the|every|each|any|which|only|new|another|first|last)|-)\s?$"
)

# "năm" is five or year: inside a numeral five is written "lăm" (mười lăm, hai mươi lăm), so that
# "mười năm" is ten years; only at the beginning, before "mươi" and after "linh" does it stand for five.
_UNIT = "một|hai|ba|bốn|sáu|bảy|bẩy|tám|chín"
_BELOW_100 = (
    rf"(?:(?:{_UNIT}|năm) (?:mươi|chục)(?: (?:mốt|tư|lăm|nhăm|{_UNIT}))?|(?:{_UNIT}) (?:mốt|tư|lăm|nhăm)"
    rf"|mười(?: (?:lăm|{_UNIT}))?|{_UNIT}|năm)"
)
_BELOW_1000 = rf"(?:(?:{_UNIT}|năm) trăm(?: (?:linh|lẻ) (?:{_UNIT}|năm|mười|tư)| {_BELOW_100})?|{_BELOW_100})"
_VI_BIG = "(?:nghìn|ngàn|vạn|triệu|tỷ|tỉ)"
_VI_WORDS = re.compile(
    rf"\b(?P<words>{_BELOW_1000}(?: {_VI_BIG}){{1,2}}(?: {_BELOW_1000} {_VI_BIG})*(?: {_BELOW_1000}(?! {_VI_BIG}))?|{_BELOW_1000})\b"
    r"(?! lệ\b)(?:\s(?P<half>rưỡi)\b)?"
)
# "Tỷ rưỡi" by itself is one and a half.
_VI_SCALE_HALF = re.compile(r"\b(?P<scale>trăm|nghìn|ngàn|vạn|triệu|tỷ|tỉ) rưỡi\b")
_VI_VAGUE = re.compile(
    r"\bhàng (?P<words>(?:chục|trăm|nghìn|ngàn|vạn|triệu|tỷ|tỉ)(?: (?:nghìn|ngàn|triệu|tỷ|tỉ))?)\b"
)
_VI_FRACTION = re.compile(
    rf"\b(?:(?P<n>{alternation(list(_VI_UNITS))}|\d) phần (?P<d>{alternation(list(_VI_UNITS))}|\d)|một nửa)\b"
)


def _english_words(words: str) -> Decimal:
    total = current = 0
    for word in re.split(r"[\s-]+", words):
        if word in _EN_UNITS:
            current += _EN_UNITS[word]
        elif word in _EN_TENS:
            current += _EN_TENS[word]
        elif word in _EN_MULTIPLIERS:
            factor = _EN_MULTIPLIERS[word]
            current = (current or 1) * factor
            if factor >= 1000:
                total, current = total + current, 0
    return Decimal(total + current)


def _vietnamese_words(words: str) -> Decimal:
    total = current = unit = 0
    for word in words.split():
        if word in _VI_MULTIPLIERS:
            factor = _VI_MULTIPLIERS[word]
            if factor >= 1000:
                part = (current + unit) or 1
                # "nghìn tỷ" multiplies what is already there.
                total, current = (
                    (total * factor, 0) if not current and not unit and total else (total + part * factor, 0)
                )
                unit = 0
            else:
                current, unit = current + (unit or 1) * factor, 0
        elif word in _VI_UNITS:
            current, unit = (
                (current + unit, 10)
                if word == "mười"
                else (current + (10 if unit == 10 else 0), _VI_UNITS[word])
            )
    return Decimal(total + current + unit)


def with_part(text: str, end: int, value: Decimal, scale: Decimal, lang: str) -> tuple[int, Decimal, Decimal]:
    """Return end, value and scale of a number that ends at `end`, with the half or quarter written behind it.

    `scale` is that of its last word: "2 tỷ rưỡi" and "two million and a half" add half of it, "two and a half million"
    multiplies the sum. Nothing changes where no part follows.
    """
    if lang == "vi":
        half = _VI_RUOI.match(text, end)
        return (half.end(), value + scale / 2, scale) if half else (end, value, scale)
    part = _AND_PART.match(text, end)
    if not part or (1 < scale < 1000):  # "a hundred and a half" may be either
        return end, value, scale
    share = {"quarter": Decimal("0.25"), "half": Decimal("0.5")}.get(
        part["one"] or part["bare"], Decimal("0.75")
    )
    value, end = value + share * scale, part.end()
    if scale == 1 and (after := _EN_SCALE_AFTER.match(text, end)):
        scale = Decimal(_EN_MULTIPLIERS[after["scale"]])
        return after.end(), value * scale, scale
    return end, value, scale


def english_numbers(text: str) -> list[Number]:
    """Return the numbers written as English words in `spelling.plain` text; they may overlap."""
    found = []
    for match in _EN_FRACTION.finditer(text):
        top = _EN_UNITS[match["n"]] if match["n"] else 1
        bottom = _EN_PARTS[(match["ds"] or match["d"] or "half").rstrip("s")]
        found.append(
            Number(match.start(), match.end(), Decimal(top) / bottom, fraction=True, vague=bottom == 2)
        )
    for match in _EN_VAGUE.finditer(text):
        scales = [word.rstrip("s") for word in match[0].replace(" of ", " ").split()]
        amount = Decimal(1)
        for word in scales:
            amount *= 10 if word == "ten" else _EN_MULTIPLIERS[word]
        found.append(Number(match.start(), match.end(), amount, vague=True))
    found += [
        Number(match.start(), match.end(), Decimal(2 if match[1] == "twice" else 3))
        for match in _EN_TWICE.finditer(text)
    ]
    for match in _EN_WORDS.finditer(text):
        words = match["words"]
        before = text[max(0, match.start() - 12) : match.start()]
        if re.search(r"[\d.,]\s?-?$", before) and words.split()[0] in _EN_MULTIPLIERS:
            continue  # belongs to digits: "16.7 billion"
        if words == "one" and (_EN_PRONOUN.match(text, match.end()) or _EN_PRONOUN_BEFORE.search(before)):
            continue
        value = _english_words(words)
        if match["half"]:
            value /= 2
        several = bool(re.search(r"\b(?:several|few|many|couple)\s$", before))
        last = Decimal(_EN_MULTIPLIERS.get(re.split(r"[\s-]", words)[-1], 1))
        end, value, _ = with_part(text, match.end(), value, last, "en")
        found.append(Number(match.start(), end, value, scaled=value >= 1000, vague=several))
    return found


# After "năm" (five or year) and "một" (one or a), only these make it a number.
_VI_COUNTED = (
    r"\s+(?:phần trăm|%|năm|tháng|ngày|tuần|giờ|phút|người|nước|quốc gia|tỉnh|thành phố|dự án|công ty|doanh nghiệp|"
    r"thành viên|lần|bên|đối tác|lĩnh vực|triệu|tỷ|tỉ|nghìn|ngàn|trăm|mươi|chục|thập|thế kỷ|đô la|đồng|usd|km|ha|tấn|độ)\b"
)
_VI_FIVE = re.compile(_VI_COUNTED)
_VI_NUMBER_BEFORE = re.compile(
    r"(?:\d|một|hai|ba|bốn|sáu|bảy|tám|chín|mười|mươi|trăm|nghìn|mấy|nhiều|từng|mỗi|các|những|trong|vào)\s+$"
)
_VI_NOT_NUMBER = re.compile(r"(?:thứ|đầu|riêng|tháng|chủ|bố|mẹ|thu|bộ|tay|lần thứ)\s+$")


def vietnamese_numbers(text: str) -> list[Number]:
    """Return the numbers written as Vietnamese words in `spelling.plain` text; they may overlap."""
    found = []
    for match in _VI_FRACTION.finditer(text):
        top, bottom = (
            (int(part) if part.isdigit() else _VI_UNITS[part])
            for part in (match["n"] or "1", match["d"] or "2")
        )
        half = match["d"] is None
        found.append(Number(match.start(), match.end(), Decimal(top) / bottom, fraction=True, vague=half))
    found += [
        Number(match.start(), match.end(), _vietnamese_words(match["words"]), vague=True)
        for match in _VI_VAGUE.finditer(text)
    ]
    found += [
        Number(match.start(), match.end(), Decimal(_VI_MULTIPLIERS[match["scale"]]) * 3 / 2, scaled=True)
        for match in _VI_SCALE_HALF.finditer(text)
    ]
    for match in _VI_WORDS.finditer(text):
        number = _one_vietnamese(text, match)
        if number:
            found.append(number)
    return found


def _one_vietnamese(text: str, match: re.Match[str]) -> Number | None:
    words, start, end = match["words"].split(), match.start("words"), match.end("words")
    before = text[max(0, start - 12) : start]
    if _VI_NOT_NUMBER.search(before):
        return None
    if words[0] == "năm" and (
        _VI_NUMBER_BEFORE.search(before) or not (len(words) > 1 or _VI_FIVE.match(text, end))
    ):
        return None
    # A numeral that ends in "năm" counts years: "một trăm năm" is a century.
    if (
        len(words) > 1
        and words[-1] == "năm"
        and words[-2] not in ("linh", "lẻ")
        and not _VI_FIVE.match(text, end)
    ):
        end = start + len(match["words"][: -len("năm")].rstrip())
        words = words[:-1]
    if words == ["một"] and not _VI_FIVE.match(text, end) and not match["half"]:
        return None  # the article "a"
    value = _vietnamese_words(" ".join(words))
    both = bool(re.search(r"\bcả\s+$", before))  # "cả hai": both
    if match["half"] and end == match.end("words"):
        last = 1 if words[-1] == "mươi" else _VI_MULTIPLIERS.get(words[-1], 1)
        return Number(start, match.end(), value + Decimal(last) / 2, scaled=True)
    return Number(start, end, value, scaled=value >= 1000, vague=both)
