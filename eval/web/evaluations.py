"""Evaluations on disk: what was chosen, how far it is, how it ended. Nothing here starts or stops one.

An evaluation is a folder with `plan.json` (what was chosen) and what `rag eval run … --out` keeps in it; its
standard output and error are `result.json`, which is filled only at the end, and `log.txt`. So everything is
told by the files, whichever server began it. A folder that was made on the command line has runs and no plan.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from eval import libraries, samples
from eval.runner import RUN
from index.paths import data_dir

PLAN, RESULT, LOG, SETTINGS = "plan.json", "result.json", "log.txt", "settings.toml"
STOPPED = "Stopped."  # what the command says last when it was stopped by hand
State = Literal["running", "finished", "stopped", "failed", "broken", "kept"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What was chosen, and so what the command is."""

    suites: tuple[str, ...]  # paths
    systems: tuple[str, ...]
    models: tuple[str, ...]
    limit: int | None
    articles: str | None
    questions: Mapping[str, int]  # how many each run will ask, by the name of its folder
    started: str  # ISO time
    repeat: int = 1  # how often each run is done

    def arguments(self, folder: Path) -> list[str]:
        """Return the arguments of `rag` that run it into `folder`, on from where it is."""
        words = [
            "eval",
            "run",
            *self.suites,
            "--out",
            str(folder),
            "--config",
            str(folder / SETTINGS),
            "--json",
        ]
        words += [word for name in self.systems for word in ("--system", name)]
        words += [word for name in self.models for word in ("--model", name)]
        words += ["--limit", str(self.limit)] if self.limit else []
        words += ["--repeat", str(self.repeat)] if self.repeat > 1 else []
        return words + (["--articles", self.articles] if self.articles else [])

    def save(self, folder: Path) -> None:
        """Write it into the folder of its evaluation."""
        samples.replace_file(folder / PLAN, json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n")


@dataclass(frozen=True, slots=True)
class Run:
    """One system with one model: how many questions are answered, and how."""

    name: str
    verdicts: Mapping[str, int]  # right, wrong, abstained; refused, answered
    asked: int  # questions that it will have been asked; those answered where nobody planned them here
    figures: Mapping[str, Any]  # as `rag eval run --json` gives them, once it has ended

    @property
    def done(self) -> int:
        """Questions that are answered."""
        return sum(self.verdicts.values())


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A folder of runs as it is now."""

    id: str
    folder: Path
    plan: Plan | None
    state: State
    runs: tuple[Run, ...]
    said: str = ""  # the error, or the last line of its log
    noise: Mapping[str, Mapping[str, Any]] = field(
        default_factory=dict
    )  # flip rates of runs that were repeated

    @property
    def done(self) -> int:
        """Questions that are answered in all runs."""
        return sum(run.done for run in self.runs)

    @property
    def asked(self) -> int:
        """Questions in all runs."""
        return sum(run.asked for run in self.runs)

    @property
    def started(self) -> dt.datetime:
        """When it was begun, in local time."""
        if self.plan:
            return dt.datetime.fromisoformat(self.plan.started)
        return dt.datetime.fromtimestamp(self.folder.stat().st_mtime).astimezone()

    @property
    def suites(self) -> tuple[str, ...]:
        """The names of its suites."""
        if self.plan:
            return tuple(libraries.name_of(Path(path)) for path in self.plan.suites)
        return tuple({name: None for run in self.runs for name in _suites(self.folder / run.name)})


def home() -> Path:
    """Return the folder of the evaluations (not created)."""
    return data_dir().resolve() / "evaluations"


def every(root: Path, running: str | None = None) -> list[Evaluation]:
    """Return the evaluations in `root`, newest first; `running` is the id of the one under way."""
    there = root.iterdir() if root.is_dir() else ()
    folders = [path for path in there if path.is_dir() and not path.name.startswith(".")]
    found = [read(path, path.name == running) for path in folders]
    return sorted((one for one in found if one), key=lambda one: one.started, reverse=True)


def read(folder: Path, running: bool = False) -> Evaluation | None:
    """Return the evaluation in `folder`, or None if there is none."""
    plan = _plan(folder)
    result = _result(folder)
    figures, noise = result or ({}, {})
    names = dict.fromkeys([*(plan.questions if plan else ()), *_run_folders(folder)])
    runs = []
    for name in names:
        seen = verdicts(folder / name / samples.FILE)
        asked = plan.questions.get(name, 0) if plan else 0
        runs.append(Run(name, seen, max(asked, sum(seen.values())), figures.get(name, {})))
    if not runs:
        return None
    state, said = _state(folder, plan, result is not None, running)
    return Evaluation(folder.name, folder, plan, state, tuple(runs), said, noise)


def verdicts(path: Path) -> Mapping[str, int]:
    """Return how often each verdict is in a file of samples; lines that cannot be read do not count."""
    try:
        now = path.stat()
    except FileNotFoundError:
        return {}
    return _verdicts(path, now.st_mtime_ns, now.st_size)


@lru_cache(maxsize=1000)  # a few counts a file; a file is read again when it has changed
def _verdicts(path: Path, _time: int, _size: int) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for line in path.read_bytes().splitlines():
        with contextlib.suppress(ValueError, KeyError, TypeError):  # torn by a kill; the run itself says so
            found[json.loads(line)["scores"]["label"]] += 1
    return found


def _run_folders(folder: Path) -> list[str]:
    return sorted(path.parent.name for path in folder.glob(f"*/{RUN}"))


def _suites(run: Path) -> list[str]:
    try:
        return list(json.loads((run / RUN).read_text("utf-8"))["what"]["suites"])
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _plan(folder: Path) -> Plan | None:
    try:
        kept: dict[str, Any] = json.loads((folder / PLAN).read_text("utf-8"))
        return Plan(**kept | {key: tuple(kept[key]) for key in ("suites", "systems", "models")})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _result(folder: Path) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return the figures of each run by the name of its folder, and its noise; None before the end."""
    try:
        told = json.loads((folder / RESULT).read_text("utf-8"))
        return {Path(run["folder"]).name: run["figures"] for run in told["runs"]}, told.get("flip_rate", {})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _state(folder: Path, plan: Plan | None, ended: bool, running: bool) -> tuple[State, str]:
    try:
        lines = [line for line in (folder / LOG).read_text("utf-8", "replace").splitlines() if line.strip()]
    except OSError:
        lines = []
    if running:
        return "running", lines[-1].strip() if lines else ""
    if ended:
        return "finished", ""
    if plan is None:
        return "kept", ""
    for place, line in enumerate(lines):
        if line.startswith("Error: "):
            return "failed", "\n".join([line.removeprefix("Error: "), *lines[place + 1 :]])
    return ("stopped" if any(line.startswith(STOPPED) for line in lines) else "broken"), ""
