"""Libraries as earlier versions of the program wrote them."""

import json
import sqlite3

from index_helpers import ENGLISH, VIETNAMESE

from index import Library
from index.embed import HashEmbedder
from index.store import rows, schema, steps

# The tables of version 2 in the words of the program that made them at once, not by steps.
TABLES_2 = """
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

TABLES_3 = """
CREATE TABLE change (
    generation INTEGER NOT NULL, article TEXT NOT NULL, PRIMARY KEY (generation, article)
) WITHOUT ROWID;
CREATE TABLE earlier (
    path TEXT NOT NULL, article TEXT NOT NULL, replaced TEXT NOT NULL, title TEXT NOT NULL,
    text TEXT NOT NULL, sha TEXT NOT NULL, PRIMARY KEY (path, replaced, article)
) WITHOUT ROWID;
"""


def make(folder, version):
    """Write a library of `version` and return the digest that it has; its files are in `news` beside it.

    One of version 2 or 3 holds an article of a file of several, with an author.
    """
    news, new = folder.parent / "news", folder.parent / "new"
    news.mkdir(exist_ok=True)
    (news / "bridge.txt").write_text(ENGLISH)
    (news / "cau.txt").write_text(VIETNAMESE)
    if version > 1:
        story = {"id": "1", "title": "A ferry", "author": "Ann Lee", "text": "The ferry sank on Monday."}
        (news / "all.jsonl").write_text(json.dumps(story))
    with Library.open(new, HashEmbedder()) as library:
        library.add(news)
        digest = library.digest
    folder.mkdir()
    connection = sqlite3.connect(folder / schema.DATABASE)
    connection.execute("PRAGMA journal_mode = WAL")
    steps.run_script(connection, schema.TABLES if version == 1 else TABLES_2)
    connection.execute("ATTACH ? AS new", (str(new / schema.DATABASE),))
    tables = ("article", "source", "passage", "sentence")
    if version == 3:
        steps.run_script(connection, TABLES_3)
        tables += ("change", "earlier")
    for table in tables:
        names = ", ".join(row[1] for row in connection.execute(f"PRAGMA main.table_info({table})"))
        connection.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM new.{table}")
    connection.execute("INSERT INTO words (rowid, exact, folded) SELECT rowid, exact, folded FROM new.words")
    known = "'generation', 'embedder', 'dim'" + (", 'across'" if version > 1 else "")
    known += ", 'articles', 'passages', 'churn', 'log_from'" if version > 2 else ""
    connection.execute(f"INSERT INTO meta SELECT * FROM new.meta WHERE key IN ({known})")
    if version == 1:  # its checksums are over the columns that it has
        fields = "path, article, outlet, published, dated"
        for row in connection.execute(f"SELECT {fields} FROM source").fetchall():
            connection.execute("UPDATE source SET sha = ? WHERE path = ?", (rows.checksum(*row), row[0]))
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.commit()
    connection.close()
    return digest
