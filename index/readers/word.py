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
    from docx.table import Table

    title = ""
    lines: list[str] = []
    for one in _contents(document.element.body, document):
        if isinstance(one, Table):
            lines += _rows(one)
            continue
        text = _text(one._p)
        words = " ".join(text.split())
        if not words:
            continue
        style = ((one.style.name if one.style is not None else "") or "").casefold()
        first = not title and not any(line.startswith("## ") for line in lines)
        if style == "title" or (style == "heading 1" and first and len(lines) <= 3):
            if title:
                lines.append(f"## {words}")
            title = title or words
        elif style.startswith("heading"):
            lines.append(f"## {words}")
        elif style.startswith("list"):
            lines.append(f"- {words}")
        elif style == "caption":
            lines.append(blocks.caption(words))
        else:
            lines += [part for line in text.split("\n") if (part := " ".join(line.split()))]
    return title, lines


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


def _rows(table: Any) -> list[str]:  # noqa: ANN401
    """Return the rows of a table, each with the names of its columns."""
    rows = [[" ".join(cell.text.split()) for cell in row.cells] for row in table.rows]
    rows = [row for row in rows if any(row)]
    if len(rows) < 2 or len(rows[0]) < 2:
        return [" ".join(row) for row in rows]
    headers = rows[0]
    return [tables.MARK + tables.spoken(row, headers) for row in rows[1:]]
