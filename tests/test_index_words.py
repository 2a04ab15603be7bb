"""The pruned search by words gives what FTS5 gives, to the last bit."""

import random
import sqlite3

import pytest

from index import lexical, wordsearch
from index.wordsearch import Phrase

WORDS = [f"w{number}" for number in range(400)]


@pytest.fixture(scope="module")
def table():
    """6,000 rows of words drawn as in a language: few common, many rare; some rows long, some short."""
    chance = random.Random(4)
    weights = [1 / (rank + 1) for rank in range(len(WORDS))]
    connection = sqlite3.connect(":memory:")
    connection.execute(
        'CREATE VIRTUAL TABLE words USING fts5(exact, folded, tokenize = "unicode61 remove_diacritics 0")'
    )
    for key in range(1, 6001):
        drawn = chance.choices(WORDS, weights, k=chance.randint(3, 60))
        marked = [f"{word}ế" if chance.random() < 0.3 else word for word in drawn]
        connection.execute(
            "INSERT INTO words (rowid, exact, folded) VALUES (?, ?, ?)",
            (key, " ".join(lexical.tokens(" ".join(marked))), " ".join(drawn)),
        )
    connection.execute("DELETE FROM words WHERE rowid % 7 = 0")
    wordsearch.open_vocabulary(connection)
    return connection


def by_fts5(connection, phrases, count, admits):
    """Score every row that matches: what the pruned search replaces."""
    match = " OR ".join(f'({{{one.column}}} : ("{one.token}"))' for one in phrases)
    weights = {one.column: one.weight for one in phrases}
    rows = connection.execute(
        "SELECT rowid, bm25(words, ?, ?) FROM words WHERE words MATCH ? ORDER BY 2, 1",
        (weights.get("exact", 0.0), weights.get("folded", 0.0), match),
    )
    return [(key, -score) for key, score in rows if admits(key)][:count]


def questions(seed, number):
    chance = random.Random(seed)
    weights = [1 / (rank + 1) for rank in range(len(WORDS))]
    for _ in range(number):
        tokens = list(dict.fromkeys(chance.choices(WORDS, weights, k=chance.randint(1, 9))))
        yield [
            *(Phrase("exact", token, 10.0) for token in tokens),
            *(Phrase("folded", token, 1.0) for token in tokens),
        ]


def odd(key):
    return key % 2 == 1


def test_same_as_fts5_to_the_last_bit(table, monkeypatch):
    pruned = []
    original = wordsearch._pruned

    def watched(*args):
        found = original(*args)
        pruned.append(found is not None)
        return found

    monkeypatch.setattr(wordsearch, "_pruned", watched)
    monkeypatch.setattr(wordsearch, "_FEW_ROWS", 100)
    for number, phrases in enumerate(questions(9, 150)):
        admits = odd if number % 2 else bool
        for count in (5, 50):
            found = wordsearch.best(table, phrases, count, admits)
            assert list(found.items()) == by_fts5(table, phrases, count, admits), (number, count)
    assert sum(pruned) > 60  # else this test would say nothing


def test_the_comparison_can_fail(table, monkeypatch):
    """The control: with a bound that is too low, rows are missed, and the comparison sees it."""
    monkeypatch.setattr(wordsearch, "_FEW_ROWS", 100)
    monkeypatch.setattr(wordsearch, "_MOST", 0.1)
    wrong = sum(
        list(wordsearch.best(table, phrases, 50, bool).items()) != by_fts5(table, phrases, 50, bool)
        for phrases in questions(9, 60)
    )
    assert wrong


def test_nothing_to_look_for(table):
    assert wordsearch.best(table, [], 5, bool) == {}
    assert wordsearch.best(table, [Phrase("exact", "nowhere", 10.0)], 5, bool) == {}
    assert wordsearch.best(table, [Phrase("exact", "w1", 10.0)], 5, lambda _: False) == {}
