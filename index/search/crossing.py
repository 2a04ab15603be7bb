"""What of a question is looked for in texts of the other language: numbers, and what it spells its own way.

A name, month, unit or term that the glossary knows is looked for as the other language writes it. Its
spellings are alternatives: a passage has from them the score of the best, so that what has many spellings
weighs no more than what has one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.records import Lang
from index.text import glossary, lexical
from index.text.gazetteer import Entry, Token, matches, spelled, tokens_of
from index.text.spelling import composed, is_ascii_words

Phrase = tuple[str, ...]  # neighbouring tokens
Group = tuple[str, tuple[Phrase, ...]]  # column of the table `words`, alternatives
# What is a name, by its key: written with a capital in both languages.
_NAMES = ("country:", "place:", "org:", "region:", "language:", "month:", "weekday:")
_LETTERS = 5  # of a single word that is taken for a name without its capital ("japan", not "us" or "may")


@dataclass(frozen=True, slots=True)
class Known:
    """Something that a question says, `text[start:end] == said`, and the other language's spellings."""

    said: str
    start: int
    end: int
    spelled: tuple[Phrase, ...]


def known(question: str, asked: Lang, searched: Lang) -> list[Known]:
    """Return what a question (in NFC, for the offsets) says that another language spells, in order."""
    text, _ = composed(question)
    tokens = tokens_of(text)
    found = []
    for at, count, entries in matches(text, tokens, "said", asked, asked == "vi" and is_ascii_words(text)):
        keys = dict.fromkeys(one.key for one in entries if _is_meant(text, tokens, at, count, one, asked))
        phrases = dict.fromkeys(phrase for key in keys for phrase in _phrases(key, searched))
        if phrases:
            start, end = tokens[at].start, tokens[at + count - 1].end
            found.append(Known(text[start:end], start, end, tuple(phrases)))
    return found


def _is_meant(text: str, tokens: Sequence[Token], at: int, count: int, entry: Entry, asked: Lang) -> bool:
    """Return whether a word says something here, and a name is one: with a capital, not half of another.

    "It" is no information technology, "Tuấn Anh" nobody's England.
    """
    part = tokens[at : at + count]
    if all(token.text.lower() in lexical.STOP[asked] and not token.text.isupper() for token in part):
        return False
    if not entry.key.startswith(_NAMES) or entry.spelling.islower():
        return True
    if not any(token.text[0].isupper() for token in part):
        return text.islower() and (count > 1 or len(part[0].text) >= _LETTERS)
    before = tokens[at - 1] if at and asked == "vi" and count == 1 else None
    return not (before and before.text[0].isupper() and text[before.end : part[0].start] == " ")


@glossary.derived
@lru_cache(maxsize=4096)
def _phrases(key: str, lang: Lang) -> tuple[Phrase, ...]:
    """Return the spellings of a key in a language, but those of nothing but stop words."""
    stop = {token for word in lexical.STOP[lang] for token in lexical.tokens(word)}
    phrases = (tuple(lexical.tokens(words)) for words in spelled("said", key, lang))
    return tuple(phrase for phrase in phrases if not stop.issuperset(phrase))


def groups(question: str, asked: Lang, searched: Lang) -> list[Group]:
    """Return what is looked for in passages of the other language, alternatives together."""
    text, _ = composed(question)
    found: list[Group] = []
    rest = text
    for one in known(text, asked, searched):
        # What is spelled alike in both languages would count twice.
        rest = rest[: one.start] + " " * (one.end - one.start) + rest[one.end :]
        found.append(("exact", one.spelled))
    return [*(("folded", ((token,),)) for token in lexical.crossing_tokens(rest)), *found]


def rarest(connection: sqlite3.Connection, found: Sequence[Group], rows: int) -> list[Group]:
    """Return the groups that the fewest passages have: one, and as many as have not over `rows` together."""
    count = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)"
    sized = [
        (sum(connection.execute(count, (_match(column, one), rows + 1)).fetchone()[0] for one in phrases), at)
        for at, (column, phrases) in enumerate(found)
    ]
    kept: list[int] = []
    for size, at in sorted(sized):
        rows -= size
        if kept and rows < 0:
            break
        kept.append(at)
    return [found[at] for at in sorted(kept)]


def scores(connection: sqlite3.Connection, found: Sequence[Group]) -> Iterator[tuple[int, float]]:
    """Yield (passage, score), best first: over all groups, the sum of BM25 of the best alternative."""
    looked_for = [(at, _match(column, one)) for at, (column, phrases) in enumerate(found) for one in phrases]
    if looked_for:
        each = "SELECT rowid AS key, ? AS part, -rank AS score FROM words WHERE words MATCH ?"
        every = " UNION ALL ".join([each] * len(looked_for))
        best = f"SELECT key, max(score) AS best FROM ({every}) GROUP BY part, key"
        yield from connection.execute(
            f"SELECT key, sum(best) FROM ({best}) GROUP BY key ORDER BY 2 DESC, 1",
            [value for pair in looked_for for value in pair],
        )


def _match(column: str, phrase: Phrase) -> str:
    """Return an FTS5 query; tokens hold letters and digits only, so none is an operator."""
    return f'{{{column}}} : "{" ".join(phrase)}"'
