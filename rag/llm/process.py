"""The worker process as its parent sees it: started, asked, cancelled, mourned."""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

from rag.errors import ModelDamaged, RagError, WorkerCrashed

log = logging.getLogger(__name__)

Message = dict[str, Any]

STALL_SECONDS = 60.0  # a worker that computes says so every 10 s
CANCEL_SECONDS = 5.0  # cancelling takes some ms; a worker that needs longer hangs and is killed

# Threads of one computation wait for each other some thousand times a token. By default they wait
# spinning for milliseconds; beside other busy programs each spins away the time that the other one
# needs. With both cores of the test machine in use by others, the 0.5B model wrote 1.0 token/s so,
# and 6.7 with short spinning. (GNU's and LLVM's OpenMP.)
SPIN = {"GOMP_SPINCOUNT": "1000", "KMP_BLOCKTIME": "0"}

_GONE: Message = {"type": "gone"}


class Gone(Exception):
    """The process died before it was asked."""


class Worker:
    """One child process, from its start to its end. The constructor returns when it is ready.

    Raises ModelDamaged if llama.cpp refuses the file, RagError if llama.cpp itself cannot be used,
    WorkerCrashed if the process dies or is not ready in time.
    """

    def __init__(self, args: Sequence[str], model: str, start_timeout: float) -> None:
        self._model = model
        self._ids = itertools.count(1)
        self._lock = threading.Lock()  # of the inboxes and of writing
        hello: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._inboxes = {0: hello}
        self._gone = False
        self._last_words = ""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by _receive, at the process's end
        began = time.monotonic()
        # A session of its own keeps Ctrl-C away from it; -P keeps the working folder off its import path.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "rag.llm.worker", *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
            env={**SPIN, **os.environ},
        )
        self.pid = self._process.pid
        self._reader = threading.Thread(target=self._receive, name=f"llama-{self.pid}", daemon=True)
        self._reader.start()
        self._greet(hello, start_timeout)
        log.info("%s is ready after %.2f s, process %d", model, time.monotonic() - began, self.pid)

    @property
    def alive(self) -> bool:
        """Whether it can be asked, as far as we know."""
        return not self._gone

    def request(self, op: str, **fields: Any) -> Replies:  # noqa: ANN401 - the values of a JSON object
        """Send a request; use the result in a `with` block. Raises Gone if the process died before it."""
        inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        with self._lock:
            if self._gone:
                raise Gone
            request = next(self._ids)
            self._inboxes[request] = inbox
        try:
            self._write({"id": request, "op": op, **fields})
        except (OSError, ValueError):  # a broken pipe, or one that we have closed
            self._gone = True
            raise Gone from None
        replies = Replies(self, request, inbox)
        replies.expect_receipt()
        return replies

    def cancel(self, request: int) -> None:
        """Ask for the end of a request; it still ends with a reply."""
        with contextlib.suppress(OSError, ValueError):
            self._write({"id": request, "op": "cancel"})

    def forget(self, request: int) -> None:
        """Drop whatever is still said about a request."""
        with self._lock:
            self._inboxes.pop(request, None)

    def kill(self) -> None:
        """End the process at once."""
        self._gone = True
        self._process.kill()

    def stop(self) -> None:
        """End the process: it leaves by itself when its standard input is closed."""
        self._gone = True
        with self._lock, contextlib.suppress(OSError):
            assert self._process.stdin
            self._process.stdin.close()
        self._reader.join(CANCEL_SECONDS)
        if self._reader.is_alive():
            self.kill()
            self._reader.join()

    def crash(self) -> WorkerCrashed:
        """Return the error that says how this process ended."""
        self._reader.join()
        code = self._process.wait()
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        said = f" ({self._last_words})" if self._last_words else ""
        fix = "Ask again: it starts anew. If it happens every time, run: rag doctor"
        if code == -signal.SIGKILL:
            fix = "Ask again: it starts anew. If memory is short, choose a smaller model: rag models list"
        return WorkerCrashed(f"The process of the model {self._model} {how}{said}.\n{fix}")

    def _greet(self, hello: queue.SimpleQueue[Message], timeout: float) -> None:
        try:
            message = hello.get(timeout=timeout)
        except queue.Empty:
            self.kill()
            raise WorkerCrashed(
                f"The model {self._model} was not ready after {timeout:g} s.\n"
                "Close other programs and ask again, or choose a smaller model: rag models list"
            ) from None
        self.forget(0)
        if message["type"] == "gone":
            raise self.crash()
        if message["type"] == "failed":
            self.stop()
            if message["kind"] == "model":
                raise ModelDamaged(
                    f"The model {self._model} cannot be loaded: {message['message']}.\n"
                    f"Check it with: rag models verify {self._model}"
                )
            raise RagError(f"llama.cpp cannot be used: {message['message']}.\nRepair it with: rag setup")

    def _write(self, message: Message) -> None:
        line = json.dumps(message).encode() + b"\n"
        with self._lock:
            assert self._process.stdin
            self._process.stdin.write(line)
            self._process.stdin.flush()

    def _receive(self) -> None:
        assert self._process.stdout
        with contextlib.suppress(ValueError):  # half a line from a dying process
            for line in self._process.stdout:
                message = json.loads(line)
                with self._lock:
                    inbox = self._inboxes.get(message.get("id", 0))
                if inbox:
                    inbox.put(message)
        self.kill()  # it may only have closed its end
        self._process.wait()
        self._last_words = _last_line(self._errors.fileno())
        with self._lock:
            for inbox in self._inboxes.values():
                inbox.put(_GONE)
            assert self._process.stdin
            with contextlib.suppress(OSError):  # a line that could not be flushed
                self._process.stdin.close()
        self._process.stdout.close()
        self._errors.close()


