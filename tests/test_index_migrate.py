"""A library of an older version is copied and brought up, or stays as it was."""

import itertools
import os
import shutil
import sqlite3
import subprocess
import sys

import old_libraries
import pytest
from index_helpers import ENGLISH, ROOT, run_python, unable_to_write

from index import Library
from index.embed import HashEmbedder
from index.errors import CannotWrite, Damaged, Locked
from index.store import migrate, schema, steps

NEXT = schema.VERSION + 1


@pytest.fixture(params=[1, 2, 3])
def old(tmp_path, request):
    """Return the folder of a library of an older version, its version and its digest."""
    folder = tmp_path / "library"
    return folder, request.param, old_libraries.make(folder, request.param)


def articles(version):
    """How many articles a library of old_libraries holds."""
    return 2 if version == 1 else 3  # that of version 1 has no file of several


def version(path):
    connection = sqlite3.connect(path)
    try:
        return connection.execute("PRAGMA user_version").fetchone()[0]
    finally:
        connection.close()


def tables(path):
    """Return every table and index with its columns: how the statements are written does not matter."""
    connection = sqlite3.connect(path)
    try:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE sql NOT NULL")]
        return {
            name: connection.execute(f"PRAGMA table_info({name})").fetchall()
            or connection.execute(f"PRAGMA index_info({name})").fetchall()
            for name in names
        }
    finally:
        connection.close()


def test_an_older_version_is_copied_and_brought_up(old):
    folder, before, digest = old
    with Library.open(folder, HashEmbedder()) as library:
        assert library.digest == digest
        assert library.verify() == []
        assert library.search("bridge toll")[0].article.file == "bridge.txt"
        (folder.parent / "news" / "more.txt").write_text(ENGLISH.replace("120", "130"))
        done = library.add(folder.parent / "news")
        assert (done.added, done.updated, done.unchanged) == (1, 0, articles(before))
        if before > 1:
            assert library.get("all.jsonl#1").authors == ("Ann Lee",)
            assert len(library.remove("all.jsonl")) == 1
        assert library.verify() == []
    assert version(folder / "corpus.db") == schema.VERSION
    copies = list(folder.glob(f"corpus.db.v{before}-*"))
    assert [version(copy) for copy in copies] == [before]
    assert not list(folder.glob(".*tmp*"))
    with Library.open(folder.parent / "fresh", HashEmbedder()):
        assert tables(folder.parent / "fresh" / "corpus.db") == tables(folder / "corpus.db")
    # The copy is a library too, and importing it gives the same.
    with Library.open(folder.parent / "again", HashEmbedder()) as again:
        assert again.import_(copies[0]).digest == digest
        assert again.verify() == []
    with Library.open(folder, HashEmbedder(), create=False):
        assert list(folder.glob(f"corpus.db.v{before}-*")) == copies


def add_step(monkeypatch, step):
    monkeypatch.setattr(schema, "VERSION", NEXT)
    monkeypatch.setattr(schema.check, "__defaults__", (NEXT,))
    monkeypatch.setattr(schema.open_reader, "__defaults__", (NEXT,))
    monkeypatch.setitem(steps.STEPS, NEXT, step)


def test_a_made_up_step_is_taken_after_the_others(old, monkeypatch):
    folder, before, digest = old
    seen = []

    def made_up(connection):
        seen.append(connection.execute("SELECT value FROM meta WHERE key = 'articles'").fetchone()[0])
        connection.execute("ALTER TABLE source ADD COLUMN mood TEXT")

    add_step(monkeypatch, made_up)
    with Library.open(folder, HashEmbedder()) as library:
        assert library.digest == digest
    assert seen == [str(articles(before))]
    assert version(folder / "corpus.db") == NEXT
    assert "mood" in [column[1] for column in tables(folder / "corpus.db")["source"]]


@pytest.mark.parametrize("error", [sqlite3.OperationalError("disk is full"), OSError(5, "I/O error")])
def test_a_step_that_fails_leaves_the_library_as_it_was(old, monkeypatch, error):
    folder, before, digest = old
    held = tables(folder / "corpus.db")

    def broken(connection):
        connection.execute("DROP TABLE sentence")
        raise error

    with monkeypatch.context() as patched:
        add_step(patched, broken)
        with pytest.raises(CannotWrite, match=rf"from version {before} to {NEXT}.*\n.*as it was"):
            Library.open(folder, HashEmbedder())
        assert version(folder / "corpus.db") == before
        assert tables(folder / "corpus.db") == held
    with Library.open(folder, HashEmbedder()) as library:
        assert library.digest == digest
        assert library.verify() == []


