"""The door: `Library` takes articles in and hands passages out."""

from __future__ import annotations

import datetime as dt
import functools
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from index import adding, audit, copies, history, lexical, lookup, migrate, passages, readers
from index import article as articles_of
from index import paths as places
from index import saved, schema, search, sentences, store, view
from index.adding import Progress
from index.copies import Copy
from index.embed import Embedder, SentenceTransformerEmbedder, Vectors
from index.errors import CannotWrite, Mismatch, Stopped
from index.records import Added, Article, Earlier, Hit, Lang, Passage, Sentence, Skipped

DEFAULT_MODEL = "multilingual-e5-small"


class Library:
    """Articles on disk that can be searched. Safe to use from several threads.

    The embedding model is loaded when the first vector is needed, not when the library is opened.
    """

    def __init__(self, folder: Path, embedder: Embedder | None) -> None:
        self.folder = folder
        self._embedder = embedder
        self._reader = store.Reader(folder)
        self._lock = threading.RLock()
        self._view: view.View | None = None
        self._digest: tuple[int, str] | None = None  # with the generation that it is of

    @classmethod
    def open(
        cls, path: str | os.PathLike[str] | None = None, embedder: Embedder | None = None, create: bool = True
    ) -> Library:
        """Open the library in `path` (default: the user's); a missing one is made, or `NotFound`.

        One of an older version is copied and brought to this one first.
        """
        folder = Path(path) if path is not None else places.library_dir()
        there = (folder / schema.DATABASE).is_file()
        if create and not there:
            schema.create(folder)
        older = there and migrate.bring_up(folder)
        library = cls(folder, embedder)
        if older:
            library.rebuild()
        return library

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

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

    def add(
        self,
        paths: Iterable[str | os.PathLike[str]] | str | os.PathLike[str],
        *,
        date: dt.date | None = None,
        outlet: str | None = None,
        lang: Lang | None = None,
        progress: Progress | None = None,
    ) -> Added:
        """Add files and folders; every file is one article and one transaction.

        The same text again is unchanged, new text under a known path replaces the old, and a file that
        cannot become an article is skipped with the reason. `date`, `outlet` and `lang` overrule what
        the files say. `Locked` when another process writes; `Stopped`, on Ctrl-C, says what is in.
        """
        started = time.monotonic()
        given = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
        found = list(readers.find_files(given))
        tally = adding.Tally(skipped=[one for one in found if isinstance(one, Skipped)])
        files = [one for one in found if isinstance(one, Path)]
        stopped = False
        if files:
            embedder = self.embedder
            make = functools.partial(articles_of.make, date=date, outlet=outlet, lang=lang)
            with store.Writer(self.folder) as writer:
                self._claim(writer, embedder)
                try:
                    adding.run(writer, embedder, files, make, tally, progress)
                except KeyboardInterrupt:  # the article in hand was undone; what came before it is in
                    stopped = True
                self._finish(writer)
        done = Added(
            tally.added,
            tally.updated,
            tally.unchanged,
            skipped=tuple(sorted(tally.skipped, key=lambda one: one.path)),
            articles=int(self._meta("articles") or 0),
            passages=int(self._meta("passages") or 0),
            seconds=round(time.monotonic() - started, 3),
        )
        if stopped:
            raise Stopped(done)
        return done

    def _claim(self, writer: store.Writer, embedder: Embedder) -> None:
        if self._meta("embedder") != embedder.id:
            self._check_embedder(embedder)  # again, now that nobody else can write
            writer.set_embedder(embedder.id, embedder.dim)

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
        """Return at most `k` passages, best first; both languages are represented.

        The first results are in the question's language, every third in the other one.
        """
        filters = search.Filters(lang, outlet, since, until)
        query = query.encode("utf-8", "ignore").decode().replace("\0", " ")
        if k < 1 or not lexical.tokens(query):
            return []
        embedder = self.embedder
        vector = embedder.queries([query])
        with self._reader.snapshot() as connection:
            current = self._current(connection)
            found = search.run(
                connection,
                current.index,
                query,
                vector,
                k,
                current.allowed(filters),
                current.place,
                lambda keys: current.best_sentence(connection, vector, keys),
            )
            return [
                Hit(*lookup.pair(connection, one.key), score=one.score, dense=one.dense, lexical=one.lexical)
                for one in found
            ]

    def get(self, article: str) -> Article:
        """Return one article by its id, the unique beginning of its id, or its file name."""
        with self._reader.snapshot() as connection:
            return lookup.named(connection, article, self.folder)

    def articles(self) -> list[Article]:
        """Return all articles, ordered by file name."""
        with self._reader.snapshot() as connection:
            return sorted(lookup.articles(connection), key=lambda one: (one.file, one.id))

    def history(self, article: str) -> list[Earlier]:
        """Return what the files of an article (named as in `get`) said before, the last replaced first."""
        with self._reader.snapshot() as connection:
            return history.of(connection, lookup.named(connection, article, self.folder).id)

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        """Return the sentences of an article in order; none crosses a block."""
        article = self.get(article_id)
        return sentences.split_blocks(article.text, article.blocks)

    def sentence_vectors(self, article_id: str) -> Vectors:
        """Return (n, dim) float32 unit rows, one for each of `sentences(article_id)`."""
        with self._reader.snapshot() as connection:
            name = lookup.named(connection, article_id, self.folder).id
            return self._current(connection).sentence_vectors(connection, name)

    def passages(self, article_id: str) -> tuple[Passage, ...]:
        """Return the passages of an article in order."""
        with self._reader.snapshot() as connection:
            name = lookup.named(connection, article_id, self.folder).id
            return tuple(lookup.pair(connection, key)[1] for key in lookup.keys_of(connection, name))

    def remove(self, articles: str | Sequence[str]) -> list[Article]:
        """Remove articles (named as in `get`) and their history, all or none, and return them."""
        names = [articles] if isinstance(articles, str) else articles
        with store.Writer(self.folder) as writer:
            gone = {one.id: one for one in map(self.get, names)}
            writer.remove(list(gone))
            self._finish(writer)
        return list(gone.values())

    def prune(self, folders: Iterable[str | os.PathLike[str]]) -> list[str]:
        """Forget files that are gone from `folders`, and articles with their last file; return their paths.

        A folder that is itself gone is passed over: more likely it is a disk that is not there today.
        """
        with self._reader.snapshot() as connection:
            gone = lookup.gone(connection, folders)
        if gone:
            with store.Writer(self.folder) as writer:
                writer.forget(gone)
                self._finish(writer)
        return gone

    def rebuild(self, embed: bool = False) -> None:
        """Write the vector index anew from the stored vectors; with `embed`, make new vectors first."""
        with store.Writer(self.folder) as writer:
            if embed:
                self._embed_anew(writer)
            self._finish(writer, anew=True)

    def _embed_anew(self, writer: store.Writer) -> None:
        embedder = self._embedder or SentenceTransformerEmbedder(places.models_dir() / DEFAULT_MODEL)
        self._embedder = embedder
        with self._reader.snapshot() as connection:
            parts = [
                (key, passages.embedded_text(lookup.pair(connection, key)[1]))
                for (key,) in connection.execute("SELECT key FROM passage ORDER BY key").fetchall()
            ]
            spans = {
                (one.id, span.start): one.text[span.start : span.end]
                for one in lookup.articles(connection)
                for span in sentences.split_blocks(one.text, one.blocks)
            }
        part_vectors = embedder.passages([text for _, text in parts])
        span_vectors = embedder.passages(list(spans.values()))
        writer.replace_vectors(
            embedder.id,
            embedder.dim,
            dict(zip([key for key, _ in parts], part_vectors, strict=True)),
            dict(zip(spans, span_vectors, strict=True)),
        )

    def export(self, file: Path) -> Copy:
        """Write the whole library to one file that does not exist yet; see `index.copies.export`."""
        return copies.export(self.folder, file)

    def import_(self, file: Path, *, replace: bool = False) -> Copy:
        """Put what `export` wrote in place of what is here; see `index.copies.bring_in`."""
        with store.Writer(self.folder) as writer:
            done = copies.bring_in(writer, self.folder, file, replace=replace)
            self._finish(writer, anew=True)
        return done

    def snapshot(self) -> Copy:
        """Keep a copy of the library in its own folder, named by date and generation."""
        return copies.snapshot(self.folder)

    def snapshots(self) -> list[Copy]:
        """Return the copies that are kept, the oldest first."""
        return copies.snapshots(self.folder)

    def restore(self, name: str) -> Copy:
        """Put the snapshot `name` in place of what is here, which is itself kept as a snapshot first."""
        return self.import_(copies.named(self.folder, name), replace=True)

    def stats(self) -> dict[str, Any]:
        """Return counts, languages, dates, sizes and the embedding model."""
        with self._reader.snapshot() as connection:
            known = lookup.briefs(connection)
            passage_count, sentence_count = (
                int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
                for table in ("passage", "sentence")
            )
        dates = sorted(one.dated.label() for one in known if one.dated)
        return {
            "library": str(self.folder),
            "articles": len(known),
            "passages": passage_count,
            "sentences": sentence_count,
            "languages": {lang: sum(one.lang == lang for one in known) for lang in ("en", "vi")},
            "outlets": sorted({one.outlet for one in known if one.outlet}),
            "first": dates[0] if dates else None,
            "last": dates[-1] if dates else None,
            "embedder": self._meta("embedder"),
            "generation": int(self._meta("generation") or 0),
            "digest": self.digest,
            "bytes": sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file()),
        }

    def verify(self) -> list[str]:
        """Check everything that is stored against its hash; return the problems, none when sound."""
        with self._reader.snapshot() as connection:
            return audit.run(connection, self.folder)

    @property
    def digest(self) -> str:
        """Hash of what the library holds, whatever the order it was added in."""
        with self._reader.snapshot() as connection:
            generation = int(lookup.meta(connection)["generation"])
            if self._digest is None or self._digest[0] != generation:
                self._digest = generation, lookup.digest(connection)
            return self._digest[1]

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

    def _finish(self, writer: store.Writer, *, anew: bool = False) -> None:
        """Bring the log into the file, and write the vector index if it is far behind (or `anew`)."""
        writer.tidy()
        meta = lookup.meta(writer.connection)
        embedder, churn = meta.get("embedder", ""), int(meta["churn"])
        if not anew and not saved.due(self.folder, embedder, churn, int(meta["passages"])):
            return
        try:
            index, marks = view.base(writer.connection)
        except ImportError:  # without FAISS every vector is compared, and nothing saved
            return
        header = {"generation": int(meta["generation"]), "embedder": embedder, "churn": churn}
        try:
            saved.save(self.folder, index, marks, header)
        except OSError as error:
            raise CannotWrite(
                f"articles are stored, but the vector index is not: {error}\n"
                "make room or check the permissions, then: rag rebuild"
            ) from error
