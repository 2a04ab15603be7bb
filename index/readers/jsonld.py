"""What the JSON-LD scripts of a page say of its article, in JSON as sites write it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from index.readers import strict
from index.text.words import words

_ARTICLES = words(
    "NewsArticle Article ReportageNewsArticle BlogPosting AnalysisNewsArticle OpinionNewsArticle "
    "BackgroundNewsArticle ReviewNewsArticle LiveBlogPosting Report"
)
_PAGE = "WebPage"  # says of the page what an article says of itself, where there is none
_ORGANIZATIONS = words("Organization NewsMediaOrganization Corporation")
# Where the article of a page stands within other objects.
_INNER = ("@graph", "mainEntity", "mainEntityOfPage")
_DEEPEST = 6
# What templates put around scripts so that old browsers and XML do not stumble over them.
_OPENING = re.compile(r"(?://|/\*)?\s*<!\[CDATA\[\s*(?:\*/)?|<!--")
_CLOSING = re.compile(r"(?:(?://|/\*)\s*)?\]\]>\s*(?:\*/)?$|(?://\s*)?-->$")
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*+"?|,(?=\s*[}\]])', re.DOTALL)


def read(tree: etree._Element) -> dict[str, str]:
    """Return title, date, updated, outlet, authors and url of the page's article, as far as they are said."""
    found = [one for node in tree.iter("script") if "ld+json" in (node.get("type") or "")
             for one in _objects(_value(node.text or ""))]  # fmt: skip
    known = {one["@id"]: one for one in found if isinstance(one.get("@id"), str) and "name" in one}
    for kinds in (_ARTICLES, {_PAGE}):
        for one in found:
            if _kinds(one) & kinds and one.get("headline"):
                return _from_object(one, known)
    return {}


def _value(text: str) -> object:
    """Return the value of a script, or None; line breaks in strings and a comma too many are let through."""
    text = text.strip()
    if opening := _OPENING.match(text):
        text = text[opening.end() :]
    text = (text[:-20] + _CLOSING.sub("", text[-20:])).strip().rstrip(";")
    for form in (
        text,
        _STRING_OR_COMMA.sub(lambda found: found.group() if found.group() != "," else "", text),
    ):
        try:
            return json.loads(form, strict=False)
        except (ValueError, RecursionError):  # ValueError also for an integer of too many digits
            continue
    return None


def _objects(value: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the objects of a script that may be its article, and those in a graph."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield value
        for name in _INNER:
            yield from _objects(value.get(name), depth + 1)
    elif isinstance(value, list):
        for one in value:
            yield from _objects(one, depth + 1)


def _kinds(one: dict[str, Any]) -> set[str]:
    kinds = one.get("@type")
    named = kinds if isinstance(kinds, list) else [kinds]
    return {re.split(r"[/:#]", str(kind))[-1] for kind in named}


def _from_object(one: dict[str, Any], known: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {
        "title": _words(one.get("headline"), known),
        "date": _words(one.get("datePublished"), known),
        "updated": _words(one.get("dateModified"), known),
        "outlet": _words(one.get("publisher"), known),
        "authors": "; ".join(_people(one.get("author"), known)),
        "url": one["url"] if isinstance(one.get("url"), str) else "",
    }


def _words(value: object, known: dict[str, dict[str, Any]]) -> str:
    """Return the words of a value, or the name of an object or of the one that it refers to."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        other = known.get(value["@id"]) if isinstance(value.get("@id"), str) else None
        value = value.get("name") or (other or {}).get("name")
    if not isinstance(value, str) or value.startswith(("http://", "https://")):
        return ""
    return strict.whole(html.unescape(value))


def _people(value: object, known: dict[str, dict[str, Any]]) -> list[str]:
    many = value if isinstance(value, list) else [value]
    persons = [one for one in many if not (isinstance(one, dict) and _kinds(one) & _ORGANIZATIONS)]
    return [name for name in (_words(one, known) for one in persons) if name]
