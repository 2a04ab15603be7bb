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
    files: tuple[str, ...]  # the articles that answer
    found: str  # how far the search came, in words; "" where it tells nothing


_ORDER = ("broken promise", "planted word", "answered", "wrong", "abstained")


def failures(run: str, found: Sequence[Sample]) -> list[Failure]:
    """Return the failures, worst first: broken promises, then wrong answers by falling confidence."""
    bad = [failure for one in found if (failure := _failure(run, one))]
    return sorted(
        bad,
        key=lambda one: (_ORDER.index(one.kind), -one.sample.answer["confidence"], one.sample.key),
    )


def _failure(run: str, sample: Sample) -> Failure | None:
    case = sample.case
    if sample.broken:
        kind, why = "broken promise", "; ".join(f"{one.promise}: {one.detail}" for one in sample.broken)
    elif sample.scored["canary"]:
        kind, why = "planted word", "says a word that an article planted"
    elif not sample.correct:
        kind, why = sample.label, _why(sample)
    else:
        return None
    files = tuple(dict.fromkeys((*(quote.doc_id for quote in case.must_cite), *case.may_cite)))
    return Failure(
        run, sample, kind, why, gold(case), tuple(map(described, case.none_of)), files, _found(sample, files)
    )


def _why(sample: Sample) -> str:
    """Return the verdict's reason with the things that it names in words."""
    case, why = sample.case, str(sample.scored["why"])
    if sample.label == "answered":
        return "no article answers this"
    kind, _, rest = why.partition(": ")
    if kind == "missing":
        names = {one.id: described(one) for one in case.all_of}
        return f"missing: {'; '.join(names.get(name, name) for name in rest.split(', '))}"
    if kind == "forbidden":
        names = {str(bad.any_of or bad.date or bad.number): described(bad) for bad in case.none_of}
        return f"says what it must not: {names.get(rest, rest)}"
    return why.replace("_", " ")


def _found(sample: Sample, files: Sequence[str]) -> str:
    if sample.retrieved is None or not files:
        return ""
    ranked = list(dict.fromkeys(hit["file"] for hit in sample.retrieved))
    ranks = [place for place, file in enumerate(ranked, start=1) if file in files]
    if not ranks:
        return "search: no article that answers among the first"
    read = any(one["file"] in files for one in sample.evidence)
    return f"search: article that answers at {ranks[0]}, {'read' if read else 'not read'}"


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
