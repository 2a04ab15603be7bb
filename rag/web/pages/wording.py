"""The words of the frame in English and Vietnamese, and how numbers, sizes and spans of time are said."""

from __future__ import annotations

from collections.abc import Mapping

from rag.progress import duration
from rag.web.wording import Language

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "skip": "Skip to the content",
        "navigation": "Pages",
        "chat": "Chat",
        "switch": "Tiếng Việt",  # each language is called by its own name
        "switch_to": "vi",
        "starting": "The library is being opened. This page looks again by itself.",
    },
    "vi": {
        "skip": "Đến nội dung chính",
        "navigation": "Các trang",
        "chat": "Hỏi đáp",
        "switch": "English",
        "switch_to": "en",
        "starting": "Thư viện đang được mở. Trang này sẽ tự tải lại.",
    },
}


def number(value: float, language: Language) -> str:
    """Return 1234567 as "1,234,567", in Vietnamese "1.234.567"; 0.52 as "0.5", above 10 without decimals."""
    text = f"{value:,.0f}" if value == int(value) or abs(value) >= 10 else f"{value:,.1f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text


def size(count: int, language: Language) -> str:
    """Return bytes as "1.2 MB"."""
    value, unit = (count / 1e9, "GB") if count >= 1e9 else (count / 1e6, "MB")
    return f"{number(value, language)} {unit}"


def span(seconds: float, language: Language) -> str:
    """Return "3 min 20 s", in Vietnamese "3 phút 20 giây"."""
    units = {"s": "giây", "min": "phút", "h": "giờ"} if language == "vi" else {}
    return " ".join(units.get(word, word) for word in duration(seconds).split())
