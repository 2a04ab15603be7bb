"""The store, which is the truth: articles, passages, vectors and words in one SQLite file.

One article is one transaction with all that belongs to it but its vectors, so a stopped program leaves whole
articles. What waits for its vector has an empty one, which its checksum covers like any other: so what was
not computed yet is told from what was lost. `index.meaning` fills them in, all of an article at once.
One process writes (`Writer`, under a lock); any number read (`Reader`), each on a consistent snapshot.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Literal

from index import stories
from index.errors import CannotWrite
from index.records import Article, Passage, Steps
from index.search import common
from index.store import corrections, cutting, files, history, lock, rows, schema
from index.text import lexical, passages

Outcome = Literal["added", "updated", "unchanged"]
# Changes are remembered for this many generations, 30 bytes each; a reader that is further behind loads
# the library anew, which takes about a second at 100,000 passages.
CHANGES_KEPT = 10_000
NOT_YET = b""  # in place of a vector that is still to be computed


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
        """Take the lock, waiting at most `wait` seconds (-1: as long as it takes).

        `Locked` names the process that has it.
        """
        self.folder = folder
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

    def release(self) -> None:
        """Let others write; from now on this one writes under `again` only."""
        self._held.close()

    def again(self, wait: float = -1) -> contextlib.AbstractContextManager[None]:
        """Hold the lock for the body, once it was released; `wait` as above."""
        return lock.held(self.folder, wait)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run the body in one transaction that counts as one generation; undone if it raises."""
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            yield self.connection
            count(self.connection, generation=1)
            self.connection.execute(
                "DELETE FROM change WHERE generation <="
                " (SELECT value - ? FROM meta WHERE key = 'generation')",
                (CHANGES_KEPT,),
            )
            self.connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            self._undo()
            raise CannotWrite(
                f"cannot write to {self.folder}: {error}\nmake room or check its permissions, then run again"
            ) from error
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def changing(self, article: str, vectors: int) -> Iterator[sqlite3.Connection]:
        """Run the body in one transaction that changes `article` and so many passages that have vectors."""
        with self.transaction() as connection:
            yield connection
            count(connection, churn=2 * vectors)  # the old one goes, the new one comes
            note(connection, article)

    def has(self, article_id: str) -> bool:
        """Whether the article is stored, whatever file it came from."""
        return bool(self.connection.execute("SELECT 1 FROM article WHERE id = ?", (article_id,)).fetchone())

    def set_embedder(self, name: str, dim: int) -> None:
        """Record the embedding model that all vectors come from."""
        with self.transaction() as connection:
            set_embedder(connection, name, dim)

    def set_meta(self, key: str, value: str) -> None:
        """Keep a value of the whole library."""
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def outcome(self, article: Article) -> Outcome:
        """Return what `put` is about to do."""
        before = self._source(article.path)
        if before and before != rows.of_source(article):
            return "updated"
        return "unchanged" if before or self.has(article.id) else "added"

    def holds(self, article: Article) -> bool:
        """Whether the article is stored as it is, from the very file that it came from."""
        return self._source(article.path) == rows.of_source(article)

    def put(self, article: Article) -> None:
        """Store one article with its passages, sentences and words, in one transaction; vectors come later.

        A copy of a stored article under another path is remembered as a copy. What the path held
        before goes, unless another path holds it too; what was corrected of it is said of a new article.
        """
        source, before = rows.of_source(article), self._source(article.path)
        if before == source:
            return
        with self.transaction() as connection:
            if not self.has(article.id):
                _insert(connection, article, corrections.of_path(connection, article.path))
            connection.execute(
                f"INSERT OR REPLACE INTO source ({rows.SOURCE}, sha) VALUES ({', '.join('?' * 12)})",
                (*source, rows.checksum(*source)),
            )
            note(connection, article.id)
            if before:
                if before[1] != article.id:
                    history.keep(connection, article.path, before[1])
                note(connection, before[1])
                _delete_orphan(connection, before[1])

    def _source(self, path: str) -> rows.SourceRow | None:
        found = self.connection.execute(
            f"SELECT {rows.SOURCE} FROM source WHERE path = ?", (path,)
        ).fetchone()
        return found if found is None else tuple(found)

    def remove(self, article_ids: Sequence[str]) -> None:
        """Remove the articles and every path that they came from, all or none."""
        with self.transaction() as connection:
            for name in article_ids:
                history.forget(connection, name)
                connection.execute("DELETE FROM source WHERE article = ?", (name,))
                note(connection, name)
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
                    note(connection, found[0])
                    _delete_orphan(connection, found[0])

    def cut_anew(self, progress: Steps | None = None) -> None:
        """Cut anew, each in one transaction, the articles that are stored in other parts than this program's.

        They wait for their vectors.
        """
        names = [row[0] for row in self.connection.execute("SELECT id FROM article ORDER BY id").fetchall()]
        for done, name in enumerate(names):
            if progress:
                progress("passages", done, len(names))
            parts = cutting.of_stored(self.connection, name)
            if not cutting.is_stored(self.connection, parts):
                with self.transaction() as connection:
                    _delete_parts(connection, name)
                    _insert_parts(connection, parts)
                    note(connection, name)
        self.set_meta("cut", str(passages.CUT))

    def file_stories(self, progress: Steps | None = None) -> None:
        """Find near-copies among all articles anew, in one transaction."""
        with self.transaction() as connection:
            stories.file_all(connection, progress)

    def tidy(self) -> None:
        """Bring the log into the file, so that the library can be read where nothing can be written."""
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _insert(connection: sqlite3.Connection, article: Article, given: corrections.Given) -> None:
    """Store a new article as its file says it, in passages as it is told with what was `given`."""
    fields = rows.of_article(article)
    count(connection, articles=1)
    connection.execute("INSERT INTO article VALUES (?, ?, ?, ?, ?, ?)", (*fields, rows.checksum(*fields)))
    corrections.keep(connection, article.id, given)
    stories.file(connection, article.id, article.lang, article.text)
    _insert_parts(connection, cutting.cut(article, given))


