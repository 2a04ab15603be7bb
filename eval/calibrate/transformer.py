"""The language model as a differentiable function, so that an adapter for reading can be fitted to it.

The architecture is Qwen2's (Yang et al. 2024, arXiv:2407.10671), with the weights of the very GGUF file that
llama.cpp runs, so what is fitted fits the model as it was quantised (as in QLoRA, Dettmers et al. 2023,
arXiv:2305.14314). An adapter adds B·A·x to each product W·x of the upper layers (LoRA, Hu et al. 2021,
arXiv:2106.09685). Arithmetic is in bfloat16 where the processor has instructions for it, else in float32,
which is then three times as fast; norms and sums are always in float32. A reply's log-probability is
llama.cpp's to within 0.5 (tests/test_eval_calibrate_reader.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as functional

from eval.calibrate.reader import AdapterError

ARCHITECTURE = "qwen2"
# What the adapter is added to: every product with a matrix.
TARGETS = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")

# llama.cpp has quick products of half-precision matrices for sixteen numbers at a time. With a rank of 8
# reading took 1.4 times as long as with no adapter, with 16 at most 1.1 times (eval/LOG.md).
WHOLE = 16

Tensor = Any  # torch.Tensor: torch is not typed here


def precision() -> Any:  # noqa: ANN401 - torch.dtype: torch is not typed here
    """Return the type of number in which this processor multiplies matrices fastest."""
    told = torch.cpu.get_capabilities()
    return torch.bfloat16 if any(told.get(one) for one in ("amx_bf16", "avx512_bf16")) else torch.float32


@dataclass(frozen=True, slots=True)
class Adapter:
    """Low-rank additions by the name of the weight that each is added to.

    A is (rank, inputs), B (outputs, rank), float32; B·A counts `alpha` / `rank` times.
    """

    rank: int
    alpha: float
    parts: dict[str, tuple[Tensor, Tensor]]

    @property
    def numbers(self) -> list[Tensor]:
        """All that is fitted."""
        return [one for pair in self.parts.values() for one in pair]


@dataclass(frozen=True, slots=True)
class Packed:
    """Several continuations of one text, evaluated at once: none of them sees another."""

    ids: Tensor  # (n,) tokens: the text, then each continuation
    places: Tensor  # (n,) where each token stands in its own text
    seen: Tensor  # (n, n) bool: which tokens each one sees
    wanted: Tensor  # (n,) the token that should follow; -1 where none is asked for


def pack(text: Sequence[int], continuations: Sequence[tuple[Sequence[int], Sequence[int]]]) -> Packed:
    """Return `text` with its continuations, each a pair of what is given and what should follow."""
    ids, places, wanted = list(text), list(range(len(text))), [-1] * len(text)
    first = len(text)
    spans = []
    for given, answer in continuations:
        spans.append((len(ids), len(ids) + len(given) + len(answer)))
        ids += [*given, *answer]
        places += range(first, first + len(given) + len(answer))
        wanted += [*[-1] * (len(given) - 1), *answer, -1]
    seen = torch.zeros(len(ids), len(ids), dtype=torch.bool)
    seen[:, :first] = True
    for start, end in [(0, first), *spans]:
        seen[start:end, start:end] = True
    return Packed(torch.tensor(ids), torch.tensor(places), torch.tril(seen), torch.tensor(wanted))


class Transformer:
    """A Qwen2 model of a GGUF file. Not for use by several threads."""

    def __init__(self, path: Path) -> None:
        """Load `path`: 2 or 4 bytes a weight, 3.1 or 6.2 GB for the 1.5B; ValueError for another family."""
        from gguf import GGUFReader, dequantize

        reader = GGUFReader(path)

        def told(name: str) -> float:
            return float(reader.fields[f"{ARCHITECTURE}.{name}"].parts[-1][0])

        family = bytes(reader.fields["general.architecture"].parts[-1]).decode()
        if family != ARCHITECTURE:
            raise ValueError(f"{path.name} is a {family}; adapters are fitted for {ARCHITECTURE}")
        self.layers, self.heads = int(told("block_count")), int(told("attention.head_count"))
        self._groups = self.heads // int(told("attention.head_count_kv"))
        self._small = told("attention.layer_norm_rms_epsilon")
        width = int(told("embedding_length"))
        self._head = width // self.heads
        self._turns = told("rope.freq_base") ** -(torch.arange(0, self._head, 2).float() / self._head)
        self._type = precision()
        self._weights: dict[str, Tensor] = {}
        for tensor in reader.tensors:
            numbers = torch.from_numpy(np.array(dequantize(tensor.data, tensor.tensor_type)))
            exact = "norm" in tensor.name or tensor.name.endswith("bias")
            self._weights[tensor.name] = numbers if exact else numbers.to(self._type)
        self._embedding = self._weights["token_embd.weight"]
        self._adapter = Adapter(1, 1.0, {})

    def adapt(self, first: int, rank: int, alpha: float, seed: int = 0) -> Adapter:
        """Return an adapter of the layers from `first` on that changes nothing yet, and use it."""
        drawn = torch.Generator().manual_seed(seed)
        parts = {}
        for name in (f"blk.{i}.{one}.weight" for i in range(first, self.layers) for one in TARGETS):
            outputs, inputs = self._weights[name].shape
            narrow = torch.randn(rank, inputs, generator=drawn) / math.sqrt(inputs)
            parts[name] = (torch.nn.Parameter(narrow), torch.nn.Parameter(torch.zeros(outputs, rank)))
        self._adapter = Adapter(rank, alpha, parts)
        return self._adapter

    def log_probabilities(self, given: Packed, first: int = 0) -> Tensor:
        """Return the natural logarithm of the probability of each wanted token, in their order, (m,) float32.

        No gradient is kept for the layers before `first`.
        """
        cos, sin = self._angles(given.places)
        with torch.no_grad():
            state = self._embedding[given.ids]
            for i in range(first):
                state = self._layer(state, i, cos, sin, given.seen)
        for i in range(first, self.layers):
            state = self._layer(state, i, cos, sin, given.seen)
        at = (given.wanted >= 0).nonzero()[:, 0]
        last = self._norm(state[at], "output_norm.weight")
        logits = functional.linear(last, self._weights.get("output.weight", self._embedding)).float()
        return -functional.cross_entropy(logits, given.wanted[at], reduction="none")

    def _layer(self, state: Tensor, i: int, cos: Tensor, sin: Tensor, seen: Tensor) -> Tensor:
        block = f"blk.{i}."
        normed = self._norm(state, block + "attn_norm.weight")
        query, key, value = (self._heads(normed, f"{block}attn_{one}") for one in "qkv")
        query, key = self._turned(query, cos, sin), self._turned(key, cos, sin)
        found = functional.scaled_dot_product_attention(
            query[None],
            key.repeat_interleave(self._groups, 0)[None],
            value.repeat_interleave(self._groups, 0)[None],
            attn_mask=seen[None, None],
        )[0]
        state = state + self._times(found.transpose(0, 1).flatten(1), block + "attn_output")
        normed = self._norm(state, block + "ffn_norm.weight")
        inner = functional.silu(self._times(normed, block + "ffn_gate")) * self._times(
            normed, block + "ffn_up"
        )
        return state + self._times(inner, block + "ffn_down")

    def _times(self, state: Tensor, name: str) -> Tensor:
        weight = f"{name}.weight"
        product = functional.linear(state, self._weights[weight])
        if (bias := self._weights.get(f"{name}.bias")) is not None:
            product = product + bias.to(self._type)
        if pair := self._adapter.parts.get(weight):
            narrow, wide = (one.to(self._type) for one in pair)
            scale = self._adapter.alpha / self._adapter.rank
            product = product + scale * functional.linear(functional.linear(state, narrow), wide)
        return product

    def _heads(self, state: Tensor, name: str) -> Tensor:
        """Return (heads, n, numbers of a head)."""
        return self._times(state, name).unflatten(1, (-1, self._head)).transpose(0, 1)

    def _norm(self, state: Tensor, name: str) -> Tensor:
        wide = state.float()
        scale = torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + self._small)
        return (wide * scale * self._weights[name]).to(self._type)

    def _angles(self, places: Tensor) -> tuple[Tensor, Tensor]:
        angles = (places.float()[:, None] * self._turns).repeat(1, 2)
        return angles.cos(), angles.sin()

    def _turned(self, state: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """Return the heads turned by their places (rotary embedding, halves apart as GGUF has them)."""
        wide = state.float()
        one, other = wide.chunk(2, -1)
        return (wide * cos + torch.cat([-other, one], -1) * sin).to(self._type)


def load(adapter: Adapter, path: Path) -> None:
    """Give an adapter the numbers that `write` wrote to `path`.

    AdapterError if that is an adapter of other weights, or of a larger rank.
    """
    from gguf import GGUFReader

    tensors = GGUFReader(path).tensors
    held = {tensor.name: torch.from_numpy(np.array(tensor.data)).float() for tensor in tensors}
    names = {f"{name}.{end}" for name in adapter.parts for end in ("lora_a", "lora_b")}
    if held.keys() != names:
        odd = sorted(held.keys() ^ names)
        raise AdapterError(f"{path} and the adapter to be fitted differ in {len(odd)} weights, as {odd[0]}")
    rank = adapter.rank
    with torch.no_grad():
        for name, (narrow, wide) in adapter.parts.items():
            low, high = held[f"{name}.lora_a"], held[f"{name}.lora_b"]
            if bool(low[rank:].any()):
                raise AdapterError(f"{path} has a rank over {rank}, which is what is fitted")
            narrow.copy_(low[:rank])
            wide.copy_(high[:, :rank])


def write(adapter: Adapter, path: Path) -> None:
    """Write the file that llama.cpp loads as a LoRA adapter, in two bytes a number.

    Its rank there is a multiple of WHOLE: what is missing is filled with zeros, which add nothing.
    """
    from gguf import GGUFWriter

    filled = -adapter.rank % WHOLE
    writer = GGUFWriter(path, ARCHITECTURE)
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    # llama.cpp divides it by the rank that it finds.
    writer.add_float32("adapter.lora.alpha", adapter.alpha * (adapter.rank + filled) / adapter.rank)
    for name, (narrow, wide) in adapter.parts.items():
        for end, numbers, more in (("lora_a", narrow, (filled, 0)), ("lora_b", wide, (0, filled))):
            whole = np.pad(numbers.detach().numpy(), [(0, one) for one in more])
            writer.add_tensor(f"{name}.{end}", whole.astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
