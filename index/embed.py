"""Texts to vectors: the `Embedder` seam, sentence-transformers behind it, and a public fake."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import NoModel
from index.text import lexical
from index.threads import wait_patiently

Vectors = NDArray[np.float32]

# Read by the libraries when they are imported, so set before: nothing may look for a hub.
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
    "DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "TOKENIZERS_PARALLELISM": "false",
}
BATCH = 16  # texts; larger ones pad short texts to the longest and gain nothing on two cores


class Embedder(Protocol):
    """Turns texts into vectors whose inner product is their cosine."""

    id: str  # model id and content hash, e.g. "multilingual-e5-small@1a2b3c4d5e6f"
    dim: int

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dim) float32, each row of L2 norm 1, for texts to be found."""
        ...

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dim) float32, each row of L2 norm 1, for texts to search with."""
        ...


class SentenceTransformerEmbedder:
    """A model in a sentence-transformers folder, loaded when the first vector is asked for.

    The folder's own prompts named "query" and "document" or "passage" are used. Only safetensors are
    read, no code of the folder is run, and no hub is asked. One thread at a time computes.
    """

    def __init__(self, folder: str | os.PathLike[str], *, threads: int | None = None) -> None:
        self.folder = Path(folder)
        if not (self.folder / "modules.json").is_file():
            raise NoModel(
                f"embedding model not found: {self.folder}\nfetch it: rag models fetch {self.folder.name}"
            )
        self.id = f"{self.folder.name}@{_sha256(self.folder)[:12]}"
        self.dim = _dimension(self.folder)
        self._threads = threads
        self._model: Any = None
        self._lock = threading.Lock()

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dim) float32 unit rows, with the folder's prompt for documents."""
        return self._encode(texts, ("document", "passage"))

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dim) float32 unit rows, with the folder's prompt for queries."""
        return self._encode(texts, ("query",))

    def _encode(self, texts: Sequence[str], roles: tuple[str, ...]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        with self._lock:
            model = self._loaded()
            prompt = next((model.prompts[role] for role in roles if model.prompts.get(role)), "")
            found = model.encode(
                list(texts),
                prompt=prompt,
                batch_size=BATCH,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return np.ascontiguousarray(found, dtype=np.float32)

    def _loaded(self) -> Any:  # noqa: ANN401  torch is imported here only
        if self._model is None:
            os.environ.update(OFFLINE)
            wait_patiently()
            import torch
            from sentence_transformers import SentenceTransformer

            torch.set_num_threads(self._threads or min(os.cpu_count() or 1, 8))
            self._model = SentenceTransformer(
                str(self.folder),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        return self._model


class HashEmbedder:
    """A fake for tests: words hashed into buckets, so texts that share words are close.

    Deterministic, quick and without a model; says nothing about how good real search is.

    >>> bridge, same, other = HashEmbedder().passages(["a long bridge", "bridge, long", "rice prices"])
    >>> bool(bridge @ same > bridge @ other)
    True
    """

    def __init__(self, dim: int = 64, name: str = "hash") -> None:
        self.dim = dim
        self.id = f"{name}@{dim:012x}"

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dim) float32 unit rows."""
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            for token in lexical.folded_tokens(text):
                code = zlib.crc32(token.encode())
                vectors[row, code % self.dim] += 1.0 if code & 0x10000 else -1.0
            if not vectors[row].any():
                vectors[row, 0] = 1.0
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Return the same vectors as `passages`."""
        return self.passages(texts)


def _sha256(folder: Path) -> str:
    """Return the hash of the weights: as recorded when they were fetched, else computed."""
    record = folder / "model.json"
    if record.is_file():
        try:
            known = json.loads(record.read_text("utf-8")).get("sha256")
        except (ValueError, AttributeError) as error:
            raise NoModel(
                f"{record} is damaged: {error}\nfetch it again: rag models fetch {folder.name}"
            ) from error
        if isinstance(known, str) and len(known) == 64:
            return known
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise NoModel(f"embedding model has no weights: {weights}\nfetch it: rag models fetch {folder.name}")
    with weights.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _dimension(folder: Path) -> int:
    """Return the length of the vectors: that of the last dense layer, else the model's hidden size."""
    for config in sorted(folder.glob("*_Dense/config.json"), reverse=True):
        return int(json.loads(config.read_text("utf-8"))["out_features"])
    try:
        return int(json.loads((folder / "config.json").read_text("utf-8"))["hidden_size"])
    except (OSError, ValueError, KeyError) as error:
        raise NoModel(
            f"{folder}/config.json does not give hidden_size\nfetch it again: rag models fetch {folder.name}"
        ) from error
