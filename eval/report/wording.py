"""Figures as words: one way to write a share, a time or a size with its interval, for every output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eval.compare import Change, Comparison, Flip, Unmatched
from eval.figures.figure import Figure, Unit
from eval.figures.statistics import Estimate
from eval.figures.summary import Summary
from index.text.counted import counted

NONE = "–"
_HEADLINE = (
    "right", "wrong", "abstained", "refused", "exact-match", "f1", "verbatim", "canary",
    "by_article:Success@1", "by_article:Success@5", "first_token:median", "total:median", "total:p95",
)  # fmt: skip


def number(value: float | None, unit: Unit) -> str:
    """Return a value in its unit: "84.4 %", "0.912", "9.60 s", "1.2 GB"."""
    if value is None:
        return NONE
    if unit == "share":
        return f"{100 * value:.1f} %"
    if unit == "score":
        return f"{value:.3f}"
    if unit == "seconds":
        return f"{value:.2f} s"
    if unit == "bytes":
        return f"{value / 1e9:.2f} GB"
    return f"{value:,.0f}"


def interval(estimate: Estimate, unit: Unit) -> str:
    """Return "[68.2, 93.1]" in the unit of `number`; "" where there is none."""
    if estimate.low is None and estimate.high is None:
        return ""
    ends = [number(end, unit).removesuffix(" %").removesuffix(" s") for end in (estimate.low, estimate.high)]
    return f"[{ends[0]}, {ends[1]}]"


def estimate(found: Estimate, unit: Unit) -> str:
    """Return value, interval and n: "84.4 % [68.2, 93.1] (n 32)"."""
    if not found.n:
        return NONE
    parts = [number(found.value, unit), interval(found, unit), f"(n {found.n})"]
    return " ".join(part for part in parts if part)


def headline(summary: Summary) -> list[Figure]:
    """Return the few figures that a run is first judged by, those that it has."""
    figures = [summary.figure(key) for key in _HEADLINE]
    return [one for one in figures if one is not None]


def figures_text(figures: Sequence[Figure]) -> str:
    """Return figures for a terminal, a line each."""
    return "\n".join(f"  {one.label:26} {estimate(one.estimate, one.unit)}" for one in figures)


def to_json(figures: Sequence[Figure]) -> dict[str, Any]:
    """Return figures as JSON values by key."""
    return {
        one.key: {
            "label": one.label,
            "unit": one.unit,
            "value": one.estimate.value,
            "low": one.estimate.low,
            "high": one.estimate.high,
            "n": one.estimate.n,
            "groups": one.estimate.groups,
            "interval": one.estimate.rule,
            "rule": one.rule,
        }
        for one in figures
    }


def comparison_text(found: Comparison) -> str:
    """Return a comparison for a terminal: measures, what changed both ways, and the verdict."""
    lines = [f"{found.name}: {counted(found.questions, 'question')}, the same in both"]
    for key, (before, after) in sorted(found.differs.items()):
        lines.append(f"  differs: {key}: {_brief(before)} → {_brief(after)}")
    lines += [_change(one) for one in found.changes]
    lines.append(f"  verdicts that changed: {estimate(found.flip_rate, 'share')}")
    lines += _flips("lost", found.lost) + _flips("gained", found.gained)
    lines += [f"  BROKEN FLOOR {one}" for one in found.floors]
    lines.append("  worse" if found.failed else "  no real loss, no floor broken")
    return "\n".join(lines)


def unmatched_text(found: Unmatched) -> str:
    """Return in a sentence or two which runs of two folders were not compared; "" if all were."""
    parts = [
        f"Not compared, for {other} has no run of the name: {', '.join(names)}."
        for other, names in (("B", found.only_a), ("A", found.only_b))
        if names
    ]
    return " ".join(parts)


def p_value(p: float) -> str:
    """Return "p 0.012" or "p < 0.001", never a p of nothing."""
    return "p < 0.001" if p < 0.001 else f"p {p:.3f}"


def _change(one: Change) -> str:
    scale = 1.0 if one.name.startswith("seconds") else 100.0
    low, high = (
        NONE if end is None else f"{scale * end:+.1f}" for end in (one.difference.low, one.difference.high)
    )
    p = f", McNemar {p_value(one.p)}" if one.p is not None else ""
    return (
        f"  {one.name:26} {scale * one.a:6.1f} → {scale * one.b:6.1f}  {scale * (one.b - one.a):+.1f}"
        f" [{low}, {high}] (n {one.difference.n}; {one.better} up, {one.worse} down{p})"
        f"{'  REAL LOSS' if one.real_loss else ''}"
    )


def _flips(title: str, flips: Sequence[Flip]) -> list[str]:
    lines = [f"  {title}: {len(flips)}"]
    for one in flips:
        lines.append(f"    {one.key} {one.before} → {one.after}: {one.question}")
        lines.append(f"      {_brief(one.was)} → {_brief(one.now)}")
    return lines


def _brief(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 100 else f"{text[:99]}…"
