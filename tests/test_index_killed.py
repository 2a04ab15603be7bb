"""Whatever is being done to a library when it is killed, nothing acknowledged is lost and nothing is half."""

import os

from eval import kill_library

SEED = int(os.environ.get("RAG_TEST_SEED", "20"))
KILLS = int(os.environ.get("RAG_TEST_KILLS", "24"))  # about a second each


def test_killed_during_any_step(tmp_path):
    tally = kill_library.run(tmp_path, KILLS, SEED)
    assert tally.problems == []
    assert tally.steps > KILLS
    assert len(tally.cut) > 3, tally.cut


def test_without_transactions_the_check_fails(tmp_path):
    """The control: the same steps and the same check, each statement on its own."""
    tally = kill_library.run(tmp_path, 100, SEED, loose=True, stop_early=True)  # the first few are enough
    assert tally.problems


def test_an_article_that_was_lost_is_seen(tmp_path):
    """The control of the other half of the check: sound rows, but not those that were acknowledged."""
    from index import Library
    from index.embed import HashEmbedder

    (tmp_path / "1.txt").write_text(kill_library.text_of("1.txt", "123"))
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(tmp_path / "1.txt")
    held = {"1.txt": "123"}
    lost = {**held, "2.txt": "456"}
    for step in ("nothing", "remove"):
        assert kill_library._check(tmp_path / "library", held, held, step) == ([], held)
        assert kill_library._check(tmp_path / "library", lost, lost, step)[0]
