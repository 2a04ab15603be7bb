"""llama.cpp behind the LLM seam: one model in one child process, which may die without harm.

Native code can crash, hang or be killed for its memory. In a process of its own that costs one
answer: the call in flight raises `WorkerCrashed` and the next call starts a new process.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import math
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.errors import ModelDamaged, ModelMissing, RagError, WorkerCrashed
from rag.llm import Cancelled, Generation, Prompt, Usage
from rag.threads import physical_cores

log = logging.getLogger(__name__)

Message = dict[str, Any]

KEEP_BYTES = 256 << 20  # about 9,000 tokens of the 1.5B model (29 kB each), 21,000 of the 0.5B
START_SECONDS = 120.0  # loading took 1.1 s here; a cold 1 GB file on a slow disk some 20
STALL_SECONDS = 120.0  # one slice of 512 tokens took 14 s on the slowest laptop we know of (37 tokens/s)
CANCEL_SECONDS = 5.0  # cancelling takes some ms; whoever needs longer hangs and is killed


class LlamaProcess:
    """Implements `rag.llm.LLM` with a GGUF file. The process starts with the first call.

    May be shared by threads: calls are served one at a time in the order they came, except `count`,
    which does not wait. An iterator of `generate` holds its turn until it ends or is closed.
    """

    def __init__(
        self,
        model_path: Path,
        id: str,  # noqa: A002 - the name of the protocol's attribute
        *,
        n_ctx: int = 4096,
        threads: int | None = None,
        keep_bytes: int = KEEP_BYTES,
        start_timeout: float = START_SECONDS,
    ) -> None:
        self.id = id
        self.n_ctx = n_ctx
        self._path = Path(model_path)
        self._threads = threads or physical_cores()
        self._keep_bytes = keep_bytes
        self._start_timeout = start_timeout
        self._turn = Turnstile()
        self._starting = threading.Lock()
        self._worker: _Worker | None = None
        self._current: tuple[_Worker, int] | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the running worker, None when there is none."""
        worker = self._worker
        return worker.pid if worker and worker.alive else None

    def generate(
        self, prompt: Prompt, *, max_tokens: int, stop: Sequence[str] = (), into: Generation | None = None
    ) -> Iterator[str]:
        """Yield text as it is written; see `LLM.generate`."""
        if max_tokens < 1:
            raise ValueError(f"max_tokens is {max_tokens}; it must be at least 1.")
        return self._generate(prompt, max_tokens, stop, into if into is not None else Generation())

    def choose(
        self, prompt: Prompt, choices: Sequence[str], *, into: Generation | None = None
    ) -> list[float]:
        """Return the probability of each choice; see `LLM.choose`."""
        if not choices or len(set(choices)) < len(choices):
            raise ValueError(f"Choices must be one or more different texts, not {list(choices)!r}.")
        done = self._ask("choose", into, prompt=_spans(prompt), choices=list(choices))
        sums = [math.fsum(scores) for scores in done["logprobs"]]
        weights = [math.exp(s - max(sums)) for s in sums]
        return [w / math.fsum(weights) for w in weights]

    def logprob(self, prompt: Prompt, continuation: str, *, into: Generation | None = None) -> list[float]:
        """Return the log-probability of each token of `continuation`; see `LLM.logprob`."""
        done = self._ask("logprob", into, prompt=_spans(prompt), text=continuation)
        [scores] = done["logprobs"]
        return [float(score) for score in scores]

    def warm(self, prompt: Prompt = (), *, into: Generation | None = None) -> None:
        """Load the model and read `prompt`; see `LLM.warm`."""
        self._ask("warm", into, prompt=_spans(prompt))

    def count(self, text: str) -> int:
        """Return how many tokens `text` has; does not wait for its turn."""
        worker = self._start()
        with worker.request("count", text=text) as replies:
            return int(next(replies)["tokens"])

    def cancel(self) -> None:
        """Stop the call in progress, if any: its iterator ends, its `choose` raises `Cancelled`."""
        if current := self._current:
            worker, request = current
            worker.cancel(request)

    def close(self) -> None:
        """End the process; a later call would start it again."""
        with self._starting:
            if self._worker:
                self._worker.stop()
            self._worker = None

    def _generate(
        self, prompt: Prompt, max_tokens: int, stop: Sequence[str], into: Generation
    ) -> Iterator[str]:
        into.text, into.finish = "", "cancelled"
        into.logprobs.clear()
        with self._call("generate", prompt=_spans(prompt), max_tokens=max_tokens, stop=list(stop)) as replies:
            for reply in replies:
                if reply["type"] == "token":
                    into.logprobs.append(reply["logprob"])
                elif reply["type"] == "done":
                    into.finish = reply["finish"]
                    del into.logprobs[reply.get("generated", len(into.logprobs)) :]
                    into.usage = Usage(reply["prompt"], reply["reused"], len(into.logprobs))
                if text := reply.get("text"):
                    into.text += text
                    yield text

    def _ask(self, op: str, into: Generation | None, **fields: Any) -> Message:  # noqa: ANN401
        with self._call(op, **fields) as replies:
            for reply in replies:
                if reply["type"] == "done":
                    if into is not None:
                        into.usage = Usage(reply["prompt"], reply["reused"])
                    if reply.get("finish") == "cancelled":
                        raise Cancelled(f"{op} was cancelled")
                    return reply
        raise AssertionError("replies end with done or an exception")

    @contextlib.contextmanager
    def _call(self, op: str, **fields: Any) -> Iterator[Iterator[Message]]:  # noqa: ANN401
        with self._turn:
            worker = self._start()
            with worker.request(op, **fields) as replies:
                self._current = (worker, replies.id)
                try:
                    yield replies
                finally:
                    self._current = None

    def _start(self) -> _Worker:
        """Return a live worker, a new one if need be."""
        with self._starting:
            if self._worker is None or not self._worker.alive:
                if not self._path.is_file():
                    raise ModelMissing(
                        f"The model {self.id} is not at {self._path}.\n"
                        f"Fetch it with: rag models fetch {self.id}"
                    )
                self._worker = _Worker(
                    [str(self._path), f"--n-ctx={self.n_ctx}", f"--threads={self._threads}",
                     f"--keep-bytes={self._keep_bytes}"],
                    self.id,
                    self._start_timeout,
                )  # fmt: skip
            return self._worker


