"""The words of the frame in English and Vietnamese, and the name of the chat."""

from __future__ import annotations

from collections.abc import Mapping

from rag.web.wording import Language

TITLE = "Ask the archive"
SUBTITLE = "Hỏi kho báo"  # in both languages: the masthead is bilingual, as the chat's is

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