def test_without_a_transaction_a_failing_step_would_leave_half(old, monkeypatch):
    """The control: the same step outside a transaction destroys the table, and the test would see it."""
    folder, _, _ = old
    held = tables(folder / "corpus.db")

    def broken(connection):
        connection.execute("COMMIT")
        connection.execute("DROP TABLE sentence")
        raise OSError(5, "I/O error")

    add_step(monkeypatch, broken)
    with pytest.raises(CannotWrite):
        Library.open(folder, HashEmbedder())
    assert tables(folder / "corpus.db") != held


def test_a_newer_version_is_refused_with_both_numbers(tmp_path):
    with Library.open(tmp_path, HashEmbedder()):
        pass
    connection = sqlite3.connect(tmp_path / "corpus.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(Damaged, match=rf"of version 99.*up to {schema.VERSION}\n.*newer program"):
        Library.open(tmp_path, HashEmbedder())


def test_who_holds_the_lock_is_named(old):
    folder, _, _ = old
    code = (
        "import sys, time; from index.store import lock; from pathlib import Path\n"
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
    folder, before, _ = old
    code = (
        "import sys\nfrom index import Library\nfrom index.errors import CannotWrite\n"
        "try: Library.open(sys.argv[1])\nexcept CannotWrite as error: print(error)"
    )
    for one in (folder, *folder.iterdir()):
        one.chmod(0o555 if one.is_dir() else 0o444)
    command = [sys.executable, "-c", code, str(folder)]
    done = subprocess.run(
        unable_to_write(command, folder), cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert f"version {before}" in done.stdout, done.stderr
    assert "rag stats" in done.stdout


def test_damage_from_before_is_not_hidden(old):
    folder, _, _ = old
    connection = sqlite3.connect(folder / "corpus.db")
    connection.execute("UPDATE source SET outlet = 'Forged' WHERE path LIKE '%bridge.txt'")
    connection.commit()
    connection.close()
    with Library.open(folder, HashEmbedder()) as library:
        assert [problem for problem in library.verify() if "bridge.txt does not match" in problem]


def test_killed_anywhere_it_leaves_a_library(old):
    """Ended at each statement in turn, and while the copy is written: whole before, whole after."""
    folder, before, digest = old
    data = (folder / "corpus.db").read_bytes()
    for number in (*range(-1, 40), *range(40, 2000, 25)):  # filing for near-copies takes many statements
        shutil.rmtree(folder)
        folder.mkdir()
        (folder / "corpus.db").write_bytes(data)
        ended = os.waitstatus_to_exitcode(os.waitpid(migrate_and_die(folder, number), 0)[1])
        with Library.open(folder, HashEmbedder()) as library:
            assert library.digest == digest
            library.rebuild()
            assert library.verify() == []
        if ended == 0:
            break
        assert ended == 9
    assert ended == 0
    assert number > {1: 20, 2: 8, 3: 5}[before]


def test_without_its_transaction_a_kill_would_leave_half_a_library(old):
    """The control of the sweep above."""
    folder, before, _ = old
    os.waitpid(migrate_and_die(folder, {1: 6, 2: 3, 3: 3}[before], loose=True), 0)
    with pytest.raises(CannotWrite, match=r"duplicate column|already exists"):
        Library.open(folder, HashEmbedder())


class Loose:
    """A connection that commits each statement."""

    in_transaction = False

    def __init__(self, connection):
        self._connection = connection

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def execute(self, statement, *rest):
        if statement.split()[0] not in ("BEGIN", "COMMIT"):
            return self._connection.execute(statement, *rest)
        return None


def migrate_and_die(folder, number, loose=False):
    """Open the library in a process that ends at statement `number` of the migration, -1: in the copy."""
    pid = os.fork()
    if pid:
        return pid
    apply, count = migrate._apply, itertools.count()

    def traced(connection, version):
        connection.set_trace_callback(lambda _: next(count) == number and os._exit(9))
        apply(Loose(connection) if loose else connection, version)

    if number == -1:
        os.fsync = lambda _: os._exit(9)
    migrate._apply = traced
    try:
        Library.open(folder, HashEmbedder())
    finally:
        os._exit(0)
