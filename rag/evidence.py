"""Hits to evidence: the few stretches of text that could answer, each with what it speaks about.

Sentences are scored one by one: nearness in meaning, how many of the question's names, years and
terms they hold (their own or those of the text they lean on), and whether they hold the kind of
value that is wanted. What the model reads is the best sentence with its neighbours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from index import Library
from index.records import Article, Hit, Sentence
from rag import glossary
from rag.quantities import find_values
from rag.question import Question
from rag.spelling import fold, plain
from rag.values import Name, Value, concepts, find_names

HITS = 12  # passages asked of the search; neighbours in an article overlap
SOURCES = 4  # stretches that may be read; see eval/LOG.md for the curve
FAR = 0.8  # a sentence this much behind the best one never held the gold words (articles-dev)
WINDOW = 520  # characters the model reads of a source: about 3 sentences, 130 (en) to 200 (vi) tokens
LONGEST_LIST = 1200  # characters that a window may grow to for the sake of a list
STRAY = 0.08  # cosine: how far behind the best a sentence of no passage found may be
# Weights of a sentence's score, in units of a full agreement of names; tuned on the development suites.
W_MEANING = 6.0  # a cosine of e5 differs by about 0.05 between right and wrong sentences
W_NAMES = 1.0
W_TERMS = 0.8
W_YEARS = 0.5
W_KIND = 0.3
W_HIT = 0.5
W_NEWEST = 0.5  # of the newest article over the oldest, when the latest state is asked for
AGREEMENT = (
    (("country:", "name:", "org:", "place:", "role:"), W_NAMES),
    (("term:", "num:"), W_TERMS),
    (("year:", "month:"), W_YEARS),
)
NOUN_REACH = 30  # characters after a number in which the noun that is asked for may stand
IN_CONTEXT = 0.7  # what a name is worth that stands not in the sentence but in what it leans on

# "the two countries", "hai nước": the sentence speaks of those named before it.
_LEANS = re.compile(
    r"\b(?:the two|both|bilateral|mutual|two-way|between them|the sides|its?|they|their|"
    r"the (?:country|company|group|visit)|"
    r"hai nuoc|hai ben|song phuong|hai quoc gia|doi ben|nuoc nay|nuoc kia|cong ty nay|hai lanh dao|ca hai)\b"
)
_KINDS: dict[str, frozenset[str]] = {
    "amount": frozenset({"amount"}),
    "percent": frozenset({"percent"}),
    "count": frozenset({"count", "number", "measure"}),
    "date": frozenset({"date", "year", "range"}),
    "year": frozenset({"date", "year", "range"}),
    "duration": frozenset({"duration"}),
    "rank": frozenset({"rank", "ordinal"}),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence as evidence."""

    article: Article
    sentence: Sentence
    text: str
    context: str  # what it leans on: sentences before it, heading and title
    score: float
    near: float  # cosine with the question
    before: str = ""  # the sentence before it
    earlier: frozenset[int] = frozenset()  # years of the nearest sentence before it that names one

    @property
    def names(self) -> tuple[Name, ...]:
        """The names in the sentence itself."""
        return _names(self.text, self.article.lang)

    @property
    def values(self) -> tuple[Value, ...]:
        """The quantities and dates in the sentence itself."""
        return _values(self.text, self.article)


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
    def text(self) -> str:
        """The window's exact text."""
        return self.article.text[self.start : self.end]


@lru_cache(maxsize=4096)
def _names(text: str, lang: str) -> tuple[Name, ...]:
    return tuple(find_names(text, lang))


@lru_cache(maxsize=8192)
def said_of(text: str, lang: str) -> frozenset[str]:
    """Return the language-free keys of what a text speaks of; see `names.concepts`."""
    return concepts(text, lang)


@lru_cache(maxsize=4096)
def _values(text: str, article: Article) -> tuple[Value, ...]:
    dated = article.dated
    # "Yesterday" is a day only in an article whose own day is known.
    reference = dated.date if dated and dated.precision == "day" else None
    return tuple(find_values(text, article.lang, reference=reference))


def fits(value: Value, question: Question, text: str = "") -> bool:
    """Return whether `value` is of the kind that `question` wants.

    `text` is its sentence: "hai công ty kỳ lân" are two companies, and also two of the unicorns asked for.
    """
    wanted = question.wanted
    if value.kind not in _KINDS.get(wanted.kind, ()):
        return False
    if wanted.unit and value.unit and wanted.kind in ("amount", "percent"):
        return value.unit == wanted.unit
    if wanted.kind != "count" or not wanted.counted or value.noun in (None, wanted.counted):
        return True
    near = plain(text[value.start : value.end + NOUN_REACH])
    return any(word in near for word, key in glossary.spellings("noun").items() if key == wanted.counted)


def typed(question: Question) -> bool:
    """Return whether the answer is one quantity or date, which code can find by itself."""
    return question.wanted.kind in _KINDS and not question.several


def select(question: Question, library: Library, limit: int = SOURCES) -> tuple[list[Source], list[Line]]:
    """Return at most `limit` sources and all sentences that were looked at, both best first.

    Empty when the library has nothing alike.
    """
    hits = library.search(question.text, HITS, until=question.as_of)
    if not hits:
        return [], []
    lines = score(question, hits, library)
    sources: list[Source] = []
    for line in lines:
        if sources and line.score < sources[0].score - FAR:
            break
        if any(_inside(line, source) for source in sources):
            continue
        sources.append(window(line, lines))
        if len(sources) == limit:
            break
    return sources, lines


