"""Tables of a library, and connections to it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

from index import migrate
from index.errors import CannotWrite, Damaged, NotFound

APPLICATION_ID = migrate.APPLICATION_ID
VERSION = migrate.VERSION
DATABASE = "corpus.db"

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE article (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, lang TEXT NOT NULL, text TEXT NOT NULL,
    blocks TEXT NOT NULL, sha TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE source (
    path TEXT PRIMARY KEY, article TEXT NOT NULL REFERENCES article(id) ON DELETE CASCADE,
    outlet TEXT, published TEXT, dated TEXT, sha TEXT NOT NULL,
    updated TEXT, authors TEXT, url TEXT, pages TEXT, note TEXT, container TEXT
) WITHOUT ROWID;
CREATE INDEX source_article ON source(article, path);
CREATE INDEX source_container ON source(container);
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


def create(folder: Path) -> None:
    """Create an empty library in `folder`, or nothing if it is there; whole or not at all."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        connection = _connect(folder, "rwc")
    except (OSError, sqlite3.OperationalError) as error:
        raise CannotWrite(
            f"cannot create a library in {folder}: {error}\nchoose another: --library DIR"
        ) from error
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
            for statement in _TABLES.split(";\n"):
                if statement.strip():
                    connection.execute(statement)
            connection.execute("INSERT INTO meta VALUES ('generation', '0')")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        raise CannotWrite(
            f"cannot create a library in {folder}: {error}\nchoose another: --library DIR"
        ) from error
    finally:
        connection.close()


def open_writer(folder: Path) -> sqlite3.Connection:
    """Return a connection that writes durably; the caller holds the library's lock."""
    try:
        connection = _connect(folder, "rw")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.DatabaseError as error:
        raise CannotWrite(f"cannot write to {folder / DATABASE}: {error}\ncheck its permissions") from error
    migrate.run(connection, folder)
    _check(connection, folder)
    return connection


def is_old(folder: Path) -> bool:
    """Whether the library in `folder` is of an earlier version, which a writer brings up to date."""
    if not (folder / DATABASE).is_file():
        return False
    connection = _connect(folder, "ro")
    try:
        return migrate.is_old(connection)
    except sqlite3.DatabaseError:
        return False  # whoever opens it next says what is wrong with it
    finally:
        connection.close()


def open_reader(folder: Path) -> sqlite3.Connection:
    """Return a connection that only reads, also where nothing can be written."""
    if not (folder / DATABASE).is_file():
        raise NotFound(f"no library in {folder}\nmake one: rag index PATH")
    connection = _connect(folder, "ro")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        # The log of a WAL database wants a writable folder; where there is none, nobody writes.
        connection.close()
        connection = _connect(folder, "ro", immutable=True)
    except sqlite3.DatabaseError:
        connection.close()
        raise _damaged(folder) from None
    _check(connection, folder)
    return connection


def _connect(folder: Path, mode: str, *, immutable: bool = False) -> sqlite3.Connection:
    extra = "&immutable=1" if immutable else ""
    return sqlite3.connect(
        f"file:{quote(str(folder / DATABASE))}?mode={mode}{extra}",
        uri=True,
        isolation_level=None,  # transactions are begun by hand: the default begins too late
        timeout=5.0,
        check_same_thread=False,  # one lock per reader guards it
    )


def _check(connection: sqlite3.Connection, folder: Path) -> None:
    try:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.DatabaseError:
        connection.close()
        raise _damaged(folder) from None
    if migrate.is_old(connection):
        connection.close()
        raise CannotWrite(
            f"the library in {folder} is of version {version}, not {VERSION}, and cannot be written\n"
            "check its permissions, then run again"
        )
    if application != APPLICATION_ID or version != VERSION:
        connection.close()
        raise Damaged(
            f"{folder / DATABASE} is not a library of version {VERSION} "
            f"(it says {application:#x}, {version})\n"
            "name another folder: --library DIR"
        )


def _damaged(folder: Path) -> Damaged:
    return Damaged(
        f"{folder / DATABASE} is damaged: not a readable database\n"
        "restore a copy, or remove the folder and index the articles again"
    )
