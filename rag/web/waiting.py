"""Those who wait for the one model, in the order in which they came, and what they are told."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass

from rag.answer import Event

# More people than this would wait for minutes on two cores: better told at once than left hanging.
MAX_WAITING = 16


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing yet: the models are being loaded, or others are before this one."""

    before: int  # questions that come first; 0 = only the models are awaited
    seconds: float


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


class Line:
    """A queue of people: first come, first served, one at a time."""

    def __init__(self, limit: int = MAX_WAITING) -> None:
        self._limit = limit
        self._line: deque[object] = deque()
        self._changed = threading.Condition()

    def join(self, ticket: object) -> bool:
        """Stand at the end; False if the line is full."""
        with self._changed:
            if len(self._line) > self._limit:  # the first one is being served
                return False
            self._line.append(ticket)
            return True

    def leave(self, ticket: object) -> None:
        """Step out, served or not; leaving twice is fine."""
        with self._changed:
            with suppress(ValueError):
                self._line.remove(ticket)
            self._changed.notify_all()

    def before(self, ticket: object) -> int:
        """Return how many come first; 0 = it is this one's turn."""
        with self._changed:
            return self._line.index(ticket)

    def wait(self, ticket: object, seconds: float) -> bool:
        """Wait until it is this one's turn, at most `seconds`; say whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: self._line[0] is ticket, timeout=seconds)
