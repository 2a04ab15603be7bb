"""Files into the store: each article as it is read, and what is skipped on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index import article as articles_of
from index import passages, readers, sentences, store
from index.embed import Embedder, Vectors
from index.errors import BadArticle
from index.readers.source import printable
from index.records import Article, Lang, Skipped


@dataclass(frozen=True, slots=True)
class Given:
    """What overrules what files say."""

    date: dt.date | None
    outlet: str | None
    lang: Lang | None


def of_file(
    reading: readers.Reading, path: Path, given: Given, writer: store.Writer
) -> Iterator[Article | Skipped]:
    """Yield the articles of one file as they are read; what has left the file leaves the store."""
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
    except BadArticle as error:  # what was read of it before stays as it was
        yield Skipped(name, str(error))
        return
    if readers.holds_many(path):
        writer.forget(name, seen)


def put(writer: store.Writer, embedder: Embedder, article: Article) -> store.Outcome:
    """Store one article; what is stored already is not embedded again."""
    nothing: Vectors = np.zeros((0, embedder.dim), dtype=np.float32)
    if writer.has(article.id):
        return writer.put(article, (), nothing, (), nothing)
    parts = passages.split(article)
    spans = sentences.split_blocks(article.text, article.blocks)
    return writer.put(
        article,
        parts,
        embedder.passages([passages.embedded_text(part) for part in parts]),
        spans,
        embedder.passages([article.text[span.start : span.end] for span in spans]),
    )
