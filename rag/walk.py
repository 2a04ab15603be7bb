"""One question on its way: what was found for all that it asks, what the model did, and how long it took."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from index import Library
from index.search.relevance import any_relevant
from rag.answer import Also, Citation, Timings, Token
from rag.care import Care
from rag.evidence import sources as evidence
from rag.evidence.lines import Line
from rag.evidence.sources import Source
from rag.llm import Usage
from rag.question import Question
from rag.saying.compose import citation


@dataclass(frozen=True, slots=True)
class Found:
    """What may answer a question, and whether it is about it at all (None: nobody can tell)."""

    sources: list[Source]
    pool: list[Line]
    relevant: bool | None

    @classmethod
    def of(cls, question: Question, library: Library) -> Found:
        """Search and choose; nothing is looked for where nothing is asked."""
        if question.empty:
            return cls([], [], None)
        hits = evidence.find(question, library)
        return cls(*evidence.chosen(question, hits, library), any_relevant(hits))


class Walk:
    """What is found for every question of a plan before the model says a word, and what the model did."""

    def __init__(self, library: Library, way: Care, watch: Watch) -> None:
        self.way, self.watch, self.usage = way, watch, list[Usage]()
        self._library = library
        self._found: dict[str, Found] = {}
        self.cards: list[Citation] = []

    @property
    def relevant(self) -> bool | None:
        """Whether anything is about any of the questions; None where nobody can tell."""
        told = {one.relevant for one in self._found.values()}
        return True if True in told else None if None in told else False

    def found(self, question: Question) -> Found:
        """Return what may answer a question; it is looked for once."""
        if question.text not in self._found:
            self._found[question.text] = Found.of(question, self._library)
        return self._found[question.text]

    def show(self, questions: Iterable[Question]) -> None:
        """Make the sources of questions into cards, each with its number."""
        for source in [source for one in questions for source in self.found(one).sources]:
            if not self.number(source):
                self.cards.append(_card(len(self.cards) + 1, source))
        self.watch.evidence()

    def number(self, source: Source) -> int:
        """Return which card shows a source, from 1; 0 if none does."""
        sentence = source.best.sentence
        where = (source.article.id, sentence.start, sentence.end)
        return next((one.n for one in self.cards if (one.article, one.start, one.end) == where), 0)


def with_outlets(library: Library, citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Return the citations, each with the other outlets that printed its words."""
    return tuple(
        replace(one, also=tuple(map(Also.of, library.also(one.article, one.start, one.end))))
        for one in citations
    )


class Watch:
    """Seconds since the question arrived."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._start = clock, clock()
        self.first_evidence: float | None = None
        self._first_token: float | None = None

    def _now(self) -> float:
        return round(self._clock() - self._start, 3)

    def evidence(self) -> None:
        """Note that the sources can be shown."""
        self.first_evidence = self._now()

    def tokens(self, lead: str, pieces: Iterator[str]) -> Iterator[Token]:
        """Yield `pieces` as tokens, `lead` before the first and a line's end after the last."""
        for piece in pieces:
            if self._first_token is None:
                self._first_token = self._now()
            yield Token(lead + piece)
            lead = ""
        yield Token("\n")

    def timings(self) -> Timings:
        """Return the seconds until the sources, the first token and now."""
        return Timings(self.first_evidence, self._first_token, self._now())


def _card(n: int, source: Source) -> Citation:
    sentence = source.best.sentence
    return citation(n, source, sentence.start, sentence.end)
