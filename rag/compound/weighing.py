"""Two answers held against each other: one claim that shows both values and what was computed from them."""

from __future__ import annotations

from dataclasses import dataclass

from index.text.spelling import plain
from rag.answer import Answer, Citation, Claim, Computed
from rag.checks.verify import Finding
from rag.compound import wording
from rag.compound.comparing import IN_TIME, ORDERS, Comparison
from rag.compound.computing import Result, compute, operand, plain_decimal, recomputed
from rag.compound.joining import Sheet, missing, refused
from rag.evidence.lines import NOUN_REACH, Line
from rag.question import Question
from rag.saying.claims import faults
from rag.saying.compose import cite, stretches
from rag.saying.phrases import PHRASES, reckoned, translated
from rag.values import Value


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one side's question and the finding that it rests on."""

    answer: Answer
    finding: Finding | None

    @property
    def given(self) -> bool:
        """Whether there is an answer."""
        return self.answer.status != "abstained" and self.finding is not None


@dataclass(frozen=True, slots=True)
class _Shown:
    """A value as it is said, what it is called, and the quotation that holds both."""

    value: Value
    text: str
    label: str  # "" where the quotation does not hold its names
    citation: Citation


def weighed(question: Question, asked: Comparison, one: Found, two: Found) -> Answer | None:
    """Return the answer computed from both sides; None where it cannot be, or may not be said."""
    if not (one.given and two.given) or one.finding is None or two.finding is None:
        return None
    result = compute(asked.form, one.finding, two.finding)
    if result is None:
        return None
    labels = asked.labels if asked.form in ORDERS or asked.years else ("", "")
    first = _shown(one.finding, labels[0], question)
    second = _shown(two.finding, labels[1], question)
    if first is None or second is None:
        return None
    sheet = Sheet()
    places = _in_order(asked, result, (first, second))
    numbers = {place: sheet.cite((first, second)[place].citation) for place in places}
    computed = Computed(
        result.operation,
        plain_decimal(result.value),
        first.value.unit if result.operation in ("difference", "sum") else None,
        (operand(first.value, first.text, numbers[0]), operand(second.value, second.text, numbers[1])),
    )
    if not recomputed(computed, {citation.n: citation for citation in sheet.citations}, asked.form):
        return None
    said, short = _sentence(question, asked, result, (first, second), numbers, places)
    sheet.say(Claim(said, True, tuple(sorted(set(numbers.values()))), computed))
    for found in (one, two):
        sheet.take(found.answer, found.answer.claims[1:], words=False)
    return sheet.answer(question, (one.answer, two.answer), "answered", short)


def _shown(finding: Finding, label: str, question: Question) -> _Shown | None:
    """Return a finding's value as it may be said in the question's language; None if there is no sure way.

    With a label, the shortest quotation is taken that holds the names of the label too.
    """
    assert finding.mention is not None
    value = finding.mention.value
    same = finding.source.lang == question.lang
    text = _as_written(value, finding.mention.line) if same and not value.date else None
    text = text or translated(value, question.lang)
    if text is None:
        return None
    runs = [cite(1, finding.source, lines) for lines in stretches(finding)]
    article = finding.source.article
    for words in filter(None, (f"{label} {text}" if label else "", text)):
        for citation in runs:
            if not faults(words, citation.quote, article, question):
                return _Shown(value, text, label if words != text else "", citation)
    return None


def _as_written(value: Value, line: Line) -> str:
    """Return a value with the word for "about" before it and the noun that it counts behind it."""
    start = value.lead if 0 <= value.lead <= value.start else value.start
    noun = plain(line.text).find(value.counted, value.end) if value.counted else -1
    end = noun + len(value.counted or "") if 0 <= noun - value.end < NOUN_REACH else value.end
    return line.text[start:end]


def _in_order(asked: Comparison, result: Result, shown: tuple[_Shown, _Shown]) -> tuple[int, int]:
    """Return in which order the sides are told: the one asked for first, the earlier of two times first."""
    if asked.form in ORDERS:
        return (1, 0) if result.value == 2 else (0, 1)
    if asked.form in IN_TIME and (shown[1].value.date or ()) < (shown[0].value.date or ()):
        return 1, 0
    return 0, 1


def _sentence(
    question: Question,
    asked: Comparison,
    result: Result,
    shown: tuple[_Shown, _Shown],
    numbers: dict[int, int],
    places: tuple[int, int],
) -> tuple[str, str | None]:
    """Return the claim and the few words that answer."""
    lang, form = question.lang, asked.form
    a, b = (f"{shown[place].text} [{numbers[place]}]" for place in places)
    if form in ORDERS:
        phrases = wording.SENTENCES[lang]
        names = [one.label or phrases[key] for one, key in zip(shown, ("first", "second"), strict=True)]
        told = form if result.value else "neither"
        winner = shown[places[0]].label if result.value else None
        labels = (names[places[0]], names[places[1]])
        return wording.sentence(told, lang, a, b, labels=labels), winner or None
    if form == "years":
        words = wording.years(int(result.value), lang)
        return wording.sentence("years", lang, a, b, words), words
    words = reckoned(result.value, shown[0].value, lang, about=result.about)
    if form == "sum":
        return wording.sentence("sum", lang, a, b, words), words
    first, second = shown[0].value.number, shown[1].value.number
    assert first is not None
    assert second is not None
    more = second - first if form == "change" else first - second
    key = wording.key_of(form, int(more.compare(0)))
    if asked.years and all(one.label for one in shown):
        return wording.sentence(f"dated {key}", lang, a, b, words, (shown[0].label, shown[1].label)), words
    return wording.sentence(key, lang, a, b, words), words


def told_apart(question: Question, asked: Comparison, one: Found, two: Found) -> Answer:
    """Return what is known of two sides that were not computed with, and which side is missing."""
    answers = (one.answer, two.answer)
    if not one.given and not two.given:
        return refused(question, answers)
    sheet = Sheet()
    for found, side in zip((one, two), asked.questions, strict=True):
        if found.given:
            sheet.take(found.answer)
        else:
            sheet.words.append(missing(question, side.text))
    if one.given and two.given:
        sheet.words.append(PHRASES[question.lang]["incomparable"])
    return sheet.answer(question, answers, "partial", None)
