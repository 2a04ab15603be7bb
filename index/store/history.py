"""Earlier versions of articles: what a file said before it was changed."""

from __future__ import annotations

import datetime as dt
import sqlite3

from index.records import Earlier
from index.store import rows


def keep(connection: sqlite3.Connection, path: str, article: str) -> None:
    """Copy the stored `article`, which `path` is about to leave, into the history of `path`."""
    found = connection.execute("SELECT title, text FROM article WHERE id = ?", (article,)).fetchone()
    if found is None:
        return
    row = (path, article, dt.datetime.now(dt.UTC).isoformat(timespec="microseconds"), *found)
    connection.execute(
        "INSERT OR REPLACE INTO earlier VALUES (?, ?, ?, ?, ?, ?)", (*row, rows.checksum(*row))
    )


def forget(connection: sqlite3.Connection, article: str) -> None:
    """Drop the history of every file that the article comes from: what is removed leaves nothing behind."""
    connection.execute(
        "DELETE FROM earlier WHERE path IN (SELECT path FROM source WHERE article = ?)", (article,)
    )


def of(connection: sqlite3.Connection, article: str) -> list[Earlier]:
    """Return what the files of `article` said before, the last replaced first."""
    found = connection.execute(
        "SELECT path, article, replaced, title, text FROM earlier"
        " WHERE path IN (SELECT path FROM source WHERE article = ?) ORDER BY replaced DESC, path",
        (article,),
    )
    return [Earlier(path, name, dt.datetime.fromisoformat(at), *rest) for path, name, at, *rest in found]
