"""Where in a passage the model sees the answer, whatever it says: some of its attention heads point there.

A few heads in the upper middle of a language model copy: when it is about to say its first word, they look at
the words of the passage that answer (Wu et al. 2024, "Retrieval Head Mechanistically Explains Long-Context
Factuality", arXiv:2404.15574). The pointer of a model weighs those heads. It is fitted on development
questions by `python -m eval.calibrate answers --write` (eval/LOG.md); in passages of other articles its
highest token lies in the answer about as often as what the model writes is right. As an answer beside what is
said it is worth nothing, but how far what was said lies from it, and how high it is, tell right answers from
wrong ones (`rag.checks.pointed`), and which sentence answers (`rag.deciding.quoting`). It fits one model
file; a model that has none is read without.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from rag.llm import Attention, Head

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]

# A share of attention below this is none: by chance each of 100 tokens would have a hundred times as much.
NONE = 1e-4


@dataclass(frozen=True, slots=True)
class Gaze:
    """How likely each token of a passage stands in the answer, by where the model looked."""

    ends: tuple[int, ...]  # of each token: how many characters of the passage end with it
    scores: tuple[float, ...]  # log-odds, one a token

    @property
    def top(self) -> float:
        """The highest score."""
        return max(self.scores)

    @property
    def peak(self) -> tuple[int, int]:
        """Where in the passage, in characters, the token with the highest score stands."""
        return self._token(self.scores.index(self.top))

    def at(self, start: int, end: int) -> float | None:
        """Return the highest score in these characters of the passage; None if no token stands there."""
        tokens = (self._token(i) for i in range(len(self.ends)))
        seen = [score for (a, b), score in zip(tokens, self.scores, strict=True) if a < end and start < b]
        return max(seen, default=None)

    def around_peak(self, depth: float = 2.0) -> tuple[int, int]:
        """Return the characters about the peak in which no token is lower by more than `depth` (log-odds)."""
        first = last = self.scores.index(self.top)
        while first > 0 and self.scores[first - 1] >= self.top - depth:
            first -= 1
        while last + 1 < len(self.scores) and self.scores[last + 1] >= self.top - depth:
            last += 1
        return self._token(first)[0], self.ends[last]

    def _token(self, i: int) -> tuple[int, int]:
        return (self.ends[i - 1] if i else 0), self.ends[i]


@dataclass(frozen=True, slots=True)
class Pointer:
    """Heads of a model, a weight for the logarithm of each one's attention, and a bias."""

    heads: tuple[Head, ...]
    weights: Vector
    bias: float

    def gaze(self, attention: Attention | None) -> Gaze | None:
        """Return what the attention says; None if a head is missing or nothing was looked at."""
        import numpy as np

        if attention is None or not attention.ends or not attention.shares.keys() >= set(self.heads):
            return None
        shares = np.array([attention.shares[head] for head in self.heads], dtype=np.float32)
        scores = self.weights @ np.log(shares + NONE) + self.bias
        return Gaze(tuple(attention.ends), tuple(scores.tolist()))


@cache
def of(model: str) -> Pointer | None:
    """Return the pointer of a model by its catalogue id; None if there is none."""
    file = resources.files("rag").joinpath("probes", f"{model}.pointer.npz")
    if not file.is_file():
        return None
    import numpy as np

    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
        heads = tuple((int(layer), int(head)) for layer, head in kept["heads"])
        return Pointer(heads, kept["weights"], float(kept["bias"]))
