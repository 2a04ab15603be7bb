"""Hits to evidence: the few stretches of text that could answer, each with what it speaks about.

Sentences are scored one by one (see `rag.evidence.cues`); what the model reads is the best one with its
neighbours.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from index import Library, near
from index.records import Article, Dated, Hit, Lang
from index.search import inline
from index.search.hybrid import Filters
from rag.evidence.cues import Board, weigh
from rag.evidence.lines import Line, open_in_time, said_of
from rag.question import Question

HITS = 24  # passages asked of the search, at least 8 of each language; neighbours in an article overlap
W_NEWEST = 2.0  # of the newest article over the oldest, when the latest state is asked for
SOURCES = 3  # stretches that may be read; a fourth changed one answer in 64 (eval/LOG.md)
FAR = 2.7  # a sentence this much behind the best one is not read: it held the answer in 1 % (eval/LOG.md)
# A value of another article is another state of the same quantity only if its sentence is at most this much
# behind; where states are asked for, so far is read.
COMPARABLE = 3.0
WINDOW = 520  # characters the model reads of a source: about 3 sentences, 130 (en) to 200 (vi) tokens
LONGEST_LIST = 1200  # characters that a window may grow to for the sake of a list


@dataclass(frozen=True, slots=True)
class Source:
    """What the model reads at once: a window of one article around its best sentence."""

    article: Article
    start: int
    end: int
    lines: tuple[Line, ...]  # the window's sentences in the order of the text
    best: Line
    score: float

    @property
    def lang(self) -> Lang:
        """The language of the window."""
        return self.best.lang

    @property
    def text(self) -> str:
        """The window's exact text."""
        return self.article.text[self.start : self.end]

    @property
    def head(self) -> str:
        """What stands over the window: headline, day, section heading or interview question."""
        over = [
            one
            for one in self.article.blocks
            if one.start < self.start and one.kind in ("heading", "question")
        ]
        section = self.article.text[over[-1].start : over[-1].end] if over else ""
        return headed(self.article.title, self.article.dated, section)


def headed(title: str, dated: Dated | None, section: str = "") -> str:
    """Return the head of an article as models are shown it: "Port grows (2024-03-12)", then the section."""
    day = f" ({dated.label()})" if dated and dated.basis != "estimated" else ""
    return "\n".join(line for line in (f"{' '.join(title.split())}{day}", " ".join(section.split())) if line)


def select(question: Question, library: Library, limit: int = SOURCES) -> tuple[list[Source], list[Line]]:
    """Return at most `limit` sources and all sentences that were looked at, both best first.

    Empty when the library has nothing alike.
    """
    return chosen(question, find(question, library), library, limit)


def chosen(
    question: Question, hits: list[Hit], library: Library, limit: int = SOURCES
) -> tuple[list[Source], list[Line]]:
    """Return what `select` does, of what `find` found."""
    if not hits:
        return [], []
    lines = score(question, hits, library)
    return sources_of(question, lines, limit), lines


def sources_of(question: Question, lines: list[Line], limit: int) -> list[Source]:
    """Return at most `limit` windows around the best of `lines`, best first.

    Those of different articles come first where what may change is asked for.
    """
    changing = open_in_time(question)
    found = places(_varied(lines) if changing else lines, limit, COMPARABLE if changing else FAR)
    return sorted(found, key=lambda one: -one.score)


def places(lines: list[Line], limit: int, far: float) -> list[Source]:
    """Return the windows around at most `limit` of `lines`, of which the first is the best, in their order.

    None that is more than `far` (log-odds) behind the first. What near-copies say in other words comes after
    all else: a story is one voice.
    """
    heard = [line for line in lines if not line.echo and line.score >= lines[0].score - far]
    sources: list[Source] = []
    for waits in (True, False):
        for line in heard:
            if len(sources) == limit:
                break
            if not any(_inside(line, one) or (waits and _reworded(line, one)) for one in sources):
                sources.append(window(line, lines))
    return sources


def find(question: Question, library: Library) -> list[Hit]:
    """Return the passages that are looked at, best first."""
    only = inline.both(Filters(until=question.as_of), question.filters)
    return library.search(
        question.text, HITS, lang=only.lang, outlet=only.outlet, since=only.since, until=only.until
    )


def _varied(lines: list[Line]) -> list[Line]:
    """Return the best sentence of each article first: what has changed is told by different ones."""
    first: dict[str, Line] = {}
    for line in lines:
        first.setdefault(line.article.id, line)
    return [*first.values(), *(line for line in lines if first[line.article.id] is not line)]


