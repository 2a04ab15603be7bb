"""The store, which is the truth: articles, passages, vectors and words in one SQLite file.

One article is one transaction with all that belongs to it, so a stopped program leaves whole articles.
One process writes (`Writer`, under a lock); any number read (`Reader`), each on a consistent snapshot.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Literal

import filelock

from index import lexical, passages, rows, schema
from index.embed import Vectors
from index.errors import CannotWrite, Locked
from index.records import Article, Passage, Sentence

Outcome = Literal["added", "updated", "unchanged"]
_LOCK = "ingest.lock"
_HOLDER = "ingest.pid"  # beside the lock: opening a lock file empties it


class Reader:
    """Reads one library; `snapshot` gives a view in which nothing changes."""

    def __init__(self, folder: Path) -> None:
        self._connection = schema.open_reader(folder)
        self._lock = threading.RLock()

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Hold one read transaction; nested ones see the same state."""
        with self._lock:
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._connection.close()


class Writer:
    """Holds the library's lock and writes whole articles."""

    def __init__(self, folder: Path, wait: float = 1.0) -> None:
        """Take the lock, waiting at most `wait` seconds; `Locked` names the process that has it."""
        self._folder = folder
        self._lock = filelock.FileLock(folder / _LOCK)
        try:
            self._lock.acquire(timeout=wait)
        except filelock.Timeout:
            raise Locked(
                f"{folder} is being written by process {_holder(folder)}\n"
                "wait until it is done, or stop it; its lock goes with it"
            ) from None
        except OSError as error:
            raise CannotWrite(
                f"cannot write to {folder}: {error.strerror}\n"
                "check its permissions, or choose another: --library DIR"
            ) from error
        try:
            (folder / _HOLDER).write_text(str(os.getpid()), "ascii")
            self.connection = schema.open_writer(folder)
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store and give the lock back."""
        try:
            self.connection.close()
            (self._folder / _HOLDER).unlink(missing_ok=True)
        finally:
            self._lock.release()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run the body in one transaction that counts as one generation; undone if it raises."""
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            yield self.connection
            self.connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
            self.connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            self._undo()
            raise CannotWrite(
                f"cannot write to {self._folder}: {error}\nmake room or check its permissions, then run again"
            ) from error
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def has(self, article_id: str) -> bool:
        """Whether the article is stored, whatever file it came from."""
        return bool(self.connection.execute("SELECT 1 FROM article WHERE id = ?", (article_id,)).fetchone())

    def set_embedder(self, name: str, dim: int) -> None:
        """Record the embedding model that all vectors come from."""
        with self.transaction() as connection:
            _set_embedder(connection, name, dim)

    def set_meta(self, key: str, value: str) -> None:
        """Keep a value of the whole library."""
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def put(
        self,
        article: Article,
        parts: Sequence[Passage],
        part_vectors: Vectors,
        spans: Sequence[Sentence],
        span_vectors: Vectors,
    ) -> Outcome:
        """Store one article with all that belongs to it, in one transaction.

        A copy of a stored article under another path is remembered as a copy. What the path held
        before goes, unless another path holds it too.
        """
        source = rows.of_source(article)
        before = self.connection.execute(
            f"SELECT {rows.SOURCE} FROM source WHERE path = ?", (article.path,)
        ).fetchone()
        if before == source:
            return "unchanged"
        is_new = not self.has(article.id)
        with self.transaction() as connection:
            if is_new:
                _insert(connection, article, parts, part_vectors, spans, span_vectors)
            connection.execute(
                f"INSERT OR REPLACE INTO source ({rows.SOURCE}, sha) VALUES ({', '.join('?' * 12)})",
                (*source, rows.checksum(*source)),
            )
            if before:
                _delete_orphan(connection, before[1])
        if before:
            return "updated"
        return "added" if is_new else "unchanged"

    def forget(self, container: str, kept: Collection[str]) -> None:
        """Remove what is no longer among the articles of a file of several; `kept` are their paths."""
        found = self.connection.execute(
            "SELECT path, article FROM source WHERE container = ?", (container,)
        ).fetchall()
        gone = [(path, article) for path, article in found if path not in kept]
        if not gone:
            return
        with self.transaction() as connection:
            for path, article in gone:
                connection.execute("DELETE FROM source WHERE path = ?", (path,))
                _delete_orphan(connection, article)

    def remove(self, article_ids: Sequence[str]) -> None:
        """Remove the articles and every path that they came from, all or none."""
        with self.transaction() as connection:
            for name in article_ids:
                connection.execute("DELETE FROM source WHERE article = ?", (name,))
                _delete_orphan(connection, name)

    def replace_vectors(
        self,
        name: str,
        dim: int,
        part_vectors: dict[int, Vectors],
        span_vectors: dict[tuple[str, int], Vectors],
    ) -> None:
        """Put new vectors of another model in place of all old ones, in one transaction."""
        with self.transaction() as connection:
            _set_embedder(connection, name, dim)
            for key, vector in part_vectors.items():
                fields = connection.execute(
                    "SELECT id, article, start, end, lang, kind, context FROM passage WHERE key = ?", (key,)
                ).fetchone()
                text = _text(connection, fields[1])[fields[2] : fields[3]]
                blob = rows.to_blob(vector)
                connection.execute(
                    "UPDATE passage SET vector = ?, sha = ? WHERE key = ?",
                    (blob, rows.checksum(*fields, text, blob), key),
                )
            for (article, start), vector in span_vectors.items():
                blob = rows.to_blob(vector)
                end = connection.execute(
                    "SELECT end FROM sentence WHERE article = ? AND start = ?", (article, start)
                ).fetchone()[0]
                connection.execute(
                    "UPDATE sentence SET vector = ?, sha = ? WHERE article = ? AND start = ?",
                    (blob, rows.checksum(article, start, end, blob), article, start),
                )

    def tidy(self) -> None:
        """Bring the log into the file, so that the library can be read where nothing can be written."""
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _insert(
    connection: sqlite3.Connection,
    article: Article,
    parts: Sequence[Passage],
    part_vectors: Vectors,
    spans: Sequence[Sentence],
    span_vectors: Vectors,
) -> None:
    fields = rows.of_article(article)
    connection.execute("INSERT INTO article VALUES (?, ?, ?, ?, ?, ?)", (*fields, rows.checksum(*fields)))
    for part, vector in zip(parts, part_vectors, strict=True):
        blob = rows.to_blob(vector)
        row = (part.id, part.article, part.start, part.end, part.lang, part.kind, part.context)
        key = connection.execute(
            "INSERT INTO passage (id, article, start, end, lang, kind, context, vector, sha) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, blob, rows.checksum(*row, part.text, blob)),
        ).lastrowid
        connection.execute(
            "INSERT INTO words (rowid, exact, folded) VALUES (?, ?, ?)", (key, *words_of(part))
        )
    for span, vector in zip(spans, span_vectors, strict=True):
        blob = rows.to_blob(vector)
        key_row = (article.id, span.start, span.end)
        connection.execute(
            "INSERT INTO sentence VALUES (?, ?, ?, ?, ?)", (*key_row, blob, rows.checksum(*key_row, blob))
        )


def words_of(part: Passage) -> tuple[str, str]:
    """Return the exact and the folded words that `part` is found by."""
    text = passages.embedded_text(part)
    return " ".join(lexical.tokens(text)), " ".join(lexical.folded_tokens(text))


def _delete_orphan(connection: sqlite3.Connection, article: str) -> None:
    if connection.execute("SELECT 1 FROM source WHERE article = ?", (article,)).fetchone():
        return
    connection.execute(
        "DELETE FROM words WHERE rowid IN (SELECT key FROM passage WHERE article = ?)", (article,)
    )
    connection.execute("DELETE FROM article WHERE id = ?", (article,))  # passages and sentences follow


def _set_embedder(connection: sqlite3.Connection, name: str, dim: int) -> None:
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('embedder', ?)", (name,))
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('dim', ?)", (str(dim),))


def _text(connection: sqlite3.Connection, article: str) -> str:
    return str(connection.execute("SELECT text FROM article WHERE id = ?", (article,)).fetchone()[0])


def _holder(folder: Path) -> str:
    try:
        return (folder / _HOLDER).read_text("ascii").strip() or "unknown"
    except OSError:
        return "unknown"