def score(question: Question, hits: list[Hit], library: Library) -> list[Line]:
    """Return the sentences of `hits`, best first."""
    vector = library.embedder.queries([question.text])[0]
    recent = _recency([hit.article for hit in hits]) if question.newest else {}
    cosines: dict[str, list[float]] = {}
    parts: dict[str, tuple[Sentence, ...]] = {}
    top: dict[
        str, float
    ] = {}  # each language is measured against its own best: a question is nearer to its own
    for article in {hit.article.id: hit.article for hit in hits}.values():
        parts[article.id] = library.sentences(article.id)
        cosines[article.id] = [float(one) for one in library.sentence_vectors(article.id) @ vector]
        top[article.lang] = max(top.get(article.lang, -1.0), *cosines[article.id])
    raw = [
        (hit, i, cosines[hit.article.id][i])
        for hit in hits
        for i, one in enumerate(parts[hit.article.id])
        if hit.passage.start <= one.start and one.end <= hit.passage.end
    ]
    # A sentence that is near enough counts although its passage, taken as a whole, was not found.
    found = {(hit.article.id, i) for hit, i, _ in raw}
    for hit in {hit.article.id: replace(hit, score=0.0) for hit in hits}.values():
        limit = top[hit.article.lang] - STRAY
        name = hit.article.id
        strays = (i for i, one in enumerate(cosines[name]) if one >= limit and (name, i) not in found)
        raw += [(hit, i, cosines[name][i]) for i in strays]
    seen: dict[tuple[str, int], Line] = {}
    for hit, i, near in raw:
        line = _line(question, hit, parts[hit.article.id], i, near, near - top[hit.article.lang])
        line = replace(line, score=round(line.score + recent.get(hit.article.id, 0.0), 6))
        known = seen.get((hit.article.id, i))
        if known is None or known.score < line.score:
            seen[(hit.article.id, i)] = line
    return sorted(seen.values(), key=lambda one: (-one.score, one.article.id, one.sentence.start))


def _recency(articles: list[Article]) -> dict[str, float]:
    """Return {article id: bonus}, from 0 for the oldest (or undated) to W_NEWEST for the newest."""
    days = {one.id: one.dated.date.toordinal() for one in articles if one.dated}
    span = max(days.values()) - min(days.values()) if days else 0
    return {name: W_NEWEST * (day - min(days.values())) / span for name, day in days.items()} if span else {}


def _line(
    question: Question, hit: Hit, sentences: tuple[Sentence, ...], i: int, near: float, behind: float
) -> Line:
    article, sentence = hit.article, sentences[i]
    text = article.text[sentence.start : sentence.end]
    context = leans_on(article, sentences, i)
    own = said_of(text, article.lang)
    around = own | said_of(context, article.lang)
    total = W_MEANING * behind + W_HIT * hit.score
    asked = said_of(question.text, question.lang)
    for kinds, weight in AGREEMENT:
        keys = {key for key in asked if key.startswith(kinds)}
        if keys:
            held = sum(1.0 if key in own else IN_CONTEXT * (key in around) for key in keys)
            total += weight * held / len(keys)
    if typed(question) and any(fits(value, question, text) for value in _values(text, article)):
        total += W_KIND
    before = article.text[sentences[i - 1].start : sentences[i - 1].end] if i else ""
    earlier = _years_before(article, sentences, i)
    return Line(article, sentence, text, context, round(total, 6), near, before, earlier)


def _years_before(article: Article, sentences: tuple[Sentence, ...], i: int) -> frozenset[int]:
    """Return the years of the nearest of the three sentences before sentence `i` that names any."""
    for j in range(i - 1, max(-1, i - 4), -1):
        keys = said_of(article.text[sentences[j].start : sentences[j].end], article.lang)
        years = frozenset(int(key.removeprefix("year:")) for key in keys if key.startswith("year:"))
        if years:
            return years
    return frozenset()


def leans_on(article: Article, sentences: tuple[Sentence, ...], i: int) -> str:
    """Return the text that tells whom sentence `i` speaks about when it does not say so itself.

    The sentences before it, back to the nearest that names a country, organisation or person (two at
    least, since "the two countries" are often named one paragraph earlier), then the title.
    """
    before: list[str] = []
    for j in range(i - 1, max(-1, i - 7), -1):
        text = article.text[sentences[j].start : sentences[j].end]
        before.insert(0, text)
        if len({n.key for n in _names(text, article.lang) if n.sure}) >= 2:
            break
    text = article.text[sentences[i].start : sentences[i].end]
    named = any(name.kind == "country" for name in _names(text, article.lang))
    if named and not _LEANS.search(fold(text)):
        before = before[-1:]
    return " ".join([f"{article.title}. {article.outlet or ''}", *before])


def _inside(line: Line, source: Source) -> bool:
    return (
        line.article.id == source.article.id
        and source.start <= line.sentence.start
        and line.sentence.end <= source.end
    )


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
        return all(not text[a.sentence.end : b.sentence.start].strip() for a, b in joints)

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


def coverage(question: Question, line: Line) -> float:
    """Return the share (0 … 1) of the question's names that sentence, context or article hold."""
    keys = said_of(question.text, question.lang)
    asked = {key for key in keys if key.startswith(("country:", "org:", "place:"))}
    asked |= {name.key for name in question.names if name.sure and name.key.startswith("name:")}
    if not asked:
        return 1.0
    lang = line.article.lang
    around = said_of(line.text, lang) | said_of(line.context, lang)
    farther = said_of(line.article.text, lang)
    return sum(1.0 if key in around else IN_CONTEXT * (key in farther) for key in asked) / len(asked)


def terms_held(question: Question, line: Line) -> float:
    """Return the share (0 … 1) of the question's terms ("trade") that the sentence holds."""
    asked = {key for key in said_of(question.text, question.lang) if key.startswith("term:")}
    held = said_of(line.text, line.article.lang) | said_of(line.before, line.article.lang)
    return len(asked & held) / len(asked) if asked else 1.0
