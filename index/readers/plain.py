"""Plain text, with an optional header of `Title: …` lines at the top."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from index.readers.source import Source, decode_named

_KEYS = {
    "title": "title", "headline": "title", "tiêu đề": "title",
    "date": "date", "published": "date", "publication date": "date", "ngày": "date", "ngày đăng": "date",
    "outlet": "outlet", "source": "outlet", "publisher": "outlet", "newspaper": "outlet",
    "nguồn": "outlet", "báo": "outlet",
    "lang": "lang", "language": "lang", "ngôn ngữ": "lang",
    "updated": "updated", "modified": "updated", "lastmod": "updated", "last updated": "updated",
    "cập nhật": "updated",
    "author": "authors", "authors": "authors", "byline": "authors", "tác giả": "authors",
    "url": "url", "link": "url",
}  # fmt: skip
_FIELD = re.compile(r"^\s*([^\W\d_][\w ]{1,18}?)\s*:\s*(\S.*)$")


def parse(data: bytes, _options: Mapping[str, str]) -> Iterator[Source]:
    """Decode `data`; lines at its very top that name a title, date, outlet and such are metadata."""
    text, note = decode_named(data)
    source = split_header(text)
    yield Source(source.text, {**source.meta, "note": note}) if note else source


def split_header(text: str) -> Source:
    """Split `Title: …`, `Date: …`, `Outlet: …`, `Lang: …` lines off the top of `text`.

    One such line alone is a header only if an empty line follows; "Source: …" may open an article.
    """
    lines = text.split("\n")
    meta: dict[str, str] = {}
    at = 0
    while at < len(lines) and not lines[at].strip():
        at += 1
    while at < len(lines) and (found := _FIELD.match(lines[at])):
        key = _KEYS.get(found.group(1).lower())
        if key is None or key in meta:
            break
        meta[key] = found.group(2).rstrip()
        at += 1
    ends = at >= len(lines) or not lines[at].strip()
    if not meta or not ends:
        return Source(text)
    return Source("\n".join(lines[at:]), meta)


def known_key(name: str) -> str | None:
    """Return title, date, updated, outlet, lang, authors or url for a name in either language, else None."""
    return _KEYS.get(name.strip().lower())
