"""What was seen of a model while it read and wrote, made ready for the other side of the pipe."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rag.llm import Attention, Head, Hidden

if TYPE_CHECKING:
    from rag.llm.hidden import Row


class Held:
    """What the watched layers held: before the first token, and on average while tokens were written."""

    def __init__(self, rows: Mapping[int, Row]) -> None:
        self._before = dict(rows)
        self._sums = {layer: 0.0 * row for layer, row in rows.items()}
        self._tokens = 0

    def add(self, rows: Mapping[int, Row]) -> None:
        """Take what the layers hold at one more token."""
        self._tokens += 1
        for layer in self._sums:
            self._sums[layer] += rows[layer]

    def packed(self) -> dict[str, list[str]]:
        """Return {layer: what it held}, as `rag.llm.Hidden.packed` has it."""
        found = {}
        for layer, before in self._before.items():
            during = self._sums[layer] / self._tokens if self._tokens else before
            most = np.finfo(np.float16).max  # beyond, a half-precision number is infinite
            rows = (np.clip(row, -most, most).tolist() for row in (before, during))
            found[str(layer)] = Hidden(*rows).packed()
        return found


def attended(
    looked: Mapping[Head, Row], start: int, tokens: Sequence[int], piece: Callable[[int], bytes]
) -> Attention:
    """Return the attention to the `tokens` of a span, of which `start` others stand before in the prompt."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    ends, characters = [], 0
    for token in tokens:
        characters += len(decoder.decode(piece(token)))
        ends.append(characters)
    return Attention(ends, {head: row[start : start + len(tokens)].tolist() for head, row in looked.items()})
