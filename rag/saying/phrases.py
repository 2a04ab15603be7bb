"""The few fixed words of an answer, and values said in the other language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from index.records import Lang
from index.text import glossary
from rag.values import Value
from rag.values.dates import PartialDate
from rag.values.money import coins
from rag.values.numbers import BILLION, MILLION, THOUSAND, TRILLION

PHRASES: Mapping[Lang, Mapping[str, str]] = {
    "en": {
        "no_evidence": "I found nothing about this in the articles.",
        "unsupported": "The articles do not say.",
        "low_confidence": "The articles do not say this clearly enough for me to answer.",
        "not_a_question": "Please ask a question about the articles.",
        "partial": "I could not confirm the rest of the question.",
        "missing": "The articles do not answer this part: “{part}”",
        "incomparable": "These two cannot be compared with certainty.",
        "once": "I could confirm this for one time only.",
        "unconfirmed": "I could not confirm the value of {years}.",
        "earlier": "Earlier figure: {value} ({when}).",
        "yes": "Yes",
        "no": "No",
        "before": "Before: {value} ({when}).",
        "differs": "Another article says {value} ({when}).",
        "quoted": "An article says: “{quote}”",
    },
    "vi": {
        "no_evidence": "Tôi không tìm thấy thông tin nào về việc này trong các bài báo.",
        "unsupported": "Các bài báo không cho biết điều này.",
        "low_confidence": "Các bài báo không nói đủ rõ để tôi trả lời câu hỏi này.",
        "not_a_question": "Vui lòng đặt một câu hỏi về các bài báo.",
        "partial": "Tôi không xác nhận được phần còn lại của câu hỏi.",
        "missing": "Các bài báo không trả lời phần này: “{part}”",
        "incomparable": "Không thể so sánh chắc chắn hai giá trị này.",
        "once": "Tôi chỉ xác nhận được con số này ở một thời điểm.",
        "unconfirmed": "Tôi không xác nhận được con số của năm {years}.",
        "earlier": "Con số trước đó: {value} ({when}).",
        "yes": "Có",
        "no": "Không",
        "before": "Trước đó: {value} ({when}).",
        "differs": "Một bài báo khác nêu {value} ({when}).",
        "quoted": "Một bài báo viết: “{quote}”",
    },
}
_SCALES = ((TRILLION, "trillion", "nghìn tỷ"), (BILLION, "billion", "tỷ"), (MILLION, "million", "triệu"))
_APPROX = {
    "nearly": ("nearly", "gần"),
    "over": ("over", "hơn"),
    "under": ("under", "dưới"),
    "about": ("about", "khoảng"),
    "": ("", ""),
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def translated(value: Value, lang: Lang) -> str | None:
    """Return `value` said in `lang`; None when there is no sure way to say it."""
    if value.date and not value.date_to:
        return _date(value.date, lang)
    if value.number is None or value.number_to is not None or value.kind in ("ordinal", "rank", "duration"):
        return None
    side = 0 if lang == "en" else 1
    parts = [_APPROX[value.approx][side], _number(value.number, lang)]
    if value.kind == "percent":
        parts[-1] += "%"
    elif value.unit in coins():
        return None  # "pesos" are said otherwise in every country, and the text does not say in which
    elif value.unit:
        parts.append(value.unit)
    elif value.noun:
        noun = glossary.section("noun")[value.noun][lang]
        parts.append(noun[1] if lang == "en" and value.number != 1 and len(noun) > 1 else noun[0])
    elif value.counted:
        return None
    return " ".join(part for part in parts if part)


def reckoned(number: Decimal, like: Value, lang: Lang, *, about: bool = False) -> str:
    """Return a computed quantity in the unit of `like`; of percentages the difference is in points."""
    side = 0 if lang == "en" else 1
    if like.kind == "percent":
        words = f"{_number(number, lang)} {('percentage points', 'điểm phần trăm')[side]}"
    else:
        plainly = replace(like, number=number, approx="")
        noun = like.unit if like.unit in coins() else like.counted
        words = translated(plainly, lang) or f"{_number(number, lang)} {noun or ''}".strip()
    return f"{_APPROX['about'][side]} {words}" if about else words


SCALED_DECIMALS = 3  # "16.725 billion" is still read easily


def _number(number: Decimal, lang: Lang) -> str:
    for scale, english, vietnamese in _SCALES:
        # "1,345,596" is no "1.345596 million".
        if abs(number) >= scale and number / scale == round(number / scale, SCALED_DECIMALS):
            return f"{_digits(number / scale, lang)} {english if lang == 'en' else vietnamese}"
    return _digits(number, lang)


def _digits(number: Decimal, lang: Lang) -> str:
    # A year-like or small number takes no separator; "5,608" and "300,000" do.
    text = f"{number.normalize():,f}" if abs(number) >= THOUSAND else f"{number.normalize():f}"
    return text if lang == "en" else text.translate(str.maketrans(",.", ".,"))


def _date(date: PartialDate, lang: Lang) -> str | None:
    year, month, day = date.year, date.month, date.day
    if lang == "vi":
        parts = [f"ngày {day}" if day else "", f"{month}" if month else "", f"{year}" if year else ""]
        if day and month:
            return "/".join(part for part in parts if part)
        if month and year:
            return f"tháng {month}/{year}"
        return f"năm {year}" if year else None
    if day and month:
        return f"{day} {_MONTHS[month - 1]}" + (f" {year}" if year else "")
    if month:
        return _MONTHS[month - 1] + (f" {year}" if year else "")
    return str(year) if year else None


def when(label: str, lang: Lang) -> str:
    """Return an ISO date of any precision ("2025-03") as words in `lang`."""
    parts = [int(part) for part in label.split("-")]
    date = PartialDate(*parts)
    return _date(date, lang) or label
