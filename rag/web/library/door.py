"""Which library the page shows: that of the assistant, as soon as it is there."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from index.errors import NotFound
from rag import opening
from rag.errors import RagError

if TYPE_CHECKING:
    from index import Library
    from rag.config import Config
    from rag.web.desk import Desk


class NotReady(RagError):
    """The models are still being loaded, or cannot be."""


class Door:
    """Hands out the library: one that reads at once, one that also computes once the models are there."""

    def __init__(self, desk: Desk, config: Config) -> None:
        self._desk = desk
        self._config = config
        self._own: Library | None = None
        self._lock = threading.Lock()

    def reading(self) -> Library | None:
        """Return a library that can be read and needs no model; None if there is none yet.

        Raises LibraryError if it cannot be opened.
        """
        if self._desk.assistant is not None:
            return self._desk.assistant.library
        with self._lock, suppress(NotFound):
            if self._own is None:
                self._own = self._opened()
            return self._own
        return None

    def library(self) -> Library:
        """Return the library with its embedding model; `NotReady` says why there is none."""
        found = self.reading()
        if found is None or self._desk.health.state == "starting":
            raise NotReady("The models are still being loaded.\nTry again in a moment.")
        return found

    def close(self) -> None:
        """Close the library that this door opened for itself."""
        with self._lock:
            if self._own is not None:
                self._own.close()
                self._own = None

    def _opened(self) -> Library:
        if self._desk.health.state != "starting":  # the language model is missing: the rest may be there
            with suppress(RagError):
                return opening.library(self._config, create=False)
        return opening.library(self._config, create=False, vectors=False)
