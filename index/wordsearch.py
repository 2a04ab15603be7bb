"""The best passages by words (BM25), without scoring every passage that has one of them.

FTS5 scores each row that matches any word, and in a large archive a common word stands in a third of all
rows: at 100,000 passages a question took 50 ms and more. Here the rows of each word are read from FTS5's own
lists, the rarest words first, and added up in arrays. No word adds more than its weight times 2.2, so soon
only a few rows can still be among the best (the idea of MaxScore, doi:10.1016/0306-4573(95)00020-H), and
those are scored by all words from their texts. The numbers are those of FTS5's own bm25() to the last bit;
tests/test_index_words.py compares.
"""

from __future__ import annotations

import itertools
import math
import re
import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

# As in FTS5 (its documentation, "The bm25() function"): k1, b, and the least weight of a word.
_K1 = 1.2
_B = 0.75
_LEAST_IDF = 1e-6
_MOST = _K1 + 1.0  # what a word adds at most, in units of its weight
# Looking into a row's text takes as long as reading this many entries of a list (7 against 0.25 µs).
_TEXT_COST = 30
_KEPT = 200  # words whose rows are kept in memory, 16 bytes a row: people ask about the same things again
_BATCH = 500  # keys in one statement; older SQLite takes 999
_ROUNDING = 1e-9  # more than sums of a few dozen such numbers can differ by


@dataclass(frozen=True, slots=True)
class Phrase:
    """One word looked for in one column ("exact" or "folded"); `weight` is that of the column.

    Also several words with a space between them, which then must stand beside each other.
    """

    column: str
    token: str
    weight: float


@dataclass(frozen=True, slots=True)
class _Known:
    """A phrase, the number of rows that have it, and its weight by that."""

    phrase: Phrase
    rows: int
    idf: float


def open_vocabulary(connection: sqlite3.Connection) -> None:
    """Make the tables of words and of where they stand; they belong to the connection, not to the file."""
    for name, kind in (("vocabulary", "col"), ("instances", "instance")):
        connection.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{name} USING fts5vocab(main, words, {kind})"
        )


@dataclass(slots=True)
class WordIndex:
    """What is held in memory to search by words: how long every row is, and where the last words stand."""

    lengths: Floats  # by key: words of the row, in both columns
    _postings: OrderedDict[str, dict[str, tuple[Keys, Floats]]] = field(default_factory=OrderedDict)

    @classmethod
    def load(cls, connection: sqlite3.Connection) -> WordIndex:
        """Read the lengths of all rows."""
        last = connection.execute("SELECT max(id) FROM words_docsize").fetchone()[0] or 0
        index = cls(np.zeros(last + 1))
        for key, sizes in connection.execute("SELECT id, sz FROM words_docsize"):
            index.lengths[key] = sum(_numbers(sizes))
        return index

    def follow(self, connection: sqlite3.Connection, keys: Sequence[int]) -> None:
        """Take over the rows with these keys, and that rows have changed at all."""
        self._postings.clear()
        if not keys:
            return
        more = max(keys) + 1 - len(self.lengths)
        if more > 0:
            self.lengths = np.append(self.lengths, np.zeros(more))
        for key in keys:
            found = connection.execute("SELECT sz FROM words_docsize WHERE id = ?", (key,)).fetchone()
            self.lengths[key] = sum(_numbers(found[0])) if found else 0.0

    def best(
        self, connection: sqlite3.Connection, phrases: Sequence[Phrase], count: int, admitted: Mask
    ) -> dict[int, float]:
        """Return BM25 (positive) of the best `count` rows, best first, ties by smaller key.

        `admitted` says by key which rows may be found; as long as `lengths`.
        """
        total, length = _totals(connection)
        counts = {token: _rows(connection, token) for token in {one.token for one in phrases}}
        every = [
            _known(
                one,
                len(self._where(connection, one)[0])
                if " " in one.token
                else counts[one.token].get(one.column, 0),
                total,
            )
            for one in phrases
        ]
        known = [one for one in every if one.rows]
        scores = sorted(
            (-score, key) for key, score in self._good(connection, known, count, admitted, length)
        )
        return {key: max(-score, 0.0) for score, key in scores[:count]}

    def _good(
        self,
        connection: sqlite3.Connection,
        known: Sequence[_Known],
        count: int,
        admitted: Mask,
        length: float,
    ) -> list[tuple[int, float]]:
        """Return key and BM25 of all rows that can be among the best `count`, and of few others."""
        sums = np.zeros(len(self.lengths))
        parts: dict[Phrase, tuple[Keys, Floats]] = {}
        rare_first = sorted(known, key=lambda one: one.rows)
        found = np.zeros(0, dtype=np.int64)
        for number, one in enumerate(rare_first, 1):
            keys, often_here = self._where(connection, one.phrase)
            scores = self._scores(one, keys, often_here, length)
            parts[one.phrase] = keys, scores
            sums[keys] += scores
            rest = rare_first[number:]
            most = _MOST * sum(other.idf for other in rest) + _ROUNDING
            found = np.flatnonzero(admitted & (sums > 0.0))
            if len(found) < count:
                continue
            floor = np.partition(sums[found], -count)[-count]
            if floor > most:  # rows with none of the words so far are out
                found = found[sums[found] + most >= floor]
                if rest and len(found) * _TEXT_COST <= sum(other.rows for other in rest):
                    phrases = [other.phrase for other in rest]
                    often = _from_texts(connection, phrases, found.tolist())
                    for other in rest:
                        parts[other.phrase] = found, self._scores(other, found, often[other.phrase], length)
                    break
        return _in_order([parts[one.phrase] for one in known], found)

    def _scores(self, one: _Known, keys: Keys, often: Floats, length: float) -> Floats:
        """Return what a phrase adds to the BM25 of rows that have it so often."""
        often = often * one.phrase.weight
        norm = _K1 * (1 - _B + _B * self.lengths[keys] / length)
        scores: Floats = one.idf * ((often * (_K1 + 1.0)) / (often + norm))
        return scores

    def _where(self, connection: sqlite3.Connection, phrase: Phrase) -> tuple[Keys, Floats]:
        """Return the keys (ascending) of the rows with this word in this column, and how often."""
        token = phrase.token
        if token not in self._postings:
            several = " " in token
            self._postings[token] = (_together if several else _instances)(connection, token)
            while len(self._postings) > _KEPT:
                self._postings.popitem(last=False)
        self._postings.move_to_end(token)
        return self._postings[token][phrase.column]


