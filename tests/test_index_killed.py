"""Whatever is being done to a library when it is killed, nothing acknowledged is lost and nothing is half."""

import os
import sqlite3

from eval.bench import kill_child, kill_library

SEED = int(os.environ.get("RAG_TEST_SEED", "20"))
KILLS = int(os.environ.get("RAG_TEST_KILLS", "24"))  # about a second each


def test_killed_during_any_step(tmp_path):
    tally = kill_library.run(tmp_path, KILLS, SEED)
    assert tally.problems == []
    assert tally.steps  # how many are done between kills is up to the machine
    assert len(tally.cut) > 3, tally.cut
    assert tally.waiting > KILLS // 10  # struck between the text of an article and its vectors


def test_without_transactions_the_check_fails(tmp_path):
    """The control: the same steps and the same check, each statement on its own."""
    tally = kill_library.run(tmp_path, 100, SEED, loose=True, stop_early=True)  # the first few are enough
    assert tally.problems


def test_an_article_that_was_lost_is_seen(tmp_path):
    """The control of the other half of the check: sound rows, but not those that were acknowledged."""
    from index import Library
    from index.embed import HashEmbedder

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
    from index import Library
    from index.embed import HashEmbedder
    from index.store import rows

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
