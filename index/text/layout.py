"""Lines to an article: title, byline and outlet, date stamp, and the kind of every block."""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass, replace

from index.records import Block, BlockKind
from index.text import clean, dates, mastheads, sentences, titles
from index.text.clean import Line

_NAME = r"[^\W\d_a-z][\w.'’-]*"
_NAMES = rf"{_NAME}(?: {_NAME}){{0,4}}"
_BYLINE = re.compile(
    rf"^(?P<lead>By|Reported by|Written by|Bài(?: và ảnh)?:|Theo|Tác giả:) "
    rf"(?P<who>{_NAMES}(?: (?:and|và|&|-|–) {_NAMES})*?)"
    rf"(?:(?:,| \||/| -| –) (?P<outlet>(?:The )?{_NAMES}))?\.?$"
)
_SOURCE = re.compile(rf"^(?:\(?(?:Source|Nguồn|Theo):? (?P<outlet>(?:The |Báo |báo )?{_NAMES})\)?)\.?$")
_PROMOTION = re.compile(
    rf"^(?:Try|Subscribe to|Follow|Support|Join|Read more (?:on|at)) (?P<outlet>(?:The )?{_NAMES}?)"
    r"(?:'s|’s|'|’)(?: |$)"
)
_CREDIT_LEAD = (
    r"^(?:Photos?|Credits?|Image(?: credit)?|Picture|Photo credit|Illustration"
    r"|Ảnh|Ảnh minh họa|Nguồn ảnh|Hình)\s*:"
)
_CREDIT = re.compile(
    _CREDIT_LEAD + r"|[(\[](?:Photos?|Credits?|Image|Picture|Ảnh|Nguồn|Source)\s*:[^()]*[)\]]\W*$",
    re.IGNORECASE,
)
# "…sáng 12/1. Ảnh: Giang Huy" inside running text: the caption is the sentence before the credit. The
# name ends where a capitalised word is followed by one in lower case, which begins the next sentence.
_UPPER = r"[^\W\d_a-zà-ỹđ]"
_INLINE_CREDIT = re.compile(
    rf"(?<=[.!?…] )(?:Ảnh|Photo): {_UPPER}[\w./-]*(?: {_UPPER}[\w./-]*(?! [a-zà-ỹđ])){{0,3}}(?=\s|$)"
)
_TERMINAL = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
_ITEM = re.compile(r"^(?:\d{1,2}[.)]|[a-z]\)) ")
_LONGEST_HEADING = 14  # words; captions without a full stop are longer
_FIGURE = re.compile(r"[-+−]?[$€£]?\d[\d.,]*%?")
_TRAILING_NAME = re.compile(rf"(?<=[.!?…”\"]) (?P<name>{_UPPER}[\w’'-]*(?: {_UPPER}[\w’'-]*){{1,3}})$")


_ONLY_NAME = re.compile(rf"{_UPPER}[\w’'-]*(?: {_UPPER}[\w’'-]*){{0,3}}")
# As an article is signed: one name, or two with a dash or a comma between them.
_SIGNED = re.compile(rf"{_ONLY_NAME.pattern}(?:(?: [-–] |, ){_ONLY_NAME.pattern})?")


@dataclass(frozen=True, slots=True)
class Draft:
    """What one file became; `blocks` index `text`, the title is not part of it unless `title_in_text`."""

    title: str
    text: str
    blocks: tuple[Block, ...]
    outlet: str | None = None
    stamp: str | None = None  # the line that says when it was published
    byline: str | None = None  # the names in a line that says who wrote it
    signed: str | None = None  # a name alone below the text


Piece = tuple[BlockKind, str]


