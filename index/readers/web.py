"""Web pages: the article of a saved page, without what stands around it, and what the page says of it."""

from __future__ import annotations

import codecs
import datetime as dt
import re
from collections.abc import Iterator, Mapping

import lxml.html
from lxml import etree

from index.errors import BadArticle
from index.readers import blocks, flat, source, vietnamese, visible, webmeta
from index.readers.source import Source
from index.text.counted import counted
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
# Two paragraphs. Below it the extraction is worth less than all that is left on the page.
_SHORT = 250  # characters
_BEGINNING = 12  # characters that tell a line from most others


def parse(data: bytes, _options: Mapping[str, str]) -> Iterator[Source]:
    """Yield the article of one page."""
    text, note = decode(data)
    yield page(text, note)


def page(text: str, note: str = "", today: dt.date | None = None) -> Source:
    """Return the article of a page's source; `BadArticle` when there is none.

    What claims to be from after `today` (by default this day, in UTC) is not believed to be.
    """
    today = today or dt.datetime.now(dt.UTC).date()
    if text.lstrip().startswith("<?xml"):  # lxml wants no declaration in what is decoded
        text = text.lstrip().partition("?>")[2]
    tree = _tree(text)
    meta = webmeta.read(tree, today)
    if note:
        meta["note"] = note
    visible.prune(tree)
    webmeta.complete(meta, tree, today)
    body = _main_text(tree)
    if not any(map(str.isalpha, body)):
        deep = _depth(tree) >= _DEEPEST or text.count("<div") > _DEEPEST
        why = "; its elements are nested too deeply" if deep else ""
        raise BadArticle(f"no article text among {counted(len(text), 'character')} of HTML{why}")
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
    flat.marks(tree)
    flat.tables(tree)
    flat.lines(tree)
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

    flat.marks(tree)
    flat.tables(tree)
    for figure in tree.iter("figcaption"):
        figure.tag = "p"
        figure.text = f"{_CAPTION} {figure.text or ''}"
        parent = figure.getparent()
        if parent is not None and parent.tag == "figure":
            parent.tag = "div"  # whole figures are dropped by the extraction
    flat.lines(tree)
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
    """Return the lines that the extraction chose, as they stand on the page and in its order.

    It adds some afterwards, and of short pages it returns lines twice, or glued to one.
    """
    places: dict[str, list[int]] = {}
    close = list(map(_close, page_lines))
    begins: dict[str, list[int]] = {}  # by how a line begins, for what is glued
    for number in range(len(page_lines) - 1, -1, -1):
        places.setdefault(_plain(page_lines[number]), []).append(number)
        begins.setdefault(close[number][:_BEGINNING], []).append(number)
    chosen: dict[int, list[str]] = {}
    last, seen = -1, set(places)
    for line in found:
        known = places.get(_plain(line), [])
        while known and known[-1] in chosen:  # as a part of what was glued
            known.pop()
        if known:
            last = known.pop()
            chosen.setdefault(last, [line])
        elif glued := _parts(_close(line), close, begins):
            for number in glued:
                chosen.setdefault(number, [page_lines[number]])
            last = glued[-1]
        elif _plain(line) not in seen:
            seen.add(_plain(line))
            chosen.setdefault(last, []).append(line)
    return "\n\n".join(line for number in sorted(chosen) for line in chosen[number])


def _parts(whole: str, close: list[str], begins: dict[str, list[int]]) -> list[int]:
    """Return the numbers of the lines that `whole` is glued of, which follow one another; else nothing."""
    for length in range(_BEGINNING, 0, -1):
        for first in begins.get(whole[:length], ()):
            at, number = 0, first
            while at < len(whole) and number < len(close) and whole.startswith(close[number], at):
                at, number = at + len(close[number]), number + 1
            if at == len(whole):
                return list(range(first, number))
    return []


def _plain(line: str) -> str:
    return line.lstrip("#- ")


def _close(line: str) -> str:
    """Return a line without its mark and its spaces."""
    return "".join(_plain(line).split())


def _depth(tree: etree._Element) -> int:
    deepest, node = 0, tree
    while len(node):
        node = node[-1]
        deepest += 1
    return deepest
