"""Answers as HTML. Every text that comes from an article, a person or a model is escaped here.

Pure functions: a `Turn` in, a string of markup out. The page inserts these strings as they are, so
`esc` is the only way for foreign text to get into one.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from index import glossary
from index.errors import BadFilter
from index.lang import detect
from index.records import Lang
from rag.answer import Answer, Citation, Nearest, TimelineEntry, other_outlets
from rag.question import understand
from rag.why import why
from rag.wording import WORDS, Language, day

State = Literal["searching", "starting", "waiting", "reading", "drafting", "done", "stopped", "failed"]

_MARK = re.compile(r"\[(\d{1,3})\]")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*%?")
# What may follow a figure and belongs to it, so that "15 tỷ USD" is marked and not "15".
_UNIT = (
    r"(?:\s+(?:billion|million|trillion|thousand|per\s?cent|tỷ|tỉ|triệu|nghìn|phần trăm"
    r"|USD|US\s?dollars?|đô la|đồng))*"
)
# A short answer longer than this is a sentence, and the sentence stands below anyway.
_SHORT_LIMIT = 90
MOST_SHARED = 8  # words and names that a card says a sentence was found by: one line, two on a phone
# Characters that HTML does not mind, but that the page's own template language would.
_TEMPLATE = {ord(c): f"&#{ord(c)};" for c in "`${}\\"}


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and how far its answer is."""

    number: int  # 1, 2, … within the conversation; part of every anchor's name
    question: str
    state: State = "searching"
    sources: tuple[Citation, ...] = ()
    draft: str = ""
    answer: Answer | None = None
    problem: str = ""
    before: int = 0  # questions that come first, while waiting
    seconds: float = 0.0

    @property
    def language(self) -> Language:
        """Return the language of the labels: that of the answer, before it is there of the question."""
        return detect(self.answer.answer if self.answer else self.question)


def esc(text: str) -> str:
    """Return `text` so that it means nothing but itself in markup, attributes and templates."""
    return html.escape(text, quote=True).translate(_TEMPLATE)


def conversation(turns: Iterable[Turn]) -> str:
    """Return the markup of whole turns, oldest first."""
    return "".join(render_turn(turn) for turn in turns)


def render_turn(turn: Turn) -> str:
    """Return one turn: the question as a heading, the answer, and its sources beside it."""
    body, aside = _answer_column(turn), _sources(turn)
    number = turn.number
    return (
        f'<article class="turn {turn.state}" data-turn="{number}" aria-labelledby="t{number}-q">'
        f'<h2 class="question" id="t{number}-q" lang="{detect(turn.question)}">{esc(turn.question)}</h2>'
        f'<div class="columns"><div class="answer">{body}</div>{aside}</div></article>'
    )


def status_text(turn: Turn) -> str:
    """Return what the polite status region says: stages only, never the running text."""
    words = WORDS[turn.language]
    if turn.state == "done" and turn.answer is not None:
        if turn.answer.status == "abstained":
            return esc(words["abstained"])
        return esc(words["done"].format(n=len(turn.answer.citations)))
    if turn.state in ("reading", "drafting"):
        return esc(words["found"].format(n=len(turn.sources)))
    if turn.state == "waiting":
        return esc(words["waiting"].format(n=turn.before))
    return esc(words[turn.state])


def _answer_column(turn: Turn) -> str:
    words = WORDS[turn.language]
    if turn.state == "done" and turn.answer is not None:
        return _finished(turn, turn.answer)
    if turn.state == "failed":
        head = f'<p class="badge">{words["failed"]}</p>'
        return f'<div class="notice problem">{head}<p>{esc(turn.problem)}</p></div>'
    if turn.state == "stopped":
        text = words["stopped_text"] if turn.sources else words["stopped_early"]
        return f'<div class="notice calm"><p class="badge">{words["stopped"]}</p><p>{text}</p></div>'
    text = words[turn.state].format(n=turn.before)
    seconds = words["seconds"].format(s=int(turn.seconds)) if turn.seconds >= 1 else ""
    pulse, clock = '<span class="pulse" aria-hidden="true"></span>', f'<span class="clock">{seconds}</span>'
    busy = f'<p class="busy">{pulse}{text}… {clock}</p>'
    if not turn.draft:
        return busy
    label = words["writing"]
    return (
        f'{busy}<div class="draft"><p class="badge">{label}</p><p class="prose">{esc(turn.draft)}</p></div>'
    )


def _finished(turn: Turn, answer: Answer) -> str:
    words = WORDS[turn.language]
    if answer.status == "abstained":
        return _abstained(turn, answer) + _small_print(turn, answer)
    parts = []
    if answer.status == "partial":
        parts.append(f'<p class="badge partial">{words["partial"]}</p>')
    short = answer.short
    if short and len(short) <= _SHORT_LIMIT and short.strip(" .") != _MARK.sub("", answer.answer).strip(" ."):
        parts.append(f'<p class="short">{esc(short)}</p>')
    parts.append(f'<div class="prose" lang="{turn.language}">{_paragraphs(turn, answer)}</div>')
    parts.append(_timeline(turn, answer.timeline))
    parts.append(_small_print(turn, answer))
    return "".join(parts)


def _paragraphs(turn: Turn, answer: Answer) -> str:
    known = {citation.n: citation for citation in answer.citations}
    seen: set[int] = set()
    blocks = [block for block in answer.answer.split("\n") if block.strip()]
    return "".join(f"<p>{_with_marks(turn, block, known, seen)}</p>" for block in blocks)


