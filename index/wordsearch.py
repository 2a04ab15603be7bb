"""The best passages by words (BM25), without scoring every passage that has one of them.

FTS5 scores each row that matches any word, and in a large archive a common word stands in a third of all
rows: at 100,000 passages a question took 0.3 s. Its score is a sum over words, and no word adds more than its
weight times 2.2. So rows with none of the rarer words cannot be among the best once the best are good enough
(the idea of MaxScore, doi:10.1016/0306-4573(95)00020-H), and rows that have one are scored by the rarer words
first and then, best first, by all. The numbers are those of FTS5's own bm25() to the last bit;
tests/test_index_words.py compares.
"""

from __future__ import annotations

import heapq
import itertools
import math
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

# As in FTS5 (its documentation, "The bm25() function"): k1, b, and the least weight of a word.
_K1 = 1.2
_B = 0.75
_LEAST_IDF = 1e-6
_MOST = _K1 + 1.0  # what a word adds at most, in units of its weight
# As many rows FTS5 scores in about 10 ms; below that there is nothing to gain.
_FEW_ROWS = 4_000
_BATCH = 50  # rows that are read at once to be scored by all words

Admits = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class Phrase:
    """One word looked for in one column ("exact" or "folded"); `weight` is that of the column."""

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
    """Make the table of words and their numbers of rows; belongs to the connection, not to the file."""
    connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, words, col)")


def best(
    connection: sqlite3.Connection, phrases: Sequence[Phrase], count: int, admits: Admits
) -> dict[int, float]:
    """Return BM25 (positive) of the best `count` rows that `admits` lets in, best first, ties by key."""
    if not phrases:
        return {}
    total, length = _totals(connection)
    counts = {token: _rows(connection, token) for token in {phrase.token for phrase in phrases}}
    known = [_known(phrase, counts[phrase.token].get(phrase.column, 0), total) for phrase in phrases]
    if sum(one.rows for one in known) > _FEW_ROWS:
        found = _pruned(connection, known, count, admits, length)
        if found is not None:
            return found
    return _first(_scored(connection, phrases), count, admits)


def _pruned(
    connection: sqlite3.Connection, known: list[_Known], count: int, admits: Admits, length: float
) -> dict[int, float] | None:
    """Return the same as FTS5 would, having scored few rows; None if that does not pay."""
    rare_first = sorted(known, key=lambda one: one.rows)
    for split in _splits(rare_first, count):
        rare = {one.phrase for one in rare_first[:split]}
        rest = _MOST * sum(one.idf for one in rare_first[split:])
        # In order of the question, for the sum must be formed in the order in which FTS5 forms it.
        rows = _scored(connection, [one.phrase for one in known if one.phrase in rare])
        admitted = (row for row in rows if admits(row[0]))
        first = list(itertools.islice(admitted, count))
        if len(first) == count and first[-1][1] > rest:
            return _by_all_words(connection, known, itertools.chain(first, admitted), count, rest, length)
    return None


def _splits(rare_first: list[_Known], count: int) -> list[int]:
    """Return how many of the rarest phrases to try: enough by an estimate, then three more."""
    rows = 0
    enough = len(rare_first)
    reached: float | None = None
    for number, one in enumerate(rare_first, 1):
        rows += one.rows
        if reached is None and rows >= 4 * count:  # in either language, in either column
            reached = 2.5 * one.idf  # one occurrence as written and folded: 1.9 + 1.0, for average lengths
        rest = _MOST * sum(other.idf for other in rare_first[number:])
        if reached is not None and rest < reached:
            enough = number
            break
    return [split for split in (enough, enough + 3) if split < len(rare_first)]


def _by_all_words(
    connection: sqlite3.Connection,
    known: list[_Known],
    rows: Iterator[tuple[int, float]],
    count: int,
    rest: float,
    length: float,
) -> dict[int, float]:
    """Score rows by all words, those that are best by some first, until no further one can be as good."""
    top: list[tuple[float, int]] = []  # a heap, the worst of the best at its head; keys negated for ties
    while some := list(itertools.islice(rows, _BATCH)):
        # The bound is loosened by more than the rounding of a sum of a few dozen numbers.
        if len(top) == count and some[0][1] + rest + 1e-9 < top[0][0]:
            break
        for key, score in _full(connection, known, [key for key, _ in some], length):
            heapq.heappush(top, (score, -key))
            if len(top) > count:
                heapq.heappop(top)
    return {-key: score for score, key in sorted(top, reverse=True)}


def _full(
    connection: sqlite3.Connection, known: list[_Known], keys: list[int], length: float
) -> Iterator[tuple[int, float]]:
    """Yield the BM25 of rows by all phrases, computed as FTS5 computes it."""
    marks = ",".join("?" * len(keys))
    rows = connection.execute(
        "SELECT c.id, c.c0, c.c1, d.sz FROM words_content c JOIN words_docsize d ON d.id = c.id"
        f" WHERE c.id IN ({marks})",
        keys,
    )
    looked_for = [
        (one.phrase.column == "exact", one.phrase.token, one.phrase.weight, one.idf) for one in known
    ]
    for key, exact, folded, sizes in rows:
        norm = _K1 * (1 - _B + _B * sum(_numbers(sizes)) / length)
        words = exact.split(), folded.split()
        score = 0.0
        for is_exact, token, weight, idf in looked_for:
            # Most words are not there, and the text tells that quicker than the list.
            if token in (exact if is_exact else folded):
                often = words[0 if is_exact else 1].count(token) * weight
                score += idf * ((often * (_K1 + 1.0)) / (often + norm))
        yield key, score


def _scored(connection: sqlite3.Connection, phrases: Sequence[Phrase]) -> Iterator[tuple[int, float]]:
    """Yield every row with one of the phrases and its BM25 by FTS5, best first."""
    legs: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        legs.setdefault(phrase.column, []).append(phrase)
    # Tokens hold letters and digits only, and every one is quoted, so none is an operator.
    match = " OR ".join(
        f"({{{column}}} : ({' OR '.join(chr(34) + one.token + chr(34) for one in leg)}))"
        for column, leg in legs.items()
    )
    weights = {one.column: one.weight for one in phrases}
    rows = connection.execute(
        "SELECT rowid, bm25(words, ?, ?) FROM words WHERE words MATCH ? ORDER BY 2, 1",
        (weights.get("exact", 0.0), weights.get("folded", 0.0), match),
    )
    return ((key, -score) for key, score in rows)


def _first(rows: Iterator[tuple[int, float]], count: int, admits: Admits) -> dict[int, float]:
    found: dict[int, float] = {}
    for key, score in rows:
        if admits(key):
            found[key] = max(score, 0.0)
            if len(found) >= count:
                break
    return found


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
