"""Files into the library: read, embedded several at once, stored one transaction an article."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from index import passages, sentences, store
from index.embed import Embedder, Vectors
from index.errors import BadArticle
from index.records import Article, Passage, Sentence, Skipped

Progress = Callable[[int, int, str], None]  # files done, files in all, the file that comes next
Make = Callable[[Path], Article]
# Texts (passages and sentences) that are embedded at once: about eight articles. The model sorts them by
# length, so hardly any are padded. A stop loses the work on these at most: two or three seconds on a slow
# laptop.
GROUP = 256


@dataclass(slots=True)
class Tally:
    """What has become of the files so far."""

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


def run(
    writer: store.Writer,
    embedder: Embedder,
    files: Sequence[Path],
    make: Make,
    tally: Tally,
    progress: Progress | None,
) -> None:
    """Store the articles of `files`, counting them in `tally` as they are acknowledged."""
    waiting: list[_Split] = []
    done = texts = 0
    for number, path in enumerate(files):
        if progress:
            progress(done, len(files), path.name)
        try:
            one = _split(make(path), writer)
        except BadArticle as error:
            tally.skipped.append(Skipped(printable(path), str(error)))
            done += 1
            continue
        waiting.append(one)
        texts += len(one.parts) + len(one.spans)
        if texts >= GROUP:
            _store(writer, embedder, waiting, tally)
            done, texts, waiting = number + 1, 0, []
    _store(writer, embedder, waiting, tally)
    if progress:
        progress(len(files), len(files), "")


def _split(article: Article, writer: store.Writer | None) -> _Split:
    if writer is not None and writer.has(article.id):
        return _Split(article)  # what is stored already is not embedded again
    return _Split(article, passages.split(article), sentences.split_blocks(article.text, article.blocks))


def _store(writer: store.Writer, embedder: Embedder, waiting: Sequence[_Split], tally: Tally) -> None:
    """Embed all that waits in one go, then store it article by article."""
    found = embedder.passages([text for one in waiting for text in one.texts()])
    first = 0
    for one in waiting:
        count = len(one.parts) + len(one.spans)
        vectors = found[first : first + count]
        first += count
        if not one.parts and not writer.has(one.article.id):
            # It was stored when it was read, and an article of this very group has replaced it since.
            one = _split(one.article, None)
            vectors = embedder.passages(one.texts())
        _put(writer, one, vectors, tally)


def _put(writer: store.Writer, one: _Split, vectors: Vectors, tally: Tally) -> None:
    part_vectors, span_vectors = np.split(vectors, [len(one.parts)])
    outcome = writer.put(one.article, one.parts, part_vectors, one.spans, span_vectors)
    setattr(tally, outcome, getattr(tally, outcome) + 1)


def printable(path: Path) -> str:
    """Return the path as text that can be printed and stored, whatever bytes its name has."""
    return os.fsencode(path).decode("utf-8", "replace")
