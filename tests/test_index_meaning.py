"""Vectors that follow the words: what is found meanwhile, who computes them, and what is left as it is."""

import sqlite3
import threading

import numpy as np
import pytest
from index_helpers import ENGLISH, VIETNAMESE

from index import Library, intake
from index.embed import HashEmbedder
from index.errors import Mismatch, Stopped
from index.search import hybrid as search
from index.search import view
from index.store import lock, rows, saved, store

LONGER = VIETNAMESE + "\nĐường hầm sẽ nối cảng với sân bay. Hầm xong năm 2030.\n"  # two passages


def text_of(number):
    return (ENGLISH if number % 2 else LONGER).replace("120", str(1000 + number))


@pytest.fixture
def news(tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.txt").write_text(text_of(number))
    return folder


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        yield library


@pytest.fixture
def waiting(library, news):
    """A library of six articles, none with vectors."""
    library.add(news, compute=False)
    return library


class Meddling(HashEmbedder):
    """Does something else before each group of texts that it embeds."""

    def __init__(self, meddle):
        super().__init__()
        self.meddle = meddle
        self.texts = []

    def passages(self, texts):
        self.meddle()
        self.texts += texts
        return super().passages(texts)

    def queries(self, texts):
        return HashEmbedder().passages(texts)


def found(library, question):
    return [(hit.passage.id, hit.score, hit.dense) for hit in library.search(question, 9)]


def vectors_are_right(library):
    for one in library.articles():
        texts = [one.text[span.start : span.end] for span in library.sentences(one.id)]
        np.testing.assert_array_equal(library.sentence_vectors(one.id), HashEmbedder().passages(texts))
    return library.counts()["waiting"] == 0 and library.verify() == []


def change(library, *statement):
    with sqlite3.connect(library.folder / "corpus.db") as connection:
        connection.execute(*statement)
    connection.close()


def test_words_find_what_has_no_vector_yet(waiting, news, tmp_path):
    assert waiting.counts() == {"articles": 6, "passages": 15, "waiting": 15}
    assert waiting.stats()["waiting"] == 15
    assert waiting.verify() == []
    (first, *others) = waiting.search("1003 million", 9)
    assert (first.article.file, first.score, first.dense) == ("3.txt", 1.0, None)
    assert others[0].score < 1.0
    assert waiting.search("xyzzy") == []
    assert waiting.search("bridge", since=first.article.published, lang="vi") == waiting.search(
        "bridge", lang="vi"
    )
    assert waiting.search("1003 million", outlet="none") == []
    assert waiting.sentence_vectors(first.article.id) is None
    before = waiting.digest
    waiting.compute()
    assert waiting.digest != before  # answers may change
    with Library.open(tmp_path / "once", HashEmbedder()) as once:
        once.add(news)
        assert once.digest == waiting.digest
        assert found(once, "bridge toll") == found(waiting, "bridge toll")
    assert vectors_are_right(waiting)


def test_a_passage_without_a_cosine_is_as_near_as_its_words_say():
    """By hand: a share of .3 / 1.3 for words; cosines from .8 (0) to .9 (1), BM25 of 4 at the best."""
    ranked = search.fuse({1: 0.9, 2: 0.8}, {2: 4.0, 3: 2.0}, 0.3)
    assert [(one.key, one.score, one.dense, one.lexical) for one in ranked] == [
        (1, round(1 / 1.3, 9), 0.9, None),
        (3, 0.5, None, 2.0),
        (2, round(0.3 / 1.3, 9), 0.8, 4.0),
    ]
    assert search.fuse({}, {}, 0.3) == []
    assert [one.score for one in search.fuse({}, {5: 2.0, 4: 2.0, 6: 0.0}, 0.1)] == [1.0, 1.0, 0.0]


def test_what_is_added_later_is_found_beside_what_has_vectors(library, news):
    library.add(news)
    (news / "new.txt").write_text(ENGLISH.replace("120", "777").replace("bridge", "ferry"))
    library.add(news, compute=False)
    hits = library.search("ferry 777", 9)
    assert (hits[0].article.file, hits[0].dense) == ("new.txt", None)
    assert any(hit.dense is not None for hit in hits)


def test_a_reader_follows_both_phases_without_loading_anew(waiting, news, monkeypatch):
    with Library.open(waiting.folder, HashEmbedder(), create=False) as reader:
        assert found(reader, "bridge toll") == found(waiting, "bridge toll")
        kept = reader._view
        monkeypatch.setattr(view.View, "load", lambda *_: pytest.fail("loaded anew"))
        waiting.compute()
        assert all(dense is not None for _, _, dense in found(reader, "bridge toll"))
        assert reader.sentence_vectors("1.txt") is not None
        (news / "1.txt").write_text(text_of(7))
        waiting.add(news, compute=False)
        assert {dense is None for _, _, dense in found(reader, "bridge toll")} == {True, False}
        assert reader.sentence_vectors("1.txt") is None
        assert reader._view is kept


def test_progress_of_both_phases(library, news, monkeypatch):
    monkeypatch.setattr(intake, "GROUP", 1)
    read, computed = [], []
    library.add(news, progress=lambda *now: read.append(now), computed=lambda *now: computed.append(now))
    assert [done for done, _, _ in read] == [0, 1, 2, 3, 4, 5, 6]
    assert computed == [(0, 15), (2, 15), (5, 15), (7, 15), (10, 15), (12, 15), (15, 15)]
    library.add(news, computed=lambda *_: pytest.fail("nothing was missing"))


def test_computing_stops_between_groups_and_goes_on(waiting, monkeypatch):
    monkeypatch.setattr(intake, "GROUP", 1)
    left = [waiting.counts()["waiting"]]
    for _ in range(6):
        turns = iter((False, True))
        waiting.compute(until=lambda turns=turns: next(turns))
        left.append(waiting.counts()["waiting"])
    assert left == [15, 13, 10, 8, 5, 3, 0]
    assert vectors_are_right(waiting)


def test_nothing_is_computed_for_a_reader(waiting):
    class Never(HashEmbedder):
        def passages(self, texts):
            pytest.fail("embedded")

        def queries(self, texts):
            return HashEmbedder().passages(texts)

    with Library.open(waiting.folder, Never(), create=False) as reader:
        assert reader.search("bridge")
        reader.stats()
    assert waiting.counts()["waiting"] == 15


def test_others_write_while_vectors_are_computed(waiting, news):
    """An article goes, another takes its keys, one is changed: no vector lands where it does not belong."""

    def meddle():
        embedder.meddle = lambda: None
        with Library.open(waiting.folder, HashEmbedder()) as other:
            other.remove(["5.txt", "4.txt"])
            (news / "0.txt").write_text(text_of(8))
            (news / "9.txt").write_text(text_of(9))
            assert other.add([news / "0.txt", news / "9.txt"], compute=False).updated == 1

    embedder = Meddling(meddle)
    with Library.open(waiting.folder, embedder) as computing:
        computing.compute()
        assert computing.counts()["waiting"] == 5  # what came meanwhile
        assert computing.verify() == []
        with computing._reader.snapshot() as connection:  # the keys were really used again
            keys = [row[0] for row in connection.execute("SELECT key FROM passage ORDER BY key")]
        assert keys[-1] <= 15
        computing.compute()
        assert vectors_are_right(computing)


def test_what_another_process_computes_is_waited_for_and_not_computed_twice(waiting, monkeypatch):
    monkeypatch.setattr(intake, "GROUP", 1)
    both_wait = threading.Barrier(2)

    def run(embedder):
        with Library.open(waiting.folder, embedder) as library:
            both_wait.wait()
            library.compute()

    embedders = [Meddling(lambda: None), Meddling(lambda: None)]
    threads = [threading.Thread(target=run, args=[one]) for one in embedders]
    with lock.held(waiting.folder, name=lock.COMPUTING):
        for one in threads:
            one.start()
        waiting.remove("5.txt")  # the store is not locked by it
    for one in threads:
        one.join()
    texts = embedders[0].texts + embedders[1].texts
    sentences = sum(len(waiting.sentences(one.id)) for one in waiting.articles())
    assert len(texts) == waiting.counts()["passages"] + sentences
    assert vectors_are_right(waiting)


def test_vectors_of_another_model_are_not_put_in(waiting):
    other = HashEmbedder(32, "other")

    def meddle():
        with Library.open(waiting.folder, other) as changed:
            changed.rebuild(embed=True)

    with (
        Library.open(waiting.folder, Meddling(meddle)) as library,
        pytest.raises(Mismatch, match=r"other@.*hash@"),
    ):
        library.compute()
    with Library.open(waiting.folder, other) as changed:
        assert changed.counts()["waiting"] == 0
        assert changed.verify() == []


@pytest.mark.parametrize("table", ["passage", "sentence"])
def test_a_lost_vector_is_told_from_one_that_is_not_computed_yet(waiting, table):
    assert waiting.verify() == []
    waiting.compute()
    change(waiting, f"UPDATE {table} SET vector = x'' WHERE start = 0")
    assert f"{table} " in (problems := "; ".join(waiting.verify()))
    assert "does not match its checksum" in problems


def test_half_an_article_is_seen(waiting):
    waiting.compute()
    with sqlite3.connect(waiting.folder / "corpus.db") as connection:
        key = connection.execute("SELECT article, start, end FROM sentence").fetchone()
    change(
        waiting,
        "UPDATE sentence SET vector = x'', sha = ? WHERE article = ? AND start = ?",
        (rows.checksum(*key, b""), *key[:2]),
    )
    assert waiting.verify() == [f"article {key[0]} has only some of its vectors"]


def test_the_number_that_waits_is_checked(waiting):
    change(waiting, "UPDATE meta SET value = 3 WHERE key = 'waiting'")
    assert waiting.verify() == ["15 passages without vectors, but 3 were counted"]


def test_what_is_damaged_gets_no_vector_that_would_hide_it(waiting):
    change(waiting, "UPDATE passage SET context = 'x' WHERE key = 2")
    before = waiting.verify()
    assert len(before) == 2  # its checksum, its words
    waiting.compute()
    assert waiting.counts()["waiting"] == 2  # the article that it is of
    assert waiting.verify() == before


def test_removed_updated_and_moved_while_it_waits(waiting, news):
    old = waiting.get("1.txt")
    (news / "1.txt").write_text(text_of(7))
    (news / "2.txt").rename(news / "2b.txt")
    done = waiting.add(news, compute=False)
    assert (done.added, done.updated, done.unchanged, done.waiting) == (0, 1, 5, 15)
    assert [one.text for one in waiting.history("1.txt")] == [old.text]
    waiting.remove("0.txt")
    assert waiting.counts() == {"articles": 5, "passages": 13, "waiting": 13}
    (news / "3.txt").unlink()
    assert len(waiting.prune([news])) == 2  # and the old name of the one that was moved
    assert waiting.counts() == {"articles": 4, "passages": 10, "waiting": 10}
    assert waiting.verify() == []
    waiting.compute()
    assert vectors_are_right(waiting)


def test_copies_hold_what_waits(waiting, tmp_path, news):
    out = waiting.export(tmp_path / "whole.rag")
    kept = waiting.snapshot()
    before = waiting.digest
    assert out.digest == kept.digest == before
    waiting.compute()
    after = waiting.digest
    with Library.open(tmp_path / "other", HashEmbedder()) as other:
        other.import_(tmp_path / "whole.rag")
        assert (other.digest, other.counts(), other.verify()) == (
            before, {"articles": 6, "passages": 15, "waiting": 15}, []
        )  # fmt: skip
        other.compute()
        assert other.digest == after
        assert vectors_are_right(other)
    waiting.restore(kept.path.stem)
    assert (waiting.digest, waiting.counts()["waiting"]) == (before, 15)
    assert waiting.add(news).waiting == 0
    assert waiting.digest == after


def test_rebuilding_with_vectors_missing(waiting, news):
    waiting.rebuild()
    assert (waiting.verify(), waiting.counts()["waiting"]) == ([], 15)
    waiting.compute(until=iter((False, True)).__next__)
    (news / "new.txt").write_text(text_of(9))
    waiting.add(news, compute=False)
    waiting.rebuild()
    assert len(saved.load(waiting.folder, waiting.embedder.id).index.ids) == 15
    waiting.rebuild(embed=True)
    assert vectors_are_right(waiting)


def test_the_saved_index_holds_what_has_vectors(waiting, monkeypatch):
    assert saved.load(waiting.folder, waiting.embedder.id) is None
    monkeypatch.setattr(intake, "GROUP", 1)
    monkeypatch.setattr(saved, "MERGE_LEAST", 4)
    sizes = []

    def look(done, total):
        known = saved.load(waiting.folder, waiting.embedder.id)
        sizes.append((done, len(known.index.ids) if known else 0))

    waiting.compute(look)
    assert sizes == [(0, 0), (2, 2), (5, 2), (7, 7), (10, 7), (12, 12), (15, 12)]
    assert waiting.verify() == []


def test_one_article_costs_one_transaction_more(library, news, monkeypatch):
    library.add(news)
    commits, original = [], store.Writer.__init__

    def traced(self, *rest, **options):
        original(self, *rest, **options)
        self.connection.set_trace_callback(lambda said: commits.append(said) if said == "COMMIT" else None)

    monkeypatch.setattr(store.Writer, "__init__", traced)
    (news / "new.txt").write_text(text_of(9))
    assert library.add(news / "new.txt").added == 1
    assert len(commits) == 2


@pytest.mark.parametrize("after", [False, True])
def test_a_stop_just_before_or_just_after_an_article_is_in_is_counted_right(
    library, news, monkeypatch, after
):
    calls, original = [], store.Writer.put

    def put(self, article):
        calls.append(article)
        if len(calls) == 3 and not after:
            raise KeyboardInterrupt
        original(self, article)
        if len(calls) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(store.Writer, "put", put)
    with pytest.raises(Stopped) as caught:
        library.add(news)
    done = caught.value.done
    assert done.added == done.articles == len(library.articles()) == (3 if after else 2)
