"""What is wrong with a model, the library or a filter, in Vietnamese: errors say it in English only."""

from __future__ import annotations

from rag.web.phrasebook import Phrasebook
from rag.web.wording import Language

_BOOK = Phrasebook.section("failures")


def said(problem: str, language: Language) -> str:
    """Return what an error says, in the language of the reader; what is not known here stays as it is.

    >>> said("The program is stopping.", "vi")
    'Chương trình đang dừng.'
    """
    return _BOOK.said(problem, language)
