"""Plots as inline SVG: no network, no script; colours come from the page, so that they follow dark and light.

Series are told apart by colour, by the dash of their line, and by name in the legend. Every plot has a text
for those who do not see it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from eval.figures.abstention import Bin, Point
from eval.figures.metrics import wilson
from index.text.counted import counted

WIDTH, HEIGHT = 440, 300  # user units; the page scales them
SMALL = (260, 230)
LEFT, RIGHT, TOP, BOTTOM = 48, 22, 26, 40
DASHES = ("", "7 4", "2 3", "9 3 2 3", "12 4", "4 4", "1 4", "14 3 3 3")  # as many as the page has colours
FEW = 5  # answers; the share of wrong ones among fewer jumps about and shows nothing


@dataclass(frozen=True, slots=True)
class Series:
    """A line: its name and (x, y) in the units of the axes, x rising."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Axes:
    """What is drawn along the two axes, from 0 to the given ends; `x_start` above 0 makes x logarithmic."""

    x: str
    y: str
    x_end: float = 1.0
    y_end: float = 1.0
    percent_x: bool = True
    x_start: float = 0.0
    size: tuple[int, int] = (WIDTH, HEIGHT)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a value in user units; what lies beyond an end is put on it."""
        if self.x_start:
            share = math.log(max(x, self.x_start) / self.x_start) / math.log(self.x_end / self.x_start)
        else:
            share = x / self.x_end
        across = LEFT + (self.size[0] - LEFT - RIGHT) * min(share, 1.0)
        up = self.size[1] - BOTTOM - (self.size[1] - TOP - BOTTOM) * min(y / self.y_end, 1.0)
        return round(across, 1), round(up, 1)

    def steps(self) -> list[tuple[float, str]]:
        """Return the values that are marked along x, and their labels."""
        if not self.x_start:
            ends = [self.x_end * step / 4 for step in range(5)]
            return [(one, f"{100 * one:.0f} %" if self.percent_x else f"{one:g}") for one in ends]
        decades = range(round(math.log10(self.x_start)), round(math.log10(self.x_end)) + 1)
        return [(10.0**power, f"{10.0**power:g}") for power in decades]


def risk_coverage(curves: Sequence[tuple[str, int, Sequence[Point]]]) -> str:
    """Return the share of wrong answers against the share of questions answered, surest first.

    A curve is its name, the number of questions asked, and its points; those of fewer than FEW answers are
    left out. "" where nothing is left.
    """
    series = [
        Series(name, [(p.coverage, p.risk) for p in points if round(p.coverage * asked) >= FEW])
        for name, asked, points in curves
    ]
    if not any(one.points for one in series):
        return ""
    return lines(Axes("questions answered, surest first", "of these wrong"), series, ends=True)


def latency(seconds: Sequence[tuple[str, Sequence[float]]]) -> str:
    """Return the share of answers that were ready after so many seconds, on a logarithmic scale.

    "" where no run has any.
    """
    if not any(values for _, values in seconds):
        return ""
    known = [one for _, values in seconds for one in values if one > 0] or [1.0]
    start, end = 10.0 ** math.floor(math.log10(min(known))), 10.0 ** math.ceil(math.log10(max(known)))
    axes = Axes("seconds, each mark ten times the one before", "ready", max(end, 10 * start), x_start=start)
    series = []
    for name, values in seconds:
        ready = [(one, (n + 1) / len(values)) for n, one in enumerate(sorted(values))]
        series.append(Series(name, [(min(values), 0.0), *ready] if ready else []))
    return lines(axes, series)


def calibration(number: int, name: str, bins: Sequence[Bin]) -> str:
    """Return the share of right answers against the confidence; on the diagonal, it means what it says.

    A plot of one run, the series `number` of the others: several over each other cannot be read.
    """
    axes = Axes("confidence", "of these right", size=SMALL)
    (x1, y1), (x2, y2) = axes.at(0, 0), axes.at(1, 1)
    drawn = [f'<line class="diagonal" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>']
    for one in bins:
        (x, y), ends = axes.at(one.confidence, one.right), wilson(one.right * one.n, one.n)
        (_, low), (_, high) = (axes.at(one.confidence, end) for end in ends)
        radius = round(min(2 + one.n**0.5 / 1.5, 9), 1)
        told = f"confidence {one.confidence:.2f}, {100 * one.right:.0f} % right"
        title = f"{name}: {counted(one.n, 'answer')}, {told}"
        colour = f"s{number % len(DASHES)}"
        drawn.append(
            f'<line class="{colour}" x1="{x}" y1="{low}" x2="{x}" y2="{high}"/>'
            f'<circle class="{colour}" cx="{x}" cy="{y}" r="{radius}"><title>{escape(title)}</title></circle>'
        )
    return _frame(axes, "".join(drawn))


def lines(axes: Axes, series: Sequence[Series], *, ends: bool = False) -> str:
    """Return a plot of lines with its legend; `ends` marks the last point of each."""
    drawn: list[str] = []
    for number, one in enumerate(series):
        if not one.points:
            continue
        places = [axes.at(*point) for point in one.points]
        colour, dash = _kind(number)
        drawn.append(
            f'<polyline class="{colour}"{dash} points="{" ".join(f"{x},{y}" for x, y in places)}">'
            f"<title>{escape(one.name)}</title></polyline>"
        )
        if ends or len(places) == 1:  # a line of one point would not be seen
            x, y = places[-1]
            drawn.append(f'<circle class="{colour}" cx="{x}" cy="{y}" r="4"/>')
    legend = "".join(_legend(number, one.name) for number, one in enumerate(series) if one.points)
    return f'{_frame(axes, "".join(drawn))}<ul class="legend">{legend}</ul>'


def bar(parts: Sequence[tuple[str, float]]) -> str:
    """Return a bar divided into shares (0 … 1): (name, share), the name being the class of its colour."""
    drawn, start = [], 0.0
    for name, share in parts:
        if share:
            x, width = round(100 * start, 2), round(100 * share, 2)
            drawn.append(f'<rect class="{escape(name)}" x="{x}" width="{width}" height="8"/>')
        start += share
    told = ", ".join(f"{name} {100 * share:.0f} %" for name, share in parts)
    return (
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img"'
        f' aria-label="{escape(told)}">{"".join(drawn)}</svg>'
    )


def _frame(axes: Axes, drawn: str) -> str:
    """Return a plot: grid, labels, and what is drawn."""
    grid: list[str] = []
    left, bottom = axes.at(axes.x_start, 0)
    right, top = axes.at(axes.x_end, axes.y_end)
    for value, told in axes.steps():
        x, _ = axes.at(value, 0)
        grid.append(f'<line class="grid" x1="{x}" y1="{bottom}" x2="{x}" y2="{top}"/>')
        grid.append(f'<text x="{x}" y="{bottom + 15}" text-anchor="middle">{told}</text>')
    for step in range(5):
        share = axes.y_end * step / 4
        _, y = axes.at(0, share)
        grid.append(f'<line class="grid" x1="{left}" y1="{y}" x2="{right}" y2="{y}"/>')
        grid.append(f'<text x="{left - 6}" y="{y + 4}" text-anchor="end">{100 * share:.0f} %</text>')
    width, height = axes.size
    middle = (LEFT + width - RIGHT) / 2
    label = f'<text x="{middle}" y="{height - 6}" text-anchor="middle">{escape(axes.x)}</text>'
    label += f'<text x="4" y="12">{escape(axes.y)}</text>'
    name = escape(f"{axes.y} against {axes.x}", quote=True)
    return (
        f'<svg class="plot" viewBox="0 0 {width} {height}" role="img" aria-label="{name}">'
        f"{''.join(grid)}{drawn}{label}</svg>"
    )


def _kind(number: int) -> tuple[str, str]:
    """Return colour and dash of a series; when all colours are used, they come again with other dashes."""
    rounds, colour = divmod(number, len(DASHES))
    dash = DASHES[(colour + rounds) % len(DASHES)]
    return f"s{colour}", f' stroke-dasharray="{dash}"' if dash else ""


def _legend(number: int, name: str) -> str:
    colour, dash = _kind(number)
    line = f'<line class="{colour}" x1="0" y1="4" x2="26" y2="4"{dash}/>'
    return f'<li><svg class="key" viewBox="0 0 26 8" aria-hidden="true">{line}</svg> {escape(name)}</li>'
