"""llama.cpp behind the seam `rag.llm.LLM`: one model in one child process, which may die without harm.

Native code can crash, hang or be killed for its memory. In a process of its own that costs one
answer: the call in flight raises `WorkerCrashed`, and the next call starts a new process.
"""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.errors import ModelMissing
from rag.llm import Attention, Cancelled, Generation, Hidden, Prompt, Usage, adapters, layout
from rag.llm.process import Gone, Message, Replies, Worker
from rag.llm.threads import physical_cores
from rag.llm.turnstile import Turnstile

KEEP_BYTES = 256 << 20  # about 9,000 tokens of the 1.5B model (29 kB each), 21,000 of the 0.5B
START_SECONDS = 120.0  # loading takes 1 to 3 s; a file of 1 GB from a slow disk some 20


class LlamaProcess:
    """A GGUF file as an `LLM`, with its adapter if it has one. The process starts with the first call.

    May be shared by threads: calls are served one at a time in the order they came; only `count`
    does not wait. `n_ctx` is in tokens, `keep_bytes` is the budget of kept states in memory; in the
    folder `states` (if any) the first kept prefix outlives the process.
    """

    def __init__(
        self,
        model_path: Path,
        id: str,  # noqa: A002 - the name of the protocol's attribute
        *,
        markup: str = "chatml",
        n_ctx: int = 4096,
        threads: int | None = None,
        keep_bytes: int = KEEP_BYTES,
        states: Path | None = None,
        start_timeout: float = START_SECONDS,
    ) -> None:
        self.id = id
        self.markup = markup
        self.n_ctx = n_ctx
        self._path = Path(model_path)
        self._args = [
            str(self._path),
            f"--n-ctx={n_ctx}",
            f"--threads={threads or physical_cores()}",
            f"--keep-bytes={keep_bytes}",
            *([f"--states={states}"] if states else []),
            *([f"--adapter={adapter}"] if (adapter := adapters.of(id)) else []),
            *([] if layout.repacked() else ["--as-stored"]),
        ]
        self._start_timeout = start_timeout
        self._turn = Turnstile()
        self._starting = threading.Lock()
        self._worker: Worker | None = None
        self._current: tuple[Worker, int] | None = None

    @property
    def pid(self) -> int | None:
        """The id of the running process; None when there is none."""
        worker = self._worker
        return worker.pid if worker and worker.alive else None

    def generate(
        self, prompt: Prompt, *, max_tokens: int, stop: Sequence[str] = (), into: Generation | None = None
    ) -> Iterator[str]:
        """Yield text as it is written; see `LLM.generate`."""
        if max_tokens < 1:
            raise ValueError(f"max_tokens is {max_tokens}; it must be at least 1.")
        into = into if into is not None else Generation()
        fields = {
            "prompt": _spans(prompt),
            "max_tokens": max_tokens,
            "stop": list(stop),
            "watch": into.watch,
            "floor": into.floor,
            "layers": list(into.layers),
            "heads": list(into.heads),
            "onto": into.onto,
        }
        return self._generate(fields, into)

    def choose(
        self, prompt: Prompt, choices: Sequence[str], *, into: Generation | None = None
    ) -> list[float]:
        """Return the probability of each choice; see `LLM.choose`."""
        if not choices or len(set(choices)) < len(choices):
            raise ValueError(f"Choices must be one or more different texts, not {list(choices)!r}.")
        done = self._ask("choose", into, prompt=_spans(prompt), choices=list(choices))
        return shares([math.fsum(scores) for scores in done["logprobs"]])

    def logprob(self, prompt: Prompt, continuation: str, *, into: Generation | None = None) -> list[float]:
        """Return the log-probability of each token of `continuation`; see `LLM.logprob`."""
        done = self._ask("logprob", into, prompt=_spans(prompt), text=continuation)
        return [float(score) for score in done["logprobs"][0]]

    def warm(self, prompt: Prompt = (), *, into: Generation | None = None) -> None:
        """Load the model and read `prompt`; see `LLM.warm`."""
        self._ask("warm", into, prompt=_spans(prompt))

    def count(self, text: str) -> int:
        """Return how many tokens `text` has; see `LLM.count`."""
        with self._request("count", text=text)[1] as replies:
            return int(next(replies)["tokens"])

    def cancel(self) -> None:
        """End the call in progress; see `LLM.cancel`."""
        if current := self._current:
            worker, request = current
            worker.cancel(request)

    def close(self) -> None:
        """End the process. A later call would start it again."""
        with self._starting:
            if self._worker:
                self._worker.stop()
            self._worker = None

    def _generate(self, fields: Message, into: Generation) -> Iterator[str]:
        into.text, into.finish, into.usage = "", "cancelled", Usage()
        into.logprobs.clear()
        into.hidden.clear()
        into.attention = None
        replies = None
        try:
            with self._call("generate", **fields) as replies:
                for reply in replies:
                    if reply["type"] == "token":
                        into.logprobs.append(reply["logprob"])
                    elif reply["type"] == "done":
                        into.finish = reply["finish"]
                        into.watched = reply.get("watched", 0.0)
                        packed = reply.get("hidden", {})
                        into.hidden.update({int(n): Hidden.unpacked(held) for n, held in packed.items()})
                        if looked := reply.get("attention"):
                            into.attention = Attention.unpacked(looked)
                        del into.logprobs[reply.get("generated", len(into.logprobs)) :]
                    if text := reply.get("text"):
                        into.text += text
                        yield text
        finally:
            if replies and replies.done:
                into.usage = Usage(replies.done["prompt"], replies.done["reused"], len(into.logprobs))

    def _ask(self, op: str, into: Generation | None, **fields: Any) -> Message:  # noqa: ANN401
        with self._call(op, **fields) as replies:
            for _ in replies:
                pass  # signs of life
        done = replies.done
        assert done is not None  # replies end with done or raise
        if into is not None:
            into.usage = Usage(done["prompt"], done["reused"])
        if done.get("finish") == "cancelled":
            raise Cancelled(f"{op} was cancelled")
        return done

    @contextlib.contextmanager
    def _call(self, op: str, **fields: Any) -> Iterator[Replies]:  # noqa: ANN401
        with self._turn:
            worker, request = self._request(op, **fields)
            with request as replies:
                self._current = (worker, replies.id)
                try:
                    yield replies
                finally:
                    self._current = None

    def _request(self, op: str, **fields: Any) -> tuple[Worker, Replies]:  # noqa: ANN401
        """Ask the worker; if it died since the last request, ask a new one."""
        for _ in range(2):
            worker = self._start()
            with contextlib.suppress(Gone):
                return worker, worker.request(op, **fields)
        raise worker.crash()

    def _start(self) -> Worker:
        """Return the worker, a new one if there is none alive."""
        with self._starting:
            if self._worker is None or not self._worker.alive:
                if not self._path.is_file():
                    raise ModelMissing(
                        f"The model {self.id} is not at {self._path}.\n"
                        f"Fetch it with: rag models fetch {self.id}"
                    )
                self._worker = Worker(self._args, self.id, self._start_timeout)
            return self._worker


def shares(log_weights: Sequence[float]) -> list[float]:
    """Return the softmax: shares that sum to 1."""
    top = max(log_weights)
    weights = [math.exp(w - top) for w in log_weights]
    return [w / math.fsum(weights) for w in weights]


def _spans(prompt: Prompt) -> list[tuple[str, bool, bool]]:
    return [(span.text, span.trusted, span.keep) for span in prompt]
