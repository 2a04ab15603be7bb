"""What was taken out of a library and put back is as it was: rows, history, corrections, near-copies."""

import sqlite3

import pytest
from index_helpers import ENGLISH, VIETNAMESE

from index import Library
from index.embed import HashEmbedder
from index.errors import InTheWay, Mismatch, NotFound

NEWER = ENGLISH.replace("120 million", "130 million")


@pytest.fixture
def library(tmp_path):
    news = tmp_path / "news"
    (news / "copy").mkdir(parents=True)
    (news / "bridge.txt").write_text(ENGLISH)
    (news / "cau.txt").write_text(VIETNAMESE)
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(news)
        (news / "bridge.txt").write_text(NEWER)  # so there is a history
        (news / "copy" / "again.txt").write_text(NEWER)  # the same article in two files
        (news / "near.txt").write_text(NEWER.replace("opens its third", "opens the third"))
        library.add(news)
        library.correct("bridge.txt", title="The third bridge is open", date="2021-05")
        yield library


def rows(library):
    """Return every row but the keys that SQLite gives, and the counts that only grow."""
    with sqlite3.connect(library.folder / "corpus.db") as connection:
        found = {
            table: sorted(map(repr, connection.execute(f"SELECT {columns} FROM {table}")))
            for table, columns in {
                "article": "*", "source": "*", "sentence": "*", "correction": "*", "earlier": "*",
                "copy": "*",
                "bucket": "*",
                "passage": "id, article, start, end, lang, kind, context, vector, sha",
                "words": "exact, folded",
            }.items()
        }  # fmt: skip
        meta = dict(connection.execute("SELECT key, value FROM meta"))
    return found, {key: meta[key] for key in ("articles", "passages", "waiting", "copies")}


def test_an_article_comes_back_whole(library):
    name = library.get("bridge.txt").id
    before, digest, found = rows(library), library.digest, library.search("who pays the toll", 9)
    assert len(library.history(name)) == 1
    assert len(library.groups([name])[name]) == 2
    kept = library.take_out([name])
    assert [one.id for one in kept.articles] == [name]
    with pytest.raises(NotFound):
        library.get(name)
    assert library.verify() == []
    assert name not in {hit.article.id for hit in library.search("who pays the toll", 9)}
    assert rows(library)[0]["earlier"] == []  # nothing of it is left behind
    library.put_back(kept)
    assert rows(library) == before
    assert library.digest == digest
    assert library.search("who pays the toll", 9) == found
    assert library.verify() == []


def test_what_waits_for_its_vectors_goes_on_waiting(tmp_path):
    (tmp_path / "bridge.txt").write_text(ENGLISH)
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(tmp_path / "bridge.txt", compute=False)
        waiting = library.counts()["waiting"]
        kept = library.take_out(["bridge.txt"])
        assert library.counts()["waiting"] == 0
        library.put_back(kept)
        assert library.counts()["waiting"] == waiting > 0
        library.compute()
        assert library.verify() == []
        assert library.search("toll", 1)[0].dense is not None


@pytest.mark.parametrize("text", [NEWER, VIETNAMESE.replace("120", "121")], ids=["the same", "another"])
def test_what_was_added_again_is_not_overwritten(library, tmp_path, text):
    kept = library.take_out([library.get("bridge.txt").id])
    (tmp_path / "news" / "bridge.txt").write_text(text)
    library.add(tmp_path / "news" / "bridge.txt")
    before = rows(library)
    with pytest.raises(InTheWay, match="was added again"):
        library.put_back(kept)
    assert rows(library) == before


def test_vectors_of_another_model_are_not_put_back(library, tmp_path):
    kept = library.take_out([library.get("bridge.txt").id])
    with Library.open(library.folder, HashEmbedder(32)) as other:
        other.rebuild(embed=True)
        with pytest.raises(Mismatch, match=r"hash@0{10}40.*hash@0{10}20"):
            other.put_back(kept)
        assert other.verify() == []


def test_all_or_none_is_taken_out(library):
    before = rows(library)
    with pytest.raises(NotFound):
        library.take_out([library.get("bridge.txt").id, "no such article"])
    assert rows(library) == before


def test_pruning_leaves_what_was_uploaded_into_the_librarys_own_folder(library, tmp_path):
    folder = library.folder / "uploads"
    folder.mkdir()
    (folder / "own.txt").write_text(ENGLISH.replace("third", "fourth"))
    library.add(folder / "own.txt")
    (folder / "own.txt").unlink()
    (tmp_path / "news" / "cau.txt").unlink()
    assert library.prune([tmp_path]) == [str(tmp_path / "news" / "cau.txt")]
    assert library.get("own.txt").title.startswith("Harbour City opens its fourth")


def test_the_catalogue_says_of_every_article_what_the_article_says(library):
    entries = {one.id: one for one in library.catalogue()}
    assert len(entries) == 3
    for one in library.articles():
        entry = entries[one.id]
        assert (entry.title, entry.outlet, entry.lang) == (one.title, one.outlet, one.lang)
        assert (entry.file, entry.published, entry.dated) == (one.file, one.published, one.dated)
        assert entry.passages == len(library.passages(one.id))
        assert entry.corrected == tuple(field.field for field in one.corrections)
    library.correct("cau.txt", outlet="Báo Cảng")
    assert {one.outlet for one in library.catalogue()} == {None, "Báo Cảng"}


@pytest.mark.parametrize(
    ("words", "files"),
    [
        ("bridge", {"again.txt", "bridge.txt", "near.txt"}),
        ("BRIDGE tunn", {"again.txt", "bridge.txt", "near.txt"}),
        ("cau", {"cau.txt"}),
        ("cầu", {"cau.txt"}),
        ("cẩu", set()),
        ("bridge cầu", set()),
        ("khánh thành", {"cau.txt"}),
        ('" OR NEAR( *', set()),
    ],
)
def test_articles_are_found_by_words_of_their_titles_and_texts(library, words, files):
    found = library.having(words)
    assert {one.file for one in library.catalogue() if one.id in found} <= files
    assert bool(found) == bool(files)
    assert library.having("… -") is None


def test_long_steps_tell_how_far_they_are(library):
    told = []
    assert library.verify(lambda *said: told.append(said)) == []
    assert told[0][:2] == ("checking", 0)
    library.rebuild(embed=True, progress=lambda *said: told.append(said))
    assert ("near-copies", 2, 3) in told
    assert ("vectors", 0, 3) in told
    assert all(0 <= done <= every for _, done, every in told)


def test_a_rebuild_that_is_stopped_changes_nothing(library):
    before = rows(library)

    def stop(what, done, _):
        if (what, done) == ("near-copies", 1):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.rebuild(progress=stop)
    assert rows(library) == before
    assert library.verify() == []
