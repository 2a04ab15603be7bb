"""Stand-ins for the seams, for tests and trials without models. They work; they only know nothing."""

from __future__ import annotations

import hashlib
import itertools
import math
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rag.llm import Attention, Cancelled, Generation, Head, Hidden, Prompt, Span, Usage
from rag.llm.turnstile import Turnstile

Script = Sequence[str] | Mapping[str, str] | Callable[[str], str]

CERTAIN = 0.9  # the probability of each token that the script wants
UNLIKELY = 0.002  # of any other: where a passage answers, real models give "not stated" about as much


@dataclass(slots=True)
class ScriptedLLM:
    """An `LLM` that says what it was told to say, and remembers what it was asked.

    `script` is a list of replies, one a call (`choose` and `logprob` take one too); or a mapping
    from words to look for in the prompt to the reply, tried in order; or a function of the prompt's
    text. A token is a word with the blanks before it. Every token of the reply has probability 0.9,
    and any other text 0.002 a token, so `choose` prefers the choice that is the reply.

    >>> from rag.llm import Span
    >>> llm = ScriptedLLM({"How many?": "12 projects"})
    >>> list(llm.generate([Span("How many?")], max_tokens=8))
    ['12', ' projects']
    """

    script: Script
    id: str = "scripted"
    markup: str = "chatml"
    n_ctx: int = 4096
    prompts: list[str] = field(default_factory=list)  # the text of each prompt, in order of arrival
    spans: list[tuple[Span, ...]] = field(default_factory=list)  # the same, as given
    looks_at: str = ""  # words that every attention head looks at, where the span has them; else the reply
    on_token: Callable[[str], None] = lambda text: None  # called before each token, e.g. to be slow
    _used: int = 0
    _kept: set[tuple[Span, ...]] = field(default_factory=set)
    _turn: Turnstile = field(default_factory=Turnstile)
    _cancelled: threading.Event = field(default_factory=threading.Event)

    def generate(
        self, prompt: Prompt, *, max_tokens: int, stop: Sequence[str] = (), into: Generation | None = None
    ) -> Iterator[str]:
        """Yield the scripted reply word by word; see `LLM.generate`."""
        if max_tokens < 1:
            raise ValueError(f"max_tokens is {max_tokens}; it must be at least 1.")
        return self._generate(prompt, max_tokens, stop, into if into is not None else Generation())

    def choose(
        self, prompt: Prompt, choices: Sequence[str], *, into: Generation | None = None
    ) -> list[float]:
        """Return probabilities that favour the choice that is the scripted reply; see `LLM.choose`."""
        if not choices or len(set(choices)) < len(choices):
            raise ValueError(f"Choices must be one or more different texts, not {list(choices)!r}.")
        with self._turn:
            reply = self._ask(prompt, max(self._length(choice) for choice in choices), into)
            weights = [math.exp(math.fsum(self._scores(reply, choice))) for choice in choices]
        return [w / math.fsum(weights) for w in weights]

    def logprob(self, prompt: Prompt, continuation: str, *, into: Generation | None = None) -> list[float]:
        """Return log 0.9 for each token that the scripted reply has there; see `LLM.logprob`."""
        with self._turn:
            reply = self._ask(prompt, self._length(continuation), into)
            return self._scores(reply, continuation)

    def warm(self, prompt: Prompt = (), *, into: Generation | None = None) -> None:
        """Remember the kept spans of `prompt`; see `LLM.warm`."""
        with self._turn:
            if prompt:
                self._read(prompt, 0, into)

    def count(self, text: str) -> int:
        """Return the number of words."""
        return len(_tokens(text))

    def cancel(self) -> None:
        """End the call in progress; see `LLM.cancel`."""
        self._cancelled.set()

    def close(self) -> None:
        """Do nothing: there is nothing to free."""

    def _generate(self, prompt: Prompt, budget: int, stop: Sequence[str], into: Generation) -> Iterator[str]:
        into.text, into.finish, into.usage = "", "cancelled", Usage()
        into.logprobs.clear()
        into.hidden.clear()
        into.attention = None
        with self._turn:
            reply = self._ask(prompt, budget, into)
            ends = [(at + len(s), at) for s in stop if s and (at := reply.find(s)) >= 0]
            words = _tokens(reply[: min(ends, default=(0, len(reply)))[1]])
            if into.watch:
                first = _tokens(into.watch)[:1]
                into.watched = math.log(CERTAIN if first == words[:1] else UNLIKELY)
                if into.floor is not None and into.watched < into.floor and first == words[:1]:
                    del words[0]
            for word in words[:budget]:
                self.on_token(word)
                if self._cancelled.is_set():
                    return
                into.text += word
                into.logprobs.append(math.log(CERTAIN))
                into.usage = Usage(into.usage.prompt, into.usage.reused, len(into.logprobs))
                yield word
            # Like a real model, it needs one more token to say that it has ended.
            into.finish = "stop" if len(words) < budget else "length"
            read = "".join(span.text for span in prompt)
            into.hidden.update({n: Hidden(_row(n, read), _row(n, read + into.text)) for n in into.layers})
            if into.heads:
                into.attention = self._attention(
                    prompt[into.onto].text, into.heads, self.looks_at or into.text
                )

    def _attention(self, text: str, heads: Sequence[Head], at: str) -> Attention:
        """Return nine tenths of the attention for the first place of `at`, the rest for all tokens."""
        ends = list(itertools.accumulate(map(len, _tokens(text))))
        place = text.find(at) if at else -1
        seen = [
            place >= 0 and start < place + len(at) and place < end
            for start, end in itertools.pairwise([0, *ends])
        ]
        shares = [(1 - CERTAIN) / len(ends) + CERTAIN * one / max(sum(seen), 1) for one in seen]
        looked = Attention(ends, dict.fromkeys(heads, shares))
        return Attention.unpacked(looked.packed())  # as exact as a real one

    def _ask(self, prompt: Prompt, room: int, into: Generation | None) -> str:
        self._cancelled.clear()
        text = self._read(prompt, room, into)
        self.prompts.append(text)
        self.spans.append(tuple(prompt))
        return self._reply(text)

    def _read(self, prompt: Prompt, room: int, into: Generation | None) -> str:
        lengths = [self.count(span.text) for span in prompt]
        if sum(lengths) == 0:
            raise ValueError("The prompt is empty: 0 tokens. Give at least one span with text.")
        if sum(lengths) + room > self.n_ctx:
            raise ValueError(
                f"The prompt has {sum(lengths)} tokens and {room} more are wanted, but the context holds "
                f"{self.n_ctx}. Shorten the prompt or ask for fewer tokens."
            )
        prefixes = [tuple(prompt[: i + 1]) for i, span in enumerate(prompt) if span.keep]
        known = max((len(p) for p in prefixes if p in self._kept), default=0)
        self._kept.update(prefixes)
        if into is not None:
            into.usage = Usage(sum(lengths), sum(lengths[:known]))
        return "".join(span.text for span in prompt)

    def _reply(self, text: str) -> str:
        if callable(self.script):
            return self.script(text)
        if isinstance(self.script, Mapping):
            for words, reply in self.script.items():
                if words in text:
                    return reply
            raise LookupError(f"No reply is scripted for {text!r}; known are {list(self.script)}.")
        if self._used >= len(self.script):
            raise LookupError(
                f"The script has {len(self.script)} replies and was asked for one more: {text!r}."
            )
        self._used += 1
        return self.script[self._used - 1]

    def _length(self, text: str) -> int:
        if not text:
            raise ValueError("A continuation is empty: 0 tokens. Give each at least one character.")
        return self.count(text)

    def _scores(self, reply: str, continuation: str) -> list[float]:
        wanted = _tokens(reply)
        scores = []
        for i, word in enumerate(_tokens(continuation)):
            self.on_token(word)
            if self._cancelled.is_set():
                raise Cancelled("scoring was cancelled")
            scores.append(math.log(CERTAIN if wanted[i : i + 1] == [word] else UNLIKELY))
        return scores


def _row(layer: int, text: str) -> tuple[float, ...]:
    """Return eight numbers, -1 … 1, that follow from the layer and the text and from nothing else."""
    taken = hashlib.sha256(f"{layer} {text}".encode("utf-8", "surrogatepass")).digest()[:8]
    return tuple(byte / 128 - 1 for byte in taken)


def _tokens(text: str) -> list[str]:
    return re.findall(r"\s*\S+|\s+$", text)
