"""Chat completions: messages to a question, and what happens to it to the forms that OpenAI's clients read.

What is streamed is the checked answer. The model's draft is not: a client shows what it is given, and whoever
reads it believes it. Until the answer is there a stream has comments (`: 3 sources`), which clients skip.
"""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from anyio import to_thread
from starlette.concurrency import iterate_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from index.errors import BadFilter
from index.search import inline
from index.text.counted import counted
from rag.answer import Answer, Done, Evidence, Token
from rag.api.errors import Json, Problem
from rag.api.types import ChatRequest, Extras, Message
from rag.asked import MAX_HISTORY, MAX_QUESTION, one_line
from rag.care import written
from rag.showing import listing, terminal
from rag.showing.inert import inert
from rag.web.answerer import Pair
from rag.web.desk import Desk, Run
from rag.web.waiting import Failed, RunEvent, Stopped, Waiting, Working

AHEAD = "X-Queue-Ahead"  # header: questions that came first when this one arrived
_STREAM_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_PIECE = re.compile(r"\s*\S+|\s+$")  # a word with the space before it

Events = AsyncGenerator[RunEvent, None]


async def complete(
    desk: Desk, request: Request, asked: ChatRequest, model: str | None, chosen: str
) -> Response:
    """Answer with `model`, else with the `chosen` one, whole or as a stream.

    Raises Problem for what cannot be asked or answered.
    """
    question, history = conversation(asked.messages)
    extras = asked.rag or Extras(as_of=None, care=None)
    run = desk.ask(question, history, as_of=extras.as_of, care=extras.care, model=model)
    events = _listen(run, request)
    first = await anext(events)
    if isinstance(first, Failed | Stopped):
        await events.aclose()
        raise _refusal(first)
    ahead = {AHEAD: str(first.before if isinstance(first, Waiting) else 0)}
    reply = _Reply(model or chosen)
    content = partial(_content, desk, question)
    if asked.stream:
        usage = bool(asked.stream_options and asked.stream_options.include_usage)
        stream = _stream(first, events, reply, content, usage=usage)
        return StreamingResponse(stream, headers={**_STREAM_HEADERS, **ahead}, media_type="text/event-stream")
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Failed | Stopped):
                raise _refusal(event)
            if isinstance(event, Done):
                text = await to_thread.run_sync(content, event.answer)
                return Json(reply.whole(event.answer, text), headers=ahead)
    raise AssertionError("a run ends with Done, Failed or Stopped")


def _content(desk: Desk, question: str, answer: Answer) -> str:
    """Return what is said to who has no eye for `rag`; whatever articles hold, a client may render it."""
    note = listing.note(desk.assistant.library, question, answer) if desk.assistant else None
    return inert(f"{answer.answer}\n\n{note}" if note else answer.answer)


def conversation(messages: Sequence[Message]) -> tuple[str, tuple[Pair, ...]]:
    """Return the question, and the questions and answers before it, oldest first.

    System messages and those of tools are not heeded: nothing that is said to the program changes how answers
    are checked. Raises Problem if the last of the others is no question, or one that cannot be asked.
    """
    said = [(one.role, one.content) for one in messages if one.role in ("user", "assistant")]
    if not said or said[-1][0] != "user":
        raise Problem(400, "The last message must be the user's question.", param="messages")
    question = one_line(said[-1][1])
    if not question:
        raise Problem(400, "The last message is empty; put the question there.", param="messages")
    if len(question) > MAX_QUESTION:
        raise Problem(
            400,
            f"The question has {len(question)} characters; the limit is {MAX_QUESTION}. Shorten it.",
            code="string_above_max_length",
            param="messages",
        )
    try:
        inline.parse(written(question)[0])
    except BadFilter as error:
        raise Problem(400, str(error), param="messages") from None
    pairs: list[Pair] = []
    for role, content in said[:-1][-2 * MAX_HISTORY :]:
        if role == "user":
            pairs.append((one_line(content)[:MAX_QUESTION], ""))
        elif pairs:
            pairs[-1] = (pairs[-1][0], one_line(content))
    return question, tuple(pair for pair in pairs[-MAX_HISTORY:] if pair[0])


