"""Web pages: the article of a saved page, without what stands around it, and what the page says of it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping

import lxml.html
from lxml import etree

from index.errors import BadArticle
from index.readers import blocks, source, vietnamese, visible, webmeta
from index.readers.source import Source
from index.text.words import words

_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I
)
# Code pages of one byte a letter: what pages in our languages were written in before UTF-8.
_DECLARED = words("cp1252 iso8859-1 iso8859-15 cp1250 iso8859-2 cp1251 cp1254 cp1257 mac-roman")
# lxml loses text silently below some depth: 255 elements, or 2,047 when told that the page may be huge.
_DEEPEST = 2040
# Marks what the extraction would take for ordinary paragraphs; no article has these words.
_CAPTION = "¤caption¤"
_SENTENCE = re.compile(r"^(?=.{60}).*[.!?…][\"”’»)]*$")  # bylines and dates are shorter, or end otherwise
_LONGEST_CELL = 300  # characters; a cell of data has a few words
_WITHIN = words(
    "time q code abbr cite small mark font b i em strong u sup sub span bdi bdo wbr kbd var samp ins dfn data"
)
_INLINE = _WITHIN | {"br", "a"}
# Two paragraphs. Below it the extraction is worth less than all that is left on the page.
_SHORT = 250  # characters


def parse(data: bytes, _options: Mapping[str, str]) -> Iterator[Source]:
    """Yield the article of one page."""
    text, note = decode(data)
    yield page(text, note)


def page(text: str, note: str = "") -> Source:
    """Return the article of a page's source; `BadArticle` when there is none."""
    if text.lstrip().startswith("<?xml"):  # lxml wants no declaration in what is decoded
        text = text.lstrip().partition("?>")[2]
    tree = _tree(text)
    meta = webmeta.read(tree)
    if note:
        meta["note"] = note
    visible.prune(tree)
    webmeta.complete(meta, tree)
    body = _main_text(tree)
    if not any(map(str.isalpha, body)):
        deep = _depth(tree) >= _DEEPEST or text.count("<div") > _DEEPEST
        why = "; its elements are nested too deeply" if deep else ""
        raise BadArticle(f"no article text among {len(text):,} characters of HTML{why}")
    return Source(body, meta)


def fragment(markup: str) -> str:
    """Return the text of markup that is all article: a feed's entry, a letter, a chapter."""
    if "<" not in markup and "&" not in markup:
        return markup
    try:
        tree = _tree(markup)
    except BadArticle:
        return ""
    visible.prune(tree)
    _unwrap(tree)
    _spell_out_tables(tree)
    _part_at_breaks(tree)
    return blocks.text_of(tree)


def decode(data: bytes) -> tuple[str, str]:
    """Return (source, note) of a page: UTF-8 if it is, else as it declares, unless it is old Vietnamese."""
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise BadArticle("empty file")
    declared = _CHARSET.search(data[:4096])
    name = declared.group(1).decode("ascii") if declared else "utf-8"
    try:
        known = codecs.lookup(name).name
    except LookupError:
        known = "utf-8"
    # Old Vietnamese pages declare a Western code page, or none, and rely on fonts. UTF-16 that can be
    # searched for a declaration is none, and codecs such as utf-7 are a way around filters.
    if known in _DECLARED and not vietnamese.convert(data) and not source.windows_1258(data):
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            try:
                return data.decode("cp1252" if known == "iso8859-1" else known), ""
            except UnicodeDecodeError:
                pass
    text, note = source.characters(data)
    return text.replace("\x00", ""), note


def _tree(text: str) -> etree._Element:
    try:
        parser = lxml.html.HTMLParser(recover=True, huge_tree=True, remove_comments=True, remove_pis=True)
        tree = lxml.html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise BadArticle(f"not readable as HTML: {str(error)[:120]}") from error
    return tree


