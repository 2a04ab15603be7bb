"""Files into the store: several articles embedded at once, files of several articles, files that break."""

import itertools
import json
import os
import shutil
from pathlib import Path

import pytest
from index_helpers import ENGLISH, VIETNAMESE

from index import Library, intake, readers
from index.embed import HashEmbedder
from index.errors import BadArticle
from index.readers import Source
from index.store import store


class Counting(HashEmbedder):
    """Remembers how many texts it was given at once."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def passages(self, texts):
        self.calls.append(len(texts))
        return super().passages(texts)

    def queries(self, texts):
        return HashEmbedder().passages(texts)


@pytest.fixture
def model():
    return Counting()


@pytest.fixture
def library(tmp_path, model):
    with Library.open(tmp_path / "library", model) as library:
        yield library


@pytest.fixture
def news(tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    return folder


def write(path, stories):
    """Write a file of several articles, {id: text}."""
    lines = [json.dumps({"id": key, "title": "News", "text": text}) for key, text in stories.items()]
    path.write_text("\n".join(lines))


def story(number):
    return f"Ship {number} came to the harbour on Monday with {number} tonnes of salt, said its captain."


def held(library):
    return {one.file.split("#")[-1]: one.text for one in library.articles()}


@pytest.mark.parametrize("group", [1, 7, 256])
def test_a_file_of_several_is_followed_whatever_is_embedded_at_once(library, news, model, monkeypatch, group):
    monkeypatch.setattr(intake, "GROUP", group)
    stories = {str(number): story(number) for number in range(12)}
    write(news / "all.jsonl", stories)
    (news / "z.txt").write_text(ENGLISH)
    assert library.add(news).added == 13
    assert max(model.calls) <= group + 24
    (news / "z.txt").unlink()
    model.calls.clear()
    assert library.add(news).unchanged == 12
    assert model.calls == []
    changed = {
        "12": story(12),
        **{key: text for key, text in stories.items() if key not in "3 4"},
        "5": story(99),
    }
    write(news / "all.jsonl", changed)
    done = library.add(news / "all.jsonl")
    assert (done.added, done.updated, done.unchanged, done.articles) == (1, 1, 9, 12)
    assert held(library) == {**changed, "z.txt": library.get("z.txt").text}
    assert library.verify() == []


def test_an_article_that_gets_another_name_in_its_file_is_not_embedded_again(library, news, model):
    write(news / "all.jsonl", {"1": story(1), "2": story(2)})
    library.add(news)
    model.calls.clear()
    write(news / "all.jsonl", {"one": story(1), "2": story(2)})
    library.add(news)
    assert held(library) == {"one": story(1), "2": story(2)}
    assert model.calls == []


def test_readers_learn_what_has_left_a_file_and_its_history_goes(library, news):
    write(news / "all.jsonl", {"1": story(1), "2": story(2)})
    library.add(news)
    write(news / "all.jsonl", {"1": story(11), "2": story(2)})
    library.add(news)
    with Library.open(library.folder, HashEmbedder(), create=False) as reader:
        assert "Ship 11" in reader.search("ship 11 salt", 1)[0].passage.text
        assert [one.text for one in reader.history("all.jsonl#1")] == [story(1)]
        kept = reader._view
        write(news / "all.jsonl", {"2": story(2)})
        library.add(news)
        assert {hit.article.file for hit in reader.search("ship 11 salt", 9)} == {"all.jsonl#2"}
        assert reader._view is kept  # it followed
    with library._reader.snapshot() as connection:
        assert connection.execute("SELECT count(*) FROM earlier").fetchone() == (0,)
    assert library.verify() == []


class Fake:
    """A reader in this process: three articles of any file."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def problems(self):
        return []

    def read(self, path):
        for part, number in {"1": 1, "2": 22, "5": 5}.items():
            yield Source(story(number), {"title": "News"}, part)


class Breaking(Fake):
    """Reads two articles of any file and then no further."""

    def read(self, path):
        for number in (1, 50):
            yield Source(story(number), {"title": "News"}, str(number))
        raise BadArticle("its reader crashed on it")


