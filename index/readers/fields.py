"""Tables and JSON: which of their fields is the title, the text, the date …; a map may say otherwise."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from index.errors import BadArticle
from index.readers import web
from index.readers.source import Source, Unread

# Names that exports and crawlers use, best first; compared in lower case without "_", "-" and spaces.
NAMES: dict[str, tuple[str, ...]] = {
    "text": ("text", "fulltext", "maintext", "body", "articlebody", "articletext", "bodytext", "content",
             "contenttext", "contenthtml", "articlecontent", "article", "noidung", "nội dung", "description",
             "summary"),
    "title": ("title", "headline", "articletitle", "tieude", "tiêu đề"),
    "date": ("published", "datepublished", "publishedat", "publisheddate", "publishdate", "publicationdate",
             "pubdate", "datepublish", "firstpublished", "publishedtime", "date", "datetime", "timestamp",
             "ngaydang", "ngày đăng", "ngay", "ngày"),
    "updated": ("updated", "updatedat", "datemodified", "modified", "modifiedat", "lastmodified",
                "dateupdated"),
    "outlet": ("outlet", "source", "sourcename", "publisher", "publication", "sitename", "site", "newspaper",
               "sourcedomain", "nguon", "nguồn", "bao", "báo"),
    "lang": ("lang", "language", "languagecode", "inlanguage"),
    "url": ("url", "link", "permalink", "canonicalurl", "sourceurl", "webpage"),
    "authors": ("authors", "author", "byline", "creator", "writers", "tacgia", "tác giả"),
    "id": ("id", "guid", "articleid", "uuid", "docid"),
}  # fmt: skip
_LARGEST = 10**18  # no id, no moment is larger; also leaves out infinity (1e999)
_MARKUP = re.compile(r"</?(?:p|div|br|h[1-6]|ul|ol|li|span|a|b|strong|em|i)\b[^>]*>", re.I)


class Fields:
    """Finds the fields of one table; `options` maps our names to its own."""

    def __init__(self, names: list[str], options: Mapping[str, str]) -> None:
        """`BadArticle` when no field holds the text, or the map names a field that is not there."""
        known = {_key(name): name for name in reversed(names)}
        self._of: dict[str, str] = {}
        for ours, theirs in NAMES.items():
            if ours in options:
                if options[ours] not in names:
                    raise BadArticle(
                        f"has no field {options[ours]!r} as articles.toml says; it has {_list(names)}"
                    )
                self._of[ours] = options[ours]
                continue
            found = next((known[_key(name)] for name in theirs if _key(name) in known), None)
            if found is not None:
                self._of[ours] = found
        if "text" not in self._of:
            raise BadArticle(
                f"no field for the text among {_list(names)}; "
                'name it in articles.toml: fields = {text = "…"}'
            )

    def article(self, record: Mapping[str, Any], part: str) -> Source | Unread:
        """Return the article of one record; `part` names it unless it has an id."""
        value = {ours: _words(record.get(theirs)) for ours, theirs in self._of.items()}
        part = value.pop("id", "")[:80] or part
        text = value.pop("text")
        if len(_MARKUP.findall(text)) >= 2:
            text = web.fragment(text)
        if not text.strip():
            return Unread(part, f"its field {self._of['text']!r} is empty")
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\0", ""))
        meta = {key: " ".join(words.split()) for key, words in value.items()}
        for key in ("date", "updated"):
            meta[key] = _moment(meta.get(key, ""))
        meta["lang"] = meta.get("lang", "").split("-")[0]
        return Source(text, {key: words for key, words in meta.items() if words}, part)


def _key(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name.strip().lower())


def _list(names: list[str]) -> str:
    shown = ", ".join(repr(name[:40]) for name in names[:12])
    return f"{shown}, … ({len(names)} in all)" if len(names) > 12 else shown


def _words(value: object, depth: int = 0) -> str:
    """Return what a field holds as text; lists are parted by "; ", objects give their name."""
    if isinstance(value, dict):
        value = value.get("name") or value.get("title") or ""
    if isinstance(value, list):
        # Names in lists of objects are as deep as exports go.
        return "; ".join(filter(None, (_words(one, depth + 1) for one in value[:100]))) if depth < 3 else ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < _LARGEST:
        return ""
    return str(round(value))


def _moment(words: str) -> str:
    """Return seconds (or milliseconds) since 1970 as a date, other words as they are."""
    if not re.fullmatch(r"\d{9,13}", words):
        return words
    seconds = int(words) / (1000 if len(words) > 10 else 1)
    return dt.datetime.fromtimestamp(seconds, dt.UTC).date().isoformat()
