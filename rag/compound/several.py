"""Several questions in one, taken apart by code into questions that stand alone.

"What is the target, and when was it set?" is "What is the target" and "when was the target set". What is
one question must stay one: a text is taken apart only where both sides are whole questions, and where all
that the second leans on stands in the first. "Which company won, and when was it founded?" leans on the
answer, and "what is the target, and for what year?" asks for what mostly stands in one sentence; such are
read as one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.compound import clauses_en, clauses_vi
from rag.question import Question

MOST = 4  # questions in one; more are read as one, since each takes as long as an answer
_SENTENCE = re.compile(r"(?<=\?)\s+")


@dataclass(frozen=True, slots=True)
class Part:
    """One of several questions: as it was asked, and so that it stands alone."""

    asked: str
    text: str
    teller: str = ""  # whose word is asked for, where two tell the same thing (`rag.compound.tellers`)


def split(question: Question) -> list[Part]:
    """Return the questions that `question` consists of, at most `MOST`; empty if it is one."""
    if question.follows:
        return []  # what it leans on would be asked again
    sentences = [one for one in _SENTENCE.split(question.text) if re.search(r"\w", one)]
    grammar = clauses_en if question.lang == "en" else clauses_vi
    if len(sentences) > 1 and not all(one.endswith("?") and grammar.asks(one) for one in sentences):
        return []
    pieces = [piece for one in sentences for piece in grammar.clauses(one.rstrip("?!. "))]
    if not 1 < len(pieces) <= MOST:
        return []
    parts = [Part(pieces[0], pieces[0])]
    for piece in pieces[1:]:
        whole = grammar.stand(piece, parts[-1].text)
        if whole is None:
            return []
        parts.append(Part(piece, whole))
    return [Part(f"{one.asked}?", f"{_upper(one.text)}?") for one in parts]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
