"""The half of the library that reads: searching, articles by name, counts, copies."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from index import paths as places
from index import stories
from index.embed import Embedder, SentenceTransformerEmbedder, Vectors
from index.errors import Mismatch
from index.records import Article, Earlier, Entry, Hit, Lang, Passage, Printing, Sentence, Steps
from index.search import across, common, inline, marking, merge, relevance, view
from index.search import hybrid as search
from index.search.hybrid import Found
from index.store import audit, briefs, catalogue, copies, history, lookup, store
from index.store.copies import Copy
from index.text import lang as language
from index.text import lexical, passages

DEFAULT_MODEL = "multilingual-e5-small"
# Questions whose vectors are remembered. Search and evidence want the same one, which is a third of what both
# take, and who waits in a line is searched for again in turn: more than may wait there.
ASKED = 32


class Reading:
    """What can be done with a library without writing to it. `Library` is what to use."""

    def __init__(self, folder: Path, embedder: Embedder | None) -> None:
        self.folder = folder
        self._embedder = embedder
        self._asked = lru_cache(maxsize=ASKED)(self._embed)
        self._reader = store.Reader(folder)
        self._lock = threading.RLock()
        self._view: view.View | None = None
        self._across: across.Across | None = None
        self._digest: tuple[int, str] | None = None  # with the generation that it is of
        self._catalogue: tuple[int, tuple[Entry, ...]] | None = None  # likewise

    def close(self) -> None:
        """Close the store; the object cannot be used afterwards."""
        self._reader.close()

    @property
    def embedder(self) -> Embedder:
        """The embedding model; `Mismatch` if the library's vectors come from another one."""
        with self._lock:
            if self._embedder is None:
                self._embedder = SentenceTransformerEmbedder(places.models_dir() / DEFAULT_MODEL)
            self._check_embedder(self._embedder)
            return self._embedder

    def _check_embedder(self, embedder: Embedder) -> None:
        known = self._meta("embedder")
        if known is not None and known != embedder.id and int(self._meta("passages") or 0):
            raise Mismatch(
                f"the library in {self.folder} was embedded with {known}, the model is {embedder.id}\n"
                "use that model, or embed the library anew: rag rebuild --embed"
            )

    def search(
        self,
        query: str,
        k: int = 8,
        *,
        lang: Lang | None = None,
        outlet: str | None = None,
        since: dt.date | None = None,
        until: dt.date | None = None,
    ) -> list[Hit]:
        """Return at most `k` passages, best first; both languages are represented (`index.search.merge`).

        Passages whose vectors are not computed yet are found by their words. Filters may be written into
        `query` too, see `index.search.inline`; `BadFilter` if they cannot be read.
        """
        query, written = inline.parse(query.encode("utf-8", "ignore").decode().replace("\0", " "))
        filters = inline.both(search.Filters(lang, outlet, since, until), written)
        if k < 1 or not lexical.tokens(query):
            return []
        query = self.marked(query)
        asked = self.question_vectors(query)
        with self._reader.snapshot() as connection:
            current = self._current(connection)
            found = search.run(
                connection,
                current.index,
                query,
                asked,
                k,
                current.allowed(filters),
                current.place,
                lambda vector, keys: current.best_sentence(connection, vector, keys),
            )
            judge, tell = self._judge(connection, query), stories.teller(connection)
            hits = {lang: map(partial(_hit, connection, judge), those) for lang, those in found.items()}
            return [_told(connection, hit, tell) for hit in merge.merged(hits, language.detect(query), k)]

    def judge(self, question: str) -> relevance.Judge | None:
        """Return what gives hits their `relevance`; None where `relevance.can_judge` says so."""
        with self._reader.snapshot() as connection:
            return self._judge(connection, question)

    def _judge(self, connection: sqlite3.Connection, question: str) -> relevance.Judge | None:
        meta, asked = lookup.meta(connection), language.detect(question)
        if not relevance.can_judge(question, asked, meta.get("embedder", "")):
            return None
        rows = partial(common.rows, connection, "folded")
        return relevance.Judge(question, asked, rows, int(meta["passages"]))

    def marked(self, text: str) -> str:
        """Return Vietnamese that was typed without marks with the marks that its words have in this library.

        Any other text comes back as it is. See `index.search.marking`.
        """
        if not marking.bare(text):
            return text
        with self._reader.snapshot() as connection:
            return marking.marked(text, marking.nearest(connection, text))

    def question_vectors(self, question: str) -> dict[Lang, Vectors]:
        """Return the vector (1, dim; L2 norm 1) that texts of each language are compared with."""
        embedder = self.embedder
        vector, own = self._asked(question), language.detect(question)
        if self._across is None:
            known = across.Across.from_text(self._meta("across") or "", embedder)
            self._across = known or across.Across.measure(embedder)
        return {
            "en": self._across.question(vector, own, "en"),
            "vi": self._across.question(vector, own, "vi"),
        }

    def _embed(self, question: str) -> Vectors:
        return self.embedder.queries([question])

    def get(self, article: str) -> Article:
        """Return one article by its id, the unique beginning of its id, or its file name."""
        with self._reader.snapshot() as connection:
            return lookup.named(connection, article, self.folder)

    def find(self, name: str) -> list[Article]:
        """Return the articles that a name means, at least one, else `NotFound`.

        An id or file name is one article, the name of a file that holds several is all of them; the
        beginning of an id may be several by chance, which is for the caller to refuse.
        """
        with self._reader.snapshot() as connection:
            return lookup.find(connection, name, self.folder)

    def articles(self, start: int = 0, count: int | None = None) -> list[Article]:
        """Return all articles, ordered by file name; or `count` of them from place `start`."""
        with self._reader.snapshot() as connection:
            if count is None:
                return sorted(lookup.articles(connection), key=lambda one: (one.file, one.id))[start:]
            names = lookup.by_file(connection)[start : start + count]
            return [one for name in names if (one := lookup.article(connection, name))]

    def catalogue(self) -> tuple[Entry, ...]:
        """Return what is known of every article without its text, in order of their ids."""
        with self._reader.snapshot() as connection:
            generation = int(lookup.meta(connection)["generation"])
            if self._catalogue is None or self._catalogue[0] != generation:
                self._catalogue = generation, catalogue.entries(connection)
            return self._catalogue[1]

    def having(self, words: str) -> frozenset[str] | None:
        """Return the ids of the articles that have all these words; see `index.store.catalogue.having`."""
        with self._reader.snapshot() as connection:
            return catalogue.having(connection, words.split())

    def newest(self, limit: int) -> list[Article]:
        """Return at most `limit` articles, the latest first; undated ones come last."""
        with self._reader.snapshot() as connection:
            return [
                one for name in briefs.newest(connection, limit) if (one := lookup.article(connection, name))
            ]

    def outlets(self) -> list[str]:
        """Return the outlets that articles name, in order of the alphabet."""
        with self._reader.snapshot() as connection:
            return briefs.outlets(briefs.every(connection))

    def history(self, article: str) -> list[Earlier]:
        """Return what the files of an article (named as in `get`) said before, the last replaced first."""
        with self._reader.snapshot() as connection:
            return history.of(connection, lookup.named(connection, article, self.folder).id)

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        """Return the sentences of an article in order; none crosses a block."""
        with self._reader.snapshot() as connection:
            name = lookup.named(connection, article_id, self.folder).id
            return lookup.sentences(connection, name)

    def sentence_vectors(self, article_id: str) -> Vectors | None:
        """Return (n, dim) float32 unit rows, one for each of `sentences(article_id)`.

        None while they are not computed yet.
        """
        with self._reader.snapshot() as connection:
            name = lookup.named(connection, article_id, self.folder).id
            return self._current(connection).sentence_vectors(connection, name)

    def passages(self, article_id: str) -> tuple[Passage, ...]:
        """Return the passages of an article in order."""
        with self._reader.snapshot() as connection:
            name = lookup.named(connection, article_id, self.folder).id
            return tuple(lookup.pair(connection, key)[1] for key in lookup.keys_of(connection, name))

    def groups(self, articles: Iterable[str] | None = None) -> dict[str, tuple[str, ...]]:
        """Return for each of these ids (default: all) that has near-copies all of its group, itself too."""
        with self._reader.snapshot() as connection:
            return stories.groups(connection, articles)

    def also(self, article_id: str, start: int, end: int) -> tuple[Printing, ...]:
        """Return where else the sentences of `text[start:end]` were printed, the earliest first."""
        with self._reader.snapshot() as connection:
            return stories.printings(connection, article_id, start, end)

    def stats(self) -> dict[str, Any]:
        """Return counts, languages, dates, sizes and the embedding model."""
        with self._reader.snapshot() as connection:
            told = catalogue.summary(connection)
        return {
            "library": str(self.folder),
            **told,
            "embedder": self._meta("embedder"),
            "generation": int(self._meta("generation") or 0),
            "digest": self.digest,
            "bytes": self.size(),
        }

    def size(self) -> int:
        """Return the bytes that the library takes on disk, with its snapshots."""
        return sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file())

    @property
    def is_outdated(self) -> bool:
        """Whether an older program cut some of the passages: `Library.rebuild` cuts them anew."""
        return self._meta("cut") != str(passages.CUT) and bool(int(self._meta("passages") or 0))

    def counts(self) -> dict[str, int]:
        """Return the numbers of articles, of passages, and of those that wait for their vectors.

        They are kept, so nothing is counted.
        """
        return {key: int(self._meta(key) or 0) for key in ("articles", "passages", "waiting")}

    def verify(self, progress: Steps | None = None) -> list[str]:
        """Check everything that is stored against its hash; return the problems, none when sound.

        A vector that is not computed yet is no problem: `counts` tells how many wait. One that was lost is.
        Other threads that read from this object wait meanwhile.
        """
        with self._reader.snapshot() as connection:
            return audit.run(connection, self.folder, progress)

    @property
    def digest(self) -> str:
        """Hash of what the library holds, whatever the order it was added in."""
        with self._reader.snapshot() as connection:
            generation = int(lookup.meta(connection)["generation"])
            if self._digest is None or self._digest[0] != generation:
                self._digest = generation, lookup.digest(connection)
            return self._digest[1]

    def export(self, file: Path) -> Copy:
        """Write the whole library to one file that does not exist yet; see `index.store.copies.export`."""
        return copies.export(self.folder, file)

    def snapshot(self) -> Copy:
        """Keep a copy of the library in its own folder, named by date and generation."""
        return copies.snapshot(self.folder)

    def snapshots(self) -> list[Copy]:
        """Return the copies that are kept, the oldest first."""
        return copies.snapshots(self.folder)

    def _meta(self, key: str) -> str | None:
        with self._reader.snapshot() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def _current(self, connection: sqlite3.Connection) -> view.View:
        """Return what is held in memory of the snapshot's state, brought up to it if it is another."""
        generation = int(lookup.meta(connection)["generation"])
        current, self._view = self._view, None  # half done, if what follows fails
        if current is None or (current.generation != generation and not current.follow(connection)):
            current = view.View.load(connection, self.folder)
        self._view = current
        return current


def _hit(connection: sqlite3.Connection, judge: relevance.Judge | None, found: Found) -> Hit:
    article, part = lookup.pair(connection, found.key)
    hit = Hit(article, part, found.score, found.dense, found.lexical)
    return replace(hit, relevance=judge.relevance(hit)) if judge else hit


def _told(connection: sqlite3.Connection, hit: Hit, tell: stories.Teller) -> Hit:
    """Return the hit with the other outlets that printed it."""
    part = hit.passage
    return replace(hit, also=stories.printings(connection, hit.article.id, part.start, part.end, tell))
