"""Nearest vectors: the `VectorIndex` seam, FAISS and plain numpy behind it, and the checked file.

The file is derived from the store and only ever trusted when its hash is the one that its name and
header say: FAISS itself reads damaged files without complaint and then finds the wrong vectors.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index import threads
from index.errors import Damaged

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]
_MAGIC = b"ragindex1\n"
_DIGITS = 6  # of a cosine; closer ones are ties, whatever order the sums were formed in

log = logging.getLogger(__name__)


class VectorIndex(Protocol):
    """Finds the stored vectors with the largest inner product.

    `build` takes ids (n,) int64, distinct and not negative, and vectors (n, dim) float32, finite.
    """

    dim: int
    ids: Ids  # (n,), in the order of building

    def search(self, queries: Scores, k: int, allowed: Sequence[int] | None = None) -> tuple[Scores, Ids]:
        """Return scores (q, k) float32 and ids (q, k) int64, best first, equal scores by smaller id.

        `queries` is (q, dim) float32 and finite (ValueError if not). `allowed` restricts the answer to
        these ids. Where there are fewer than k, scores are -inf and ids -1. Scores are rounded to 6
        decimals.
        """
        ...


class ExactIndex:
    """Every inner product, by numpy: the reference, and the last resort without FAISS."""

    def __init__(self, ids: Ids, vectors: Scores) -> None:
        self.ids, self._vectors = _checked(ids, vectors)
        self.dim = vectors.shape[1]

    def search(self, queries: Scores, k: int, allowed: Sequence[int] | None = None) -> tuple[Scores, Ids]:
        """See `VectorIndex.search`."""
        _check_queries(queries, self.dim)
        keep = np.ones(len(self.ids), bool) if allowed is None else np.isin(self.ids, np.asarray(allowed))
        ids = self.ids[keep]
        scores = queries @ self._vectors[keep].T
        return _best(scores, np.broadcast_to(ids, scores.shape), k)


class FaissIndex:
    """A flat inner-product index of FAISS: exact, and quick to about a hundred thousand vectors."""

    def __init__(self, ids: Ids, vectors: Scores) -> None:
        faiss = _faiss()
        self.ids, vectors = _checked(ids, vectors)
        self.dim = vectors.shape[1]
        self._index: Any = faiss.IndexFlatIP(self.dim)
        self._index.add(np.ascontiguousarray(vectors))

    def search(self, queries: Scores, k: int, allowed: Sequence[int] | None = None) -> tuple[Scores, Ids]:
        """See `VectorIndex.search`."""
        _check_queries(queries, self.dim)

        parameters: Any = None
        count = len(self.ids)
        if allowed is not None:
            places = np.flatnonzero(np.isin(self.ids, np.asarray(allowed))).astype(np.int64)
            count = len(places)
            parameters = _among(places)
        if count == 0 or len(queries) == 0:
            return _best(np.zeros((len(queries), 0), np.float32), np.zeros((len(queries), 0), np.int64), k)
        fetch = min(count, k + 8)
        while True:
            scores, places = self._index.search(np.ascontiguousarray(queries), fetch, params=parameters)
            # Ties at the edge are broken by id, so all that tie with the last wanted one must be seen.
            edge = np.round(scores[:, min(k, fetch) - 1], _DIGITS)
            if fetch == count or bool(np.all(np.round(scores[:, -1], _DIGITS) < edge)):
                return _best(scores, self.ids[places], k)
            fetch = min(count, fetch * 4)

    def to_bytes(self) -> bytes:
        """Return ids and FAISS index as one byte string that `from_bytes` takes."""
        body: bytes = _faiss().serialize_index(self._index).tobytes()
        return len(self.ids).to_bytes(8, "little") + self.ids.astype("<i8").tobytes() + body

    @classmethod
    def from_bytes(cls, data: bytes) -> FaissIndex:
        """Return the index in `data`, whose hash the caller has checked; `Damaged` if it is none."""
        faiss = _faiss()
        count = int.from_bytes(data[:8], "little")
        body = data[8 + 8 * count :]
        self = cls.__new__(cls)
        self.ids = np.frombuffer(data[8 : 8 + 8 * count], dtype="<i8").astype(np.int64)
        try:
            faiss.set_deserialization_vector_byte_limit(len(data))
            self._index = faiss.deserialize_index(np.frombuffer(body, dtype=np.uint8))
        except (RuntimeError, AssertionError) as error:
            raise Damaged(f"vector index cannot be read: {error}\nrebuild it: rag rebuild") from error
        self.dim = self._index.d
        if self._index.ntotal != count or self._index.metric_type != faiss.METRIC_INNER_PRODUCT:
            raise Damaged(
                f"vector index holds {self._index.ntotal} vectors for {count} ids\nrebuild it: rag rebuild"
            )
        return self


def save(folder: Path, index: FaissIndex, header: dict[str, Any]) -> Path:
    """Write `folder/index/<generation>-<sha12>.faiss`, then let `folder/CURRENT` name it.

    Both are written aside, fsynced and renamed, so that a reader sees the old pair or the new one.
    """
    body = index.to_bytes()
    sha = hashlib.sha256(body).hexdigest()
    full = {**header, "n": len(index.ids), "dim": index.dim, "sha256": sha}
    head = json.dumps(full, sort_keys=True).encode() + b"\n"
    digest = hashlib.sha256(head + body).hexdigest()
    place = folder / "index"
    place.mkdir(exist_ok=True)
    path = place / f"{header['generation']}-{digest[:12]}.faiss"
    atomic_write(path, _MAGIC + head + body)
    atomic_write(folder / "CURRENT", f"{path.name} {digest}\n".encode())
    for old in place.iterdir():
        if old.name != path.name:  # readers have read theirs whole; nothing is mapped
            old.unlink(missing_ok=True)
    return path


def load(folder: Path, header: dict[str, Any]) -> FaissIndex | None:
    """Return the saved index if it belongs to `header` (generation, embedder); None if there is none.

    `Damaged` when its bytes are not those that were written.
    """
    try:
        name, digest = (folder / "CURRENT").read_text("ascii").split()
        data = (folder / "index" / Path(name).name).read_bytes()
    except FileNotFoundError:
        return None
    except (ValueError, UnicodeDecodeError) as error:
        raise Damaged(f"{folder / 'CURRENT'} is damaged\nrebuild it: rag rebuild") from error
    head, mark, body = data[len(_MAGIC) :].partition(b"\n")
    if not data.startswith(_MAGIC) or hashlib.sha256(head + mark + body).hexdigest() != digest:
        raise Damaged(f"{name} does not match its checksum {digest[:12]}\nrebuild it: rag rebuild")
    known = json.loads(head)
    if any(known.get(key) != value for key, value in header.items()):
        return None  # older than the store: a writer was stopped before it could swap the file
    return FaissIndex.from_bytes(body)


def atomic_write(path: Path, data: bytes) -> None:
    """Replace `path` by `data` so that after a crash it is whole: old or new."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    if hasattr(os, "O_DIRECTORY"):
        parent = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(parent)
        finally:
            os.close(parent)