def test_a_file_that_fails_midway_leaves_the_rest_as_it_was(library, news, monkeypatch):
    write(news / "all.jsonl", {"1": story(1), "2": story(2), "3": story(3)})
    library.add(news)
    monkeypatch.setattr(readers, "Reading", Breaking)
    done = library.add(news)
    assert (done.added, done.unchanged, [one.reason for one in done.skipped]) == (
        1, 1, ["its reader crashed on it"]
    )  # fmt: skip
    assert held(library) == {"1": story(1), "2": story(2), "3": story(3), "50": story(50)}


def add_and_die(folder, path, number):
    """Add `path` in a process that ends at statement `number` of its writer."""
    pid = os.fork()
    if pid:
        return pid
    original, count = store.Writer.__init__, itertools.count()

    def traced(self, *rest):
        original(self, *rest)
        self.connection.set_trace_callback(lambda _: next(count) == number and os._exit(9))

    store.Writer.__init__ = traced
    readers.Reading = Fake
    try:
        with Library.open(folder, HashEmbedder()) as library:
            library.add(path)
    finally:
        os._exit(0)


def test_killed_anywhere_each_article_of_a_file_is_as_before_or_as_after(tmp_path, news, monkeypatch):
    """Of three articles one stays, one changes, one goes, and a fourth comes."""
    before = {"1": story(1), "2": story(2), "3": story(3)}
    after = {"1": story(1), "2": story(22), "5": story(5)}
    write(news / "all.jsonl", before)
    with Library.open(tmp_path / "first", HashEmbedder()) as library:
        library.add(news)
    monkeypatch.setattr(readers, "Reading", Fake)
    seen = []
    for number in range(0, 400, 3):
        folder = tmp_path / "library"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(tmp_path / "first", folder)
        ended = os.waitstatus_to_exitcode(os.waitpid(add_and_die(folder, news / "all.jsonl", number), 0)[1])
        with Library.open(folder, HashEmbedder()) as library:
            there = held(library)
            for key in {*before, *after}:
                assert there.get(key) in (before.get(key), after.get(key)), (number, key)
            assert "3" in there or there == after  # what leaves goes last
            assert [one for one in library.verify() if "out of date" not in one] == []
            library.add(news)
            assert held(library) == after
        seen.append(there)
        if ended == 0:
            break
        assert ended == 9
    assert seen[0] == before
    assert seen[-1] == after
    assert any(there not in (before, after) for there in seen)  # one transaction an article


def test_progress_counts_files_whose_articles_are_stored(library, news, monkeypatch):
    monkeypatch.setattr(intake, "GROUP", 12)
    write(news / "a.jsonl", {str(number): story(number) for number in range(9)})
    (news / "b.txt").write_text(ENGLISH)
    (news / "c.txt").write_bytes(b"\0\1\2")
    (news / "d.txt").write_text(VIETNAMESE)
    seen = []
    stored = []

    def progress(done, total, name):
        seen.append((done, total, name))
        with Library.open(library.folder, HashEmbedder()) as reader:
            stored.append({one.file.split("#")[0] for one in reader.articles()})

    library.add(news, progress=progress)
    assert [name for _, _, name in seen] == ["a.jsonl", "b.txt", "c.txt", "d.txt", ""]
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)
    assert (seen[0][0], seen[-1]) == (0, (4, 4, ""))
    for (done, _, _), there in zip(seen, stored, strict=True):
        assert there >= {"a.jsonl", "b.txt", "d.txt"} & {
            ["a.jsonl", "b.txt", "c.txt", "d.txt"][n] for n in range(done)
        }


def test_pruning_asks_for_the_file_that_an_article_is_in(library, news):
    write(news / "all.jsonl", {"1": story(1), "2": story(2)})
    (news / "b.txt").write_text(ENGLISH)
    library.add(news)
    assert library.prune([news]) == []
    (news / "all.jsonl").unlink()
    assert library.prune([news]) == [f"{news}/all.jsonl#1", f"{news}/all.jsonl#2"]
    assert [one.file for one in library.articles()] == ["b.txt"]
    assert library.verify() == []


def test_a_file_whose_name_cannot_be_printed_is_not_pruned(library, news):
    path = Path(os.fsdecode(os.fsencode(news) + b"/caf\xe9.txt"))
    path.write_text(ENGLISH)
    assert library.add(news).added == 1
    assert library.prune([news]) == []
    assert len(library.articles()) == 1
