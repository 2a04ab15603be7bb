"""The report as Markdown and as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from eval.figures import abstention
from eval.figures.figure import Figure
from eval.figures.metrics import wilson
from eval.figures.statistics import Estimate
from eval.figures.summary import Row, Summary, sureness
from eval.report import wording
from eval.report.failures import Failure
from eval.report.tables import (
    KINDS,
    SYSTEMS,
    BySuite,
    by_split,
    given_and_asked,
    headline,
    incomplete,
    kinds,
    no_baselines,
    provenance,
    side_by_side,
    suites,
    tuned_on,
)

DIR = "the folder that holds the runs"
MIXED = "Over all questions, those of every split together."
TOLD = 30  # failures in the Markdown; the page has all
ALL = "all"  # in the place of a suite's name: the questions of all suites; "all dev": those of one split
_CSV = (
    "run", "system", "model", "suite", "section", "key", "label", "unit", "value", "low", "high", "n",
    "groups", "interval", "rule",
)  # fmt: skip
_MARKUP = re.compile(r"([\\`*_{}\[\]()#!<>|~&])")


def markdown(
    found: Sequence[Summary], parts: BySuite, rates: Mapping[str, Estimate], failures: Sequence[Failure]
) -> str:
    """Return the report as Markdown: the tables of the page, and the first of the failures."""
    names = [run.name for run in found]
    lines = ["# Evaluation", "", *_intro(found), ""]
    lines += ["## Headline", ""]
    for split, runs in by_split(found) or [("", found)]:
        lines += [f"### {_plain(split)} questions", ""] if split else []
        lines += _table(["", *names], map(_line, headline(runs)))
    for name, rate in rates.items():
        changed = wording.estimate(rate, "share")
        lines += [f"Noise of {_plain(name)}: {changed} of verdicts change when it is run again.", ""]
    lines += _explained(found)
    for suite, runs in parts:
        lines += [f"## {_plain(suite)}", "", *_table(["", *names], map(_line, headline(runs)))]
    for dimension, rows in kinds(found):
        lines += [f"## By {dimension}", ""]
        lines += _table([dimension, "", *names], (line for row in rows for line in _kind_lines(*row)))
    lines += ["## All figures", "", *([MIXED, ""] if by_split(found) else [])]
    for title, figures in side_by_side(found):
        lines += [f"### {title}", ""]
        lines += _table(["", *names, "rule"], [[*_line(one), one[0].rule] for one in figures])
    same, differing = provenance(found)
    lines += ["## What was measured", "", *_table(["", "in every run"], same)]
    if differing:
        lines += _table(["", *names], [[key, *values] for key, values in differing])
    return "\n".join(lines + _failures(failures)) + "\n"


def _intro(found: Sequence[Summary]) -> list[str]:
    asked = ", ".join(f"{name} {n}" for name, n in suites(found).items())
    lines = [
        f"Questions: {_plain(asked)}. 95 % intervals in brackets, drawn over source articles; n counts"
        " questions. No model judged anything."
    ]
    if tuned := tuned_on(found):
        lines += [
            "",
            f"Development questions, which the program may have been fitted to: {', '.join(tuned)}.",
        ]
    for name, missing in incomplete(found):
        lines += ["", f"Not complete: {_plain(name)} lacks the answers to {missing} of the questions."]
    if lacking := no_baselines(found):
        absent, command = lacking
        was, them = ("was", "it") if len(absent) == 1 else ("were", "them")
        told = f"{', '.join(absent)} {was} not run; `{command}` adds {them} (DIR: {DIR})."
        lines += ["", f"No baselines: {told}"]
    return lines


def _explained(found: Sequence[Summary]) -> list[str]:
    there = {str(run.what.get("system")) for run in found}
    return [*(f"- {name}: {text}" for name, text in SYSTEMS.items() if name in there), ""]


def _failures(failures: Sequence[Failure]) -> list[str]:
    if not failures:
        return []
    some = f", the first {TOLD} of {len(failures)}" if len(failures) > TOLD else ""
    rows = [
        [
            one.kind,
            one.sample.key,
            one.run,
            one.sample.case.question,
            str(one.sample.answer.get("short") or one.sample.answer["answer"])[:200],
            "; ".join(one.gold),
        ]
        for one in failures[:TOLD]
    ]
    head = ["verdict", "id", "run", "question", "answer", "known answer"]
    return [f"## What went wrong, worst first{some}", "", *_table(head, rows, _inert)]


def _line(row: tuple[Figure, list[Estimate | None]]) -> list[str]:
    figure, values = row
    cells = [wording.estimate(one, figure.unit) if one else wording.NONE for one in values]
    return [f"{figure.label}{' (must be perfect)' if figure.floor else ''}", *cells]


def _kind_lines(name: str, rows: Sequence[Row | None]) -> list[list[str]]:
    lines = []
    for kind in KINDS:
        parts: list[Estimate | None] = [getattr(row, kind) if row else None for row in rows]
        if any(part and part.n for part in parts):
            cells = [wording.estimate(part, "share") if part else wording.NONE for part in parts]
            lines.append([name, kind, *cells])
    return lines


def _table(
    head: Sequence[str], rows: Iterable[Sequence[str]], safe: Callable[[str], str] | None = None
) -> list[str]:
    first = f"| {' | '.join(map(_plain, head))} |"
    rest = [f"| {' | '.join(map(safe or _plain, row))} |" for row in rows]
    return [first, f"|{' --- |' * len(head)}", *rest, ""]


def _plain(text: str) -> str:
    """Return words of the program's own that do not break a table."""
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())


