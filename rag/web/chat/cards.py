"""The sources beside an answer: a card each, with the quotation and a way into the article."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import get_args

from index.errors import BadFilter
from index.records import Lang
from index.text import glossary
from rag.answer import MARK, Answer, Citation, other_outlets
from rag.question import understand
from rag.showing.why import why
from rag.web.markup import Turn, date, esc
from rag.web.wording import WORDS

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*%?")
# What may follow a figure and belongs to it, so that "15 tỷ USD" is marked and not "15".
_UNIT = (
    r"(?:\s+(?:billion|million|trillion|thousand|per\s?cent|tỷ|tỉ|triệu|nghìn|phần trăm"
    r"|USD|US\s?dollars?|đô la|đồng))*"
)
_LANGUAGES: tuple[Lang, ...] = get_args(Lang)
MOST_SHARED = 8  # words and names that a card says a sentence was found by: one line, two on a phone


def sources(turn: Turn) -> str:
    """Return the cards of a turn: what is cited, then folded what was only looked at."""
    cited = turn.answer.citations if turn.answer else turn.sources
    if not (cited or turn.sources):
        return ""
    words = WORDS[turn.language]
    cards = "".join(_card(turn, citation) for citation in cited)
    shown = {(c.article, c.start, c.end) for c in cited}
    rest = [c for c in turn.sources if turn.answer and (c.article, c.start, c.end) not in shown]
    also = ""
    if rest:
        label = words["also"].format(n=len(rest))
        more = "".join(_card(turn, citation, cited=False) for citation in rest)
        also = f'<details class="also"><summary>{label}</summary>{more}</details>'
    head = f"<h3>{words['sources']}</h3>" if cited else ""
    return f'<section class="sources" aria-label="{part_name(turn, "sources")}">{head}{cards}{also}</section>'


def part_name(turn: Turn, what: str) -> str:
    """Return the name of a part of an answer, one that no other turn on the page has: it is a landmark."""
    words = WORDS[turn.language]
    return words["part_of"].format(part=words[what], n=turn.number)


def _card(turn: Turn, citation: Citation, *, cited: bool = True) -> str:
    words = WORDS[turn.language]
    numbered = cited and turn.answer is not None
    anchor = f' id="t{turn.number}-s{citation.n}" tabindex="-1"' if numbered else ""
    back = (
        f'<a class="back" href="#t{turn.number}-m{citation.n}" aria-label="{words["back"]}" '
        f'title="{words["back"]}">↑</a>'
        if numbered
        else ""
    )
    number = f'<span class="n" aria-hidden="true">{citation.n}</span>' if cited else ""
    outlet = f'<span class="outlet">{esc(citation.outlet)}</span>' if citation.outlet else ""
    others = ", ".join(other_outlets(citation.also, citation.outlet))
    reprints = f"<span>{words['also_in']} {esc(others)}</span>" if others else ""
    language = words.get(citation.lang, esc(citation.lang))
    page = f"<span>{words['page']} {citation.page}</span>" if citation.page else ""
    figures = _deciding(turn.answer, citation) if numbered and turn.answer else ()
    n = f'data-n="{citation.n}" ' if numbered else ""
    reading = (
        f'<button type="button" class="read" id="t{turn.number}-{"r" if cited else "a"}{citation.n}" '
        f'data-article="{esc(citation.article)}" {n}data-start="{citation.start}" data-end="{citation.end}" '
        f'aria-label="{esc(words["read"])}: {esc(citation.title)}">{words["read"]}</button>'
    )
    return (
        f'<div class="card"{anchor}><p class="head">{number}<span class="title" lang="{esc(citation.lang)}">'
        f"{esc(citation.title)}</span>{back}</p>"
        f'<p class="meta">{outlet}<span>{date(citation.published, citation.dated, turn.language)}</span>'
        f'{page}<span class="lang">{language}</span>{reprints}</p>'
        f'<blockquote lang="{esc(citation.lang)}">{words["open"]}{_quote(citation.quote, figures)}'
        f"{words['close']}</blockquote>{'' if numbered else _found_by(turn, citation)}{reading}</div>"
    )


def _found_by(turn: Turn, citation: Citation) -> str:
    """Return the line that says why a sentence was looked at."""
    words = WORDS[turn.language]
    shared = _why(turn.question, citation.quote, citation.lang)
    said = " · ".join(shared) if shared else words["meaning"]
    lang = f' lang="{esc(citation.lang)}"' if shared else ""
    return f'<p class="why">{words["found_by"]} <span{lang}>{esc(said)}</span></p>'


@glossary.derived
@functools.lru_cache(maxsize=256)  # drawn anew at every token of a draft
def _why(question: str, quote: str, lang: str) -> tuple[str, ...]:
    if lang not in _LANGUAGES:  # whatever an answer says, the page is drawn
        return ()
    try:
        found = why(understand(question), quote, lang)
    except BadFilter:
        return ()
    return (*found.words, *found.names, *found.values)[:MOST_SHARED]


def _deciding(answer: Answer, citation: Citation) -> tuple[str, ...]:
    """Return the words of the quotation that decide: the short answer, else the figures it shares.

    None where the whole quotation is what is said.
    """
    if answer.short and answer.short in citation.quote:
        return (answer.short,)
    claims = " ".join(claim.text for claim in answer.claims if citation.n in claim.citations)
    if " ".join(citation.quote.split()) in claims:
        return ()
    figures = set(_FIGURE.findall(MARK.sub("", claims))) & set(_FIGURE.findall(citation.quote))
    return tuple(sorted(figures, key=len, reverse=True))


def _quote(quote: str, deciding: Sequence[str]) -> str:
    if not deciding:
        return esc(quote)
    pattern = re.compile("|".join(rf"(?<![\w.,]){re.escape(words)}{_UNIT}(?!\w)" for words in deciding))
    parts, at = [], 0
    for match in pattern.finditer(quote):
        parts += [esc(quote[at : match.start()]), f"<mark>{esc(match[0])}</mark>"]
        at = match.end()
    return "".join([*parts, esc(quote[at:])])
