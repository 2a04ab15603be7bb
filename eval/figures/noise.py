"""The noise floor: how many verdicts change when the same program answers the same questions again."""

from __future__ import annotations

from pathlib import Path

from eval import samples
from eval.compare import REPEAT, flip_rate, runs_in
from eval.figures.statistics import Estimate
from eval.records import case_hash
from eval.samples import Sample


def floors(folder: Path) -> dict[str, Estimate]:
    """Return the flip rate of each run in `folder` that was repeated, over all its repeats.

    A difference between two programs that is not above it shows nothing. A repeat that is not finished yet
    counts as far as it goes: a report must not have to wait for it.
    """
    found = runs_in(folder)
    pairs: dict[str, list[tuple[Sample, Sample]]] = {}
    for name, path in found.items():
        first = REPEAT.sub("", name)
        if name != first and first in found:
            pairs.setdefault(first, []).extend(_both(samples.read(found[first]), samples.read(path)))
    return {name: flip_rate(all_pairs) for name, all_pairs in pairs.items() if all_pairs}


def _both(first: list[Sample], again: list[Sample]) -> list[tuple[Sample, Sample]]:
    """Return the questions that were answered both times and judged by the same gold."""
    known = {(one.key, case_hash(one.case)): one for one in again}
    pairs = ((one, known.get((one.key, case_hash(one.case)))) for one in first)
    return [(one, other) for one, other in pairs if other is not None]
