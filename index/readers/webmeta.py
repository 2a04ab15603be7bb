"""What a page says of its article: JSON-LD first, then meta elements, then what is on the screen."""

from __future__ import annotations

import datetime as dt

from lxml import etree

from index.readers import bylines, datelines, grids, jsonld, visible

# Names of meta elements (name, property or itemprop), best first.
_PUBLISHED = (
    "article:published_time", "datepublished", "og:published_time", "date.published", "publishdate",
    "pubdate", "publish-date", "publication_date", "dc.date.issued", "dcterms.issued", "dcterms.created",
    "parsely-pub-date", "sailthru.date", "article.published", "date", "dc.date",
)  # fmt: skip
_UPDATED = ("article:modified_time", "datemodified", "og:updated_time", "last-modified", "dcterms.modified")
_TITLE = ("og:title", "twitter:title", "headline", "dc.title", "title")
_OUTLET = ("og:site_name", "application-name", "dc.publisher", "publisher", "copyright")
_HEADLINE = 4  # words; fewer in large letters may name the outlet or a section
_AUTHORS = ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "byl")


def read(tree: etree._Element, today: dt.date) -> dict[str, str]:
    """Return title, date, updated, outlet, authors and url, as far as scripts and meta elements give them.

    Not its language: pages carry the language of their template, and the text tells it better.
    """
    said = jsonld.read(tree)
    named = _named(tree)
    outlets = [said.get("outlet", ""), *(_first(named, (name,)) for name in _OUTLET)]
    found = {
        "title": _title(tree, said.get("title", ""), _first(named, _TITLE), list(filter(None, outlets))),
        "date": _date([said.get("date", ""), *_all(named, _PUBLISHED)], today),
        "updated": _date([said.get("updated", ""), *_all(named, _UPDATED)], today),
        "outlet": _first(named, _OUTLET[:1]) or said.get("outlet") or _first(named, _OUTLET[1:4]),
        "authors": bylines.persons([said.get("authors", "")], outlets) or _authors(named, outlets),
        "url": _link(tree) or _first(named, ("og:url",)) or said.get("url", ""),
    }
    return {key: " ".join(value.split()) for key, value in found.items() if value and value.strip()}


def complete(meta: dict[str, str], tree: etree._Element, today: dt.date) -> None:
    """Add dates and authors that only stand on the screen; `tree` holds no more than the article.

    Before it is pruned, the first date of a page is often that of today, or of another article. Lines
    that only tell the last change are taken out: in the text, they would pass for the day of publication.
    """
    shown = datelines.read(tree, meta.get("title", ""), today)
    found = {
        "date": meta.get("date") or shown.date or datelines.guessed(tree, shown, today),
        "updated": meta.get("updated") or shown.updated,
        "authors": meta.get("authors") or _first_persons(shown.authors, [meta.get("outlet", "")]),
    }
    for line in shown.changes:
        visible.remove(line)
    meta.update({key: value for key, value in found.items() if value})


def _date(stamps: list[str], today: dt.date) -> str:
    return next((stamp for stamp in stamps if datelines.believable(stamp, today)), "")


def _first_persons(candidates: list[str], outlets: list[str]) -> str:
    return next(filter(None, (bylines.persons([one], outlets) for one in candidates)), "")


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


def _all(named: dict[str, list[str]], names: tuple[str, ...]) -> list[str]:
    return [value for name in names for value in named.get(name, ())]


def _authors(named: dict[str, list[str]], outlets: list[str]) -> str:
    for name in _AUTHORS:
        if people := bylines.persons(named.get(name, ()), outlets):
            return people
    return ""


def _link(tree: etree._Element) -> str:
    for node in tree.iter("link"):
        if (node.get("rel") or "").lower() == "canonical" and (node.get("href") or "").startswith("http"):
            return str(node.get("href"))
    return ""


def _title(tree: etree._Element, said: str, named: str, outlets: list[str]) -> str:
    """Return the headline: the one on the screen if it is told from other large words, else the one named."""
    own = {outlet.casefold() for outlet in outlets}
    whole = next((" ".join((node.text or "").split()) for node in tree.iter("title")), "")
    largest = [
        words for words in map(grids.words_of, tree.iter("h1")) if words and words.casefold() not in own
    ]
    candidates = (said, _without_outlet(named, own), _without_outlet(whole, own))
    given = next((one for one in candidates if one and one.casefold() not in own), "")
    # The headline on the screen is what readers know; what is named for search engines may be cut short.
    for words in largest:
        alike = set(words.casefold().split()) & set(given.casefold().split())
        if len(alike) >= 0.5 * min(len(words.split()), len(given.split())):
            return words
    # A single one that has nothing of what is named: that is the outlet, unless the large words may be.
    if len(largest) == 1 and (len(largest[0].split()) >= _HEADLINE or not given):
        alike = set(largest[0].casefold().split()) & set(given.casefold().split())
        return given if alike else largest[0]
    return given or (largest[0] if largest else "")


def _without_outlet(title: str, own: set[str]) -> str:
    """Return a title without the outlet's name that pages put behind it, or before it."""
    mark = " | " if " | " in title else " - "
    head, found, tail = title.rpartition(mark)
    short = len(tail.split()) <= 5 and len(head.split()) >= 4
    if found and (tail.strip().casefold() in own or (short and tail[:1].isupper())):
        return head.strip()
    first, found, rest = title.partition(mark)
    return rest.strip() if found and first.strip().casefold() in own else title
