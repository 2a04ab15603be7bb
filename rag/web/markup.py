"""One question with its answer so far, and the only way for foreign text to get into markup."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from index.text.lang import detect
from rag.answer import Answer, Citation
from rag.feedback import Vote
from rag.web.wording import WORDS, Language, day

State = Literal["searching", "starting", "waiting", "reading", "drafting", "done", "stopped", "failed"]

_QUOTED = re.compile("“[^”]*”")
# Characters that HTML does not mind, but that the page's own template language would.
_TEMPLATE = {ord(c): f"&#{ord(c)};" for c in "`${}\\"}


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and how far its answer is."""

    number: int  # 1, 2, … within the conversation; part of every anchor's name
    question: str
    state: State = "searching"
    sources: tuple[Citation, ...] = ()
    draft: str = ""
    answer: Answer | None = None
    problem: str = ""
    strange: str = ""  # what to say of a filter that nothing can be found with
    before: int = 0  # questions that come first, while waiting
    loading: str = ""  # the model that is being loaded, while waiting
    seconds: float = 0.0
    counts: Mapping[str, int] | None = None  # `Library.counts` when it was answered
    key: str = ""  # what the page asks about it by; "" = it cannot
    after: tuple[str, ...] = ()  # the questions before it that it may lean on
    said: tuple[str, ...] = ()  # what was answered to these
    vote: Vote | None = field(default=None, compare=False)
    path: Mapping[str, Any] | None = field(default=None, compare=False)  # see `rag.showing.explain.explain`

    @property
    def language(self) -> Language:
        """Return the language of the labels: that of the answer, before it is there of the question.

        What the answer quotes may be of another.
        """
        return detect(_QUOTED.sub("", self.answer.answer) if self.answer else self.question)


def esc(text: str) -> str:
    """Return `text` so that it means nothing but itself in markup, attributes and templates."""
    return html.escape(text, quote=True).translate(_TEMPLATE)


def date(published: str | None, dated: str | None, language: Language) -> str:
    """Return the markup of the day of publication, else of the best known date, else that there is none."""
    words = WORDS[language]
    if published:
        return f'<time datetime="{esc(published)}">{esc(day(published, language))}</time>'
    if dated:
        return f'{words["about"]} <time datetime="{esc(dated)}">{esc(day(dated, language))}</time>'
    return words["undated"]
