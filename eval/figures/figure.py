"""One figure of a run, and how the answers of a run become the observations that it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from eval.cases import Case
from eval.figures.statistics import Estimate, Observation
from eval.samples import Sample

Unit = Literal["share", "score", "seconds", "tokens", "words", "bytes"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a run."""

    key: str
    label: str
    unit: Unit
    estimate: Estimate
    rule: str
    floor: bool = False  # must be perfect; anything less is a defect


def group(case: Case) -> str:
    """Return the name under which questions hang together: those about one article."""
    return f"{case.corpus}/{case.group}"


def observe(
    found: Iterable[Sample],
    value: Callable[[Sample], float | bool | None],
    weight: Callable[[Sample], float] | None = None,
) -> list[Observation]:
    """Return the observations of the samples for which `value` is not None."""
    pairs = [(one, value(one)) for one in found]
    return [
        Observation(group(one.case), float(measured), weight(one) if weight else 1.0)
        for one, measured in pairs
        if measured is not None
    ]


def labelled(label: str, answerable: bool) -> Callable[[Sample], bool | None]:
    """Return the 0/1 measure "has this verdict" over the questions that are (not) answerable."""
    return lambda one: one.label == label if one.case.answerable == answerable else None
