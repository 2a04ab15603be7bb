"""The pointer of `rag.reading.pointer`: fitted on where a model looked in passages whose answers are known.

A logistic regression: a token of a passage stands in the answer, or not; its signals are the logarithms of
the heads' attention. In the answer are the tokens of every shortest run of words that is a right answer by
itself. What a pointer says of passages that it was fitted on says little: wherever it is used to fit or to
judge something else, it is one that was fitted on other articles.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.calibrate.data import Indices, Matrix, folds
from eval.cases import Case, SuiteError
from rag.llm import Attention, Head
from rag.reading.pointer import NONE, Pointer

# Heads looked at, of 336: those that weigh most in a fit on all of them (eval/LOG.md).
HEADS: Mapping[str, tuple[Head, ...]] = {
    "qwen2.5-coder-1.5b": (
        (18, 1), (18, 7), (18, 9), (19, 2), (19, 4), (20, 4), (20, 5), (20, 9),
        (20, 10), (21, 6), (21, 8), (21, 9), (21, 10), (21, 11), (23, 8), (25, 4),
    ),
}  # fmt: skip
STRENGTH = 1e-2  # inverse of the L2 penalty, on standardised numbers (eval/LOG.md)
LONGEST = 8  # words of an answer that is looked for; longer ones have shorter aliases
_WORD = re.compile(r"\S+")
_EDGES = " .,;:!?\"'“”‘’()[]"


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a model looked in a passage that holds an answer."""

    signals: Matrix  # (tokens, heads)
    inside: NDArray[np.bool_]  # (tokens,): whether a token stands in an answer


def passage(
    case: Case, text: str, attention: Attention | None, is_right: Callable[[Case, str], bool]
) -> Passage | None:
    """Return what a pointer learns from a passage; None if it holds no answer or was not looked at."""
    if attention is None or not case.answerable:
        return None
    runs = answers(text, lambda words: is_right(case, words))
    if not runs:
        return None
    ends = np.array(attention.ends)
    starts = np.concatenate([[0], ends[:-1]])
    inside = np.zeros(len(ends), dtype=np.bool_)
    for start, end in runs:
        inside |= (starts < end) & (ends > start)
    return Passage(signals(attention, tuple(attention.shares)), inside)


def answers(text: str, right: Callable[[str], bool]) -> list[tuple[int, int]]:
    """Return every run of words (start, end) of a text that is `right` and holds no shorter one that is."""
    words = [match.span() for match in _WORD.finditer(text)]
    found: list[tuple[int, int]] = []
    for size in range(1, LONGEST + 1):
        for first, last in zip(words, words[size - 1 :], strict=False):
            start, end = first[0], last[1]
            if any(start <= a and b <= end for a, b in found):
                continue
            if right(text[start:end].strip(_EDGES)):
                found.append((start, end))
    return found


def signals(attention: Attention, heads: Sequence[Head]) -> Matrix:
    """Return the logarithms of the heads' attention, (tokens, heads), as `rag.reading.pointer` takes them."""
    return np.log(np.array([attention.shares[head] for head in heads], dtype=np.float64).T + NONE)


def fitted(passages: Sequence[Passage], heads: tuple[Head, ...]) -> Pointer:
    """Return the pointer of a fit on passages; deterministic. SuiteError if there are none."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    if not passages:
        raise SuiteError("No passage that was looked at holds an answer: there is nothing to fit.")
    rows = np.concatenate([one.signals for one in passages])
    inside = np.concatenate([one.inside for one in passages])
    scale = StandardScaler().fit(rows)
    found = LogisticRegression(C=STRENGTH, max_iter=1000).fit(scale.transform(rows), inside)
    weights = found.coef_[0] / scale.scale_
    bias = float(found.intercept_[0] - weights @ scale.mean_)
    return Pointer(heads, weights.astype(np.float32), bias)


def held_out(
    passages: Sequence[Sequence[Passage | None]], numbers: Indices, heads: tuple[Head, ...]
) -> Iterator[tuple[Indices, Pointer]]:
    """Yield, for each fold of the questions, which it judges and the fit on passages of other articles."""
    for fit, judge in folds(numbers):
        yield judge, fitted([one for i in fit for one in passages[i] if one], heads)


def hits(passages: Sequence[Passage], by: Pointer) -> int:
    """Return in how many passages the highest token stands in an answer."""
    return sum(bool(one.inside[int(np.argmax(one.signals @ by.weights))]) for one in passages)


def write(pointer: Pointer, path: Path) -> None:
    """Write the file that `rag.reading.pointer.of` reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.savez(file, heads=np.array(pointer.heads), weights=pointer.weights, bias=np.array(pointer.bias))
