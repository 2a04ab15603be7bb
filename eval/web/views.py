"""What the templates show of evaluations, runs and comparisons, as words and shares."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from eval import lint, samples
from eval.systems import ONLY_FINDS
from eval.web.evaluations import Evaluation, Run
from eval.web.fault_words import LINT
from eval.web.running import Job
from eval.web.wording import WORDS, kind
from index.text.lang import detect
from rag.web.wording import Language, day

if TYPE_CHECKING:
    from eval.compare import Change, Comparison

VERDICTS = ("right", "wrong", "abstained", "refused", "answered")
__all__ = ["VERDICTS", "day", "detect", "kind"]  # the templates find these here too


@dataclass(frozen=True, slots=True)
class Progress:
    """The running evaluation."""

    one: Evaluation
    stopping: bool
    foreign: bool  # begun by a server that is no more
    left: float | None  # seconds that it may take; None while nobody knows


def progress(job: Job | None, listed: Sequence[Evaluation]) -> Progress | None:
    """Return how far the job is; None without one."""
    one = next((one for one in listed if job and one.id == job.id), None)
    if job is None or one is None:
        return None
    left = None if job.stopping or one.done == one.asked else seconds_left(one, job)
    return Progress(one, job.stopping, not job.ours, left)


def seconds_left(one: Evaluation, job: Job) -> float | None:
    """Return the time per answer since the job began, times what is left; None before the first answer.

    The time runs to the last answer, not to now, and includes loading: the first figures are too high.
    """
    fresh = one.done - job.kept
    files = [one.folder / run.name / samples.FILE for run in one.runs]
    last = max((path.stat().st_mtime for path in files if path.is_file()), default=time.time())
    if fresh <= 0 or last <= job.started:
        return None
    return (last - job.started) / fresh * (one.asked - one.done)


def title(one: Evaluation, language: Language) -> str:
    """Return day and time of an evaluation."""
    return f"{day(one.started.date().isoformat(), language)}, {one.started:%H:%M}"


def run_title(one: Evaluation, run: str, language: Language) -> str:
    """Return what tells a run from others: its name, its suites, its time."""
    return f"{run} · {', '.join(one.suites)} · {title(one, language)}"


def judged(run: Run) -> bool:
    """Return whether a run has verdicts: the search alone gives no answers."""
    return run.name != ONLY_FINDS and not run.name.startswith(f"{ONLY_FINDS}.")


def counts(run: Run) -> list[tuple[str, int]]:
    """Return the verdicts that occur, in order."""
    return [(name, run.verdicts[name]) for name in VERDICTS if run.verdicts.get(name)]


def bar(run: Run) -> Markup:
    """Return the verdicts as a bar; nothing that is not ours is in it."""
    from eval.report.plots import bar as drawn

    return Markup(drawn([(name, n / run.done) for name, n in counts(run)]))


def found(run: Run, language: Language) -> Sequence[str] | None:
    """Return how often the search found the article first and among five, once that is counted."""
    shares = [run.figures.get(f"by_article:Success@{k}", {}).get("value") for k in (1, 5)]
    return None if None in shares else [_decimal(f"{100 * share:.1f} %", language) for share in shares]


def noise(one: Evaluation, language: Language) -> list[str]:
    """Return how many verdicts of each run that was repeated changed, in words."""
    said = []
    for run, rate in one.noise.items():
        ends = [f"{100 * rate[end]:.1f} %" if rate[end] is not None else "–" for end in ("low", "high")]
        told = {"share": f"{100 * rate['share']:.1f} %", "interval": " … ".join(ends)}
        words = {key: _decimal(text, language) for key, text in told.items()}
        said.append(WORDS[language]["noise"].format(run=run, n=rate["n"], **words))
    return said


def fault(one: lint.Fault, language: Language) -> str:
    """Return a fault of a suite in plain words."""
    return LINT[language][one.kind].format(case=one.case, **one.names)


def _decimal(text: str, language: Language) -> str:
    """Return a figure with the decimal mark of the language."""
    return text.replace(".", ",") if language == "vi" else text


def report(folder: Path) -> str:
    """Return the report of an evaluation as HTML, written anew when its answers have changed.

    SamplesError if it holds no run.
    """
    files = sorted(folder.glob(f"*/{samples.FILE}"))
    return _report(folder, tuple((str(path), path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=4)  # megabytes each
def _report(folder: Path, _state: tuple[tuple[str, int], ...]) -> str:
    from eval.report.pages import write

    return write(folder)[0].read_text("utf-8")


def comparison(a: Path, b: Path) -> Comparison:
    """Return what `rag eval compare` finds; SamplesError if the two have not the same questions."""
    from eval.compare import compare_folders

    return compare_folders(a, b)[0]


def change(one: Change, language: Language) -> Mapping[str, str]:
    """Return a measure as words: shares in per cent, seconds as they are."""
    seconds = one.name.startswith("seconds")
    scale, unit = (1.0, " s") if seconds else (100.0, " %")
    low, high = one.difference.low, one.difference.high
    between = f"{scale * low:+.1f} … {scale * high:+.1f}" if low is not None and high is not None else "–"
    told = {
        "a": f"{scale * one.a:.1f}{unit}",
        "b": f"{scale * one.b:.1f}{unit}",
        "difference": f"{scale * (one.b - one.a):+.1f}",
        "interval": between,
        "flips": f"{one.better} / {one.worse}",
        "p": "–" if one.p is None else "< 0.001" if one.p < 0.001 else f"{one.p:.3f}",
    }
    return {key: _decimal(text, language) for key, text in told.items()}
