"""Adapters: what is added to a model's own weights, so that it reads better (LoRA, arXiv:2106.09685).

The adapter of a model is a file of a few megabytes that comes with the program, fitted by
`python -m eval.calibrate reader` on `eval/lessons`. It fits one model file; a model that has none is as
it was made, and is shown worked examples instead.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path


@cache
def of(model: str) -> Path | None:
    """Return the adapter file of a model by its catalogue id; None if there is none."""
    file = Path(str(resources.files("rag"))) / "adapters" / f"{model}.gguf"
    return file if file.is_file() else None
