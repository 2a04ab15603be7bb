"""The pruned search by words gives what FTS5 gives, to the last bit."""

import random
import sqlite3

import numpy as np
import pytest

from index import lexical, wordsearch
from index.wordsearch import Phrase, WordIndex

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


def by_fts5(connection, phrases, count, admitted):
    """Score every row that matches: what the pruned search replaces."""
    match = " OR ".join(f'({{{one.column}}} : ("{one.token}"))' for one in phrases)
    weights = {one.column: one.weight for one in phrases}
    rows = connection.execute(
        "SELECT rowid, bm25(words, ?, ?) FROM words WHERE words MATCH ? ORDER BY 2, 1",
        (weights.get("exact", 0.0), weights.get("folded", 0.0), match),
    )
    return [(key, -score) for key, score in rows if admitted[key]][:count]


def questions(seed, number):
    chance = random.Random(seed)
    weights = [1 / (rank + 1) for rank in range(len(WORDS))]
    for _ in range(number):
        tokens = list(dict.fromkeys(chance.choices(WORDS, weights, k=chance.randint(1, 9))))
        if seed % 2 == 0:  # neighbours too, as Vietnamese words are
            tokens += [f"{a} {b}" for a, b in zip(tokens, chance.choices(WORDS[:9], k=3), strict=False)]
            tokens += ["w0 w0"]
        yield [
            *(Phrase("exact", token, 10.0) for token in tokens),
            *(Phrase("folded", token, 1.0) for token in tokens),
        ]


def masks(index):
    everything = np.ones(len(index.lengths), dtype=bool)
    return everything, np.arange(len(everything)) % 2 == 1


def test_same_as_fts5_to_the_last_bit(table, monkeypatch):
    read = []
    original = wordsearch._from_texts

    def watched(connection, phrases, keys):
        read.append(len(keys))
        return original(connection, phrases, keys)

    monkeypatch.setattr(wordsearch, "_from_texts", watched)
    monkeypatch.setattr(wordsearch, "_TEXT_COST", 5)  # so that both ways are met
    index = WordIndex.load(table)
    for number, phrases in enumerate([*questions(9, 100), *questions(10, 50)]):
        admitted = masks(index)[number % 2]
        for count in (5, 50):
            found = index.best(table, phrases, count, admitted)
            assert list(found.items()) == by_fts5(table, phrases, count, admitted), (number, count)
    assert len(read) > 50  # else this test would say nothing
    assert np.median(read) < 500  # of 5,000 rows


def test_the_comparison_can_fail(table, monkeypatch):
    """The control: with a bound that is too low, rows are missed, and the comparison sees it."""
    monkeypatch.setattr(wordsearch, "_MOST", 0.1)
    index = WordIndex.load(table)
    everything, _ = masks(index)
    wrong = sum(
        list(index.best(table, phrases, 50, everything).items()) != by_fts5(table, phrases, 50, everything)
        for phrases in questions(9, 60)
    )
    assert wrong


def test_nothing_to_look_for(table):
    index = WordIndex.load(table)
    everything, _ = masks(index)
    assert index.best(table, [], 5, everything) == {}
    assert index.best(table, [Phrase("exact", "nowhere", 10.0)], 5, everything) == {}
    assert index.best(table, [Phrase("exact", "w1", 10.0)], 5, ~everything) == {}


def test_rows_that_come_and_go_are_followed(table):
    index = WordIndex.load(table)
    everything, _ = masks(index)
    phrases = [Phrase("exact", "w7", 10.0), Phrase("folded", "w9", 1.0)]
    index.best(table, phrases, 9, everything)
    table.execute("INSERT INTO words (rowid, exact, folded) VALUES (7000, 'w7 w7 w7', 'w9 w9')")
    table.execute("DELETE FROM words WHERE rowid = 8")
    table.commit()  # before, FTS5's record of all rows is behind
    index.follow(table, [7000])
    everything, _ = masks(index)
    found = index.best(table, phrases, 9, everything)
    assert next(iter(found)) == 7000
    assert list(found.items()) == by_fts5(table, phrases, 9, everything)
