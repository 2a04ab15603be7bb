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

import contextlib
import dataclasses
import datetime as dt
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np

from eval.cases import Case
from index import Library
from index.records import Article, Hit
from rag.answer import Answer, Citation, Claim, Done, Evidence, Timings, Tokens
from rag.assistant import Assistant
from rag.llm import LLM, Generation
from rag.prompting import render
from rag.question import understand

Clock = Callable[[], float]
NAMES = ("assistant", "oracle", "best-sentence", "closed-book", "search")
WITHOUT_MODEL = frozenset({"best-sentence", "search"})
ONLY_FINDS = "search"
TOLD_GOLD = "oracle"  # its answers depend on the gold articles, not on the question alone
UNKNOWN = "unknown"  # what prompts/closed.md asks for when the model does not know
EVERYTHING = 1_000_000  # passages: more than a search ever returns
CLOSED_TOKENS = 64  # as many as the reader of passages may use for the few words that answer


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


def build(name: str, library: Library, llm: LLM | None, clock: Clock = time.monotonic) -> System:
    """Return the system of that name (one of NAMES) over `library`; `llm` may be None for WITHOUT_MODEL."""
    if name == "best-sentence":
        return BestSentence(library, clock)
    if name == ONLY_FINDS:
        return Search()
    if llm is None:
        raise ValueError(f"{name} needs a language model")
    if name == "assistant":
        return Asking(library, llm, clock)
    if name == "oracle":
        return Oracle(library, llm, clock)
    if name == "closed-book":
        return ClosedBook(llm, clock)
    raise ValueError(f"there is no system {name!r}; known are {', '.join(NAMES)}")


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

    def __init__(self, library: Library, llm: LLM, clock: Clock = time.monotonic) -> None:
        self._assistant = Assistant(library, llm, clock=clock)

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
            return Reply(_named(event.answer, case), evidence)
    raise AssertionError("a stream ends with Done")


def _named(answer: Answer, case: Case) -> dict[str, Any]:
    return dataclasses.replace(answer, id=case.id).to_dict()


class Oracle:
    """The assistant over a library in which only the gold articles of the case can be found."""

    name = "oracle"
    searches = False  # what it finds was given to it
    promises = True

    def __init__(self, library: Library, llm: LLM, clock: Clock = time.monotonic) -> None:
        self._library, self._llm, self._clock = library, llm, clock

    def asks(self, case: Case) -> bool:
        """Return whether there is gold evidence to hand over."""
        return bool(case.must_cite)

    def warm(self) -> None:
        """Load what the assistant loads."""
        Assistant(self._library, self._llm).warm()

    def answer(self, case: Case) -> Reply:
        """Return the assistant's reply when it can only find what answers."""
        files = {quote.doc_id for quote in case.must_cite} | set(case.may_cite)
        gold = [article for article in self._library.articles() if article.file in files]
        # The view gives all that the assistant asks of a library; it is none that could be opened.
        library = cast(Library, GoldOnly(self._library, gold))
        return converse(Assistant(library, self._llm, clock=self._clock), case)


class GoldOnly:
    """A library that finds passages of certain articles only; all else is the library's own.

    What the search finds of them keeps its scores, for the reading is used to these; all that it does not
    find comes after that, with a score of 0.
    """

    def __init__(self, library: Library, articles: Sequence[Article]) -> None:
        self._library, self._articles = library, articles

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the library has under that name
        return getattr(self._library, name)

    def search(self, query: str, k: int = 8, **_filters: object) -> list[Hit]:
        """Return at most `k` passages of those articles, best first."""
        wanted = {article.id for article in self._articles}
        hits = [hit for hit in self._library.search(query, EVERYTHING) if hit.article.id in wanted]
        known = {hit.passage.id for hit in hits}
        asked = self._library.question_vectors(query)
        rest = [hit for article in self._articles for hit in self._hits(article, asked[article.lang][0])]
        rest = [hit for hit in rest if hit.passage.id not in known]
        return [*hits, *sorted(rest, key=lambda hit: (-(hit.dense or 0.0), hit.passage.id))][:k]

    def _hits(self, article: Article, vector: np.ndarray[Any, Any]) -> Iterator[Hit]:
        """Yield all passages with the cosine of their nearest sentence."""
        sentences = self._library.sentences(article.id)
        vectors = self._library.sentence_vectors(article.id)
        near = np.zeros(len(sentences)) if vectors is None else vectors @ vector
        for passage in self._library.passages(article.id):
            inside = [
                float(one)
                for one, span in zip(near, sentences, strict=True)
                if passage.start <= span.start and span.end <= passage.end
            ]
            yield Hit(article, passage, score=0.0, dense=max(inside, default=0.0))


