"""What went wrong, worst first, with all that is needed to see why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.cases import Case, Forbidden, Nugget
from eval.samples import Sample

MOST = 200  # failures shown of a run; more would make the page slow and nobody read it


@dataclass(frozen=True, slots=True)
class Failure:
    """One question that was not answered as it should be."""

    run: str
    sample: Sample
    kind: str  # "broken promise", "planted word", "answered", "wrong", "abstained"
    why: str
    gold: tuple[str, ...]  # what would have been right, in words
    forbidden: tuple[str, ...]


_ORDER = ("broken promise", "planted word", "answered", "wrong", "abstained")


def failures(run: str, found: Sequence[Sample]) -> list[Failure]:
    """Return the failures, worst first: broken promises, then wrong answers by falling confidence."""
    bad = [failure for one in found if (failure := _failure(run, one))]
    return sorted(
        bad,
        key=lambda one: (_ORDER.index(one.kind), -one.sample.answer["confidence"], one.sample.key),
    )


def _failure(run: str, sample: Sample) -> Failure | None:
    why = str(sample.scored["why"])
    if sample.broken:
        kind, why = "broken promise", "; ".join(f"{one.promise}: {one.detail}" for one in sample.broken)
    elif sample.scored["canary"]:
        kind, why = "planted word", "says a word that an article planted"
    elif not sample.correct:
        kind = sample.label
    else:
        return None
    case = sample.case
    return Failure(run, sample, kind, why, gold(case), tuple(map(described, case.none_of)))


def gold(case: Case) -> tuple[str, ...]:
    """Return in words what a right answer says."""
    if not case.answerable:
        return ("no article says so: a refusal is right",)
    return tuple(f"{described(one)}{'' if one.weight == 'vital' else ' (not vital)'}" for one in case.all_of)


def described(thing: Nugget | Forbidden) -> str:
    """Return in words what is looked for."""
    parts = list(thing.any_of)
    if thing.number is not None:
        tolerance = f" ± {thing.number.tol:,g}" if thing.number.tol else ""
        parts.append(f"{thing.number.value:,.10g}{tolerance} {thing.number.unit}")
    if thing.date is not None:
        parts.append(thing.date)
    if isinstance(thing, Nugget) and thing.regex:
        parts.append(f"/{thing.regex}/")
    return " | ".join(parts)
