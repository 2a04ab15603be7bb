"""What is measured: the assistant, and three baselines that tell which half of it is to blame.

- assistant: the program as its users have it.
- oracle: the same reading and answering, but nothing can be found except the articles that answer. What is
  still wrong is not the search's fault. Asked only what can be answered.
- best-sentence: no language model. The first sentence that the program would show as evidence is the answer.
- closed-book: the language model alone. What is right here says nothing about the archive: the model knew it.

And search: no answer, only what is found, for sets that have no answers and for large ones.

All go through `rag.Assistant` or the seams it is made of; nothing of it is written again here.
"""

from __future__ import annotations

import time

from eval.asking import Asking, Clock, System
from eval.baselines import BestSentence, ClosedBook, Oracle, Search
from index import Library
from rag.care import NORMAL, Care
from rag.llm import LLM

NAMES = ("assistant", "oracle", "best-sentence", "closed-book", "search")
WITHOUT_MODEL = frozenset({"best-sentence", "search"})
ONLY_FINDS = Search.name
TOLD_GOLD = Oracle.name  # its answers depend on the gold articles, not on the question alone


def build(
    name: str, library: Library, llm: LLM | None, clock: Clock = time.monotonic, *, care: Care = NORMAL
) -> System:
    """Return the system of that name (one of NAMES) over `library`; `llm` may be None for WITHOUT_MODEL."""
    if name == "best-sentence":
        return BestSentence(library, clock)
    if name == ONLY_FINDS:
        return Search()
    if llm is None:
        raise ValueError(f"{name} needs a language model")
    if name == "assistant":
        return Asking(library, llm, clock, care=care)
    if name == "oracle":
        return Oracle(library, llm, clock, care=care)
    if name == "closed-book":
        return ClosedBook(llm, clock)
    raise ValueError(f"there is no system {name!r}; known are {', '.join(NAMES)}")
