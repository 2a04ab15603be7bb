"""Articles into a library, in two phases: every text first, found by its words at once, then the vectors.

`take_in` reads files and stores their articles, one transaction an article: a hundred take a second or two.
`compute` gives vectors to what has none yet, whoever stored it and whenever: a hundred take a minute or more.
The library is not locked meanwhile, and a stop at any moment leaves work that the next call goes on with.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index import article as articles_of
from index import meaning, readers
from index.embed import Embedder
from index.errors import BadArticle, Locked
from index.readers.source import printable
from index.records import Article, Lang, Skipped
from index.store import lock, lookup, store

Progress = Callable[[int, int, str], None]  # files done, files in all, the file that comes next
Computed = Callable[[int, int], None]  # passages of the library that have vectors, passages in all
# Texts (passages and sentences) that are embedded at once: about eight articles. The model sorts them by
# length, so hardly any are padded. A stop loses the work on these at most: a few seconds on a slow laptop.
GROUP = 256


@dataclass(frozen=True, slots=True)
class Given:
    """What overrules what files say."""

    date: dt.date | None
    outlet: str | None
    lang: Lang | None


@dataclass(frozen=True, slots=True)
class Whole:
    """A file of several articles that was read to its end: what it no longer holds is to go."""

    container: str  # its path
    parts: frozenset[str]  # the paths of what it holds, also of what could not become an article


@dataclass(slots=True)
class Tally:
    """What has become of the articles so far."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: list[Skipped] = field(default_factory=list)

    def count(self, outcome: store.Outcome, number: int = 1) -> None:
        """Count one article; -1 takes it back."""
        setattr(self, outcome, getattr(self, outcome) + number)


def of_file(reading: readers.Reading, path: Path, given: Given) -> Iterator[Article | Skipped | Whole]:
    """Yield the articles of one file as they are read, and at the end of a file of several `Whole`.

    A file that cannot be read, or no further, has no `Whole`: what was read of it before stays as it was.
    """
    name = printable(path)
    seen: set[str] = set()
    try:
        for one in reading.read(path):
            part = f"{name}#{articles_of.fragment(one.part)}" if one.part else name
            seen.add(part)
            if isinstance(one, readers.Unread):
                yield Skipped(part, one.reason)
                continue
            try:
                yield articles_of.of_source(one, path, date=given.date, outlet=given.outlet, lang=given.lang)
            except BadArticle as error:
                yield Skipped(part, str(error))
    except BadArticle as error:
        yield Skipped(name, str(error))
        return
    if readers.holds_many(path):
        yield Whole(name, frozenset(seen))


def take_in(
    writer: store.Writer,
    reading: readers.Reading,
    files: Sequence[Path],
    given: Given,
    tally: Tally,
    progress: Progress | None,
) -> None:
    """Store the articles of `files` without their vectors, counting in `tally` what is acknowledged."""
    for done, path in enumerate(files):
        if progress:
            progress(done, len(files), path.name)
        for one in of_file(reading, path, given):
            if isinstance(one, Skipped):
                tally.skipped.append(one)
            elif isinstance(one, Whole):
                writer.forget_parts(one.container, one.parts)
            else:
                _put(writer, one, tally)
    if progress:
        progress(len(files), len(files), "")


def _put(writer: store.Writer, article: Article, tally: Tally) -> None:
    """Store and count one article; a stop may come when it is in already, and it counts then too."""
    outcome = writer.outcome(article)
    tally.count(outcome)
    try:
        writer.put(article)
    except KeyboardInterrupt:
        if not writer.holds(article):
            tally.count(outcome, -1)
        raise


def compute(
    writer: store.Writer,
    reader: store.Reader,
    embedder: Embedder,
    stored: Callable[[store.Writer], None],
    progress: Computed | None,
    until: Callable[[], bool],
) -> None:
    """Compute the vectors that are missing, a group of articles at a time, while `until` is not true.

    A group is one transaction, after which `stored` is called; `writer` was released, so that others may
    write between two. One process computes at a time; the groups of another are waited for and passed over.
    `Mismatch` if the library is now of another embedding model.
    """
    with reader.snapshot() as connection:
        names = deque(lookup.waiting(connection))
    if names:
        _tell(reader, progress)
    while names and not until():
        with contextlib.suppress(Locked), lock.held(writer.folder, name=lock.COMPUTING):
            with reader.snapshot() as connection:
                group = meaning.next_group(connection, names, GROUP)
            if group:
                vectors = embedder.passages(meaning.texts(group))
                with writer.again():
                    meaning.give(writer, embedder, group, vectors)
                    stored(writer)
        _tell(reader, progress)


def _tell(reader: store.Reader, progress: Computed | None) -> None:
    if progress:
        with reader.snapshot() as connection:
            meta = lookup.meta(connection)
        passages = int(meta["passages"])
        progress(passages - int(meta.get("waiting", 0)), passages)