def _instances(connection: sqlite3.Connection, token: str) -> dict[str, tuple[Keys, Floats]]:
    rows = connection.execute(
        "SELECT doc * 2 + (col = 'exact') FROM temp.instances WHERE term = ?", (token,)
    ).fetchall()
    codes = np.fromiter(itertools.chain.from_iterable(rows), dtype=np.int64, count=len(rows))
    found = {}
    for column, bit in (("folded", 0), ("exact", 1)):
        keys, often = np.unique(codes[codes % 2 == bit] // 2, return_counts=True)
        found[column] = keys, often.astype(np.float64)
    return found


def _together(connection: sqlite3.Connection, token: str) -> dict[str, tuple[Keys, Floats]]:
    """Return the rows in which words stand beside each other: FTS5 finds them, their texts are counted."""
    found = {}
    for column in ("folded", "exact"):
        match = f'{{{column}}} : "{token}"'  # letters, digits and spaces, quoted: no operator
        rows = connection.execute("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid", (match,))
        keys = np.array([row[0] for row in rows], dtype=np.int64)
        phrase = Phrase(column, token, 1.0)
        found[column] = keys, _from_texts(connection, [phrase], keys.tolist())[phrase]
    return found


def _in_order(parts: Sequence[tuple[Keys, Floats]], found: Keys) -> list[tuple[int, float]]:
    """Return the BM25 of the rows `found` (ascending), summed in the order of the phrases, as FTS5 sums."""
    total = np.zeros(len(found))
    for keys, scores in parts:
        _, mine, theirs = np.intersect1d(found, keys, assume_unique=True, return_indices=True)
        total[mine] += scores[theirs]
    return list(zip(found.tolist(), total.tolist(), strict=True))


def _from_texts(
    connection: sqlite3.Connection, phrases: Sequence[Phrase], keys: Sequence[int]
) -> dict[Phrase, Floats]:
    """Return how often each phrase stands in each of these rows (keys ascending), counted in their texts."""
    found = {phrase: np.zeros(len(keys)) for phrase in phrases}
    looked_for = [
        (one.column == "exact", f" {one.token} ", _counter(one.token), found[one]) for one in phrases
    ]
    at = 0
    for first in range(0, len(keys), _BATCH):
        some = keys[first : first + _BATCH]
        marks = ",".join("?" * len(some))
        statement = f"SELECT c0, c1 FROM words_content WHERE id IN ({marks}) ORDER BY id"
        for exact, folded in connection.execute(statement, some):
            exact_text, folded_text = f" {exact} ", f" {folded} "
            for is_exact, word, count, often in looked_for:
                text = exact_text if is_exact else folded_text
                if word in text:  # most are not, and this is the quickest to tell
                    often[at] = count(text)
            at += 1
    return found


def _counter(token: str) -> Callable[[str], int]:
    """Return what counts a word, or words, in a text with spaces around every word; overlapping ones too."""
    pattern = re.compile(f" (?={re.escape(token)} )")
    return lambda text: len(pattern.findall(text))


def _known(phrase: Phrase, rows: int, total: int) -> _Known:
    idf = math.log((total - rows + 0.5) / (rows + 0.5))
    return _Known(phrase, rows, idf if idf > 0.0 else _LEAST_IDF)


def _rows(connection: sqlite3.Connection, token: str) -> dict[str, int]:
    """Return in how many rows the word stands, by column."""
    return dict(connection.execute("SELECT col, doc FROM temp.vocabulary WHERE term = ?", (token,)))


def _totals(connection: sqlite3.Connection) -> tuple[int, float]:
    """Return the number of rows and the average length of one in words, from FTS5's own record of them."""
    (block,) = connection.execute("SELECT block FROM words_data WHERE id = 1").fetchone()
    rows, *lengths = _numbers(block) or [0]
    return rows, sum(lengths) / rows if rows else 1.0


def _numbers(block: bytes) -> list[int]:
    """Return the numbers in `block`, written as SQLite's variable-length integers below 2^56."""
    found: list[int] = []
    value = 0
    for byte in block:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            found.append(value)
            value = 0
    return found
