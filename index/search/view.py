"""One state of a library as it is held in memory: what every search needs of every passage, and the vectors.

Texts stay in the store; they are read for the passages that are found. When the store has moved on, the view
takes over the articles that changed, so a change costs what it changes and not what the library holds.
Passages that wait for their vectors have no place in the index; only words find them.
"""

from __future__ import annotations

import logging
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import vectors
from index.embed import Vectors
from index.errors import Damaged
from index.records import Lang
from index.search import hybrid as search
from index.store import briefs, lookup, saved
from index.store.store import CHANGES_KEPT

log = logging.getLogger(__name__)

Numbers = NDArray[np.int64]
_GONE = -1
# Sentence vectors that are kept after they were read, in bytes. A search reads those of about a hundred
# articles, 4 MB; the sentences of a library of 100,000 passages would take 340.
_SPANS_KEPT = 64_000_000
# Above this share of places that are no longer in use the view is loaded anew: they cost time and memory.
_WASTE = 0.25


@dataclass(slots=True)
class View:
    """What one snapshot of the store holds. Only to be used while that snapshot is held."""

    generation: int
    embedder: str
    dim: int
    index: vectors.VectorIndex
    from_file: bool
    _owner: Numbers  # by place: the number of the article, _GONE when the store no longer has it
    _start: Numbers  # by place: characters, of the article's text
    _end: Numbers
    _lang: NDArray[np.str_]  # by place: the language of the passage
    _mark: saved.Marks  # by place: of the stored row, so of its language and its vector too
    _place: dict[int, int]  # by passage key
    _number: dict[str, int] = field(default_factory=dict)  # by article id
    _briefs: list[briefs.Brief | None] = field(default_factory=list)  # by article number
    # By article number: passages without a vector, by key, and their languages.
    _waiting: dict[int, dict[int, Lang]] = field(default_factory=dict)
    _admitted: dict[search.Filters, dict[Lang, search.Admitted]] = field(default_factory=dict)
    _spans: OrderedDict[str, tuple[list[int], Vectors]] = field(default_factory=OrderedDict)

    @classmethod
    def load(cls, connection: sqlite3.Connection, folder: Path) -> View:
        """Read the state of the snapshot; the saved index is used as far as it fits."""
        meta = lookup.meta(connection)
        embedder, dim = meta.get("embedder", ""), int(meta.get("dim", 1))
        known = briefs.every(connection)
        number = {brief.id: at for at, brief in enumerate(known)}
        found = connection.execute(
            f"SELECT key, article, start, end, sha, lang FROM passage WHERE NOT {lookup.WAITS} ORDER BY key"
        ).fetchall()
        table = np.array([(row[0], number[row[1]], row[2], row[3]) for row in found], dtype=np.int64)
        keys, *columns = table.reshape(-1, 4).T
        marks, langs = (
            saved.marks_of([row[4] for row in found]),
            np.array([row[5] for row in found], dtype="<U2"),
        )
        index, at, from_file = _index(connection, folder, embedder, dim, keys, marks)
        owner, start, end = (
            np.where(at >= 0, column[at], _GONE) if len(column) else at for column in columns
        )
        place = {int(key): spot for spot, key in enumerate(index.ids) if at[spot] >= 0}
        return cls(
            int(meta["generation"]),
            embedder,
            dim,
            index,
            from_file,
            owner,
            start,
            end,
            langs[at] if len(langs) else np.full(len(at), "en"),
            marks[at] if len(marks) else np.zeros(len(at), dtype=np.uint64),
            place,
            number,
            list(known),
            {number[one]: keys for one, keys in lookup.waiting(connection).items()},
        )

    def follow(self, connection: sqlite3.Connection) -> bool:
        """Take over what changed since; False if the view must be loaded anew, for it is then half done."""
        meta = lookup.meta(connection)
        generation = int(meta["generation"])
        oldest = max(int(meta["log_from"]), generation - CHANGES_KEPT)
        same_model = (meta.get("embedder", ""), int(meta.get("dim", 1))) == (self.embedder, self.dim)
        if not same_model or not oldest <= self.generation <= generation:
            return False
        changed = connection.execute(
            "SELECT DISTINCT article FROM change WHERE generation > ?", (self.generation,)
        ).fetchall()
        for (article,) in changed:
            self._take_over(connection, article)
        self._admitted.clear()
        self.generation = generation
        return int((self._owner == _GONE).sum()) <= _WASTE * len(self._owner) + saved.MERGE_LEAST

    def _take_over(self, connection: sqlite3.Connection, article: str) -> None:
        """Bring one article to its stored state."""
        brief = briefs.one(connection, article)
        rows = connection.execute(
            "SELECT key, start, end, vector, sha, lang FROM passage WHERE article = ? ORDER BY key",
            (article,),
        ).fetchall()
        waiting: dict[int, Lang] = {row[0]: row[5] for row in rows if not row[3]}
        rows = [row for row in rows if row[3]]
        marks = saved.marks_of([row[4] for row in rows])
        number = self._number.get(article)
        if number is not None:
            places = np.flatnonzero(self._owner == number)
            held = zip(self.index.ids[places].tolist(), self._mark[places].tolist(), strict=True)
            same = sorted(held) == list(zip((row[0] for row in rows), marks.tolist(), strict=True))
            if same and self._waiting.get(number, {}) == waiting:
                self._briefs[number] = brief  # only where it came from has changed
                return
            self._owner[places] = _GONE
            for place in places:
                if self._place.get(int(self.index.ids[place])) == place:
                    del self._place[int(self.index.ids[place])]
            self._briefs[number] = None
            self._waiting.pop(number, None)
            del self._number[article]
            self._spans.pop(article, None)
        if brief is None or not (rows or waiting):
            return
        number = self._number[article] = len(self._briefs)
        self._briefs.append(brief)
        if waiting:
            self._waiting[number] = waiting
        if not rows:
            return
        first = len(self._owner)
        keys = np.array([row[0] for row in rows], dtype=np.int64)
        self.index.add(keys, lookup.to_vectors([row[3] for row in rows], self.dim))
        self._owner = np.append(self._owner, np.full(len(rows), number))
        self._start = np.append(self._start, [row[1] for row in rows])
        self._end = np.append(self._end, [row[2] for row in rows])
        self._lang = np.append(self._lang, [row[5] for row in rows])
        self._mark = np.append(self._mark, marks)
        self._place.update(zip(keys.tolist(), range(first, first + len(rows)), strict=True))

    def allowed(self, filters: search.Filters) -> dict[Lang, search.Admitted]:
        """Return what the filters admit, by the language of the passages."""
        if filters not in self._admitted:
            if len(self._admitted) >= 8:  # a chat uses one or two
                self._admitted.clear()
            # The last entry is that of _GONE.
            articles = [*(b is not None and filters.admits(b) for b in self._briefs), False]
            places = np.array(articles, dtype=bool)[self._owner]
            waiting = [pair for at, keys in self._waiting.items() if articles[at] for pair in keys.items()]
            self._admitted[filters] = {
                lang: search.Admitted(
                    places & (self._lang == lang), frozenset(key for key, of in waiting if of == lang)
                )
                if filters.lang in (None, lang)
                else search.Admitted(np.zeros_like(places))
                for lang in ("en", "vi")
            }
        return self._admitted[filters]

    def place(self, key: int) -> int | None:
        """Return the place of a passage in the index."""
        return self._place.get(key)

    def sentence_vectors(self, connection: sqlite3.Connection, article: str) -> Vectors | None:
        """Return (n, dim) float32, in order of the article's sentences; None if not computed yet."""
        starts, found = self._sentences(connection, [article])[article]
        return found if len(found) == len(starts) else None

    def best_sentence(
        self, connection: sqlite3.Connection, query: Vectors, keys: Sequence[int]
    ) -> dict[int, float]:
        """Return the highest cosine of the query (1, dim) with a sentence, for each passage."""
        briefs = {key: self._briefs[self._owner[self._place[key]]] for key in keys}
        known = self._sentences(connection, {brief.id for brief in briefs.values() if brief is not None})
        scores: dict[str, Vectors] = {}
        result: dict[int, float] = {}
        for key, brief in briefs.items():
            if brief is None:
                continue
            place = self._place[key]
            starts, vectors_ = known[brief.id]
            if brief.id not in scores:
                scores[brief.id] = vectors_ @ query[0]
            first, last = np.searchsorted(starts, [self._start[place], self._end[place]])
            if last > first:
                result[key] = float(np.round(scores[brief.id][first:last].max(), 6))
        return result

    def _sentences(
        self, connection: sqlite3.Connection, articles: Iterable[str]
    ) -> dict[str, tuple[list[int], Vectors]]:
        """Return where the sentences of each article start, and their vectors; those used last are kept."""
        wanted = sorted(articles)
        for article in wanted:
            if article in self._spans:
                self._spans.move_to_end(article)
        missing = [article for article in wanted if article not in self._spans]
        self._spans.update(lookup.spans(connection, missing, self.dim))
        found = {article: self._spans[article] for article in wanted}
        while len(self._spans) > _SPANS_KEPT // (25 * 4 * self.dim):  # 25 sentences an article
            self._spans.popitem(last=False)
        return found


