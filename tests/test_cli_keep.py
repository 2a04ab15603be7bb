"""The verbs that keep a library, with a real one and the public fake for its vectors."""

import json

import pytest
from click.testing import CliRunner
from index_helpers import ENGLISH, VIETNAMESE

from index import Library
from index.embed import HashEmbedder
from rag.cli import base as cli_base
from rag.cli.main import rag


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder of news, and the command line with its library in `library` (or --library)."""
    news = tmp_path / "news"
    news.mkdir()
    (news / "bridge.txt").write_text(ENGLISH)
    (news / "cau.txt").write_text(VIETNAMESE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        cli_base,
        "open_library",
        lambda session, **_: Library.open(session.library or tmp_path / "library", HashEmbedder()),
    )
    return tmp_path


def run(*args, code=0):
    done = CliRunner().invoke(rag, list(args))
    assert done.exit_code == code, done.output
    return done


def told(*args, code=0):
    return json.loads(run(*args, "--json", code=code).stdout)


def test_export_and_import_say_the_same(place):
    run("index", "news")
    out = told("export", "whole.rag")
    assert (out["articles"], out["file"], out["kept"]) == (2, "whole.rag", None)
    back = told("import", "whole.rag", "--library", "other")
    assert {key: back[key] for key in ("articles", "passages", "digest")} == {
        key: out[key] for key in ("articles", "passages", "digest")
    }
    assert told("stats", "--library", "other")["digest"] == out["digest"]
    text = run("export", "again.rag").stdout
    assert text == f"Wrote again.rag: 2 articles, {out['passages']} passages, digest {out['digest']}.\n"
    assert "exists already" in run("export", "again.rag", code=73).stderr
    assert "--replace" in run("import", "whole.rag", code=73).stderr
    assert "no file" in run("import", "nothing.rag", code=2).stderr
    (place / "bad.rag").write_text("nonsense" * 999)
    assert "bad.rag is damaged" in run("import", "bad.rag", "--replace", code=74).stderr
    replaced = told("import", "whole.rag", "--replace")
    assert (place / "library" / "snapshots" / f"{replaced['kept'].rsplit('/')[-1]}").is_file()


def test_snapshots(place):
    run("index", "news")
    assert run("snapshot", "list").stdout == "No snapshots. Make one with `rag snapshot make`.\n"
    made = told("snapshot", "make")
    run("remove", "cau.txt")
    back = run("snapshot", "restore", made["name"]).stdout.splitlines()
    assert back[0].startswith(f"Restored {made['name']}: 2 articles")
    assert back[1].startswith("What was there before: rag snapshot restore ")
    assert told("stats")["digest"] == made["digest"]
    assert [one["articles"] for one in told("snapshot", "list")["snapshots"]] == [2, 1]
    assert "rag snapshot list" in run("snapshot", "restore", "nothing", code=2).stderr


def test_history_of_an_article(place):
    run("index", "news")
    assert "has no earlier version" in run("history", "bridge.txt").stdout
    for cost in ("130", "140"):
        (place / "news" / "bridge.txt").write_text(ENGLISH.replace("120", cost))
        run("index", "news")
    found = told("history", "bridge.txt")
    assert [("130 million" in one["text"], "120 million" in one["text"]) for one in found["versions"]] == [
        (True, False),
        (False, True),
    ]
    assert len(run("history", "bridge.txt").stdout.splitlines()) == 2
    assert told("verify") == {"sound": True, "problems": []}
    assert told("stats")["articles"] == 2
    run("remove", "bridge.txt")
    run("index", "news")
    assert told("history", "bridge.txt")["versions"] == []  # what is removed leaves nothing behind


def test_pruning_is_asked_for(place):
    run("index", "news")
    (place / "news" / "cau.txt").unlink()
    assert told("index", "news")["articles"] == 2
    done = told("index", "news", "--prune")
    assert (done["removed"], done["articles"]) == ([str(place / "news" / "cau.txt")], 1)
    assert told("stats")["articles"] == 1
    assert told("index", "news", "--prune").get("removed") is None


def test_correcting_an_article(place):
    run("index", "news")
    done = run("correct", "bridge.txt", "--title", "Toll booths open", "--date", "2020-02")
    name = told("show", "bridge.txt")["id"]
    assert done.stdout == (
        f"{name[:12]}  Toll booths open\n"
        "title was corrected; before: “Harbour City opens its third bridge”\n"
        "date was corrected; before: “2021-05-04”\n"
    )
    assert run("show", "bridge.txt").stdout.splitlines()[:5] == [
        "Toll booths open",
        "~2020-02 · en",
        *done.stdout.splitlines()[1:],
        f"{name}  {place / 'news' / 'bridge.txt'}",
    ]
    assert f"{name[:12]}  ~2020-02    en  Toll booths open" in run("list").stdout
    assert told("search", "booths until:2020")["hits"][0]["title"] == "Toll booths open"
    shown = told("correct", "bridge.txt", "--reset", "title", "--outlet", "The Star", "--authors", "Ann; Bo")
    assert shown == told("list")["articles"][0]
    assert (shown["title"], shown["authors"]) == ("Harbour City opens its third bridge", ["Ann", "Bo"])
    assert shown["corrected"] == {
        "outlet": {"given": "The Star", "original": None},
        "date": {"given": "2020-02", "original": "2021-05-04"},
        "authors": {"given": "Ann; Bo", "original": None},
    }
    assert "outlet was corrected; before: nothing" in run("show", "bridge.txt").stdout


def test_what_cannot_be_corrected_has_its_exit_code(place):
    run("index", "news")
    before = told("list")
    assert "'2021-02-29' is not a date" in run("correct", "cau.txt", "--date", "2021-02-29", code=2).stderr
    assert "'fr' is not one of 'en', 'vi'" in run("correct", "cau.txt", "--lang", "fr", code=2).stderr
    assert "outlet '' says nothing" in run("correct", "cau.txt", "--outlet", "", code=2).stderr
    assert "nothing to correct" in run("correct", "cau.txt", code=2).stderr
    assert "no article 'nothing'" in run("correct", "nothing", "--lang", "vi", code=2).stderr
    assert "'url' is not one of" in run("correct", "cau.txt", "--reset", "url", code=2).stderr
    assert told("list") == before


def test_words_first_then_the_meaning(place):
    with Library.open(place / "library", HashEmbedder()) as library:
        library.add(place / "news", compute=False)
        passages = library.counts()["passages"]
    said = f"0 of {passages} passages have their meaning computed; the others are found by their words"
    assert run("stats").stdout.endswith(f"\n{said}. Go on: rag index\n")
    assert told("stats")["waiting"] == passages
    assert run("verify").stdout == f"The library is sound.\n{said}. Go on: rag index\n"
    assert "meaning" not in run("search", "bridge").stdout
    assert told("search", "bridge")["hits"][0]["why"]["meaning"] is None
    done = told("index")
    assert (done["added"], done["unchanged"], done["passages"]) == (0, 0, passages)
    assert "waiting" not in done
    assert told("stats")["waiting"] == 0
    assert run("verify").stdout == "The library is sound.\n"
    assert "meaning" in run("search", "bridge").stdout
    assert "Missing argument 'PATH...'" in run("index", code=2).stderr


def test_watching_and_pruning_want_a_path(place):
    for option in ("--watch", "--prune"):
        assert "Missing argument 'PATH...'" in run("index", option, code=2).stderr


def test_ctrl_c_says_what_waits(place, monkeypatch):
    class Stopping(HashEmbedder):
        def passages(self, texts):
            raise KeyboardInterrupt

        def queries(self, texts):
            return HashEmbedder().passages(texts)

    monkeypatch.setattr(
        cli_base, "open_library", lambda session, **_: Library.open(place / "library", Stopping())
    )
    done = run("index", "news", code=130)
    first, second = done.stdout.splitlines()
    assert first.startswith("2 added, 0 updated")
    assert second.startswith("0 of 4 passages have their meaning computed")
    assert "run the same command again to go on" in done.stderr
    assert told("index", "news", code=130)["waiting"] == 4