class BestSentence:
    """The first sentence of evidence, unread; its confidence is the search's score of its article."""

    name = "best-sentence"
    searches = True
    promises = True

    def __init__(self, library: Library, clock: Clock = time.monotonic) -> None:
        self._library, self._clock = library, clock

    def asks(self, case: Case) -> bool:
        """Return True: it is asked everything."""
        return True

    def warm(self) -> None:
        """Load the embedding model."""
        self._library.embedder.queries(["warm"])

    def answer(self, case: Case) -> Reply:
        """Return the sentence as an answer that cites itself; an abstention only when nothing is found."""
        start = self._clock()
        # The model is never called: the stream is left at its first event, before anything is read.
        assistant = Assistant(self._library, cast(LLM, None), clock=self._clock)
        history = [(turn, "") for turn in case.history]
        stream = assistant.stream(case.question, history, as_of=day(case))
        with contextlib.closing(stream):
            shown = next(stream)
        sources = shown.sources if isinstance(shown, Evidence) else ()
        answer = self._answer(case, sources)
        seconds = round(self._clock() - start, 3)
        finished = dataclasses.replace(
            answer, timings=Timings(first_evidence=seconds, total=seconds), library=self._library.digest
        )
        quotes = tuple({"file": one.file, "quote": one.quote} for one in sources)
        return Reply(_named(finished, case), quotes)

    def _answer(self, case: Case, sources: Sequence[Citation]) -> Answer:
        if not sources:
            return Answer(case.question, "abstained", "", reason="no_evidence")
        top = dataclasses.replace(sources[0], n=1)
        said = f"{top.quote} [1]"
        hits = self._library.search(standalone(case), 10, until=day(case))
        score = max((hit.score for hit in hits if hit.article.id == top.article), default=0.0)
        claim = Claim(said, True, (1,))
        return Answer(
            case.question,
            "answered",
            said,
            short=top.quote,
            claims=(claim,),
            citations=(top,),
            confidence=round(score, 4),
        )


class ClosedBook:
    """The language model without an archive; its confidence is its tokens' mean probability (geometric)."""

    name = "closed-book"
    searches = False
    promises = False  # it cites nothing

    def __init__(self, llm: LLM, clock: Clock = time.monotonic) -> None:
        self._llm, self._clock = llm, clock

    def asks(self, case: Case) -> bool:
        """Return True: it is asked everything."""
        return True

    def warm(self) -> None:
        """Load the model."""
        self._llm.warm()

    def answer(self, case: Case) -> Reply:
        """Return the model's few words."""
        start = self._clock()
        run = Generation()
        first: float | None = None
        prompt = render("closed", self._llm.markup, question=standalone(case))
        for _ in self._llm.generate(prompt, max_tokens=CLOSED_TOKENS, stop=("\n",), into=run):
            first = round(self._clock() - start, 3) if first is None else first
        said = run.text.strip()
        knows = bool(said) and not said.casefold().startswith((UNKNOWN, "không biết"))
        answer = Answer(
            case.question,
            "answered" if knows else "abstained",
            said,
            short=said if knows else None,
            reason=None if knows else "no_evidence",
            confidence=round(math.exp(sum(run.logprobs) / len(run.logprobs)), 4) if run.logprobs else 0.0,
            model=self._llm.id,
            timings=Timings(None, first, round(self._clock() - start, 3)),
            tokens=Tokens(run.usage.prompt, run.usage.reused, run.usage.generated),
        )
        return Reply(_named(answer, case))


class Search:
    """Retrieval alone; its answers are empty abstentions, and only what was found is measured."""

    name = ONLY_FINDS
    searches = True
    promises = False

    def asks(self, case: Case) -> bool:
        """Return whether there is something to find."""
        return bool(case.must_cite)

    def warm(self) -> None:
        """Do nothing: the search is not timed."""

    def answer(self, case: Case) -> Reply:
        """Return an empty abstention: the runner itself asks the search and keeps what it finds."""
        return Reply(_named(Answer(case.question, "abstained", "", reason="no_evidence"), case))
