"""Measure what one more article costs, and one search, as a library grows.

    python -m eval.bench.library [--passages 100000] [--times 25] [--keep FOLDER]

Articles and vectors are made by rule: words drawn as in a language (few common, many rare), unit vectors of
384 numbers drawn by the hash of each text. So nothing is said about how good the search is, and no model's
time is in the figures. Adding is timed as `rag index FILE` does it, without the interpreter's start: open the
library, add one file, close it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import shutil
import statistics
import tempfile
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from index import Library
from index import article as articles_of
from index.embed import Vectors
from index.records import Lang
from index.store import lookup, store
from index.text.words import words

DIM = 384  # as multilingual-e5-small
VOCABULARY = 50_000
SENTENCES = 24  # an article; about ten passages, as news articles have
WORDS = 16  # a sentence
QUERIES = 60
# Words that questions do not ask for, as stop words are left out of real ones. The most common that is left
# stands in 15 % of the passages of its language, as a country's name does.
STOP = 30
_SYLLABLES = sorted(words("ba co du fe gi ho ju ka le mi no pu ra se ti vo xa ye zu lan ber tor min gha kel"))


class DrawnEmbedder:
    """Unit vectors drawn by the hash of each text: as long as the real ones, and free."""

    id = f"drawn@{DIM:012x}"
    dim = DIM

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, 384) float32 unit rows."""
        rows = [np.random.default_rng(zlib.crc32(text.encode())).standard_normal(DIM) for text in texts]
        drawn = np.asarray(rows, dtype=np.float32).reshape(-1, DIM)
        unit: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
        return unit

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Return the same vectors as `passages`."""
        return self.passages(texts)


class Press:
    """Writes articles without end; the n-th is always the same."""

    def __init__(self) -> None:
        random = np.random.default_rng(1)
        self._words = [
            "".join(random.choice(_SYLLABLES, size=int(random.integers(1, 5)))) for _ in range(VOCABULARY)
        ]
        weights = 1.0 / np.arange(1, VOCABULARY + 1)  # Zipf's law
        self._chances = np.cumsum(weights / weights.sum())

    def commonest(self, count: int) -> list[str]:
        """Return the most common words."""
        return self._words[:count]

    def words(self, n: int, count: int, lang: Lang, common: int = 0) -> list[str]:
        """Return `count` words of the n-th draw, none of the `common` most common ones."""
        drawn = np.random.default_rng(n).random(count * 4)
        places = np.searchsorted(self._chances, drawn)
        return [self._words[at] + ("ng" if lang == "vi" else "") for at in places if at >= common][:count]

    def article(self, n: int) -> str:
        """Return title and paragraphs of the n-th article; odd ones are in the other language."""
        words = self.words(n, 8 + SENTENCES * WORDS, lang_of(n))
        lines = [" ".join(words[:8]).capitalize(), ""]
        for first in range(0, SENTENCES, 3):
            at = 8 + first * WORDS
            parts = (" ".join(words[at + WORDS * s : at + WORDS * (s + 1)]).capitalize() for s in range(3))
            lines += [". ".join(parts) + f" {n}.", ""]
        return "\n".join(lines)

    def question(self, n: int) -> str:
        """Return eight words and a number, drawn as in articles but for the most common ones."""
        return " ".join(self.words(n + 1_000_000_000, 8, "en", STOP)) + f" {n}"


def lang_of(n: int) -> Lang:
    """Return the language of the n-th article."""
    return "vi" if n % 2 else "en"


def fill(folder: Path, press: Press, embedder: DrawnEmbedder, first: int, wanted: int) -> int:
    """Add articles from number `first` until there are `wanted` passages; return the next number."""
    with store.Writer(folder) as writer:
        # What is timed comes later; a power cut here costs a minute.
        writer.connection.execute("PRAGMA synchronous = OFF")
        there = writer.connection.execute("SELECT count(*) FROM passage").fetchone()[0]
        if not there:
            writer.set_embedder(embedder.id, embedder.dim)
        while there < wanted:
            made = articles_of.of_text(
                press.article(first),
                Path(f"/press/{first}.txt"),
                lang=lang_of(first),
                date=dt.date(2020, 1, 1),
            )
            writer.put(made)
            there = int(lookup.meta(writer.connection)["passages"])
            first += 1
        writer.tidy()
    with Library.open(folder, embedder) as library:
        library.compute()
        library.rebuild()
    return first


def add_one(folder: Path, press: Press, embedder: DrawnEmbedder, number: int) -> tuple[float, float]:
    """Return the seconds of opening, adding one file and closing: on the clock, and computing."""
    with tempfile.TemporaryDirectory() as news:
        path = Path(news, f"{number}.txt")
        path.write_text(press.article(number), "utf-8")
        started, computing = time.perf_counter(), time.process_time()
        with Library.open(folder, embedder) as library:
            done = library.add(path)
        seconds = time.perf_counter() - started, time.process_time() - computing
        assert done.added == 1, done
    return seconds


@dataclass(slots=True)
class Measured:
    """One size of library."""

    passages: int
    folder: Path
    next: int  # number of the next article
    added: list[float] = field(default_factory=list)  # seconds on the clock
    computed: list[float] = field(default_factory=list)  # seconds of processor time
    rebuilt: float = 0.0  # seconds of `rag rebuild`: groups of near-copies and the vector file
    opened: float = 0.0  # seconds from opening to the first result
    followed: float = 0.0  # seconds of the first search after one article was added
    found: list[float] = field(default_factory=list)  # seconds of further searches
    resident: float = 0.0  # MB, of a process that only searches


def measure_search(one: Measured, press: Press, embedder: DrawnEmbedder) -> None:
    """Fill in what concerns searching."""
    started = time.perf_counter()
    with Library.open(one.folder, embedder) as library:
        library.search(press.question(QUERIES))
        one.opened = time.perf_counter() - started
        for number in range(QUERIES):
            started = time.perf_counter()
            library.search(press.question(number))
            one.found.append(time.perf_counter() - started)
        one.resident = resident()
        add_one(one.folder, press, embedder, one.next)
        one.next += 1
        started = time.perf_counter()
        library.search(press.question(QUERIES + 1))
        one.followed = time.perf_counter() - started


def resident() -> float:
    """Return the resident memory of this process in MB; 0 where the system does not tell."""
    try:
        found = re.search(r"^VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return int(found[1]) / 1024 if found else 0.0


def prepare(place: Path, sizes: Sequence[int], press: Press, embedder: DrawnEmbedder) -> list[Measured]:
    """Return one library a size in `place`; those that are there already are used."""
    result: list[Measured] = []
    for size in sizes:
        folder = place / str(size)
        if not (folder / "ready").is_file():
            shutil.rmtree(folder, ignore_errors=True)
            if result:
                shutil.copytree(result[-1].folder, folder)
            Library.open(folder, embedder).close()
            first = fill(folder, press, embedder, result[-1].next if result else 0, size)
            (folder / "ready").write_text(str(first))
        result.append(Measured(size, folder, int((folder / "ready").read_text())))
    return result


def report(sizes: Sequence[Measured]) -> str:
    """Return a table, one line a size, and the ratio of the last to the first."""
    heads = (
        "passages", "add one ms", "computing ms", "slowest", "rebuild s", "first result s", "search p50 ms",
        "p95", "search after an addition ms", "MB",
    )  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for one in sizes:
        p50, p95 = np.percentile(one.found, [50, 95]) * 1000
        added, computed = (statistics.median(times) * 1000 for times in (one.added, one.computed))
        lines.append(
            f"| {one.passages:,} | {added:.1f} | {computed:.1f} | {max(one.added) * 1000:.1f}"
            f" | {one.rebuilt:.2f} | {one.opened:.2f} | {p50:.1f} | {p95:.1f} | {one.followed * 1000:.1f}"
            f" | {one.resident:.0f} |"
        )
    clock, computing = (
        statistics.median(getattr(sizes[-1], name)) / statistics.median(getattr(sizes[0], name))
        for name in ("added", "computed")
    )
    lines.append(f"adding one, last to first: {clock:.2f} on the clock, {computing:.2f} computing")
    return "\n".join(lines)


def main() -> None:
    """Fill libraries, measure them in turns so that all meet the same machine, and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--passages", type=int, default=100_000, help="size of the largest library")
    parser.add_argument("--times", type=int, default=25, help="how often one article is added")
    parser.add_argument("--keep", type=Path, help="fill this folder and leave it, to be used again")
    args = parser.parse_args()
    place = args.keep or Path(tempfile.mkdtemp(prefix="bench-library-"))
    press, embedder = Press(), DrawnEmbedder()
    print(f"nothing loaded: {resident():.0f} MB resident")  # noqa: T201
    smaller = [size for size in (1_000, 10_000) if size < args.passages]
    sizes = prepare(place, [*smaller, args.passages], press, embedder)
    for _ in range(args.times):
        for one in sizes:
            clock, computing = add_one(one.folder, press, embedder, one.next)
            one.next += 1
            one.added.append(clock)
            one.computed.append(computing)
    for one in sizes:
        started = time.perf_counter()
        with Library.open(one.folder, embedder) as library:
            library.rebuild()
        one.rebuilt = time.perf_counter() - started
        measure_search(one, press, embedder)
        (one.folder / "ready").write_text(str(one.next))
    print(report(sizes))  # noqa: T201
    if not args.keep:
        shutil.rmtree(place)


if __name__ == "__main__":
    main()
