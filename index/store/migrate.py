"""A library of an older version is copied, then brought to this program's version in one transaction."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from index.errors import CannotWrite
from index.store import lock, schema, steps
from index.store.files import move_in


def bring_up(folder: Path) -> bool:
    """Bring the library in `folder` to this program's version; return whether there was anything to do.

    The database is copied first, to `corpus.db.v<old>-<day>`, and a step that fails leaves it as it was
    (`CannotWrite`). `Damaged` for a newer version than this program knows, `Locked` when another
    process writes.
    """
    path = folder / schema.DATABASE
    version = _version(folder)
    if version == schema.VERSION:
        return False
    if not os.access(folder, os.W_OK):
        raise CannotWrite(
            f"{path} is of version {version}, this program reads version {schema.VERSION}, and the folder "
            "cannot be written\nopen it once where it can be: rag stats --library DIR"
        )
    with lock.held(folder):
        version = _version(folder)
        if version == schema.VERSION:  # another process was quicker
            return False
        kept = folder / f"{schema.DATABASE}.v{version}-{dt.datetime.now(dt.UTC):%Y%m%d}"
        try:
            with closing(schema.connect(path, "rw")) as connection:
                copy(connection, kept)
                _apply(connection, version)
        except (sqlite3.Error, OSError) as error:
            raise CannotWrite(
                f"{path} cannot be brought from version {version} to {schema.VERSION}: {error}\n"
                "it is as it was; make room or check its permissions, then run again"
            ) from error
    return True


def _version(folder: Path) -> int:
    with closing(schema.open_reader(folder, oldest=1)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _apply(connection: sqlite3.Connection, version: int) -> None:
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        steps.run_steps(connection, version, schema.VERSION)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def copy(connection: sqlite3.Connection, path: Path) -> None:
    """Copy the whole database to `path`, which appears when it is finished."""
    written = path.with_name(f".{path.name}.tmp")
    written.unlink(missing_ok=True)
    with closing(sqlite3.connect(written)) as target:
        connection.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
    move_in(written, path)
