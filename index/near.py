"""Near-copies: one story as several outlets print it, with another headline, first line, caption or end.

Two articles are compared by their resemblance, the Jaccard index of their sets of word shingles (Broder 1997,
"On the resemblance and containment of documents", doi:10.1109/SEQUEN.1997.666900). Which ones to compare is
found by MinHash with banding (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, 3.3 and 3.4): two
articles share a bucket with a probability of 1 - (1 - J^ROWS)^BANDS.

A report that comes every week in the same words with new figures is no copy, so figures must agree too. And
that two articles are copies says nothing of a single sentence: an editor may have changed just that one. What
says the same is told by `statement`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.records import Lang
from index.text import lexical

Hashes = NDArray[np.uint64]

SHINGLE = 3  # words
BANDS, ROWS = 64, 3  # J = 0.3 is found with a probability of 0.83, 0.4 with 0.99, 0.02 with 0.0005
# From `python -m eval.bench.near` (eval/LOG.md): articles that quote a third of another reach a resemblance
# of .24, copies have .25 and more but for some that were framed anew and reworded too; the same words with
# all figures new share up to .50 of them, most copies .8 and more.
RESEMBLANCE = 0.25
FIGURES = 0.6  # share of the figures of the article with fewer that the other one has too
_AT_ONCE = 4096  # shingles that are hashed at once, so that a book takes no more memory than an article


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is compared of an article."""

    shingles: Hashes  # (n,) distinct, ascending
    figures: frozenset[str]


def sketch(text: str) -> Sketch:
    """Return what is compared of an article's text."""
    words = lexical.tokens(text)
    runs = {" ".join(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1))}
    data = b"".join(hashlib.blake2b(run.encode(), digest_size=8).digest() for run in runs)
    shingles = np.sort(np.frombuffer(data, dtype="<u8").astype(np.uint64))
    return Sketch(shingles, frozenset(word for word in words if word[0].isdigit()))


def resemblance(one: Sketch, other: Sketch) -> float:
    """Return the Jaccard index of the shingles, 0 … 1."""
    shared = len(np.intersect1d(one.shingles, other.shingles, assume_unique=True))
    return shared / (len(one.shingles) + len(other.shingles) - shared)


def agreement(one: Sketch, other: Sketch) -> float:
    """Return the share (0 … 1) of the figures of the article with fewer that the other has; 1 without any."""
    fewer = min(len(one.figures), len(other.figures))
    return len(one.figures & other.figures) / fewer if fewer else 1.0


def copies(one: Sketch, other: Sketch) -> bool:
    """Whether two articles of one language are the same story."""
    return agreement(one, other) >= FIGURES and resemblance(one, other) >= RESEMBLANCE


def buckets(one: Sketch, lang: Lang) -> list[int]:
    """Return the BANDS buckets that an article is found by, signed 64-bit; other languages have others."""
    rows = _min_hash(one.shingles).reshape(BANDS, ROWS)
    return [
        int.from_bytes(
            hashlib.blake2b(f"{lang} {band} ".encode() + row.tobytes(), digest_size=8).digest(),
            "little",
            signed=True,
        )
        for band, row in enumerate(rows.astype("<u8"))
    ]


def _min_hash(shingles: Hashes) -> Hashes:
    """Return (BANDS * ROWS,): for each hash function the least value over all shingles.

    The functions are multiply-shift (Dietzfelbinger et al. 1997, doi:10.1006/jagm.1997.0873).
    """
    least = np.full(BANDS * ROWS, np.iinfo(np.uint64).max, dtype=np.uint64)
    for first in range(0, len(shingles), _AT_ONCE):
        hashed = (_FACTORS * shingles[first : first + _AT_ONCE]) >> np.uint64(32)
        np.minimum(least, hashed.min(axis=1), out=least)
    return least


def _factors() -> Hashes:
    """Return (BANDS * ROWS, 1) odd numbers, the same ones for ever: stored buckets depend on them."""
    digests = (hashlib.blake2b(f"near {n}".encode(), digest_size=8).digest() for n in range(BANDS * ROWS))
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)[:, None] | np.uint64(1)


_FACTORS = _factors()

Statement = tuple[tuple[str, ...], tuple[str, ...], bool]

# Ends "HANOI (Wire) —", "SAINT BRENNAN –", "TTO -", "(Dân trí) -": where or by whom, not what is said.
_DASH = re.compile(r"\s[—–-]+\s|(?<=\))\s*[—–-]+\s*")
_OPENING, _DATELINE = 300, 60  # characters of an article in which one may stand, and that it may have
# A figure as it is written, with the marks that touch it: 5 is not 5 %, and $5 not €5.
_FIGURE = re.compile(r"[^\w\s,.;:()“”\"'’‘]*\d+(?:[.,:/]\d+)*(?:\s?[%‰°$£¥\u20a0-\u20bf])?")


@lru_cache(maxsize=8192)
def statement(sentence: str, start: int) -> Statement:
    """Return what two sentences have in common that say the same: words in order, figures, whether it asks.

    `start` is where it begins in its article. Case, most marks and the dateline do not count. Another word
    may turn a sentence round ("rose", "fell"), and no measure of likeness tells that from a mere choice of
    words: then it is another statement.
    """
    text = unicodedata.normalize("NFC", sentence)
    if start < _OPENING:
        text = _without_dateline(text)
    figures = tuple("".join(found.split()) for found in _FIGURE.findall(text))
    return tuple(lexical.tokens(text)), figures, text.rstrip(" ”\"’'").endswith("?")


def _without_dateline(text: str) -> str:
    head, *rest = _DASH.split(text, maxsplit=1)
    return rest[0] if rest and len(head) <= _DATELINE and _is_dateline(head) else text


def _is_dateline(head: str) -> bool:
    """Return whether this is a place in capitals, or names and a day with brackets behind them."""
    place, bracket, _ = head.partition("(")
    if not bracket:
        return head.isupper() and not any(map(str.isdigit, head))
    return head.endswith(")") and all(word[0].isupper() or word[0].isdigit() for word in place.split())
