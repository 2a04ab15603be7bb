"""One generation of a library as it is held in memory: articles, passage keys, vectors."""

from __future__ import annotations

import logging
import sqlite3
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from index import rows, search, vectors
from index.embed import Vectors
from index.errors import Damaged
from index.records import Article, Lang, Passage, Sentence

log = logging.getLogger(__name__)

PassageRow = tuple[str, str, int, int, str, str, str]  # id, article, start, end, lang, kind, context


@dataclass(slots=True)
class View:
    """What one snapshot of the store holds; never changes once it is loaded."""

    generation: int
    header: dict[str, Any]
    articles: dict[str, Article]
    index: vectors.VectorIndex
    from_file: bool
    _rows: dict[int, PassageRow]
    _keys: dict[str, list[int]] = field(default_factory=dict)
    _spans: dict[str, tuple[tuple[Sentence, ...], Vectors]] = field(default_factory=dict)

    @classmethod
    def load(cls, connection: sqlite3.Connection, folder: Path) -> View:
        """Read one generation; the saved index is used if it is of this generation and sound."""
        meta = dict(connection.execute("SELECT key, value FROM meta"))
        generation, dim = int(meta["generation"]), int(meta.get("dim", 1))
        header = {"generation": generation, "embedder": meta.get("embedder", "")}
        found = connection.execute(
            "SELECT key, id, article, start, end, lang, kind, context FROM passage ORDER BY key"
        ).fetchall()
        rows_of = {row[0]: tuple(row[1:]) for row in found}
        keys: dict[str, list[int]] = {}
        for key, row in rows_of.items():
            keys.setdefault(row[1], []).append(key)
        index, from_file = _index(connection, folder, header, list(rows_of), dim)
        return cls(
            generation,
            header,
            _articles(connection),
            index,
            from_file,
            rows_of,
            keys,
            _spans(connection, dim),
        )

    def allowed(self, filters: search.Filters) -> dict[Lang, list[int]]:
        """Return the keys of passages that the filters admit, by language."""
        admitted = {name for name, one in self.articles.items() if filters.admits(one)}
        result: dict[Lang, list[int]] = {"en": [], "vi": []}
        for name in admitted:
            result[self.articles[name].lang].extend(self._keys.get(name, ()))
        return result

    def keys_of(self, article: str) -> list[int]:
        """Return the passage keys of an article in order of its text."""
        return sorted(self._keys.get(article, ()), key=lambda key: self._rows[key][2])

    def pair(self, key: int) -> tuple[Article, Passage]:
        """Return a passage and its article."""
        row = self._rows[key]
        article = self.articles[row[1]]
        spans = self.sentences(row[1])
        first, last = (bisect_left(spans, at, key=lambda span: span.start) for at in (row[2], row[3]))
        return article, rows.passage(row, article.text, spans[first:last])

    def sentences(self, article: str) -> tuple[Sentence, ...]:
        """Return the sentences of an article as they were stored, one for each of its vectors.

        Not split anew: a library is older than the rules of a later version of the program.
        """
        return self._spans[article][0] if article in self._spans else ()

    def sentence_vectors(self, article: str) -> Vectors:
        """Return (n, dim) float32, in order of the article's sentences."""
        return self._spans[article][1]

    def best_sentence(self, query: Vectors, keys: Sequence[int]) -> dict[int, float]:
        """Return the highest cosine of the query (1, dim) with a sentence, for each passage."""
        scores: dict[str, Vectors] = {}
        result: dict[int, float] = {}
        for key in keys:
            _, article, start, end = self._rows[key][:4]
            spans, known = self._spans.get(article, ((), np.zeros((0, query.shape[1]), np.float32)))
            if article not in scores:
                scores[article] = known @ query[0]
            first, last = (bisect_left(spans, at, key=lambda span: span.start) for at in (start, end))
            if last > first:
                result[key] = float(np.round(scores[article][first:last].max(), 6))
        return result


def _articles(connection: sqlite3.Connection) -> dict[str, Article]:
    """Return all articles; one that came from several files bears the name of the first by path."""
    sources: dict[str, rows.SourceRow] = {}
    for row in connection.execute(f"SELECT {rows.SOURCE} FROM source ORDER BY path"):
        sources.setdefault(row[1], row)
    return {
        row[0]: rows.article(row, sources[row[0]])
        for row in connection.execute("SELECT id, title, lang, text, blocks FROM article ORDER BY id")
    }


def _spans(connection: sqlite3.Connection, dim: int) -> dict[str, tuple[tuple[Sentence, ...], Vectors]]:
    spans: dict[str, list[Sentence]] = {}
    blobs: dict[str, list[bytes]] = {}
    for article, start, end, blob in connection.execute(
        "SELECT article, start, end, vector FROM sentence ORDER BY article, start"
    ):
        spans.setdefault(article, []).append(Sentence(start, end))
        blobs.setdefault(article, []).append(blob)
    return {article: (tuple(found), rows.from_blobs(blobs[article], dim)) for article, found in spans.items()}


def _index(
    connection: sqlite3.Connection, folder: Path, header: dict[str, Any], keys: list[int], dim: int
) -> tuple[vectors.VectorIndex, bool]:
    """Return the saved index if it is sound, else one made of the stored vectors; and which it is."""
    try:
        saved = vectors.load(folder, header)
        if saved is not None and saved.ids.tolist() == keys:
            return saved, True
    except Damaged as error:
        log.warning("%s; using the stored vectors instead", str(error).splitlines()[0])
    except ImportError as error:
        log.warning("FAISS cannot be loaded (%s); comparing with every vector instead", error)
    blobs = [row[0] for row in connection.execute("SELECT vector FROM passage ORDER BY key")]
    stored = rows.from_blobs(blobs, dim)
    ids = np.asarray(keys, dtype=np.int64)
    try:
        return vectors.FaissIndex(ids, stored), False
    except ImportError as error:
        log.warning("FAISS cannot be loaded (%s); comparing with every vector instead", error)
        return vectors.ExactIndex(ids, stored), False
