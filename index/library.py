"""The door: `Library` takes articles in and hands passages out."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from index import (
    across,
    audit,
    inline,
    intake,
    lexical,
    passages,
    readers,
    rows,
    schema,
    search,
    store,
    vectors,
)
from index import lang as language
from index import paths as places
from index.embed import Embedder, SentenceTransformerEmbedder, Vectors
from index.errors import CannotWrite, Mismatch, NotFound
from index.records import Added, Article, Hit, Lang, Passage, Sentence, Skipped
from index.view import View

Progress = Callable[[int, int, str], None]  # files done, files in all, the file that comes next
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
        self._view: View | None = None
        self._across: across.Across | None = None

    @classmethod
    def open(
        cls, path: str | os.PathLike[str] | None = None, embedder: Embedder | None = None, create: bool = True
    ) -> Library:
        """Open the library in `path` (default: the user's); a missing one is made, or `NotFound`."""
        folder = Path(path) if path is not None else places.library_dir()
        if create and not (folder / schema.DATABASE).is_file():
            schema.create(folder)
        if schema.is_old(folder):
            store.Writer(folder, wait=5.0).close()  # who opens to write brings it up to date
        return cls(folder, embedder)

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
        if known is not None and known != embedder.id and self._count("passage"):
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
        """Add files and folders; every article is one transaction, and most files are one article.

        The same text again is unchanged, new text under a known path replaces the old, and what
        cannot become an article is skipped with the reason. Of a file that holds several, those go
        that are no longer in it. `date`, `outlet` and `lang` overrule what
        the files say. `Locked` when another process writes.
        """
        started = time.monotonic()
        given = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
        found = list(readers.find_files(given))
        skipped = [one for one in found if isinstance(one, Skipped)]
        files = [one for one in found if isinstance(one, Path)]
        counts = {"added": 0, "updated": 0, "unchanged": 0}
        if files:
            embedder = self.embedder
            given_to_all = intake.Given(date, outlet, lang)
            with store.Writer(self.folder) as writer, readers.Reading() as reading:
                self._claim(writer, embedder)
                for number, path in enumerate(files):
                    if progress:
                        progress(number, len(files), path.name)
                    for one in intake.of_file(reading, path, given_to_all, writer):
                        if isinstance(one, Skipped):
                            skipped.append(one)
                        else:
                            counts[intake.put(writer, embedder, one)] += 1
                skipped += reading.problems()
                writer.tidy()
                self._save_index(writer)
            if progress:
                progress(len(files), len(files), "")
        return Added(
            **counts,
            skipped=tuple(sorted(skipped, key=lambda one: one.path)),
            articles=self._count("article"),
            passages=self._count("passage"),
            seconds=round(time.monotonic() - started, 3),
        )

    def _claim(self, writer: store.Writer, embedder: Embedder) -> None:
        if self._meta("embedder") != embedder.id:
            self._check_embedder(embedder)  # again, now that nobody else can write
            writer.set_embedder(embedder.id, embedder.dim)
        if across.Across.from_text(self._meta("across") or "", embedder) is None:
            writer.set_meta("across", across.Across.measure(embedder).to_text(embedder))

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

        The first results are in the question's language, every third in the other one. Filters may be
        written into `query` too, see `index.inline`; `BadFilter` if they cannot be read.
        """
        query, written = inline.parse(query.encode("utf-8", "ignore").decode().replace("\0", " "))
        filters = inline.both(search.Filters(lang, outlet, since, until), written)
        if k < 1 or not lexical.tokens(query):
            return []
        asked = self.question_vectors(query)
        with self._reader.snapshot() as connection:
            view = self._current(connection)
            allowed = view.allowed(filters)
            found = search.run(
                connection,
                view.index,
                query,
                asked,
                k,
                allowed,
                view.best_sentence,
            )
            return [
                Hit(*view.pair(one.key), score=one.score, dense=one.dense, lexical=one.lexical)
                for one in found
            ]

    def question_vectors(self, question: str) -> dict[Lang, Vectors]:
        """Return the vector (1, dim; L2 norm 1) that texts of each language are compared with."""
        embedder = self.embedder
        vector, own = embedder.queries([question]), language.detect(question)
        if self._across is None:
            known = across.Across.from_text(self._meta("across") or "", embedder)
            self._across = known or across.Across.measure(embedder)
        return {
            "en": self._across.question(vector, own, "en"),
            "vi": self._across.question(vector, own, "vi"),
        }

    def get(self, article: str) -> Article:
        """Return one article by its id, the unique beginning of its id, or its file name."""
        matches = self.find(article)
        if len(matches) == 1:
            return matches[0]
        names = ", ".join(one.id for one in matches[:4])
        fix = "name one of them: rag list" if matches[0].container else "give more of the id"
        raise NotFound(f"{article!r} is {len(matches)} articles: {names}\n{fix}")

    def find(self, name: str) -> list[Article]:
        """Return the articles that a name means, at least one, else `NotFound`.

        An id or file name is one article, the name of a file that holds several is all of them; the
        beginning of an id may be several by chance, which is for the caller to refuse.
        """
        with self._reader.snapshot() as connection:
            known = self._current(connection).articles
        if name in known:
            return [known[name]]
        matches = [one for one in known.values() if name in (one.file, one.path)]
        if not matches and name:
            matches = [
                one
                for one in known.values()
                if one.container and name in (one.container, Path(one.container).name)
            ]
        if not matches and name:
            matches = [one for key, one in known.items() if key.startswith(name)]
        if not matches:
            raise NotFound(f"no article {name!r} in {self.folder}\nsee what there is: rag list")
        return sorted(matches, key=lambda one: (one.file, one.id))

    def articles(self) -> list[Article]:
        """Return all articles, ordered by file name."""
        with self._reader.snapshot() as connection:
            return sorted(self._current(connection).articles.values(), key=lambda one: (one.file, one.id))

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        """Return the sentences of an article in order; none crosses a block."""
        name = self.get(article_id).id
        with self._reader.snapshot() as connection:
            return self._current(connection).sentences(name)

    def sentence_vectors(self, article_id: str) -> Vectors:
        """Return (n, dim) float32 unit rows, one for each of `sentences(article_id)`."""
        name = self.get(article_id).id
        with self._reader.snapshot() as connection:
            return self._current(connection).sentence_vectors(name)

    def passages(self, article_id: str) -> tuple[Passage, ...]:
        """Return the passages of an article in order."""
        name = self.get(article_id).id
        with self._reader.snapshot() as connection:
            view = self._current(connection)
            return tuple(view.pair(key)[1] for key in view.keys_of(name))

    def remove(self, articles: str | Sequence[str]) -> list[Article]:
        """Remove articles (named as in `get`), all or none, and return them.

        The name of a file that holds several articles removes all of them.
        """
        names = [articles] if isinstance(articles, str) else articles
        with store.Writer(self.folder) as writer:
            gone = {one.id: one for name in names for one in self._meant(name)}
            writer.remove(list(gone))
            writer.tidy()
            self._save_index(writer)
        return list(gone.values())

    def _meant(self, name: str) -> list[Article]:
        found = self.find(name)
        return found if all(one.container for one in found) else [self.get(name)]

    def rebuild(self, embed: bool = False) -> None:
        """Write the vector index anew from the stored vectors; with `embed`, make new vectors first."""
        with store.Writer(self.folder) as writer:
            if embed:
                self._embed_anew(writer)
            writer.tidy()
            self._save_index(writer)

    def _embed_anew(self, writer: store.Writer) -> None:
        embedder = self._embedder or SentenceTransformerEmbedder(places.models_dir() / DEFAULT_MODEL)
        self._embedder = embedder
        with self._reader.snapshot() as connection:
            view = self._current(connection)
            keys = [int(key) for key in view.index.ids]
            pairs = [view.pair(key) for key in keys]
            spans = {
                (name, span.start): one.text[span.start : span.end]
                for name, one in view.articles.items()
                for span in view.sentences(name)
            }
        part_vectors = embedder.passages([passages.embedded_text(part) for _, part in pairs])
        span_vectors = embedder.passages(list(spans.values()))
        writer.set_meta("across", across.Across.measure(embedder).to_text(embedder))
        self._across = None
        writer.replace_vectors(
            embedder.id,
            embedder.dim,
            dict(zip(keys, part_vectors, strict=True)),
            dict(zip(spans, span_vectors, strict=True)),
        )

    def stats(self) -> dict[str, Any]:
        """Return counts, languages, dates, sizes and the embedding model."""
        known = self.articles()
        dates = sorted(one.dated.label() for one in known if one.dated)
        return {
            "library": str(self.folder),
            "articles": len(known),
            "passages": self._count("passage"),
            "sentences": self._count("sentence"),
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
        whole = hashlib.sha256()
        for one in sorted(self.articles(), key=lambda one: one.id):
            whole.update(rows.checksum(*rows.of_digest(one)).encode())
        whole.update((self._meta("embedder") or "").encode())
        return whole.hexdigest()[:16]

    def _meta(self, key: str) -> str | None:
        with self._reader.snapshot() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def _count(self, table: str) -> int:
        with self._reader.snapshot() as connection:
            return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def _current(self, connection: sqlite3.Connection) -> View:
        """Return what is held in memory of the snapshot's generation, loading it when it is another."""
        generation = connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()[0]
        if self._view is None or self._view.generation != int(generation):
            self._view = View.load(connection, self.folder)
        return self._view

    def _save_index(self, writer: store.Writer) -> None:
        view = View.load(writer.connection, self.folder)
        if isinstance(view.index, vectors.FaissIndex) and not view.from_file:
            try:
                vectors.save(self.folder, view.index, view.header)
            except OSError as error:
                raise CannotWrite(
                    f"articles are stored, but the vector index is not: {error}\n"
                    "make room or check the permissions, then: rag rebuild"
                ) from error