def _with_marks(turn: Turn, text: str, known: dict[int, Citation], seen: set[int]) -> str:
    """Escape `text` and turn each `[n]` of a known source into a link to its card."""
    parts, at = [], 0
    for match in _MARK.finditer(text):
        n = int(match[1])
        if n in known:
            parts += [esc(text[at : match.start()].rstrip()), _mark(turn, known[n], first=n not in seen)]
            seen.add(n)
            at = match.end()
    return "".join([*parts, esc(text[at:])])


def _mark(turn: Turn, citation: Citation, *, first: bool) -> str:
    anchor = f' id="t{turn.number}-m{citation.n}"' if first else ""
    label = f"{WORDS[turn.language]['source']} {citation.n}: {citation.title}"
    return (
        f'<a class="mark" href="#t{turn.number}-s{citation.n}"{anchor} title="{esc(label)}" '
        f'aria-label="{esc(label)}">[{citation.n}]</a>'
    )


def _abstained(turn: Turn, answer: Answer) -> str:
    words = WORDS[turn.language]
    reason = f'<p class="why">{words[answer.reason]}</p>' if answer.reason else ""
    return (
        f'<div class="notice calm"><p class="badge">{words["abstained"]}</p>'
        f'<p class="prose">{esc(answer.answer)}</p>{reason}</div>{_nearest(turn, answer.nearest)}'
    )


def _nearest(turn: Turn, nearest: Sequence[Nearest]) -> str:
    if not nearest:
        return ""
    words = WORDS[turn.language]
    items = "".join(
        f'<li><span class="title">{esc(one.title)}</span> '
        f'<span class="meta">{_date(one.published, None, turn.language)}</span></li>'
        for one in nearest
    )
    return f'<section class="nearest"><h3>{words["nearest"]}</h3><ul>{items}</ul></section>'


def _timeline(turn: Turn, entries: Sequence[TimelineEntry]) -> str:
    if not entries:
        return ""
    known = {c.n: c for c in turn.answer.citations} if turn.answer else {}
    items = "".join(
        f'<li><time datetime="{esc(entry.as_of)}">{esc(day(entry.as_of, turn.language))}</time>'
        f"<span>{esc(entry.value)} "
        + "".join(_mark(turn, known[n], first=False) for n in entry.citations if n in known)
        + "</span></li>"
        for entry in entries
    )
    return f'<section class="timeline"><h3>{WORDS[turn.language]["timeline"]}</h3><ol>{items}</ol></section>'


def _small_print(turn: Turn, answer: Answer) -> str:
    words = WORDS[turn.language]
    said = [words["seconds"].format(s=f"{answer.timings.total:.1f}"), esc(answer.model)]
    if answer.status != "abstained":
        said.append(words["checked"])
    return '<p class="small">' + " · ".join(part for part in said if part) + "</p>"


def _sources(turn: Turn) -> str:
    cited = turn.answer.citations if turn.answer else turn.sources
    if not (cited or turn.sources):
        return ""
    words = WORDS[turn.language]
    title = f"t{turn.number}-h"
    cards = "".join(_card(turn, citation) for citation in cited)
    shown = {(c.article, c.start, c.end) for c in cited}
    rest = [c for c in turn.sources if turn.answer and (c.article, c.start, c.end) not in shown]
    also = ""
    if rest:
        label = words["also"].format(n=len(rest))
        more = "".join(_card(turn, citation, cited=False) for citation in rest)
        also = f'<details class="also"><summary>{label}</summary>{more}</details>'
    head = f'<h3 id="{title}">{words["sources"]}</h3>' if cited else ""
    name = f'aria-labelledby="{title}"' if cited else f'aria-label="{words["sources"]}"'
    return f'<section class="sources" {name}>{head}{cards}{also}</section>'


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
    return (
        f'<div class="card"{anchor}><p class="head">{number}<span class="title" lang="{esc(citation.lang)}">'
        f"{esc(citation.title)}</span>{back}</p>"
        f'<p class="meta">{outlet}<span>{_date(citation.published, citation.dated, turn.language)}</span>'
        f"{page}<span>{language}</span>{reprints}</p>"
        f'<blockquote lang="{esc(citation.lang)}">{words["open"]}{_quote(citation.quote, figures)}'
        f"{words['close']}</blockquote>{'' if numbered else _found_by(turn, citation)}</div>"
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
def _why(question: str, quote: str, lang: Lang) -> tuple[str, ...]:
    try:
        found = why(understand(question), quote, lang)
    except BadFilter:
        return ()
    return (*found.words, *found.names, *found.values)[:MOST_SHARED]


def _date(published: str | None, dated: str | None, language: Language) -> str:
    words = WORDS[language]
    if published:
        return f'<time datetime="{esc(published)}">{esc(day(published, language))}</time>'
    if dated:
        return f'{words["about"]} <time datetime="{esc(dated)}">{esc(day(dated, language))}</time>'
    return words["undated"]


def _deciding(answer: Answer, citation: Citation) -> tuple[str, ...]:
    """Return the words of the quotation that decide: the short answer, else the figures it shares."""
    if answer.short and answer.short in citation.quote:
        return (answer.short,)
    claims = " ".join(claim.text for claim in answer.claims if citation.n in claim.citations)
    figures = set(_FIGURE.findall(_MARK.sub("", claims))) & set(_FIGURE.findall(citation.quote))
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
