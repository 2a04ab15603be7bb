"""The program of the model's process: requests on standard input, replies on standard output.

One JSON object a line each way. Requests carry an `id` and an `op` (generate, choose, logprob, warm,
count, cancel); every reply repeats the id, from `taken` to `done` or `error`. `count` is answered at
once, also while a text is being written; the others one after the other. When standard input ends,
so does the process, in the middle of a computation if need be: a model must not outlive the program
that asked for it.
"""

from __future__ import annotations

import argparse
import codecs
import contextlib
import json
import os
import queue
import signal
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from rag.llm.seen import Held, attended

if TYPE_CHECKING:
    from rag.llm.engine import Engine, Reading

Message = dict[str, Any]

# How far the model steps back for the search and the page (`os.nice`): on two cores, while eight ask at once,
# what is found for those who wait is then there soon, and a reading, which takes seconds, hardly later.
NICE = 5
SIGN_OF_LIFE = 10.0  # seconds; a slice can take a minute beside busy programs, silence means a hang


class Pipe:
    """Writes replies, whole lines, from more than one thread."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._lock = threading.Lock()

    def send(self, message: Message) -> None:
        """Write one message."""
        line = json.dumps(message).encode() + b"\n"
        with self._lock:
            self._out.write(line)
            self._out.flush()


class Writer:
    """Turns the bytes of tokens into text: whole letters only, and nothing from a stop string on."""

    def __init__(self, stop: Sequence[str]) -> None:
        self._stop = [s for s in stop if s]
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""
        self._starts: list[int] = []  # characters before each token
        self._total = 0
        self.stopped = False
        self.tokens = 0  # that have a share in the text

    def add(self, piece: bytes) -> str:
        """Take one token's bytes; return the text that is now certain."""
        self._starts.append(self._total)
        new = self._decoder.decode(piece)
        self._total += len(new)
        self._held += new
        # The stop string that is complete first, however the text is cut into tokens.
        found = [(at + len(s), at) for s in self._stop if (at := self._held.find(s)) >= 0]
        if found:
            self.stopped = True
            _, at = min(found)
            end = self._total - len(self._held) + at
            self.tokens = sum(start < end for start in self._starts)
            text, self._held = self._held[:at], ""
            return text
        self.tokens = len(self._starts)
        keep = max((_overlap(self._held, s) for s in self._stop), default=0)
        cut = len(self._held) - keep
        text, self._held = self._held[:cut], self._held[cut:]
        return text

    def rest(self) -> str:
        """Return what was held back as the possible beginning of a stop string."""
        text, self._held = self._held, ""
        return text


def _overlap(text: str, stop: str) -> int:
    """Return the length of the longest end of `text` that begins `stop`."""
    return next((n for n in range(min(len(text), len(stop) - 1), 0, -1) if text.endswith(stop[:n])), 0)


