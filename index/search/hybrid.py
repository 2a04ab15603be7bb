"""Dense and lexical search, fused; each language apart; filters; near-duplicates collapsed.

Passages whose vectors are not computed yet are found and judged by words alone.

Passages in the question's language crowd out all others whatever they say, so every language is
searched and scored by itself; `index.search.merge` makes one order of both.
"""

from __future__ import annotations

import calendar
import datetime as dt
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from index import stories
from index.embed import Vectors
from index.records import Article, Dated, Entry, Lang
from index.search import common, crossing
from index.store import lookup
from index.store.briefs import Brief
from index.stories import Told
from index.text import lang as language
from index.text import lexical
from index.vectors import Ids, Mask, Scores, VectorIndex

CANDIDATES = 50  # per leg and language; ten times what a reader is shown
# Weight of the words beside the vectors, by eval/bench/retrieval.py. Within a language the best of five on
# XQuAD: R@1 rises from .961 to .973 (en) and from .931 to .961 (vi). Across, the best of seven (.1 to .4) on
# its dev half: from .827 to .861 (en→vi) and from .810 to .846 (vi→en).
WORDS_SAME = 0.3
WORDS_ACROSS = 0.25
# Weight of an article's best passage in the order of the others. On development questions a quotation that
# answers is among five passages in .888 instead of .868 (islands) and .964 instead of .955 (XQuAD, vi→en),
# and nowhere less often; .5 gains no more, and .8 loses among the real articles (eval/LOG.md).
WHOLE = 0.3
_ALIKE = 0.9  # share of common words above which two passages say the same


@dataclass(frozen=True, slots=True)
class Filters:
    """What a hit must be; None admits everything. Articles without a date fail `since` and `until`.

    `lang` is that of the passage: an article in both languages is found by either half.
    """

    lang: Lang | None = None
    outlet: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None

    def admits(self, article: Article | Brief | Entry) -> bool:
        """Whether passages of `article` may be found, those in `lang`."""
        printed = {(name or "").casefold() for name in (article.outlet, *article.others)}
        if self.outlet and self.outlet.casefold() not in printed:
            return False
        if self.since is None and self.until is None:
            return True
        first, last = _period(article)
        if first is None or last is None:
            return False
        return (self.since is None or last >= self.since) and (self.until is None or first <= self.until)

    @property
    def any(self) -> bool:
        """Whether anything is filtered besides the language."""
        return bool(self.outlet or self.since or self.until)


@dataclass(frozen=True, slots=True)
class Admitted:
    """What may be found in one language."""

    places: Mask  # (n,), of the index
    waiting: frozenset[int] = frozenset()  # keys of passages that have no vector yet

    @property
    def any(self) -> bool:
        """Whether there is anything to find."""
        return bool(self.waiting) or bool(self.places.any())


@dataclass(frozen=True, slots=True)
class Found:
    """A passage by its key, with both scores (None: not measured); `score` is the fused one, 0 … 1."""

    key: int
    score: float
    dense: float | None
    lexical: float | None


def run(
    connection: sqlite3.Connection,
    index: VectorIndex,
    query: str,
    asked: Mapping[Lang, Vectors],
    k: int,
    allowed: dict[Lang, Admitted],
    place: Callable[[int], int | None],
    best_sentence: Callable[[Vectors, Sequence[int]], dict[int, float]],
) -> dict[Lang, list[Found]]:
    """Return for each language in which there is something to find at most `k` passages, best first.

    `asked` holds for each language the question's vector (1, dim); `allowed` says for each what may be
    found, `place` where a passage has its place in `index`; `best_sentence` gives for passages the highest
    cosine of their sentences with that vector.
    """
    own = language.detect(query)
    searched = {lang: among for lang, among in sorted(allowed.items()) if among.any}
    ranked: dict[Lang, list[Found]] = {}
    # Vectors are compared in a thread of their own while this one looks for words: at 100,000 passages each
    # takes about 20 ms on one core.
    with ThreadPoolExecutor(1, "dense") as pool:
        dense = {
            lang: pool.submit(
                index.search, asked[lang], min(CANDIDATES, int(among.places.sum())), among.places
            )
            for lang, among in searched.items()
        }
        words = {lang: _words(connection, query, lang, own, place, among) for lang, among in searched.items()}
    for lang, among in searched.items():
        near = _cosines(*dense[lang].result())
        missing = [at for key in words[lang] if key not in near and (at := place(key)) is not None]
        if missing:
            only = np.zeros_like(among.places)
            only[missing] = True
            near |= _cosines(*index.search(asked[lang], len(missing), only))
        closest = best_sentence(asked[lang], sorted(near))
        both = {key: (score + closest.get(key, score)) / 2 for key, score in near.items()}
        found = fuse(both, words[lang], WORDS_SAME if lang == own else WORDS_ACROSS)
        owners = lookup.owners(connection, [one.key for one in found])
        ranked[lang] = _collapse(
            connection, by_article(found, {key: name for key, (name, _, _) in owners.items()}), k
        )
    return ranked


def _cosines(scores: Scores, ids: Ids) -> dict[int, float]:
    return {int(key): float(score) for key, score in zip(ids[0], scores[0], strict=True) if key >= 0}


