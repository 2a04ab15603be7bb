"""EPUB: every document of the book's reading order is an article; contents and covers are none."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from lxml import etree

from index.errors import BadArticle
from index.readers import inflate, web
from index.readers.source import Source, Unread

_CONTAINER = "META-INF/container.xml"
_DOCUMENT = 20_000_000  # as for a page
_LEAST = 200  # characters; title pages and dedications have fewer


def parse(data: bytes, _options: Mapping[str, str]) -> Iterator[Source | Unread]:
    """Yield the articles of one book."""
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
            yield Unread(str(number), str(error))
            continue
        if len(body) < _LEAST:
            continue
        head, _, rest = body.partition("\n\n")
        titled = head.startswith("## ") and bool(rest)
        title = head.removeprefix("## ") if titled else meta.get("title", "")
        yield Source(rest if titled else body, {**meta, "title": title}, str(number))


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