class Worker:
    """Answers requests with one engine."""

    def __init__(self, engine: Engine, pipe: Pipe) -> None:
        self._engine = engine
        self._pipe = pipe
        self._cancelled = -1  # the highest request that was cancelled; ids only grow
        self._running = 0
        self._reading: Reading | None = None  # of the running request
        self._heard = time.monotonic()  # when we last said something
        engine.cancelled = self._stop_now

    def cancel(self, request: int) -> None:
        """Stop this request if it is running or still to come."""
        self._cancelled = max(self._cancelled, request)

    def acknowledge(self, message: Message) -> None:
        """Say that a request has arrived, so that a death before it is told from one during it."""
        self._pipe.send({"id": message["id"], "type": "taken"})

    def count(self, message: Message) -> None:
        """Answer how many tokens an untrusted text has."""
        n = len(self._engine.vocab.tokens(message["text"], trusted=False))
        self._pipe.send({"id": message["id"], "type": "done", "tokens": n})

    def handle(self, message: Message) -> None:
        """Answer one request, always ending with `done` or `error`."""
        from rag.llm.engine import Cancelled

        self._running, self._reading = message["id"], None
        self._engine.tap.watch(())
        try:
            result = getattr(self, "_" + message["op"])(message)
        except Cancelled:
            result = {**self._done(self._reading), "finish": "cancelled"}
        except (ValueError, RuntimeError) as error:
            result = {"type": "error", "kind": type(error).__name__, "message": str(error)}
        self._pipe.send({"id": self._running, **result})

    def _generate(self, message: Message) -> Message:
        from rag.llm.engine import log_probability

        engine, budget = self._engine, message["max_tokens"]
        engine.tap.watch(message["layers"], [(layer, head) for layer, head in message["heads"]])
        reading = self._read(message, room=budget)
        held, looked = Held(engine.tap.rows), dict(engine.tap.attention)
        engine.tap.watch(message["layers"])
        logits = reading.logits
        writer = Writer(message["stop"])
        finish, watched = "length", 0.0
        if watch := engine.vocab.tokens(message["watch"], trusted=False):
            watched = log_probability(logits, watch[0])
            floor = message["floor"]
            if floor is not None and watched < floor:
                logits = logits.copy()  # those of a kept state are used again
                logits[watch[0]] = -np.inf
        for left in range(budget - 1, -1, -1):
            token = int(logits.argmax())
            if token in engine.vocab.end:
                finish = "stop"
                break
            score = log_probability(logits, token)
            text = writer.add(engine.vocab.piece(token))
            self._send(type="token", text=text, logprob=score)
            if writer.stopped:
                finish = "stop"
                break
            if left:
                logits = engine.step(token)
                held.add(engine.tap.rows)
        end = {
            "finish": finish,
            "text": writer.rest(),
            "generated": writer.tokens,
            "watched": watched,
            "hidden": held.packed(),
        }
        if looked:
            end["attention"] = attended(looked, *self._place(message), engine.vocab.piece).packed()
        return {**self._done(reading), **end}

    def _logprob(self, message: Message) -> Message:
        [tokens] = self._continuations([message["text"]])
        reading = self._read(message, room=len(tokens))
        return {**self._done(reading), "logprobs": [self._engine.continuation(reading, tokens)]}

    def _choose(self, message: Message) -> Message:
        choices = self._continuations(message["choices"])
        reading = self._read(message, room=max(map(len, choices)))
        found = [self._engine.continuation(reading, tokens) for tokens in choices]
        return {**self._done(reading), "logprobs": found}

    def _warm(self, message: Message) -> Message:
        return self._done(self._read(message, room=0) if message["prompt"] else None)

    def _read(self, message: Message, *, room: int) -> Reading:
        vocab = self._engine.vocab
        parts: list[list[int]] = [list(vocab.start)]
        for text, trusted, keep in message["prompt"]:
            parts[-1] += vocab.tokens(text, trusted=trusted)
            if keep and parts[-1]:
                parts.append([])
        total = sum(map(len, parts))
        if total == 0:
            raise ValueError("The prompt is empty: 0 tokens. Give at least one span with text.")
        if total + room > self._engine.n_ctx:
            raise ValueError(
                f"The prompt has {total} tokens and {room} more are wanted, but the context holds "
                f"{self._engine.n_ctx}. Shorten the prompt or ask for fewer tokens."
            )
        self._reading = self._engine.read(parts)
        return self._reading

    def _place(self, message: Message) -> tuple[int, list[int]]:
        """Return how many tokens stand before the span that is looked at, and its own."""
        vocab, before = self._engine.vocab, len(self._engine.vocab.start)
        for text, trusted, _ in message["prompt"][: message["onto"]]:
            before += len(vocab.tokens(text, trusted=trusted))
        text, trusted, _ = message["prompt"][message["onto"]]
        return before, vocab.tokens(text, trusted=trusted)

    def _continuations(self, texts: Sequence[str]) -> list[list[int]]:
        found = [self._engine.vocab.tokens(text, trusted=False) for text in texts]
        if not all(found):
            raise ValueError("A continuation is empty: 0 tokens. Give each at least one character.")
        return found

    def _done(self, reading: Reading | None) -> Message:
        tokens, reused = (reading.tokens, reading.reused) if reading else (0, 0)
        return {"type": "done", "prompt": tokens, "reused": reused}

    def _stop_now(self) -> bool:
        """Return whether to stop; now and then say that we are alive."""
        if time.monotonic() - self._heard > SIGN_OF_LIFE:
            self._send(type="busy")
        return self._running <= self._cancelled

    def _send(self, **reply: Any) -> None:  # noqa: ANN401 - the values of a JSON object
        self._heard = time.monotonic()
        self._pipe.send({"id": self._running, **reply})


def _listen(source: BinaryIO, worker: Worker, jobs: queue.SimpleQueue[Message]) -> None:
    for line in source:
        message = json.loads(line)
        if message["op"] == "cancel":
            worker.cancel(message["id"])
            continue
        worker.acknowledge(message)
        match message["op"]:
            case "count":
                worker.count(message)
            case _:
                jobs.put(message)
    os._exit(0)  # our parent closed the pipe or died; a running computation would not listen


def _step_back() -> None:
    if hasattr(os, "nice"):  # everywhere but on Windows
        os.nice(NICE)
    # This process leads a session, and Linux shares the time among sessions first, then within each.
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(NICE))


def main(argv: Sequence[str] | None = None) -> None:
    """Load the model, say `ready` (or `failed` and why), then serve until standard input ends."""
    # Ctrl-C reaches the whole terminal group; whether to stop is the parent's decision.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--n-ctx", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--keep-bytes", type=int, required=True)
    parser.add_argument("--states", type=Path, help="folder in which states outlive this process")
    parser.add_argument("--adapter", type=Path, help="what is added to the model's weights")
    parser.add_argument("--as-stored", action="store_true", help="see rag.llm.layout")
    args = parser.parse_args(argv)
    _step_back()

    # Native code prints to descriptor 1 as it pleases: keep the pipe for ourselves, send the rest to 2.
    pipe = Pipe(os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)
    source = os.fdopen(os.dup(0), "rb")
    try:
        from rag.llm.engine import CannotLoad, Engine
    except (ImportError, OSError, RuntimeError) as error:  # a missing or broken build of llama.cpp
        pipe.send({"type": "failed", "kind": "runtime", "message": str(error)})
        return
    try:
        engine = Engine(
            args.model,
            n_ctx=args.n_ctx,
            threads=args.threads,
            keep_bytes=args.keep_bytes,
            states=args.states,
            adapter=args.adapter,
            repacked=not args.as_stored,
        )
    except CannotLoad as error:
        pipe.send({"type": "failed", "kind": "model", "message": str(error)})
        return
    worker = Worker(engine, pipe)
    jobs: queue.SimpleQueue[Message] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(source, worker, jobs), daemon=True).start()
    pipe.send({"type": "ready", "n_ctx": engine.n_ctx})
    while True:
        worker.handle(jobs.get())


if __name__ == "__main__":
    main()