def draft(text: str, title: str = "") -> Draft:
    """Lay out the raw text of one article; `title` is the one that its metadata gives."""
    everything = clean.lines(text)
    outlet = _promoted_outlet(text)
    stamp, kept = _take_stamp(everything)
    over, kept = _take_masthead(kept)
    told = mastheads.of_line(over.text) if over else None
    title, kept = (title, _without_line(kept, title)) if title else _take_title(kept)
    outlet = outlet or (told.outlet if told else None)
    days = [told.stamp if told else None, *(mastheads.dateline(line.text) for line in kept[:2])]
    stamp = stamp or next(filter(None, days), None)
    pieces: list[Piece] = []
    usual_gap = max(1, statistics.mode([line.gap for line in kept[1:]] or [1]))
    byline: str | None = None
    if over:
        pieces.append(("caption", over.text))
    kept = _with_rows(kept)
    end = len(kept) - _below(kept)
    for number, line in enumerate(kept):
        found = _BYLINE.match(line.text) or _SOURCE.match(line.text)
        edge = number >= len(kept) - 3 or number < 2
        if found and edge:
            outlet = found.group("outlet") or outlet
            byline = byline or _writers(found)
            pieces.append(("caption", line.text))
        elif number >= end and number:
            pieces.append(("caption", line.text))
        else:
            pieces.extend(_pieces(line, number + 1 == len(kept), usual_gap))
    title = titles.recase(title, " ".join(words for _, words in pieces))
    below = [words for kind, words in pieces[-3:] if kind == "caption" and not _SOURCE.match(words)]
    signed = next((words for words in below if _SIGNED.fullmatch(words)), None)
    return Draft(title, *_assemble(pieces), outlet=outlet, stamp=stamp, byline=byline, signed=signed)


def _writers(byline: re.Match[str]) -> str | None:
    """Return the names after "By"; one word is hardly a name ("By Christmas"), "Theo" names a source."""
    who = byline.groupdict().get("who") or ""
    return who if " " in who and byline.group("lead") != "Theo" else None


def _with_rows(kept: list[Line]) -> list[Line]:
    """Mark the rows of tables that came without their columns' places, as from a page: lines of figures.

    Which figure is of which column only the places can tell, so none is named; but what names the columns is
    no heading, and stays with them.
    """
    result = list(kept)
    counts = [0 if line.apart or line.item else _figures(line.text) for line in kept]
    for number, count in enumerate(counts):
        alike = count and count in (counts[number - 1 : number] + counts[number + 1 : number + 2])
        if not alike:
            continue
        result[number] = replace(kept[number], row=True)
        above = kept[number - 1] if number else None
        if (
            above
            and not counts[number - 1]
            and not above.apart
            and len(above.text.split()) in (count, count + 1)
        ):
            result[number - 1] = replace(above, row=True)
    return result


def _figures(text: str) -> int:
    """Return how many figures a line ends with, 0 if it is no row of them."""
    parts = text.split()
    figures = len(parts) - next(
        (at for at in range(len(parts), 0, -1) if not _FIGURE.fullmatch(parts[at - 1])), 0
    )
    return figures if figures >= 2 and len(parts) - figures <= 4 and len(parts) <= _LONGEST_HEADING else 0


def _below(kept: list[Line]) -> int:
    """Return how many of the last lines only name a writer, a photographer or an agency."""
    count = 0
    for line in reversed(kept[-3:]):
        if (
            line.apart
            or line.item
            or not (_SIGNED.fullmatch(line.text) or _SOURCE.match(line.text) or _BYLINE.match(line.text))
        ):
            break
        count += 1
    return count


def _assemble(pieces: list[Piece]) -> tuple[str, tuple[Block, ...]]:
    blocks: list[Block] = []
    at = 0
    for kind, words in pieces:
        blocks.append(Block(kind, at, at + len(words)))
        at += len(words) + 2
    return "\n\n".join(words for _, words in pieces), tuple(blocks)


def _promoted_outlet(text: str) -> str | None:
    """Return the outlet that its own advertisement names: "Try The Diplomat's jobs board."."""
    for line in text.split("\n")[-12:]:
        if found := _PROMOTION.match(clean.tidy(line)):
            return found.group("outlet")
    return None


def _take_stamp(all_lines: list[Line]) -> tuple[str | None, list[Line]]:
    """Take out the line near the top (or the very end) that is only a publication date."""
    for number, line in enumerate(all_lines):
        if (number < 6 or number >= len(all_lines) - 2) and dates.is_stamp(line.text):
            kept = all_lines[:number] + all_lines[number + 1 :]
            return line.text, kept
    return None, all_lines


