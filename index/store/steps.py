"""The steps from one version of the tables to the next.

To change the tables, append a step and raise `schema.VERSION`; never edit a step that was released, for
there are libraries that have taken it. A step gets an open transaction and must not end it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from index import stories
from index.store import rows

Step = Callable[[sqlite3.Connection], None]

_VERSION_2 = """
ALTER TABLE source ADD COLUMN updated TEXT;
ALTER TABLE source ADD COLUMN authors TEXT;
ALTER TABLE source ADD COLUMN url TEXT;
ALTER TABLE source ADD COLUMN pages TEXT;
ALTER TABLE source ADD COLUMN note TEXT;
ALTER TABLE source ADD COLUMN container TEXT;
CREATE INDEX source_container ON source(container);
"""
# As they were then: what a later version adds to `rows.SOURCE` is not there yet.
_SOURCE_2 = "path, article, outlet, published, dated, updated, authors, url, pages, note, container"

_VERSION_3 = """
CREATE TABLE change (
    generation INTEGER NOT NULL, article TEXT NOT NULL, PRIMARY KEY (generation, article)
) WITHOUT ROWID;
CREATE TABLE earlier (
    path TEXT NOT NULL, article TEXT NOT NULL, replaced TEXT NOT NULL, title TEXT NOT NULL,
    text TEXT NOT NULL, sha TEXT NOT NULL, PRIMARY KEY (path, replaced, article)
) WITHOUT ROWID;
INSERT INTO meta SELECT 'articles', CAST(count(*) AS TEXT) FROM article;
INSERT INTO meta SELECT 'passages', CAST(count(*) AS TEXT) FROM passage;
INSERT INTO meta SELECT 'churn', CAST(count(*) AS TEXT) FROM passage;
INSERT INTO meta SELECT 'log_from', value FROM meta WHERE key = 'generation';
"""

_VERSION_4 = """
CREATE TABLE bucket (
    bucket INTEGER NOT NULL, article TEXT NOT NULL REFERENCES article(id) ON DELETE CASCADE,
    PRIMARY KEY (bucket, article)
) WITHOUT ROWID;
CREATE INDEX bucket_article ON bucket(article);
CREATE TABLE copy (
    article TEXT NOT NULL REFERENCES article(id) ON DELETE CASCADE,
    other TEXT NOT NULL REFERENCES article(id) ON DELETE CASCADE, PRIMARY KEY (article, other)
) WITHOUT ROWID;
CREATE INDEX copy_other ON copy(other);
"""


_VERSION_5 = """
CREATE TABLE correction (
    article TEXT NOT NULL REFERENCES article(id) ON DELETE CASCADE, field TEXT NOT NULL,
    value TEXT NOT NULL, sha TEXT NOT NULL, PRIMARY KEY (article, field)
) WITHOUT ROWID;
"""


def _to_2(connection: sqlite3.Connection) -> None:
    """Add what sources say of themselves, and which file of several articles they are in.

    A row that does not match its checksum keeps its old one, so that what was damaged before is still found
    by `rag verify`.
    """
    run_script(connection, _VERSION_2)
    for *fields, sha in connection.execute(f"SELECT {_SOURCE_2}, sha FROM source").fetchall():
        if rows.checksum(*fields[:5]) == sha:
            connection.execute(
                "UPDATE source SET sha = ? WHERE path = ?", (rows.checksum(*fields), fields[0])
            )


def _to_3(connection: sqlite3.Connection) -> None:
    """Add what changed when, counts that need no counting, and the earlier texts of updated articles."""
    run_script(connection, _VERSION_3)


def _to_4(connection: sqlite3.Connection) -> None:
    """Add which articles are near-copies of each other, and what they are found by."""
    run_script(connection, _VERSION_4)
    stories.file_all(connection)


def _to_5(connection: sqlite3.Connection) -> None:
    """Add what was corrected of articles."""
    run_script(connection, _VERSION_5)


STEPS: dict[int, Step] = {2: _to_2, 3: _to_3, 4: _to_4, 5: _to_5}  # the version that a step leads to


def run_steps(connection: sqlite3.Connection, version: int, wanted: int) -> None:
    """Bring the tables from `version` to `wanted`, in the transaction that is open."""
    for number in sorted(one for one in STEPS if version < one <= wanted):
        STEPS[number](connection)
        connection.execute(f"PRAGMA user_version = {number}")


def run_script(connection: sqlite3.Connection, script: str) -> None:
    """Run statements that end in ";" and a line's end, in the transaction that is open."""
    for statement in script.split(";\n"):
        if statement.strip():
            connection.execute(statement)