def _inert(text: str) -> str:
    """Return text that Markdown shows as it is: what an article says must not become a link or an image."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def table(found: Sequence[Summary], parts: BySuite, rates: Mapping[str, Estimate]) -> str:
    """Return every figure of every run as CSV, shares as 0 … 1, one a line; of each split and suite too."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(_CSV)
    names = list(suites(found))
    whole = names[0] if len(names) == 1 else ALL
    splits = [(f"{ALL} {split}", runs) for split, runs in by_split(found)]
    for suite, runs in [(whole, found), *splits, *parts]:
        for run in runs:
            head = (run.name, run.what.get("system"), run.what.get("model"), suite)
            rows.writerows([*head, *row] for row in (*_figure_rows(run), *_curve_rows(run)))
    for run in found:
        if rate := rates.get(run.name):
            head = (run.name, run.what.get("system"), run.what.get("model"), whole)
            label = "verdicts that change when it is run again"
            rows.writerow([*head, "Noise", "flip-rate", label, "share", *_numbers(rate), ""])
    return out.getvalue()


def _figure_rows(run: Summary) -> list[list[object]]:
    rows: list[list[object]] = [
        [title, one.key, one.label, one.unit, *_numbers(one.estimate), one.rule]
        for title, figures in run.sections
        for one in figures
    ]
    for title, kind_rows in run.tables:
        for row in kind_rows:
            for kind in KINDS:
                part: Estimate = getattr(row, kind)
                if part.n:
                    label = f"{row.name}: {kind}"
                    rows.append([title, f"{row.name}:{kind}", label, "share", *_numbers(part), ""])
    return rows


def _curve_rows(run: Summary) -> list[list[object]]:
    """Return the plots as figures: the risk at each tenth of coverage, and the bins of confidence."""
    given, asked = given_and_asked(run)
    if not given:
        return []
    sure, right = sureness(given)
    rows: list[list[object]] = []
    curve = abstention.risk_coverage(sure, right, asked)
    for tenth in range(1, 11):
        reached = next((point for point in curve if point.coverage >= tenth / 10), None)
        if reached:
            numbers = [round(reached.risk, 6), "", "", round(reached.coverage * asked), "", ""]
            rule = f"answers of confidence {reached.confidence:.4f} or more"
            key = f"risk-at:{tenth / 10:.1f}"
            rows.append(
                ["Risk and coverage", key, f"wrong of the surest {10 * tenth} %", "share", *numbers, rule]
            )
    for one in abstention.bins(sure, right):
        low, high = wilson(one.right * one.n, one.n)
        numbers = [round(one.right, 6), round(low, 6), round(high, 6), one.n, "", "Wilson"]
        key, rule = f"bin:{one.low:.1f}-{one.high:.1f}", f"mean confidence {one.confidence:.4f}"
        label = f"right at confidence {one.low:.1f} to {one.high:.1f}"
        rows.append(["Calibration", key, label, "share", *numbers, rule])
    return rows


def _numbers(found: Estimate) -> list[object]:
    ends = ["" if one is None else round(one, 6) for one in (found.value, found.low, found.high)]
    return [*ends, found.n, found.groups, found.rule]
