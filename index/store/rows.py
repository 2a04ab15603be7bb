"""Records to table rows and back, with a hash over every row."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from index.embed import Vectors
from index.records import Article, Block, Dated, Passage, Sentence

ArticleRow = tuple[str, str, str, str, str]  # id, title, lang, text, blocks
Text = str | None
# In the order of SOURCE; lists and dates with their basis are JSON.
SourceRow = tuple[str, str, Text, Text, Text, Text, Text, Text, Text, Text, Text]
SOURCE = "path, article, outlet, published, dated, updated, authors, url, pages, note, container"
# Files that say the very same are one article, shown as the earliest of them tells it whichever came in
# first: a later reprint makes nothing newer. The day is what `_of_dated` writes after [".
EARLIEST = "dated IS NULL, substr(dated, 3, 10), path"


def article_id(title: str, lang: str, text: str) -> str:
    """Return the id of an article: made of what it says, not of the file it came from."""
    return hashlib.sha256("\0".join((title, lang, text)).encode()).hexdigest()[:16]


def checksum(*parts: object) -> str:
    """Return the hash of one row; parts are text, numbers, None or bytes."""
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else json.dumps(part, ensure_ascii=False).encode()
        digest.update(len(data).to_bytes(8, "little") + data)
    return digest.hexdigest()


def of_article(article: Article) -> ArticleRow:
    """Return the row of what `article` says."""
    # A block's language is written only where it has one of its own.
    blocks = json.dumps(
        [[one.kind, one.start, one.end, *([one.lang] if one.lang else [])] for one in article.blocks]
    )
    return article.id, article.title, article.lang, article.text, blocks


def of_source(article: Article) -> SourceRow:
    """Return the row of where `article` came from and what is known about it."""
    return (
        article.path,
        article.id,
        article.outlet,
        article.published.isoformat() if article.published else None,
        _of_dated(article.dated),
        _of_dated(article.updated),
        json.dumps(article.authors, ensure_ascii=False) if article.authors else None,
        article.url,
        json.dumps(article.pages) if article.pages else None,
        article.note,
        article.container,
    )


def of_digest(article: Article) -> tuple[object, ...]:
    """Return what makes an article this one, wherever the library and its files lie."""
    source = of_source(article)
    more = source[5:-1]  # counted only where there is any, so that libraries from before have their digests
    return article.file, *of_article(article), *source[1:5], *(more if any(more) else ())


def _of_dated(dated: Dated | None) -> str | None:
    return json.dumps([dated.date.isoformat(), dated.precision, dated.basis]) if dated else None


def _dated(known: str | None) -> Dated | None:
    if known is None:
        return None
    date, precision, basis = json.loads(known)
    return Dated(dt.date.fromisoformat(date), precision, basis)


def file_name(path: str, container: str | None) -> str:
    """Return the base name of a source's file; "feed.xml#3" of one in a file of several."""
    whole = Path(container or path).name
    return whole + path[len(container) :] if container else whole


def article(row: ArticleRow, source: SourceRow) -> Article:
    """Return the article of both rows."""
    name, title, lang, text, blocks = row
    path, _, outlet, published, dated, updated, authors, url, pages, note, container = source
    return Article(
        id=name,
        file=file_name(path, container),
        path=path,
        title=title,
        outlet=outlet,
        lang=lang,  # type: ignore[arg-type]
        published=dt.date.fromisoformat(published) if published else None,
        dated=_dated(dated),
        text=text,
        blocks=tuple(Block(*block) for block in json.loads(blocks)),
        updated=_dated(updated),
        authors=tuple(json.loads(authors)) if authors else (),
        url=url,
        pages=tuple(json.loads(pages)) if pages else (),
        container=container,
        note=note,
    )


def passage(
    row: tuple[str, str, int, int, str, str, str], text: str, sentences: Iterable[Sentence]
) -> Passage:
    """Return the passage of a row (id, article, start, end, lang, kind, context) of an article's text."""
    name, article_id_, start, end, lang, kind, context = row
    return Passage(
        id=name,
        article=article_id_,
        lang=lang,  # type: ignore[arg-type]
        start=start,
        end=end,
        text=text[start:end],
        context=context,
        kind=kind,  # type: ignore[arg-type]
        sentences=tuple(part for part in sentences if start <= part.start and part.end <= end),
    )


def to_blob(vector: Vectors) -> bytes:
    """Return one vector as little-endian 32-bit floats."""
    return np.ascontiguousarray(vector, dtype="<f4").tobytes()


def from_blobs(blobs: list[bytes], dim: int) -> Vectors:
    """Return (n, dim) float32 of stored vectors."""
    if not blobs:
        return np.zeros((0, dim), dtype=np.float32)
    found: Any = np.frombuffer(b"".join(blobs), dtype="<f4")
    return np.ascontiguousarray(found.reshape(len(blobs), -1), dtype=np.float32)
