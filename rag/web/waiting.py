"""Those who wait for the one model, in the order in which they came, and what they are told."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass

from index.errors import LibraryError
from rag.answer import Event
from rag.errors import RagError

# More people than this would wait for minutes on two cores: better told at once than left hanging.
MAX_WAITING = 16


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing yet: the models are being loaded, or others are before this one."""

    before: int  # questions that come first; 0 = only the models are awaited
    seconds: float
    loading: str = ""  # the model that is being loaded in place of another


@dataclass(frozen=True, slots=True)
class Working:
    """The question is being worked on; there is no news since the last event."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Failed:
    """Last event of a question that could not be worked on; `message` is meant for people."""

    message: str
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Stopped:
    """Last event after `Run.stop()`."""


RunEvent = Event | Waiting | Working | Failed | Stopped


def say(problem: BaseException) -> str:
    """Return an error's own words if it was raised on purpose, else its kind and its words."""
    if isinstance(problem, RagError | LibraryError):
        return str(problem)
    return f"Unexpected {type(problem).__name__}: {problem}. The terminal shows more with --debug."


class Line:
    """A queue of people: first come, first served, one at a time.

    A change of the model stands in it too, but counts as no question.
    """

    def __init__(self, limit: int = MAX_WAITING) -> None:
        self._limit = limit
        self._line: deque[object] = deque()
        self._changes: set[object] = set()  # of the tickets in the line, those that are no questions
        self._changed = threading.Condition()

    def join(self, ticket: object) -> bool:
        """Stand at the end; False if the line is full."""
        with self._changed:
            if len(self._line) - len(self._changes) > self._limit:  # the first one is being served
                return False
            self._line.append(ticket)
            return True

    def join_change(self) -> object | None:
        """Let a change stand at the end and return its ticket; None if one waits behind somebody already.

        One that is first may have begun, and then it does not see what is wanted by now.
        """
        with self._changed:
            if any(one in self._changes for one in list(self._line)[1:]):
                return None
            ticket = object()
            self._changes.add(ticket)
            self._line.append(ticket)
            return ticket

    def leave(self, ticket: object) -> None:
        """Step out, served or not; leaving twice is fine."""
        with self._changed:
            with suppress(ValueError):
                self._line.remove(ticket)
            self._changes.discard(ticket)
            self._changed.notify_all()

    def before(self, ticket: object) -> int:
        """Return how many questions come first."""
        with self._changed:
            ahead = list(self._line)[: self._line.index(ticket)]
            return sum(one not in self._changes for one in ahead)

    def first(self, ticket: object) -> bool:
        """Say whether it is this one's turn."""
        with self._changed:
            return self._line[0] is ticket

    def wait(self, ticket: object, seconds: float) -> bool:
        """Wait until it is this one's turn, at most `seconds`; say whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: self._line[0] is ticket, timeout=seconds)