def _take_masthead(all_lines: list[Line]) -> tuple[Line | None, list[Line]]:
    """Take out the line near the top that says who printed it and when: above the headline or below it."""
    for number, line in enumerate(all_lines[:4]):
        rest = all_lines[:number] + all_lines[number + 1 :]
        over = None if line.item or line.cell or line.row or not rest else mastheads.of_line(line.text)
        if over and not mastheads.is_later(over.stamp, "\n".join(one.text for one in rest)):
            return line, rest
    return None, all_lines


def _take_title(all_lines: list[Line]) -> tuple[str, list[Line]]:
    if not all_lines:
        return "", []
    for number, line in enumerate(all_lines[:6]):
        if line.headline or (number == 0 and line.heading):
            return line.text, _without(all_lines, number)
    first = all_lines[0]
    alone = len(all_lines) > 1 and len(first.text) <= 250
    if (
        alone
        and not re.search(r"[.;,][\"'”’»)]*$", first.text)
        and not (first.item or first.cell or first.row)
    ):
        return first.text, all_lines[1:]
    head, rest = titles.split_run_in(first.text)
    if head:
        return head, [replace(first, text=rest), *all_lines[1:]]
    return titles.shortened(first.text), all_lines


def _without_line(all_lines: list[Line], title: str) -> list[Line]:
    """Drop the title that is known already from the first lines."""
    return [
        line
        for number, line in enumerate(all_lines)
        if number > 3 or line.text.casefold() != title.casefold()
    ]


def _without(all_lines: list[Line], title: int) -> list[Line]:
    """Drop the title; short lines before it are what the page put above its headline."""
    above = [line for line in all_lines[:title] if len(line.text.split()) > 8]
    return above + all_lines[title + 1 :]


def _pieces(line: Line, last: bool, usual_gap: int) -> list[Piece]:
    text = line.text
    words = len(text.split())
    if line.heading:
        return [("heading", text)]
    if line.row:
        return [("row", text)]
    if line.item or _ITEM.match(text):
        return [("list", text)]
    if line.cell or _CREDIT.search(text):
        return [("caption", text)]
    # A picture that scraping took away leaves a wider gap, then its caption: without a full stop in
    # the article, or as its last words.
    if line.gap > usual_gap and words <= 40 and (last or not _TERMINAL.search(text)) and words > 5:
        return [("caption", text)]
    if text.endswith("?") and words <= 60 and not last:
        return [("question", text)]
    if not _TERMINAL.search(text) and words <= _LONGEST_HEADING and not last and not text[-1].isdigit():
        return [("heading", text)]
    return _inline(text)


def _inline(text: str) -> list[Piece]:
    """Set captions with their credit, and an author's name at the end, apart from running text."""
    result: list[Piece] = []
    if tail := _TRAILING_NAME.search(text):
        return [*_inline(text[: tail.start()].rstrip()), ("caption", tail.group("name"))]
    begin = 0
    for found in _INLINE_CREDIT.finditer(text):
        spans = sentences.split(text, begin, found.start())
        if not spans:
            continue
        if spans[-1].start > begin and (before := text[begin : spans[-1].start].strip()):
            result.append(("paragraph", before))
        result.append(("caption", text[spans[-1].start : found.end()].strip()))
        begin = found.end()
    if rest := text[begin:].strip():
        result.append(("paragraph", rest))
    return result


def is_credit(text: str) -> bool:
    """Whether a caption only names an author, a photographer or an agency.

    Such lines stay in the article but are no passages: so short, they would be near every question.
    """
    if _BYLINE.match(text) or _SOURCE.match(text) or _ONLY_NAME.fullmatch(text) or mastheads.of_line(text):
        return True
    rest = _CREDIT.sub("", text) if text.startswith(("(", "[")) else text
    return not rest.strip() or (bool(re.match(_CREDIT_LEAD, text, re.IGNORECASE)) and len(text.split()) <= 8)
