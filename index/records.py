"""What the library holds and hands out: frozen records, no input or output.

All offsets count characters (Unicode code points) of `Article.text`, half open, so
`article.text[passage.start:passage.end] == passage.text` always holds.
"""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

# What a long step is doing, and how many of all its parts are done: "checking", 300, 1000.
Steps = Callable[[str, int, int], None]
Lang = Literal["en", "vi"]
Precision = Literal["day", "month", "year"]
Basis = Literal["metadata", "text", "file name", "given", "estimated"]
Field = Literal["title", "outlet", "date", "lang", "authors"]  # what can be corrected
BlockKind = Literal["paragraph", "heading", "question", "list", "row", "caption"]


@dataclass(frozen=True, slots=True)
class Dated:
    """When an article was written, as far as the program can tell.

    `date` is the first day of the period that `precision` names (2025-03-01 with "month" is
    March 2025) and is never later than `basis` can justify.
    """

    date: dt.date
    precision: Precision
    basis: Basis

    def label(self) -> str:
        """Return "2025-03-14", "2025-03" or "2025", as precise as the date is known."""
        length = {"day": 10, "month": 7, "year": 4}[self.precision]
        return self.date.isoformat()[:length]


@dataclass(frozen=True, slots=True)
class Block:
    """A run of article text of one kind; blocks are in order and do not overlap."""

    kind: BlockKind
    start: int
    end: int
    lang: Lang | None = None  # where it is another than the article's


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an article, never across two blocks."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody said of an article against what its file says."""

    field: Field
    given: str  # "2024-02" of a date, "Ann Lee; Bo Ray" of authors
    original: str | None  # likewise; None where the file says nothing


@dataclass(frozen=True, slots=True)
class Article:
    """One article. `text` is the cleaned body: blocks joined by an empty line, without the title."""

    id: str  # content hash, see `index.store.rows`
    file: str  # base name of the file it came from; "feed.xml#3" is one of several in it
    path: str  # absolute path at the time it was added, likewise
    title: str
    outlet: str | None
    lang: Lang  # its main one, see `lang_at`
    published: dt.date | None  # only when the article or its source says so
    dated: Dated | None
    text: str
    blocks: tuple[Block, ...] = ()
    updated: Dated | None = None  # when it was last changed, if it says so
    authors: tuple[str, ...] = ()
    url: str | None = None  # where it was published, http or https
    pages: tuple[int, ...] = ()  # where in `text` each page of its file begins; () without pages
    container: str | None = None  # path of the file, when that holds several articles
    note: str | None = None  # what had to be done to read it: "converted from TCVN3 (ABC)"
    corrections: tuple[Correction, ...] = ()  # already in the values above
    others: tuple[str, ...] = ()  # outlets that printed the very same, as further files say

    def lang_at(self, at: int) -> Lang:
        """Return the language in which the character `at` of `text` is written."""
        number = bisect.bisect_right(self.blocks, at, key=lambda block: block.start)
        return (self.blocks[number - 1].lang if number else None) or self.lang

    def page(self, at: int) -> int | None:
        """Return the page, from 1, on which the character `at` of `text` stands, if there are pages."""
        return bisect.bisect_right(self.pages, at) if self.pages else None


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as the catalogue lists it: what is known of it without its text."""

    id: str
    file: str
    title: str
    outlet: str | None
    lang: Lang
    published: dt.date | None
    dated: Dated | None
    passages: int
    corrected: tuple[Field, ...]  # what of it is; already in the values above
    others: tuple[str, ...] = ()  # outlets that printed the very same


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a file said before it was changed."""

    path: str
    article: str  # the id that it had
    replaced: dt.datetime  # in UTC
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A few sentences of one block kind; the unit that is embedded and found."""

    id: str  # hash of the article id and the offsets
    article: str  # Article.id
    lang: Lang
    start: int
    end: int
    text: str
    context: str = ""  # title, section heading or interview question that it stands under
    kind: BlockKind = "paragraph"
    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Printing:
    """Where else the same words were printed: by a near-copy, or an exact copy of another outlet."""

    article: str  # Article.id
    outlet: str | None
    published: dt.date | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found. All but `relevance` are comparable within one search only."""

    article: Article
    passage: Passage
    score: float  # fused, 0 … 1, higher is better
    dense: float | None = None  # cosine with the query, -1 … 1; None if that leg missed it
    lexical: float | None = None  # BM25 (positive, higher is better); None likewise
    also: tuple[Printing, ...] = ()  # where else all of the passage was printed
    relevance: float | None = None  # probability that it holds what was asked; None: not known


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not added, and why, in words for the person who gave it."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Added:
    """What one `Library.add` did; `articles` and `passages` are the library's totals after it."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: tuple[Skipped, ...] = field(default=())
    articles: int = 0
    passages: int = 0
    waiting: int = 0  # passages of the library whose vectors are still to be computed
    seconds: float = 0.0
