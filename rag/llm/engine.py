"""One model in memory: tokens in, logits out, and the states of prefixes worth keeping.

Runs only inside the worker process (`rag.llm.worker`). It speaks to llama.cpp through the public
low-level calls, because the high-level class renders chat templates that it finds in the model file
and keeps no exact states.

Bit for bit, the same prompt gives the same logits whatever was read before it. A prompt is cut at
its kept boundaries; each part is evaluated in slices that depend on that part alone; and a state is
taken over only at such a boundary, and only if it was made from the same tokens by the same cuts.
"""

from __future__ import annotations

import ctypes
import hashlib
import sys
from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import llama_cpp as cpp
import numpy as np
from numpy.typing import NDArray

from rag.llm.hidden import Tap
from rag.llm.states import StateFiles
from rag.llm.vocabulary import Vocabulary

Logits = NDArray[np.float32]  # (vocabulary,)

# Tokens of one llama_decode. Cancelling interrupts a slice, so only speed and memory count.
SLICE = 512
# Fused attention read prompts 5 to 10 % faster here and wrote 20 % slower (0.5B, 256 tokens, 2 threads),
# and kept states leave more to write than to read.
FLASH_ATTENTION = cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
SEQUENCE = 0  # the one sequence of this context


# ggml.h: 1 debug, 2 info, 3 warning, 4 error. The package's own callback takes 4 for debug.
_ERROR = 4


def _report(level: int, text: bytes, _: object) -> None:
    if level == _ERROR:
        sys.stderr.write(text.decode("utf-8", "replace"))
        sys.stderr.flush()


_report_errors = cpp.llama_log_callback(_report)  # lives as long as the library may call it


def hush() -> None:
    """Let llama.cpp say on standard error what went wrong, and nothing else."""
    cpp.llama_log_set(_report_errors, ctypes.c_void_p(0))


class CannotLoad(Exception):
    """llama.cpp refuses the model file or the context."""


