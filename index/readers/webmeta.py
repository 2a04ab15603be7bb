"""What a page says of its article: JSON-LD first, then meta elements, then what is on the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from index.errors import BadArticle
from index.readers import strict
from index.text import dates, lang

# Names of meta elements (name, property or itemprop), best first.
_PUBLISHED = (
    "article:published_time", "datepublished", "og:published_time", "date.published", "publishdate",
    "pubdate", "publish-date", "publication_date", "dc.date.issued", "dcterms.issued", "dcterms.created",
    "parsely-pub-date", "sailthru.date", "article.published", "date", "dc.date",
)  # fmt: skip
_UPDATED = ("article:modified_time", "datemodified", "og:updated_time", "last-modified", "dcterms.modified")
_TITLE = ("og:title", "twitter:title", "headline", "dc.title", "title")
_OUTLET = ("og:site_name", "application-name", "dc.publisher", "publisher", "copyright")
_AUTHORS = ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "byl")
_ARTICLES = {
    "NewsArticle", "Article", "ReportageNewsArticle", "BlogPosting", "AnalysisNewsArticle",
    "OpinionNewsArticle", "LiveBlogPosting", "Report", "WebPage",
}  # fmt: skip
_DATED = re.compile(
    r"(?:^|[-_ ])(?:date|time|timestamp|published?|pubdate|posted|ngay|thoigian|datetime)(?:$|[-_ ])", re.I
)
_WRITTEN = re.compile(r"(?:^|[-_ ])(?:author|byline|tacgia|writer)(?:$|[-_ s])", re.I)
_CHANGED = re.compile(r"updated|modified|cập nhật", re.I)


def read(tree: etree._Element) -> dict[str, str]:
    """Return title, date, updated, outlet, authors and url, as far as scripts and meta elements give them.

    Not its language: pages carry the language of their template, and the text tells it better.
    """
    said = _json_ld(tree)
    named = _named(tree)
    found = {
        "title": _title(tree, said.get("title", ""), _first(named, _TITLE), _first(named, _OUTLET)),
        "date": said.get("date") or _first(named, _PUBLISHED),
        "updated": said.get("updated") or _first(named, _UPDATED),
        "outlet": _first(named, _OUTLET[:1]) or said.get("outlet") or _first(named, _OUTLET[1:4]),
        "authors": said.get("authors") or _authors(named),
        "url": _link(tree) or _first(named, ("og:url",)) or said.get("url", ""),
    }
    return {key: " ".join(value.split()) for key, value in found.items() if value and value.strip()}


def complete(meta: dict[str, str], tree: etree._Element) -> None:
    """Add dates and authors that only stand on the screen; `tree` holds no more than the article.

    Before it is pruned, the first date of a page is often that of today, or of another article.
    """
    found = {
        "date": meta.get("date") or _on_screen(tree, changed=False) or _guessed(tree),
        "updated": meta.get("updated") or _on_screen(tree, changed=True),
        "authors": meta.get("authors") or _byline(tree),
    }
    meta.update({key: value for key, value in found.items() if value})


def _guessed(tree: etree._Element) -> str:
    """Return the date in the address, or in elements that sites use for it, as htmldate knows them."""
    import htmldate

    try:
        # The extensive search would take any date of the text for that of publication.
        found = htmldate.find_date(tree, extensive_search=False, original_date=True) or ""
        year, month, day = map(int, found.split("-"))
    except (ValueError, TypeError, AttributeError, OverflowError):
        return ""
    words = " ".join(map(str, tree.itertext()))
    either = re.search(rf"\b0?(?:{day}[/.]0?{month}|{month}[/.]0?{day})[/.]{year}\b", words)
    if either and day != month and max(day, month) <= 12 and lang.detect(words) == "en":
        return str(year)  # 05/03 is in March to some and in May to others
    return found


def _json_ld(tree: etree._Element) -> dict[str, str]:
    for node in tree.iter("script"):
        if "ld+json" not in (node.get("type") or ""):
            continue
        try:
            value = strict.loads((node.text or "").strip())
        except BadArticle:
            continue
        for one in _objects(value):
            kinds = one.get("@type")
            if set(kinds if isinstance(kinds, list) else [str(kinds)]) & _ARTICLES and one.get("headline"):
                return _from_object(one)
    return {}


def _objects(value: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON-LD script: one, a list, or a graph."""
    if isinstance(value, dict):
        yield value
        value = value.get("@graph")
    if isinstance(value, list) and depth < 3:
        for one in value:
            yield from _objects(one, depth + 1)