async def _listen(run: Run, request: Request) -> Events:
    """Yield what happens to the run; it is stopped when the client goes away, or nobody listens any more."""
    watch = asyncio.create_task(_stop_when_gone(run, request))
    try:
        async for event in iterate_in_threadpool(run.events()):
            yield event
    finally:
        watch.cancel()
        run.stop()


async def _stop_when_gone(run: Run, request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    run.stop()


def _refusal(event: Failed | Stopped) -> Problem:
    if isinstance(event, Stopped):
        return Problem(503, "The program is stopping.")
    if event.busy:
        return Problem(429, "Too many questions are waiting.", code="rate_limit_exceeded", retry=True)
    return Problem(503, event.message, retry=True)


async def _stream(
    first: RunEvent, events: Events, reply: _Reply, content: Callable[[Answer], str], *, usage: bool
) -> AsyncIterator[str]:
    progress = _Progress()
    yield progress.comment(first)
    yield reply.chunk({"role": "assistant", "content": ""}, usage=usage)
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Failed | Stopped):
                yield _data(_refusal(event).body)
            elif isinstance(event, Done):
                for piece in _PIECE.findall(await to_thread.run_sync(content, event.answer)):
                    yield reply.chunk({"content": piece}, usage=usage)
                yield reply.chunk({}, usage=usage, answer=event.answer)
                if usage:
                    yield reply.usage(event.answer)
                yield "data: [DONE]\n\n"
            elif comment := progress.comment(event):
                yield comment


class _Progress:
    """What comments say: each news once, and the last again while there is none."""

    def __init__(self) -> None:
        self._last = "searching"

    def comment(self, event: RunEvent) -> str:
        """Return a comment, which also keeps the connection in use; "" for further tokens of the draft."""
        before, self._last = self._last, self._said(event)
        quiet = isinstance(event, Token) and self._last == before
        return "" if quiet else f": {self._last}\n\n"

    def _said(self, event: RunEvent) -> str:
        match event:
            case Waiting(before=0, loading=""):
                return "waiting for the models"
            case Waiting(before=0, loading=model):
                return f"waiting for the model {model}"
            case Waiting(before=ahead):
                return f"waiting, {ahead} before you"
            case Evidence(sources=found):
                return counted(len(found), "source")
            case Token():
                return "answering"
            case Working() if self._last.startswith("waiting"):
                return "searching"
            case _:
                return self._last


def _data(value: dict[str, Any]) -> str:
    return f"data: {terminal.to_json(value)}\n\n"


@dataclass(frozen=True, slots=True)
class _Reply:
    """What all parts of one reply have in common, and their forms."""

    model: str
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid.uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}

    def whole(self, answer: Answer, content: str) -> dict[str, Any]:
        """Return the reply that is not streamed."""
        message = {"role": "assistant", "content": content, "refusal": None, "rag": answer.to_dict()}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        head = {**self._head("chat.completion"), "model": answer.model}  # may have changed in the line
        return {**head, "choices": [choice], "usage": _usage(answer)}

    def chunk(self, delta: dict[str, Any], *, usage: bool, answer: Answer | None = None) -> str:
        """Return a part of the text, or, with the answer, the part that ends it."""
        choice = {
            "index": 0,
            "delta": delta,
            "logprobs": None,
            "finish_reason": "stop" if answer else None,
            **({"message": {"rag": answer.to_dict()}} if answer else {}),
        }
        # OpenAI's chunks say "usage": null if there will be a chunk that has it.
        later = {"usage": None} if usage else {}
        return _data({**self._head("chat.completion.chunk"), "choices": [choice], **later})

    def usage(self, answer: Answer) -> str:
        """Return the part after the last that has the tokens and no choice."""
        return _data({**self._head("chat.completion.chunk"), "choices": [], "usage": _usage(answer)})


def _usage(answer: Answer) -> dict[str, Any]:
    read, wrote = answer.tokens.prompt, answer.tokens.generated
    return {
        "prompt_tokens": read,
        "completion_tokens": wrote,
        "total_tokens": read + wrote,
        "prompt_tokens_details": {"cached_tokens": answer.tokens.reused},
    }
