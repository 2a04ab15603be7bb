"""Whether another wording of a question changes the verdict."""

from __future__ import annotations

from collections.abc import Sequence

from eval.samples import Sample


def pairs(found: Sequence[Sample]) -> list[tuple[Sample, Sample]]:
    """Return each question with the twin that it is a variation of, where both were asked."""
    by_key = {one.key: one for one in found}
    return [
        (twin, one)
        for one in found
        if one.case.twin_of and (twin := by_key.get(f"{one.suite}/{one.case.twin_of}"))
    ]
