"""A library of an older version is copied and brought up, or stays as it was."""

import os
import shutil
import sqlite3
import subprocess
import sys

import pytest
from index_helpers import ENGLISH, ROOT, VIETNAMESE, run_python

from index import Library, migrate, schema, steps
from index.embed import HashEmbedder
from index.errors import CannotWrite, Damaged, Locked


def make_version_1(folder):
    """Write a library as version 1 had it: its tables, its rows, no counts and no list of changes."""
    news = folder.parent / "news"
    news.mkdir(exist_ok=True)
    (news / "bridge.txt").write_text(ENGLISH)
    (news / "cau.txt").write_text(VIETNAMESE)
    with Library.open(folder.parent / "new", HashEmbedder()) as library:
        library.add(news)
        digest = library.digest
    folder.mkdir()
    connection = sqlite3.connect(folder / schema.DATABASE)
    connection.execute("PRAGMA journal_mode = WAL")
    steps.run_script(connection, schema.TABLES)
    connection.execute("ATTACH ? AS new", (str(folder.parent / "new" / schema.DATABASE),))
    for table in ("article", "source", "passage", "sentence"):
        names = ", ".join(row[1] for row in connection.execute(f"PRAGMA main.table_info({table})"))
        connection.execute(f"INSERT INTO {table} SELECT {names} FROM new.{table}")
    connection.execute("INSERT INTO words (rowid, exact, folded) SELECT rowid, exact, folded FROM new.words")
    connection.execute(
        "INSERT INTO meta SELECT * FROM new.meta WHERE key IN ('generation', 'embedder', 'dim')"
    )
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()
    return digest


@pytest.fixture
def old(tmp_path):
    folder = tmp_path / "library"
    return folder, make_version_1(folder)


def version(path):
    connection = sqlite3.connect(path)
    try:
        return connection.execute("PRAGMA user_version").fetchone()[0]
    finally:
        connection.close()


def tables(path):
    connection = sqlite3.connect(path)
    try:
        return sorted(
            row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL")
        )
    finally:
        connection.close()


def test_version_1_is_copied_and_brought_up(old):
    folder, digest = old
    with Library.open(folder, HashEmbedder()) as library:
        assert library.digest == digest
        assert library.verify() == []
        assert library.search("bridge toll")[0].article.file == "bridge.txt"
        (folder.parent / "news" / "more.txt").write_text(ENGLISH.replace("120", "130"))
        assert library.add(folder.parent / "news").articles == 3
    assert version(folder / "corpus.db") == schema.VERSION
    copies = list(folder.glob("corpus.db.v1-*"))
    assert [version(copy) for copy in copies] == [1]
    assert not list(folder.glob(".*tmp*"))
    with Library.open(folder.parent / "fresh", HashEmbedder()):
        assert tables(folder.parent / "fresh" / "corpus.db") == tables(folder / "corpus.db")
    # The copy is a library too, and importing it gives the same.
    with Library.open(folder.parent / "again", HashEmbedder()) as again:
        assert again.import_(copies[0]).digest == digest
        assert again.verify() == []
    with Library.open(folder, HashEmbedder(), create=False):
        assert list(folder.glob("corpus.db.v1-*")) == copies


def add_step(monkeypatch, step):
    monkeypatch.setattr(schema, "VERSION", 3)
    monkeypatch.setattr(schema.check, "__defaults__", (3,))
    monkeypatch.setattr(schema.open_reader, "__defaults__", (3,))
    monkeypatch.setitem(steps.STEPS, 3, step)


def test_a_made_up_step_is_taken_after_the_others(old, monkeypatch):
    folder, digest = old
    seen = []

    def made_up(connection):
        seen.append(connection.execute("SELECT value FROM meta WHERE key = 'articles'").fetchone()[0])
        connection.execute("ALTER TABLE source ADD COLUMN mood TEXT")

    add_step(monkeypatch, made_up)
    with Library.open(folder, HashEmbedder()) as library:
        assert library.digest == digest
    assert seen == ["2"]
    assert version(folder / "corpus.db") == 3
    assert any("mood" in table for table in tables(folder / "corpus.db"))


@pytest.mark.parametrize("error", [sqlite3.OperationalError("disk is full"), OSError(5, "I/O error")])
def test_a_step_that_fails_leaves_the_library_as_it_was(old, monkeypatch, error):
    folder, digest = old
    before = tables(folder / "corpus.db")

    def broken(connection):
        connection.execute("DROP TABLE sentence")
        raise error

    with monkeypatch.context() as patched:
        add_step(patched, broken)
        with pytest.raises(CannotWrite, match=r"from version 1 to 3.*\n.*as it was"):
            Library.open(folder, HashEmbedder())
        assert version(folder / "corpus.db") == 1
        assert tables(folder / "corpus.db") == before
    with Library.open(folder, HashEmbedder()) as library:
        assert library.digest == digest
        assert library.verify() == []


def test_without_a_transaction_a_failing_step_would_leave_half(old, monkeypatch):
    """The control: the same step outside a transaction destroys the table, and the test would see it."""
    folder, _ = old
    before = tables(folder / "corpus.db")

    def broken(connection):
        connection.execute("COMMIT")
        connection.execute("DROP TABLE sentence")
        raise OSError(5, "I/O error")

    add_step(monkeypatch, broken)
    with pytest.raises(CannotWrite):
        Library.open(folder, HashEmbedder())
    assert tables(folder / "corpus.db") != before


def test_a_newer_version_is_refused_with_both_numbers(tmp_path):
    with Library.open(tmp_path, HashEmbedder()):
        pass
    connection = sqlite3.connect(tmp_path / "corpus.db")
    connection.execute("PRAGMA user_version = 9")
    connection.close()
    with pytest.raises(Damaged, match=rf"of version 9.*up to {schema.VERSION}\n.*newer program"):
        Library.open(tmp_path, HashEmbedder())


def test_who_holds_the_lock_is_named(old):
    folder, _ = old
    code = (
        "import sys, time; from index import lock; from pathlib import Path\n"
        "with lock.held(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    process = run_python(code, str(folder))
    try:
        assert process.stdout.readline() == "held\n"
        with pytest.raises(Locked, match=str(process.pid)):
            Library.open(folder, HashEmbedder())
    finally:
        process.kill()
        process.communicate()
    assert migrate.bring_up(folder)
    assert not migrate.bring_up(folder)


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX permissions")
def test_an_old_library_that_cannot_be_written_says_so(old):
    folder, _ = old
    code = (
        "import sys\nfrom index import Library\nfrom index.errors import CannotWrite\n"
        "try: Library.open(sys.argv[1])\nexcept CannotWrite as error: print(error)"
    )
    for one in (folder, *folder.iterdir()):
        one.chmod(0o555 if one.is_dir() else 0o444)
    command = [sys.executable, "-c", code, str(folder)]
    if os.geteuid() == 0:  # root may write anywhere
        if shutil.which("setpriv") is None:
            pytest.skip("root without setpriv cannot give up writing")
        for parent in folder.parents:
            if parent.stat().st_uid == 0 and str(parent).startswith(str(folder.parents[2])):
                parent.chmod(0o755)
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert "version 1" in done.stdout, done.stderr
    assert "rag stats" in done.stdout
