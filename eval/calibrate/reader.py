"""The adapter for reading: fitted so that the model takes the few words of a passage that answer, or none.

All questions about a passage are evaluated at once (`transformer.pack`), so that it is read once for all.
The loss is the mean over questions of the sum of the negative log-probabilities of the reply's tokens over
the root of their number: a long reply counts for more than a short one, but does not drown "not stated".
Optimised by AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101), its rate rising over ten steps and falling
as a cosine. Some lessons are kept apart and tell how it goes.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.calibrate.lessons import Lesson
from rag.llm import Prompt, Span
from rag.question import understand
from rag.reading.prompting import MARKUPS
from rag.reading.reader import ABSENT, prompt_of, wording_of

if TYPE_CHECKING:
    from eval.calibrate.transformer import Adapter, Transformer

# What was tried is in eval/LOG.md.
FIRST = 10  # layer from which on there is an adapter, of 28
RANK, ALPHA = 8, 16.0
RATE = 2.5e-4  # the highest rate of learning
WARMING = 10  # steps until it is reached
PASSAGES = 2  # a step
DRAWN = 7  # questions of a passage that are asked in one pass; others come in the next
APART = 40  # every fortieth lesson is kept apart
WORDED = 1  # full sentences a passage; each costs as much as three questions
SAVED = 40  # steps after which a fit that is stopped leaves what it has learnt so far
SEED = 0


class AdapterError(ValueError):
    """An adapter that a fit cannot go on from."""


Tokenise = Callable[[Span], list[int]]


@dataclass(frozen=True, slots=True)
class Exercise:
    """A lesson as tokens: what all its questions share, and each question with its reply."""

    shared: tuple[int, ...]
    asked: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    absent: tuple[bool, ...]  # for each question, whether the reply is "not stated"

    def some(self, drawn: random.Random) -> Exercise:
        """Return it with `DRAWN` of its questions."""
        chosen = drawn.sample(range(len(self.asked)), min(DRAWN, len(self.asked)))
        return Exercise(
            self.shared, tuple(self.asked[i] for i in chosen), tuple(self.absent[i] for i in chosen)
        )

    @property
    def tokens(self) -> int:
        """How many are evaluated where all is asked."""
        return len(self.shared) + sum(len(given) + len(reply) for given, reply in self.asked)


def exercise(lesson: Lesson, tokenise: Tokenise, markup: str = "chatml") -> Exercise:
    """Return a lesson as the program would put it to the model."""
    shared: tuple[int, ...] = ()
    asked, absent, worded = [], [], 0

    def put(prompt: Prompt, reply: str) -> None:
        nonlocal shared
        edge = max(i for i, span in enumerate(prompt) if span.keep) + 1
        shared, given = (_tokens(part, tokenise) for part in (prompt[:edge], prompt[edge:]))
        end = Span(MARKUPS[markup].close.rstrip("\n"), trusted=True)
        asked.append((given, _tokens([Span(reply), end], tokenise)))
        absent.append(reply == ABSENT)

    for one in lesson.asked:
        question = understand(one.question)
        prompt = prompt_of(question, lesson.passage, markup, lesson.head)
        put(prompt, one.reply)
        if one.said is not None and worded < WORDED:
            worded += 1
            put(wording_of(question, prompt, one.reply, markup), one.said)
    return Exercise(shared, tuple(asked), tuple(absent))


def _tokens(spans: Sequence[Span], tokenise: Tokenise) -> tuple[int, ...]:
    return tuple(token for span in spans for token in tokenise(span))


@dataclass(frozen=True, slots=True)
class Judged:
    """How the model takes to exercises: shares of replies that, as a whole, have a probability over 1/2."""

    said: float  # of those that are answered
    absent: float  # of those that are not
    loss: float


def judge(model: Transformer, exercises: Sequence[Exercise]) -> Judged:
    """Return how the model as it is takes to exercises; deterministic."""
    import torch

    likely: dict[bool, list[float]] = {True: [], False: []}
    losses = []
    with torch.no_grad():
        for one in exercises:
            for reply, absent in zip(_replies(model, one), one.absent, strict=True):
                likely[absent].append(float(reply.sum()))
                losses.append(float(_loss([reply])))
    said, absent_share = (
        sum(value > math.log(0.5) for value in likely[absent]) / max(1, len(likely[absent]))
        for absent in (False, True)
    )
    return Judged(said, absent_share, sum(losses) / max(1, len(losses)))


def report(before: Judged, after: Judged, exercises: Sequence[Exercise]) -> str:
    """Return what `judge` found without the adapter and with it."""
    absent = sum(sum(one.absent) for one in exercises)
    said = sum(len(one.asked) for one in exercises) - absent
    rows = [
        f"of {said} replies that answer and {absent} that do not, on {len(exercises)} passages kept apart:"
    ]
    for name, one in (("without", before), ("with", after)):
        rows.append(
            f"  {name} the adapter: loss {one.loss:.3f}, the right reply over 1/2 probable for"
            f" {one.said:.3f} of those answered, {one.absent:.3f} of those not"
        )
    return "\n".join(rows)


def adapter(model: Transformer) -> Adapter:
    """Return an adapter that changes nothing yet, in use by the model."""
    return model.adapt(FIRST, RANK, ALPHA, SEED)


def fit(
    model: Transformer,
    given: Adapter,
    exercises: Sequence[Exercise],
    passes: float = 1.0,
    begun: float = 0.0,
) -> Iterator[tuple[int, int, float]]:
    """Fit the adapter in use, reading each exercise `passes` times; yield (step, steps, loss) after each.

    `begun` of these passes are left out, being those that the adapter was fitted on before.
    """
    import torch

    drawn = random.Random(SEED)
    optimiser = torch.optim.AdamW(given.numbers, lr=RATE, betas=(0.9, 0.98), weight_decay=0.0)
    order = [i for _ in range(math.ceil(passes)) for i in drawn.sample(range(len(exercises)), len(exercises))]
    order = order[math.ceil(begun * len(exercises)) : math.ceil(passes * len(exercises))]
    batches = [order[at : at + PASSAGES] for at in range(0, len(order), PASSAGES)]
    for step, batch in enumerate(batches):
        rise = min(1.0, (step + 1) / WARMING)
        fall = 0.05 + 0.95 * (1 + math.cos(math.pi * step / len(batches))) / 2
        for group in optimiser.param_groups:
            group["lr"] = RATE * rise * fall
        optimiser.zero_grad()
        total = 0.0
        for i in batch:
            loss = _loss(_replies(model, exercises[i].some(drawn), FIRST)) / len(batch)
            loss.backward()
            total += float(loss.detach())
        torch.nn.utils.clip_grad_norm_(given.numbers, 1.0)
        optimiser.step()
        yield step + 1, len(batches), total


def _replies(model: Transformer, one: Exercise, first: int = 0) -> list[Any]:
    """Return the log-probabilities of each reply's tokens."""
    from eval.calibrate.transformer import pack

    found = model.log_probabilities(pack(one.shared, one.asked), first)
    return list(found.split([len(reply) for _, reply in one.asked]))


def _loss(replies: Sequence[Any]) -> Any:  # noqa: ANN401 - a tensor of one number: torch is not typed here
    return -sum(reply.sum() / math.sqrt(len(reply)) for reply in replies) / len(replies)


def apart(lessons: Sequence[Lesson]) -> tuple[list[Lesson], list[Lesson]]:
    """Return the lessons to fit on and those to judge by."""
    return [one for i, one in enumerate(lessons) if i % APART], list(lessons[::APART])


def tokeniser(path: Path) -> Tokenise:
    """Return the tokeniser of the model file at `path`, as the program uses it."""
    import llama_cpp as cpp

    from rag.llm.engine import hush
    from rag.llm.vocabulary import Vocabulary

    hush()
    cpp.llama_backend_init()
    params = cpp.llama_model_default_params()
    params.vocab_only = True
    model = cpp.llama_model_load_from_file(str(path).encode(), params)
    if not model:
        raise ValueError(f"llama.cpp cannot load {path}")
    vocabulary = Vocabulary(cpp.llama_model_get_vocab(model))
    return lambda span: vocabulary.tokens(span.text, trusted=span.trusted)
