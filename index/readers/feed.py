"""Saved feeds, RSS and Atom: every entry is an article. Nothing is fetched."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

from index.errors import BadArticle
from index.readers import web
from index.readers.source import Source, Unread


def parse(data: bytes, _options: Mapping[str, str]) -> Iterator[Source | Unread]:
    """Yield the entries of one feed; their names are their ids, which stay when the feed moves on."""
    if b"<!ENTITY" in data:
        raise BadArticle("defines XML entities of its own, which feeds do not need; remove them")
    import feedparser

    # A stream, never a text: feedparser takes a text for an address and would fetch it.
    found: Any = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    if not found.version and not found.entries:
        raise BadArticle("XML, but neither an RSS nor an Atom feed")
    if not found.entries:
        raise BadArticle("a feed without entries")
    names: dict[str, int] = {}
    for number, entry in enumerate(found.entries, 1):
        name = str(entry.get("id") or entry.get("link") or number)
        names[name] = names.get(name, 0) + 1
        if names[name] > 1:
            name = f"{name}-{names[name]}"
        contents = [part.get("value", "") for part in entry.get("content", ())]
        text = web.fragment(max([*contents, entry.get("summary", "")], key=len))
        if not text.strip():
            yield Unread(name, "an entry without text")
            continue
        yield Source(text, _meta(entry, found.feed, contents), name)


def _meta(entry: Any, feed: Any, contents: list[str]) -> dict[str, str]:  # noqa: ANN401 - feedparser's dicts
    source = entry.get("source") or {}
    people = [person.get("name", "") for person in entry.get("authors", ())]
    meta = {
        "title": web.fragment(entry.get("title", "")),
        # As written: the feed's own time zone gives the day that its readers saw.
        "date": entry.get("published", "") or entry.get("updated", ""),
        "updated": entry.get("updated", "") if entry.get("published") else "",
        "outlet": source.get("title", "") or feed.get("title", ""),
        "authors": "; ".join(dict.fromkeys(filter(None, people))) or entry.get("author", ""),
        "url": entry.get("link", ""),
        "note": "" if any(contents) else "the feed gives a summary only",
    }
    return {key: " ".join(str(value).split()) for key, value in meta.items() if value}
