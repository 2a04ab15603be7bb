"""A page's tree made plain, in place: marks spelled out, tables as lists of rows, one line a paragraph."""

from __future__ import annotations

import re

from lxml import etree

from index.readers import grids
from index.text.words import words

_LONGEST_CELL = 300  # characters; a cell of data has a few words
_WITHIN = words(
    "time q code abbr cite small mark font b i em strong u sup sub span bdi bdo wbr kbd var samp ins dfn data"
)
_INLINE = _WITHIN | {"br", "a"}
_POWER = re.compile(r"[-+−–]?\d{1,3}")


def marks(tree: etree._Element) -> None:
    """Write out what only shows in how words are set: quotation marks, and powers of a number.

    10<sup>6</sup> is no 106; m<sup>2</sup> and H<sub>2</sub>O are read as they stand.
    """
    for node in tree.iter("q"):
        node.text = f"“{node.text or ''}"
        if len(node):
            node[-1].tail = f"{node[-1].tail or ''}”"
        else:
            node.text += "”"
    for node in tree.iter("sup"):
        if not _before(node)[-1:].isdigit() or not _POWER.fullmatch("".join(node.itertext()).strip()):
            continue
        fraction = (node.tail or "").strip()[:1] in {"/", "⁄"}  # 3<sup>1</sup>/<sub>2</sub>
        node.text = f"{' ' if fraction else '^'}{node.text or ''}"


def _before(node: etree._Element) -> str:
    """Return the text right before an element, in its parent."""
    previous, parent = node.getprevious(), node.getparent()
    if previous is None:
        return "" if parent is None else parent.text or ""
    return previous.tail or "".join(map(str, previous.itertext()))


def tables(tree: etree._Element) -> None:
    """Put lists of their rows in the place of tables of data; tables that lay out the page are taken off."""
    for figure in tree.iter("figure"):
        caption, table = figure.find(".//figcaption"), figure.find(".//table")
        if table is None or figure.find(".//img") is not None:
            continue
        figure.tag = "div"  # whole figures are dropped by the extraction
        if caption is not None and table.find("caption") is None:
            caption.tag = "caption"
            table.insert(0, caption)
    for table in reversed(list(tree.iter("table"))):  # the inner ones first
        _spell_out(table)


def _spell_out(table: etree._Element) -> None:
    """Put a list of its rows in the place of a table of data, so that no row loses its headings."""
    parent = table.getparent()
    if parent is None:
        return
    cells = list(table.iter("td", "th"))
    longest = max((len("".join(map(str, cell.itertext()))) for cell in cells), default=0)
    plain = table.get("role") in {"presentation", "none"}
    if plain or len(table.findall(".//tr")) < 2 or longest > _LONGEST_CELL:
        # A table that lays out the page, as pages did before there were columns.
        for node in table.iter("table", "thead", "tbody", "tfoot", "tr", "td", "th"):
            node.tag = "div"
        return
    title, rows = grids.lines(table)
    listed = etree.Element("ul")
    for row in rows:
        etree.SubElement(listed, "li").text = row
    listed.tail = table.tail
    parent.replace(table, listed)
    if title:  # a heading: its words, often the unit, belong to every row
        heading = etree.Element("h3")
        heading.text = title
        listed.addprevious(heading)


def lines(tree: etree._Element) -> None:
    """Take the tags off words that stand within a line, and part text at two line breaks in a row.

    The extraction drops some such words, or parts the line; old pages have no other paragraphs.
    """
    etree.strip_tags(tree, *_WITHIN)
    parents = [node.getparent() for node in tree.iter("br") if _is_double(node)]
    for parent in dict.fromkeys(parents):
        if parent is None or parent.tag not in {
            "p",
            "div",
            "td",
            "center",
            "article",
            "section",
            "span",
            "font",
        }:
            continue
        parent.tag = "div"  # no paragraph stands in another
        children = list(parent)
        for child in children:
            parent.remove(child)
        paragraph = etree.SubElement(parent, "p")
        paragraph.text, parent.text = parent.text, None
        double = False
        for child in children:
            tail, child.tail = child.tail, None
            if child.tag in _INLINE and not (child.tag == "br" and double):
                paragraph.append(child)
                double = child.tag == "br" and not (tail or "").strip()
                child.tail = tail
                continue
            if child.tag != "br":
                parent.append(child)
            paragraph, double = etree.SubElement(parent, "p"), False
            paragraph.text = tail


def _is_double(node: etree._Element) -> bool:
    following = node.getnext()
    return following is not None and following.tag == "br" and not (node.tail or "").strip()