def score(question: Question, hits: list[Hit], library: Library) -> list[Line]:
    """Return the sentences of `hits`, best first; scores are log-odds up to a constant of the question."""
    recent = _recency([hit.article for hit in hits]) if question.newest else {}
    board = Board(question, hits, library)
    groups = library.groups(board.articles)
    lines = [
        replace(
            board.line(name, i),
            score=recent.get(name, 0.0) + weigh(board.cues(name, i)),
            story=groups[name][0] if name in groups else "",
        )
        for name, i in board.within_reach()
    ]
    return _ranked(_one_voice(_ranked(lines)))


def _ranked(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda one: (-one.score, one.article.id, one.sentence.start))


def _one_voice(lines: list[Line]) -> list[Line]:
    """Make one voice of the sentences that near-copies have in common; `lines` are the best first.

    It is that of the copy that was published first, or of the best where no date is known: what is printed
    again is not newer for it. The others stay, since windows are made of whole articles' sentences.
    """
    same: dict[object, list[Line]] = defaultdict(list)
    for line in lines:
        own = near.statement(line.text, line.sentence.start) if line.story else line.sentence
        same[line.story or line.article.id, own].append(line)
    voices = []
    for those in same.values():
        first = min(those, key=lambda one: one.article.published or dt.date.max)
        for line in those:
            mine = line.article.id == first.article.id
            voices.append(
                replace(line, score=those[0].score) if line is first else replace(line, echo=not mine)
            )
    return voices


def _recency(articles: list[Article]) -> dict[str, float]:
    """Return {article id: bonus}, from 0 for the oldest (or undated) to W_NEWEST for the newest."""
    days = {one.id: one.dated.date.toordinal() for one in articles if one.dated}
    span = max(days.values()) - min(days.values()) if days else 0
    return {name: W_NEWEST * (day - min(days.values())) / span for name, day in days.items()} if span else {}


def _inside(line: Line, source: Source) -> bool:
    return (
        line.article.id == source.article.id
        and source.start <= line.sentence.start
        and line.sentence.end <= source.end
    )


def _reworded(line: Line, source: Source) -> bool:
    """Return whether a near-copy's sentence speaks of nothing that the window does not speak of."""
    if not line.story or line.story != source.best.story or line.article.id == source.article.id:
        return False
    return said_of(line.text, line.lang) <= said_of(source.text, source.lang)


def window(best: Line, lines: list[Line]) -> Source:
    """Return the best sentence with those that follow on it directly, one before and one after in turn."""
    text = best.article.text
    near = sorted(
        (one for one in lines if one.article.id == best.article.id), key=lambda one: one.sentence.start
    )
    low = high = next(i for i, one in enumerate(near) if one.sentence == best.sentence)

    def together(first: int, last: int, limit: int) -> bool:
        if first < 0 or last >= len(near) or near[last].sentence.end - near[first].sentence.start > limit:
            return False
        joints = zip(near[first:last], near[first + 1 : last + 1], strict=True)
        return all(
            a.lang == b.lang and not text[a.sentence.end : b.sentence.start].strip() for a, b in joints
        )

    while True:
        wider = [pair for pair in ((low - 1, high), (low, high + 1)) if together(*pair, WINDOW)]
        if not wider:
            break
        low, high = wider[0]
        if together(low, high + 1, WINDOW):
            high += 1
    # A list is read whole: half of it would be taken for all.
    for edge in (near[high], near[low]):
        begin, end = _list_around(edge) or (edge.sentence.start, edge.sentence.end)
        while near[low].sentence.start > begin and together(low - 1, high, LONGEST_LIST):
            low -= 1
        while near[high].sentence.end < end and together(low, high + 1, LONGEST_LIST):
            high += 1
    part = tuple(near[low : high + 1])
    return Source(best.article, part[0].sentence.start, part[-1].sentence.end, part, best, best.score)


def _list_around(line: Line) -> tuple[int, int] | None:
    """Return where the list begins and ends that a sentence belongs to or leads to; None without one."""
    blocks = line.article.blocks
    at = next((i for i, one in enumerate(blocks) if one.start <= line.sentence.start < one.end), None)
    if at is None:
        return None
    first = at if blocks[at].kind == "list" else at + 1
    if first != at and not line.text.rstrip().endswith(":"):
        return None
    while first > 0 and blocks[first - 1].kind == "list":
        first -= 1
    last = first
    while last < len(blocks) and blocks[last].kind == "list":
        last += 1
    if last == first:
        return None
    return min(blocks[first].start, line.sentence.start), blocks[last - 1].end
