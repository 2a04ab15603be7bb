"""Work that takes time: one job at a time in a thread of its own, whose state can be asked for and stopped.

The state is of the server, not of a page: a page that is loaded anew shows the job that is running.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from index.errors import Stopped
from index.records import Added
from rag.web.waiting import say

log = logging.getLogger(__name__)

Kind = Literal["add", "verify", "rebuild", "embed"]
State = Literal["running", "stopping", "done", "stopped", "failed"]


class Busy(Exception):
    """Another job is running."""


class Halt(KeyboardInterrupt):
    """Ends a long step from within, as Ctrl-C does: what is in stays in, whole, and the rest is undone."""


@dataclass(frozen=True, slots=True)
class Job:
    """How a job stands."""

    kind: Kind
    state: State = "running"
    stage: str = "starting"  # what it does now, as `w["stage_…"]` says it
    done: int = 0
    total: int = 0  # 0: not known
    name: str = ""  # of the file in hand
    rate: float = 0.0  # of `done` a second, in this stage
    added: Added | None = None
    problems: tuple[str, ...] | None = None  # what a check found
    problem: str = ""  # why it failed

    @property
    def alive(self) -> bool:
        """Whether it goes on."""
        return self.state in ("running", "stopping")

    @property
    def seconds_left(self) -> float | None:
        """Return how long this stage will go on at its rate; None while that is not known."""
        return (self.total - self.done) / self.rate if self.rate > 0 and self.total else None


@dataclass(slots=True)
class Report:
    """What a job tells of itself, and how it hears that it is to stop."""

    _jobs: Jobs
    _since: float = 0.0
    _first: int = 0
    _stage: str = field(default="")

    def tell(self, stage: str, done: int, total: int, name: str = "") -> None:
        """Say how far a stage is; raises `Halt` if the job is to stop."""
        self.check()
        now = self._jobs.clock()
        if stage != self._stage:
            self._stage, self._since, self._first = stage, now, done
        rate = (done - self._first) / (now - self._since) if now > self._since else 0.0
        self._jobs.change(stage=stage, done=done, total=total, name=name, rate=rate)

    def check(self) -> None:
        """Raise `Halt` if the job is to stop."""
        if self.stopping():
            raise Halt

    def stopping(self) -> bool:
        """Whether the job is to stop."""
        return self._jobs.stopping

    def added(self, done: Added) -> None:
        """Say what came in."""
        self._jobs.change(added=done)

    def found(self, problems: list[str]) -> None:
        """Say what a check found."""
        self._jobs.change(problems=tuple(problems))


Work = Callable[[Report], None]


class Jobs:
    """Runs one job at a time and remembers the last one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._job: Job | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def job(self) -> Job | None:
        """Return the job that is running, else the last one."""
        return self._job

    @property
    def stopping(self) -> bool:
        """Whether the running job is to stop."""
        return self._stop.is_set()

    def start(self, kind: Kind, work: Work) -> None:
        """Run `work` in the background; `Busy` if another job is running."""
        with self._lock:
            if self._job and self._job.alive:
                raise Busy
            self._job = Job(kind)
            self._stop.clear()
            self._thread = threading.Thread(target=self._run, args=(work,), name=f"job {kind}", daemon=True)
            self._thread.start()

    def change(self, **what: object) -> None:
        """Change the job's state."""
        with self._lock:
            assert self._job
            self._job = replace(self._job, **what)  # type: ignore[arg-type]  # fields of Job

    def stop(self) -> None:
        """Ask the running job to stop; returns at once."""
        with self._lock:
            if self._job and self._job.alive:
                self._stop.set()
                self._job = replace(self._job, state="stopping")

    def forget(self) -> None:
        """Show the last job no longer; one that is running stays."""
        with self._lock:
            if self._job and not self._job.alive:
                self._job = None

    def close(self, seconds: float) -> None:
        """Stop what is running and wait for it, at most so long: what it has in hand may take longer."""
        self.stop()
        if self._thread:
            self._thread.join(seconds)

    def _run(self, work: Work) -> None:
        try:
            work(Report(self))
        except Stopped as stopped:  # a Halt that the library has turned into what is in
            self.change(state="stopped", added=stopped.done)
        except KeyboardInterrupt:
            self.change(state="stopped")
        except Exception as problem:  # told on the page; a job must not end the program
            log.debug("a job failed", exc_info=True)
            self.change(state="failed", problem=say(problem))
        else:
            self.change(state="stopped" if self.stopping else "done")
