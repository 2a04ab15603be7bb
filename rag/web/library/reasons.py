"""Why a file or a correction is refused, in Vietnamese: the index says it in English only."""

from __future__ import annotations

from rag.web.phrasebook import Phrasebook
from rag.web.wording import Language

_BOOK = Phrasebook.section("reasons")
_MOST_TOGETHER = 3  # reasons in one, as `index.readers.sidecar` joins them


def said(reason: str, language: Language) -> str:
    """Return a reason in the language of the reader; one that is not known here stays as it is.

    >>> said("empty file", "vi")
    'tệp trống'
    """
    return reason if language == "en" else _joined(reason, _MOST_TOGETHER) or reason


def _joined(reason: str, most: int) -> str | None:
    """Return one reason, or up to `most` parted by semicolons, in Vietnamese; None if one is not known."""
    if whole := _BOOK.find(reason):
        return whole
    cut = reason.find("; ") if most > 1 else -1
    while cut >= 0:
        if (one := _BOOK.find(reason[:cut])) and (rest := _joined(reason[cut + 2 :], most - 1)):
            return f"{one}; {rest}"
        cut = reason.find("; ", cut + 1)
    return None
