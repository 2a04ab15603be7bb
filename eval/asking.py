"""A system under test, and the one that counts: the assistant, asked as its users ask it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from eval.cases import Case
from index import Library
from rag.answer import Answer, Done, Evidence
from rag.assistant import Assistant
from rag.care import NORMAL, Care
from rag.llm import LLM
from rag.question import understand

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer (the JSON object of `rag ask`) and the sentences that it was read from."""

    answer: dict[str, Any]
    evidence: tuple[dict[str, Any], ...] = ()  # {file, quote}, best first


class System(Protocol):
    """Something that answers cases; what it was opened with stays the caller's to close."""

    name: str
    searches: bool  # its retrieval can be measured
    promises: bool  # its answers are bound by the answer contract, see `eval.figures.promises`

    def asks(self, case: Case) -> bool:
        """Return whether the case makes sense for this system."""
        ...

    def warm(self) -> None:
        """Load what is loaded once, so that no question pays for it."""
        ...

    def answer(self, case: Case) -> Reply:
        """Ask the earlier questions of the case in one conversation, then the case itself."""
        ...


def standalone(case: Case, answers: Sequence[str] = ()) -> str:
    """Return the question as the program understands it after the earlier ones of its conversation."""
    said = (*answers, *[""] * (len(case.history) - len(answers)))
    history = list(zip(case.history, said, strict=True))
    return understand(case.question, history, day(case)).text


def day(case: Case) -> dt.date | None:
    """Return the day as of which a case is asked."""
    return dt.date.fromisoformat(case.as_of) if case.as_of else None


class Asking:
    """The assistant."""

    name = "assistant"
    searches = True
    promises = True

    def __init__(
        self, library: Library, llm: LLM, clock: Clock = time.monotonic, *, care: Care = NORMAL
    ) -> None:
        self._assistant = Assistant(library, llm, care=care, clock=clock)

    def asks(self, case: Case) -> bool:
        """Return True: it is asked everything."""
        return True

    def warm(self) -> None:
        """Load both models and read what every prompt begins with, as the chat does when it starts."""
        self._assistant.warm()

    def answer(self, case: Case) -> Reply:
        """Return what `rag ask` would say."""
        return converse(self._assistant, case)


def converse(assistant: Assistant, case: Case) -> Reply:
    """Ask the turns of a case one after the other; return the reply to the last."""
    history: list[tuple[str, str]] = []
    for turn in case.history:
        history.append((turn, assistant.ask(turn, history, as_of=day(case)).answer))
    evidence: tuple[dict[str, Any], ...] = ()
    for event in assistant.stream(case.question, history, as_of=day(case)):
        if isinstance(event, Evidence):
            evidence = tuple({"file": one.file, "quote": one.quote} for one in event.sources)
        elif isinstance(event, Done):
            return Reply(named(event.answer, case), evidence)
    raise AssertionError("a stream ends with Done")


def named(answer: Answer, case: Case) -> dict[str, Any]:
    """Return the JSON object of an answer with the case's id."""
    return dataclasses.replace(answer, id=case.id).to_dict()
