"""EPUB: every document of the book's reading order is an article; contents and covers are none."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import unquote

from lxml import etree

from index.errors import BadArticle
from index.readers import inflate, web
from index.readers.source import Source, Unread

_CONTAINER = "META-INF/container.xml"
_DOCUMENT = 20_000_000  # as for a page
# Characters, and words under a heading: title pages, dedications and the openings of parts have fewer. They
# are no articles, but words of the book: they go with the document before, or with the first one.
_LEAST = 200
_LEAST_WORDS = 8


def parse(data: bytes, _options: Mapping[str, str]) -> Iterator[Source | Unread]:
    """Yield the articles of one book."""
    held: Source | None = None  # until it is known what else belongs to it
    beginning: list[str] = []
    for one, titled in _documents(data):
        if isinstance(one, Unread):
            yield one
        elif len(one.text) >= _LEAST or (titled and len(one.text.split()) >= _LEAST_WORDS):
            if held:
                yield held
            held, beginning = _with(one, beginning), []
        elif held:
            held = _with(held, [one.text])
        else:
            beginning.append(one.text)
            first = one
    if held is None and beginning:
        held = replace(first, text="\n\n".join(beginning))
    if held:
        yield held


def _with(one: Source, more: list[str]) -> Source:
    return replace(one, text="\n\n".join([one.text, *more])) if more else one


def _documents(data: bytes) -> Iterator[tuple[Source | Unread, bool]]:
    """Yield what stands in the reading order, and whether it has a heading of its own."""
    files = inflate.Inflated(data)
    if "META-INF/encryption.xml" in files.names and "META-INF/rights.xml" in files.names:
        raise BadArticle("protected against copying; it cannot be read")
    package = _package_name(files)
    root = _xml(files.read(package, _DOCUMENT))
    meta = _meta(root)
    for number, name in enumerate(_reading_order(root, posixpath.dirname(package)), 1):
        try:
            text, _ = web.decode(files.read(name, _DOCUMENT))
            body = web.fragment(text.partition("?>")[2] if text.lstrip().startswith("<?xml") else text)
        except BadArticle as error:
            yield Unread(str(number), str(error)), False
            continue
        head, _, rest = body.partition("\n\n")
        titled = head.startswith("## ") and bool(rest)
        own = {"title": head.removeprefix("## ")} if titled else {}
        if any(map(str.isalpha, body)):
            yield Source(rest if titled else body, {**meta, **own}, str(number)), titled


def _package_name(files: inflate.Inflated) -> str:
    root = _xml(files.read(_CONTAINER, _DOCUMENT))
    for node in root.iter("{*}rootfile"):
        if name := node.get("full-path"):
            return str(name)
    raise BadArticle("damaged EPUB: its container names no package")


def _reading_order(root: etree._Element, folder: str) -> Iterator[str]:
    items = {
        node.get("id"): node
        for node in root.iter("{*}item")
        if "html" in (node.get("media-type") or "") and "nav" not in (node.get("properties") or "").split()
    }
    for node in root.iter("{*}itemref"):
        item = items.get(node.get("idref"))
        if item is not None and item.get("href"):
            # Only looked up among the members: a path that leaves the archive finds nothing.
            yield posixpath.normpath(posixpath.join(folder, unquote(str(item.get("href")))))


def _meta(root: etree._Element) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for node in root.iter("{http://purl.org/dc/elements/1.1/}*"):
        if node.text and node.text.strip():
            found.setdefault(str(node.tag).rpartition("}")[2], []).append(node.text.strip())
    names = {"title": "title", "date": "date", "outlet": "publisher"}
    meta = {ours: found[theirs][0] for ours, theirs in names.items() if theirs in found}
    return {**meta, "authors": "; ".join(found.get("creator", ()))}


def _xml(data: bytes) -> etree._Element:
    """Parse XML that defines nothing of its own: entities stay unresolved, nothing is fetched."""
    if b"<!ENTITY" in data:
        raise BadArticle("damaged EPUB: it defines XML entities")
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise BadArticle(f"damaged EPUB: {str(error)[:100]}") from error
