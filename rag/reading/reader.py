"""Evidence to drafts: each source is read alone, so that a lie in one cannot bend the reading of another."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from index.records import Lang
from rag.evidence.sources import Source
from rag.llm import LLM, Attention, Cancelled, Generation, Head, Hidden, Prompt, Span, Usage, adapters
from rag.question import Question, understand
from rag.reading import pointer as pointers
from rag.reading import probe as probes
from rag.reading.pointer import Gaze
from rag.reading.prompting import render, then

ABSENT = "not stated"  # what prompts/read.md asks for when a passage does not answer
# A model with an adapter that gives "not stated" less than this says what else it would: how probable that is
# tells better whether the passage answers than which of the two it would rather say (eval/LOG.md).
FLOOR = math.log(0.98)
SHORT_TOKENS = 64  # the few words that answer; a list of six members takes about 50
SENTENCE_TOKENS = 96
_LANGUAGE = {"en": "English", "vi": "Vietnamese"}
_SAYS_NOT = re.compile(
    r"^\W*(?:not (?:stated|mentioned|specified|provided|given|clear)|unknown|no information|none|n/a|"
    r"(?:no|yes|không|có)\W+not stated|không stated|"  # where it may not begin with "not"
    r"không (?:được )?(?:nêu|đề cập|nói|có thông tin|rõ|nhắc)|chưa (?:rõ|nêu))",
    re.IGNORECASE,
)


# A model that has lost its thread says one thing again and again until it is stopped.
_LOOP = re.compile(r"(.{1,60}?)\1{3,}.{0,60}$")


@dataclass(frozen=True, slots=True)
class Voice:
    """How the model said what it said: natural logarithms of probabilities (at most 0).

    The better it knows the answer, the less it thinks of "not stated": -1 where it nearly said so,
    -6 where the passage answers.
    """

    absent: float  # that "not stated" would have come first
    sure: float  # of its own tokens, the mean
    weakest: float  # of its own tokens, the least
    known: float | None = None  # log-odds that it is right, by what its layers held; see `rag.reading.probe`


@dataclass(slots=True)
class Draft:
    """What the model took from one source."""

    source: Source
    text: str = ""
    voice: Voice | None = None
    hidden: Mapping[int, Hidden] = field(default_factory=dict)  # what the probe looked at, by layer
    attention: Attention | None = None  # what the pointer looked at
    gaze: Gaze | None = None  # what it made of that
    usage: list[Usage] = field(default_factory=list)
    cut: bool = False  # stopped in the middle, at SHORT_TOKENS

    @property
    def says_nothing(self) -> bool:
        """Whether the model found no answer in the source."""
        lost = self.cut and _LOOP.search(self.text)
        return not self.text or bool(lost) or bool(_SAYS_NOT.match(self.text))


def read(
    question: Question,
    source: Source,
    llm: LLM,
    draft: Draft,
    layers: Sequence[int] = (),
    heads: Sequence[Head] = (),
) -> Iterator[str]:
    """Yield the draft of an answer from one source as it is written; `draft` is complete at the end.

    Raises Cancelled if `LLM.cancel` ended it.

    `layers` and `heads` of the model are looked at beside those of its probe and its pointer, for who fits
    these.
    """
    prompt = prompt_of(question, source.text, llm.markup, _head(source, llm))
    probe, pointer = probes.of(llm.id), pointers.of(llm.id)
    run = Generation(
        watch=ABSENT,
        floor=_floor(llm),
        layers=tuple(sorted({*(probe.layers if probe else ()), *layers})),
        heads=tuple(sorted({*(pointer.heads if pointer else ()), *heads})),
        onto=next(i for i, span in enumerate(prompt) if not span.trusted and span.text == source.text),
    )
    yield from _written(llm, prompt, SHORT_TOKENS, run)
    draft.text = run.text.strip()
    draft.cut = run.finish == "length"
    if run.logprobs:
        known = probe.score(run.hidden) if probe else None
        draft.voice = Voice(run.watched, sum(run.logprobs) / len(run.logprobs), min(run.logprobs), known)
        draft.hidden = run.hidden
    draft.attention = run.attention
    draft.gaze = pointer.gaze(run.attention) if pointer else None
    draft.usage.append(run.usage)


# A small model calls nearly every question for yes or no "not stated", unless it is asked for just that.
_YES_OR_NO: Mapping[Lang, str] = {"en": ", yes or no?", "vi": ", có hay không?"}


def prompt_of(question: Question, passage: str, markup: str, head: str | None = None) -> list[Span]:
    """Return the prompt that asks a model to read.

    A model with an adapter needs no worked examples, and is shown the `head` of the passage's article.
    """
    values = {"passage": passage, "question": _put(question)}
    return (
        render("read", markup, **values)
        if head is None
        else render("read-adapted", markup, **values, head=head)
    )


def _head(source: Source, llm: LLM) -> str | None:
    return None if adapters.of(llm.id) is None else source.head


def _floor(llm: LLM) -> float | None:
    return None if adapters.of(llm.id) is None else FLOOR


def wording_of(question: Question, asked: Prompt, short: str, markup: str) -> list[Span]:
    """Return the prompt that asks for `short`, the reply to `asked`, as one full sentence."""
    return then(asked, short, "say", markup, language=_LANGUAGE[question.lang])


def _put(question: Question) -> str:
    """Return the question as it is put to the model."""
    if not question.yes_or_no:
        return question.for_models
    return question.for_models.rstrip(" ?.!") + _YES_OR_NO[question.lang]


def say(question: Question, source: Source, short: str, llm: LLM, usage: list[Usage]) -> Iterator[str]:
    """Yield one full sentence in the question's language that gives `short` as the answer."""
    asked = prompt_of(question, source.text, llm.markup, _head(source, llm))
    prompt = wording_of(question, asked, short, llm.markup)
    run = Generation()
    yield from _written(llm, prompt, SENTENCE_TOKENS, run)
    usage.append(run.usage)


def _written(llm: LLM, prompt: Prompt, most: int, run: Generation) -> Iterator[str]:
    """Yield one line as it is written; raises Cancelled if `LLM.cancel` ended it: it is half a draft."""
    yield from llm.generate(prompt, max_tokens=most, stop=("\n",), into=run)
    if run.finish == "cancelled":
        raise Cancelled("reading was cancelled")


def warm_prompt(llm: LLM) -> list[Span]:
    """Return the part of the reading prompt that never changes."""
    adapted = adapters.of(llm.id) is not None
    spans = prompt_of(understand(""), "", llm.markup, "" if adapted else None)
    return spans[: next(i for i, span in enumerate(spans) if span.keep) + 1]
