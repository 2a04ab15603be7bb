"""What the desk needs of who answers, and the forms of what it is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from index import Library
from rag.answer import Event, Evidence
from rag.care import CareName
from rag.llm import LLM

Pair = tuple[str, str]  # a question and the answer that was given
# What finds the sources of a question without the model: see `rag.web.ahead.look`.
Look = Callable[[Library, str, Sequence[Pair], dt.date | None], Evidence]


class Answerer(Protocol):
    """What the chat and the API need of `rag.assistant.Assistant`."""

    library: Library

    @property
    def model(self) -> str:
        """Return the id of the language model that answers."""
        ...

    def use(self, llm: LLM) -> None:
        """Answer with another model; raises, and stays with the one before, if it cannot be loaded."""
        ...

    def stream(
        self,
        question: str,
        history: Sequence[Pair] = (),
        *,
        as_of: dt.date | None = None,
        care: CareName | None = None,
    ) -> Iterator[Event]:
        """Yield `Evidence`, then `Token`s, then `Done`; closing the iterator cancels."""
        ...

    def cancel(self) -> None:
        """End the model's call in progress, from any thread; the stream may raise `rag.llm.Cancelled`."""
        ...

    def close(self) -> None:
        """Free the models."""
        ...
