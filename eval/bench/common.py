"""Which words are too common to look for? Time and finds by the limit, on a library of eval.bench.library.

    python -m eval.bench.common LIBRARY [--times 150]

Each question is some words of one passage, as its language has them but for the 30 most common, asked by
words alone. Told is whether it is found first, among 5, among 50, and what the search takes. Words are
drawn by rule and so without meaning: real questions have rarer words and names, and vectors besides.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import time
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from eval.bench.library import STOP, Press
from index.search import common
from index.store import schema
from index.text import lexical

LIMITS = (10**9, 20_000, 10_000, 5_000, 2_000)  # rows; the first leaves nothing out
LENGTHS = (4, 6, 8)  # words


def question(
    connection: sqlite3.Connection, key: int, length: int, stop: set[str], chance: random.Random
) -> str:
    """Return `length` words of a passage in any order, without its numbers and what is in `stop`."""
    (text,) = connection.execute("SELECT exact FROM words WHERE rowid = ?", (key,)).fetchone()
    worth = sorted({word for word in text.split() if not word.isdigit() and word not in stop})
    return " ".join(chance.sample(worth, min(length, len(worth))))


def search(connection: sqlite3.Connection, asked: str, limit: int) -> tuple[list[int], float]:
    """Return the keys of the best 50 passages, and the seconds of processor time that they took."""
    started = time.process_time()
    common.COMMON = limit
    prune = partial(common.rarer, connection, telling=lexical.crossing_tokens(asked))
    match = lexical.query(asked, "en", prune if limit < LIMITS[0] else None)
    found = islice(lexical.scores(connection, match), 50)
    return [key for key, _ in found], time.process_time() - started


def main() -> None:
    """Print a table, one line for each length of questions and limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("--times", type=int, default=150, help="questions of each length")
    args = parser.parse_args()
    connection = schema.open_reader(args.library)
    common.open_vocabulary(connection)
    keys = [row[0] for row in connection.execute("SELECT key FROM passage WHERE lang = 'en' ORDER BY key")]
    stop = {lexical.tokens(word)[0] for word in Press().commonest(STOP)}
    chance = random.Random(5)
    chosen = chance.sample(keys, args.times)
    print("| words | limit | first | of 5 | of 50 | ms p50 | p95 |\n|---|---|---|---|---|---|---|")  # noqa: T201
    for length in LENGTHS:
        asked = [(key, question(connection, key, length, stop, chance)) for key in chosen]
        for limit in LIMITS:
            found = [(key, *search(connection, text, limit)) for key, text in asked]
            ranks = np.array([best.index(key) if key in best else 99 for key, best, _ in found])
            p50, p95 = np.percentile([seconds * 1000 for _, _, seconds in found], [50, 95])
            shares = " | ".join(f"{np.mean(ranks < k):.3f}" for k in (1, 5, 50))
            print(f"| {length} | {limit:,} | {shares} | {p50:.1f} | {p95:.1f} |")  # noqa: T201


if __name__ == "__main__":
    main()
