"""What the model's layers hold and attend to, copied out of llama.cpp's graph.

Runs only inside the worker process, as `rag.llm.engine` does. llama.cpp tells of every tensor of its graph
before and after it is computed (`cb_eval`). In every family of models the residual stream behind layer n is
called "l_out-n" there, and the attention of its heads, where it is not fused, "kq_soft_max-n": for each head
and each token a row of shares of all that is in the context. Looking changes no bit of what is computed.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Sequence

import llama_cpp as cpp
import numpy as np
from llama_cpp._ggml import libggml
from numpy.typing import NDArray

from rag.llm import Head

Row = NDArray[np.float32]  # (width of the model,), or (tokens in the context,)


# The package declares none of these.
_name = libggml.ggml_get_name
_name.restype, _name.argtypes = ctypes.c_char_p, [ctypes.c_void_p]
_nbytes = libggml.ggml_nbytes
_nbytes.restype, _nbytes.argtypes = ctypes.c_size_t, [ctypes.c_void_p]
_get = libggml.ggml_backend_tensor_get
_get.restype, _get.argtypes = None, [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t]


class Tap:
    """Copies, of the layers and heads that are watched, what belongs to the last token of a computation."""

    def __init__(self) -> None:
        # Of the last computation; a layer or head that is not there is missing.
        self.rows: dict[int, Row] = {}
        self.attention: dict[Head, Row] = {}
        # Of the model, to be set when it is known: numbers of a layer, heads of one.
        self.width = self.heads = 0
        self.tokens = 0  # of the computation, to be set before each
        # Lives as long as llama.cpp may call it.
        self.callback = cpp.ggml_backend_sched_eval_callback(self._computed)
        self._layers: dict[bytes, int] = {}
        self._attending: dict[bytes, list[Head]] = {}

    def watch(self, layers: Iterable[int], heads: Sequence[Head] = ()) -> None:
        """Watch these, counted from 0, and no others; nothing is there until something is computed."""
        self.rows.clear()
        self.attention.clear()
        self._layers = {f"l_out-{layer}".encode(): layer for layer in layers}
        self._attending = {
            f"kq_soft_max-{layer}".encode(): [one for one in heads if one[0] == layer]
            for layer in {layer for layer, _ in heads}
        }

    def _computed(self, tensor: int, asked: bool, _: object) -> bool:
        """Before: answer whether the tensor is wanted. After: copy it; answering False would end the work."""
        if not self._layers and not self._attending:
            return not asked
        name = _name(tensor)
        layer, heads = self._layers.get(name), self._attending.get(name)
        if asked:
            return layer is not None or heads is not None
        if layer is not None:
            self.rows[layer] = _copied(tensor, _nbytes(tensor) // _FLOAT - self.width, self.width)
        for head in heads or ():
            if head[1] < self.heads:
                size = _nbytes(tensor) // _FLOAT // self.tokens // self.heads
                self.attention[head] = _copied(tensor, ((head[1] + 1) * self.tokens - 1) * size, size)
        return True


_FLOAT = 4  # bytes: what layers hand on, and attention, is never quantised


def _copied(tensor: int, start: int, size: int) -> Row:
    row = np.empty(size, np.float32)
    _get(tensor, row.ctypes.data, start * _FLOAT, size * _FLOAT)
    return row
