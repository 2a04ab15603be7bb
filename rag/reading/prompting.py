"""Strict templates: `prompts/*.md` and values in, a `Prompt` of trusted and untrusted spans out.

A template is a sequence of turns, each headed by a line `# system`, `# user` or `# assistant`.
`${name}` is filled with an untrusted value; `${keep}` marks the end of a prefix that is worth keeping
in the model's memory.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from rag.llm import Span

_TURN = re.compile(r"^# (system|user|assistant)\n", re.MULTILINE)
_FIELD = re.compile(r"\$\{(\w+)\}")


class PromptError(ValueError):
    """A template and the values given for it do not fit each other."""


@cache
def _turns(name: str) -> tuple[tuple[str, str], ...]:
    text = resources.files("prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
    parts = _TURN.split(text)
    if parts[0].strip() or len(parts) < 3:
        raise PromptError(f"prompts/{name}.md does not start with a turn such as '# system'")
    return tuple((parts[i], parts[i + 1].strip("\n")) for i in range(1, len(parts), 2))


def fields(name: str) -> frozenset[str]:
    """Return the names of the values that template `name` needs."""
    return frozenset(f for _, body in _turns(name) for f in _FIELD.findall(body)) - {"keep"}


@dataclass(frozen=True, slots=True)
class Markup:
    """How a family of models marks turns; ours, since templates that come inside model files are programs."""

    open: str  # {role}
    close: str
    roles: Mapping[str, str]  # a role that is missing is said by the user, before the user's own words


MARKUPS: Mapping[str, Markup] = {
    "chatml": Markup(
        "<|im_start|>{role}\n",
        "<|im_end|>\n",
        {"system": "system", "user": "user", "assistant": "assistant"},
    ),
    "gemma": Markup("<start_of_turn>{role}\n", "<end_of_turn>\n", {"user": "user", "assistant": "model"}),
}


def render(name: str, markup: str = "chatml", **values: str) -> list[Span]:
    """Return the prompt of template `name`, the model's turn left open.

    Raises PromptError when a value is missing, the template has no place for it, or nobody knows
    the markup.
    """
    needed = fields(name)
    if needed != values.keys():
        missing, extra = sorted(needed - values.keys()), sorted(values.keys() - needed)
        raise PromptError(f"prompts/{name}.md: missing values {missing}, values without a place {extra}")
    if markup not in MARKUPS:
        raise PromptError(f"there is no chat template {markup!r}; known are {', '.join(MARKUPS)}")
    marks = MARKUPS[markup]
    spans: list[Span] = []
    merged = False  # the turn before had no role of its own: its words stand in this one
    for role, body in _turns(name):
        if not merged:
            spans.append(_own(marks.open.format(role=marks.roles.get(role, marks.roles["user"]))))
        spans += _filled(body, values)
        merged = role not in marks.roles
        spans.append(_own("\n\n" if merged else marks.close))
    spans.append(_own(marks.open.format(role=marks.roles["assistant"])))
    return [
        replace(span, keep=True) if _keeps(spans, i) else span for i, span in enumerate(spans) if span.text
    ]


def then(prompt: Sequence[Span], reply: str, name: str, markup: str = "chatml", **values: str) -> list[Span]:
    """Return `prompt` continued: the model's `reply`, then the turns of template `name`."""
    return [*prompt, Span(reply), _own(MARKUPS[markup].close), *render(name, markup, **values)]


def _own(text: str) -> Span:
    return Span(text, trusted=True)


def _filled(body: str, values: dict[str, str]) -> list[Span]:
    spans = []
    for i, part in enumerate(_FIELD.split(body)):
        if i % 2 == 0:
            spans.append(_own(part))
        else:
            spans.append(Span("", keep=True) if part == "keep" else Span(values[part]))
    return spans


def _keeps(spans: Sequence[Span], i: int) -> bool:
    """Return whether only empty text lies between span `i` and a `${keep}` after it."""
    for span in spans[i + 1 :]:
        if span.text:
            return False
        if span.keep:
            return True
    return False
