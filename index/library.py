"""The door: `Library` takes articles in and hands passages out."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import time
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Self

from index import (
    across,
    copies,
    correcting,
    corrections,
    intake,
    lookup,
    migrate,
    passages,
    readers,
    saved,
    schema,
    store,
    view,
)
from index import paths as places
from index.copies import Copy
from index.embed import Embedder, SentenceTransformerEmbedder
from index.errors import CannotWrite, Locked, Stopped
from index.intake import Progress
from index.reading import DEFAULT_MODEL, Reading
from index.records import Added, Article, Field, Lang, Skipped

__all__ = ["DEFAULT_MODEL", "Library", "Progress"]


class Library(Reading):
    """Articles on disk that can be searched. Safe to use from several threads.

    The embedding model is loaded when the first vector is needed, not when the library is opened.
    """

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
            # Searching does without the file of vectors until it is written.
            with contextlib.suppress(Locked, CannotWrite), store.Writer(folder) as writer:
                library._finish(writer, anew=True)
        return library

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

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
        that are no longer in it. `date`, `outlet` and `lang` overrule what the files say. `Locked` when
        another process writes; `Stopped`, on Ctrl-C, says what is in.
        """
        started = time.monotonic()
        given = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
        found = list(readers.find_files(given))
        tally = intake.Tally(skipped=[one for one in found if isinstance(one, Skipped)])
        files = [one for one in found if isinstance(one, Path)]
        stopped = False
        if files:
            embedder = self.embedder
            with store.Writer(self.folder) as writer, readers.Reading() as reading:
                self._claim(writer, embedder)
                try:
                    work = intake.Intake(writer, embedder, tally)
                    work.run(reading, files, intake.Given(date, outlet, lang), progress)
                except KeyboardInterrupt:  # the article in hand was undone; what came before it is in
                    stopped = True
                tally.skipped += reading.problems()
                self._finish(writer)
        done = Added(
            tally.added,
            tally.updated,
            tally.unchanged,
            skipped=tuple(sorted(tally.skipped, key=lambda one: one.path)),
            **self.counts(),
            seconds=round(time.monotonic() - started, 3),
        )
        if stopped:
            raise Stopped(done)
        return done

    def _claim(self, writer: store.Writer, embedder: Embedder) -> None:
        if self._meta("embedder") != embedder.id:
            self._check_embedder(embedder)  # again, now that nobody else can write
            writer.set_embedder(embedder.id, embedder.dim)
        if across.Across.from_text(self._meta("across") or "", embedder) is None:
            writer.set_meta("across", across.Across.measure(embedder).to_text(embedder))

    def remove(self, articles: str | Sequence[str]) -> list[Article]:
        """Remove articles (named as in `get`) and their history, all or none, and return them.

        The name of a file that holds several articles removes all of them.
        """
        names = [articles] if isinstance(articles, str) else articles
        with store.Writer(self.folder) as writer:
            gone = {one.id: one for name in names for one in self._meant(name)}
            writer.remove(list(gone))
            self._finish(writer)
        return list(gone.values())

    def _meant(self, name: str) -> list[Article]:
        found = self.find(name)
        return found if all(one.container for one in found) else [self.get(name)]

    def correct(
        self,
        article: str,
        *,
        title: str | None = None,
        outlet: str | None = None,
        date: str | None = None,
        lang: str | None = None,
        authors: str | None = None,
        reset: Collection[Field] = (),
    ) -> Article:
        """Say of an article (named as in `get`) what its file does not, and return it corrected.

        `date` is "2025-12-31", "2025-12" or "2025", `authors` are parted by ";". What is corrected counts
        before what the file and `add` say, also after the file has changed, until it is `reset`.
        `BadCorrection` for a value that cannot be; then nothing has changed.
        """
        values: dict[Field, str | None] = {
            "title": title, "outlet": outlet, "date": date, "lang": lang, "authors": authors,
        }  # fmt: skip
        new = {field: corrections.read(field, value) for field, value in values.items() if value is not None}
        with store.Writer(self.folder) as writer:
            found = self.get(article)
            before = corrections.of(writer.connection, found.id)
            given = correcting.given_by(before, new, reset)
            if given != before:
                correcting.run(writer, found, given, lambda: self.embedder)
                self._finish(writer)
        return self.get(found.id)

    def prune(self, folders: Iterable[str | os.PathLike[str]]) -> list[str]:
        """Forget files that are gone from `folders`, and articles with their last file; return their paths.

        A folder that is itself gone is passed over: more likely it is a disk that is not there today.
        """
        with self._reader.snapshot() as connection:
            gone = lookup.gone(connection, folders)
        if gone:
            with store.Writer(self.folder) as writer:
                writer.forget_sources(gone)
                self._finish(writer)
        return gone

    def rebuild(self, embed: bool = False) -> None:
        """Make anew what is derived: groups of near-copies and the vector index; with `embed` all vectors."""
        with store.Writer(self.folder) as writer:
            writer.file_stories()
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
                for span in lookup.sentences(connection, one.id)
            }
        part_vectors = embedder.passages([text for _, text in parts])
        span_vectors = embedder.passages(list(spans.values()))
        writer.set_meta("across", across.Across.measure(embedder).to_text(embedder))
        self._across = None
        writer.replace_vectors(
            embedder.id,
            embedder.dim,
            dict(zip([key for key, _ in parts], part_vectors, strict=True)),
            dict(zip(spans, span_vectors, strict=True)),
        )

    def import_(self, file: Path, *, replace: bool = False) -> Copy:
        """Put what `export` wrote in place of what is here; see `index.copies.bring_in`."""
        with store.Writer(self.folder) as writer:
            done = copies.bring_in(writer, self.folder, file, replace=replace)
            self._finish(writer, anew=True)
        return done

    def restore(self, name: str) -> Copy:
        """Put the snapshot `name` in place of what is here, which is itself kept as a snapshot first."""
        return self.import_(copies.named(self.folder, name), replace=True)

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
