"""The language model's seam: prompts in, text or choice scores out.

A prompt is a sequence of `Span`s. Only the program's own words are `trusted`, and only there may
the strings of the chat template become control tokens; whatever came from an article or a person
is tokenised as plain text, so that an article that contains "<|im_end|>" stays an article.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a prompt.

    `keep` marks the end of a prefix worth keeping: the state after this span may be stored and
    taken over by a later prompt that starts with the same spans. A prompt is always evaluated span
    by span up to the last `keep`, cached or not, so that caching cannot change a single bit.
    """

    text: str
    trusted: bool = False
    keep: bool = False


Prompt = Sequence[Span]


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call."""

    prompt: int = 0  # tokens in the prompt
    reused: int = 0  # of those, taken over from a kept state
    generated: int = 0


@dataclass(frozen=True, slots=True)
class Hidden:
    """What one layer of the model held: its residual stream, as many numbers as the model is wide."""

    before: Sequence[float]  # at the last token of the prompt
    during: Sequence[float]  # the mean over the tokens that were written; `before` if there were none

    def packed(self) -> list[str]:
        """Return both as base64 of half-precision numbers (3 digits; residual streams stay below 65,504)."""
        return [
            base64.b64encode(struct.pack(f"<{len(row)}e", *row)).decode()
            for row in (self.before, self.during)
        ]

    @classmethod
    def unpacked(cls, texts: Sequence[str]) -> Hidden:
        """Return what was packed; ValueError if it was not."""
        before, during = (base64.b64decode(text, validate=True) for text in texts)
        try:
            return cls(*(struct.unpack(f"<{len(row) // 2}e", row) for row in (before, during)))
        except struct.error as error:
            raise ValueError(f"not half-precision numbers: {error}") from error


Head = tuple[int, int]  # a layer and an attention head of it, both counted from 0


@dataclass(frozen=True, slots=True)
class Attention:
    """Where the model looked in one span of its prompt when it was about to say its first word."""

    ends: Sequence[int]  # of each token of the span: how many characters end with it
    shares: Mapping[Head, Sequence[float]]  # of a head's attention, 0 … 1, one a token of the span

    def packed(self) -> dict[str, Any]:
        """Return it as JSON, the shares as base64 of half-precision numbers."""
        shares = {
            f"{layer}.{head}": base64.b64encode(struct.pack(f"<{len(row)}e", *row)).decode()
            for (layer, head), row in self.shares.items()
        }
        return {"ends": list(self.ends), "shares": shares}

    @classmethod
    def unpacked(cls, found: Mapping[str, Any]) -> Attention:
        """Return what was packed; ValueError if it was not."""
        shares: dict[Head, Sequence[float]] = {}
        size = len(found["ends"])
        for name, text in found["shares"].items():
            layer, _, head = name.partition(".")
            try:
                shares[int(layer), int(head)] = struct.unpack(
                    f"<{size}e", base64.b64decode(text, validate=True)
                )
            except struct.error as error:
                raise ValueError(f"not {size} half-precision numbers: {error}") from error
        return cls(tuple(found["ends"]), shares)


@dataclass(slots=True)
class Generation:
    """What one call produced; filled while it runs, complete when the iterator ends.

    `watch` is asked for: a text whose first token's natural-log probability of coming first is put into
    `watched`, and if that is less than `floor`, where one is given, the reply does not begin with that
    token. It costs nothing, unlike `LLM.logprob`. So are `layers`, counted from 0: what they held is put
    into `hidden`, without those that the model does not have. And so are `heads`: how much of their
    attention each token of the prompt's span number `onto` has is put into `attention`, likewise.
    """

    text: str = ""
    logprobs: list[float] = field(default_factory=list)  # natural log, one a token with a share in `text`
    finish: str = ""  # "stop" | "length" | "cancelled"
    usage: Usage = field(default_factory=Usage)
    watch: str = ""
    watched: float = 0.0
    floor: float | None = None  # natural log
    layers: tuple[int, ...] = ()
    hidden: dict[int, Hidden] = field(default_factory=dict)
    heads: tuple[Head, ...] = ()
    onto: int = 0
    attention: Attention | None = None


class Cancelled(Exception):
    """`cancel()` ended what has no half: `choose`, `logprob`, `warm`, or the reading of a source."""


class LLM(Protocol):
    """A language model, greedy and deterministic. One call at a time; callers wait their turn.

    `into` of every call is filled with the usage figures, whatever else it gets.
    """

    id: str  # catalogue id, e.g. "qwen2.5-coder-1.5b"
    markup: str  # how its turns are marked, see `rag.reading.prompting.MARKUPS`

    def generate(
        self, prompt: Prompt, *, max_tokens: int, stop: Sequence[str] = (), into: Generation | None = None
    ) -> Iterator[str]:
        """Yield text as it is written; closing the iterator cancels within one token.

        Ends at the model's end token or before a `stop` string ("stop"), or after `max_tokens`
        tokens ("length"). The iterator holds its turn until it ends or is closed: close it before
        the next call. Raises, at the first step, WorkerCrashed if the model's process dies (the
        next call starts a new one) and ValueError if the prompt and `max_tokens` together exceed
        the context.
        """
        ...

    def choose(
        self, prompt: Prompt, choices: Sequence[str], *, into: Generation | None = None
    ) -> list[float]:
        """Return the probability (they sum to 1) of each choice as the continuation of `prompt`.

        Compared by the log-probability of each choice's tokens, teacher-forced: a longer choice has
        more to lose, and one that begins another ("1", "10") gets what belongs to both.
        """
        ...

    def logprob(self, prompt: Prompt, continuation: str, *, into: Generation | None = None) -> list[float]:
        """Return the natural-log probability of each token of `continuation`, an untrusted text."""
        ...

    def warm(self, prompt: Prompt = (), *, into: Generation | None = None) -> None:
        """Load the model and read `prompt`, so that one that begins with its kept spans starts at once."""
        ...

    def count(self, text: str) -> int:
        """Return how many tokens `text` has when tokenised as untrusted text."""
        ...

    def cancel(self) -> None:
        """End the call in progress, from any thread; without one, do nothing."""
        ...

    def close(self) -> None:
        """Free the model; calling it twice is fine."""
        ...
