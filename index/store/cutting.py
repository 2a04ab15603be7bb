"""How an article is cut into what is stored of it: passages that are searched, and sentences."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from index.records import Article, Passage, Sentence
from index.store import corrections, lookup
from index.text import passages, sentences

Fields = tuple[str, str, int, int, str, str, str]  # id, article, start, end, lang, kind, context


@dataclass(frozen=True, slots=True)
class Parts:
    """What an article is cut into, each in order of its text."""

    article: str
    passages: tuple[Passage, ...]
    sentences: tuple[Sentence, ...]


def cut(article: Article, given: corrections.Given) -> Parts:
    """Return the parts of an article as its file says it; passages as it is told with what was `given`."""
    told = corrections.apply(article, given)
    spans = tuple(sentences.split_blocks(article.text, article.blocks))
    return Parts(article.id, passages.split(told), spans)


def of_stored(connection: sqlite3.Connection, name: str) -> Parts:
    """Return the parts into which this program cuts the article with the id `name`, which is stored."""
    said = lookup.said(connection, name)
    assert said is not None, name  # the lock is held
    return cut(said, corrections.of(connection, name))


def is_stored(connection: sqlite3.Connection, parts: Parts) -> bool:
    """Return whether an article is stored in just these parts."""
    held = connection.execute(
        "SELECT id, article, start, end, lang, kind, context FROM passage WHERE article = ? ORDER BY key",
        (parts.article,),
    )
    spans = connection.execute(
        "SELECT start, end FROM sentence WHERE article = ? ORDER BY start", (parts.article,)
    )
    return held.fetchall() == [fields(part) for part in parts.passages] and spans.fetchall() == sorted(
        (span.start, span.end) for span in parts.sentences
    )


def fields(part: Passage) -> Fields:
    """Return what is stored of a passage beside its vector, in the order of its columns."""
    return (part.id, part.article, part.start, part.end, part.lang, part.kind, part.context)
