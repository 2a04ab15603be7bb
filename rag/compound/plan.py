"""How a question is answered: as one, part by part, or by comparing the answers of two."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

from rag.answer import Answer, Token
from rag.compound import several
from rag.compound.comparing import DIFFERENCES, ORDERS, Comparison, comparison
from rag.compound.joining import joined
from rag.compound.several import Part
from rag.compound.stated import states
from rag.compound.weighing import Found, told_apart, weighed
from rag.explain import Compound, Trace
from rag.question import Question, within


@dataclass(frozen=True, slots=True)
class Told:
    """An answer and how it came about."""

    answer: Answer
    trace: Trace | Compound


Steps = Generator[Token, None, Told]
Ask = Callable[[Question], Steps]  # the path of one question


@dataclass(frozen=True, slots=True)
class Plan:
    """The questions that a question is made of, each with what it compares, if anything."""

    question: Question
    parts: tuple[Part, ...]  # empty if it is one question
    steps: tuple[tuple[Question, Comparison | None], ...]

    @classmethod
    def of(cls, question: Question) -> Plan:
        """Return the plan for a question; that of most has one step and no comparison."""
        parts = several.split(question)
        asked = [within(question, part.text) for part in parts] or [question]
        return cls(question, tuple(parts), tuple((one, comparison(one)) for one in asked))

    @property
    def questions(self) -> list[Question]:
        """All that may be asked of the library and the model."""
        return [
            each for one, compared in self.steps for each in (one, *(compared.questions if compared else ()))
        ]

    def walk(self, ask: Ask) -> Generator[Token, None, tuple[Answer, Trace | Compound]]:
        """Yield the tokens of all steps in turn; return the answer and how it came about."""
        told = []
        for one, compared in self.steps:
            told.append((yield from (_compared(one, compared, ask) if compared else ask(one))))
        if not self.parts:
            return told[0].answer, told[0].trace
        answer = joined(self.question, self.parts, [one.answer for one in told])
        traces = tuple(("part", one.trace) for one in told)
        return answer, Compound(self.question, "several", traces, "joined")


def _compared(question: Question, asked: Comparison, ask: Ask) -> Steps:
    """Answer a comparison from its two sides, or as an article states it.

    A difference that an article states is preferred: its writer knew what belongs together, and it costs one
    reading. Code can tell by the words around a value that it is a difference; which of two is said to be
    larger or earlier it cannot, so there the two sides come first, and the question as it is after them. What
    is answered to the question for a difference, and cannot be seen to be one, may be a level ("grew by 14
    billion", which was the total), and is not said.
    """
    told: list[tuple[str, Trace | Compound]] = []

    def one(role: str, each: Question) -> Generator[Token, None, Found]:
        got = yield from ask(each)
        told.append((role, got.trace))
        finding = got.trace.decision.finding if isinstance(got.trace, Trace) else None
        return Found(got.answer, finding)

    def done(answer: Answer, verdict: str) -> Told:
        return Told(answer, Compound(question, asked.form, tuple(told), verdict))

    if asked.form in DIFFERENCES:
        whole = yield from one("as asked", question)
        if whole.given and whole.finding and states(asked, whole.finding):
            return done(whole.answer, "an article states it")
    first = yield from one("first side", asked.questions[0])
    second = yield from one("second side", asked.questions[1])
    if answer := weighed(question, asked, first, second):
        return done(answer, "computed from both sides")
    if asked.form in ORDERS and not (first.given and second.given):
        whole = yield from one("as asked", question)
        if whole.given:
            return done(whole.answer, "answered as it was asked")
    return done(told_apart(question, asked, first, second), "not computed")
