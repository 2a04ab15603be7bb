"""Export, import, snapshots: the same library on both sides, or the old one untouched."""

import os
import sqlite3
import threading

import pytest
from index_helpers import ENGLISH, VIETNAMESE, run_python

from index import Library
from index.embed import HashEmbedder
from index.errors import CannotWrite, Damaged, NotFound
from index.store import copies


@pytest.fixture
def library(tmp_path):
    news = tmp_path / "news"
    news.mkdir()
    (news / "bridge.txt").write_text(ENGLISH)
    (news / "cau.txt").write_text(VIETNAMESE)
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(news)
        yield library


def test_exported_and_imported_is_the_same(library, tmp_path):
    (tmp_path / "news" / "bridge.txt").write_text(ENGLISH.replace("120", "130"))
    library.add(tmp_path / "news")
    file = tmp_path / "whole.rag"
    out = library.export(file)
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["whole.rag"]
    assert (out.digest, out.articles, out.bytes) == (library.digest, 2, file.stat().st_size)
    with Library.open(tmp_path / "other", HashEmbedder()) as other:
        done = other.import_(file)
        assert (done.digest, done.articles, done.passages, done.kept) == (out.digest, 2, out.passages, None)
        assert other.digest == library.digest
        assert other.verify() == []
        assert other.search("bridge toll", 9) == library.search("bridge toll", 9)
        assert other.history("bridge.txt") == library.history("bridge.txt") != []
        assert not list(other.folder.glob(".*tmp*"))


def test_nothing_is_overwritten_unasked(library, tmp_path):
    file = tmp_path / "whole.rag"
    library.export(file)
    with pytest.raises(CannotWrite, match="exists already"):
        library.export(file)
    before = library.digest
    with pytest.raises(CannotWrite, match=r"holds 2 articles\n.*--replace"):
        library.import_(file)
    library.remove("bridge.txt")
    changed = library.digest
    done = library.import_(file, replace=True)
    assert library.digest == before
    assert library.verify() == []
    assert library.restore(done.kept.stem).digest == changed == library.digest
    with pytest.raises(NotFound, match="rag snapshot list"):
        library.restore("nothing")
    with pytest.raises(NotFound, match="no file"):
        library.import_(tmp_path / "nothing")


def test_snapshots_go_back_and_forth(library, tmp_path):
    first = library.snapshot()
    library.remove("cau.txt")
    second = library.snapshot()
    assert [one.path for one in library.snapshots()] == sorted([first.path, second.path])
    assert first.path.stem.endswith(f"-g{first.generation}")
    reader = Library.open(library.folder, HashEmbedder())
    assert {hit.article.file for hit in reader.search("cầu sông Lam bridge", 9)} == {"bridge.txt"}
    assert library.restore(first.path.stem).digest == first.digest
    assert {hit.article.file for hit in reader.search("cầu sông Lam bridge", 9)} == {"bridge.txt", "cau.txt"}
    assert reader.digest == first.digest
    assert library.restore(f"{second.path.stem}.db").digest == second.digest
    assert {hit.article.file for hit in reader.search("cầu sông Lam bridge", 9)} == {"bridge.txt"}
    assert library.verify() == []
    reader.close()


@pytest.mark.parametrize("damage", ["flip", "truncate", "other", "row"])
def test_a_file_that_is_not_sound_is_refused(library, tmp_path, damage):
    file = tmp_path / "whole.rag"
    library.export(file)
    before = library.digest
    data = bytearray(file.read_bytes())
    if damage == "flip":
        at = data.index(b"120 million")
        data[at] ^= 1
    elif damage == "truncate":
        del data[len(data) // 2 :]
    elif damage == "other":
        data = bytearray(b"not a library" * 999)
    file.write_bytes(data)
    if damage == "row":
        with sqlite3.connect(file) as connection:
            connection.execute("DELETE FROM sentence WHERE start = 0")
            connection.execute("UPDATE source SET outlet = 'x'")
    with pytest.raises(Damaged):
        library.import_(file, replace=True)
    assert library.digest == before
    assert library.verify() == []
    assert library.snapshots() == []
    assert not list(library.folder.glob(".*tmp*"))


def test_an_import_that_breaks_off_leaves_the_library(library, tmp_path, monkeypatch):
    file = tmp_path / "whole.rag"
    library.export(file)
    library.remove("cau.txt")
    before = library.digest
    original = copies.schema.connect

    class Failing:
        def backup(self, target):
            raise sqlite3.OperationalError("database or disk is full")

        def close(self):
            pass

    def connect(path, mode, **options):
        staged = path.name.startswith(".import") and mode == "ro" and not options
        return Failing() if staged else original(path, mode, **options)

    monkeypatch.setattr(copies.schema, "connect", connect)
    with pytest.raises(CannotWrite, match="as it was"):
        library.import_(file, replace=True)
    monkeypatch.undo()
    assert library.digest == before
    assert library.verify() == []


def test_what_a_stopped_program_left_is_swept_after_a_day(library):
    (library.folder / "snapshots").mkdir()
    old, new = library.folder / "snapshots" / ".a.db.tmp", library.folder / ".import.tmp"
    for part in (old, new):
        part.write_bytes(b"half")
    os.utime(old, (1, 1))
    library.rebuild()
    assert (old.exists(), new.exists()) == (False, True)


SEARCH = """
import sys
from index import Library
from index.embed import HashEmbedder
with Library.open(sys.argv[1], HashEmbedder(), create=False) as library:
    print("open", flush=True)
    count, seen = 0, set()
    while not sys.stdin.closed and count < 100_000:
        hits = library.search("bridge toll million", 20)
        for hit in hits:
            assert hit.article.text[hit.passage.start : hit.passage.end] == hit.passage.text
        seen.add(tuple(sorted({hit.article.id for hit in hits})))
        count += 1
        if count % 5 == 0:
            print(count, len(seen), flush=True)
"""


def test_readers_answer_while_the_library_is_swapped(library, tmp_path):
    """Threads and another process search through 20 swaps; each answer is of one state or the other."""
    file = tmp_path / "whole.rag"
    library.export(file)
    whole = {one.id for one in library.articles()}
    gone = library.remove("cau.txt")[0].id
    small = tmp_path / "small.rag"
    library.export(small)
    stop, trouble, answers = threading.Event(), [], []
    process = run_python(SEARCH, str(library.folder))
    assert process.stdout.readline() == "open\n"

    def ask():
        with Library.open(library.folder, HashEmbedder()) as reader:
            while not stop.is_set():
                try:
                    found = {hit.article.id for hit in reader.search("bridge cầu toll million", 20)}
                    answers.append(found)
                    if found not in (whole, whole - {gone}):
                        trouble.append(found)
                except Exception as error:
                    trouble.append(error)
                    return

    askers = [threading.Thread(target=ask) for _ in range(2)]
    for one in askers:
        one.start()
    for number in range(20):
        library.import_((file, small)[number % 2], replace=True)
    stop.set()
    for one in askers:
        one.join()
    process.kill()
    out, err = process.communicate()
    assert trouble == []
    assert len(answers) > 20
    assert err == ""
    assert out.splitlines()
    assert library.verify() == []
