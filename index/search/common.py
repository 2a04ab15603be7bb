"""Words that very many passages have are not looked for where rarer ones of the question remain.

FTS5 scores every row that has any of the words, so the most common word of a question sets its time. How
many rows have a word is asked of FTS5 itself, by its vocabulary table (fts5vocab).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

# Rows that a word may stand in. At 100,000 passages words then take half the time, and of 100 questions of
# four words of one passage three to six no longer find it first, of six or eight words hardly any
# (eval/LOG.md); half of it gains little more. Libraries of fewer passages are searched with every word.
COMMON = 10_000
_MANY = 2**63  # rows of a stop word, which is not counted
_ENOUGH = 2  # rarer words that tell as much as is left out; of names and numbers one
Legs = dict[str, list[str]]  # column of the table `words`: tokens, and pairs of them ("a b")


def open_vocabulary(connection: sqlite3.Connection) -> None:
    """Make the vocabulary of `words` a table of this connection; nothing is written to the file."""
    connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, words, col)")


def rarer(connection: sqlite3.Connection, legs: Legs, telling: Collection[str]) -> Legs:
    """Return `legs` without what stands in more than COMMON rows, or as they are if too little remained.

    `telling` are the folded tokens of names and numbers. A pair of tokens counts as its rarer half.
    """
    counted = {column: rows(connection, column, found) for column, found in legs.items()}
    left = {column: {one for one, n in counted[column].items() if 0 < n <= COMMON} for column in legs}
    enough = any(len(found) >= _ENOUGH for found in left.values())
    if not enough and not left.get("folded", set()).intersection(telling):
        return legs
    return {
        column: [
            one for one in found if min(counted[column].get(half, _MANY) for half in one.split()) <= COMMON
        ]
        for column, found in legs.items()
    }


def rows(connection: sqlite3.Connection, column: str, found: list[str]) -> dict[str, int]:
    """Return for each single token the number of rows that have it in `column`."""
    statement = "SELECT coalesce(sum(doc), 0) FROM temp.vocabulary WHERE term = ? AND col = ?"
    return {
        token: int(connection.execute(statement, (token, column)).fetchone()[0])
        for token in found
        if " " not in token
    }
