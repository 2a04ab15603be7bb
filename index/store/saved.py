"""The vector index in a file: derived from the store, hashed, and never trusted further than it fits.

FAISS itself reads damaged files without complaint and then finds the wrong vectors, so the file is used only
when its hash is the one that CURRENT names. It need not be of the store's last state: it is a base, and
whoever reads it leaves out what the store no longer holds and adds what came since. A mark beside every id,
made of the stored row, tells whether the two still speak of the same passage.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import Damaged
from index.store.files import atomic_write
from index.vectors import FaissIndex, Ids

Marks = NDArray[np.uint64]
_MAGIC = b"ragindex2\n"
_OLDER = (b"ragindex1\n",)  # of version 1: sound, but without marks
_CURRENT = "CURRENT"

# When the base is written anew. Writing 100,000 passages takes about a second (eval/bench/library.py), and a
# tenth of them comes in about a thousand articles: a millisecond each, beside the 30 that an article takes.
# What came since is read with every opening, so it must stay a small part of that.
MERGE_SHARE = 0.1
MERGE_LEAST = 1_000  # passages: reading them takes 10 ms, so smaller libraries need no care


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved index and, for every place, the mark of the row that it was made of."""

    index: FaissIndex
    marks: Marks  # (n,), beside index.ids


def mark(sha: str) -> int:
    """Return the mark of a stored row: the first 64 bits of its hash, which covers text and vector."""
    return int(sha[:16], 16)


def marks_of(shas: list[str]) -> Marks:
    """Return (n,) marks."""
    return np.array([mark(sha) for sha in shas], dtype=np.uint64)


def due(folder: Path, embedder: str, churn: int, passages: int) -> bool:
    """Whether the base is to be written anew: it is missing, of another model, cut short, or far behind.

    `churn` counts the passages that ever came or went, now; the file says what it was then.
    """
    try:
        path, _ = _current(folder)
        with path.open("rb") as file:
            if file.readline() != _MAGIC:
                return True
            known = json.loads(file.readline())
            whole = file.tell() + int(known["bytes"]) == path.stat().st_size
    except (OSError, ValueError, KeyError, TypeError, Damaged):
        return passages > 0
    behind = churn - int(known["churn"])
    least = max(MERGE_LEAST, MERGE_SHARE * int(known["n"]))
    return not whole or known["embedder"] != embedder or not 0 <= behind <= least


def save(folder: Path, index: FaissIndex, marks: Marks, header: dict[str, Any]) -> Path:
    """Write `folder/index/<generation>-<sha12>.faiss`, then let `folder/CURRENT` name it.

    `header` holds generation, embedder and churn. Both files are written aside, fsynced and renamed, so that
    a reader sees the old pair or the new one.
    """
    body = marks.astype("<u8").tobytes() + index.to_bytes()
    full = {**header, "n": len(index.ids), "dim": index.dim, "bytes": len(body)}
    head = json.dumps(full, sort_keys=True).encode() + b"\n"
    digest = hashlib.sha256(head + body).hexdigest()
    place = folder / "index"
    place.mkdir(exist_ok=True)
    path = place / f"{header['generation']}-{digest[:12]}.faiss"
    atomic_write(path, _MAGIC + head + body)
    atomic_write(folder / _CURRENT, f"{path.name} {digest}\n".encode())
    for old in place.iterdir():
        if old.name != path.name:  # readers have read theirs whole; nothing is mapped
            old.unlink(missing_ok=True)
    return path


def load(folder: Path, embedder: str) -> Saved | None:
    """Return the saved index if its vectors are of `embedder`; None if there is none.

    `Damaged` when its bytes are not those that were written.
    """
    try:
        path, digest = _current(folder)
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    if data.startswith(_OLDER):
        return None
    head, newline, body = data[len(_MAGIC) :].partition(b"\n")
    if not data.startswith(_MAGIC) or hashlib.sha256(head + newline + body).hexdigest() != digest:
        raise Damaged(f"{path.name} does not match its checksum {digest[:12]}\nrebuild it: rag rebuild")
    known = json.loads(head)
    if known["embedder"] != embedder:
        return None
    count = int(known["n"])
    marks = np.frombuffer(body[: 8 * count], dtype="<u8").astype(np.uint64)
    return Saved(FaissIndex.from_bytes(body[8 * count :]), marks)


def live(saved_ids: Ids, saved_marks: Marks, ids: Ids, marks: Marks) -> Ids:
    """Return for each saved place the position in `ids` (ascending) of the same passage, -1 where gone."""
    if not len(ids):
        return np.full(len(saved_ids), -1, dtype=np.int64)
    at = np.minimum(np.searchsorted(ids, saved_ids), len(ids) - 1)
    same = (ids[at] == saved_ids) & (marks[at] == saved_marks)
    return np.where(same, at, -1).astype(np.int64)


def _current(folder: Path) -> tuple[Path, str]:
    """Return the file that CURRENT names, and its hash."""
    try:
        name, digest = (folder / _CURRENT).read_text("ascii").split()
    except (ValueError, UnicodeDecodeError) as error:
        raise Damaged(f"{folder / _CURRENT} is damaged\nrebuild it: rag rebuild") from error
    return folder / "index" / Path(name).name, digest
