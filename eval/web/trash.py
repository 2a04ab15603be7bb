"""Evaluations that were removed on the page: put aside by a rename, so that they can be put back.

They stay there as long as the program runs, and are gone when it ends, or when one is started after a crash.
Each program has a bin of its own, locked as long as it lives: several may share one folder of evaluations.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path

from eval.web import evaluations
from eval.web.evaluations import Evaluation
from eval.web.running import Runner

FOLDER = ".removed"  # in the folder of the evaluations, so that the rename stays on its disk


class Trash:
    """What was removed from the evaluations of a runner."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._bins = runner.root / FOLDER
        self._own: tuple[Path, int] | None = None  # our bin and its lock, once something is in it

    def put(self, one: Evaluation) -> None:
        """Remove an evaluation. Raises Busy if it is running."""
        self._own = self._own or _locked_bin(self._bins)
        self._runner.unless_running(one.id, partial(one.folder.rename, self._own[0] / one.id))

    def put_back(self, name: str) -> bool:
        """Bring the evaluation of this id back; False if it is not here any more."""
        kept = self._get(name)
        if kept is not None:
            kept.folder.rename(self._runner.root / kept.id)
        return kept is not None

    def forget(self, name: str) -> None:
        """Delete the evaluation of this id."""
        kept = self._get(name)
        if kept is not None:
            shutil.rmtree(kept.folder)

    def all(self) -> list[Evaluation]:
        """Return what can be put back, newest first."""
        return evaluations.every(self._own[0]) if self._own else []

    def empty(self) -> None:
        """Delete everything that was removed here, or by programs that live no more."""
        if self._own:
            os.close(self._own[1])
            self._own = None
        for one in self._bins.glob("*"):
            lock = _lock(one)
            if lock is not None:
                shutil.rmtree(one, ignore_errors=True)
                os.close(lock)
        with suppress(OSError):
            self._bins.rmdir()  # unless another program has a bin there

    def _get(self, name: str) -> Evaluation | None:
        return next((one for one in self.all() if one.id == name), None)


def _locked_bin(bins: Path) -> tuple[Path, int]:
    while True:
        bins.mkdir(exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=bins))
        lock = _lock(made)
        if lock is not None and made.is_dir():  # nobody swept it away before it was locked
            return made, lock


def _lock(folder: Path) -> int | None:
    """Return the lock of a folder (flock(2): it goes with the process); None if another has it."""
    try:
        opened = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(opened)
        return None
    return opened
