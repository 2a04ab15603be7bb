"""Plots as inline SVG: no network, no script; colours come from the page, so that they follow dark and light.

Series are told apart by colour, by the dash of their line, and by name in the legend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from eval.abstention import Bin, Point

WIDTH, HEIGHT = 440, 300  # user units; the page scales them
LEFT, RIGHT, TOP, BOTTOM = 48, 22, 26, 40
DASHES = ("", "7 4", "2 3", "9 3 2 3", "12 4", "4 4")


@dataclass(frozen=True, slots=True)
class Series:
    """A line: its name and (x, y) in the units of the axes, x rising."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Axes:
    """What is drawn along the two axes, from 0 to the given ends."""

    x: str
    y: str
    x_end: float = 1.0
    y_end: float = 1.0
    percent_x: bool = True

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a value in user units."""
        across = LEFT + (WIDTH - LEFT - RIGHT) * min(x / self.x_end, 1.0)
        up = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(y / self.y_end, 1.0)
        return round(across, 1), round(up, 1)


def risk_coverage(curves: Sequence[tuple[str, Sequence[Point]]]) -> str:
    """Return the share of wrong answers against the share of questions answered, surest first."""
    axes = Axes("questions answered, surest first", "of these wrong")
    return lines(axes, [Series(name, [(p.coverage, p.risk) for p in points]) for name, points in curves])


def latency(seconds: Sequence[tuple[str, Sequence[float]]]) -> str:
    """Return the share of answers that were ready after so many seconds."""
    longest = max((max(values) for _, values in seconds if values), default=1.0)
    axes = Axes("seconds", "answers ready", x_end=_round_up(longest), percent_x=False)
    series = [
        Series(name, [(0.0, 0.0), *((one, (n + 1) / len(values)) for n, one in enumerate(sorted(values)))])
        for name, values in seconds
        if values
    ]
    return lines(axes, series)


def calibration(found: Sequence[tuple[str, Sequence[Bin]]]) -> str:
    """Return the share of right answers against the confidence; on the diagonal, it means what it says."""
    axes = Axes("confidence", "of these right")
    (x1, y1), (x2, y2) = axes.at(0, 0), axes.at(1, 1)
    drawn = [f'<line class="diagonal" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>']
    for number, (name, bins) in enumerate(found):
        for one in bins:
            x, y = axes.at(one.confidence, one.right)
            radius = round(min(3 + one.n**0.5, 14), 1)
            title = f"{name}: {one.n} answers, confidence {one.confidence:.2f}, {100 * one.right:.0f} % right"
            drawn.append(
                f'<circle class="s{number % len(DASHES)}" cx="{x}" cy="{y}" r="{radius}">'
                f"<title>{escape(title)}</title></circle>"
            )
    return _frame(axes, "".join(drawn), [name for name, _ in found])


def lines(axes: Axes, series: Sequence[Series]) -> str:
    """Return a plot of lines."""
    drawn: list[str] = []
    for number, one in enumerate(series):
        places = " ".join(f"{x},{y}" for x, y in (axes.at(*point) for point in one.points))
        kind = number % len(DASHES)
        dash = f' stroke-dasharray="{DASHES[kind]}"' if DASHES[kind] else ""
        drawn.append(
            f'<polyline class="s{kind}"{dash} points="{places}"><title>{escape(one.name)}</title></polyline>'
        )
        if len(one.points) == 1:  # a line of one point would not be seen
            x, y = axes.at(*one.points[0])
            drawn.append(f'<circle class="s{kind}" cx="{x}" cy="{y}" r="4"/>')
    return _frame(axes, "".join(drawn), [one.name for one in series])


def _frame(axes: Axes, drawn: str, names: Sequence[str]) -> str:
    """Return a whole plot: grid, labels, what is drawn, legend below."""
    grid: list[str] = []
    for step in range(5):
        share = step / 4
        x, y = axes.at(axes.x_end * share, axes.y_end * share)
        left, bottom = axes.at(0, 0)
        right, top = axes.at(axes.x_end, axes.y_end)
        across = f"{100 * share:.0f} %" if axes.percent_x else f"{axes.x_end * share:g}"
        grid.append(f'<line class="grid" x1="{left}" y1="{y}" x2="{right}" y2="{y}"/>')
        grid.append(f'<line class="grid" x1="{x}" y1="{bottom}" x2="{x}" y2="{top}"/>')
        grid.append(f'<text x="{x}" y="{bottom + 15}" text-anchor="middle">{across}</text>')
        grid.append(
            f'<text x="{left - 6}" y="{y + 4}" text-anchor="end">{100 * axes.y_end * share:.0f} %</text>'
        )
    middle = (LEFT + WIDTH - RIGHT) / 2
    label = f'<text x="{middle}" y="{HEIGHT - 6}" text-anchor="middle">{escape(axes.x)}</text>'
    label += f'<text x="4" y="12">{escape(axes.y)}</text>'
    name = escape(f"{axes.y} against {axes.x}", quote=True)
    legend = "".join(_legend(number, one) for number, one in enumerate(names))
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{name}">'
        f'{"".join(grid)}{drawn}{label}</svg><ul class="legend">{legend}</ul>'
    )


def _legend(number: int, name: str) -> str:
    kind = number % len(DASHES)
    line = f'<line class="s{kind}" x1="0" y1="4" x2="26" y2="4" stroke-dasharray="{DASHES[kind]}"/>'
    return f'<li><svg class="key" viewBox="0 0 26 8" aria-hidden="true">{line}</svg> {escape(name)}</li>'


def _round_up(value: float) -> float:
    """Return the next of 1, 2, 4, 8, 12, 20, 40 … that is not below `value`."""
    scale = 1.0
    while True:
        for step in (1.0, 2.0, 4.0, 8.0):
            if value <= step * scale:
                return step * scale
        scale *= 10
