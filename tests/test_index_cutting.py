"""Libraries whose articles an older program cut into other passages."""

import sqlite3

import pytest
from index_helpers import ENGLISH, VIETNAMESE
from test_index_meaning import vectors_are_right

from index import Library
from index.embed import HashEmbedder
from index.text import passages

LONG = "The ferry\n\n" + " ".join(
    f"On day {n} the ferry carried {n * 7} people over the Lam." for n in range(1, 10)
)


@pytest.fixture
def news(tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "bridge.txt").write_text(ENGLISH)
    (folder / "cau.txt").write_text(VIETNAMESE)
    (folder / "long.txt").write_text(LONG)
    return folder


def made(folder, news):
    with Library.open(folder, HashEmbedder()) as library:
        library.add(news)
        library.correct("long.txt", title="The ferry's nine days")
    return folder


@pytest.fixture
def old(tmp_path, news, monkeypatch):
    """A library of three articles, cut into shorter passages by a program that does not say so."""
    with monkeypatch.context() as patch:
        patch.setattr(passages, "WINDOW", 3)
        folder = made(tmp_path / "old", news)
    with sqlite3.connect(folder / "corpus.db") as connection:
        connection.execute("DELETE FROM meta WHERE key = 'cut'")
    connection.close()
    with Library.open(folder, HashEmbedder()) as library:
        yield library


def cut(library):
    return {one.file: library.passages(one.id) for one in library.articles()}


def test_what_was_cut_otherwise_is_cut_anew(old, news, tmp_path):
    with Library.open(made(tmp_path / "new", news), HashEmbedder()) as new:
        assert (old.is_outdated, new.is_outdated) == (True, False)
        assert len(cut(old)["long.txt"]) > len(cut(new)["long.txt"]) > 1
        before = cut(old)
        old.rebuild()
        assert not old.is_outdated
        assert cut(old) == cut(new)
        changed = [parts for file, parts in cut(new).items() if parts != before[file]]
        assert 0 < len(changed) < len(before)
        assert old.counts() == {**new.counts(), "waiting": sum(map(len, changed))}
        assert old.verify() == []
        assert [hit.passage.id for hit in old.search("day 8 carried 56")][:1] == [
            hit.passage.id for hit in new.search("day 8 carried 56")
        ][:1]
        old.compute()
        assert vectors_are_right(old)
        assert (old.digest, old.counts()) == (new.digest, new.counts())
        assert all("nine days" in part.context for part in cut(old)["long.txt"])


def test_what_is_cut_alike_keeps_its_vectors(old):
    class Counting(HashEmbedder):
        texts = 0

        def passages(self, texts):
            self.texts += len(texts)
            return super().passages(texts)

    counting = Counting()
    with Library.open(old.folder, counting) as library:
        before = cut(library)
        library.rebuild()
        library.compute()
        changed = [one.id for one in library.articles() if cut(library)[one.file] != before[one.file]]
        wanted = sum(len(library.passages(name)) + len(library.sentences(name)) for name in changed)
        assert counting.texts == wanted > 0
        library.rebuild()
        library.compute()
        assert counting.texts == wanted


def test_vectors_anew_are_those_of_the_new_passages(old):
    old.rebuild(embed=True)
    assert vectors_are_right(old)
    assert not old.is_outdated


def test_a_stop_leaves_whole_articles_and_is_gone_on_with(old):

    def stop(stage, done, total):
        if stage == "passages" and done == total - 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        old.rebuild(progress=stop)
    assert old.is_outdated
    assert old.verify() == []
    old.rebuild()
    old.compute()
    assert not old.is_outdated
    assert vectors_are_right(old)


def test_an_empty_library_is_not_outdated(tmp_path):
    with Library.open(tmp_path / "empty", HashEmbedder()) as library:
        with sqlite3.connect(library.folder / "corpus.db") as connection:
            connection.execute("DELETE FROM meta WHERE key = 'cut'")
        connection.close()
        assert not library.is_outdated
