"""A conversation to take along: an answer as plain text, all of it as Markdown or JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from rag.answer import Citation
from rag.showing import terminal
from rag.web.markup import Turn
from rag.web.wording import WORDS, Language, day

# A text of an article must not become a link, a picture or markup where the Markdown is read: a backslash
# goes before each of these characters, before what makes an address one, and before what begins a list.
_SPECIAL = re.compile(
    r"(?=[\\`*_\[\]<>#|~$&!])|(?<=\w)(?=://)|(?<=www)(?=\.)|^(?=[-+=])|(?<=^\d)(?=[.)] )"
    r"|(?<=^\d\d)(?=[.)] )"
)


def plain(turn: Turn) -> str:
    """Return the question, what its filter says, the answer and its quoted sources; "" without an answer."""
    if turn.answer is None:
        return ""
    sources = [
        f"[{one.n}] {_where(one, turn.language)}\n    “{terminal.line(one.quote)}”"
        for one in turn.answer.citations
    ]
    return "\n\n".join(filter(None, [turn.question, turn.strange, turn.answer.answer, "\n".join(sources)]))


def markdown(turns: Iterable[Turn]) -> str:
    """Return the conversation as Markdown: questions as headings, quotations as block quotations."""
    return "\n".join(part for turn in turns for part in _markdown(turn))


def as_json(turns: Iterable[Turn]) -> str:
    """Return the conversation as one JSON object: `turns`, each with its `question` and `state`.

    If there is one, an `answer` has the form of `rag ask --json`; a `note` tells of a filter that is odd.
    """
    return terminal.to_json({"turns": [_object(turn) for turn in turns]}, indent=2) + "\n"


def _object(turn: Turn) -> dict[str, Any]:
    found: dict[str, Any] = {"question": turn.question, "state": turn.state}
    if turn.strange:
        found["note"] = turn.strange
    if turn.answer:
        found["answer"] = turn.answer.to_dict()
    return found


def _markdown(turn: Turn) -> list[str]:
    words = WORDS[turn.language]
    parts = [f"## {_escaped(turn.question)}", ""]
    if turn.strange:
        parts += [_escaped(turn.strange), ""]
    if turn.answer is None:
        return [*parts, f"*{words[turn.state]}*", ""]
    for block in turn.answer.answer.split("\n"):
        parts += [_escaped(block), ""]
    if turn.answer.timeline:
        parts += [f"**{words['timeline']}**", ""]
        for entry in turn.answer.timeline:
            marks = "".join(f" \\[{n}\\]" for n in entry.citations)
            parts.append(f"- {_escaped(day(entry.as_of, turn.language))}: {_escaped(entry.value)}{marks}")
        parts.append("")
    for one in turn.answer.citations:
        parts += [
            f"**\\[{one.n}\\]** {_escaped(_where(one, turn.language))}",
            "",
            f"> {_escaped(one.quote)}",
            "",
        ]
    return parts


def _where(one: Citation, language: Language) -> str:
    """Return title, outlet, date, page, language and file of a citation in one line."""
    words = WORDS[language]
    date = day(one.published, language) if one.published else ""
    if not date:
        date = f"{words['about']} {day(one.dated, language)}" if one.dated else words["undated"]
    page = f"{words['page']} {one.page}" if one.page else ""
    rest = [one.outlet or "", date, page, words.get(one.lang, one.lang), one.file]
    return ". ".join([terminal.line(one.title), " · ".join(terminal.line(part) for part in rest if part)])


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\", terminal.line(text))
