"""Texts to vectors: the `Embedder` seam and the sentence-transformers implementation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into vectors whose inner product is their cosine."""

    id: str  # model id and content hash, e.g. "multilingual-e5-small@1a2b3c4d5e6f"
    dim: int

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dim) float32, each row of L2 norm 1, for texts to be found."""
        ...

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dim) float32, each row of L2 norm 1, for texts to search with."""
        ...
