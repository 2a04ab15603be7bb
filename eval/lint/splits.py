"""Questions of one article are not independent: what one split is tuned on must not be in the other.

Halves that share their articles by design say so in `splits.json` beside their suites: for each corpus
whether it is split by "article", as a corpus is that is not named there, or by "question" only. Figures of
the second kind are upper bounds, see eval/suites/README.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from eval import fields
from eval.cases import Case
from eval.fields import SuiteError
from eval.figures.metrics import tokens
from eval.lint.fault import Fault

SPLITS = ("dev", "report")
FILE = "splits.json"


def split_by_question(suite: Path) -> frozenset[str]:
    """Return the corpora that the folder of a suite declares as split by question only."""
    path = suite.parent / FILE
    if not path.is_file():
        return frozenset()
    try:
        said = fields.read_json(path.read_text(encoding="utf-8"))
        fields.only(said, tuple(said), FILE)
        for corpus, by in said.items():
            fields.member(corpus, by, ("article", "question"))
    except (ValueError, TypeError) as error:
        raise SuiteError(f"{path}: {error}") from error
    return frozenset(corpus for corpus, by in said.items() if by == "question")


def unknown_splits(cases: Sequence[Case]) -> Iterator[Fault]:
    """Yield splits that are none."""
    for case in cases:
        if case.split not in SPLITS:
            yield Fault(case.id, "unknown_split", {"split": case.split, "known": ", ".join(SPLITS)})


def repeated(cases: Sequence[Case]) -> Iterator[Fault]:
    """Yield the questions asked twice; after other questions or as of another day is not twice."""
    asked: dict[tuple[str, ...], str] = {}
    for case in cases:
        turns = (*case.history, case.question)
        key = (case.as_of or "", *(" ".join(tokens(turn)) for turn in turns))
        if key in asked:
            yield Fault(case.id, "repeated", {"other": asked[key]})
        asked.setdefault(key, case.id)


def mixed_splits(cases: Sequence[Case], by_question: Collection[str] = ()) -> Iterator[Fault]:
    """Yield groups and articles, also near misses, in two splits; `by_question`: corpora that share them."""
    groups: dict[tuple[str, str], str] = {}
    gold: dict[tuple[str, str], str] = {}
    for case in cases:
        if case.corpus in by_question:
            continue
        yield from _placed(case, "group_split", [case.group], groups)
        yield from _placed(case, "article_split", [quote.doc_id for quote in case.must_cite], gold)
    near = dict(gold)
    for case in cases:
        if case.corpus not in by_question:
            yield from _placed(case, "near_split", case.distractors, near)


def _placed(
    case: Case, kind: str, names: Sequence[str], places: dict[tuple[str, str], str]
) -> Iterator[Fault]:
    for name in dict.fromkeys(names):
        split = places.setdefault((case.corpus, name), case.split)
        if split != case.split:
            yield Fault(case.id, kind, {"name": name, "split": split, "other": case.split})
