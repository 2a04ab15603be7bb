"""What both fits of `eval.calibrate` share: suites to tune on, folds by article, weights as code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval import libraries
from eval.asking import day
from eval.cases import Case, SuiteError
from eval.libraries import Suite
from eval.runner import choose
from index import Library
from rag.question import Question, understand

TUNABLE = "dev"  # the split that may be tuned on; see eval/suites/README.md
FOLDS = 10

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Source:
    """Questions and the folder of a library that holds their articles."""

    suite: Suite
    library: Path


def sources(given: Sequence[str], limit: int | None = None) -> list[Source]:
    """Return the pairs of SUITE LIBRARY SUITE LIBRARY …; SuiteError for an odd one or a report suite.

    `limit` takes so many questions of each suite, the ones that `rag eval run --limit` takes.
    """
    if len(given) % 2:
        raise SuiteError(f"{given[-1]} has no library: give suites and libraries in turn")
    suites = libraries.find_all(given[::2])
    chosen = [replace(one, cases=tuple(choose(tunable(one).cases, limit))) for one in suites]
    return [Source(suite, Path(folder)) for suite, folder in zip(chosen, given[1::2], strict=True)]


def tunable(suite: Suite) -> Suite:
    """Return the suite; SuiteError if a question of it is held out: what is reported is never tuned on."""
    held = [case for case in suite.cases if case.split != TUNABLE]
    if held:
        raise SuiteError(
            f"{suite.path.name}: {len(held)} of its {len(suite.cases)} questions are of the split"
            f' "{held[0].split}" (first: {held[0].id}). Weights are fitted on the split "{TUNABLE}" only:'
            " a figure that was tuned on its own questions says nothing."
        )
    return suite


def asked(case: Case, library: Library) -> Question:
    """Return the question as the program understands it at the end of its conversation."""
    return understand(case.question, [(turn, "") for turn in case.history], day(case), library.marked)


def groups(cases: Sequence[Case]) -> Indices:
    """Return a number a case, the same for cases linked by a group or an article that they must cite.

    Files of one name in two corpora count as one article: they are its two languages, or folds are only
    coarser than they need be.
    """
    if not cases:
        return np.zeros(0, dtype=np.int64)
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    names: dict[str, int] = {}
    links = [
        (row, names.setdefault(name, len(names)))
        for row, case in enumerate(cases)
        for name in sorted({case.group, *(quote.doc_id for quote in case.must_cite)})
    ]
    size = len(cases) + len(names)
    rows, columns = np.array([row for row, _ in links]), np.array([len(cases) + name for _, name in links])
    graph = coo_array((np.ones(len(links)), (rows, columns)), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    return np.asarray(labels[: len(cases)], dtype=np.int64)


def folds(numbers: Indices) -> list[tuple[Indices, Indices]]:
    """Return (indices to fit on, indices to judge on), each group on one side; the same at every call.

    SuiteError if all questions hang together: then nothing could be held out.
    """
    from sklearn.model_selection import GroupKFold

    count = len(set(numbers.tolist()))
    if count < 2:
        raise SuiteError(
            f"The questions make {count} group(s) of articles, so none can be held out;"
            " add a suite about others."
        )
    split = GroupKFold(min(FOLDS, count)).split(numbers, groups=numbers)
    return [(np.asarray(fit, dtype=np.int64), np.asarray(judge, dtype=np.int64)) for fit, judge in split]


def literal(weights: Mapping[str, float]) -> str:
    """Return the weights as Python source to paste, two decimals each."""
    rows = [f'    "{name}": {round(value, 2) + 0.0},' for name, value in weights.items()]  # no -0.0
    return "\n".join(["WEIGHTS: Mapping[str, float] = {", *rows, "}"])


def row(title: str, cells: Iterable[str]) -> str:
    """Return one line of a table."""
    return f"{title:36}" + "".join(f"{cell:>10}" for cell in cells)
