"""The report of a folder of runs: one self-contained HTML file, the same as Markdown, and all figures as CSV.

Everything in it follows from the runs, so the same runs give the same bytes. Article text is hostile: it is
escaped by the template, and the page's policy lets no script run but the one whose hash it names.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from eval.compare import REPEAT, runs_in
from eval.figures import abstention, noise
from eval.figures.statistics import Estimate
from eval.figures.summary import RETRIEVAL_ONLY, Row, Summary, summarise, sureness
from eval.report import plots, wording
from eval.report import tables as report_tables
from eval.report.failures import MOST, Failure, failures
from eval.report.tables import BySuite, by_suite, given_and_asked, titles
from eval.report.text import DIR, MIXED, markdown, table
from eval.samples import replace_file
from eval.systems import NAMES, ONLY_FINDS
from index.text.counted import counted
from rag.config import ModelSettings

SCRIPT = """\
const [words, ...picks] = ["words", "suite", "type", "language", "verdict", "run"]
  .map(id => document.getElementById(id));
const cards = [...document.querySelectorAll("article")].map(card => [card, card.textContent.toLowerCase()]);
function show() {
  const wanted = words.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const chosen = picks.filter(pick => pick.value);
  let n = 0;
  for (const [card, text] of cards) {
    const fits = wanted.every(word => text.includes(word)) && chosen.every(pick => pick.id === "language"
      ? card.dataset.language.startsWith(pick.value) : card.dataset[pick.id] === pick.value);
    card.hidden = !fits;
    n += fits;
  }
  document.body.classList.toggle("chosen", wanted.length + chosen.length > 0);
  document.getElementById("shown").textContent = n + " of " + cards.length;
}
for (const one of [words, ...picks]) one.addEventListener("input", show);
document.getElementById("controls").hidden = false;
show();
"""
# Nothing may be fetched, and no script run but the one above, which is named by its hash.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src "
    f"'sha256-{base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'"
)
READING = {
    "risk": "Lower is better. The dot at the end of a line is the system as it is; left of it, what it would"
    f" be if it answered only where it is surest. Fewer than {plots.FEW} answers are not drawn.",
    "first": "Further left is faster: the share of questions whose first words had come after so long.",
    "whole": "Further left is faster: the share of questions whose whole answer had come after so long.",
}
FILES = ("report.html", "report.md", "report.csv")
PRINTED = 20  # failures printed of a run, unless the reader has chosen some


def write(folder: Path) -> list[Path]:
    """Write the three files into `folder`, which holds a run or runs; SamplesError if it does not."""
    found = summaries(folder)
    rates = noise.floors(folder)
    suites = by_suite(found)
    every = [one for part in worst(found) for one in part]
    texts = (
        html(found, suites, rates),
        markdown(found, suites, rates, every),
        table(found, suites, rates),
    )
    for name, text in zip(FILES, texts, strict=True):
        replace_file(folder / name, text)
    return [folder / name for name in FILES]


def summaries(folder: Path) -> list[Summary]:
    """Return the figures of the runs in `folder`, no repeats.

    The assistant comes first, then the baselines; of each the model that the program uses by default.
    """
    found = [summarise(path) for name, path in runs_in(folder).items() if not REPEAT.search(name)]
    order = {name: place for place, name in enumerate(NAMES)}
    usual = ModelSettings().llm
    return sorted(
        found,
        key=lambda one: (
            order.get(one.what.get("system", ""), len(order)),
            one.what.get("model") != usual,
            one.name,
        ),
    )


def html(found: Sequence[Summary], suites: BySuite, rates: dict[str, Estimate]) -> str:
    """Return the page."""
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    template = environment.from_string(
        resources.files("eval.report").joinpath("report.html.j2").read_text(encoding="utf-8")
    )
    parts = worst(found)
    same, differing = report_tables.provenance(found)
    return template.render(
        runs=found,
        suites=suites,
        kinds=report_tables.kinds(found),
        titles={run.name: titles(run) for run in found},
        tables=report_tables,
        systems={run.what.get("system"): None for run in found},
        headlines=[
            (split, report_tables.headline(runs), bars(runs))
            for split, runs in report_tables.by_split(found) or [("", found)]
        ],
        lacking=report_tables.no_baselines(found),
        folder=DIR,
        mixed=MIXED if report_tables.by_split(found) else "",
        row_bars=row_bars,
        noise=rates,
        plots=drawn(found),
        calibrations=calibrations(found),
        failures=[(one, place >= PRINTED) for part in parts for place, one in enumerate(part[:MOST])],
        left_out=sum(max(0, len(part) - MOST) for part in parts),
        printed=PRINTED,
        script=Markup(SCRIPT),  # ours
        policy=Markup(POLICY),
        number=wording.number,
        counted=counted,
        interval=wording.interval,
        estimate=wording.estimate,
        whole=lambda share: wording.NONE if share is None else f"{100 * share:.0f}",
        same=same,
        differing=differing,
    )


def bars(runs: Sequence[Summary]) -> list[list[Markup]]:
    """Return the bars of the verdicts of each run; [] if no run has any."""
    drawn = [[Markup(plots.bar(part)) for part in report_tables.verdict_bars(run)] for run in runs]
    return drawn if any(drawn) else []


def row_bars(row: Row) -> list[tuple[Markup, int]]:
    """Return the bars of one kind of question, each with its questions: answerable, not answerable."""
    bars: list[tuple[Markup, int]] = []
    if row.right.n:
        parts = [(name, getattr(row, name).value or 0.0) for name in ("right", "wrong", "abstained")]
        bars.append((Markup(plots.bar(parts)), row.right.n))
    if row.refused.n:
        held = row.refused.value or 0.0
        bars.append((Markup(plots.bar([("refused", held), ("false-answer", 1 - held)])), row.refused.n))
    return bars


def drawn(found: Sequence[Summary]) -> list[tuple[str, str, Markup]]:
    """Return the plots of all runs together: title, how to read it, SVG (all text in it is escaped).

    One that would be empty is left out.
    """
    curves, first, whole = [], [], []
    for run in found:
        given, asked = given_and_asked(run)
        sure, right = sureness(given)
        curves.append((run.name, asked, abstention.risk_coverage(sure, right, asked)))
        first.append((run.name, _seconds(run, "first_token")))
        whole.append((run.name, _seconds(run, "total")))
    every = (
        ("Risk and coverage", READING["risk"], plots.risk_coverage(curves)),
        ("Time to the first words", READING["first"], plots.latency(first)),
        ("Time to the whole answer", READING["whole"], plots.latency(whole)),
    )
    return [(title, reading, Markup(svg)) for title, reading, svg in every if svg]


def _seconds(run: Summary, key: str) -> list[float]:
    if run.what.get("system") == ONLY_FINDS:
        return []
    every = [one.answer["timings"][key] for one in run.samples if RETRIEVAL_ONLY not in one.case.tags]
    return [float(one) for one in every if one is not None]


def calibrations(found: Sequence[Summary]) -> list[tuple[str, int, Markup]]:
    """Return a plot for each run that gave answers: its name, its answers, SVG."""
    result: list[tuple[str, int, Markup]] = []
    for place, run in enumerate(found):
        given, _ = given_and_asked(run)
        if given:
            svg = plots.calibration(place, run.name, abstention.bins(*sureness(given)))
            result.append((run.name, len(given), Markup(svg)))
    return result


def worst(found: Sequence[Summary]) -> list[list[Failure]]:
    """Return the failures of each run, worst first: the assistant's, else those of every run."""
    own = [run for run in found if run.what.get("system") == NAMES[0]]
    chosen = own or [run for run in found if run.what.get("system") != ONLY_FINDS]
    return [failures(run.name, run.samples) for run in chosen]
