"""A library of an earlier version brought up to date: a copy first, then one transaction."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from index import rows
from index.errors import CannotWrite

APPLICATION_ID = 0x52414731  # "RAG1"
VERSION = 2
_NEW = ("updated", "authors", "url", "pages", "note", "container")  # of version 2


def is_old(connection: sqlite3.Connection) -> bool:
    """Whether the database is a library of version 1."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    return bool(application == APPLICATION_ID and _version(connection) == 1)


def run(connection: sqlite3.Connection, folder: Path) -> None:
    """Bring an old library up to date; the caller holds its lock. Newer ones are left alone.

    The copy is `corpus.v1.db` beside it. A row that does not match its checksum keeps its old one,
    so that what was damaged before is still found by `rag verify`.
    """
    try:
        if not is_old(connection):
            return
        _copy(connection, folder / "corpus.v1.db")
        connection.execute("BEGIN IMMEDIATE")
        for name in _NEW:
            connection.execute(f"ALTER TABLE source ADD COLUMN {name} TEXT")
        connection.execute("CREATE INDEX source_container ON source(container)")
        found = connection.execute(f"SELECT {rows.SOURCE}, sha FROM source").fetchall()
        for *fields, sha in found:
            if rows.checksum(*fields[:5]) == sha:
                connection.execute(
                    "UPDATE source SET sha = ? WHERE path = ?", (rows.checksum(*fields), fields[0])
                )
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except (OSError, sqlite3.OperationalError) as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise CannotWrite(
            f"the library in {folder} is of version 1 and cannot be brought to version {VERSION}: {error}\n"
            "make room or check its permissions, then run again"
        ) from error


def _copy(connection: sqlite3.Connection, target: Path) -> None:
    """Copy the whole database to `target`, whole or not at all; an earlier copy is the better one."""
    if target.exists():
        return
    draft = target.with_suffix(".tmp")
    draft.unlink(missing_ok=True)
    copy = sqlite3.connect(draft)
    try:
        connection.backup(copy)
    finally:
        copy.close()
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(target)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
