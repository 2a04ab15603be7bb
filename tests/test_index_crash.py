"""Killed at any moment, the library holds whole articles only and the next run finishes."""

import os
import random
import signal
import sqlite3
import time

import pytest
from index_helpers import ENGLISH, VIETNAMESE, run_python

from index import Library
from index.embed import HashEmbedder

SEED = int(os.environ.get("RAG_TEST_SEED", "20"))
KILLS = int(os.environ.get("RAG_TEST_KILLS", "12"))
FILES = 30

INDEX = """
import sys
from index import Library
from index.embed import HashEmbedder
with Library.open(sys.argv[1], HashEmbedder()) as library:
    print("open", flush=True)
    done = library.add(sys.argv[2])
    print(done.added + done.updated + done.unchanged, flush=True)
"""

# The control: the same writes, each its own transaction, with a moment between them as a slow disk has.
WITHOUT_TRANSACTIONS = (
    """
import sqlite3, time
from index.store import store
class Loose:
    def __init__(self, connection): self._c = connection
    in_transaction = False
    def __getattr__(self, name): return getattr(self._c, name)
    def execute(self, statement, *args):
        if statement.split()[0] in ("BEGIN", "COMMIT", "ROLLBACK"): return None
        time.sleep(0.0005)
        return self._c.execute(statement, *args)
original = store.Writer.__init__
def loose(self, *args, **options):
    original(self, *args, **options)
    self.connection = Loose(self.connection)
store.Writer.__init__ = loose
"""
    + INDEX
)


@pytest.fixture
def news(tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    for number in range(FILES):
        text = ENGLISH if number % 2 else VIETNAMESE
        (folder / f"{number:02}.txt").write_text(
            text.replace("120", str(1000 + number)) + f"\nRef {number} a.\n" * 9
        )
    return folder


def kill_somewhere(code, library, news, longest, chance):
    """Start indexing, kill it at a random time after it has opened the library."""
    process = run_python(code, str(library), str(news), start_new_session=True)
    try:
        assert process.stdout.readline() == "open\n", process.stderr.read()
        time.sleep(chance.uniform(0, longest))
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()


def half_articles(folder):
    """Return what an audit of every row finds, apart from the derived file being behind."""
    with Library.open(folder, HashEmbedder()) as library:
        return [one for one in library.verify() if "out of date" not in one]


def test_killed_anywhere(tmp_path, news):
    chance = random.Random(SEED)
    library = tmp_path / "library"
    started = time.monotonic()
    process = run_python(INDEX, str(tmp_path / "timing"), str(news))
    process.stdout.readline()
    opened = time.monotonic()
    out, err = process.communicate(timeout=120)
    assert out.strip() == str(FILES), err
    longest = time.monotonic() - opened
    assert opened > started
    seen = set()
    for number in range(KILLS):
        kill_somewhere(INDEX, library, news, longest, chance)
        assert half_articles(library) == [], f"kill {number} of seed {SEED}"
        with Library.open(library, HashEmbedder()) as opened_again:
            seen.add(len(opened_again.articles()))
            opened_again.search("bridge toll")
        if number % 3 == 2:  # so that updates are interrupted too
            for path in sorted(news.iterdir())[number::3]:
                path.write_text(path.read_text() + f"Again {number} more.\n")
    with Library.open(library, HashEmbedder()) as last:
        last.add(news)
        assert len(last.articles()) == FILES
        assert last.verify() == []
        digest = last.digest
    with Library.open(tmp_path / "afresh", HashEmbedder()) as fresh:
        fresh.add(news)
        assert fresh.digest == digest


COMPUTE = """
import os, signal, sys
from index import Library, intake
from index.embed import HashEmbedder
intake.GROUP = 1  # an article
class Dying(HashEmbedder):
    left = int(sys.argv[2])
    def passages(self, texts):
        self.left -= 1
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().passages(texts)
    def queries(self, texts):
        return HashEmbedder().passages(texts)
with Library.open(sys.argv[1], Dying()) as library:
    library.add(sys.argv[3])
"""


def test_killed_while_vectors_are_computed(tmp_path, news):
    """Each time after one article more: all are found by their words, and the next run goes on from there."""
    library = tmp_path / "library"
    waiting = []
    for count in (1, 0, 3, 2):
        process = run_python(COMPUTE, str(library), str(count), str(news))
        _, err = process.communicate(timeout=120)
        assert process.returncode == -signal.SIGKILL, err
        assert half_articles(library) == []
        with Library.open(library, HashEmbedder()) as opened:
            assert len(opened.articles()) == FILES
            assert opened.search("bridge 1015 million", 1)[0].article.file == "15.txt"
            waiting.append(sum(opened.sentence_vectors(one.id) is None for one in opened.articles()))
    assert waiting == [FILES - 1, FILES - 1, FILES - 4, FILES - 6]
    with (
        Library.open(library, HashEmbedder()) as last,
        Library.open(tmp_path / "afresh", HashEmbedder()) as fresh,
    ):
        assert last.add(news).waiting == 0
        assert last.verify() == []
        fresh.add(news)
        assert fresh.digest == last.digest


def test_the_audit_would_see_a_half_article(tmp_path, news):
    """The control: without transactions a kill leaves half an article, and the audit says so."""
    chance = random.Random(SEED)
    for number in range(20):
        library = tmp_path / f"loose{number}"
        kill_somewhere(WITHOUT_TRANSACTIONS, library, news, 1.0, chance)
        if half_articles(library):
            return
    pytest.fail("20 kills without transactions left no trace that the audit saw")


def test_a_full_disk_leaves_what_was_there(tmp_path, news):
    """No room (a limit on file size stands for it): an error with a fix, and the next run finishes."""
    code = (
        "import resource, signal, sys\n"
        "from index import Library\nfrom index.embed import HashEmbedder\nfrom index.errors import LibraryError\n"  # noqa: E501
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "library = Library.open(sys.argv[1], HashEmbedder())\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))\n"
        "try:\n    library.add(sys.argv[2])\nexcept LibraryError as error:\n    print(error.exit_code, error)\n"  # noqa: E501
    )
    library = tmp_path / "library"
    Library.open(library, HashEmbedder()).close()
    size = (library / "corpus.db").stat().st_size
    for room in (size, size + 60_000, size + 150_000):
        process = run_python(code, str(library), str(news), str(room))
        out, err = process.communicate(timeout=120)
        assert out.startswith(("73", "74")), (out, err[-600:])
        assert "Traceback" not in err
        assert half_articles(library) == []
    with Library.open(library, HashEmbedder()) as last:
        assert last.add(news).articles == FILES
        assert last.verify() == []


def test_sqlite_is_told_to_be_durable(tmp_path):
    from index.store import schema

    schema.create(tmp_path)
    connection = schema.open_writer(tmp_path)
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    connection.close()
    assert (
        sqlite3.connect(tmp_path / "corpus.db").execute("PRAGMA user_version").fetchone()[0] == schema.VERSION
    )
