"""Tables of a library, and connections to it."""

from __future__ import annotations

import contextlib
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from index.errors import CannotWrite, Damaged, NotFound
from index.store import lock, steps
from index.text import passages

APPLICATION_ID = 0x52414731  # "RAG1"
VERSION = 5
DATABASE = "corpus.db"
SNAPSHOTS = "snapshots"  # folder of copies, beside it
CREATING = 10.0  # seconds to wait for another process that makes the library: it takes a tenth of one

# The tables of version 1. What later versions added is in `index.store.steps.STEPS`, and only there: a new
# library takes the same steps as an old one.
TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE article (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, lang TEXT NOT NULL, text TEXT NOT NULL,
    blocks TEXT NOT NULL, sha TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE source (
    path TEXT PRIMARY KEY, article TEXT NOT NULL REFERENCES article(id) ON DELETE CASCADE,
    outlet TEXT, published TEXT, dated TEXT, sha TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX source_article ON source(article, path);
CREATE TABLE passage (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    article TEXT NOT NULL REFERENCES article(id) ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, lang TEXT NOT NULL, kind TEXT NOT NULL,
    context TEXT NOT NULL, vector BLOB NOT NULL, sha TEXT NOT NULL
);
CREATE INDEX passage_article ON passage(article, start);
CREATE TABLE sentence (
    article TEXT NOT NULL REFERENCES article(id) ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, vector BLOB NOT NULL, sha TEXT NOT NULL,
    PRIMARY KEY (article, start)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(exact, folded, tokenize = "unicode61 remove_diacritics 0");
"""


def exists(folder: Path) -> bool:
    """Return whether there is a database in `folder`; not one whose making was never finished.

    Whoever makes it may be killed, or be at it.
    """
    if not (folder / DATABASE).is_file():
        return False
    for mode in ("ro", "rw"):  # what was being written into it when it was cut off only a writer undoes
        with contextlib.suppress(sqlite3.DatabaseError), closing(connect(folder / DATABASE, mode)) as found:
            return not _is_blank(found)
    return True  # whatever is wrong with it, it is there; opening it tells


def _is_blank(connection: sqlite3.Connection) -> bool:
    """Return whether nothing was ever committed to a database."""
    told = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
    return not any(told) and not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


def create(folder: Path) -> None:
    """Create an empty library in `folder`, or nothing if it is there; whole or not at all.

    Of several processes that want it at once, one makes it and the others wait.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_create(folder, error) from error
    with lock.held(folder, wait=CREATING):
        _create(folder)


def _create(folder: Path) -> None:
    try:
        connection = connect(folder / DATABASE, "rwc")
    except sqlite3.OperationalError as error:
        raise _cannot_create(folder, error) from error
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
            steps.run_script(connection, TABLES)
            connection.execute("INSERT INTO meta VALUES ('generation', '0')")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            steps.run_steps(connection, 1, VERSION)
            connection.execute("INSERT INTO meta VALUES ('cut', ?)", (str(passages.CUT),))
        connection.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        raise _cannot_create(folder, error) from error
    finally:
        connection.close()


def _cannot_create(folder: Path, error: Exception) -> CannotWrite:
    return CannotWrite(f"cannot create a library in {folder}: {error}\nchoose another: --library DIR")


def open_writer(folder: Path) -> sqlite3.Connection:
    """Return a connection that writes durably; the caller holds the library's lock."""
    try:
        connection = connect(folder / DATABASE, "rw")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.DatabaseError as error:
        raise CannotWrite(f"cannot write to {folder / DATABASE}: {error}\ncheck its permissions") from error
    check(connection, folder / DATABASE)
    return connection


def open_reader(folder: Path, oldest: int = VERSION) -> sqlite3.Connection:
    """Return a connection that only reads, also where nothing can be written."""
    if not exists(folder):
        raise NotFound(f"no library in {folder}\nmake one: rag index PATH")
    connection = connect(folder / DATABASE, "ro")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        # The log of a WAL database wants a writable folder; where there is none, nobody writes.
        connection.close()
        connection = connect(folder / DATABASE, "ro", immutable=True)
    except sqlite3.DatabaseError:
        connection.close()
        raise _damaged(folder / DATABASE) from None
    check(connection, folder / DATABASE, oldest)
    return connection


def connect(path: Path, mode: str, *, immutable: bool = False) -> sqlite3.Connection:
    """Return a connection to the database file `path`; `mode` is "ro", "rw" or "rwc"."""
    extra = "&immutable=1" if immutable else ""
    return sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}{extra}",
        uri=True,
        isolation_level=None,  # transactions are begun by hand: the default begins too late
        timeout=5.0,
        check_same_thread=False,  # one lock per reader guards it
    )


def check(connection: sqlite3.Connection, path: Path, oldest: int = VERSION) -> int:
    """Return the version of an open database; closed and `Damaged` if this program cannot use it."""
    try:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if application == APPLICATION_ID and oldest <= version <= VERSION:
            return version
    except sqlite3.DatabaseError:
        connection.close()
        raise _damaged(path) from None
    connection.close()
    if application != APPLICATION_ID:
        raise Damaged(
            f"{path} is not a library (it says {application:#x}, version {version})\n"
            "name another folder: --library DIR"
        )
    if version > VERSION:
        raise Damaged(
            f"{path} is of version {version}, this program knows versions up to {VERSION}\n"
            "use the newer program that wrote it, or another folder: --library DIR"
        )
    raise Damaged(
        f"{path} is of version {version}, this program reads version {VERSION}\n"
        "open it once where it can be written: rag stats"
    )


def _damaged(path: Path) -> Damaged:
    return Damaged(
        f"{path} is damaged: not a readable database\n"
        "restore a copy, or remove the folder and index the articles again"
    )