def fuse(dense: dict[int, float], words: dict[int, float], weight: float) -> list[Found]:
    """Return the convex combination of both legs, best first, ties by smaller key.

    Cosines are stretched from the worst candidate (0) to the best (1); BM25 from 0 to its best, so
    that a passage without any of the words has nothing. A passage of `words` that has no cosine, since its
    vector is not computed yet, is taken to be as near as its words say.
    """
    low, high = min(dense.values(), default=0.0), max(dense.values(), default=0.0)
    top = max(words.values(), default=0.0)
    share = weight / (1 + weight) if words else 0.0
    found = []
    for key in dense.keys() | words.keys():
        score = dense.get(key)
        said = words.get(key, 0.0) / top if top else 0.0
        near = said if score is None else (score - low) / (high - low) if high > low else 1.0
        found.append(Found(key, round((1 - share) * near + share * said, 9), score, words.get(key)))
    return sorted(found, key=lambda one: (-one.score, one.key))


def by_article(found: Sequence[Found], article: Mapping[int, str]) -> list[Found]:
    """Return what was found ordered by its score and WHOLE of the best score in its article, ties by key.

    `article` tells of which article a passage is. One that says "it" or "the first of them" is like few
    questions, but its article is like the right one.
    """
    best: dict[str, float] = {}
    for one in found:
        best[article[one.key]] = max(best.get(article[one.key], 0.0), one.score)
    return sorted(found, key=lambda one: (-one.score - WHOLE * best[article[one.key]], one.key))


def _words(
    connection: sqlite3.Connection,
    query: str,
    lang: Lang,
    own: Lang,
    place: Callable[[int], int | None],
    among: Admitted,
) -> dict[int, float]:
    """Return BM25 (positive) of the best passages; across languages what has two spellings counts."""
    large = len(among.places) + len(among.waiting) > common.COMMON
    if lang == own:
        prune = partial(common.rarer, connection, telling=lexical.crossing_tokens(query))
        ranked = lexical.scores(connection, lexical.query(query, lang, prune if large else None))
    else:
        # In a large library as many rows in all as one word may have: the same share of XQuAD's
        # paragraphs costs .003 (en→vi) and .005 (vi→en) of R@1 on its dev half.
        groups = crossing.groups(query, own, lang)
        ranked = crossing.scores(
            connection, crossing.rarest(connection, groups, common.COMMON) if large else groups
        )
    found: dict[int, float] = {}
    for key, score in ranked:
        at = place(key)
        if among.places[at] if at is not None else key in among.waiting:
            found[key] = max(score, 0.0)
            if len(found) >= CANDIDATES:
                break
    return found


def _one_voice(found: list[Found], told: Mapping[int, Told]) -> list[Found]:
    """Leave out of a story's passages those whose every sentence better ones of other copies have.

    Of passages that say the same the earliest published one whose date is known takes the place of the best:
    what is printed again is not newer for it.
    """
    kept: list[Found] = []
    for one in found:
        mine = told.get(one.key)
        if mine is None:
            kept.append(one)
            continue
        others = [
            (at, theirs)
            for at, other in enumerate(kept)
            if (theirs := told.get(other.key)) and _copies(mine, theirs)
        ]
        said = {statement for _, theirs in others for statement in theirs.statements}
        if not mine.statements or not said.issuperset(mine.statements):
            kept.append(one)
            continue
        for at, theirs in others:
            if theirs.statements == mine.statements and _before(mine, theirs):
                kept[at] = replace(kept[at], key=one.key)
    return kept


def _copies(mine: Told, theirs: Told) -> bool:
    return mine.story == theirs.story and mine.article != theirs.article


def _before(mine: Told, theirs: Told) -> bool:
    return mine.published is not None and mine.published < (theirs.published or dt.date.max)


def _collapse(connection: sqlite3.Connection, found: list[Found], k: int) -> list[Found]:
    """Keep the first k, one of passages that say the same; another number is another statement."""
    told = stories.told(connection, [one.key for one in found])
    found = _one_voice(found, told)
    texts = _folded_words(connection, [one.key for one in found])
    kept: list[Found] = []
    seen: list[tuple[frozenset[str], frozenset[str], str]] = []
    for one in found:
        words = texts[one.key]
        numbers = frozenset(word for word in words if word[0].isdigit())
        story = told[one.key].story if one.key in told else ""
        # What near-copies say is compared sentence by sentence, above.
        if not any(
            numbers == theirs and _alike(words, other) and not (story and story == of)
            for theirs, other, of in seen
        ):
            kept.append(one)
            seen.append((numbers, words, story))
            if len(kept) == k:
                break
    return kept


def _alike(words: frozenset[str], other: frozenset[str]) -> bool:
    common = len(words & other)
    return common >= _ALIKE * (len(words) + len(other) - common)


def _folded_words(connection: sqlite3.Connection, keys: Sequence[int]) -> dict[int, frozenset[str]]:
    marks = ",".join("?" * len(keys))
    rows = connection.execute(f"SELECT rowid, folded FROM words WHERE rowid IN ({marks})", list(keys))
    return {key: frozenset(text.split()) for key, text in rows}


def _period(article: Article | Brief | Entry) -> tuple[dt.date | None, dt.date | None]:
    if article.published:
        return article.published, article.published
    return (article.dated.date, _last_day(article.dated)) if article.dated else (None, None)


def _last_day(dated: Dated) -> dt.date:
    if dated.precision == "day":
        return dated.date
    month = 12 if dated.precision == "year" else dated.date.month
    return dt.date(dated.date.year, month, calendar.monthrange(dated.date.year, month)[1])
