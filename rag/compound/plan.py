"""How a question is answered: as one, part by part, by comparing the answers of two, or year by year."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from index import Library
from rag.answer import Answer, Token
from rag.care import Care
from rag.checks.verify import Finding
from rag.compound import coordinated, several, tellers
from rag.compound.comparing import DIFFERENCES, ORDERS, Comparison, comparison
from rag.compound.course import Course, course
from rag.compound.ends import ends, ends_of, level
from rag.compound.followed import told_over
from rag.compound.joining import joined, withheld
from rag.compound.several import Part
from rag.compound.stated import states
from rag.compound.weighing import Found, told_apart, weighed
from rag.question import Question, within
from rag.showing.explain import Compound, Trace
from rag.walk import Found as Evidence
from rag.walk import Walk, Watch


@dataclass(frozen=True, slots=True)
class Told:
    """An answer and how it came about."""

    answer: Answer
    trace: Trace | Compound


Steps = Generator[Token, None, Told]
Ask = Callable[[Question], Steps]  # the path of one question
Find = Callable[[Question], Evidence]


@dataclass(frozen=True, slots=True)
class Plan:
    """The questions that a question is made of, each with what it compares or follows, if anything."""

    question: Question
    parts: tuple[Part, ...]  # empty if it is one question
    steps: tuple[tuple[Question, Comparison | Course | None], ...]

    @classmethod
    def of(cls, question: Question, find: Find) -> Plan:
        """Return the plan for a question; that of most has one step and no comparison.

        `find` tells what the library has about a question: of which years it has values.
        """
        parts = several.split(question)
        if not parts and comparison(question) is None and course(question) is None:
            parts = tellers.split(question) or coordinated.split(question)
        asked = [within(question, part.text) for part in parts] or [question]
        return cls(
            question, tuple(parts), tuple((one, comparison(one) or _course(one, find)) for one in asked)
        )

    @property
    def questions(self) -> list[Question]:
        """All that may be asked of the library and the model."""
        asked: list[Question] = []
        for one, way in self.steps:
            asked += way.questions if isinstance(way, Course) else (one, *(way.questions if way else ()))
        return asked

    @classmethod
    def begun(cls, question: Question, library: Library, way: Care, watch: Watch) -> tuple[Plan, Walk]:
        """Return the plan for a question, and the walk with all that is found for it."""
        walk = Walk(library, way, watch)
        plan = cls.of(question, walk.found)
        walk.show(plan.questions)
        return plan, walk

    def walk(self, ask: Ask) -> Generator[Token, None, tuple[Answer, Trace | Compound]]:
        """Yield the tokens of all steps in turn; return the answer and how it came about."""
        told = []
        for one, way in self.steps:
            match way:
                case None:
                    told.append(_changed(one, (yield from ask(one))))
                case Course():
                    told.append((yield from _followed(one, way, ask)))
                case Comparison():
                    told.append((yield from _compared(one, way, ask)))
        if not self.parts:
            return told[0].answer, told[0].trace
        told = _attributed(self.parts, told)
        answer = joined(self.question, self.parts, [one.answer for one in told])
        traces = tuple(("part", one.trace) for one in told)
        return answer, Compound(self.question, "several", traces, "joined")


def _finding(told: Told) -> Finding | None:
    """Return what an answer rests on; None where it was put together from several."""
    return told.trace.decision.finding if isinstance(told.trace, Trace) else None


def _attributed(parts: Sequence[Part], told: Sequence[Told]) -> list[Told]:
    """Return the answers to parts, withheld where one is to be a teller's word and is not known to be."""
    found = []
    for i, (part, one) in enumerate(zip(parts, told, strict=True)):
        others, lang = [*parts[:i], *parts[i + 1 :]], one.trace.question.lang
        known = not part.teller or tellers.told_by(part, others, _finding(one), lang)
        found.append(one if known else _withheld(one))
    return found


def _withheld(told: Told) -> Told:
    return Told(withheld(told.trace.question, told.answer), told.trace) if told.answer.claims else told


def _changed(question: Question, told: Told) -> Told:
    """Return the change between the two ends that the answer's sentence gives, where one is asked for."""
    finding = _finding(told)
    if finding is None or told.answer.status == "abstained":
        return told
    answer = None
    if found := ends(question, finding):
        first, second = (Found(told.answer, one) for one in found)
        answer = weighed(question, Comparison("change", ("", ""), (question, question)), first, second)
    if answer is None and not level(question, finding):
        return told
    verdict = "computed from both ends" if answer else "not computed"
    answer = answer or withheld(question, told.answer)
    return Told(answer, Compound(question, "change", (("as asked", told.trace),), verdict))


def _course(question: Question, find: Find) -> Course | None:
    asked = course(question)
    return asked.over(find(asked.now)) if asked else None


def _followed(question: Question, asked: Course, ask: Ask) -> Steps:
    """Answer how a quantity went from its value of each year; of one time only, as if that were asked for."""
    told: list[tuple[str, Trace | Compound]] = []
    found: list[Found] = []
    for each in asked.questions:
        got = yield from ask(each)
        told.append((str(min(each.wanted.years, default="now")), got.trace))
        found.append(Found(got.answer, _finding(got)))
    answer, verdict = told_over(question, asked, found)
    return Told(answer, Compound(question, "course", tuple(told), verdict))


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
        return Found(got.answer, _finding(got))

    def done(answer: Answer, verdict: str) -> Told:
        return Told(answer, Compound(question, asked.form, tuple(told), verdict))

    if asked.form in DIFFERENCES:
        whole = yield from one("as asked", question)
        if whole.given and whole.finding and states(asked, whole.finding):
            return done(whole.answer, "an article states it")
        if whole.given and whole.finding and (both := ends_of(asked, question, whole.finding)):
            got = [Found(whole.answer, end) for end in both]
            if answer := weighed(question, asked, *got):
                return done(answer, "computed from both ends")
    first = yield from one("first side", asked.questions[0])
    second = yield from one("second side", asked.questions[1])
    if answer := weighed(question, asked, first, second):
        return done(answer, "computed from both sides")
    if asked.form in ORDERS and not (first.given and second.given):
        whole = yield from one("as asked", question)
        if whole.given:
            return done(whole.answer, "answered as it was asked")
    return done(told_apart(question, asked, first, second), "not computed")
