"""Several runs side by side: what every form of the report shows, before it is put into a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eval.figures.figure import Figure
from eval.figures.statistics import Estimate
from eval.figures.summary import RETRIEVAL_ONLY, Row, Summary, part
from eval.report import wording
from eval.samples import Sample
from eval.systems import NAMES, ONLY_FINDS, TOLD_GOLD, WITHOUT_MODEL

SideBySide = list[tuple[Figure, list[Estimate | None]]]  # a figure, and its value in every run
Kinds = list[tuple[str, list[tuple[str, list[Row | None]]]]]  # "type", its kinds, each with its row per run
BySuite = Sequence[tuple[str, Sequence[Summary]]]  # a suite, and the runs of its questions alone
DEV = "dev"  # split of the questions that a program may have been fitted to
BASELINES = tuple(name for name in NAMES[1:] if name != ONLY_FINDS)
KINDS = ("right", "wrong", "abstained", "refused")
SYSTEMS = {
    "assistant": "the program as its users have it.",
    "oracle": "the same reading and answering, but only the articles that answer can be found. What is still"
    " wrong is not the search's fault. Asked only what can be answered.",
    "best-sentence": "no language model: the first sentence that would be shown as evidence is the answer.",
    "closed-book": "the language model without the articles. What is right here, it knew.",
    ONLY_FINDS: "no answers, only what is found.",
}


def titles(run: Summary) -> tuple[str, str]:
    """Return what a run is called: system and model, or its name, if that says something else."""
    system, model = str(run.what.get("system") or ""), str(run.what.get("model") or "")
    return (system, model) if run.name == f"{system}-{model}" else (run.name, "")


def headline(found: Sequence[Summary]) -> SideBySide:
    """Return the first figures: each with its value in every run."""
    keys = list(dict.fromkeys(one.key for run in found for one in wording.headline(run)))
    return _side_by_side(found, keys)


def headline_text(run: Summary) -> str:
    """Return the first figures of a run for a terminal, those of each split apart."""
    parts = by_split([run]) or [("", [run])]
    return "\n".join(
        (f" {split} questions\n" if split else "") + wording.figures_text(wording.headline(one))
        for split, runs in parts
        for one in runs
    )


def side_by_side(found: Sequence[Summary]) -> list[tuple[str, SideBySide]]:
    """Return all figures by section, each with its value in every run."""
    sections: dict[str, list[str]] = {}
    for run in found:
        for title, figures in run.sections:
            keys = sections.setdefault(title, [])
            keys += [one.key for one in figures if one.key not in keys]
    return [(title, _side_by_side(found, keys)) for title, keys in sections.items()]


def _side_by_side(found: Sequence[Summary], keys: Sequence[str]) -> SideBySide:
    rows: SideBySide = []
    for key in keys:
        figures = [run.figure(key) for run in found]
        first = next(one for one in figures if one is not None)
        rows.append((first, [one.estimate if one else None for one in figures]))
    return rows


def broken(figure: Figure, found: Estimate | None) -> bool:
    """Return whether a figure that must be perfect is not: a share of planted words must be 0, others 1."""
    if not figure.floor or found is None or not found.n:
        return False
    return found.value != (0.0 if figure.key == "canary" else 1.0)


def kinds(found: Sequence[Summary]) -> Kinds:
    """Return the verdicts by suite, type and language: every kind of question with its row in every run."""
    tables = [dict(run.tables) for run in found]
    result: Kinds = []
    for dimension in dict.fromkeys(name for table in tables for name in table):
        rows = [{row.name: row for row in table.get(dimension, ())} for table in tables]
        names = sorted({name for row in rows for name in row})
        if names:
            result.append((dimension, [(name, [row.get(name) for row in rows]) for name in names]))
    return result


def verdict_bars(run: Summary) -> list[list[tuple[str, float]]]:
    """Return the shares of right, wrong and abstained, then those of refused and answered, where counted."""
    shares = [
        [(key, figure.estimate.value or 0.0) for key in keys if (figure := run.figure(key))]
        for keys in (("right", "wrong", "abstained"), ("refused", "false-answer"))
    ]
    return [part for part in shares if part]


def given_and_asked(run: Summary) -> tuple[list[Sample], int]:
    """Return the answers that were given, and the number of questions that could have been answered."""
    if run.what.get("system") == ONLY_FINDS:
        return [], 0
    asked = [one for one in run.samples if RETRIEVAL_ONLY not in one.case.tags]
    return [one for one in asked if one.scored["given"]], len(asked)


def suites(found: Sequence[Summary]) -> dict[str, int]:
    """Return the suites that were asked and the most questions that a run answered of each."""
    counted: dict[str, int] = {}
    for run in found:
        for name in dict.fromkeys(one.suite for one in run.samples):
            here = sum(one.suite == name for one in run.samples)
            counted[name] = max(counted.get(name, 0), here)
    return counted


def tuned_on(found: Sequence[Summary]) -> list[str]:
    """Return the suites of development questions: a program may have been fitted to these."""
    splits: dict[str, set[str]] = {}
    for one in (one for run in found for one in run.samples):
        splits.setdefault(one.suite, set()).add(one.case.split)
    return [name for name, held in splits.items() if held == {DEV}]


def by_suite(found: Sequence[Summary]) -> BySuite:
    """Return each suite with the runs as if nothing else had been asked; nothing if there is one only."""
    names = list(suites(found))
    if len(names) < 2:
        return []
    return [(name, [_of_suite(run, name) for run in found]) for name in names]


def _of_suite(run: Summary, suite: str) -> Summary:
    return part(run, lambda one: one.suite == suite)


def by_split(found: Sequence[Summary]) -> BySuite:
    """Return each split, "dev" last, with the runs of its questions; nothing if there is one only.

    A program may have been fitted to development questions: no figure of both says how good it is.
    """
    splits = {one.case.split for run in found for one in run.samples}
    if len(splits) < 2:
        return []
    return [
        (name, [_of_split(run, name) for run in found])
        for name in sorted(splits, key=lambda name: (name == DEV, name))
    ]


def _of_split(run: Summary, split: str) -> Summary:
    return part(run, lambda one: one.case.split == split)


def no_baselines(found: Sequence[Summary]) -> tuple[list[str], str] | None:
    """Return the baselines that were not run and the command that adds them; None if nothing is missing.

    DIR in the command is the folder of the runs, which no run knows. Runs that only find need none.
    """
    there = [run for run in found if run.what.get("system") != ONLY_FINDS]
    missing = [name for name in BASELINES if all(run.what.get("system") != name for run in there)]
    if not there or not missing:
        return None
    words = ["rag eval run", *suites(there), "--out DIR", *(f"--system {name}" for name in missing)]
    models = dict.fromkeys(str(run.what["model"]) for run in there if run.what.get("model"))
    if not WITHOUT_MODEL.issuperset(missing):
        words += [f"--model {name}" for name in models]
    limits = [int(run.what["limit"]) for run in there if run.what.get("limit")]
    words += [f"--limit {max(limits)}"] if limits else []
    return missing, " ".join(words)


def incomplete(found: Sequence[Summary]) -> list[tuple[str, int]]:
    """Return the runs that lack questions which they should have been asked, and how many they lack."""
    asked: dict[str, Sample] = {one.key: one for run in found for one in run.samples}
    lacking: list[tuple[str, int]] = []
    for run in found:
        own = {one.key for one in run.samples}
        gold_only = run.what.get("system") in (TOLD_GOLD, ONLY_FINDS)
        others = sum(
            key not in own and (bool(one.case.must_cite) or not gold_only) for key, one in asked.items()
        )
        planned = sum(int(one["questions"]) for one in run.what.get("suites", {}).values())
        missing = max(others, 0 if gold_only else planned - len(own))
        if missing:
            lacking.append((run.name, missing))
    return lacking


def provenance(found: Sequence[Summary]) -> tuple[list[tuple[str, str]], list[tuple[str, list[str]]]]:
    """Return what could change a result: what is the same in all runs, and what is not, with each value."""
    leaves = [dict(_flat(run.what)) for run in found]
    same: list[tuple[str, str]] = []
    differing: list[tuple[str, list[str]]] = []
    for key in dict.fromkeys(key for one in leaves for key in one):
        values = [one.get(key, wording.NONE) for one in leaves]
        if len(set(values)) == 1:
            same.append((key, values[0]))
        else:
            differing.append((key, values))
    return same, differing


def _flat(value: Any, path: str = "") -> list[tuple[str, str]]:  # noqa: ANN401 - JSON
    """Return the leaves of JSON objects as ("packages.torch", "2.1")."""
    if isinstance(value, dict):
        return [leaf for key, one in value.items() for leaf in _flat(one, f"{path}.{key}" if path else key)]
    return [(path, wording.NONE if value is None else str(value))]
