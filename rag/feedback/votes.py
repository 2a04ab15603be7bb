"""Votes on answers, in a file that is written whole: after a crash it is the old one or the new one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from index.errors import CannotWrite
from index.store import files, lock
from rag.answer import Answer, Citation
from rag.errors import BadInput
from rag.showing import terminal

FILE = "feedback.jsonl"
LOCK = "feedback"
MOST_WORDS = 500  # characters of a note or of a right answer: a line or two

Verdict = Literal["up", "down"]
Reason = Literal["wrong", "incomplete", "missed", "other"]  # missed: it is there, and was not found


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody thinks of an answer, and the answer."""

    id: str  # of the turn
    at: str  # when it was last changed, ISO, UTC
    verdict: Verdict
    answer: Answer
    reason: Reason | None = None  # of a down vote
    note: str = ""
    right: str = ""  # what should have been answered
    after: tuple[str, ...] = ()  # the questions before it that it may lean on, oldest first
    looked_at: tuple[Citation, ...] = ()  # the sources that were found for it, best first


_VOTE = TypeAdapter(Vote)


def now() -> str:
    """Return the time as votes tell it."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


class Feedback:
    """The votes beside a library. Safe to use from several threads and processes."""

    def __init__(self, folder: Path) -> None:
        """Keep them in `folder`, that of the library; there is no file before the first."""
        self.path = folder / FILE

    def all(self) -> list[Vote]:
        """Return the votes, in the order in which they were first given.

        Raises BadInput for a line that is not one; the file is then left as it is.
        """
        try:
            lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        return [self._vote(number, line) for number, line in enumerate(lines, 1) if line.strip()]

    def find(self, turn: str) -> Vote | None:
        """Return the vote on a turn, or None."""
        return next((one for one in self.all() if one.id == turn), None)

    def put(self, vote: Vote) -> None:
        """Keep a vote in place of one on the same turn. Raises CannotWrite, BadInput."""
        self._change(lambda votes: {**votes, vote.id: vote})

    def withdraw(self, turn: str) -> None:
        """Forget the vote on a turn, if there is one. Raises CannotWrite, BadInput."""
        self._change(lambda votes: {name: vote for name, vote in votes.items() if name != turn})

    def _vote(self, number: int, line: bytes) -> Vote:
        try:
            return _VOTE.validate_json(line)
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            where = ".".join(map(str, fault["loc"]))
            raise BadInput(
                f"{self.path}, line {number} is not a vote: {where}: {fault['msg']}\n"
                "Correct the line, or remove it; the others stay."
            ) from None

    def _change(self, change: Callable[[dict[str, Vote]], dict[str, Vote]]) -> None:
        with lock.held(self.path.parent, name=LOCK):
            votes = change({one.id: one for one in self.all()})
            text = "".join(f"{terminal.to_json(asdict(one))}\n" for one in votes.values())
            try:
                files.atomic_write(self.path, text.encode())
            except OSError as error:
                raise CannotWrite(
                    f"cannot write {self.path}: {error.strerror}\nmake room or check the folder's permissions"
                ) from error
