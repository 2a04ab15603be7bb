"""Several answers made one: citations and claims numbered through, what two of them say said once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag.answer import Answer, Citation, Claim, Nearest, Status, TimelineEntry
from rag.compound.several import Part
from rag.question import Question
from rag.saying.phrases import PHRASES

NEAREST = 3  # articles named when there is no answer
_MARK = re.compile(r"\[(\d+)\]")


@dataclass(slots=True)
class Sheet:
    """Claims and citations of one answer as they come together."""

    citations: list[Citation] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    timeline: list[TimelineEntry] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def cite(self, citation: Citation) -> int:
        """Return the number under which a quotation is cited, which is given to each once."""
        for known in self.citations:
            if (known.article, known.start, known.end) == (citation.article, citation.start, citation.end):
                return known.n
        self.citations.append(replace(citation, n=len(self.citations) + 1))
        return len(self.citations)

    def say(self, claim: Claim) -> None:
        """Add a claim, whose numbers are those of the sheet, unless it has been said."""
        if claim not in self.claims:
            self.claims.append(claim)
            self.words.append(claim.text)

    def take(self, answer: Answer, claims: Iterable[Claim] | None = None, *, words: bool = True) -> None:
        """Take over an answer, or those of its `claims`, with the values that it gives for other times."""
        taken = answer.claims if claims is None else tuple(claims)
        for claim in taken:
            self.say(_renumbered(claim, self._numbers(answer, claim.citations)))
        if words:  # what is said beside the claims: which part is not answered
            said = " ".join(claim.text for claim in answer.claims)
            self.words += [rest] if (rest := answer.answer.removeprefix(said).strip()) else []
        for entry in answer.timeline:
            numbers = self._numbers(answer, entry.citations)
            new = replace(entry, citations=tuple(numbers[n] for n in entry.citations))
            if new not in self.timeline:
                self.timeline.append(new)

    def _numbers(self, answer: Answer, cited: Sequence[int]) -> dict[int, int]:
        known = {citation.n: citation for citation in answer.citations}
        return {n: self.cite(known[n]) for n in cited}

    def answer(self, question: Question, like: Sequence[Answer], status: Status, short: str | None) -> Answer:
        """Return the answer on this sheet; its confidence is that of the weakest of `like` that answers."""
        given = [one for one in like if one.status != "abstained"] or list(like)
        return replace(
            like[0],
            question=question.asked,
            status=status,
            answer=" ".join(self.words),
            short=short,
            claims=tuple(self.claims),
            citations=tuple(self.citations),
            timeline=tuple(sorted(self.timeline, key=lambda one: one.as_of)),
            reason=None,
            nearest=(),
            confidence=min(one.confidence for one in given),
        )


def _renumbered(claim: Claim, numbers: Mapping[int, int]) -> Claim:
    def mark(match: re.Match[str]) -> str:
        n = int(match[1])
        return f"[{numbers[n]}]" if n in numbers else match[0]

    computed = claim.computed
    if computed:
        one, two = (replace(each, citation=numbers[each.citation]) for each in computed.operands)
        computed = replace(computed, operands=(one, two))
    return Claim(
        _MARK.sub(mark, claim.text), claim.supported, tuple(numbers[n] for n in claim.citations), computed
    )


def joined(question: Question, parts: Sequence[Part], answers: Sequence[Answer]) -> Answer:
    """Return one answer to all parts; what the articles do not answer is named as it was asked."""
    if all(one.status == "abstained" for one in answers):
        return refused(question, answers)
    sheet = Sheet()
    for part, one in zip(parts, answers, strict=True):
        if one.status == "abstained":
            sheet.words.append(missing(question, part.asked))
        elif part.teller:  # what the others say is another part, or not asked for
            sheet.take(one, one.claims[:1], words=False)
        else:
            sheet.take(one)
    shorts = [one.short for one in answers if one.status != "abstained"]
    short = "; ".join(dict.fromkeys(filter(None, shorts))) if all(shorts) else None
    whole = all(one.status == "answered" for one in answers)
    return sheet.answer(question, answers, "answered" if whole else "partial", short)


def refused(question: Question, answers: Sequence[Answer]) -> Answer:
    """Return the refusal of a question of which no part is answered, with the articles nearest to any."""
    near: dict[str, Nearest] = {one.article: one for answer in answers for one in answer.nearest}
    return replace(
        answers[0],
        question=question.asked,
        nearest=tuple(near.values())[:NEAREST],
        confidence=min(one.confidence for one in answers),
    )


def withheld(question: Question, answer: Answer) -> Answer:
    """Return the refusal to give an answer to something else, with the articles that it is from."""
    near = {one.article: Nearest(one.article, one.title, one.published) for one in answer.citations}
    return replace(
        answer,
        question=question.asked,
        status="abstained",
        answer=PHRASES[question.lang]["unsupported"],
        short=None,
        claims=(),
        citations=(),
        timeline=(),
        reason="unsupported",
        nearest=tuple(near.values())[:NEAREST],
    )


def missing(question: Question, asked: str) -> str:
    """Return the sentence that names what is not answered."""
    return PHRASES[question.lang]["missing"].format(part=asked)
