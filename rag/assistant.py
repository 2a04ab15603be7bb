"""The one path from a question to a cited answer; everything that answers goes through here."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from index import Library
from rag import opening
from rag.answer import (
    Answer,
    Done,
    Event,
    Evidence,
    Nearest,
    Status,
    Token,
    Tokens,
)
from rag.care import CARES, NORMAL, Care, CareName
from rag.compound.plan import Plan, Told
from rag.config import Config
from rag.deciding.answering import Decision, decide
from rag.errors import RagError
from rag.evidence.sources import Source
from rag.llm import LLM, Usage
from rag.question import History, Question, understand
from rag.reading.reader import Draft, read, say, warm_prompt
from rag.saying.compose import compose, needs_wording
from rag.saying.phrases import PHRASES
from rag.showing.explain import Compound, Trace
from rag.walk import Found, Walk, Watch, with_outlets

NEAREST = 3  # articles named when there is no answer


class Assistant:
    """Answers questions about a library. Not shared by threads; see `rag.web.desk` for many askers."""

    def __init__(
        self,
        library: Library,
        llm: LLM,
        *,
        care: Care = NORMAL,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Use `library` and `llm`, closed with the assistant; `care` unless a question names one."""
        self.library = library
        self._llm = llm
        self._care = care
        self._clock = clock

    @classmethod
    def open(
        cls, library: Path | str | None = None, config: Config | None = None, *, model: str | None = None
    ) -> Assistant:
        """Open the library and the model of the settings; the model's process starts with the first question.

        Raises LibraryError and RagError, with the fix in the message.
        """
        config = config or Config.load()
        if library:
            config = replace(config, library=replace(config.library, path=Path(library)))
        if model:
            config = replace(config, models=replace(config.models, llm=model))
        return cls(opening.library(config), opening.llm(config), care=CARES[config.answer.care])

    def __enter__(self) -> Assistant:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the model and the library."""
        self._llm.close()
        self.library.close()

    @property
    def model(self) -> str:
        """Return the id of the language model that answers."""
        return self._llm.id

    def use(self, llm: LLM) -> None:
        """Answer with another model from now on; it is loaded here, after the one before it has been freed.

        If it cannot be loaded, that is raised, and the one before is loaded again and stays.
        """
        before = self._llm
        before.close()  # memory may not hold both
        try:
            llm.warm(warm_prompt(llm))
        except BaseException:
            llm.close()
            with suppress(RagError):  # it starts with the next question too
                before.warm(warm_prompt(before))
            raise
        self._llm = llm

    def cancel(self) -> None:
        """End the model's call in progress, from any thread; the stream then raises Cancelled."""
        self._llm.cancel()

    def warm(self) -> None:
        """Load both models and read what every prompt begins with, so that the first answer is quick."""
        self._llm.warm(warm_prompt(self._llm))
        self.library.question_vectors("warm")

    def ask(
        self,
        question: str,
        history: History = (),
        *,
        as_of: dt.date | None = None,
        care: CareName | None = None,
    ) -> Answer:
        """Return the answer; a refusal is an `Answer` too."""
        for event in self.stream(question, history, as_of=as_of, care=care):
            if isinstance(event, Done):
                return event.answer
        raise AssertionError("a stream ends with Done")

    def stream(
        self,
        question: str,
        history: History = (),
        *,
        as_of: dt.date | None = None,
        care: CareName | None = None,
    ) -> Generator[Event, None, None]:
        """Yield Evidence, then Tokens of the unchecked draft, then Done with the checked answer.

        `as_of`: what was written later is not known. `care`: of this question, in place of the assistant's.
        Closing the iterator stops the model within one token.
        """
        asked = understand(question, history, as_of, self.library.marked)
        given = care or asked.care
        way = CARES[given] if given else self._care
        plan, walk = Plan.begun(asked, self.library, way, Watch(self._clock))
        cards = with_outlets(self.library, walk.cards)
        yield Evidence(cards, walk.watch.first_evidence or 0.0)
        answer, trace = yield from plan.walk(lambda one: self._one(one, walk))
        if isinstance(trace, Compound):
            answer = replace(
                answer,
                citations=with_outlets(self.library, answer.citations),
                relevant=walk.relevant,
                timings=walk.watch.timings(),
                tokens=_tokens(walk.usage),
            )
        yield Done(answer, trace)

    def _one(self, asked: Question, walk: Walk) -> Generator[Token, None, Told]:
        """Answer one question, yielding what the model writes."""
        found, way = walk.found(asked), walk.way
        sources, pool = found.sources, found.pool
        usage: list[Usage] = []
        drafts: list[Draft] = []
        if asked.empty or not sources:
            decision = Decision(None, "not_a_question" if asked.empty else "no_evidence")
        else:
            for source in sources[: way.sources]:
                draft = Draft(source)
                drafts.append(draft)
                lead = f"[{walk.number(source)}] "
                yield from walk.watch.tokens(lead, read(asked, source, self._llm, draft))
                usage += draft.usage
                decision = decide(asked, drafts, sources, pool, way)
                if decision.settled:
                    break
        sentence = ""
        if decision.finding and way.wording and needs_wording(asked, decision.finding):
            pieces = []
            for token in walk.watch.tokens(
                "", say(asked, decision.finding.source, decision.finding.short, self._llm, usage)
            ):
                pieces.append(token.text)
                yield token
            sentence = "".join(pieces).strip()
        walk.usage += usage
        return Told(
            self._answer(asked, decision, sentence, found, walk.watch, usage),
            Trace(asked, tuple(sources), tuple(pool), tuple(drafts), decision, sentence, way),
        )

    def _answer(
        self,
        asked: Question,
        decision: Decision,
        sentence: str,
        found: Found,
        watch: Watch,
        usage: Sequence[Usage],
    ) -> Answer:
        said = compose(asked, decision, sentence)
        reason = decision.reason or "unsupported"
        return Answer(
            question=asked.asked,
            status=_status(decision) if said else "abstained",
            answer=said.text if said else PHRASES[asked.lang][reason],
            short=said.short if said else None,
            claims=said.claims if said else (),
            citations=with_outlets(self.library, said.citations) if said else (),
            timeline=said.timeline if said else (),
            reason=None if said else reason,
            nearest=() if said else _nearest(found.sources),
            relevant=found.relevant,
            confidence=decision.confidence,
            model=self._llm.id,
            library=self.library.digest,
            timings=watch.timings(),
            tokens=_tokens(usage),
        )


def _tokens(usage: Sequence[Usage]) -> Tokens:
    return Tokens(
        sum(one.prompt for one in usage),
        sum(one.reused for one in usage),
        sum(one.generated for one in usage),
    )


def _status(decision: Decision) -> Status:
    return "partial" if decision.finding and decision.finding.partial else "answered"


def _nearest(sources: Sequence[Source]) -> tuple[Nearest, ...]:
    articles = {source.article.id: source.article for source in sources}
    return tuple(
        Nearest(one.id, one.title, one.published.isoformat() if one.published else None)
        for one in list(articles.values())[:NEAREST]
    )
