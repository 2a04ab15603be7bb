"""A whole article as HTML for the reader pane: its blocks, its date, and the places that are cited.

Pure functions; every foreign text passes through `esc`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.records import Article, Block, Lang
from rag import opening
from rag.web.markup import date, esc
from rag.web.wording import WORDS, Language, day

MOST_PLACES = 50  # places that one address may name; a turn shows a handful
_PLACE = re.compile(r"(\d{0,3}):(\d{1,9})-(\d{1,9})")
_ITEM = re.compile(r"^\s*[-*•–]\s+")
_TOGETHER = ("list", "row")


@dataclass(frozen=True, slots=True)
class Place:
    """A cited stretch of an article's text."""

    n: str  # number of the citation; "" for one that was only looked at
    start: int
    end: int


def places_of(text: str) -> tuple[Place, ...] | None:
    """Return the places written as "1:120-200,:40-118"; None if the text is not of that form."""
    parts = text.split(",") if text else []
    found = [_PLACE.fullmatch(part) for part in parts]
    if len(parts) > MOST_PLACES or not all(found):
        return None
    return tuple(Place(match[1], int(match[2]), int(match[3])) for match in found if match)


def article_page(article: Article, places: Sequence[Place], language: Language) -> str:
    """Return the article as the pane shows it; the first of `places` is the one that was asked for."""
    lang = esc(article.lang)
    return (
        f'{_bar(language)}<div class="page" tabindex="0" role="region" aria-labelledby="reader-title">'
        f'<h2 id="reader-title" lang="{lang}" tabindex="-1">{esc(article.title)}</h2>'
        f"{about(article, language)}{text(article, places)}</div>"
    )


def text(article: Article, places: Sequence[Place]) -> str:
    """Return the text of the article with the places marked."""
    return f'<div class="text" lang="{esc(article.lang)}">{_body(article, places)}</div>'


def problem_page(key: str, language: Language) -> str:
    """Return what the pane shows in place of an article: a sentence of `WORDS`."""
    said = f'<h2 id="reader-title" class="plain" tabindex="-1">{WORDS[language][key]}</h2>'
    return f'{_bar(language)}<div class="page">{said}</div>'


def shelf(articles: Iterable[Article], language: Language, *, examples: bool) -> str:
    """Return the newest articles as a list of buttons that open the pane.

    `examples` says whether the library answers the questions that the page suggests.
    """
    items = "".join(
        f'<li><button type="button" class="read" data-article="{esc(one.id)}">'
        f'<span class="title" lang="{esc(one.lang)}">{esc(one.title)}</span>'
        f'<span class="meta">{_line(one, language)}</span></button></li>'
        for one in articles
    )
    head = f"<h2>{WORDS[language]['recent']}</h2>" if items else ""
    return f'{head}<ul data-examples="{"yes" if examples else "no"}">{items}</ul>'


def suggestions(questions: Iterable[tuple[str, Lang]], language: Language) -> str:
    """Return questions, each with its own language, as buttons that ask them; "" without any."""
    items = "".join(
        f'<li><button type="button" class="chip" lang="{lang}">{esc(question)}</button></li>'
        for question, lang in questions
    )
    return f'<h2>{WORDS[language]["try"]}</h2><ul class="asks">{items}</ul>' if items else ""


def waiting(counts: Mapping[str, int], language: Language) -> str:
    """Return how many passages have no vector yet, of `Library.counts`; "" if all have."""
    text = opening.meaning(counts, language)
    return f'<p class="small">{text}</p>' if text else ""


def outlets(names: Iterable[str]) -> str:
    """Return the names as the options of a list that a field suggests."""
    return "".join(f'<option value="{esc(name)}"></option>' for name in names)


def _bar(language: Language) -> str:
    words = WORDS[language]
    close = f'<button type="button" class="close">{words["close_pane"]}</button>'
    return f'<header class="bar"><p class="badge">{words["article"]}</p>{close}</header>'


def about(article: Article, language: Language) -> str:
    """Return what is known of the article, a line each."""
    words = WORDS[language]
    lines = [f'<p class="meta">{_line(article, language)}</p>']
    if article.dated:
        corrected = any(one.field == "date" for one in article.corrections)
        basis = "corrected" if corrected else article.dated.basis
        lines.append(f'<p class="meta">{words["known_by"]} {words["basis_" + basis]}</p>')
    if article.updated:
        when = esc(day(article.updated.label(), language))
        lines.append(f'<p class="meta">{words["updated"]} {when}</p>')
    for label, text in (
        ("authors", ", ".join(article.authors)),
        ("file", article.file),
        ("address", article.url),
        ("note", article.note),
    ):
        if text:
            lines.append(f'<p class="meta">{words[label]} {esc(text)}</p>')
    return f'<div class="about">{"".join(lines)}</div>'


def _line(article: Article, language: Language) -> str:
    """Return outlet, date and language of an article in one line."""
    words = WORDS[language]
    published = article.published.isoformat() if article.published else None
    known = article.dated.label() if article.dated else None
    parts = [esc(article.outlet)] if article.outlet else []
    parts += [f"{words['also_in']} {esc(', '.join(article.others))}"] if article.others else []
    parts += [date(published, known, language), words.get(article.lang, esc(article.lang))]
    return " · ".join(parts)


def _body(article: Article, places: Sequence[Place]) -> str:
    blocks = article.blocks or (Block("paragraph", 0, len(article.text)),)
    parts = []
    for kind, group in itertools.groupby(blocks, key=lambda one: one.kind):
        if kind in _TOGETHER:
            items = "".join(f"<li>{_item(article.text, one, places)}</li>" for one in group)
            parts.append(f'<ul class="{kind}">{items}</ul>')
        else:
            tag = {"heading": "h3", "question": "h3"}.get(kind, "p")
            parts += [
                f'<{tag} class="{kind}">{_marked(article.text, one.start, one.end, places)}</{tag}>'
                for one in group
            ]
    return "".join(parts)


def _item(text: str, block: Block, places: Sequence[Place]) -> str:
    """Return a list's item without the mark that the list draws itself, a row with its name in front."""
    lead = _ITEM.match(text[block.start : block.end]) if block.kind == "list" else None
    return _marked(text, block.start + (lead.end() if lead else 0), block.end, places)


def _marked(text: str, start: int, end: int, places: Sequence[Place]) -> str:
    """Return `text[start:end]`, escaped, with the places in it marked; the first place covers others."""
    edges = {start, end}
    for place in places:
        edges |= {at for at in (place.start, place.end) if start < at < end}
    parts = []
    for low, high in itertools.pairwise(sorted(edges)):
        words = esc(text[low:high])
        here = next((place for place in places if place.start <= low and high <= place.end), None)
        if here is None:
            parts.append(words)
            continue
        sought = ' class="sought" tabindex="-1"' if here is places[0] else ""
        number = f' data-n="{here.n}"' if here.n and low == max(here.start, start) else ""
        parts.append(f"<mark{sought}{number}>{words}</mark>")
    return "".join(parts)
