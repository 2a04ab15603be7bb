"""One model, many askers: who is next, who has stopped, and whether the model is there yet.

A question runs in a thread of its own that feeds a queue, so that whoever listens can be told at any moment
how things stand, and "stop" is obeyed at once even while the model reads: its call is ended from beside it.
The model's turn ends when the assistant's stream has really been closed, not before.
"""

from __future__ import annotations

import datetime as dt
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

from rag.answer import Done
from rag.care import CareName
from rag.llm import Cancelled
from rag.web.answerer import Answerer, Look, Pair
from rag.web.models import Models
from rag.web.waiting import MAX_WAITING, Failed, Line, RunEvent, Stopped, Waiting, Working, say

log = logging.getLogger(__name__)

# How long a wait lasts before the world is looked at again.
TICK_SECONDS = 0.2
# Searches for those who wait that run at once: one by one the last comes later, all together the first ones
# do (eval/LOG.md).
AHEAD = 2


@dataclass(frozen=True, slots=True)
class Health:
    """How the assistant is: what `GET /health` says and the page shows."""

    state: Literal["starting", "ready", "failed", "closed"]
    why: str | None = None


class Desk:
    """Opens the assistant in the background and lets one question through at a time.

    `open_assistant` does everything that is slow (models, library, a first warm-up) and may raise;
    the message of what it raises is then the answer to every question. Who has to wait for others is
    shown what `look` finds. With `models`, another language model may take the place of the one that answers.
    """

    def __init__(
        self,
        open_assistant: Callable[[], Answerer],
        *,
        max_waiting: int = MAX_WAITING,
        look: Look | None = None,
        models: Models | None = None,
    ) -> None:
        self.models = models
        self._open = open_assistant
        self._look = look
        self._assistant: Answerer | None = None
        self._health = Health("starting")
        self._opened = threading.Event()
        self._line = Line(max_waiting)
        self._runs: set[Run] = set()
        self._lock = threading.Lock()
        self._looking = threading.Semaphore(AHEAD)
        self._thread = threading.Thread(target=self._load, name="open-assistant", daemon=True)

    def start(self) -> None:
        """Begin to open the assistant; returns at once."""
        self._thread.start()

    @property
    def health(self) -> Health:
        """Return how things stand now."""
        return self._health

    @property
    def assistant(self) -> Answerer | None:
        """Return the assistant, once it is there."""
        return self._assistant

    def ask(
        self,
        question: str,
        history: Sequence[Pair] = (),
        *,
        as_of: dt.date | None = None,
        care: CareName | None = None,
        model: str | None = None,
    ) -> Run:
        """Return the run of one question; it begins when its events are read.

        `model`, one of `models.ids()`, answers it in place of the chosen one.
        """
        run = Run(self, question, history, as_of, care, model)
        with self._lock:
            self._runs.add(run)
        return run

    def change_model(self, model: str) -> None:
        """Let another model answer, from its turn in the line on; returns at once.

        Raises BadSetting if it is not installed. What becomes of it is told by `models`.
        """
        if self.models is not None:
            self.models.want(model)
            if ticket := self._line.join_change():
                threading.Thread(
                    target=self._change, args=(self.models, ticket), name="change-model", daemon=True
                ).start()

    def _change(self, models: Models, ticket: object) -> None:
        try:
            while not (self._line.wait(ticket, TICK_SECONDS) and self._opened.wait(TICK_SECONDS)):
                if self._health.state == "closed":
                    return
            if self._assistant is not None and self._health.state == "ready":
                models.adopt(self._assistant)
        finally:
            self._line.leave(ticket)

    def stop(self) -> None:
        """Stop every run and answer no more; returns at once."""
        self._health = Health("closed", "The program is stopping.")
        self._opened.set()
        with self._lock:
            runs = tuple(self._runs)
        for run in runs:
            run.stop()

    def close(self, seconds: float = 3.0) -> None:
        """Stop every run and free the models, waiting at most `seconds` for both."""
        deadline = time.monotonic() + seconds
        self.stop()
        with self._lock:
            runs = tuple(self._runs)
        for run in runs:
            run.join(max(0.0, deadline - time.monotonic()))
        if self._assistant is not None:
            closer = threading.Thread(target=self._assistant.close, name="close-assistant", daemon=True)
            closer.start()
            closer.join(max(0.1, deadline - time.monotonic()))

    def _load(self) -> None:
        try:
            assistant = self._open()
        except Exception as problem:  # whatever it is, the page must say so instead of waiting for ever
            log.debug("the assistant cannot open", exc_info=True)
            self._health = Health("failed", say(problem))
        else:
            self._assistant = assistant
            if self._health.state == "closed":  # stopped while loading
                assistant.close()
            else:
                self._health = Health("ready")
        finally:
            self._opened.set()


