"""Whether the model knows what it says: a linear probe on what its middle layers hold.

While a model reads and answers, its middle layers hold whether the answer stands on what was read; its last
layers, and so the probabilities of its words, are about the next word (Alain and Bengio 2016,
arXiv:1610.01644; Azaria and Mitchell 2023, "The Internal State of an LLM Knows When It's Lying",
arXiv:2304.13734). The probe of a model is a vector for the state before its first word and one for the mean
over its words, fitted on development questions by `python -m eval.calibrate answers --write` (eval/LOG.md).
On questions about other articles than it was fitted on it tells right answers from wrong ones as well as all
that the program knew before, and both together better than either. It fits one model file; a model that has
none is read without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from rag.llm import Hidden

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Probe:
    """Two layers, counted from 0, a vector as wide as the model for each, and a bias."""

    before_layer: int  # looked at before the first word
    during_layer: int  # looked at over the words
    before: Vector
    during: Vector
    bias: float

    @property
    def layers(self) -> tuple[int, ...]:
        """The layers to ask a model for, each once."""
        return tuple(sorted({self.before_layer, self.during_layer}))

    def score(self, hidden: Mapping[int, Hidden]) -> float | None:
        """Return how likely the answer is right, in log-odds; None if a layer is missing or does not fit."""
        if not hidden.keys() >= set(self.layers):
            return None
        before, during = hidden[self.before_layer].before, hidden[self.during_layer].during
        if len(before) != len(self.before):
            return None
        return float(self.before @ self._row(before) + self.during @ self._row(during)) + self.bias

    def _row(self, numbers: object) -> Vector:
        import numpy as np

        return np.asarray(numbers, dtype=np.float32)


@cache
def of(model: str) -> Probe | None:
    """Return the probe of a model by its catalogue id; None if there is none."""
    file = resources.files("rag").joinpath("probes", f"{model}.npz")
    if not file.is_file():
        return None
    import numpy as np

    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
        before_layer, during_layer = (int(layer) for layer in kept["layers"])
        return Probe(before_layer, during_layer, kept["before"], kept["during"], float(kept["bias"]))
