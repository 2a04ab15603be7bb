"""Weights of `index.search.relevance`, which tell whether a passage that was found holds what was asked.

The same suite may be given with several libraries: whether its answer is there depends on what a library
holds of the articles that a question must cite. One that lacks them teaches what a search looks like that has
nothing to find. Each hit is an observation; right are those that hold a `must_cite` quotation or lie within
one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval import libraries
from eval.calibrate.data import Matrix, Source, Vector, asked, folds, groups, row, tunable
from eval.cases import Case, SuiteError
from eval.figures import abstention
from eval.figures.retrieval import contains
from eval.figures.statistics import Estimate, Observation, mean, over_groups
from eval.runner import choose
from index import Library
from index.records import Hit
from index.search.relevance import MODEL, NOTHING, SIGNALS, WEIGHTS, Side, probability

HITS = 8  # of a search: what `rag search` shows
WRONGLY = 0.01  # share of the questions whose answer is there that NOTHING may be above, at most
SIDES: tuple[Side, ...] = ("same", "across")

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Searched:
    """One question asked of one library; the arrays have one entry a hit, in the order of the search."""

    suite: str
    case: Case
    there: bool  # whether the library holds an article that answers
    sides: tuple[Side, ...]
    signals: Matrix  # (hits, SIGNALS)
    gold: Flags
    cosine: Vector
    fused: Vector


def sources(given: Sequence[str], limit: int | None = None, *, report: bool = False) -> list[Source]:
    """Return the pairs of SUITE LIBRARY …, a suite as often as it is given; report suites only with `report`.

    SuiteError for an odd one, and for a suite that is not to be tuned on.
    """
    if len(given) % 2:
        raise SuiteError(f"{given[-1]} has no library: give suites and libraries in turn")
    found = {name: libraries.find(name) for name in given[::2]}
    for suite in () if report else found.values():
        tunable(suite)
    chosen = {name: replace(suite, cases=tuple(choose(suite.cases, limit))) for name, suite in found.items()}
    return [Source(chosen[name], Path(folder)) for name, folder in zip(given[::2], given[1::2], strict=True)]


def check(library: Library) -> None:
    """Raise SuiteError if the library's vectors are not of the model that relevance is of."""
    if library.embedder.id.partition("@")[0] != MODEL:
        raise SuiteError(
            f"{library.folder} was embedded with {library.embedder.id}, relevance is of {MODEL}\n"
            "index its articles with that model"
        )


def look(suite: str, case: Case, library: Library, held: frozenset[str]) -> Searched | None:
    """Return what a search finds for a case, None if it is not judged; `held`: the library's files."""
    question = asked(case, library)
    judge = library.judge(question.text)
    if judge is None:
        return None
    hits = library.search(question.text, HITS, until=question.as_of)
    return Searched(
        suite,
        case,
        any(quote.doc_id in held for quote in case.must_cite),
        tuple(judge.side(hit.passage) for hit in hits),
        np.array([[judge.signals(hit)[name] for name in SIGNALS] for hit in hits]).reshape(-1, len(SIGNALS)),
        np.array([_gold(hit, case) for hit in hits], dtype=np.bool_),
        np.array([hit.dense or 0.0 for hit in hits]),
        np.array([hit.score for hit in hits]),
    )


def _gold(hit: Hit, case: Case) -> bool:
    return any(
        quote.doc_id == hit.article.file
        and (contains(hit.passage.text, quote.quote) or contains(quote.quote, hit.passage.text))
        for quote in case.must_cite
    )


Weights = Mapping[Side, Mapping[str, float]]


def fit(searched: Sequence[Searched]) -> Weights:
    """Return for each side the bias and the weights of a logistic regression over the hits.

    Deterministic. A side without right or without wrong hits keeps the weights that it has.
    """
    from sklearn.linear_model import LogisticRegression

    fitted: dict[Side, Mapping[str, float]] = {}
    for side in SIDES:
        rows, right = _of_side(searched, side)
        if len(set(right.tolist())) < 2:
            fitted[side] = WEIGHTS[side]
            continue
        # Hardly any penalty: thousands of hits, and signals of about 1.
        found = LogisticRegression(C=100.0, max_iter=1000).fit(rows, right)
        numbers = [found.intercept_[0], *found.coef_[0]]
        fitted[side] = {
            name: round(float(one), 2) for name, one in zip(("bias", *SIGNALS), numbers, strict=True)
        }
    return fitted


def _of_side(searched: Sequence[Searched], side: Side) -> tuple[Matrix, Flags]:
    picked = [np.array([one == side for one in each.sides], dtype=np.bool_) for each in searched]
    rows = [each.signals[chosen] for each, chosen in zip(searched, picked, strict=True)]
    right = [each.gold[chosen] for each, chosen in zip(searched, picked, strict=True)]
    return np.concatenate(rows), np.concatenate(right)


def relevances(one: Searched, weights: Weights) -> Vector:
    """Return the probability of each hit."""
    return np.array(
        [
            probability(dict(zip(SIGNALS, signals, strict=True)), weights[side])
            for signals, side in zip(one.signals.tolist(), one.sides, strict=True)
        ]
    )


@dataclass(frozen=True, slots=True)
class Result:
    """Probabilities of all hits of all questions, and the weights that gave them."""

    searched: tuple[Searched, ...]
    weights: Weights | None  # fitted on all questions; None: those that the program has, nothing was fitted
    relevance: tuple[Vector, ...]  # held out: by weights fitted on other articles