class Run:
    """One question on its way through the desk."""

    def __init__(
        self,
        desk: Desk,
        question: str,
        history: Sequence[Pair],
        as_of: dt.date | None = None,
        care: CareName | None = None,
        model: str | None = None,
    ) -> None:
        self._desk = desk
        self._question = question
        self._history = history
        self._as_of, self._care, self._model = as_of, care, model
        self._events: queue.SimpleQueue[RunEvent | None] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._turn = threading.Lock()  # held to tell whether the model is this run's, and to interrupt it
        self._answering: Answerer | None = None
        self._begun = time.monotonic()
        self._thread = threading.Thread(target=self._work, name="answer", daemon=True)

    def stop(self) -> None:
        """Ask the run to end: listeners hear `Stopped` at once, the model within the token in hand."""
        if not self._stop.is_set():
            self._stop.set()
            self._events.put(None)  # wakes who listens
            threading.Thread(target=self._interrupt, name="interrupt", daemon=True).start()

    def _interrupt(self) -> None:
        """End the model's calls until the run has noticed: it may read a prompt, or be about to."""
        while self._thread.is_alive():
            with self._turn:  # the next run's calls are not ours to end
                if self._answering is not None:
                    self._answering.cancel()
            self._thread.join(TICK_SECONDS)

    def join(self, seconds: float) -> None:
        """Wait until the model is free of this run, at most `seconds`."""
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def events(self) -> Iterator[RunEvent]:
        """Yield what happens, at least once a second; closing the iterator stops the run."""
        self._thread.start()
        quiet_since = time.monotonic()
        waiting: Waiting | None = None
        try:
            while True:
                event: RunEvent | None = None
                with suppress(queue.Empty):
                    event = self._events.get(timeout=TICK_SECONDS)
                if self._stop.is_set():
                    yield Stopped()
                    return
                if event is None:
                    if time.monotonic() - quiet_since < 1.0:
                        continue
                    seconds = time.monotonic() - self._begun
                    event = replace(waiting, seconds=seconds) if waiting else Working(seconds)
                quiet_since = time.monotonic()
                waiting = event if isinstance(event, Waiting) else None
                yield event
                if isinstance(event, Failed | Done):
                    return
        finally:
            self.stop()

    def _work(self) -> None:
        line = self._desk._line
        try:
            if not line.join(self):
                self._events.put(Failed("busy", busy=True))
                return
            if self._wait_for_turn(line):
                with suppress(Cancelled):  # as it was asked to
                    self._answer()
        except Exception as problem:  # told to the listener; one question must not end the program
            log.debug("a question failed", exc_info=True)
            self._events.put(Failed(say(problem)))
        finally:
            with self._turn:
                self._answering = None
            line.leave(self)
            with self._desk._lock:
                self._desk._runs.discard(self)

    def _wait_for_turn(self, line: Line) -> bool:
        told: tuple[int, str] | None = None
        looked = False
        models = self._desk.models
        while not self._stop.is_set():
            mine, opened = line.first(self), self._desk._opened.is_set()
            if mine and opened:
                return True
            now = line.before(self), models.loading if models else ""
            if now != told:
                told = now
                self._wait(*now)
            if not mine and not looked and opened:
                looked = True
                self._look_ahead()
                told = None  # the last that is said of a wait is how long it still is
            elif not mine:
                line.wait(self, TICK_SECONDS)
            else:
                self._desk._opened.wait(TICK_SECONDS)
        return False

    def _wait(self, before: int, loading: str) -> None:
        self._events.put(Waiting(before, time.monotonic() - self._begun, loading))

    def _look_ahead(self) -> None:
        assistant, look = self._desk.assistant, self._desk._look
        if assistant is None or look is None:
            return
        with self._desk._looking:
            if not self._stop.is_set():
                self._events.put(look(assistant.library, self._question, self._history, self._as_of))

    def _answer(self) -> None:
        assistant = self._desk.assistant
        if assistant is None or self._desk.health.state != "ready":
            self._events.put(Failed(self._desk.health.why or "The assistant is not there."))
            return
        if models := self._desk.models:
            needed = self._model or models.chosen
            if needed != assistant.model:
                self._wait(0, needed)
            models.prepare(assistant, self._model)
        self._events.put(Working(time.monotonic() - self._begun))
        with self._turn:
            self._answering = assistant
        stream = assistant.stream(self._question, self._history, as_of=self._as_of, care=self._care)
        try:
            for event in stream:
                if self._stop.is_set():
                    return
                self._events.put(event)
        finally:
            close = getattr(stream, "close", None)
            if close is not None:
                close()
