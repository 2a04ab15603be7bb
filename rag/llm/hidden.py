"""What the model's layers hold while it reads and writes, copied out of llama.cpp's graph.

Runs only inside the worker process, as `rag.llm.engine` does. llama.cpp tells of every tensor of its graph
before and after it is computed (`cb_eval`); the residual stream behind layer n is called "l_out-n" there, in
every family of models. Looking changes no bit of what is computed.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import llama_cpp as cpp
import numpy as np
from llama_cpp._ggml import libggml
from numpy.typing import NDArray

Row = NDArray[np.float32]  # (width of the model,)


# The package declares none of these.
_name = libggml.ggml_get_name
_name.restype, _name.argtypes = ctypes.c_char_p, [ctypes.c_void_p]
_nbytes = libggml.ggml_nbytes
_nbytes.restype, _nbytes.argtypes = ctypes.c_size_t, [ctypes.c_void_p]
_get = libggml.ggml_backend_tensor_get
_get.restype, _get.argtypes = None, [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t]


class Tap:
    """Copies, of the layers that are watched, what belongs to the last token of each computation."""

    def __init__(self) -> None:
        self.rows: dict[
            int, Row
        ] = {}  # of the last computation, by layer; a layer that is not there is missing
        self.width = 0  # of the model; to be set when it is known
        self.callback = cpp.ggml_backend_sched_eval_callback(
            self._computed
        )  # lives as long as llama.cpp may call
        self._watched: dict[bytes, int] = {}

    def watch(self, layers: Sequence[int]) -> None:
        """Watch these layers, counted from 0, and no others; `rows` is empty until something is computed."""
        self.rows.clear()
        self._watched = {f"l_out-{layer}".encode(): layer for layer in layers}

    def _computed(self, tensor: int, asked: bool, _: object) -> bool:
        """Before: answer whether the tensor is wanted. After: copy it; answering False would end the work."""
        if not self._watched:
            return not asked
        layer = self._watched.get(_name(tensor))
        if layer is None or asked:
            return not asked or layer is not None
        size = self.width * 4  # float32: what layers hand on is never quantised
        row = np.empty(self.width, np.float32)
        _get(tensor, row.ctypes.data, _nbytes(tensor) - size, size)
        self.rows[layer] = row
        return True
