"""Evaluations that were removed on the page: put aside by a rename, so that they can be put back.

They stay there as long as the program runs, and are gone when it ends, or is started after a crash.
"""

from __future__ import annotations

import shutil
from functools import partial

from eval.web import evaluations
from eval.web.evaluations import Evaluation
from eval.web.running import Runner

FOLDER = ".removed"  # in the folder of the evaluations, so that the rename stays on its disk


class Trash:
    """What was removed from the evaluations of a runner."""

    def __init__(self, runner: Runner) -> None:
        self.folder = runner.root / FOLDER
        self._runner = runner

    def put(self, one: Evaluation) -> None:
        """Remove an evaluation. Raises Busy if it is running."""
        self.folder.mkdir(exist_ok=True)
        self._runner.unless_running(one.id, partial(one.folder.rename, self.folder / one.id))

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
        return evaluations.every(self.folder)

    def empty(self) -> None:
        """Delete everything that was removed."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _get(self, name: str) -> Evaluation | None:
        return next((one for one in self.all() if one.id == name), None)
