"""The turns that people may still ask about, by key: how they were answered, and what they thought of it."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable

from rag.web.markup import Turn

MOST = 1000  # turns that are remembered; each is some 20 kB with its sources


def new_key() -> str:
    """Return a name for a turn that nobody guesses."""
    return secrets.token_hex(8)


class Turns:
    """The latest turns of all conversations. Safe to use from several threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._turns: dict[str, Turn] = {}
        self._lock = threading.Lock()

    def keep(self, *turns: Turn) -> None:
        """Remember turns as they are now; the one that was kept longest ago may go for it."""
        with self._lock:
            for turn in turns:
                self._turns.pop(turn.key, None)
                self._turns[turn.key] = turn
            while len(self._turns) > self._most:
                del self._turns[next(iter(self._turns))]

    def latest(self, turns: Iterable[Turn]) -> list[Turn]:
        """Return the turns as they were kept last, each as it is if it is not known any more."""
        with self._lock:
            return [self._turns.get(turn.key, turn) for turn in turns]

    def find(self, key: str) -> Turn | None:
        """Return the turn of a key, or None if it is not known any more."""
        with self._lock:
            return self._turns.get(key)