def _faiss() -> Any:  # noqa: ANN401  a module without types
    threads.wait_patiently()
    import faiss

    return faiss


def _among(places: Ids) -> Any:  # noqa: ANN401
    """Return FAISS search parameters that admit only these places of the index."""
    faiss = _faiss()
    return faiss.SearchParameters(sel=faiss.IDSelectorBatch(places))


def _checked(ids: Ids, vectors: Scores) -> tuple[Ids, Scores]:
    ids = np.ascontiguousarray(ids, dtype=np.int64)
    if vectors.ndim != 2 or ids.shape != (len(vectors),):
        raise ValueError(f"ids {ids.shape} and vectors {vectors.shape} do not belong together")
    if not np.isfinite(vectors).all():
        raise ValueError("vectors hold NaN or infinity; the embedding model is broken")
    if len(np.unique(ids)) != len(ids) or (ids < 0).any():
        raise ValueError("ids must be distinct and not negative")
    return ids, np.ascontiguousarray(vectors, dtype=np.float32)


def _check_queries(queries: Scores, dim: int) -> None:
    if queries.ndim != 2 or queries.shape[1] != dim:
        raise ValueError(f"queries are {queries.shape}, the index wants (n, {dim})")
    if not np.isfinite(queries).all():
        raise ValueError("queries hold NaN or infinity; the embedding model is broken")


def _best(scores: Scores, ids: Ids, k: int) -> tuple[Scores, Ids]:
    """Return the k best of each row, equal scores by smaller id, filled up with -inf and -1."""
    top_scores = np.full((len(scores), k), -np.inf, dtype=np.float32)
    top_ids = np.full((len(scores), k), -1, dtype=np.int64)
    rounded = np.round(scores.astype(np.float64), _DIGITS)
    for row in range(len(scores)):
        order = np.lexsort((ids[row], -rounded[row]))[:k]
        top_scores[row, : len(order)] = rounded[row][order]
        top_ids[row, : len(order)] = ids[row][order]
    return top_scores, top_ids