class _Worker:
    """One child process, from its start to its end."""

    def __init__(self, args: Sequence[str], model: str, start_timeout: float) -> None:
        self._model = model
        self._ids = itertools.count(1)
        self._inboxes: dict[int, queue.SimpleQueue[Message]] = {}
        self._lock = threading.Lock()  # of the inboxes and of writing
        self._errors = tempfile.TemporaryFile()  # what the process says last  # noqa: SIM115
        began = time.monotonic()
        # A session of its own keeps Ctrl-C away from it; -P keeps the working folder off its import path.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "rag.llama_worker", *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
        )
        self.pid = self._process.pid
        self._hello: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._inboxes[0] = self._hello
        threading.Thread(target=self._receive, name=f"llama-{self.pid}", daemon=True).start()
        self._greet(start_timeout)
        log.info("%s ready in %.2f s, pid %d", model, time.monotonic() - began, self.pid)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None and not self._gone

    _gone = False

    def request(self, op: str, **fields: Any) -> _Replies:  # noqa: ANN401
        inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        with self._lock:
            request = next(self._ids)
            self._inboxes[request] = inbox
            if self._gone:
                inbox.put({"type": "gone"})
        self._write({"id": request, "op": op, **fields})
        return _Replies(self, request, inbox)

    def cancel(self, request: int) -> None:
        self._write({"id": request, "op": "cancel"})

    def forget(self, request: int) -> None:
        with self._lock:
            self._inboxes.pop(request, None)

    def kill(self) -> None:
        self._process.kill()

    def stop(self) -> None:
        """Ask the process to end, then make it."""
        with contextlib.suppress(OSError):
            assert self._process.stdin
            self._process.stdin.close()
        try:
            self._process.wait(CANCEL_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()

    def crash(self) -> WorkerCrashed:
        """Return the error that says how this process ended."""
        code = self._process.wait()
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        cause, fix = "", "Ask again: it starts anew. If it happens every time, run: rag doctor"
        if code == -signal.SIGKILL:
            fix = "Ask again: it starts anew. If memory is short, choose a smaller model (rag models list)."
        if said := self._last_words():
            cause = f" ({said})"
        return WorkerCrashed(f"The process of the model {self._model} {how}{cause}.\n{fix}")

    def _greet(self, timeout: float) -> None:
        try:
            hello = self._hello.get(timeout=timeout)
        except queue.Empty:
            self.kill()
            raise WorkerCrashed(
                f"The model {self._model} was not ready after {timeout:g} s.\n"
                "Close other programs and try again, or choose a smaller model (rag models list)."
            ) from None
        self.forget(0)
        if hello["type"] == "gone":
            raise self.crash()
        if hello["type"] == "failed":
            self.stop()
            if hello["kind"] == "model":
                raise ModelDamaged(
                    f"The model {self._model} cannot be loaded: {hello['message']}.\n"
                    f"Check the file with: rag models verify {self._model}"
                )
            raise RagError(f"llama.cpp cannot be used: {hello['message']}.\nRepair it with: rag setup")

    def _write(self, message: Message) -> None:
        line = json.dumps(message).encode() + b"\n"
        # A process that died is noticed by the reader, which tells every inbox.
        with self._lock, contextlib.suppress(OSError, ValueError):
            assert self._process.stdin
            self._process.stdin.write(line)
            self._process.stdin.flush()

    def _receive(self) -> None:
        assert self._process.stdout
        with contextlib.suppress(ValueError):  # half a line from a dying process
            for line in self._process.stdout:
                message = json.loads(line)
                inbox = self._inboxes.get(message.get("id", 0))
                if inbox:
                    inbox.put(message)
        self.kill()
        with self._lock:
            self._gone = True
            for inbox in self._inboxes.values():
                inbox.put({"type": "gone"})

    def _last_words(self) -> str:
        try:
            end = self._errors.seek(0, os.SEEK_END)
            self._errors.seek(max(0, end - 2000))
            lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        except (OSError, ValueError):
            return ""
        return lines[-1][:200] if lines else ""


class _Replies:
    """The replies to one request; leaving the `with` block before the end cancels the request."""

    def __init__(self, worker: _Worker, request: int, inbox: queue.SimpleQueue[Message]) -> None:
        self.id = request
        self._worker = worker
        self._inbox = inbox
        self._over = False

    def __enter__(self) -> _Replies:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if not self._over:
                self._cancel()
        finally:
            self._worker.forget(self.id)

    def __iter__(self) -> Iterator[Message]:
        return self

    def __next__(self) -> Message:
        if self._over:
            raise StopIteration
        try:
            reply = self._inbox.get(timeout=STALL_SECONDS)
        except queue.Empty:
            self._over = True
            self._worker.kill()
            raise WorkerCrashed(
                f"The model said nothing for {STALL_SECONDS:g} s and was stopped.\n"
                "Ask again: it starts anew. If it happens every time, run: rag doctor"
            ) from None
        if reply["type"] == "gone":
            self._over = True
            raise self._worker.crash()
        if reply["type"] == "error":
            self._over = True
            if reply["kind"] == "ValueError":
                raise ValueError(reply["message"])
            raise RagError(f"The model failed: {reply['message']}.\nIf it happens again, run: rag doctor")
        self._over = reply["type"] == "done"
        return reply

    def _cancel(self) -> None:
        """Cancel, and wait until the worker has let go; one that does not is killed."""
        self._worker.cancel(self.id)
        deadline = time.monotonic() + CANCEL_SECONDS
        while not self._over:
            try:
                reply = self._inbox.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                log.warning("the model's process did not react for %g s: killed", CANCEL_SECONDS)
                self._worker.kill()
                return
            self._over = reply["type"] in {"done", "error", "gone"}


class Turnstile:
    """A lock that serves in the order of arrival and may be released by another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._busy = False
        self._waiting: deque[threading.Event] = deque()

    def __enter__(self) -> None:
        with self._lock:
            if not self._busy:
                self._busy = True
                return
            mine = threading.Event()
            self._waiting.append(mine)
        try:
            mine.wait()
        except BaseException:  # KeyboardInterrupt while waiting: give the place back
            with self._lock:
                if not mine.is_set():
                    self._waiting.remove(mine)
                    raise
            self.__exit__()
            raise

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._busy = False


def _spans(prompt: Prompt) -> list[tuple[str, bool, bool]]:
    return [(span.text, span.trusted, span.keep) for span in prompt]
