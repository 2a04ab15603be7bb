"""What each part of answering is worth: the same readings, with one part after the other taken away.

A part is taken away by putting a function in its place that does nothing, so the program itself has no switch
that could be left on. Weights stay as they are: fitted again without a part, what is left would make up for
some of it. Counted is what the program would give as its few words, before a sentence is worded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from eval.calibrate.candidates import is_right
from eval.calibrate.data import asked, groups, row
from eval.calibrate.deciding import OUTCOMES
from eval.cases import Case
from eval.figures.statistics import Estimate, Observation, mean
from eval.readings import Kept
from index import Library
from rag.care import CARES, NORMAL, Care
from rag.checks import verify
from rag.deciding.answering import decide
from rag.evidence import sources as evidence
from rag.evidence.lines import Line
from rag.question import Question
from rag.reading.reader import Draft, read
from rag.saying.compose import short_form


@dataclass(frozen=True, slots=True)
class Part:
    """Something that can be taken away: how much care is left, and what stands where it was."""

    care: Care = NORMAL
    instead: Mapping[str, Callable[..., Any]] | None = None  # by dotted name

    @contextmanager
    def taken_away(self) -> Iterator[None]:
        """Do without it for the length of the block."""
        with ExitStack() as stack:
            for name, stand_in in (self.instead or {}).items():
                stack.enter_context(patch(name, stand_in))
            yield


def _unchecked(*given: Any, **more: Any) -> verify.Finding:  # noqa: ANN401 - as `rag.checks.verify.examine`
    return replace(verify.examine(*given, **more), objections=())


WHOLE = "the whole program"
PARTS: Mapping[str, Part] = {
    WHOLE: Part(),
    "one reading (--fast)": Part(care=CARES["fast"]),
    "all but the surest (--careful)": Part(care=CARES["careful"]),
    "no sentence is weighed": Part(instead={"rag.deciding.answering.quotable": lambda *_: []}),
    "no check of what is drafted": Part(instead={"rag.deciding.candidates.examine": _unchecked}),
    "no values found by code": Part(instead={"rag.deciding.answering.rivals": lambda *_: []}),
    "no states of one quantity": Part(
        instead={
            "rag.deciding.answering.open_in_time": lambda _: False,
            "rag.deciding.candidates.open_in_time": lambda _: False,
        }
    ),
    "no threshold": Part(care=replace(NORMAL, threshold=0.0, short=0.0, alone=0.0)),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question ended, one of `eval.calibrate.deciding.OUTCOMES`, after so many readings."""

    name: str
    readings: int


def outcomes(case: Case, library: Library, llm: Kept) -> dict[str, Outcome]:
    """Return how a question ends with each of PARTS taken away; every source is read once."""
    question = asked(case, library)
    if question.empty:
        return dict.fromkeys(PARTS, Outcome("abstained" if case.answerable else "refused", 0))
    chosen, pool = evidence.select(question, library)
    drafts = [_draft(question, source, llm) for source in chosen]
    return {name: _outcome(case, question, drafts, chosen, pool, part) for name, part in PARTS.items()}


def _draft(question: Question, source: evidence.Source, llm: Kept) -> Draft:
    draft = Draft(source)
    for _ in read(question, source, llm, draft):
        pass
    return draft


def _outcome(
    case: Case,
    question: Question,
    drafts: Sequence[Draft],
    sources: list[evidence.Source],
    pool: list[Line],
    part: Part,
) -> Outcome:
    finding, count = None, 0
    with part.taken_away():
        for count in range(1, min(part.care.sources, len(drafts)) + 1):
            decision = decide(question, list(drafts[:count]), sources, pool, part.care)
            finding = decision.finding
            if decision.settled:
                break
    if finding is None:
        return Outcome("abstained" if case.answerable else "refused", count)
    said = short_form(question, finding) or finding.short
    if not case.answerable:
        return Outcome("false answer", count)
    return Outcome("right" if is_right(case, said) else "wrong", count)


def report(cases: Sequence[Case], ended: Sequence[Mapping[str, Outcome]]) -> str:
    """Return the table: outcomes, readings, and the difference to the whole program with its interval."""
    linked = [str(one) for one in groups(cases)]
    answerable = sum(case.answerable for case in cases)
    heads = row("", (*(name.split()[0] for name in OUTCOMES), "reads"))
    lines = [
        f"# {len(cases)} questions in {len(set(linked))} groups, {answerable} answerable",
        f"{heads}   {'right, points':22}wrong or false, points",
    ]
    for name in PARTS:
        count = Counter(one[name].name for one in ended)
        reads = sum(one[name].readings for one in ended)
        line = row(name, [*(str(count[outcome]) for outcome in OUTCOMES), str(reads)])
        if name != WHOLE:
            gained = difference(linked, ended, name, ("right",))
            harm = difference(linked, ended, name, ("wrong", "false answer"))
            line += f"   {_points(gained):22}{_points(harm)}"
        lines.append(line)
    return "\n".join(lines)


def difference(
    linked: Sequence[str], ended: Sequence[Mapping[str, Outcome]], name: str, counted: tuple[str, ...]
) -> Estimate:
    """Return the share of questions that end as one of `counted` without the part, less that with it."""
    return mean(
        (
            Observation(group, (one[name].name in counted) - (one[WHOLE].name in counted))
            for group, one in zip(linked, ended, strict=True)
        ),
        signed=True,
    )


def _points(found: Estimate) -> str:
    if found.value is None or found.low is None or found.high is None:
        return "-"
    return f"{100 * found.value:+.1f} [{100 * found.low:+.1f}, {100 * found.high:+.1f}]"