def _insert_parts(connection: sqlite3.Connection, parts: cutting.Parts) -> None:
    """Store passages and sentences of an article without their vectors."""
    count(connection, passages=len(parts.passages), waiting=len(parts.passages))
    for part in parts.passages:
        row = cutting.fields(part)
        key = connection.execute(
            "INSERT INTO passage (id, article, start, end, lang, kind, context, vector, sha) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, NOT_YET, rows.checksum(*row, part.text, NOT_YET)),
        ).lastrowid
        connection.execute(
            "INSERT INTO words (rowid, exact, folded) VALUES (?, ?, ?)", (key, *words_of(part))
        )
    for span in parts.sentences:
        key_row = (parts.article, span.start, span.end)
        connection.execute(
            "INSERT INTO sentence VALUES (?, ?, ?, ?, ?)",
            (*key_row, NOT_YET, rows.checksum(*key_row, NOT_YET)),
        )


def _delete_parts(connection: sqlite3.Connection, article: str) -> None:
    """Delete passages, sentences and words of an article."""
    parts, ready = connection.execute(
        "SELECT count(*), count(nullif(length(vector), 0)) FROM passage WHERE article = ?", (article,)
    ).fetchone()
    count(connection, passages=-parts, waiting=ready - parts, churn=ready)
    connection.execute(
        "DELETE FROM words WHERE rowid IN (SELECT key FROM passage WHERE article = ?)", (article,)
    )
    connection.execute("DELETE FROM passage WHERE article = ?", (article,))
    connection.execute("DELETE FROM sentence WHERE article = ?", (article,))


def words_of(part: Passage) -> tuple[str, str]:
    """Return the exact and the folded words that `part` is found by."""
    text = passages.embedded_text(part)
    return " ".join(lexical.tokens(text)), " ".join(lexical.folded_tokens(text))


def _delete_orphan(connection: sqlite3.Connection, article: str) -> None:
    if connection.execute("SELECT 1 FROM source WHERE article = ?", (article,)).fetchone():
        return
    _delete_parts(connection, article)
    stories.forget(connection, article)
    gone = connection.execute("DELETE FROM article WHERE id = ?", (article,)).rowcount
    count(connection, articles=-gone)


def count(connection: sqlite3.Connection, **more: int) -> None:
    """Add to the numbers that are kept so that nobody has to count.

    `waiting` are the passages without a vector, `churn` the vectors of passages that ever came or went.
    """
    for key, number in more.items():
        connection.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = value + excluded.value",
            (key, number),
        )


def note(connection: sqlite3.Connection, article: str) -> None:
    """Remember that the generation that is being written changes `article`."""
    connection.execute(
        "INSERT OR IGNORE INTO change SELECT value + 1, ? FROM meta WHERE key = 'generation'", (article,)
    )


def set_embedder(connection: sqlite3.Connection, name: str, dim: int) -> None:
    """Record the embedding model that all vectors come from, in the transaction that is open."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('embedder', ?)", (name,))
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('dim', ?)", (str(dim),))