def _main_text(tree: etree._Element) -> str:
    import trafilatura

    for figure in tree.iter("figcaption"):
        figure.tag = "p"
        figure.text = f"{_CAPTION} {figure.text or ''}"
        parent = figure.getparent()
        if parent is not None and parent.tag == "figure":
            parent.tag = "div"  # whole figures are dropped by the extraction
    _unwrap(tree)
    _spell_out_tables(tree)
    _part_at_breaks(tree)
    page_lines = blocks.text_of(tree).split("\n\n")
    headline = next((f"## {' '.join(''.join(node.itertext()).split())}" for node in tree.iter("h1")), "")
    found = trafilatura.bare_extraction(
        tree, include_comments=False, include_tables=True, include_formatting=False, with_metadata=False,
        favor_recall=True, fast=False, deduplicate=False,
    )  # fmt: skip
    body = getattr(found, "body", None)
    text = ""
    if body is not None:
        text = _in_order(blocks.text_of(body).split("\n\n"), page_lines)
        text = "\n\n".join([*_lead(text, page_lines, headline), text])
    if len(text) < _SHORT:
        everything = "\n\n".join(page_lines)
        text = everything if len(text) < 0.5 * len(everything) else text
    return re.sub(
        rf"^{_CAPTION} ?(.*)$", lambda line: blocks.caption(line.group(1)), text, flags=re.MULTILINE
    )


def _lead(text: str, page_lines: list[str], headline: str) -> list[str]:
    """Return what stands between the headline and the first line found: many sites keep the lead apart."""
    first = next((line for line in text.split("\n\n") if line != headline), "")
    if headline not in page_lines or first not in page_lines:
        return []
    between = page_lines[page_lines.index(headline) + 1 : page_lines.index(first)]
    return [line for line in between if line.startswith(_CAPTION) or _SENTENCE.search(line)]


def _in_order(found: list[str], page_lines: list[str]) -> str:
    """Return the lines that the extraction chose, in the order of the page: it adds some afterwards."""
    places: dict[str, list[int]] = {}
    for number in range(len(page_lines) - 1, -1, -1):
        places.setdefault(page_lines[number].lstrip("#- "), []).append(number)
    keys: list[int] = []
    for line in found:
        known = places.get(line.lstrip("#- "))
        keys.append(known.pop() if known else keys[-1] if keys else -1)
    return "\n\n".join(line for _, line in sorted(zip(keys, found, strict=True), key=lambda pair: pair[0]))


def _unwrap(tree: etree._Element) -> None:
    """Take the tags off words that stand within a line: the extraction drops some, or parts the line."""
    for node in tree.iter("q"):
        node.text = f"“{node.text or ''}"
        if len(node):
            node[-1].tail = f"{node[-1].tail or ''}”"
        else:
            node.text += "”"
    etree.strip_tags(tree, *_WITHIN)


def _spell_out_tables(tree: etree._Element) -> None:
    for table in reversed(list(tree.iter("table"))):  # the inner ones first
        _spell_out(table)


def _spell_out(table: etree._Element) -> None:
    """Put a list of its rows in the place of a table of data, so that no row loses its headings."""
    parent = table.getparent()
    if parent is None:
        return
    rows = table.findall(".//tr")
    longest = max((len("".join(map(str, cell.itertext()))) for cell in table.iter("td")), default=0)
    if len(rows) < 2 or longest > _LONGEST_CELL:
        # A table that lays out the page, as pages did before there were columns.
        for node in table.iter("table", "tbody", "tr", "td", "th"):
            node.tag = "div"
        return
    listed = etree.Element("ul")
    for line in blocks.text_of(table).split("\n\n"):
        entry = etree.SubElement(listed, "li")
        entry.text = line.removeprefix("- ")
    listed.tail = table.tail
    parent.replace(table, listed)


def _part_at_breaks(tree: etree._Element) -> None:
    """Make paragraphs of text that is parted by two line breaks in a row, as on old pages."""
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


def _depth(tree: etree._Element) -> int:
    deepest, node = 0, tree
    while len(node):
        node = node[-1]
        deepest += 1
    return deepest