class Replies:
    """The replies to one request, ending with `done`; leaving the `with` block earlier cancels it.

    Iterating raises WorkerCrashed if the process dies or falls silent, ValueError if it refuses the
    request, RagError if it fails at it.
    """

    def __init__(self, worker: Worker, request: int, inbox: queue.SimpleQueue[Message]) -> None:
        self.id = request
        self.done: Message | None = None  # the last reply, also that of a cancelled request
        self._worker = worker
        self._inbox = inbox
        self._over = False

    def __enter__(self) -> Replies:
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
            reply = self._take(STALL_SECONDS)
        except queue.Empty:
            raise self._silence() from None
        if reply["type"] == "gone":
            raise self._worker.crash()
        if reply["type"] == "error":
            if reply["kind"] == "ValueError":
                raise ValueError(reply["message"])
            raise RagError(f"The model failed: {reply['message']}.\nIf it happens again, run: rag doctor")
        return reply

    def expect_receipt(self) -> None:
        """Wait until the process has taken the request; raise Gone if it had died by then."""
        try:
            reply = self._take(STALL_SECONDS)
        except queue.Empty:
            raise self._silence() from None
        if reply["type"] == "gone":
            raise Gone

    def _silence(self) -> WorkerCrashed:
        self._over = True
        self._worker.kill()
        return WorkerCrashed(
            f"The model said nothing for {STALL_SECONDS:g} s and was stopped.\n"
            "Ask again: it starts anew. If it happens every time, run: rag doctor"
        )

    def _take(self, timeout: float) -> Message:
        reply = self._inbox.get(timeout=timeout)
        self._over = reply["type"] in {"done", "error", "gone"}
        if reply["type"] == "done":
            self.done = reply
        return reply

    def _cancel(self) -> None:
        """Cancel, and wait until the worker has let go; one that does not is killed."""
        self._worker.cancel(self.id)
        deadline = time.monotonic() + CANCEL_SECONDS
        while not self._over:
            try:
                self._take(max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                log.warning("the model's process did not react for %g s: killed", CANCEL_SECONDS)
                self._worker.kill()
                return


def _last_line(descriptor: int) -> str:
    """Return the last line of a file, cut to 200 characters."""
    size = os.fstat(descriptor).st_size
    os.lseek(descriptor, max(0, size - 2000), os.SEEK_SET)
    lines = os.read(descriptor, 2000).decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:200] if lines else ""
