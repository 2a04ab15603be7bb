"""Watching folders; Ctrl-C while indexing; what is pruned."""

import signal
import time

import pytest
from index_helpers import ENGLISH, VIETNAMESE, run_python

from index import Library, intake
from index.embed import HashEmbedder
from index.errors import Stopped
from index.watch import Watcher


@pytest.fixture
def news(tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "bridge.txt").write_text(ENGLISH)
    return folder


def test_files_are_given_once_when_they_are_stable(news):
    watcher = Watcher([news])
    assert watcher.look() == []  # seen for the first time: it may still be written
    assert watcher.look() == [news / "bridge.txt"]
    assert watcher.look() == []
    growing = news / "new.txt"
    for _ in range(3):
        with growing.open("a") as file:
            file.write("A sentence more.\n")
        assert watcher.look() == []
    assert watcher.look() == [growing]
    growing.write_text("Changed.")
    assert watcher.look() == []
    assert watcher.look() == [growing]
    watcher.again([growing])
    assert watcher.look() == [growing]
    growing.unlink()
    assert watcher.look() == []
    (news / "picture.png").write_bytes(b"")
    assert watcher.look() == watcher.look() == []


def test_a_folder_that_comes_later(tmp_path):
    watcher = Watcher([tmp_path / "later"])
    assert watcher.look() == []
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "a.md").write_text("x")
    watcher.look()
    assert watcher.look() == [tmp_path / "later" / "a.md"]


def test_only_files_that_are_gone_from_these_folders_are_pruned(tmp_path, news):
    other = tmp_path / "newsroom"  # its name begins alike
    other.mkdir()
    (other / "cau.txt").write_text(VIETNAMESE)
    (news / "copy.txt").write_text(ENGLISH)
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add([news, other])
        assert library.prune([news, other]) == []
        (news / "bridge.txt").unlink()
        (other / "cau.txt").unlink()
        assert library.prune([news]) == [str(news / "bridge.txt")]
        assert sorted(one.file for one in library.articles()) == ["cau.txt", "copy.txt"]  # the copy holds it
        other.rename(tmp_path / "away")
        assert library.prune([other]) == []  # a disk that is not there
        assert len(library.articles()) == 2
        assert library.verify() == []


def test_a_changed_sidecar_gives_the_files_of_its_folder_out_again(news):
    (news / "more").mkdir()
    (news / "more" / "other.txt").write_text(ENGLISH)
    watcher = Watcher([news])
    watcher.look()
    assert len(watcher.look()) == 2
    (news / "articles.toml").write_text('[default]\noutlet = "Harbour Times"\n')
    assert watcher.look() == []
    assert watcher.look() == [news / "bridge.txt"]
    (news / "articles.toml").unlink()
    assert watcher.look() == []
    assert watcher.look() == [news / "bridge.txt"]
    assert watcher.look() == []


class Interrupting(HashEmbedder):
    """Presses Ctrl-C when it embeds a third group of texts."""

    calls = 0

    def passages(self, texts):
        self.calls += 1
        if self.calls == 3:
            raise KeyboardInterrupt
        return super().passages(texts)

    def queries(self, texts):
        return HashEmbedder().passages(texts)  # measured once a library; no article is embedded by it


def test_ctrl_c_leaves_whole_articles_and_says_what_is_in(tmp_path, news, monkeypatch):
    monkeypatch.setattr(intake, "GROUP", 1)
    for number in range(6):
        (news / f"{number}.txt").write_text(ENGLISH.replace("120", str(200 + number)))
    with Library.open(tmp_path / "library", Interrupting()) as library:
        with pytest.raises(Stopped) as caught:
            library.add(news)
        done = caught.value.done
        assert (done.added, done.articles) == (7, 7)
        assert done.waiting == done.passages // 7 * 5  # two articles of seven have theirs
        assert library.verify() == []
        done = library.add(news)
        assert (done.added, done.unchanged, done.articles, done.waiting) == (0, 7, 7, 0)
        assert library.verify() == []


def test_ctrl_c_while_reading_leaves_whole_articles(tmp_path, news):
    for number in range(6):
        (news / f"{number}.txt").write_text(ENGLISH.replace("120", str(200 + number)))

    def stop(done, total, name):
        if done == 3:
            raise KeyboardInterrupt

    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        with pytest.raises(Stopped) as caught:
            library.add(news, progress=stop)
        assert (caught.value.done.added, caught.value.done.articles) == (3, 3)
        assert caught.value.done.waiting == library.counts()["passages"] > 0
        assert library.verify() == []
        done = library.add(news)
        assert (done.added, done.unchanged, done.articles, done.waiting) == (4, 3, 7, 0)
        assert library.verify() == []


RAG = """
import sys, time
from index import Library, intake
from index.embed import HashEmbedder
from rag.cli import main as cli
from rag.cli import base as cli_base
folder, seconds = sys.argv[1], float(sys.argv[2])
class Slow(HashEmbedder):
    def passages(self, texts):
        time.sleep(seconds)
        return super().passages(texts)
intake.GROUP = 1
cli_base.open_library = lambda *_, **__: Library.open(folder, Slow())
sys.argv = ["rag", *sys.argv[3:]]
cli.main()
"""


def wait_for(condition):
    for _ in range(6000):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("waited five minutes in vain")


def articles(folder):
    try:
        with Library.open(folder, create=False) as library:
            return len(library.articles())
    except Exception:  # not made yet
        return 0


def test_ctrl_c_while_indexing_is_130_and_the_same_command_goes_on(tmp_path, news):
    for number in range(40):
        (news / f"{number}.txt").write_text(ENGLISH.replace("120", str(200 + number)))
    library = tmp_path / "library"
    process = run_python(RAG, str(library), "0.1", "index", str(news))
    wait_for(lambda: articles(library) >= 3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert "run the same command again to go on" in err
    count = articles(library)
    assert out.startswith(f"{count} added")
    with Library.open(library, HashEmbedder()) as opened:
        assert opened.verify() == []
    process = run_python(RAG, str(library), "0", "index", str(news))
    out, err = process.communicate(timeout=300)
    assert out.startswith(f"{41 - count} added, 0 updated, {count} unchanged"), err


def test_watching_takes_in_what_comes_and_ends_cleanly(tmp_path, news):
    library = tmp_path / "library"
    process = run_python(RAG, str(library), "0", "index", str(news), "--watch", "--prune")
    wait_for(lambda: articles(library) == 1)
    (news / "cau.txt").write_text(VIETNAMESE)
    wait_for(lambda: articles(library) == 2)
    (news / "cau.txt").unlink()
    wait_for(lambda: articles(library) == 1)
    time.sleep(1)  # it is gone before it is said to be
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    assert [line.split(",")[0] for line in out.splitlines()] == ["1 added", "1 added", "Removed"]
    with Library.open(library, HashEmbedder()) as opened:
        assert opened.verify() == []
