"""multilingual-e5-small out of its 4-bit file, into a folder that sentence-transformers opens.

The file ("E5S1", little-endian) is: header, tokenizer, normalisation map, directory, tensors.
  header      magic, u32 version, i32 hidden, layers, heads, ffn, vocabulary, positions, token types,
              f32 layer-norm epsilon, i32 block
  tokenizer   i32 pieces, bos, eos, pad, unk; u64 blob length; u32 offsets[pieces + 1];
              f32 scores[pieces]; UTF-8 blob
  map         i32 entries, u32 bytes, the bytes (not needed: the same as Nmt followed by NFKC)
  directory   i32 tensors, each: u16 name length, name, u8 type, u32 count, u64 offset, u64 bytes
  tensors     type 0: f32; type 1: blocks of 32 values in 18 bytes: f16 scale, then 16 bytes whose low
              nibbles are the values 0…15 and whose high nibbles are the values 16…31;
              weight = (nibble - 8) * scale

Unpacking is exact arithmetic (an f16 times a small integer fits a f32), so the same file always gives
the same weights.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelDamaged

Floats = NDArray[np.float32]

MAGIC = b"E5S1"
BLOCK = 32  # values a 4-bit block
BLOCK_BYTES = 2 + BLOCK // 2
PROMPTS = {"query": "query: ", "document": "passage: "}  # the model card's two prefixes

_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes that the header states."""

    hidden: int
    layers: int
    heads: int
    ffn: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Tokens:
    """The Unigram tokenizer: (piece, log-probability) in order of id, and the special ids."""

    pieces: list[tuple[str, float]]
    bos: int
    eos: int
    pad: int
    unk: int


