"""Numbers as written in English and Vietnamese: digits with their scales ("tỷ", "bn"), and number words.

`find_numbers` expects `spelling.plain` text and reports exact offsets. What the numbers count is
decided in `rag.values.quantities`; dates are taken out before by `rag.values.timex`.
"""

from __future__ import annotations

import re
from decimal import Decimal

from index.text.spelling import is_ascii_words
from rag.values.numberwords import Number, alternation, english_numbers, vietnamese_numbers

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


def _digit_numbers(text: str, lang: str) -> list[Number]:
    pattern = _DIGITS_ASCII if lang == "vi" and is_ascii_words(text) else _DIGITS
    found = []
    for match in pattern.finditer(text):
        start, end = match.start(), match.end()
        before = text[max(0, start - 12) : start]
        # Digits glued to a name ("COVID-19", "G20", "CC1") are part of the name.
        if _NAME_BEFORE.search(before) and not _PREFIX_BEFORE.search(before):
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
        found.append(
            Number(
                start, end, value * scale, tuple(a * scale for a in alternatives), match["digits"], scale != 1
            )
        )
    return found


_SUFFIXES = {"st", "nd", "rd", "th", "km", "kg", "ha", "mw", "gw", "kw", "us", "đ", "m2", "m", "m³", "m²", "cm",
             "mm", "tr", "s", "x", "h", "g", "t", "vn", "eu", "-"}  # fmt: skip


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
    found = _digit_numbers(text, lang)
    found += vietnamese_numbers(text) if lang == "vi" else english_numbers(text)
    for match in _SLASH_FRACTION.finditer(text):
        if int(match["n"]) < int(match["d"]):
            found.append(
                Number(match.start(), match.end(), Decimal(match["n"]) / Decimal(match["d"]), fraction=True)
            )
    if original is not None:
        found = [number for number in found if not _is_capital_name(original, number)]
    return drop_overlaps(found)


def drop_overlaps(found: list[Number]) -> list[Number]:
    """Keep the longer of two overlapping numbers, in order of appearance."""
    kept: list[Number] = []
    for number in sorted(found, key=lambda n: (n.start, -(n.end - n.start), n.fraction)):
        if not kept or number.start >= kept[-1].end:
            kept.append(number)
        elif number.end - number.start > kept[-1].end - kept[-1].start:
            kept[-1] = number
    return kept
