"""The noise floor: how many verdicts change when the same program answers the same questions again."""

from __future__ import annotations

from pathlib import Path

from eval import samples
from eval.compare import REPEAT, aligned, flip_rate, runs_in
from eval.statistics import Estimate


def floors(folder: Path) -> dict[str, Estimate]:
    """Return the flip rate of each run in `folder` that was repeated, over all its repeats.

    A difference between two programs that is not above it shows nothing.
    """
    found = runs_in(folder)
    pairs: dict[str, list[tuple[samples.Sample, samples.Sample]]] = {}
    for name, path in found.items():
        first = REPEAT.sub("", name)
        if name != first and first in found:
            pairs.setdefault(first, []).extend(aligned(samples.read(found[first]), samples.read(path)))
    return {name: flip_rate(all_pairs) for name, all_pairs in pairs.items()}
