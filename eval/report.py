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
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from eval import abstention, noise, plots, wording
from eval.compare import REPEAT, runs_in
from eval.failures import MOST, Failure, failures
from eval.report_text import broken, headline, markdown, side_by_side, table
from eval.samples import replace_file
from eval.statistics import Estimate
from eval.summary import Summary, summarise, sureness
from eval.systems import NAMES, ONLY_FINDS

SCRIPT = """\
const [box, kind, run] = ["words", "kind", "run"].map(id => document.getElementById(id));
const cards = [...document.querySelectorAll("article")].map(card => [card, card.textContent.toLowerCase()]);
function show() {
  const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let n = 0;
  for (const [card, text] of cards) {
    const fits = (!kind.value || card.dataset.kind === kind.value)
      && (!run.value || card.dataset.run === run.value)
      && words.every(word => text.includes(word));
    card.hidden = !fits;
    n += fits;
  }
  document.getElementById("shown").textContent = n + " of " + cards.length;
}
for (const one of [box, kind, run]) one.addEventListener("input", show);
show();
"""
READING = {
    "risk": "Lower is better; the end of a line is the program as it is.",
    "calibration": "On the diagonal, confidence means what it says; area grows with answers.",
    "latency": "Further left is faster.",
}
FILES = ("report.html", "report.md", "report.csv")


def write(folder: Path) -> list[Path]:
    """Write the three files into `folder`, which holds a run or runs; SamplesError if it does not."""
    found = summaries(folder)
    rates = noise.floors(folder)
    texts = (html(found, rates), markdown(found, rates), table(found))
    for name, text in zip(FILES, texts, strict=True):
        replace_file(folder / name, text)
    return [folder / name for name in FILES]


def summaries(folder: Path) -> list[Summary]:
    """Return the figures of the runs in `folder`, the assistant first, then the baselines; no repeats."""
    found = [summarise(path) for name, path in runs_in(folder).items() if not REPEAT.search(name)]
    order = {name: place for place, name in enumerate(NAMES)}
    return sorted(found, key=lambda one: (order.get(one.what.get("system", ""), len(order)), one.name))


def html(found: Sequence[Summary], rates: dict[str, Estimate]) -> str:
    """Return the page."""
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    template = environment.from_string(
        resources.files("eval").joinpath("report.html.j2").read_text(encoding="utf-8")
    )
    shown, left_out = worst(found)
    return template.render(
        runs=found,
        headline=headline(found),
        figures=side_by_side(found),
        noise=rates,
        plots=drawn(found),
        failures=shown,
        left_out=left_out,
        kinds=list(dict.fromkeys(one.kind for one in shown)),
        script=Markup(SCRIPT),  # ours, and named by its hash
        script_hash=base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode(),
        number=wording.number,
        interval=wording.interval,
        estimate=wording.estimate,
        broken=broken,
        provenance=[(one.name, list(flat(one.what))) for one in found],
    )


def drawn(found: Sequence[Summary]) -> list[tuple[str, str, Markup]]:
    """Return the plots: title, how to read it, SVG (all text in it is escaped)."""
    curves, bins, seconds = [], [], []
    for run in found:
        if run.what.get("system") == ONLY_FINDS:
            continue
        given = [one for one in run.samples if one.scored["given"]]
        sure, right = sureness(given)
        if given:
            curves.append((run.name, abstention.risk_coverage(sure, right, len(run.samples))))
            bins.append((run.name, abstention.bins(sure, right)))
        seconds.append((run.name, [float(one.answer["timings"]["total"]) for one in run.samples]))
    if not seconds:
        return []
    return [
        ("Risk and coverage", READING["risk"], Markup(plots.risk_coverage(curves))),
        ("Calibration", READING["calibration"], Markup(plots.calibration(bins))),
        ("Time to a whole answer", READING["latency"], Markup(plots.latency(seconds))),
    ]


def worst(found: Sequence[Summary]) -> tuple[list[Failure], int]:
    """Return the failures to show and how many are left out: the assistant's, else those of every run."""
    own = [run for run in found if run.what.get("system") == NAMES[0]]
    chosen = own or [run for run in found if run.what.get("system") != ONLY_FINDS]
    every = [failures(run.name, run.samples) for run in chosen]
    return [one for part in every for one in part[:MOST]], sum(max(0, len(part) - MOST) for part in every)


def flat(value: Any, path: str = "") -> list[tuple[str, str]]:  # noqa: ANN401 - JSON
    """Return the leaves of JSON objects as ("packages.torch", "2.1")."""
    if isinstance(value, dict):
        return [leaf for key, one in value.items() for leaf in flat(one, f"{path}.{key}" if path else key)]
    return [(path, "–" if value is None else str(value))]
