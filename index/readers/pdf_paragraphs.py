"""Lines of a document to paragraphs: rejoined across lines, columns and pages, broken words mended."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from index.readers.pdf_layout import Line, usual_height

_STOP = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
_BULLET = re.compile(r"^\s*(?:[•●▪◦‣·–-]\s+|\d{1,2}[.)]\s+)")
_BROKEN = re.compile(r"(\w+)-$")
_WORD = re.compile(r"[\w-]+")
_HEADING_WORDS = 14  # as in index.text.layout


def join(pages: Sequence[Sequence[Line]]) -> str:
    """Return the text of all pages: paragraphs parted by empty lines, a form feed where a page begins."""
    body = usual_height(pages)
    pitch = _pitch(pages)
    known = {word.casefold() for lines in pages for line in lines for word in _WORD.findall(line.text)}
    paragraphs: list[str] = []
    before: Line | None = None
    turned = 0  # pages that have ended since the last line
    for number, lines in enumerate(pages):
        turned += number > 0
        for line in lines:
            feed, turned = "\f" * turned, 0
            words = line.text.strip()
            if before and not _begins(before, line, pitch, body, turned_page=bool(feed)):
                paragraphs[-1] = _mended(paragraphs[-1], feed, words, known)
            else:
                heading = _is_heading(line, body)
                paragraphs.append(feed + ("## " if heading else "") + words)
            before = line
    return "\n\n".join(paragraphs)


def _pitch(pages: Sequence[Sequence[Line]]) -> float:
    """Return the usual distance from line to line."""
    steps = [
        above.middle - below.middle
        for lines in pages
        for above, below in itertools.pairwise(lines)
        if above.column == below.column and 0 < above.middle - below.middle < 4 * above.height
    ]
    # A quarter of the way up: short paragraphs and lists put wider gaps among them, nothing puts narrower.
    return sorted(steps)[len(steps) // 4] if steps else 0.0


def _begins(before: Line, line: Line, pitch: float, body: float, *, turned_page: bool) -> bool:
    """Whether a paragraph begins with `line`."""
    text = line.text.strip()
    if _BULLET.match(text) or abs(line.height - before.height) > 0.18 * body:
        return True
    if _is_heading(before, body) != _is_heading(line, body):
        return True
    ended = bool(_STOP.search(before.text.strip()))
    step = before.middle - line.middle
    if turned_page or step <= 0 or before.column != line.column:  # the next column or page
        if not ended:
            return not (text[:1].islower() or before.text.strip().endswith(("-", ",")) or _is_full(before))
        return not _is_full(before) or _indented(line)
    if _is_heading(line, body):
        return step > 1.6 * line.height  # one headline in several lines
    if step > 1.35 * pitch:
        return True
    if _indented(line) and not _indented(before):
        return ended
    # A last line that ends well before the margin ends its paragraph.
    return ended and not _is_full(before)


def _is_full(line: Line) -> bool:
    """Whether a line runs to the right edge of its column, as all but last lines do."""
    left, right = line.column
    return line.right > right - 0.12 * (right - left)


def _indented(line: Line) -> bool:
    return line.left > line.column[0] + 0.6 * line.height


def _is_heading(line: Line, body: float) -> bool:
    words = line.text.split()
    return (
        line.height > 1.15 * body
        and len(words) <= _HEADING_WORDS
        and not line.text.strip().endswith((".", ","))
    )


def _mended(paragraph: str, feed: str, words: str, known: set[str]) -> str:
    """Append a line; a word that was broken at the end of the last one becomes whole."""
    broken = _BROKEN.search(paragraph)
    rest = re.match(r"\w+", words)
    if not broken or not rest or not rest.group()[0].islower():
        return f"{paragraph} {feed}{words}" if not paragraph.endswith(" ") else f"{paragraph}{feed}{words}"
    whole = broken.group(1) + rest.group()
    hyphened = f"{broken.group(1)}-{rest.group()}"
    # Both spellings exist ("co-operate", "long-term"): the one used elsewhere in the document decides.
    keep = hyphened.casefold() in known and whole.casefold() not in known
    head = paragraph if keep else paragraph[:-1]
    return f"{head}{words[: rest.end()]}{feed}{words[rest.end() :]}"
