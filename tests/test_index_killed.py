"""Whatever is being done to a library when it is killed, nothing acknowledged is lost and nothing is half."""

import contextlib
import os
import random
import sqlite3
import subprocess
import sys
import time

import pytest

from eval.bench import kill_child, kill_library
from index import Library
from index.embed import HashEmbedder
from index.errors import Damaged, NotFound
from index.store import rows, schema

SEED = int(os.environ.get("RAG_TEST_SEED", "20"))
KILLS = int(os.environ.get("RAG_TEST_KILLS", "24"))  # about a second each


def test_killed_during_any_step(tmp_path):
    tally = kill_library.run(tmp_path, KILLS, SEED)
    assert tally.problems == []
    assert tally.steps  # how many are done between kills is up to the machine
    assert len(tally.cut) > 1, tally.cut  # and so is which of them are cut
    assert tally.waiting > KILLS // 10  # struck between the text of an article and its vectors


def test_without_transactions_the_check_fails(tmp_path):
    """The control: the same steps and the same check, each statement on its own."""
    tally = kill_library.run(tmp_path, 100, SEED, loose=True, stop_early=True)  # the first few are enough
    assert tally.problems


MAKE = """
import sys
from pathlib import Path
from index.store import schema
print("begins", flush=True)
schema.create(Path(sys.argv[1]))
print("done", flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def making(folder):
    """Start a process that makes a library, and wait until it begins."""
    with subprocess.Popen(
        [sys.executable, "-c", MAKE, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout.readline() == b"begins\n"
        yield child
        child.kill()


def test_killed_while_it_is_made(tmp_path):
    with making(tmp_path / "whole") as child:
        begun = time.monotonic()
        assert child.stdout.readline() == b"done\n"
        takes = time.monotonic() - begun
    chance, cut = random.Random(SEED), 0
    for number in range(KILLS):
        folder = tmp_path / str(number)
        with making(folder) as child:
            time.sleep(chance.uniform(0, takes))
            child.kill()
            cut += b"done" not in child.stdout.read()
        with Library.open(folder, HashEmbedder()) as library:
            assert (library.counts()["articles"], library.verify()) == (0, [])
    assert cut


@pytest.mark.parametrize("left", ["empty file", "header only", "tables that were not committed"])
def test_what_a_kill_leaves_of_a_library_that_was_being_made_is_none(tmp_path, left):
    """As above, each state that a kill may leave by itself, whatever the machine is quick at."""
    database = tmp_path / schema.DATABASE
    database.touch()
    if left != "empty file":
        script = "import os, sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None);"
        script += " db.execute('PRAGMA journal_mode = WAL');"
        if left != "header only":
            script += " db.execute('BEGIN'); db.execute('CREATE TABLE meta (key TEXT)');"
        subprocess.run([sys.executable, "-c", f"{script} os._exit(0)", database], check=True)
    with pytest.raises(NotFound, match="no library in"):
        Library.open(tmp_path, HashEmbedder(), create=False).counts()
    with Library.open(tmp_path, HashEmbedder()) as library:
        assert (library.counts()["articles"], library.verify()) == (0, [])


def test_a_database_of_something_else_is_not_taken_for_one(tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / schema.DATABASE)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(Damaged, match="is not a library"):
        Library.open(tmp_path, HashEmbedder())


OPEN = """
import sys
from index import Library
print("ready", flush=True)
sys.stdin.readline()
Library.open(sys.argv[1])
"""


def test_two_that_make_the_same_library_at_once_both_have_it(tmp_path):
    for number in range(5):
        many = [
            subprocess.Popen(
                [sys.executable, "-c", OPEN, str(tmp_path / str(number))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            for _ in range(3)
        ]
        assert {child.stdout.readline() for child in many} == {b"ready\n"}
        for child in many:
            child.stdin.write(b"now\n")
            child.stdin.flush()
        for child in many:
            child.communicate()
        assert [child.returncode for child in many] == [0] * len(many)


def test_an_article_that_was_lost_is_seen(tmp_path):
    """The control of the other half of the check: sound rows, but not those that were acknowledged."""
    (tmp_path / "1.txt").write_text(kill_child.text_of("1.txt", "123"))
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(tmp_path / "1.txt")
    held = {"1.txt": "123"}
    lost = {**held, "2.txt": "456"}
    for step in ("nothing", "remove"):
        assert kill_library._check(tmp_path / "library", held, held, step) == ([], held)
        assert kill_library._check(tmp_path / "library", lost, lost, step)[0]


def test_a_vector_of_another_text_is_seen(tmp_path):
    """The control of the last look: a vector that fits its checksum, and not its sentence."""
    (tmp_path / "1.txt").write_text(kill_child.text_of("1.txt", "123"))
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(tmp_path / "1.txt")
    assert kill_library.finish(tmp_path / "library") == []
    with sqlite3.connect(tmp_path / "library" / "corpus.db") as connection:
        article, start, end = connection.execute("SELECT article, start, end FROM sentence").fetchone()
        other = rows.to_blob(HashEmbedder().passages(["something else"])[0])
        connection.execute(
            "UPDATE sentence SET vector = ?, sha = ? WHERE article = ? AND start = ?",
            (other, rows.checksum(article, start, end, other), article, start),
        )
    assert kill_library.finish(tmp_path / "library") == [
        "the vectors of 1.txt are not those of its sentences"
    ]
