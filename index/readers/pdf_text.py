"""Characters of a PDF page to pieces of text that stand beside each other, with their places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from index.readers import strict
from index.readers.pdf_layout import Line

_BREAKS = "\r\n"
# Justified words in a narrow column stand up to two heights apart; PDFium breaks the line itself
# where the file draws other columns and cells later.
_GAP = 2.5


def pieces(page: Any) -> list[Line]:  # noqa: ANN401 - pypdfium2 has no types
    """Return the runs of characters of one page, in the order in which the file draws them.

    PDFium finds the words: browsers print letter by letter, and the gaps between letters alone do not
    tell where a word ends. A run ends where PDFium breaks the line, and where the next character
    stands apart from the last (the next column, a cell of a table).
    """
    _, height = page.get_size()
    view = page.get_textpage()
    found = [
        Line(text, left, bottom, right, top, (height - (top + bottom) / 2) / height)
        for text, left, bottom, right, top in _runs(view)
    ]
    view.close()
    page.close()
    return found


Run = tuple[str, float, float, float, float]  # text, left, bottom, right, top


def _runs(view: Any) -> Iterator[Run]:  # noqa: ANN401
    import pypdfium2.raw as pdfium

    rect = pdfium.FS_RECTF()
    letters: list[str] = []
    left = bottom = right = top = 0.0
    for number in range(view.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(view.raw, number))
        if letter in _BREAKS:
            yield from _finished(letters, left, bottom, right, top)
            letters = []
            continue
        if letter.isspace():
            letters.append(" ")
            continue
        # The box of the font: the ink of "sea" is lower than that of "Ship", though both are of one size.
        if not pdfium.FPDFText_GetLooseCharBox(view.raw, number, rect):
            continue
        # Python floats: what ctypes gives changes with the next call.
        box = (float(rect.left), float(rect.bottom), float(rect.right), float(rect.top))
        tall = max(box[3] - box[1], top - bottom)
        apart = box[0] - right > _GAP * tall or box[2] < right - 2 * tall
        if letters and (apart or min(box[3], top) - max(box[1], bottom) < 0.3 * tall):
            yield from _finished(letters, left, bottom, right, top)
            letters = []
        if not any(one != " " for one in letters):
            letters = []
            left, bottom, right, top = box
        letters.append(letter)
        right, bottom, top = max(right, box[2]), min(bottom, box[1]), max(top, box[3])
    yield from _finished(letters, left, bottom, right, top)


def _finished(letters: list[str], left: float, bottom: float, right: float, top: float) -> Iterator[Run]:
    text = printed("".join(letters)).strip()
    if text and top > bottom:
        yield text, left, bottom, right, top


def printed(text: str) -> str:
    """Return printed characters: ligatures apart, PDFium's marks for a broken word as hyphens, in NFC."""
    text = strict.whole(text).replace("\ufffe", "-").replace("\x02", "-").replace("\xad", "-")
    text = re.sub("[\ufb00-\ufb06]", lambda found: unicodedata.normalize("NFKC", found.group()), text)
    return unicodedata.normalize("NFC", "".join(mark for mark in text if unicodedata.category(mark) != "Cc"))
