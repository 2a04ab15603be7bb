"""The figures of several runs side by side; as Markdown and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from eval import wording
from eval.statistics import Estimate
from eval.summary import Figure, Row, Summary

SideBySide = list[tuple[Figure, list[Estimate | None]]]  # a figure, and its value in every run
KINDS = ("right", "wrong", "abstained", "refused")
_CSV = (
    "run", "section", "key", "label", "unit", "value", "low", "high", "n", "groups", "interval", "rule",
)  # fmt: skip


def headline(found: Sequence[Summary]) -> SideBySide:
    """Return the first figures: each with its value in every run."""
    keys = list(dict.fromkeys(one.key for run in found for one in wording.headline(run)))
    return _side_by_side(found, keys)


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


def markdown(found: Sequence[Summary], rates: Mapping[str, Estimate]) -> str:
    """Return the tables as Markdown: headline, by suite, type and language."""
    intro = "95 % intervals in brackets, drawn over source articles; n counts questions."
    names = [run.name for run in found]
    lines = ["# Evaluation", "", intro, "", *_table(["", *names], map(_line, headline(found)))]
    for name, rate in rates.items():
        changed = wording.estimate(rate, "share")
        lines += [f"Noise of {_plain(name)}: {changed} of verdicts change when it is run again.", ""]
    for run in found:
        for title, rows in run.tables:
            if rows:
                lines += [f"## {_plain(run.name)}, by {title}", ""]
                lines += _table([title, *KINDS], map(_kind_line, rows))
    lines += ["## All figures", ""]
    for title, figures in side_by_side(found):
        lines += _table([title, *names, "rule"], [[*_line(one), one[0].rule] for one in figures])
    return "\n".join(lines) + "\n"


def _line(row: tuple[Figure, list[Estimate | None]]) -> list[str]:
    figure, values = row
    cells = [wording.estimate(one, figure.unit) if one else wording.NONE for one in values]
    return [figure.label, *cells]


def _kind_line(row: Row) -> list[str]:
    return [row.name, *(wording.estimate(getattr(row, kind), "share") for kind in KINDS)]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(_plain(cell) for cell in row)} |" for row in lines] + [""]


def _plain(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())


def table(found: Sequence[Summary]) -> str:
    """Return every figure of every run as CSV, shares as 0 … 1, one a line."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(_CSV)
    for run in found:
        for title, figures in run.sections:
            for one in figures:
                head = (run.name, title, one.key, one.label, one.unit)
                rows.writerow([*head, *_numbers(one.estimate), one.rule])
        for title, kinds in run.tables:
            for row in kinds:
                for kind in KINDS:
                    part: Estimate = getattr(row, kind)
                    if part.n:
                        head = (run.name, title, f"{row.name}:{kind}", f"{row.name}: {kind}", "share")
                        rows.writerow([*head, *_numbers(part), ""])
    return out.getvalue()


def _numbers(found: Estimate) -> list[object]:
    ends = ["" if one is None else round(one, 6) for one in (found.value, found.low, found.high)]
    return [*ends, found.n, found.groups, found.rule]
