"""A library that has grown, shrunk and changed gives what one made at once gives; adding loads nothing."""

import random

import numpy as np
import pytest
from index_helpers import ENGLISH, VIETNAMESE

from index import Library, intake, vectors
from index.embed import HashEmbedder
from index.records import Hit
from index.search import hybrid as search
from index.search import merge, view
from index.store import lookup, saved, store
from index.text.lang import detect

QUESTIONS = ("What did the bridge cost?", "phí qua cầu là bao nhiêu", "lorries toll mayor 2031", "harbour")


def text_of(number, version):
    base = ENGLISH if number % 2 else VIETNAMESE
    return base.replace("120", str(1000 + number)).replace("2030", str(2030 + version)) + (
        f"\nNumber {number} has version {version}. It names the harbour.\n" * (1 + number % 4)
    )


def write(folder, number, version):
    (folder / f"{number:02}.txt").write_text(text_of(number, version))


@pytest.fixture
def news(tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    return folder


def brute(library, question, k):
    """Search with every row read anew and every vector compared: the results that there must be."""
    asked = library.question_vectors(question)
    with library._reader.snapshot() as connection:
        keys = [row[0] for row in connection.execute("SELECT key FROM passage ORDER BY key")]
        pairs = {key: lookup.pair(connection, key) for key in keys}
        waiting = {row[0] for row in connection.execute("SELECT key FROM passage WHERE vector = x''")}
        ready = [key for key in keys if key not in waiting]
        stored = lookup.all_vectors(connection, len(ready), 64)
        index = vectors.ExactIndex(np.array(ready, dtype=np.int64), stored)
        place = {key: at for at, key in enumerate(ready)}
        allowed = {
            lang: search.Admitted(
                np.array([pairs[key][0].lang == lang for key in ready], dtype=bool),
                frozenset(key for key in waiting if pairs[key][0].lang == lang),
            )
            for lang in ("en", "vi")
        }

        def best_sentence(vector, some):
            result = {}
            for key in some:
                article, part = pairs[key]
                starts, known = lookup.spans(connection, [article.id], 64)[article.id]
                own = [
                    v @ vector[0] for s, v in zip(starts, known, strict=True) if part.start <= s < part.end
                ]
                if own:
                    result[key] = float(np.round(max(own), 6))
            return result

        found = search.run(connection, index, question, asked, k, allowed, place.get, best_sentence)
        hits = {
            lang: [Hit(*pairs[one.key], one.score, one.dense, one.lexical) for one in those]
            for lang, those in found.items()
        }
        return [(hit.passage.id, hit.score) for hit in merge.merged(hits, detect(question), k)]


def results(library, question, k=12):
    return [(hit.passage.id, hit.score) for hit in library.search(question, k)]


def same(mine, theirs):
    assert [name for name, _ in mine] == [name for name, _ in theirs]
    np.testing.assert_allclose([score for _, score in mine], [score for _, score in theirs], atol=2e-5)


@pytest.mark.parametrize("seed", range(4))
def test_grown_is_as_made_at_once(tmp_path, news, seed, monkeypatch):
    """A reader that follows every change, one opened afresh, and brute force agree after each step.

    Half the time vectors are left for later, and computed in any later step.
    """
    monkeypatch.setattr(saved, "MERGE_LEAST", 25)  # so that both sides of the rule are met
    monkeypatch.setattr(view, "_WASTE", 0.4)
    chance = random.Random(seed)
    loads = []
    original = view.View.load.__func__

    def load(cls, *args):
        loads.append(1)
        return original(cls, *args)

    monkeypatch.setattr(view.View, "load", classmethod(load))
    with (
        Library.open(tmp_path / "grown", HashEmbedder()) as grown,
        Library.open(tmp_path / "grown", HashEmbedder(), create=False) as reader,
    ):
        for number in range(6):
            write(news, number, 0)
        grown.add(news)
        reader.search("bridge")
        waited = 0
        for step in range(1, 13):
            what = chance.choice(("add", "update", "update", "remove", "copy"))
            at_once = chance.random() < 0.4
            there = sorted(news.iterdir())
            if what == "add" or len(there) < 4:
                write(news, 10 + step, 0)
                grown.add(news, compute=at_once)
            elif what == "update":
                write(news, int(chance.choice(there).stem[:2]), step)
                grown.add(news, compute=at_once)
            elif what == "copy":
                (news / f"{step:02}z.txt").write_text(chance.choice(there).read_text())
                grown.add(news, compute=at_once)
            else:
                gone = chance.choice(there)
                gone.unlink()
                assert grown.prune([news]) == [str(gone)]
            question = QUESTIONS[step % len(QUESTIONS)]
            same(results(reader, question), brute(grown, question, 12))
            assert grown.verify() == []
            waited += grown.counts()["waiting"] > 0
        assert 0 < waited < 12
        grown.compute()
        same(results(reader, "bridge"), brute(grown, "bridge", 12))
        following = len(loads)
        with (
            Library.open(tmp_path / "grown", HashEmbedder()) as afresh,
            Library.open(tmp_path / "once", HashEmbedder()) as once,
        ):
            once.add(news)
            assert once.digest == grown.digest == reader.digest
            for question in QUESTIONS:
                assert results(afresh, question) == results(reader, question)
        assert following < 8  # it followed; it did not load anew at each of twelve steps


def test_the_comparison_sees_a_view_that_does_not_follow(tmp_path, news, monkeypatch):
    """The control: a reader that takes nothing over is caught."""
    write(news, 1, 0)
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(news)
        library.search("bridge")
        monkeypatch.setattr(view.View, "_take_over", lambda *_: [])
        write(news, 3, 0)
        library.add(news)
        with pytest.raises((AssertionError, IndexError)):
            same(results(library, "bridge"), brute(library, "bridge", 12))


def test_adding_reads_nothing_of_what_is_there(tmp_path, news, monkeypatch):
    """Neither the view nor the vector file is touched by an addition that does not make a merge due."""
    for number in range(8):
        write(news, number, 0)
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(news)

    def never(*_):
        raise AssertionError("read the library")

    monkeypatch.setattr(view.View, "load", never)
    monkeypatch.setattr(view, "base", never)
    monkeypatch.setattr(lookup, "articles", never)
    monkeypatch.setattr(lookup, "briefs", never)
    statements = []
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library._reader._connection.set_trace_callback(statements.append)
        write(news, 9, 0)
        assert library.add(news / "09.txt").added == 1
        assert library.add(news / "09.txt").unchanged == 1
    assert not [one for one in statements if "count(" in one]
    with pytest.raises(AssertionError, match="read the library"):
        Library.open(tmp_path / "library", HashEmbedder()).search("bridge")


def test_a_reader_far_behind_loads_anew(tmp_path, news, monkeypatch):
    monkeypatch.setattr(store, "CHANGES_KEPT", 3)
    monkeypatch.setattr(view, "CHANGES_KEPT", 3)
    write(news, 1, 0)
    with (
        Library.open(tmp_path / "library", HashEmbedder()) as library,
        Library.open(tmp_path / "library", HashEmbedder()) as reader,
    ):
        library.add(news)
        reader.search("bridge")
        for number in range(2, 9):
            write(news, number, 0)
            library.add(news)
        with library._reader.snapshot() as connection:
            assert connection.execute("SELECT count(*) FROM change").fetchone()[0] == 3
        same(results(reader, "bridge toll"), brute(library, "bridge toll", 12))
        assert library.verify() == []


def test_several_articles_are_embedded_at_once(tmp_path, news):
    calls = []

    class Counting(HashEmbedder):
        def passages(self, texts):
            calls.append(len(texts))
            return super().passages(texts)

    for number in range(30):
        write(news, number, 0)
    with Library.open(tmp_path / "library", Counting()) as library:
        assert library.add(news).added == 30
        assert 1 < len(calls) < 8
        assert max(calls) < intake.GROUP + 100
        assert library.verify() == []
        for one in library.articles()[:3]:
            spans = [one.text[s.start : s.end] for s in library.sentences(one.id)]
            np.testing.assert_array_equal(library.sentence_vectors(one.id), HashEmbedder().passages(spans))


def test_texts_that_change_places_within_one_group(tmp_path, news):
    """What was stored when it was read may be gone when it is stored: it is embedded then."""
    (news / "a.txt").write_text(ENGLISH)
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(news)
        (news / "a.txt").write_text(ENGLISH.replace("120", "130"))
        (news / "b.txt").write_text(ENGLISH)
        done = library.add(news)
        assert (done.added, done.updated) == (1, 1)
        assert library.verify() == []
        assert len(library.passages("b.txt")) == len(library.passages("a.txt")) > 0


def test_the_counts_are_checked(tmp_path, news):
    write(news, 1, 0)
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(news)
        with store.Writer(library.folder) as writer:
            writer.connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'passages'")
        assert "were counted" in library.verify()[0]


def test_the_vocabulary_is_the_connections_own(tmp_path):
    """It is made for readers, and leaves nothing in the file."""
    library = Library.open(tmp_path / "library", HashEmbedder())
    with library, library._reader.snapshot() as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master")]
        assert "vocabulary" not in names
        assert connection.execute("SELECT count(*) FROM vocabulary").fetchone() == (0,)
