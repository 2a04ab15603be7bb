"""One evaluation at a time, in a process of its own: begin, stop, go on; who began it does not matter.

The process holds a lock for as long as it lives, because it inherits the open file (flock(2): a lock belongs
to the open file, and ends with the last process that has it). So a server that died leaves no doubt behind:
either its evaluation goes on and the lock is held, or it does not. What is running is told beside the lock.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TextIO

from eval import samples
from eval.web.evaluations import LOG, RESULT, SETTINGS, STOPPED, Plan, read

LOCK, JOB = "running.lock", "running.json"
COMMAND = (sys.executable, "-m", "rag")
# Questions of the chat come first: ten steps nicer, a process gets about a tenth of the time that the server
# gets (sched(7): a factor of 1.25 a step, 1.25**10 = 9.3).
NICE = 10


class Busy(Exception):
    """An evaluation is running already."""


@dataclass(frozen=True, slots=True)
class Job:
    """The evaluation that is running."""

    id: str
    pid: int
    server: int  # process that began it
    started: float  # seconds since 1970
    kept: int  # answers that were there when it began
    stopping: bool = False

    @property
    def ours(self) -> bool:
        """Whether this process began it."""
        return self.server == os.getpid()


class Runner:
    """Runs evaluations in the folders of `root` by `command`, `nice` steps nicer than this process."""

    def __init__(self, root: Path, command: Sequence[str] = COMMAND, nice: int = NICE) -> None:
        self.root = root
        self._command = tuple(command)
        self._nice = nice
        self._lock = threading.Lock()  # or a look at the file could be taken for an evaluation

    def job(self) -> Job | None:
        """Return what is running now, whoever began it."""
        with self._lock, contextlib.suppress(OSError), (self.root / LOCK).open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return self._told()
        return None

    def _told(self) -> Job | None:
        try:
            return Job(**json.loads((self.root / JOB).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None  # it has the lock and has not said so yet

    def begin(self, plan: Plan, settings: str) -> None:
        """Begin an evaluation in a folder of its own; `settings` is the rag.toml that it is to go by.

        Raises Busy if one is running, whoever began it.
        """
        with self._alone() as lock:
            folder = self._new(plan)
            plan.save(folder)
            (folder / SETTINGS).write_text(settings, "utf-8")
            self._start(folder, plan, lock)

    def _new(self, plan: Plan) -> Path:
        """Make a folder named by the time of the plan; one more in the same second has a number."""
        name = f"{dt.datetime.fromisoformat(plan.started):%Y-%m-%d-%H%M%S}"
        numbered = (self.root / (f"{name}-{n}" if n > 1 else name) for n in itertools.count(1))
        folder = next(path for path in numbered if not path.exists())
        folder.mkdir()
        return folder

    def resume(self, folder: Path, plan: Plan) -> None:
        """Go on with the evaluation in `folder`. Raises Busy, as `begin` does."""
        with self._alone() as lock:
            self._start(folder, plan, lock)

    def unless_running(self, name: str, act: Callable[[], object]) -> None:
        """Do something to the evaluation `name` that is not running. Raises Busy if it is."""
        try:
            with self._alone():
                act()
        except Busy:
            job = self.job()
            if job is None or job.id == name:
                raise
            act()  # another one is running, so this one cannot begin

    @contextlib.contextmanager
    def _alone(self) -> Iterator[TextIO]:
        self.root.mkdir(parents=True, exist_ok=True)
        with self._lock, (self.root / LOCK).open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy from None
            yield lock

    def _start(self, folder: Path, plan: Plan, lock: TextIO) -> None:
        before = read(folder)
        (folder / LOG).write_text("", "utf-8")
        with (folder / RESULT).open("w") as result, (folder / LOG).open("a") as log:
            process = subprocess.Popen(
                [*self._command, *plan.arguments(folder)],
                stdin=subprocess.DEVNULL,
                stdout=result,
                stderr=log,
                pass_fds=[lock.fileno()],
                process_group=0,  # a Ctrl-C in the server's terminal is passed on by `close`, once
            )
        nice = os.getpriority(os.PRIO_PROCESS, 0) + self._nice
        os.setpriority(os.PRIO_PROCESS, process.pid, min(nice, 19))  # 19 is the most there is
        threading.Thread(target=process.wait, daemon=True).start()  # or it would stay as a zombie
        self._tell(Job(folder.name, process.pid, os.getpid(), time.time(), before.done if before else 0))

    def _tell(self, job: Job) -> None:
        samples.replace_file(self.root / JOB, json.dumps(asdict(job)))

    def stop(self) -> None:
        """Ask what is running to end; returns at once. Every answer that it has given is kept."""
        job = self.job()
        if job is None:
            return
        with (self.root / job.id / LOG).open("a", encoding="utf-8") as log:
            log.write(f"{STOPPED}\n")  # the command says so itself, unless it has hardly begun
        self._tell(replace(job, stopping=True))
        with contextlib.suppress(ProcessLookupError):
            os.kill(job.pid, signal.SIGINT)

    def close(self) -> None:
        """Stop what this process has begun; it ends by itself, and can go on later."""
        job = self.job()
        if job is not None and job.ours:
            self.stop()
