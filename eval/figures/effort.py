"""The figures of what a run found and of what it cost: ranks, seconds, tokens, memory."""

from __future__ import annotations

from collections.abc import Sequence

from eval.figures.figure import Figure, observe
from eval.figures.retrieval import DEPTH, MEASURES
from eval.figures.statistics import NOTHING, Estimate, mean, quantile
from eval.samples import Sample

_RANKS = {
    "Success": "one {name} that answers is among {first}",
    "R": "share of the {name}s that answer among {first}",
    "RR": "1 / rank of the first {name} that answers; 0 beyond {first}",
    "nDCG": "ir-measures, relevance 0 or 1, {first}",
}


def retrieval(found: Sequence[Sample]) -> tuple[Figure, ...]:
    """Return the measures of the search; see `eval.figures.retrieval`."""

    def measured(unit: str, measure: str) -> Estimate:
        searched = [one for one in found if one.retrieved is not None and one.scored[unit] is not None]
        return mean(observe(searched, lambda one: one.scored[unit][measure]))

    return tuple(
        Figure(
            f"{unit}:{measure}",
            _ranked(unit, measure),
            "share",
            measured(unit, measure),
            _RANKS[measure.partition("@")[0]].format(name=name, first=_first(unit, measure)),
        )
        for unit, name in (("by_article", "article"), ("by_quotation", "quotation"))
        for measure in MEASURES
    )


def _ranked(unit: str, measure: str) -> str:
    """Return the name of a measure of retrieval; DEPTH passages are of fewer articles, and it says so."""
    name, _, k = measure.partition("@")
    if unit == "by_article" and int(k) == DEPTH:
        return f"{name} by article, {DEPTH} passages"
    return f"{measure} by {unit.removeprefix('by_')}"


def _first(unit: str, measure: str) -> str:
    k = int(measure.partition("@")[2])
    if unit == "by_quotation":
        return f"the first {k} passages"
    if k == DEPTH:
        return f"the articles of the first {DEPTH} passages"
    return f"the first {k} (articles of {DEPTH} passages)"


def cost(found: Sequence[Sample]) -> tuple[Figure, ...]:
    """Return seconds, tokens and memory."""

    def seconds(key: str, label: str, share: float) -> Figure:
        taken = [float(one.answer["timings"][key]) for one in found if one.answer["timings"][key] is not None]
        name = "median" if share == 0.5 else f"p{share * 100:.0f}"
        return Figure(f"{key}:{name}", f"{label}, {name}", "seconds", quantile(taken, share), "nearest rank")

    def tokens(key: str, label: str) -> Figure:
        counts = observe(
            [one for one in found if one.answer["tokens"]["prompt"]], lambda one: one.answer["tokens"][key]
        )
        return Figure(key, label, "tokens", mean(counts), "mean a question")

    peak = [float(one.memory) for one in found if one.memory]
    most = Estimate(max(peak), None, None, len(peak), len(peak), "highest") if peak else NOTHING
    return (
        seconds("first_evidence", "first evidence", 0.5),
        seconds("first_token", "first words", 0.5),
        seconds("first_token", "first words", 0.95),
        seconds("total", "whole answer", 0.5),
        seconds("total", "whole answer", 0.95),
        tokens("prompt", "tokens read"),
        tokens("reused", "of these taken over"),
        tokens("generated", "tokens written"),
        Figure("memory", "peak memory", "bytes", most, "resident, all processes of the program"),
    )