class Cancelled(Exception):
    """The caller does not want the result any more."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """The end of a kept prefix: how many tokens, the key of how they were read, what came out."""

    tokens: int
    key: bytes
    logits: Logits


@dataclass(frozen=True, slots=True)
class _State:
    data: Any  # ctypes array of bytes, as llama.cpp wrote it
    boundaries: tuple[Boundary, ...]  # all up to this state's own, in order

    @property
    def nbytes(self) -> int:
        return len(self.data) + self.boundaries[-1].logits.nbytes


@dataclass(frozen=True, slots=True)
class Reading:
    """A prompt that has been read: logits of the next token, and where the tokens came from."""

    logits: Logits
    tokens: int
    reused: int


class Engine:
    """A loaded model with one sequence and a least-recently-used store of its kept states."""

    def __init__(
        self,
        path: str,
        *,
        n_ctx: int,
        threads: int,
        keep_bytes: int,
        states: Path | None = None,
        adapter: Path | None = None,
        repacked: bool = True,
    ) -> None:
        """Load the model at `path` with its `adapter`, its weights `repacked` or not; raises CannotLoad.

        See `rag.llm.layout` for the latter. The first kept prefix of prompts is also kept in the folder
        `states`.
        """
        hush()
        cpp.llama_backend_init()
        laid = cpp.llama_model_default_params()
        laid.use_extra_bufts = repacked
        self._model = cpp.llama_model_load_from_file(path.encode(), laid)
        if not self._model:
            raise CannotLoad(f"llama.cpp cannot load {path}")
        params = cpp.llama_context_default_params()
        params.n_ctx = n_ctx
        params.n_batch = params.n_ubatch = min(SLICE, n_ctx)
        params.n_threads = params.n_threads_batch = threads
        params.flash_attn_type = FLASH_ATTENTION
        params.no_perf = True
        # Asked between the operations of a graph, some thousand times a slice; True ends the work.
        self.cancelled: Callable[[], bool] = lambda: False
        self._abort = cpp.ggml_abort_callback(lambda _: self.cancelled())
        params.abort_callback = self._abort
        self.tap = Tap()
        params.cb_eval = self.tap.callback
        self._ctx = cpp.llama_init_from_model(self._model, params)
        if not self._ctx:
            raise CannotLoad(f"no memory for a context of {n_ctx} tokens")
        if adapter:
            self._add(adapter)
        self._memory = cpp.llama_get_memory(self._ctx)
        self.tap.width = int(cpp.llama_model_n_embd(self._model))
        self.tap.heads = int(cpp.llama_model_n_head(self._model))
        self.vocab = Vocabulary(cpp.llama_model_get_vocab(self._model))
        self.n_ctx = int(cpp.llama_n_ctx(self._ctx))
        self._live: list[Boundary] = []  # boundaries whose tokens are in the context now
        self._kept: OrderedDict[bytes, _State] = OrderedDict()  # least recently used first
        self._budget = keep_bytes
        self._files = StateFiles(states, _identity(path, adapter, threads, repacked)) if states else None

    def _add(self, adapter: Path) -> None:
        part = cpp.llama_adapter_lora_init(self._model, str(adapter).encode())
        if not part:
            raise CannotLoad(f"llama.cpp cannot add {adapter} to this model")
        parts, scales = (cpp.llama_adapter_lora_p_ctypes * 1)(part), (ctypes.c_float * 1)(1.0)
        if cpp.llama_set_adapters_lora(self._ctx, parts, 1, scales) != 0:
            raise CannotLoad(f"llama.cpp does not take {adapter} into use")

    def read(self, parts: Sequence[Sequence[int]]) -> Reading:
        """Evaluate a prompt; every part but the last ends at a kept boundary, the last may be empty."""
        *kept, rest = parts
        keys = _keys(kept)
        done = self._resume(keys)
        reused = self._live[-1].tokens if done else 0
        tokens = reused
        for part, key in zip(kept[done:], keys[done:], strict=True):
            logits = self._evaluate(part)
            tokens += len(part)
            self._live.append(Boundary(tokens, key, logits))
            self._keep()
        logits = self._evaluate(rest) if rest else self._live[-1].logits
        return Reading(logits, tokens + len(rest), reused)

    def step(self, token: int) -> Logits:
        """Append one token and return the logits of the next; valid until the next call."""
        self._append([token])
        return self._logits(-1)

    def rewind(self, tokens: int) -> None:
        """Forget everything after the first `tokens` tokens."""
        if not cpp.llama_memory_seq_rm(self._memory, SEQUENCE, tokens, -1):
            raise RuntimeError(f"this model's memory cannot be cut at token {tokens}")

    def continuation(self, reading: Reading, tokens: Sequence[int]) -> list[float]:
        """Return the log-probability of each of `tokens` after what was read; the state stays as it was."""
        found = [log_probability(reading.logits, tokens[0])]
        try:
            for start in range(0, len(tokens) - 1, SLICE):
                given, wanted = tokens[start : start + SLICE], tokens[start + 1 : start + 1 + SLICE]
                self._append(given[: len(wanted)], every=True)
                found += [log_probability(self._logits(i), token) for i, token in enumerate(wanted)]
        finally:
            if len(tokens) > 1:
                self.rewind(reading.tokens)
        return found

    def _resume(self, keys: Sequence[bytes]) -> int:
        """Bring the context to the longest known prefix of `keys`; return how many of them it covers."""
        for n in range(len(keys), 0, -1):
            if len(self._live) >= n and self._live[n - 1].key == keys[n - 1]:
                del self._live[n:]
                self.rewind(self._live[-1].tokens)
                if keys[n - 1] in self._kept:
                    self._kept.move_to_end(keys[n - 1])
                return n
            if self._restore(keys[n - 1]):
                return n
        self._live.clear()
        cpp.llama_memory_clear(self._memory, True)
        return 0

    def _restore(self, key: bytes) -> bool:
        state = self._kept.get(key) or self._stored(key)
        if state is None:
            return False
        self._kept[key] = state
        self._kept.move_to_end(key)
        size = len(state.data)
        if cpp.llama_state_seq_set_data(self._ctx, state.data, size, SEQUENCE) != size:
            raise RuntimeError("llama.cpp did not take its own state back")
        self._live = list(state.boundaries)
        return True

    def _keep(self) -> None:
        """Store the context as it stands at the last live boundary, within the budget of bytes."""
        key = self._live[-1].key
        size = cpp.llama_state_seq_get_size(self._ctx, SEQUENCE)
        if size > self._budget:
            return
        data = (ctypes.c_uint8 * size)()
        if cpp.llama_state_seq_get_data(self._ctx, data, size, SEQUENCE) != size:
            raise RuntimeError("llama.cpp gave less state than it announced")
        state = self._kept[key] = _State(data, tuple(self._live))
        self._kept.move_to_end(key)
        # The first part of a prompt is the program's own words; later ones are articles, too many for files.
        if self._files and len(self._live) == 1:
            self._files.save(key, _packed(state))
        while sum(state.nbytes for state in self._kept.values()) > self._budget:
            self._kept.popitem(last=False)

    def _stored(self, key: bytes) -> _State | None:
        payload = self._files.load(key) if self._files else None
        return _unpacked(payload, key, self.vocab.size) if payload else None

    def _evaluate(self, tokens: Sequence[int]) -> Logits:
        for start in range(0, len(tokens), SLICE):
            self._append(tokens[start : start + SLICE])
        return self._logits(-1).copy()

    def _append(self, tokens: Sequence[int], *, every: bool = False) -> None:
        """Decode up to SLICE tokens; logits of the last one, or of `every` one."""
        ids = (cpp.llama_token * len(tokens))(*tokens)  # the batch points into these two: keep them
        flags = (ctypes.c_int8 * len(tokens))(*[every] * len(tokens))  # until it is decoded
        flags[-1] = 1
        batch = cpp.llama_batch_get_one(ids, len(tokens))
        batch.logits = flags
        self.tap.tokens = len(tokens)
        code = cpp.llama_decode(self._ctx, batch)
        if self.cancelled():
            raise Cancelled
        if code != 0:
            raise RuntimeError(f"llama_decode returned {code}")

    def _logits(self, row: int) -> Logits:
        pointer = cpp.llama_get_logits_ith(self._ctx, row)
        return np.ctypeslib.as_array(pointer, shape=(self.vocab.size,))


def log_probability(logits: Logits, token: int) -> float:
    """Return the natural log of the token's softmax probability over the whole vocabulary."""
    top = logits.max()
    return float(logits[token] - top) - float(np.log(np.exp(logits - top).sum(dtype=np.float64)))


