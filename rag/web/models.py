"""Which language model answers: one is in memory for all who ask, and another may take its place.

That happens in the line in which questions wait too, so never during an answer: see `rag.web.desk`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.errors import BadSetting, RagError
from rag.llm import LLM
from rag.models.catalogue import Model
from rag.web.answerer import Answerer
from rag.web.waiting import say


class NotLoaded(RagError):
    """`model` could not be loaded; `stayed` goes on answering."""

    def __init__(self, model: str, stayed: str, why: str) -> None:
        super().__init__(f"{model} could not be loaded; {stayed} goes on answering.\n{why}")
        self.model = model
        self.stayed = stayed
        self.why = why


class Models:
    """The models that may answer, the one that does, and what became of the last change.

    `adopt` and `prepare` are for whose turn it is; the rest may be asked for at any time.
    """

    def __init__(
        self, chosen: str, open_llm: Callable[[str], LLM], installed: Callable[[], Sequence[Model]]
    ) -> None:
        """Begin with `chosen`, which the assistant opens itself; `installed` is asked anew each time."""
        self.chosen = chosen  # answers whatever names no model
        self.wanted = chosen  # what is to be chosen, as soon as it is its turn
        self.loading = ""  # the model that is being loaded just now
        self.problem: NotLoaded | None = None  # why the last change did not come about
        self.installed = installed
        self._open = open_llm

    def ids(self) -> list[str]:
        """Return the names that a question may give: of what is installed, and of what is chosen."""
        there = [one.id for one in self.installed()]
        return there if self.chosen in there else [self.chosen, *there]

    def want(self, model: str) -> None:
        """Note what is to be chosen. Raises BadSetting if it is not installed."""
        if model not in (known := self.ids()):
            raise BadSetting(f"The model {model[:80]!r} is not installed; there are {', '.join(known)}.")
        self.wanted, self.problem = model, None

    def adopt(self, assistant: Answerer) -> None:
        """Choose what is wanted; if it cannot be loaded, say why in `problem` and stay as before."""
        model = self.wanted
        try:
            self._load(assistant, model)
        except NotLoaded as problem:
            self._stay(problem)
        else:
            self.chosen = model

    def prepare(self, assistant: Answerer, named: str | None) -> None:
        """Load what a question is to be answered with: the model that it names, else the chosen one.

        Raises NotLoaded for one that is named. The chosen one leaves the field to the one in memory.
        """
        if named is not None:
            self._load(assistant, named)
            return
        try:
            self._load(assistant, self.chosen)
        except NotLoaded as problem:
            self._stay(problem)

    def _stay(self, problem: NotLoaded) -> None:
        self.chosen, self.problem = problem.stayed, problem
        if self.wanted == problem.model:
            self.wanted = self.chosen

    def _load(self, assistant: Answerer, model: str) -> None:
        before = assistant.model
        if model == before:
            return
        self.loading = model
        try:
            assistant.use(self._open(model))
        except Exception as problem:  # whatever it is, the one before it can answer
            raise NotLoaded(model, before, say(problem)) from problem
        finally:
            self.loading = ""
