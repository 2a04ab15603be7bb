"""Questions in one language, texts in the other: what a language adds to a vector is taken out.

Embedding models put a text's language into its vector: translations lie apart by nearly the same difference
whatever they say. Its mean over questions said in both languages (parallel.toml) moves a question to where
the other language's questions lie (the relative language vector of arXiv 2606.18801, which moves the texts;
moving the question leaves what is stored alone). A share of the mean question is taken away too: it is near
every text, so it tells nothing.
"""

from __future__ import annotations

import base64
import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

import numpy as np

from index.embed import Embedder, Vectors
from index.records import Lang

# Of the mean difference, and of the mean question: best of 25 pairs on the development half of XQuAD, where
# all of them lie within .018 of recall at 1 (eval/LOG.md).
MOVED = 0.6
COMMON = 0.2


@dataclass(frozen=True, slots=True)
class Across:
    """What an embedding model makes of the two languages."""

    difference: Vectors  # (dim,): the mean of vi - en over the same questions
    common: Vectors  # (dim,): the mean question of both

    @classmethod
    def measure(cls, embedder: Embedder) -> Across:
        """Embed the questions of parallel.toml, 64 in each language: a second on two cores."""
        english, vietnamese = (embedder.queries(texts) for texts in zip(*pairs(), strict=True))
        return cls((vietnamese - english).mean(axis=0), (vietnamese + english).mean(axis=0) / 2)

    def question(self, vector: Vectors, asked: Lang, searched: Lang) -> Vectors:
        """Return the vectors (n, dim; L2 norm 1) of questions by which texts of a language are found."""
        if asked == searched:
            return vector
        moved = MOVED * self.difference if searched == "vi" else -MOVED * self.difference
        there = vector + moved - COMMON * self.common
        return cast(Vectors, (there / np.linalg.norm(there, axis=1, keepdims=True)).astype(np.float32))

    def to_text(self, embedder: Embedder) -> str:
        """Return one line that `from_text` reads: of which model, of which questions, and the numbers."""
        numbers = np.concatenate([self.difference, self.common]).astype("<f4").tobytes()
        return f"{embedder.id} {_questions()} {base64.b64encode(numbers).decode()}"

    @classmethod
    def from_text(cls, text: str, embedder: Embedder) -> Across | None:
        """Return what `to_text` wrote; None if it was of another model or other questions."""
        head, _, numbers = text.rpartition(" ")
        if head != f"{embedder.id} {_questions()}":
            return None
        try:
            blob = base64.b64decode(numbers, validate=True)
        except ValueError:
            return None
        if len(blob) != 2 * 4 * embedder.dim:
            return None
        values = np.frombuffer(blob, dtype="<f4").astype(np.float32)
        return cls(values[: embedder.dim], values[embedder.dim :])


@cache
def pairs() -> tuple[tuple[str, str], ...]:
    """Return the questions said in both languages, (English, Vietnamese)."""
    text = files("index.search").joinpath("parallel.toml").read_text("utf-8")
    return tuple((english, vietnamese) for english, vietnamese in tomllib.loads(text)["pairs"])


@cache
def _questions() -> str:
    return hashlib.sha256(repr(pairs()).encode()).hexdigest()[:16]
