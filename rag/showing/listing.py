"""Articles and passages as JSON: what `rag list`, `show` and `search` print, and what other doors give.

The dataclasses are the shapes, field by field. Offsets count characters of an article's stored text.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from index import Library
from index.errors import NotFound
from index.records import Article, Basis, Dated, Hit, Lang, Precision
from index.search import inline
from index.search.relevance import any_relevant
from index.text.counted import counted
from index.text.lang import detect
from rag.answer import Also, Answer
from rag.question import understand
from rag.showing.why import Why, why

# Characters of an article that are handed out at once: more than twice the longest of the 107 articles that
# come with the program (3,362), so that most are given whole and a book is not.
PAGE = 8000


@dataclass(frozen=True, slots=True)
class Day:
    """When an article was written or last changed: the first day of the period that `precision` names."""

    date: str  # ISO
    precision: Precision
    basis: Basis


@dataclass(frozen=True, slots=True)
class Corrected:
    """A field that was corrected: what was given, and what stood there before."""

    given: str
    original: str | None


@dataclass(frozen=True, slots=True)
class About:
    """An article without its text."""

    id: str
    file: str
    title: str
    outlet: str | None
    lang: Lang
    published: str | None  # ISO date, when the article says so
    dated: Day | None  # the best that is known
    updated: Day | None
    authors: list[str]
    url: str | None
    note: str | None
    corrected: dict[str, Corrected]  # by field: what was given in place of what the file says
    copies: list[str]  # ids of its near-copies


@dataclass(frozen=True, slots=True)
class Whole(About):
    """An article with its text; `pages` is where in it each page of the file begins."""

    path: str  # absolute on the command line, the file's name for who asks over a network: `unplaced`
    text: str
    pages: list[int]


@dataclass(frozen=True, slots=True)
class Part(Whole):
    """An article of which `text` is the characters from `start` to `end` of all `characters`."""

    start: int
    end: int
    characters: int
    next: int | None  # where to go on reading; None at the end


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a search found, with what speaks for it."""

    article: str  # the id
    file: str
    title: str
    outlet: str | None
    published: str | None
    lang: Lang
    text: str
    start: int
    end: int
    score: float  # 0 … 1, comparable within one search
    relevance: float | None  # probability that it holds what was asked; None: not known
    page: int | None
    also: list[Also]  # who else printed these very words
    why: Why


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found, best first."""

    hits: list[Found]
    relevant: bool | None  # whether the library seems to be about it at all; None: not known
    seconds: float
    note: str | None = None  # why nothing was found; in JSON only if there is something to say


Groups = Mapping[str, Sequence[str]]  # of near-copies, by the id of each: `Library.groups`


def about(article: Article, groups: Groups) -> dict[str, Any]:
    """Return an article without its text, as `rag list --json` gives it."""
    return asdict(About(**_known(article, groups)))


def whole(article: Article, groups: Groups) -> dict[str, Any]:
    """Return an article with its text, as `rag show --json` gives it."""
    return asdict(Whole(**_known(article, groups), **_text(article)))


def unplaced(article: Article) -> Article:
    """Return an article for whoever asks over a network: where on the disk its file lies is not told."""
    return replace(article, path=article.file)


def part(article: Article, groups: Groups, start: int = 0, end: int | None = None) -> dict[str, Any]:
    """Return `whole` with the text from `start` to `end` only; without `end`, about `PAGE` characters.

    A page ends with a paragraph where one ends in its second half. Raises `NotFound` for a stretch that the
    article does not have.
    """
    size = len(article.text)
    if not 0 <= start < max(size, 1) or (end is not None and end <= start):
        asked = f"from {start}" + (f" to {end}" if end is not None else "")
        raise NotFound(
            f"The text {asked} of article {article.id[:12]} was asked for, which has "
            f"{counted(size, 'character')}.\n"
            f"Give a start from 0 to {max(size - 1, 0)} and an end after it."
        )
    end = page_end(article.text, start, PAGE) if end is None else min(end, size)
    shown = {**_text(article), "text": article.text[start:end]}
    rest = end if end < size else None
    return asdict(Part(**_known(article, groups), **shown, start=start, end=end, characters=size, next=rest))


def page_end(text: str, start: int, length: int) -> int:
    """Return where a page of at most `length` characters ends: with the last line of its second half."""
    end = start + length
    if end >= len(text):
        return len(text)
    return text.rfind("\n", start + length // 2, end) + 1 or end


# What is said, and what is added where the name of an outlet is near.
_STRANGE: Mapping[Lang, tuple[str, str]] = {
    "en": ('No article is of the outlet "{}"', '; did you mean "{}"?'),
    "vi": ('Không có bài báo nào của "{}"', '; có phải ý bạn là "{}"?'),
}


def strange_outlet(library: Library, words: str, outlet: str | None = None, lang: Lang = "en") -> str | None:
    """Return what to say of a search that is kept to an outlet that no article is of; None if one is."""
    asked = outlet or inline.parse(words)[1].outlet
    if not asked:
        return None
    known = {name.casefold(): name for name in library.outlets()}
    if asked.casefold() in known:
        return None
    near = difflib.get_close_matches(asked.casefold(), known, n=1)
    said, guess = _STRANGE[lang]
    return said.format(asked) + (guess.format(known[near[0]]) if near else ".")


def note(library: Library, question: str, answer: Answer) -> str | None:
    """Return what to say of a question without an answer that is kept to an unknown outlet, else None."""
    if answer.status != "abstained":
        return None
    return strange_outlet(library, question, lang=detect(answer.answer))


def explain(words: str, hits: Sequence[Hit]) -> list[tuple[Hit, Why]]:
    """Return every hit with what it shares with the words that were searched for."""
    question = understand(words)
    return [(hit, why(question, hit.passage.text, hit.passage.lang, hit.dense)) for hit in hits]


def results(found: Sequence[tuple[Hit, Why]], seconds: float, note: str | None = None) -> dict[str, Any]:
    """Return what a search found, as `rag search --json` gives it; `note` is a key only if there is one."""
    hits = [Found(**_hit(hit), why=reason) for hit, reason in found]
    fields = asdict(Results(hits, any_relevant(hit for hit, _ in found), seconds, note))
    if note is None:
        del fields["note"]
    return fields


def copies(article: Article, groups: Groups) -> list[str]:
    """Return the ids of the near-copies of an article."""
    return [one for one in groups.get(article.id, ()) if one != article.id]


def _known(article: Article, groups: Groups) -> dict[str, Any]:
    return {
        "id": article.id,
        "file": article.file,
        "title": article.title,
        "outlet": article.outlet,
        "lang": article.lang,
        "published": article.published.isoformat() if article.published else None,
        "dated": _day(article.dated),
        "updated": _day(article.updated),
        "authors": list(article.authors),
        "url": article.url,
        "note": article.note,
        "corrected": {one.field: Corrected(one.given, one.original) for one in article.corrections},
        "copies": copies(article, groups),
    }


def _day(dated: Dated | None) -> Day | None:
    return Day(dated.date.isoformat(), dated.precision, dated.basis) if dated else None


def _text(article: Article) -> dict[str, Any]:
    return {"path": article.path, "text": article.text, "pages": list(article.pages)}


def _hit(hit: Hit) -> dict[str, Any]:
    article, passage = hit.article, hit.passage
    return {
        "article": article.id,
        "file": article.file,
        "title": article.title,
        "outlet": article.outlet,
        "published": article.published.isoformat() if article.published else None,
        "lang": passage.lang,
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "score": hit.score,
        "relevance": hit.relevance,
        "page": article.page(passage.start),
        "also": [Also.of(one) for one in hit.also],
    }
