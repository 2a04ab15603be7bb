"""PDF: paragraphs in reading order, with a form feed where a page ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from index.errors import BadArticle
from index.readers import pdf_layout, pdf_paragraphs, pdf_text
from index.readers.pdf_layout import Line
from index.readers.source import Source
from index.text.counted import counted

MOST_PAGES = 2000  # a book; a bound year of a paper is to be split
# The parts of a page where headers and footers stand.
_MARGIN = 0.11
_EDGE = 0.05  # browsers print there, closer to the edge than any newspaper
_PRINTED = re.compile(
    r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},? \d{1,2}:\d{2}|\d{1,2}:\d{2}(?: ?[AP]M)?,? \d{1,2}/\d{1,2}/\d{2,4}"
    r"|(?:https?|file)://\S+",
    re.IGNORECASE,
)
_HEADER_WORDS = 12
_TITLE_SIZE = 1.25  # times the size of running text; subheadings often have 1.15
_PAGE_NUMBER = re.compile(r"#|page #|trang #|# ?/ ?#|[-–] ?# ?[-–]|page # of #|trang # ?/ ?#")
_UNTITLED = re.compile(
    r"^(?:untitled|microsoft word\b.*|.*\.(?:docx?|indd|qxd|pdf|rtf|pages|html?)|\W*|\d+)$", re.I
)


def parse(data: bytes, _options: Mapping[str, str]) -> Iterator[Source]:
    """Yield the article of one document."""
    pages, meta = _pages(data)
    kept = _without_running_lines(pages)
    title, kept = _title(kept, meta.pop("title", ""))
    if address := _address(pages):
        meta["url"] = address
    text = pdf_paragraphs.join(kept)
    if not any(map(str.isalpha, text)):
        raise BadArticle(
            f"no text on its {counted(len(pages), 'page')}: scanned? recognise its letters (OCR) first"
        )
    empty = [str(number) for number, lines in enumerate(pages, 1) if not lines]
    if empty:
        meta["note"] = f"no text on {len(empty)} of {len(pages)} pages (pictures?): {', '.join(empty[:20])}"
    if title:
        meta["title"] = title
    yield Source(text, meta)


def _pages(data: bytes) -> tuple[list[list[Line]], dict[str, str]]:
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise BadArticle("encrypted PDF; save it without a password") from error
        raise BadArticle("damaged or not a PDF; open it and save it anew") from error
    try:
        count = len(document)
        if count == 0:
            raise BadArticle("a PDF without pages")
        if count > MOST_PAGES:
            raise BadArticle(f"{count:,} pages, the limit is {MOST_PAGES:,}; split it")
        drawn = (pdf_text.pieces(document[number]) for number in range(count))
        pages = [pdf_layout.order(pdf_layout.lines(found)) for found in drawn]
        said = document.get_metadata_dict()
    except pdfium.PdfiumError as error:
        raise BadArticle(f"damaged PDF: {str(error)[:100]}") from error
    finally:
        document.close()
    # The date of creation is when the file was made, often years after the article: it is not used.
    meta = {"title": said.get("Title", ""), "authors": said.get("Author", "")}
    return pages, {key: value.strip() for key, value in meta.items() if value.strip()}


def _without_running_lines(pages: list[list[Line]]) -> list[list[Line]]:
    """Drop page numbers, and what stands at the edge of at least half of the pages."""
    edges = [
        {_pattern(line.text) for line in lines if not _MARGIN < line.down < 1 - _MARGIN} for lines in pages
    ]
    seen = Counter(pattern for found in edges for pattern in found)
    least = max(2, (len(pages) + 1) // 2)
    body = pdf_layout.usual_height(pages)

    def runs(line: Line, lines: list[Line]) -> bool:
        if _is_printed(line, lines):
            return True
        # A title that runs on every page stands on the first in large letters too.
        if _MARGIN < line.down < 1 - _MARGIN or line.height >= _TITLE_SIZE * body:
            return False
        pattern = _pattern(line.text)
        return seen[pattern] >= least or bool(_PAGE_NUMBER.fullmatch(pattern)) or _is_apart(line, lines)

    return [[line for line in lines if not runs(line, lines)] for lines in pages]


def _is_printed(line: Line, lines: list[Line]) -> bool:
    """Whether a line belongs to what browsers print above and below a page: when, its title, its address.

    That day is the one of printing, which must not be taken for that of publication.
    """
    if _EDGE < line.down < 1 - _EDGE:
        return False
    return any(
        abs(other.middle - line.middle) < line.height and _PRINTED.match(other.text)
        for other in lines
        if not _EDGE < other.down < 1 - _EDGE
    )


def _address(pages: list[list[Line]]) -> str:
    """Return the address that a browser printed under the first page, if there is one."""
    foot = [line.text for line in pages[0] if line.down > 1 - _EDGE] if pages else []
    return next((text.split()[0] for text in foot if text.startswith(("https://", "http://"))), "")


def _is_apart(line: Line, lines: list[Line]) -> bool:
    """Whether a line at the top is smaller than what follows and far from it: a header of one page."""
    below = [other for other in lines if other.middle < line.middle - line.height]
    if line.down > _MARGIN or not below or len(line.text.split()) > _HEADER_WORDS:
        return False
    gap = line.bottom - max(other.top for other in below)
    return gap > 2 * line.height and line.height < 0.95 * pdf_layout.usual_height([below])


def _pattern(text: str) -> str:
    return re.sub(r"\d+", "#", " ".join(text.split()).casefold())


def _title(pages: list[list[Line]], named: str) -> tuple[str, list[list[Line]]]:
    """Return the headline: the largest words of the first page; else what the document is named."""
    if not pages or not pages[0]:
        return ("" if _UNTITLED.match(named) else named), pages
    first = pages[0]
    body = pdf_layout.usual_height(pages)
    largest = max(line.height for line in first)
    big = [line for line in first if line.height >= 0.9 * largest]
    run = [line for line in big if first.index(line) - first.index(big[0]) == big.index(line)]
    title = " ".join(line.text.strip() for line in run)
    if largest < _TITLE_SIZE * body or not 2 <= len(title.split()) <= 40:
        return ("" if _UNTITLED.match(named) else named), pages
    return title, [[line for line in first if line not in run], *pages[1:]]
