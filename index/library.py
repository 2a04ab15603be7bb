"""The door: `Library` takes articles in and hands passages out."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Self

from index import correcting, intake, meaning, readers
from index import paths as places
from index.embed import Embedder, SentenceTransformerEmbedder
from index.errors import CannotWrite, Locked, Stopped
from index.intake import Computed, Given, Progress
from index.reading import DEFAULT_MODEL, Reading
from index.records import Added, Article, Field, Lang, Skipped, Steps
from index.search import across, view
from index.store import copies, corrections, lookup, migrate, removed, saved, schema, store
from index.store.copies import Copy
from index.store.removed import Removed

__all__ = ["DEFAULT_MODEL", "Computed", "Library", "Progress"]


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
        there = schema.exists(folder)
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
        computed: Computed | None = None,
        compute: bool = True,
    ) -> Added:
        """Add files and folders; every article is one transaction, and most files are one article.

        Words find an article as soon as it is stored; when all are, the vectors that are missing in the
        library are computed (without `compute`, they are left to the next call), and meaning finds it too.
        `progress` and `computed` are told of the one and the other.
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
        if files or self.counts()["waiting"]:
            with store.Writer(self.folder) as writer:
                try:
                    if files:
                        self._take_in(writer, files, Given(date, outlet, lang), tally, progress)
                    if compute:
                        self._compute(writer, computed)
                except KeyboardInterrupt:  # what was in hand was undone; what came before it is in
                    stopped = True
                if stopped or self.counts()["waiting"]:
                    self._end(writer)
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

    def _take_in(
        self,
        writer: store.Writer,
        files: Sequence[Path],
        given: Given,
        tally: intake.Tally,
        progress: Progress | None,
    ) -> None:
        embedder = self.embedder
        if self._meta("embedder") != embedder.id:
            writer.set_embedder(embedder.id, embedder.dim)
        with readers.Reading() as reading:
            try:
                intake.take_in(writer, reading, files, given, tally, progress)
            finally:
                tally.skipped += reading.problems()
        self._after_group(writer)

    def compute(self, progress: Computed | None = None, until: Callable[[], bool] = lambda: False) -> None:
        """Compute the vectors that are missing, until all are there or, between two groups, `until` is true.

        Others may read and write meanwhile. A stop loses the group in hand; the next call goes on.
        """
        if self.counts()["waiting"]:
            with store.Writer(self.folder, wait=-1) as writer:
                try:
                    self._compute(writer, progress, until)
                finally:
                    if self.counts()["waiting"]:
                        self._end(writer)

    def _compute(
        self,
        writer: store.Writer,
        progress: Computed | None,
        until: Callable[[], bool] = lambda: False,
    ) -> None:
        embedder = self.embedder
        writer.release()
        if across.Across.from_text(self._meta("across") or "", embedder) is None:
            measured = across.Across.measure(embedder).to_text(embedder)
            with writer.again():
                writer.set_meta("across", measured)
        intake.compute(writer, self._reader, embedder, self._after_group, progress, until)

    def _after_group(self, writer: store.Writer) -> None:
        """Finish what was written if nothing waits; else only write the vector index if it is far behind."""
        if int(lookup.meta(writer.connection).get("waiting", 0)):
            self._save(writer)
        else:
            self._finish(writer)

    def _end(self, writer: store.Writer) -> None:
        """Finish what was stopped; another process that writes meanwhile will finish it."""
        writer.release()
        with contextlib.suppress(Locked), writer.again(wait=1.0):
            self._finish(writer)

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

    def take_out(self, articles: Sequence[str]) -> Removed:
        """Remove articles as `remove` does, and return all that was stored of them, for `put_back`."""
        with store.Writer(self.folder) as writer:
            kept = removed.read(writer.connection, list({one: self.get(one) for one in articles}.values()))
            writer.remove([one.id for one in kept.articles])
            self._finish(writer)
        return kept

    def put_back(self, kept: Removed) -> None:
        """Store again what `take_out` returned, whole; see `index.store.removed.put_back`."""
        with store.Writer(self.folder) as writer:
            removed.put_back(writer, kept)
            self._finish(writer)

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

        A folder that is itself gone is passed over: more likely it is a disk that is not there today. What
        was uploaded into the library's own folder keeps no file there, and stays.
        """
        own = f"{os.path.abspath(self.folder)}{os.sep}"  # noqa: PTH100  as paths are stored, links and all
        with self._reader.snapshot() as connection:
            gone = [path for path in lookup.gone(connection, folders) if not path.startswith(own)]
        if gone:
            with store.Writer(self.folder) as writer:
                writer.forget_sources(gone)
                self._finish(writer)
        return gone

    def rebuild(self, embed: bool = False, progress: Steps | None = None) -> None:
        """Make anew what is derived: groups of near-copies and the vector index; with `embed` all vectors.

        Articles that an older program cut into other passages are cut as this one does it. Without `embed`
        these wait for their vectors (`compute`), and words find them meanwhile.
        """
        with store.Writer(self.folder) as writer:
            writer.cut_anew(progress)
            writer.file_stories(progress)
            if embed:
                self._embed_anew(writer, progress)
            self._finish(writer, anew=True)

    def _embed_anew(self, writer: store.Writer, progress: Steps | None) -> None:
        embedder = self._embedder or SentenceTransformerEmbedder(places.models_dir() / DEFAULT_MODEL)
        self._embedder = embedder
        meaning.give_anew(writer, embedder, intake.GROUP, progress)
        writer.set_meta("across", across.Across.measure(embedder).to_text(embedder))
        self._across = None

    def import_(self, file: Path, *, replace: bool = False) -> Copy:
        """Put what `export` wrote in place of what is here; see `index.store.copies.bring_in`."""
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
        self._save(writer, anew=anew)

    def _save(self, writer: store.Writer, *, anew: bool = False) -> None:
        """Write the vector index if it is far behind (or `anew`)."""
        meta = lookup.meta(writer.connection)
        embedder, churn = meta.get("embedder", ""), int(meta["churn"])
        ready = int(meta["passages"]) - int(meta.get("waiting", 0))
        if not anew and not saved.due(self.folder, embedder, churn, ready):
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