def _identity(path: str, adapter: Path | None, threads: int, repacked: bool) -> bytes:
    """Return what a state depends on beside its tokens: the model's files and layout, build and threads."""
    files = [one.stat() for one in (Path(path), adapter) if one]
    about = " ".join(f"{one.st_size} {one.st_mtime_ns}" for one in files)
    build = f"{cpp.__version__} {cpp.llama_print_system_info().decode()}"
    return f"{about} {repacked} {threads} {FLASH_ATTENTION} {build}".encode()


def _packed(state: _State) -> bytes:
    """Return the bytes of a state with one boundary: tokens (8 bytes), logits (float32), the dump."""
    (end,) = state.boundaries
    return end.tokens.to_bytes(8, "little") + end.logits.tobytes() + bytes(state.data)


def _unpacked(payload: bytes, key: bytes, vocabulary: int) -> _State:
    edge = 8 + 4 * vocabulary
    logits = np.frombuffer(payload[8:edge], np.float32)
    dump = payload[edge:]
    data = (ctypes.c_uint8 * len(dump)).from_buffer_copy(dump)
    return _State(data, (Boundary(int.from_bytes(payload[:8], "little"), key, logits),))


def _keys(parts: Sequence[Sequence[int]]) -> list[bytes]:
    """Return a key for each boundary: made from all tokens before it and from where they were cut."""
    found: list[bytes] = []
    last = b""
    for part in parts:
        last = hashlib.blake2b(last + array("i", part).tobytes(), digest_size=16).digest()
        found.append(last)
    return found
