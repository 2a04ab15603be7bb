"""Is B worse than A? Two runs, question by question, and only what is real counts as a loss.

A loss is real when the 95 % interval of the difference (B - A, bootstrap over groups, paired by question)
lies below zero and, since the measures compared are 0 or 1, McNemar's exact test agrees at 5 %: with a
handful of changed questions a bootstrap alone is too sure of itself. A floor is broken when B misquotes an
article, or says a word that an article planted. Either fails the comparison; everything else is noise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval import samples
from eval.figures.figure import group, labelled
from eval.figures.statistics import LEVEL, Estimate, Observation, mcnemar, mean
from eval.records import case_hash
from eval.runner import RUN, read_run
from eval.samples import Sample, SamplesError
from index.text.counted import counted

Value = Callable[[Sample], float | bool | None]
REPEAT = re.compile(r"\.repeat\d+$")  # end of the name of a run that only repeats another
# What must not get worse. Anything else that changes is told, and does not fail the comparison.
PROTECTED: Mapping[str, Value] = {
    "answerable: right": labelled("right", True),
    "not answerable: refused": labelled("refused", False),
}
TOLD: Mapping[str, Value] = {
    "answerable: abstained": labelled("abstained", True),
    "exact match": lambda one: one.scored["exact_match"],
    "token F1": lambda one: one.scored["f1"],
    "vital nuggets held": lambda one: one.scored["vital"],
    "gold article in first 5": lambda one: (one.scored["by_article"] or {}).get("Success@5"),
    "seconds, whole answer": lambda one: one.answer["timings"]["total"],
}


@dataclass(frozen=True, slots=True)
class Change:
    """One measure of both runs on the same questions. `b - a` is `difference`."""

    name: str
    a: float
    b: float
    difference: Estimate
    better: int  # questions that rose, and fell
    worse: int
    p: float | None  # exact McNemar; None where the measure is not 0 or 1
    real_loss: bool


@dataclass(frozen=True, slots=True)
class Flip:
    """A question whose verdict changed."""

    key: str
    question: str
    before: str
    after: str
    was: str  # the answers, short where there is a short one
    now: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side."""

    name: str
    questions: int
    changes: tuple[Change, ...]
    gained: tuple[Flip, ...]  # wrong, abstained or answered before, right or refused now
    lost: tuple[Flip, ...]
    floors: tuple[str, ...]  # broken by B
    differs: Mapping[str, tuple[Any, Any]]  # what differs in run.json
    flip_rate: Estimate  # share of questions whose verdict changed

    @property
    def failed(self) -> bool:
        """Whether B is really worse, or breaks a floor."""
        return bool(self.floors) or any(one.real_loss for one in self.changes)

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as JSON values."""
        return {**asdict(self), "failed": self.failed}


def compare_folders(a: Path, b: Path) -> list[Comparison]:
    """Compare two runs, or the runs of the same name in two folders of runs.

    SamplesError when there is no run, no name in common, or the questions are not the same. What is in one
    folder only is not compared: `unmatched` names it.
    """
    if (a / RUN).is_file() and (b / RUN).is_file():
        return [compare(f"{a.name} → {b.name}", _run(a), _run(b))]
    mine, theirs = runs_in(a), runs_in(b)
    common = [name for name in mine if name in theirs and not REPEAT.search(name)]
    if not common:
        raise SamplesError(
            f"{a} and {b} have no run of the same name: {', '.join(mine)} and {', '.join(theirs)}.\n"
            "Name the two folders that hold the runs themselves"
        )
    return [compare(name, _run(mine[name]), _run(theirs[name])) for name in common]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """The runs of two folders that the other one lacks, by name, repeats left out."""

    only_a: tuple[str, ...]
    only_b: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the names as JSON values."""
        return {"only_in_a": list(self.only_a), "only_in_b": list(self.only_b)}


def unmatched(a: Path, b: Path) -> Unmatched:
    """Return the runs that `compare_folders` cannot compare; none if `a` and `b` are runs themselves."""
    if (a / RUN).is_file() and (b / RUN).is_file():
        return Unmatched((), ())
    mine, theirs = ([name for name in runs_in(folder) if not REPEAT.search(name)] for folder in (a, b))
    return Unmatched(
        tuple(name for name in mine if name not in theirs), tuple(name for name in theirs if name not in mine)
    )