def _from_object(one: dict[str, Any]) -> dict[str, str]:
    return {
        "title": _words(one.get("headline")),
        "date": _words(one.get("datePublished")),
        "updated": _words(one.get("dateModified")),
        "outlet": _words(one.get("publisher")),
        "authors": "; ".join(_people(one.get("author"))),
        "url": _words(one.get("url")),
    }


def _words(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("name") or value.get("@id")
    if isinstance(value, list):
        return _words(value[0]) if value else ""
    return value if isinstance(value, str) else ""


def _people(value: object) -> list[str]:
    many = value if isinstance(value, list) else [value]
    return [name for name in map(_words, many) if name and not name.startswith("http")]


def _named(tree: etree._Element) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for node in tree.iter("meta", "time"):
        content = node.get("content") or node.get("datetime") or ""
        for attribute in ("property", "name", "itemprop"):
            if (name := node.get(attribute)) and content.strip():
                result.setdefault(name.lower(), []).append(content.strip())
    return result


def _first(named: dict[str, list[str]], names: tuple[str, ...]) -> str:
    return next((named[name][0] for name in names if name in named), "")


def _authors(named: dict[str, list[str]]) -> str:
    for name in _AUTHORS:
        people = [one for one in named.get(name, ()) if not one.startswith("http")]
        if people:
            return "; ".join(dict.fromkeys(people))
    return ""


def _link(tree: etree._Element) -> str:
    for node in tree.iter("link"):
        if (node.get("rel") or "").lower() == "canonical" and (node.get("href") or "").startswith("http"):
            return str(node.get("href"))
    return ""


def _title(tree: etree._Element, said: str, named: str, outlet: str) -> str:
    """Return the headline: the one on the screen if it is told from other large words, else the one named."""
    largest = [" ".join("".join(map(str, node.itertext())).split()) for node in tree.iter("h1")]
    largest = [words for words in largest if words and words.casefold() != outlet.casefold()]
    whole = next((" ".join((node.text or "").split()) for node in tree.iter("title")), "")
    given = said or _without_outlet(named, outlet) or _without_outlet(whole, outlet)
    if not given and len(largest) == 1:
        return largest[0]
    # The headline on the screen is what readers know; what is named for search engines may be cut short.
    for words in largest:
        alike = set(words.casefold().split()) & set(given.casefold().split())
        if len(alike) >= 0.5 * min(len(words.split()), len(given.split())):
            return words
    return given or (largest[0] if largest else "")


def _without_outlet(title: str, outlet: str) -> str:
    """Return a title without the outlet's name that pages put behind it."""
    head, mark, tail = title.rpartition(" | ") if " | " in title else title.rpartition(" - ")
    short = len(tail.split()) <= 5 and len(head.split()) >= 4
    if mark and (tail.strip().casefold() == outlet.casefold() or (short and tail[:1].isupper())):
        return head.strip()
    return title


def _on_screen(tree: etree._Element, *, changed: bool) -> str:
    """Return the words of the first element that holds a date of publication (or of the last change)."""
    for node in tree.iter():
        if not isinstance(node.tag, str):
            continue
        name = f"{node.get('class') or ''} {node.get('id') or ''} {node.get('itemprop') or ''}"
        if node.tag != "time" and not _DATED.search(name):
            continue
        words = " ".join("".join(map(str, node.itertext())).split())
        if len(words) > 120 or bool(_CHANGED.search(words) or _CHANGED.search(name)) != changed:
            continue
        stamp = node.get("datetime") or words
        if dates.parse(stamp):
            return stamp
    return ""


def _byline(tree: etree._Element) -> str:
    for node in tree.iter():
        if not isinstance(node.tag, str):
            continue
        name = f"{node.get('class') or ''} {node.get('rel') or ''} {node.get('itemprop') or ''}"
        words = " ".join("".join(map(str, node.itertext())).split())
        if _WRITTEN.search(name) and 0 < len(words) <= 80:
            return re.sub(r"^(?:by|bài(?: và ảnh)?|tác giả|theo)\b[\s:]*", "", words, flags=re.IGNORECASE)
    return ""
