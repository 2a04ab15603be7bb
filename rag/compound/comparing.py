"""Questions that compare two values: which form they have, and the two questions whose answers they compare.

"How much higher is the target for 2028 than trade in 2024?" asks for "the target for 2028" and for "trade in
2024". Only forms that name both sides are known; a share, a multiple or a rate is never computed, and where
the sides are no quantities or dates ("the difference between a treaty and a pact") nothing is compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.text.spelling import fold, is_ascii_words, plain
from rag.compound import forms_en, forms_vi
from rag.compound.sides import Form, Sides
from rag.question import Question, within
from rag.values.wanted import QUANTITIES

ORDERS = frozenset({"larger", "smaller", "earlier", "later"})
DIFFERENCES = frozenset({"difference", "change"})
IN_TIME = frozenset({"years", "earlier", "later"})
_DATES = frozenset({"date", "year"})
_SHARES = re.compile(
    r"\b(?:percent(?:age)?|per cent|phan tram|times|twice|(?:bao nhieu|may) lan|ty le|ratio|average|"
    r"trung binh)\b|%"
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is asked of two values; of a change the earlier comes first."""

    form: Form
    labels: tuple[str, str]  # what the question calls them
    questions: tuple[Question, Question]
    years: tuple[int, int] | None = None  # of a change whose question does not name them


def comparison(question: Question) -> Comparison | None:
    """Return what `question` compares; None if it is no comparison of two values that it names."""
    text = question.text.rstrip("?!. ")
    if question.follows or "?" in text or _SHARES.search(fold(text)):
        return None
    for sides in _sides(text, question.lang):
        first, second = (within(question, one) for one in sides.questions)
        kinds = _DATES if sides.form in IN_TIME else QUANTITIES
        if fold(first.text) == fold(second.text) or first.several or second.several:
            continue
        if first.wanted.kind in kinds and second.wanted.kind in kinds:
            return Comparison(sides.form, sides.labels, (first, second))
    return None


def _sides(text: str, lang: str) -> Iterator[Sides]:
    folded = lang == "vi" and is_ascii_words(text)
    rules = forms_en.RULES if lang == "en" else forms_vi.FOLDED if folded else forms_vi.RULES
    low = fold(text) if folded else plain(text)
    for pattern, build in rules:
        if (match := pattern.match(low)) and (found := build(match, text)):
            yield found