def base(connection: sqlite3.Connection) -> tuple[vectors.FaissIndex, saved.Marks]:
    """Return an index of all stored vectors, in order of their keys, and their marks, to be saved."""
    meta = lookup.meta(connection)
    statement = f"SELECT key, sha FROM passage WHERE NOT {lookup.WAITS} ORDER BY key"
    found = connection.execute(statement).fetchall()
    keys = np.array([row[0] for row in found], dtype=np.int64)
    stored = lookup.all_vectors(connection, len(keys), int(meta.get("dim", 1)))
    return vectors.FaissIndex(keys, stored), saved.marks_of([row[1] for row in found])


def _index(
    connection: sqlite3.Connection,
    folder: Path,
    embedder: str,
    dim: int,
    keys: vectors.Ids,
    marks: saved.Marks,
) -> tuple[vectors.VectorIndex, Numbers, bool]:
    """Return an index of the passages `keys`, for each place its position there, and if a file was of use."""
    try:
        known = saved.load(folder, embedder)
    except Damaged as error:
        log.warning("%s; using the stored vectors instead", str(error).splitlines()[0])
        known = None
    except ImportError as error:
        log.warning("FAISS cannot be loaded (%s); comparing with every vector instead", error)
        return vectors.ExactIndex(keys, lookup.all_vectors(connection, len(keys), dim)), _all(keys), False
    if known is not None and known.index.dim == dim:
        at = saved.live(known.index.ids, known.marks, keys, marks)
        if (at < 0).sum() <= _WASTE * len(at):
            missing = np.setdiff1d(np.arange(len(keys)), at)
            if len(missing):
                known.index.add(keys[missing], lookup.vectors_of(connection, keys[missing].tolist(), dim))
            return known.index, np.concatenate([at, missing]), True
    stored = lookup.all_vectors(connection, len(keys), dim)
    try:
        return vectors.FaissIndex(keys, stored), _all(keys), False
    except ImportError as error:
        log.warning("FAISS cannot be loaded (%s); comparing with every vector instead", error)
        return vectors.ExactIndex(keys, stored), _all(keys), False


def _all(keys: vectors.Ids) -> Numbers:
    return np.arange(len(keys), dtype=np.int64)
