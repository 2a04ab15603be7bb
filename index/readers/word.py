"""Word documents (.docx): paragraphs, headings, lists, captions and tables in their order."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

from index.errors import BadArticle
from index.readers import blocks, inflate
from index.readers.source import Source
from index.text import tables

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how a password, or Word before 2007, begins
# What one document may inflate to: text is small, pictures hardly shrink.
_MOST = 200_000_000
# Words: a cell that has more is no value; the table puts texts beside each other.
_LONGEST_CELL = 60
# Before a title, and before a heading of the first level, until it is known which of them is the article's.
_TITLE, _TOP = "\x01", "\x02"


def parse(data: bytes, _options: Mapping[str, str]) -> Iterator[Source]:
    """Yield the article of one document."""
    if data.startswith(_OLE):
        raise BadArticle("encrypted, or a .doc by another name; save it as .docx without a password")
    files = inflate.Inflated(data, _MOST)
    if "word/document.xml" not in files.names and "[Content_Types].xml" not in files.names:
        raise BadArticle("not a Word document: word/document.xml is missing in it")
    files.measure()  # python-docx inflates without asking
    import docx
    from docx.opc.exceptions import OpcError
    from lxml import etree

    try:
        document = docx.Document(io.BytesIO(data))
        title, lines = _body(document)
        properties = document.core_properties
        meta = {
            "title": title or (properties.title or "").strip(),
            "authors": (properties.author or "").strip(),
        }
    except AttributeError as error:  # python-docx met an element that it did not expect
        raise BadArticle("damaged Word document: its text is not where it should be") from error
    except (OpcError, etree.LxmlError, KeyError, ValueError) as error:
        raise BadArticle(f"damaged Word document: {str(error)[:120]}") from error
    yield Source("\n\n".join(lines), {key: value for key, value in meta.items() if value})


def _body(document: Any) -> tuple[str, list[str]]:  # noqa: ANN401 - python-docx has loose types
    """Return (title, lines in the form that `index.text.layout` understands)."""
    title = ""
    lines: list[str] = []
    for line in _lines(document.element.body, document):
        first = not title and not any(one.startswith("## ") for one in lines) and len(lines) <= 3
        if line.startswith(_TITLE) or (line.startswith(_TOP) and first):
            words = line[len(_TITLE) :]
            if title:
                lines.append(f"## {words}")
            title = title or words
        else:
            lines.append(f"## {line[len(_TOP) :]}" if line.startswith(_TOP) else line)
    return title, lines


def _lines(container: Any, document: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield the lines of a document or a cell; a title, and a heading that may be one, are marked as such."""
    from docx.table import Table

    for one in _contents(container, document):
        if isinstance(one, Table):
            yield from _table(one, document)
            continue
        text = _text(one._p)
        words = " ".join(text.split())
        if not words:
            continue
        style = ((one.style.name if one.style is not None else "") or "").casefold()
        if style == "title":
            yield _TITLE + words
        elif style == "heading 1":
            yield _TOP + words
        elif style.startswith("heading"):
            yield f"## {words}"
        elif style.startswith("list"):
            yield f"- {words}"
        elif style == "caption":
            yield blocks.caption(words)
        else:
            yield from (part for line in text.split("\n") if (part := " ".join(line.split())))


def _contents(container: Any, document: Any) -> Iterator[Any]:  # noqa: ANN401
    """Yield paragraphs and tables in order, also those inside content controls."""
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    for child in container:
        kind = str(child.tag).rpartition("}")[2]
        if kind == "p":
            yield Paragraph(child, document)
        elif kind == "tbl":
            yield Table(child, document)
        elif kind in {"sdt", "sdtContent", "ins", "customXml"}:
            yield from _contents(child, document)


def _text(paragraph: Any) -> str:  # noqa: ANN401
    """Return what a paragraph shows: tracked insertions, not deletions; nothing formatted as hidden."""
    parts: list[str] = []
    for node in paragraph.iter():
        kind = str(node.tag).rpartition("}")[2]
        if kind == "t" and not _is_hidden(node):
            parts.append(node.text or "")
        elif kind in {"br", "cr"}:
            parts.append("\n")
        elif kind == "tab":
            parts.append(" ")
    return "".join(parts)


def _is_hidden(node: Any) -> bool:  # noqa: ANN401
    """Whether text is hidden, or the second writing of a drawing for programs that cannot draw."""
    run = node.getparent()
    format_ = run.find("{*}rPr") if run is not None else None
    if format_ is not None and format_.find("{*}vanish") is not None:
        return True
    return any(str(above.tag).endswith("}Fallback") for above in node.iterancestors())


def _table(table: Any, document: Any) -> list[str]:  # noqa: ANN401
    """Return the lines of a table: its rows, or the contents of its cells if it only places them."""
    grid = [row.cells for row in table.rows]  # a merged cell stands in all its places
    texts = {id(cell._tc): " ".join(cell.text.split()) for row in grid for cell in row}
    grid = [row for row in grid if any(texts[id(cell._tc)] for cell in row)]
    longest = max((len(words.split()) for words in texts.values()), default=0)
    if len(grid) < 2 or len(grid[0]) < 2 or longest > _LONGEST_CELL:
        # Texts beside each other are read one after the other; a text beside its label, row by row.
        columns = list(zip(*grid, strict=False))
        long = [any(len(texts[id(cell._tc)].split()) > _LONGEST_CELL for cell in one) for one in columns]
        cells = {id(cell._tc): cell for row in (columns if sum(long) > 1 else grid) for cell in row}
        return [line for cell in cells.values() for line in _lines(cell._tc, document)]
    lines: list[str] = []
    while len(grid) > 2 and len(_distinct(grid[0])) == 1:  # the name of the table across all columns
        lines.append(blocks.caption(texts[id(grid.pop(0)[0]._tc)]))
    deep = _header_rows(grid)
    headers = [
        " ".join(texts[place] for place in dict.fromkeys(id(cell._tc) for cell in column))
        for column in zip(*grid[:deep], strict=False)
    ]
    for row in grid[deep:]:
        places = [id(cell._tc) for cell in row]
        # What spans several columns is said once, of the first of them.
        words = ["" if place in places[:at] else texts[place] for at, place in enumerate(places)]
        lines.append(tables.MARK + (words[0] if len(set(places)) == 1 else tables.spoken(words, headers)))
    return lines


def _header_rows(grid: list[Any]) -> int:
    """Return how many rows name the columns: a name over several has the names of each below it."""
    deep = 1
    while deep < len(grid) - 1:
        names, below = grid[deep - 1], grid[deep]
        across = 1 < len(_distinct(names)) < len(names)
        down = _distinct(names) & _distinct(below)
        if not across and not down:
            break
        deep += 1
    return deep


def _distinct(row: Any) -> set[int]:  # noqa: ANN401
    return {id(cell._tc) for cell in row}
