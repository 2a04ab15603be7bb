"""Files into the store: read, embedded several articles at once, stored one transaction an article."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from index import article as articles_of
from index import corrections, passages, readers, sentences, store
from index.embed import Embedder, Vectors
from index.errors import BadArticle
from index.readers.source import printable
from index.records import Article, Lang, Passage, Sentence, Skipped

Progress = Callable[[int, int, str], None]  # files done, files in all, the file that comes next
# Texts (passages and sentences) that are embedded at once: about eight articles. The model sorts them by
# length, so hardly any are padded. A stop loses the work on these at most: two or three seconds on a slow
# laptop.
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


@dataclass(frozen=True, slots=True)
class _Split:
    """An article that waits for its vectors; without parts if it was stored already when it was read."""

    article: Article
    parts: tuple[Passage, ...] = ()
    spans: tuple[Sentence, ...] = ()

    def texts(self) -> list[str]:
        """Return what is to be embedded: the passages, then the sentences."""
        return [
            *map(passages.embedded_text, self.parts),
            *(self.article.text[span.start : span.end] for span in self.spans),
        ]


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


class Intake:
    """Takes files into one library, counting articles in `tally` as they are acknowledged."""

    def __init__(self, writer: store.Writer, embedder: Embedder, tally: Tally) -> None:
        self._writer = writer
        self._embedder = embedder
        self._tally = tally
        self._waiting: list[_Split | Whole] = []  # in the order in which they were read
        self._texts = 0

    def run(
        self, reading: readers.Reading, files: Sequence[Path], given: Given, progress: Progress | None
    ) -> None:
        """Store the articles of `files`; a file is done when all that was read of it is stored."""
        done = 0
        for number, path in enumerate(files):
            if progress:
                progress(done, len(files), path.name)
            for one in of_file(reading, path, given):
                if isinstance(one, Skipped):
                    self._tally.skipped.append(one)
                elif self._wait(one):
                    self._store()
                    done = number
            if not self._waiting:
                done = number + 1
        self._store()
        if progress:
            progress(len(files), len(files), "")

    def _wait(self, one: Article | Whole) -> bool:
        """Let `one` wait for the others; return whether enough wait to be embedded."""
        if isinstance(one, Whole):
            self._waiting.append(one)
            return False
        # What is stored already is not embedded again.
        split = _Split(one) if self._writer.has(one.id) else self._split(one)
        self._waiting.append(split)
        self._texts += len(split.parts) + len(split.spans)
        return self._texts >= GROUP

    def _store(self) -> None:
        """Embed all that waits in one go, then store it article by article."""
        waiting, self._waiting, self._texts = self._waiting, [], 0
        texts = [text for one in waiting if isinstance(one, _Split) for text in one.texts()]
        nothing: Vectors = np.zeros((0, self._embedder.dim), dtype=np.float32)
        found = self._embedder.passages(texts) if texts else nothing
        first = 0
        for one in waiting:
            if isinstance(one, Whole):
                self._writer.forget_parts(one.container, one.parts)
                continue
            count = len(one.parts) + len(one.spans)
            self._put(one, found[first : first + count])
            first += count

    def _put(self, one: _Split, vectors: Vectors) -> None:
        if not one.parts and not self._writer.has(one.article.id):
            # It was stored when it was read, and an article of this very group has replaced it since.
            one = self._split(one.article)
            vectors = self._embedder.passages(one.texts())
        part_vectors, span_vectors = np.split(vectors, [len(one.parts)])
        outcome = self._writer.put(one.article, one.parts, part_vectors, one.spans, span_vectors)
        setattr(self._tally, outcome, getattr(self._tally, outcome) + 1)

    def _split(self, article: Article) -> _Split:
        """Return a new article in parts, told with what was corrected of the one that its path holds."""
        told = corrections.apply(article, corrections.of_path(self._writer.connection, article.path))
        return _Split(article, passages.split(told), sentences.split_blocks(article.text, article.blocks))
