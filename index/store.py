"""The store, which is the truth: articles, passages, vectors and words in one SQLite file.

One article is one transaction with all that belongs to it, so a stopped program leaves whole articles.
One process writes (`Writer`, under a lock); any number read (`Reader`), each on a consistent snapshot.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Literal

from index import common, corrections, files, history, lexical, lock, passages, rows, schema, stories
from index.embed import Vectors
from index.errors import CannotWrite
from index.records import Article, Passage, Sentence

Outcome = Literal["added", "updated", "unchanged"]
# Changes are remembered for this many generations, 30 bytes each; a reader that is further behind loads
# the library anew, which takes about a second at 100,000 passages.
CHANGES_KEPT = 10_000


class Reader:
    """Reads one library; `snapshot` gives a view in which nothing changes."""

    def __init__(self, folder: Path) -> None:
        self._connection = schema.open_reader(folder)
        common.open_vocabulary(self._connection)
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
        with contextlib.ExitStack() as stack:
            stack.enter_context(lock.held(folder, wait))
            files.sweep(folder)
            files.sweep(folder / schema.SNAPSHOTS)
            self.connection = schema.open_writer(folder)
            self._held = stack.pop_all()

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.connection.close()
        finally:
            self._held.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run the body in one transaction that counts as one generation; undone if it raises."""
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            yield self.connection
            _count(self.connection, generation=1)
            self.connection.execute(
                "DELETE FROM change WHERE generation <="
                " (SELECT value - ? FROM meta WHERE key = 'generation')",
                (CHANGES_KEPT,),
            )
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

    @contextlib.contextmanager
    def changing(self, article: str, passages: int) -> Iterator[sqlite3.Connection]:
        """Run the body in one transaction that changes `article` and so many of its passages."""
        with self.transaction() as connection:
            yield connection
            _count(connection, churn=2 * passages)  # the old one goes, the new one comes
            _note(connection, article)

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
        before goes, unless another path holds it too; what was corrected of it is said of a new article.
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
                corrections.keep(connection, article.id, corrections.of_path(connection, article.path))
            connection.execute(
                f"INSERT OR REPLACE INTO source ({rows.SOURCE}, sha) VALUES ({', '.join('?' * 12)})",
                (*source, rows.checksum(*source)),
            )
            _note(connection, article.id)
            if before:
                if before[1] != article.id:
                    history.keep(connection, article.path, before[1])
                _note(connection, before[1])
                _delete_orphan(connection, before[1])
        if before:
            return "updated"
        return "added" if is_new else "unchanged"

    def remove(self, article_ids: Sequence[str]) -> None:
        """Remove the articles and every path that they came from, all or none."""
        with self.transaction() as connection:
            for name in article_ids:
                history.forget(connection, name)
                connection.execute("DELETE FROM source WHERE article = ?", (name,))
                _note(connection, name)
                _delete_orphan(connection, name)

    def forget_parts(self, container: str, kept: Collection[str]) -> None:
        """Forget what is no longer among the articles of a file of several; `kept` are their paths."""
        found = self.connection.execute("SELECT path FROM source WHERE container = ?", (container,))
        gone = [path for (path,) in found.fetchall() if path not in kept]
        if gone:
            self.forget_sources(gone)

    def forget_sources(self, paths: Sequence[str]) -> None:
        """Forget where articles came from, all or none; an article goes with its last source."""
        with self.transaction() as connection:
            for path in paths:
                found = connection.execute("SELECT article FROM source WHERE path = ?", (path,)).fetchone()
                if found:
                    connection.execute("DELETE FROM earlier WHERE path = ?", (path,))
                    connection.execute("DELETE FROM source WHERE path = ?", (path,))
                    _note(connection, found[0])
                    _delete_orphan(connection, found[0])

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
            connection.execute("DELETE FROM change")  # all changed: readers load the library anew
            connection.execute(
                "UPDATE meta SET value = (SELECT value + 1 FROM meta WHERE key = 'generation')"
                " WHERE key = 'log_from'"
            )
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

    def file_stories(self) -> None:
        """Find near-copies among all articles anew, in one transaction."""
        with self.transaction() as connection:
            stories.file_all(connection)

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
    _count(connection, articles=1, passages=len(parts), churn=len(parts))
    connection.execute("INSERT INTO article VALUES (?, ?, ?, ?, ?, ?)", (*fields, rows.checksum(*fields)))
    stories.file(connection, article.id, article.lang, article.text)
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
    (parts,) = connection.execute("SELECT count(*) FROM passage WHERE article = ?", (article,)).fetchone()
    (there,) = connection.execute("SELECT count(*) FROM article WHERE id = ?", (article,)).fetchone()
    _count(connection, articles=-there, passages=-parts, churn=parts)
    connection.execute(
        "DELETE FROM words WHERE rowid IN (SELECT key FROM passage WHERE article = ?)", (article,)
    )
    stories.forget(connection, article)
    connection.execute("DELETE FROM article WHERE id = ?", (article,))  # passages and sentences follow


def _count(connection: sqlite3.Connection, **more: int) -> None:
    """Add to the numbers that are kept so that nobody has to count."""
    for key, number in more.items():
        connection.execute("UPDATE meta SET value = value + ? WHERE key = ?", (number, key))


def _note(connection: sqlite3.Connection, article: str) -> None:
    """Remember that the generation that is being written changes `article`."""
    connection.execute(
        "INSERT OR IGNORE INTO change SELECT value + 1, ? FROM meta WHERE key = 'generation'", (article,)
    )


def _set_embedder(connection: sqlite3.Connection, name: str, dim: int) -> None:
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('embedder', ?)", (name,))
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('dim', ?)", (str(dim),))


def _text(connection: sqlite3.Connection, article: str) -> str:
    return str(connection.execute("SELECT text FROM article WHERE id = ?", (article,)).fetchone()[0])
