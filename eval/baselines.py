"""The systems that tell which half of the assistant is to blame; `eval.systems` says what each is."""

from __future__ import annotations

import contextlib
import dataclasses
import math
import time
from collections.abc import Iterator, Sequence
from typing import Any, cast

import numpy as np

from eval.asking import Clock, Reply, converse, day, named, standalone
from eval.cases import Case
from index import Library
from index.records import Article, Hit
from rag.answer import Answer, Citation, Claim, Evidence, Timings, Tokens
from rag.assistant import Assistant
from rag.care import NORMAL, Care
from rag.llm import LLM, Generation
from rag.reading.prompting import render

UNKNOWN = "unknown"  # what prompts/closed.md asks for when the model does not know
EVERYTHING = 1_000_000  # passages: more than a search ever returns
CLOSED_TOKENS = 64  # as many as the reader of passages may use for the few words that answer


class Oracle:
    """The assistant over a library in which only the gold articles of the case can be found."""

    name = "oracle"
    searches = False  # what it finds was given to it
    promises = True

    def __init__(
        self, library: Library, llm: LLM, clock: Clock = time.monotonic, *, care: Care = NORMAL
    ) -> None:
        self._library, self._llm, self._care, self._clock = library, llm, care, clock

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
        return converse(Assistant(library, self._llm, care=self._care, clock=self._clock), case)


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
        return Reply(named(finished, case), quotes)

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
        return Reply(named(answer, case))


class Search:
    """Retrieval alone; its answers are empty abstentions, and only what was found is measured."""

    name = "search"
    searches = True
    promises = False

    def asks(self, case: Case) -> bool:
        """Return whether there is something to find."""
        return bool(case.must_cite)

    def warm(self) -> None:
        """Do nothing: the search is not timed."""

    def answer(self, case: Case) -> Reply:
        """Return an empty abstention: the runner itself asks the search and keeps what it finds."""
        return Reply(named(Answer(case.question, "abstained", "", reason="no_evidence"), case))