class _Reader:
    """A cursor over the file's bytes; reading past the end is damage, not a crash."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, form: str) -> tuple[Any, ...]:
        size = struct.calcsize("<" + form)
        return struct.unpack("<" + form, self.bytes(size))

    def bytes(self, n: int) -> bytes:
        if n < 0 or self.at + n > len(self.data):
            raise ModelDamaged(
                f"The 4-bit e5 file ends at byte {len(self.data)}, but {n} more were expected at {self.at}. "
                "Fetch it again: rag models fetch multilingual-e5-small"
            )
        self.at += n
        return self.data[self.at - n : self.at]


def unpack(source: Path, folder: Path) -> None:
    """Write the model in `source` into the existing, empty `folder` as a sentence-transformers model.

    Raises ModelDamaged when the file is not what its header says. Needs about 0.9 GB of memory and
    0.5 GB of disk for the real model, and a few seconds.
    """
    shape, tokens, tensors = parse(source.read_bytes())
    _write_weights(folder, shape, tensors)
    _write_tokenizer(folder, shape, tokens)
    _write_settings(folder, shape, tokens)


def parse(data: bytes) -> tuple[Shape, Tokens, dict[str, Floats]]:
    """Return the sizes, the tokenizer and the flat f32 tensors by their names in the file."""
    r = _Reader(data)
    if r.bytes(4) != MAGIC:
        raise ModelDamaged(f"Not a 4-bit e5 file: it begins with {data[:4]!r}, expected {MAGIC!r}.")
    (version,) = r.take("I")
    *sizes, epsilon, block = r.take("7ifi")
    if (version, block) != (1, BLOCK):
        raise ModelDamaged(
            f"4-bit e5 file of version {version}, block {block}; this program reads version 1, block {BLOCK}."
        )
    hidden, layers, heads, ffn, vocabulary, positions, types = sizes
    shape = Shape(hidden, layers, heads, ffn, vocabulary, positions, types, epsilon)
    tokens = _read_tokens(r)
    _entries, map_bytes = r.take("iI")
    r.bytes(map_bytes)
    return shape, tokens, _read_tensors(r)


def _read_tokens(r: _Reader) -> Tokens:
    count, bos, eos, pad, unk = r.take("5i")
    (blob_bytes,) = r.take("Q")
    offsets = r.take(f"{count + 1}I")
    scores = r.take(f"{count}f")
    blob = r.bytes(blob_bytes)
    pieces = [
        (blob[a:b].decode("utf-8"), score)
        for a, b, score in zip(offsets[:-1], offsets[1:], scores, strict=True)
    ]
    return Tokens(pieces, bos, eos, pad, unk)


def _read_tensors(r: _Reader) -> dict[str, Floats]:
    (count,) = r.take("i")
    tensors: dict[str, Floats] = {}
    for _ in range(count):
        (length,) = r.take("H")
        name = r.bytes(length).decode("ascii")
        kind, values, offset, size = r.take("BIQQ")
        expected = values * 4 if kind == 0 else values // BLOCK * BLOCK_BYTES
        raw = r.data[offset : offset + size]
        if size != expected or len(raw) != size:
            raise ModelDamaged(f"Tensor {name} of the e5 file has {len(raw)} bytes, expected {expected}.")
        tensors[name] = np.frombuffer(raw, "<f4") if kind == 0 else dequantise(raw)
    return tensors


def dequantise(raw: bytes) -> Floats:
    """Turn 18-byte blocks into f32 values, 32 a block."""
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, BLOCK_BYTES)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)  # (n, 1)
    packed = blocks[:, 2:]
    nibbles = np.concatenate([packed & 15, packed >> 4], axis=1)  # (n, 32)
    return ((nibbles.astype(np.float32) - 8) * scale).reshape(-1)


def _write_weights(folder: Path, shape: Shape, tensors: Mapping[str, Floats]) -> None:
    from safetensors.numpy import save_file

    h, f = shape.hidden, shape.ffn
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (shape.vocabulary, h), "emb.pos": (shape.positions, h), "emb.type": (shape.types, h),
        "q.w": (h, h), "k.w": (h, h), "v.w": (h, h), "ao.w": (h, h), "fi.w": (f, h), "fo.w": (h, f),
    }  # fmt: skip
    out: dict[str, Floats] = {}
    for name, (target, key) in _names(shape.layers).items():
        if name not in tensors:
            raise ModelDamaged(f"The 4-bit e5 file has no tensor {name}.")
        flat = tensors[name]
        want = shapes.get(key, (f,) if key == "fi.b" else (h,))
        if flat.size != np.prod(want):
            raise ModelDamaged(f"Tensor {name} has {flat.size} values, expected {int(np.prod(want))}.")
        out[target] = flat.reshape(want)
    # The file leaves out BertModel's pooler, which no embedding passes through. Zeros in its place keep
    # the loader from inventing random ones and from reporting them as missing.
    out["pooler.dense.weight"] = np.zeros((h, h), np.float32)
    out["pooler.dense.bias"] = np.zeros(h, np.float32)
    save_file(out, folder / "model.safetensors", metadata={"format": "pt"})


def _names(layers: int) -> dict[str, tuple[str, str]]:
    """Map each name in the file to (BertModel parameter, name without its layer)."""
    names = {
        "emb.word": ("embeddings.word_embeddings.weight", "emb.word"),
        "emb.pos": ("embeddings.position_embeddings.weight", "emb.pos"),
        "emb.type": ("embeddings.token_type_embeddings.weight", "emb.type"),
        "emb.ln.w": ("embeddings.LayerNorm.weight", "emb.ln.w"),
        "emb.ln.b": ("embeddings.LayerNorm.bias", "emb.ln.b"),
    }
    for i in range(layers):
        for short, long in _LAYER_NAMES.items():
            for letter, part in (("w", "weight"), ("b", "bias")):
                names[f"l{i}.{short}.{letter}"] = (f"encoder.layer.{i}.{long}.{part}", f"{short}.{letter}")
    return names


def _write_tokenizer(folder: Path, shape: Shape, tokens: Tokens) -> None:
    from tokenizers import (
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )

    tokenizer = Tokenizer(models.Unigram(tokens.pieces, tokens.unk, byte_fallback=False))
    # SentencePiece's nmt_nfkc, with its removal of extra spaces
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    bos, eos = tokens.pieces[tokens.bos][0], tokens.pieces[tokens.eos][0]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, tokens.bos), (eos, tokens.eos)],
    )
    special = [tokens.pieces[i][0] for i in (tokens.bos, tokens.pad, tokens.eos, tokens.unk)]
    tokenizer.add_special_tokens([AddedToken(piece, normalized=False, special=True) for piece in special])
    tokenizer.save(str(folder / "tokenizer.json"))


def _write_settings(folder: Path, shape: Shape, tokens: Tokens) -> None:
    def write(name: str, content: object) -> None:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

    piece = [text for text, _ in tokens.pieces]
    write("config.json", {
        "architectures": ["BertModel"], "model_type": "bert", "torch_dtype": "float32",
        "hidden_size": shape.hidden, "num_hidden_layers": shape.layers, "num_attention_heads": shape.heads,
        "intermediate_size": shape.ffn, "hidden_act": "gelu", "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.positions, "type_vocab_size": shape.types,
        "layer_norm_eps": round(shape.epsilon, 15), "pad_token_id": tokens.pad, "bos_token_id": tokens.bos,
        "eos_token_id": tokens.eos, "attention_probs_dropout_prob": 0.1, "hidden_dropout_prob": 0.1,
    })  # fmt: skip
    write("tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": shape.positions,
        "bos_token": piece[tokens.bos], "eos_token": piece[tokens.eos], "pad_token": piece[tokens.pad],
        "unk_token": piece[tokens.unk], "cls_token": piece[tokens.bos], "sep_token": piece[tokens.eos],
        "model_input_names": ["input_ids", "attention_mask"], "clean_up_tokenization_spaces": False,
    })  # fmt: skip
    write("sentence_bert_config.json", {"max_seq_length": shape.positions, "do_lower_case": False})
    write("config_sentence_transformers.json", {
        "prompts": PROMPTS, "default_prompt_name": None, "similarity_fn_name": "cosine",
    })  # fmt: skip
    write("1_Pooling/config.json", {
        "word_embedding_dimension": shape.hidden, "pooling_mode_cls_token": False,
        "pooling_mode_mean_tokens": True, "pooling_mode_max_tokens": False,
        "pooling_mode_mean_sqrt_len_tokens": False,
    })  # fmt: skip
    (folder / "2_Normalize").mkdir(exist_ok=True)
    write("modules.json", [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
    ])  # fmt: skip
