"""How probable it is that a passage holds what was asked: comparable from one question to the next.

A fused score tells which passage is best, even of a library that has nothing to say. The probability is a
logistic regression on what does not depend on the other passages found: the cosine, and which of the
question's words are said, a rare one counting more. Nothing else of a search, nor its order, depends on it.

Two signals were tried and are not here (eval/LOG.md). The cosine measured against those of the question with
the library at large calls a quarter of the answers in a library on a single subject irrelevant. The lead over
the next passage tells a little, but vanishes when two articles say the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from index.records import Hit, Lang, Passage
from index.text import lexical
from index.text.passages import embedded_text

Side = Literal["same", "across"]  # the passage is in the question's language, or in the other one

MODEL = "multilingual-e5-small"  # the weights are of its cosines
SIGNALS = ("cosine", "words", "figures", "Vietnamese")
# Fitted by `python -m eval.calibrate relevance` (eval/LOG.md). Half of the searches fitted on had the article
# that answers in their library: where fewer do, the probabilities are too high.
WEIGHTS: Mapping[Side, Mapping[str, float]] = {
    "same": {
        "bias": -4.32,
        "cosine": 4.11,  # of the passage and its best sentence (x10, less 8.5)
        "words": 6.81,  # share of the question's words that it has, rare ones counting more
        "figures": -0.57,  # share of the question's figures that it lacks
        "Vietnamese": -2.07,  # 1 if it is: cosines are higher there, and syllables shared by chance
    },
    "across": {
        "bias": 1.01,
        "cosine": 5.45,
        "words": 2.35,  # names and figures, mostly
        "figures": -1.95,
        "Vietnamese": 0.09,
    },
}
# A search has found nothing relevant if no hit reaches it: wrong of at most 1 % of the questions of every
# development suite whose answer is there. In a library on other subjects it is seen of 9 questions in 10
# within English, 6 within Vietnamese, 3 across (eval/LOG.md).
NOTHING = 0.0122


def can_judge(question: str, asked: Lang, embedder: str) -> bool:
    """Return whether the weights are good for this: not with another model, or Vietnamese without marks.

    Without its marks a question is so far from every text that a quarter of the answers would be called
    irrelevant (eval/LOG.md).
    """
    return embedder.partition("@")[0] == MODEL and not (asked == "vi" and question.isascii())


class Judge:
    """Judges the hits of one question."""

    def __init__(
        self, question: str, asked: Lang, rows: Callable[[list[str]], Mapping[str, int]], passages: int
    ) -> None:
        """`rows` counts the passages, of the library's `passages`, that have each of the folded tokens."""
        self._asked = asked
        self._words = frozenset(lexical.query_folded(question, asked))
        self._figures = frozenset(token for token in self._words if token[0].isdigit())
        counted = rows(sorted(self._words))
        self._rare = {token: math.log((passages + 1) / (n + 0.5)) for token, n in counted.items()}

    def side(self, passage: Passage) -> Side:
        """Return which weights a passage is judged by."""
        return "same" if passage.lang == self._asked else "across"

    def signals(self, hit: Hit) -> dict[str, float]:
        """Return what speaks for and against a hit, by SIGNALS: the cosine about -1 … 1, the others 0 … 1."""
        said = frozenset(lexical.folded_tokens(embedded_text(hit.passage)))
        return {
            "cosine": 10 * ((hit.dense or 0.0) - 0.85),
            "words": self._share(self._words, said),
            "figures": 1.0 - self._share(self._figures, said) if self._figures else 0.0,
            "Vietnamese": float(hit.passage.lang == "vi"),
        }

    def _share(self, asked: frozenset[str], said: frozenset[str]) -> float:
        """Return which share of the tokens is said, a rare one counting more; 0 of none."""
        total = math.fsum(self._rare[token] for token in asked)
        return math.fsum(self._rare[token] for token in asked & said) / total if total else 0.0

    def relevance(self, hit: Hit) -> float | None:
        """Return the probability (0 … 1) that the passage holds what was asked; None without a vector."""
        if hit.dense is None:
            return None
        return probability(self.signals(hit), WEIGHTS[self.side(hit.passage)])


def probability(signals: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Return the logistic function of the weighted signals and the bias, rounded to 4 decimals."""
    strength = weights["bias"] + math.fsum(weights[name] * value for name, value in signals.items())
    return round(1 / (1 + math.exp(-strength)), 4)


def any_relevant(hits: Iterable[Hit]) -> bool | None:
    """Return whether one of the hits is relevant at all; None if some could not be judged and no other is."""
    found = [hit.relevance for hit in hits]
    known = [one for one in found if one is not None]
    if max(known, default=0.0) >= NOTHING:
        return True
    return False if len(known) == len(found) else None