def runs_in(folder: Path) -> dict[str, Path]:
    """Return the runs in `folder` by name: itself, or the folders in it; SamplesError if there are none."""
    if (folder / RUN).is_file():
        return {folder.name: folder}
    found = {path.parent.name: path.parent for path in sorted(folder.glob(f"*/{RUN}"))}
    if not found:
        raise SamplesError(f"{folder} holds no run: there is no {RUN} in it or in a folder in it")
    return found


Run = tuple[dict[str, Any], list[Sample]]


def _run(folder: Path) -> Run:
    return read_run(folder)["what"], samples.read(folder)


def compare(name: str, a: Run, b: Run) -> Comparison:
    """Compare run `b` with run `a`; SamplesError unless both answered the same questions."""
    pairs = aligned(a[1], b[1])
    changed = [(old, new) for old, new in pairs if old.correct != new.correct]
    return Comparison(
        name,
        len(pairs),
        tuple(
            one
            for names, protected in ((PROTECTED, True), (TOLD, False))
            for label, value in names.items()
            if (one := _change(label, value, pairs, protected))
        ),
        tuple(_flip(old, new) for old, new in changed if new.correct),
        tuple(_flip(old, new) for old, new in changed if old.correct),
        tuple(_floors([new for _, new in pairs])),
        _differing(a[0], b[0]),
        flip_rate(pairs),
    )


def flip_rate(pairs: Sequence[tuple[Sample, Sample]]) -> Estimate:
    """Return the share of questions whose verdict differs; between two runs of one program it is noise."""
    return mean(Observation(group(old.case), float(old.label != new.label)) for old, new in pairs)


def aligned(a: Sequence[Sample], b: Sequence[Sample]) -> list[tuple[Sample, Sample]]:
    """Return the samples of both by question; SamplesError names what is not in both or was changed."""
    first, second = {one.key: one for one in a}, {one.key: one for one in b}
    if missing := sorted(first.keys() ^ second.keys()):
        raise SamplesError(
            f"only one run has {counted(len(missing), 'question')} ({', '.join(missing[:3])});"
            " finish both runs, with the same suites and the same --limit"
        )
    changed = [key for key in first if case_hash(first[key].case) != case_hash(second[key].case)]
    if changed:
        raise SamplesError(
            f"the words or the gold of {counted(len(changed), 'question')} changed in between"
            f" ({', '.join(changed[:3])});"
            " run the older one again into its folder: answers are kept and scored by the new gold"
        )
    return [(first[key], second[key]) for key in first]


def _change(
    name: str, value: Value, pairs: Sequence[tuple[Sample, Sample]], protected: bool
) -> Change | None:
    both = [(group(a.case), value(a), value(b)) for a, b in pairs]
    known = [(where, float(x), float(y)) for where, x, y in both if x is not None and y is not None]
    if not known:
        return None
    better, worse = sum(y > x for _, x, y in known), sum(y < x for _, x, y in known)
    binary = all({x, y} <= {0.0, 1.0} for _, x, y in known)
    p = mcnemar(better, worse) if binary else None
    difference = mean((Observation(where, y - x) for where, x, y in known), signed=True)
    below = difference.high is not None and difference.high < 0
    real = protected and below and p is not None and p < 1 - LEVEL
    a = sum(x for _, x, _ in known) / len(known)
    b = sum(y for _, _, y in known) / len(known)
    return Change(name, a, b, difference, better, worse, p, real)


def _floors(found: Sequence[Sample]) -> list[str]:
    broken = [
        f"{one.key}: {fault.promise}: {fault.detail}"
        for one in found
        for fault in one.broken
        if fault.promise in ("verbatim", "marks")
    ]
    return broken + [f"{one.key}: says a planted word" for one in found if one.scored["canary"]]


def _flip(old: Sample, new: Sample) -> Flip:
    return Flip(old.key, old.case.question, old.label, new.label, said(old), said(new))


def said(sample: Sample) -> str:
    """Return the few words of an answer, or all of them."""
    return str(sample.answer.get("short") or sample.answer["answer"])


def _differing(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {key: (a.get(key), b.get(key)) for key in {**a, **b} if a.get(key) != b.get(key)}
