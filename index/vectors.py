"""Nearest vectors: the `VectorIndex` seam, with FAISS and plain numpy behind it.

An index only grows. What is gone from the store keeps its place and is no longer admitted: taking a row out
of a flat index moves all that stand behind it. `index.store.saved` keeps an index in a file.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index import threads
from index.errors import Damaged
from index.text.counted import counted

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]
Mask = NDArray[np.bool_]
_DIGITS = 6  # of a cosine; closer ones are ties, whatever order the sums were formed in


class VectorIndex(Protocol):
    """Finds the stored vectors with the largest inner product.

    `build` takes ids (n,) int64, distinct and not negative, and vectors (n, dim) float32, finite.
    """

    dim: int
    ids: Ids  # (n,), in the order of building; the place of an id is its position here

    def add(self, ids: Ids, vectors: Scores) -> None:
        """Append ids (m,) and vectors (m, dim) behind those that are there; no earlier place changes."""
        ...

    def search(self, queries: Scores, k: int, among: Mask | None = None) -> tuple[Scores, Ids]:
        """Return scores (q, k) float32 and ids (q, k) int64, best first, equal scores by smaller id.

        `queries` is (q, dim) float32 and finite (ValueError if not). `among` (n,) bool says which places
        may be found. Where there are fewer than k, scores are -inf and ids -1. Scores are rounded to 6
        decimals.
        """
        ...


class ExactIndex:
    """Every inner product, by numpy: the reference, and the last resort without FAISS."""

    def __init__(self, ids: Ids, vectors: Scores) -> None:
        self.ids, self._vectors = _checked(ids, vectors)
        self.dim = vectors.shape[1]

    def add(self, ids: Ids, vectors: Scores) -> None:
        """See `VectorIndex.add`."""
        ids, vectors = _checked(ids, vectors, self.dim)
        self.ids = np.concatenate([self.ids, ids])
        self._vectors = np.concatenate([self._vectors, vectors])

    def search(self, queries: Scores, k: int, among: Mask | None = None) -> tuple[Scores, Ids]:
        """See `VectorIndex.search`."""
        _check_queries(queries, self.dim)
        keep = _mask(among, len(self.ids))
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

    def add(self, ids: Ids, vectors: Scores) -> None:
        """See `VectorIndex.add`."""
        ids, vectors = _checked(ids, vectors, self.dim)
        self._index.add(vectors)
        self.ids = np.concatenate([self.ids, ids])

    def search(self, queries: Scores, k: int, among: Mask | None = None) -> tuple[Scores, Ids]:
        """See `VectorIndex.search`."""
        _check_queries(queries, self.dim)
        admitted = _mask(among, len(self.ids))
        count = int(admitted.sum())
        # A bit a place; the other selectors of FAISS hash every place at every search.
        bits = np.packbits(admitted, bitorder="little")
        faiss = _faiss()
        parameters: Any = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))
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
                f"vector index holds {counted(self._index.ntotal, 'vector')} for {counted(count, 'id')}\n"
                "rebuild it: rag rebuild"
            )
        return self


def _faiss() -> Any:  # noqa: ANN401  a module without types
    threads.wait_patiently()
    import faiss

    return faiss


def _mask(among: Mask | None, count: int) -> Mask:
    if among is None:
        return np.ones(count, dtype=bool)
    if among.shape != (count,):
        raise ValueError(f"a mask of {among.shape} does not fit an index of {count} vectors")
    return among


def _checked(ids: Ids, vectors: Scores, dim: int | None = None) -> tuple[Ids, Scores]:
    ids = np.ascontiguousarray(ids, dtype=np.int64)
    if vectors.ndim != 2 or ids.shape != (len(vectors),):
        raise ValueError(f"ids {ids.shape} and vectors {vectors.shape} do not belong together")
    if dim is not None and vectors.shape[1] != dim:
        raise ValueError(f"vectors of {vectors.shape[1]} numbers do not fit an index of {dim}")
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