def calibrate(searched: Sequence[Searched]) -> Result:
    """Return the fit on all questions, and probabilities by cross-validation; SuiteError as `folds`."""
    held: list[Vector] = [np.zeros(0)] * len(searched)
    for train, test in folds(groups([one.case for one in searched])):
        weights = fit([searched[i] for i in train])
        for i in test:
            held[i] = relevances(searched[i], weights)
    return Result(tuple(searched), fit(searched), tuple(held))


def judged(searched: Sequence[Searched]) -> Result:
    """Return the probabilities that the program gives."""
    return Result(tuple(searched), None, tuple(relevances(one, WEIGHTS) for one in searched))


def lowest(relevance: Sequence[float], wrongly: float = WRONGLY) -> float:
    """Return the highest bound, of four decimals, below which at most a share `wrongly` of them lie."""
    if not relevance:
        return 0.0
    ordered = sorted(relevance)
    return float(np.floor(ordered[int(wrongly * len(ordered))] * 10_000) / 10_000)


def best(relevance: Vector) -> float:
    """Return the highest probability of a search, 0 where nothing was found."""
    return float(relevance.max(initial=0.0))


def report(result: Result) -> str:
    """Return the weights to paste, if any were fitted, and a table with a row a suite."""
    searched = result.searched
    lines = [
        f"# {len(searched)} searches, {sum(len(one.gold) for one in searched)} hits,"
        f" {sum(int(one.gold.sum()) for one in searched)} of them right"
    ]
    if result.weights is not None:
        lines += [_literal(result.weights), *_bounds(result)]
    for suite in dict.fromkeys(one.suite for one in searched):
        lines += [suite, *_figures(_part(result, suite))]
    return "\n".join(lines)


def _part(result: Result, suite: str) -> Result:
    chosen = [i for i, one in enumerate(result.searched) if one.suite == suite]
    return Result(
        tuple(result.searched[i] for i in chosen), result.weights, tuple(result.relevance[i] for i in chosen)
    )


def _literal(weights: Weights) -> str:
    sides = [
        f'    "{side}": {{\n'
        + "".join(f'        "{name}": {value + 0.0},\n' for name, value in weights[side].items())
        + "    },"
        for side in SIDES
    ]
    return "\n".join(["WEIGHTS: Mapping[Side, Mapping[str, float]] = {", *sides, "}"])


def _bounds(result: Result) -> Iterator[str]:
    """Yield what NOTHING may be: by each suite, and so that no suite is above its share."""
    bounds = {}
    for suite in dict.fromkeys(one.suite for one in result.searched):
        part = _part(result, suite)
        bounds[suite] = lowest(
            [best(own) for one, own in zip(part.searched, part.relevance, strict=True) if one.there]
        )
        yield row(f"NOTHING by {suite}", [f"{bounds[suite]:.4f}"])
    yield row("NOTHING", [f"{min(bounds.values()):.4f}"])


def _figures(part: Result) -> Iterator[str]:
    """Yield one line a measure: is the answer there, by the first hit; is a hit right; and NOTHING."""
    searched, relevance = part.searched, part.relevance
    names = [one.case.group for one in searched]
    there = [one.there for one in searched]
    yield row(f"  searches, answer there {sum(there)}, not {len(there) - sum(there)}", [])
    for title, first in (
        ("relevance", [_first(own) for own in relevance]),
        ("highest relevance", [best(own) for own in relevance]),
        ("cosine", [_first(one.cosine) for one in searched]),
        ("fused score", [_first(one.fused) for one in searched]),
    ):
        yield row(f"  AUROC {title}", [_shown(_auroc(names, first, there))])
    squares = [
        Observation(name, float(((own - one.gold) ** 2).sum()), len(own))
        for name, one, own in zip(names, searched, relevance, strict=True)
    ]
    yield row("  Brier of hits", [_shown(mean(squares))])
    yield row("  ECE of hits", [_shown(_ece(names, searched, relevance))])
    for title, wanted in (("there", True), ("not there", False)):
        said = [
            Observation(name, float(best(own) < NOTHING))
            for name, own, here in zip(names, relevance, there, strict=True)
            if here == wanted
        ]
        yield row(f"  below {NOTHING}, answer {title}", [_shown(mean(said))])


def _first(values: Vector) -> float:
    return float(values[0]) if len(values) else 0.0


def _auroc(names: Sequence[str], sure: Sequence[float], right: Sequence[bool]) -> Estimate:
    figures, flags = np.array(sure), np.array(right, dtype=np.bool_)
    return over_groups(
        names,
        lambda drawn: abstention.auroc(figures[drawn].tolist(), flags[drawn].tolist()),
        abstention.auroc(sure, right),
    )


def _ece(names: Sequence[str], searched: Sequence[Searched], relevance: Sequence[Vector]) -> Estimate:
    def of(drawn: Iterable[int]) -> float | None:
        chosen = list(drawn)
        sure = np.concatenate([relevance[i] for i in chosen])
        right = np.concatenate([searched[i].gold for i in chosen])
        return abstention.ece(sure.tolist(), right.tolist())

    return over_groups(names, of, of(range(len(searched))))


def _shown(estimate: Estimate) -> str:
    if estimate.value is None:
        return "-"
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:.3f}"
    return f"{estimate.value:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]"
