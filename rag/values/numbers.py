"""Numbers as written in English and Vietnamese: digits with their scales ("tỷ", "bn"), and number words.

`find_numbers` expects `spelling.plain` text and reports exact offsets. What the numbers count is
decided in `rag.values.quantities`; dates are taken out before by `rag.values.timex`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import cache

from index.text import glossary
from index.text.spelling import is_ascii_words, listed, plain
from rag.values.money import currencies
from rag.values.nouns import english_noun, vietnamese_noun
from rag.values.numberwords import Number, alternation, english_numbers, vietnamese_numbers, with_part
from rag.values.relative_dates import MONTHS

THOUSAND, MILLION, BILLION, TRILLION = (Decimal(10) ** power for power in (3, 6, 9, 12))

_EN_SCALES = {
    "hundred": Decimal(100), "thousand": THOUSAND, "million": MILLION, "billion": BILLION,
    "trillion": TRILLION, "mn": MILLION, "mln": MILLION, "bn": BILLION, "bln": BILLION,
    "tn": TRILLION, "trn": TRILLION,
}  # fmt: skip
# One letter is a scale only behind a currency sign: "5m" alone is a length.
_LETTER_SCALES = {"k": THOUSAND, "m": MILLION, "b": BILLION, "t": TRILLION}
_VI_SCALES = {
    "chục": Decimal(10), "trăm": Decimal(100), "nghìn": THOUSAND, "ngàn": THOUSAND, "vạn": Decimal(10000),
    "triệu": MILLION, "tỷ": BILLION, "tỉ": BILLION,
}  # fmt: skip
_SCALES = {**_EN_SCALES, **_VI_SCALES}
# Without diacritics "ngan" is also ngân (bank) and "van" is also văn: only these are safe after digits.
_ASCII_SCALES = {"ty": BILLION, "trieu": MILLION, "nghin": THOUSAND, "tram": Decimal(100)}

_LITERAL = r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?"


def _digits_pattern(scales: dict[str, Decimal]) -> re.Pattern[str]:
    names = alternation(list(scales))
    letters = "".join(_LETTER_SCALES)
    return re.compile(
        rf"(?<![\d.,])(?<!\d[/:])(?P<digits>{_LITERAL})(?![\d])(?P<part>[½¼¾⅓⅔])?"
        rf"(?:(?P<scale>(?:\s?-?\s?(?:{names})\b){{1,2}})|(?P<letter>[{letters}])\b)?"
    )


_PARTS = {
    "½": Decimal("0.5"),
    "¼": Decimal("0.25"),
    "¾": Decimal("0.75"),
    "⅓": Decimal(1) / 3,
    "⅔": Decimal(2) / 3,
}
_DIGITS = _digits_pattern(_SCALES)
_DIGITS_ASCII = _digits_pattern({**_EN_SCALES, **_ASCII_SCALES})
_SCALE_WORD = re.compile(rf"{alternation([*_SCALES, *_ASCII_SCALES])}")
_MONEY_BEFORE = re.compile(r"(?:[$€£¥₫]|\b(?:usd|vnd|eur|gbp|jpy|sgd|aud))\s?$")
_NAME_BEFORE = re.compile(r"(?:[^\W\d_]|(?<![^\W_])[^\W\d_]+\s?-)$")
_PREFIX_BEFORE = re.compile(r"(?:\b(?:mid|pre|post|early|late|top|usd|vnd|eur|gbp|jpy|sgd|aud)-?|\d-)$")

_SLASH_FRACTION = re.compile(r"(?<![\d/.,-])(?P<n>[1-9])/(?P<d>[2-9]|10)(?![\d/])")


def read_literal(digits: str, lang: str) -> tuple[Decimal, tuple[Decimal, ...]]:
    """Return the value of a digit literal and the other readings its separator allows.

    Two kinds of separators, or one repeated, decide by themselves; "1.234" and "5,608" are read as
    the language writes them (Vietnamese groups with a point), and the other reading is offered.
    """
    compact = digits
    dots, commas = compact.count("."), compact.count(",")
    if dots and commas:
        decimal = "." if compact.rfind(".") > compact.rfind(",") else ","
        group = "," if decimal == "." else "."
        return Decimal(compact.replace(group, "").replace(decimal, ".")), ()
    if dots > 1 or commas > 1:
        return Decimal(compact.replace(".", "").replace(",", "")), ()
    if not dots and not commas:
        return Decimal(compact), ()
    as_decimal = Decimal(compact.replace(",", "."))
    whole, _, tail = compact.replace(",", ".").partition(".")
    if len(tail) != 3 or len(whole) > 3 or whole.startswith("0"):
        return as_decimal, ()
    as_group = Decimal(whole + tail)
    groups = bool(dots) if lang == "vi" else bool(commas)
    return (as_group, (as_decimal,)) if groups else (as_decimal, (as_group,))


def _scale_of(words: str) -> Decimal:
    scale = Decimal(1)
    for word in _SCALE_WORD.findall(words):
        scale *= _SCALES.get(word) or _ASCII_SCALES[word]
    return scale


def _digit_numbers(text: str, lang: str, original: str) -> list[Number]:
    pattern = _DIGITS_ASCII if lang == "vi" and is_ascii_words(text) else _DIGITS
    found = []
    for match in pattern.finditer(text):
        start, end = match.start(), match.end()
        before = text[max(0, start - 12) : start]
        # Digits glued to a name ("COVID-19", "G20", "CC1") are part of the name.
        named = _NAME_BEFORE.search(before) and not _PREFIX_BEFORE.search(before)
        if named and _sign(text, original, start, end) is None and not _FELL.search(text[: start - 1]):
            continue
        if end < len(text) and (text[end].isalpha() and text[end:].split(maxsplit=1)[0][:2] not in _SUFFIXES):
            continue
        value, alternatives = read_literal(match["digits"], lang)
        value += _PARTS.get(match["part"], Decimal(0))
        scale = Decimal(1)
        if match["scale"]:
            scale = _scale_of(match["scale"])
        elif match["letter"]:
            if match["letter"] != "k" and not _MONEY_BEFORE.search(before):
                end = match.end("digits")
            else:
                scale = _LETTER_SCALES[match["letter"]]
        end, amount, last = with_part(text, end, value * scale, scale, lang)
        others = () if amount != value * scale else tuple(a * scale for a in alternatives)
        found.append(Number(start, end, amount, others, match["digits"], last != 1))
    return found


# A minus is told from a dash by what stands around it. "Minus", "âm" and a hyphen make a temperature or a percentage
# negative; the sign U+2212 any number. Behind another number all but the words may be a range or a sum.
_DEGREES = r"\s?-?\s?(?:%|°|º|độ\b|do c\b|o ?c\b|degrees?\b|celsius\b|fahrenheit\b|per ?cent\b|pct\b|percentage\b|phần trăm\b|điểm (?:phần trăm|%))"
_SIGNED_AFTER = re.compile(
    rf"{_DEGREES}|(?:\s?-\s?|\s(?:đến|tới|to|and|và|or|hoặc|xuống|lên)\s)(?:-|minus |âm )?\d+(?:[.,]\d+)?{_DEGREES}"
)
_MINUS_WORD = re.compile(r"(?<!\w)(?:minus|negative|âm)\s$")
_SOUND = re.compile(r"(?:phát|siêu|thu|ghi|lồng|nguyên|phụ|hồi|thanh|bát|tạp|đa|hòa|hoà|ngũ|loa|lưỡng)\s$")
_AFTER_NUMBER = re.compile(r"\d[^\s,;]*\s(?:[^\s,;]+\s)?$")
_TO_MINUS = re.compile(r"(?<!\w)(?:đến|tới|to|and|và|or|hoặc|xuống|lên|of|at|is|là|mức|còn)\s$")
_FELL = re.compile(
    r"(?<!\w)(?:down|fell|fall|drop|dropped|declined|shrank|decreased|(?:fell|down) by|giảm|sụt|hạ|mất|lỗ)\s(?:by\s|tới\s|đến\s)?$"
)
_HYPHENS = "-\u2010\u2011\u2013"
_MINUS = "\u2212"


def _sign(text: str, original: str, start: int, end: int) -> int | None:
    """Return where the minus before a number begins; None where it has none."""
    word = _MINUS_WORD.search(text, max(0, start - 12), start)
    if word:
        sum_of = re.search(r"\d\s?$", text[: word.start()])
        bound = not _SOUND.search(text[: word.start()]) and not sum_of and _SIGNED_AFTER.match(text, end)
        return word.start() if bound else None
    at = start - 1
    if at < 0 or text[at] != "-":
        return None
    before = text[:at]
    opens = not before or before[-1] in " ([\"'~=:≈"
    if original[at] == _MINUS and (opens or before[-1] in "-/"):
        return None if re.search(r"\d\s$", before) else at
    if original[at] not in _HYPHENS or not opens or not _SIGNED_AFTER.match(text, end):
        return None
    if (at and original[at - 1] == "\n") or _FELL.search(before):
        return None  # the mark of an item; "down -5%" says it twice
    return None if _AFTER_NUMBER.search(before) and not _TO_MINUS.search(before) else at


_SUFFIXES = {"st", "nd", "rd", "th", "km", "kg", "ha", "mw", "gw", "kw", "us", "đ", "m2", "m", "m³", "m²", "cm",
             "mm", "ml", "tw", "mp", "kp", "oc", "ºc", "of", "ºf", "tr", "s", "x", "h", "g", "t", "vn", "eu", "-"}  # fmt: skip


# A number behind a name is a part of it where nothing that it could count follows: "Sông Trà 2", "Vành đai 3".
_NUMBERED = re.compile(
    r"(?<!\w)(?:covid|quốc lộ|tỉnh lộ|vành đai|(?:metro|tuyến|tổ máy|nhà máy|đường|ga|cảng|bến|lô|khu|tòa|toà) số|"
    r"metro line|ring road|highway|route|terminal|line)\s$"
)
_CAPITAL = re.compile(r"(?P<first>[^\W\d_][\w'’-]*)\s$")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n\"“”'‘(-])\s*$")
_PLACED = frozenset(listed("cách từ đến tới ở tại rời về mất hết trong"))
_NO_NAMES = frozenset((*MONTHS, *listed("ngày tháng năm quý tuần usd vnd eur gbp jpy sgd aud")))
_NOW = re.compile(
    r"\sgiờ (?:đây|là|đã|đang|vẫn|còn|ra sao|thế nào|có|sẽ|mới|trở|thành|như|bị|được|chỉ|cũng|lại|phải|không)\b"
)
_LOWEST_COUNT = 20  # a greater number behind a place counts what was there: "tại Huế 45 cựu binh"


def _named(text: str, original: str, lang: str, number: Number) -> bool:
    """Return whether a number is a part of the name before it and counts nothing.

    A unit or a noun that is known to be counted tells that it is none: "Hà Nội 2 ngày" may be two days. "Giờ" is
    "now" where what follows speaks of the thing, and no place is told from which it might be hours.
    """
    before, end = original[: number.start], number.end
    if (
        number.scaled
        or not number.digits.isdigit()
        or number.value >= 1000
        or number.end != number.start + len(number.digits)
    ):
        return False
    headed = bool(_NUMBERED.search(text[: number.start]))
    capital = _CAPITAL.search(before)
    if not headed and (
        not capital
        or not capital["first"][0].isupper()
        or number.value >= _LOWEST_COUNT
        or plain(capital["first"]) in _NO_NAMES
        or _SENTENCE_START.search(before[: capital.start()])
        or original[end : end + 2].strip()[:1].isupper()
    ):
        return False
    if _NOW.match(text, end):
        return headed or _before_name(before) not in _PLACED
    if _measured().match(text, end):
        return False
    noun = vietnamese_noun(text, end) if lang == "vi" else english_noun(text, end)
    if headed or noun is None:
        return True
    counted = noun in glossary.spellings("noun") or (lang == "vi" and " " not in noun)
    return not counted and (lang == "vi" or number.value < 10)


def _before_name(before: str) -> str:
    """Return the word before the capitalised ones at the end of a text, in lower case."""
    words = before.split()
    while words and words[-1][0].isupper():
        words.pop()
    return plain(words[-1]) if words else ""


@glossary.derived
@cache
def _measured() -> re.Pattern[str]:
    """Return a unit, a length of time or money behind a number."""
    words = (*glossary.spellings("unit"), *glossary.spellings("duration"), *currencies())
    return re.compile(rf"\s?-?\s?(?:{alternation(list(words))})(?!\w)")


def _is_capital_name(original: str, number: Number) -> bool:
    """Return whether a number word is the beginning of a name: "Ba Lan" is Poland, not three."""
    rest = original[number.end : number.end + 2]
    return (
        original[number.start].isupper()
        and not number.digits
        and (
            (len(rest) == 2 and rest[1].isupper())
            or any(c.isupper() for c in original[number.start + 1 : number.end])
        )
    )


def find_numbers(text: str, lang: str, original: str | None = None) -> list[Number]:
    """Return the numbers of `spelling.plain` text in order, without overlaps.

    `original` is the text before lower-casing: it tells "Ba Lan" from "ba".
    """
    found = _digit_numbers(text, lang, original or text)
    found += vietnamese_numbers(text) if lang == "vi" else english_numbers(text)
    for match in _SLASH_FRACTION.finditer(text):
        if int(match["n"]) < int(match["d"]):
            found.append(
                Number(match.start(), match.end(), Decimal(match["n"]) / Decimal(match["d"]), fraction=True)
            )
    if original is not None:
        found = [number for number in found if not _is_capital_name(original, number)]
    found = [_signed(text, original or text, number) for number in drop_overlaps(found)]
    if original is None:
        return found
    # What is marked as a scaled fraction is read without a unit and a noun.
    return [
        replace(number, scaled=True, fraction=True) if _named(text, original, lang, number) else number
        for number in found
    ]


def _signed(text: str, original: str, number: Number) -> Number:
    start = None if number.fraction else _sign(text, original, number.start, number.end)
    if start is None:
        return number
    others = tuple(-one for one in number.alternatives)
    return replace(number, start=start, value=-number.value, alternatives=others)


def drop_overlaps(found: list[Number]) -> list[Number]:
    """Keep the longer of two overlapping numbers, in order of appearance."""
    kept: list[Number] = []
    for number in sorted(found, key=lambda n: (n.start, -(n.end - n.start), n.fraction)):
        if not kept or number.start >= kept[-1].end:
            kept.append(number)
        elif number.end - number.start > kept[-1].end - kept[-1].start:
            kept[-1] = number
    return kept
