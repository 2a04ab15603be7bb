"""A tree of HTML (or of trafilatura's own tags) to the plain text that `index.text.layout` understands.

Headings become "## …", list items "- …", captions cells after an image; paragraphs are parted by empty
lines. Nothing is judged here: what should not be read has been taken out of the tree before, and tables
have been spelled out (`index.readers.grids`); a row that stands in no table is "| …".
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from index.text import tables

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6", "head"}
_ITEMS = {"li", "item", "dd"}
_ROWS = {"tr", "row"}
_CELLS = {"td", "th", "cell"}
_CAPTIONS = {"figcaption", "caption"}
_BREAKS = {"br", "lb"}
_BLOCKS = {
    "p", "div", "section", "article", "main", "header", "footer", "aside", "nav", "blockquote", "quote",
    "pre", "ul", "ol", "dl", "dt", "list", "table", "thead", "tbody", "tfoot", "figure", "body",
    "html", "address", "form", "fieldset", "details", "summary", "hr", "center", "ab",
}  # fmt: skip
_SILENT = {"script", "style", "template", "head-meta", "title", "svg", "math", "iframe", "object", "select",
           "textarea", "button", "graphic", "img", "noscript", "meta", "link"}  # fmt: skip


def text_of(root: etree._Element) -> str:
    """Return the text under `root`, one line a paragraph, heading, item, row or caption."""
    return "\n\n".join(_lines(root))


def caption(words: str) -> str:
    """Return the form of a caption that `index.text.clean` takes for one: a cell after an image."""
    return f"![](caption) |\n{words} |"


def _lines(root: etree._Element) -> Iterator[str]:
    """Yield finished lines. A stack instead of recursion: pages may be nested very deeply."""
    words: list[str] = []  # of the line that is being put together
    mark = ""  # "## ", "- " or "caption" for it

    def done() -> Iterator[str]:
        nonlocal mark
        line = " ".join("".join(words).split())
        words.clear()
        if line:
            if mark == "caption":
                yield caption(line)
            else:
                yield mark + line
            if mark == "- ":
                mark = ""

    stack: list[tuple[etree._Element, bool]] = [(root, True)]
    while stack:
        node, opening = stack.pop()
        tag = node.tag.lower() if isinstance(node.tag, str) else ""
        tag = tag.rpartition("}")[2]
        block = tag in _BLOCKS or tag in _HEADINGS or tag in _ITEMS or tag in _CAPTIONS
        if not opening:
            if block:
                yield from done()
                mark = ""
            if node is not root:
                words.append(node.tail or "")
            continue
        if tag in _ROWS:
            yield from done()
            yield from _row(node)
            if node is not root:
                words.append(node.tail or "")
            continue
        if block:
            yield from done()
            mark = _mark(tag) or mark
        stack.append((node, False))
        if tag and tag not in _SILENT:
            words.append("\n" if tag in _BREAKS else node.text or "")
            if tag in _BREAKS and _ends_line(words):
                yield from done()
            stack.extend((child, True) for child in reversed(node))
    yield from done()


def _mark(tag: str) -> str:
    if tag in _HEADINGS:
        return "## "
    if tag in _ITEMS:
        return "- "
    return "caption" if tag in _CAPTIONS else ""


def _ends_line(words: list[str]) -> bool:
    """Whether a line break ends a paragraph: after a full stop it does, in an address it does not."""
    return "".join(words).rstrip().endswith((".", "!", "?", "…", "”", '"', ":"))


def _row(row: etree._Element) -> Iterator[str]:
    """Yield a row that stands in no table, so without names of columns."""
    cells = [child for child in row if isinstance(child.tag, str) and child.tag.lower() in _CELLS]
    words = [" ".join("".join(map(str, cell.itertext())).split()) for cell in cells]
    if any(words):
        yield tables.MARK + tables.spoken(words)
