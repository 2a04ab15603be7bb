"""Answers and articles as text for a terminal, and as JSON that is safe to print on one.

Article text, titles and file names come from strangers. A terminal obeys escape sequences (move the
cursor, set the clipboard with OSC 52, disguise a link with OSC 8), so they are taken out of text and
escaped in JSON. What is printed is the same with and without a terminal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from index.records import Article, Correction, Hit, Lang, Printing
from rag.answer import Also, Answer, Citation, other_outlets
from rag.showing import certainty

if TYPE_CHECKING:
    from rag.showing.why import Why

# ECMA-48: CSI … final byte; OSC, DCS, SOS, PM, APC … up to BEL or ST; other escape sequences.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]"
)
# C0 but tab and line feed, DEL, C1, line and paragraph separators, marks that turn the direction.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
# What JSON leaves bare though a terminal, or a reader of lines, acts on it.
_UNSAFE_IN_JSON = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def clean(text: str) -> str:
    """Return `text` without escape sequences and control characters; line feeds and tabs stay."""
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", _ESCAPES.sub("", text)))


def line(text: str) -> str:
    """Return `text` cleaned and on one line."""
    return " ".join(clean(text).split())


def to_json(value: object, *, indent: int | None = None) -> str:
    """Return `value` as JSON (one line without `indent`), readable UTF-8, nothing that a terminal obeys."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def answer(given: Answer) -> str:
    """Return an answer with its [n], how sure it is, how values changed, and its sources with quotations."""
    parts = [clean(given.answer)]
    if sure := certainty.said(given):
        parts.append(sure)
    if given.timeline:
        rows = (f"  {entry.as_of}  {line(entry.value)} {marks(entry.citations)}" for entry in given.timeline)
        parts.append("\n".join(["Over time", *rows]))
    if given.citations:
        parts.append("\n".join(["Sources", *(source(citation) for citation in given.citations)]))
    if given.nearest:
        near = (f"  {line(n.title)}{f' ({n.published})' if n.published else ''}" for n in given.nearest)
        head = NOT_ABOUT_BUT if given.relevant is False else "Nearest articles"
        parts.append("\n".join([head, *near]))
    return "\n\n".join(parts)


def marks(numbers: Iterable[int]) -> str:
    """Return (1, 2) as "[1] [2]"."""
    return " ".join(f"[{n}]" for n in numbers)


def source(citation: Citation) -> str:
    """Return a source on two lines: [n], title, outlet and date; then the quotation."""
    return f"  [{citation.n}] {source_name(citation)}\n      “{line(citation.quote)}”"


def source_name(citation: Citation) -> str:
    """Return the title of a source with its outlet and date."""
    when = citation.published or (f"dated {citation.dated}" if citation.dated else None)
    page = f"p. {citation.page}" if citation.page else None
    others = also_in(citation.also, citation.outlet, citation.lang)
    known = [line(part) for part in (citation.outlet, when, page, others) if part]
    about = f" ({', '.join(known)})" if known else ""
    return f"{line(citation.title)}{about}"


ALSO_IN: Mapping[str, str] = {"en": "also in", "vi": "cũng đăng trên"}


def also_in(also: Iterable[Also | Printing], outlet: str | None, lang: str) -> str:
    """Return "also in A, B" in the language of what they printed; nothing without other outlets."""
    named = ", ".join(other_outlets(also, outlet))
    return f"{ALSO_IN[lang]} {named}" if named else ""


def article_row(article: Article) -> str:
    """Return an article on one line: id, date, language, title, outlet."""
    named = _outlets(article)
    outlet = f" ({named})" if named else ""
    return f"{article.id[:12]}  {date_label(article):10}  {article.lang}  {line(article.title)}{outlet}"


def article(given: Article, text: str | None = None, *, copies: Iterable[Article] = ()) -> str:
    """Return an article under what is known of it; `text` takes the place of its whole text."""
    known = [_outlets(given), date_label(given), given.lang]
    more = [line(", ".join(given.authors)), line(given.url or ""), line(given.note or "")]
    head = [line(given.title), " · ".join(filter(None, known)), *filter(None, more)]
    head += [*map(correction, given.corrections), f"{given.id}  {line(given.path)}"]
    if named := "; ".join(f"{one.id[:12]}  {line(one.outlet or '')}".rstrip() for one in copies):
        head.append(f"near-copies: {named}")
    return "\n".join(head) + "\n\n" + clean(given.text if text is None else text)


def _outlets(article: Article) -> str:
    """Return the outlets that printed an article; those that printed the very same again come last."""
    again = f"{ALSO_IN[article.lang]} {', '.join(article.others)}" if article.others else ""
    return line(", ".join(filter(None, (article.outlet, again))))


def correction(one: Correction) -> str:
    """Return what a correction took the place of."""
    return f"{one.field} was corrected; before: {f'“{line(one.original)}”' if one.original else 'nothing'}"


def hits(found: Sequence[tuple[Hit, Why]], *, relevant: bool | None) -> str:
    """Return what was found, best first, and before it that nothing is `relevant` if that is known."""
    shown = [hit(n, *pair) for n, pair in enumerate(found, 1)]
    return "\n\n".join([NOT_ABOUT_BUT, *shown] if shown and relevant is False else shown)


NOT_ABOUT: Mapping[Lang, str] = {
    "en": "Nothing in the library seems to be about this.",
    "vi": "Dường như trong thư viện không có gì về điều này.",
}
NOT_ABOUT_BUT = f"{NOT_ABOUT['en']} The nearest:"


def hit(n: int, hit: Hit, why: Why) -> str:
    """Return a passage with its number and what it was found by."""
    page = hit.article.page(hit.passage.start)
    sure = "" if hit.relevance is None else f", relevance {hit.relevance:.2f}"
    others = line(also_in(hit.also, hit.article.outlet, hit.article.lang))
    where = ", ".join(filter(None, [date_label(hit.article), f"p. {page}" if page else "", others]))
    head = f"{n}. {line(hit.article.title)} ({where})  {hit.score:.3f}{sure}"
    shared = {"words": why.words, "names": why.names, "figures": why.values}
    by = [f"{name} {', '.join(map(line, said))}" for name, said in shared.items() if said]
    by += [f"meaning {why.meaning:.2f}"] if why.meaning is not None else []
    return f"{head}\n   {line(hit.passage.text)}\n   found by {'; '.join(by)}"


def date_label(article: Article) -> str:
    """Return the publication date, else the best known one with "~", else "undated"."""
    if article.published:
        return article.published.isoformat()
    return f"~{article.dated.label()}" if article.dated else "undated"


def table(rows: Iterable[tuple[str, ...]]) -> str:
    """Return rows in columns that are as wide as their longest cell; the last is left as it is."""
    cells = [tuple(line(cell) for cell in row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    padded = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in cells)
    return "\n".join("  ".join(row).rstrip() for row in padded)
