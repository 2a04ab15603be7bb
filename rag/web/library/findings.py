"""What a check of the library found, in Vietnamese: the index says it in English only."""

from __future__ import annotations

from rag.web.phrasebook import Phrasebook
from rag.web.wording import Language

_BOOK = Phrasebook.section("findings")


def said(problem: str, language: Language) -> str:
    """Return a sentence of `Library.verify` in the language of the reader; one not known here stays as it is.

    >>> said("article 3f2a is not whole", "vi")
    'bài 3f2a không trọn vẹn'
    """
    return _BOOK.said(problem, language)
