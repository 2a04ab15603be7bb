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
# The words that FTS5 does not score by may add up to this share of a good score. With more, too many rows must
# be scored by all words here, with less too many by FTS5: 0.99, 0.8, 0.65 and 0.5 took 62, 37, 32 and 32 ms of
# processor time at 100,000 passages (40 questions of eval/bench_library.py), FTS5 alone 50.
_SHARE = 0.6
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
    """Return the same as FTS5 would, having scored few rows; None if all of them must be scored."""
    rare_first = sorted(known, key=lambda one: one.rows)
    first = split = _enough(rare_first, 4 * count)
    rows = _admitted(connection, known, rare_first[:split], admits)
    # Some rows that are good: the score of the last wanted of them is a floor.
    good = list(itertools.islice(rows, 2 * count))
    scores = dict(_full(connection, known, [key for key, _ in good], length))
    floor = heapq.nlargest(count, scores.values())[-1] if len(scores) >= count else 0.0
    while split < len(rare_first) and floor * _SHARE <= _most(rare_first[split:]):
        split += 1
    if split == len(rare_first):
        return None
    # The bound is loosened by more than the rounding of a sum of a few dozen numbers.
    rest = _most(rare_first[split:]) + 1e-9
    if split > first:
        rows = _admitted(connection, known, rare_first[:split], admits)
    while some := [row for row in itertools.islice(rows, _BATCH) if row[1] + rest >= floor]:
        scores.update(_full(connection, known, [key for key, _ in some if key not in scores], length))
        floor = max(floor, heapq.nlargest(count, scores.values())[-1])
    best_first = sorted((-score, key) for key, score in scores.items())
    return {key: -score for score, key in best_first[:count]}


def _most(known: Sequence[_Known]) -> float:
    """Return what these phrases add to a score at most."""
    return _MOST * sum(one.idf for one in known)


def _enough(rare_first: list[_Known], wanted: int) -> int:
    """Return how many of the rarest phrases have `wanted` rows together."""
    sums = itertools.accumulate(one.rows for one in rare_first)
    return next((number for number, rows in enumerate(sums, 1) if rows >= wanted), len(rare_first))


def _admitted(
    connection: sqlite3.Connection, known: list[_Known], some: list[_Known], admits: Admits
) -> Iterator[tuple[int, float]]:
    """Yield the admitted rows with one of `some` and their BM25 by those, best first."""
    # In order of the question: so is the sum formed that FTS5 forms.
    chosen = {one.phrase for one in some}
    rows = _scored(connection, [one.phrase for one in known if one.phrase in chosen])
    return (row for row in rows if admits(row[0]))


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
        (k.phrase.column == "exact", k.phrase.token, f" {k.phrase.token} ", k.phrase.weight, k.idf)
        for k in known
    ]
    for key, exact, folded, sizes in rows:
        norm = _K1 * (1 - _B + _B * sum(_numbers(sizes)) / length)
        # Every word between two spaces of its own, so that neighbours do not share one.
        apart = f" {exact.replace(' ', '  ')} ", f" {folded.replace(' ', '  ')} "
        score = 0.0
        for is_exact, token, spaced, weight, idf in looked_for:
            if token in (exact if is_exact else folded):  # most are not, and this is the quickest to tell
                often = apart[0 if is_exact else 1].count(spaced) * weight
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
