"""The library page over a real library: it lists, finds, corrects, removes, adds, and says what is wrong."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from index_helpers import ENGLISH, run_python
from library_page import COURIER, Shown, make_library, showing
from test_chat_render import Shape

from index import Library
from index.embed import HashEmbedder
from index.records import Added, Skipped
from index.store import lock
from rag.config import Config, LibrarySettings
from rag.errors import ModelMissing, WorkerCrashed
from rag.web.desk import Desk
from rag.web.library.bin import MOST
from rag.web.library.jobs import Report
from rag.web.library.reasons import said
from rag.web.library.routes import PAGE
from rag.web.library.uploads import FOLDER, LARGEST
from rag.web.library.wording import WORDS
from rag.web.pages.shell import Shell


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with make_library(tmp_path) as one:
        yield one


@pytest.fixture
def page(library: Library) -> Iterator[Shown]:
    with showing(library) as one:
        yield one


def titles(page: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'href="/library/article/\w+">([^<]*)</a>', page)]


BRIDGE, CAU, FERRY = (
    "Harbour City opens its third bridge",
    "Thành phố Cảng khánh thành cầu thứ ba",
    "Ferry line to Tolandra is dearer",
)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", {BRIDGE, CAU, FERRY}),
        ("?words=bridge", {BRIDGE}),
        ("?words=khanh+thanh", {CAU}),
        ("?words=%22+OR+*", set()),
        ("?words=...", {BRIDGE, CAU, FERRY}),
        ("?outlet=The+Courier", {FERRY}),
        ("?lang=vi", {CAU}),
        ("?since=2024-01-01", {FERRY}),
        ("?until=2023-12-31", {BRIDGE, CAU}),
        ("?since=2024-01-01&until=2023-01-01", set()),
        ("?since=soon&lang=fr&page=x&sort=;drop", {BRIDGE, CAU, FERRY}),
        ("?page=99999999999", {BRIDGE, CAU, FERRY}),
    ],
)
def test_the_list_is_filtered(page: Shown, asked: str, found: set[str]) -> None:
    assert set(titles(page.get(asked))) == found


def test_the_list_is_sorted_and_says_how_sure_a_date_is(page: Shown) -> None:
    assert titles(page.get())[0] == FERRY
    assert titles(page.get("?sort=date"))[-1] == FERRY
    assert titles(page.get("?sort=title")) == [FERRY, BRIDGE, CAU]
    assert titles(page.get("?sort=-passages"))[0] == BRIDGE
    text = " ".join(Shape(page.get()).text.split())
    assert "2 March 2024 stated with the article" in text
    assert "4 May 2021 worked out from the text" in text
    vietnamese = Shape(page.get(**{"Accept-Language": "vi"})).text
    assert "ghi cùng bài báo" in vietnamese
    assert "2/3/2024" in vietnamese


def test_long_lists_come_in_pages(page: Shown, library: Library, tmp_path: Path) -> None:
    lines = [f'{{"title": "Story {n}", "text": "The number {n} is told here."}}' for n in range(120)]
    (tmp_path / "many.jsonl").write_text("\n".join(lines))
    library.add(tmp_path / "many.jsonl")
    seen = [titles(page.get(f"?sort=title&page={n}")) for n in (1, 2, 3, 4)]
    assert [len(one) for one in seen] == [50, 50, 23, 23]  # a page too far is the last one
    assert len({title for one in seen for title in one}) == 123
    first = page.get("?sort=title&lang=en")
    assert 'rel="next" href="/library?lang=en&amp;sort=title&amp;page=2#articles"' in first
    assert 'rel="prev"' not in first


def test_an_article_shows_its_text_with_the_passage_and_what_is_known(page: Shown, library: Library) -> None:
    one = library.get("bridge.txt")
    shown = page.get(f"/article/{one.id}?places=:0-16")
    assert re.search(r"<mark[^>]*>The third bridge</mark>", shown)
    assert "File: bridge.txt" in shown
    assert "<mark" not in page.get(f"/article/{one.id}?places=nonsense")
    assert page.client.get("/library/article/nothing").status_code == 404


def test_a_correction_is_shown_as_one_and_can_be_withdrawn(page: Shown, library: Library) -> None:
    one = library.get("ferry.txt")
    before = {"before-title": FERRY, "before-outlet": "The Courier", "before-date": "2024-03-02"}
    page.post(f"article/{one.id}/correct", title=FERRY, outlet="Courier & Sons", date="2024-02", **before)
    found = library.get("ferry.txt")
    assert [c.field for c in found.corrections] == ["outlet", "date"]
    assert (found.outlet, found.dated and found.dated.label()) == ("Courier & Sons", "2024-02")
    shown = page.get(f"/article/{one.id}")
    assert "Courier &amp; Sons" in shown
    assert "Outlet: corrected; the file says “The Courier”" in shown
    assert "Date: corrected by hand" in shown
    assert "corrected by hand, to the month" in " ".join(Shape(page.get()).text.split())
    page.post(f"article/{one.id}/reset", field="outlet")
    assert [c.field for c in library.get("ferry.txt").corrections] == ["date"]
    page.post(f"article/{one.id}/reset", field="no such field")


@pytest.mark.parametrize(
    "form", [{"date": "soon"}, {"title": "  "}, {"lang": "fr"}, {"outlet": "\u200b"}, {"date": "2024-02-31"}]
)
def test_what_cannot_be_is_refused_in_words_and_nothing_changes(
    page: Shown, library: Library, form: dict[str, str]
) -> None:
    one, digest = library.get("ferry.txt"), library.digest
    said = page.post(f"article/{one.id}/correct", 400, **form, **{f"before-{key}": "x" for key in form})
    assert 'role="alert"' in said
    assert library.digest == digest
    page.client.headers["accept-language"] = "vi"
    told = page.post(f"article/{one.id}/correct", 400, **form, **{f"before-{key}": "x" for key in form})
    assert re.search("không phải là|không nói lên", told)
    assert not re.search("write|says|back to", told)


def test_removing_can_be_undone_whole(page: Shown, library: Library) -> None:
    ids, digest = [library.get(name).id for name in ("bridge.txt", "ferry.txt")], library.digest
    library.correct("ferry.txt", outlet="Another")
    digest = library.digest
    page.post("remove", article=ids)
    shown = page.get()
    assert titles(shown) == [CAU]
    assert f"Removed: {BRIDGE} and 1 more" in shown
    number = re.search(r'name="number" value="(\d+)"', shown)
    assert number
    page.post("undo", number=number[1])
    assert library.digest == digest
    assert "Removed:" not in page.get()
    assert "can no longer be undone" in page.post("undo", 409, number=number[1])


def test_only_the_last_removals_can_be_undone_and_one_can_be_forgotten(page: Shown, library: Library) -> None:
    one = library.get("ferry.txt").id
    for _ in range(MOST + 2):
        page.post("remove", article=one)
        page.post("undo", number=page.room.bin.all()[0][0])
        page.room.bin.put(library.take_out([one]))
        library.put_back(page.room.bin.all()[0][1])
    assert len(page.room.bin.all()) == MOST
    newest = page.room.bin.all()[0][0]
    page.post("forget", number=newest)
    page.post("undo", 409, number=newest)
    page.post("undo", 409, number="-1")


def test_what_was_added_again_is_not_overwritten_by_an_undo(
    page: Shown, library: Library, tmp_path: Path
) -> None:
    page.post("remove", article=library.get("ferry.txt").id)
    library.add(tmp_path / "news")
    said = page.post("undo", 409, number=page.room.bin.all()[0][0])
    assert "was added again" in said
    assert len(page.room.bin.all()) == 1  # kept: that one may be removed first


def test_a_search_says_why_and_leads_to_the_passage(page: Shown, library: Library) -> None:
    shown = page.get("/search?q=Who+pays+the+toll")
    one = library.get("bridge.txt")
    assert re.search(rf'href="/library/article/{one.id}\?places=:\d+-\d+#passage"', shown)
    assert "Found by: words" in shown
    assert re.search(r"<mark>\w+</mark>", shown)
    assert titles(shown) == []
    assert BRIDGE not in Shape(page.get("/search?q=toll&lang=vi")).text
    assert "Nothing was found" in page.get("/search?q=")
    assert page.client.get("/library/search", params={"q": "toll since:soon"}).status_code == 400


def test_after_a_change_the_list_is_filtered_as_it_was(page: Shown, library: Library) -> None:
    for before, after in (
        ("http://testserver/library?lang=en&page=2", "/library?lang=en&page=2"),
        (f"http://testserver/library/article/{library.get('ferry.txt').id}", "/library"),
        ("http://evil.example/other?lang=en", "/library"),
        ("//[", "/library"),
    ):
        answer = page.client.post("/library/close", headers={"Referer": before}, follow_redirects=False)
        assert answer.headers["location"] == after


def test_near_copies_and_history_are_shown(page: Shown, library: Library, tmp_path: Path) -> None:
    near = ENGLISH.replace("opens its", "opens the")
    (tmp_path / "news" / "near.txt").write_text(near)
    (tmp_path / "news" / "bridge.txt").write_text(ENGLISH.replace("9,000 cars", "9,000 cars and lorries"))
    library.add(tmp_path / "news")
    assert page.get().count("1 near-copy<") == 2
    shown = page.get(f"/article/{library.get('bridge.txt').id}")
    assert f'href="/library/article/{library.get("near.txt").id}"' in shown
    assert "What its file said before" in shown
    assert "expects 9,000 cars a day" in shown


# --- adding -------------------------------------------------------------------------------------------


def test_uploaded_files_are_added_in_the_background_and_leave_no_file_behind(
    page: Shown, library: Library
) -> None:
    asked = [["n/a.txt", 100], ["n/b.exe", 5], ["n/.DS_Store", 5], ["n/huge.txt", 3_000_000]]
    said = page.client.post("/library/check", json=asked).json()
    assert said["send"] == ["n/a.txt"]
    assert [one["path"] for one in said["skipped"]] == ["n/b.exe", "n/huge.txt"]
    assert ".exe files are not read" in said["skipped"][0]["reason"]
    told = page.client.post("/library/check", json=asked, headers={"accept-language": "vi"}).json()["skipped"]
    assert told[0]["reason"].startswith("không đọc tệp .exe; hãy dùng .txt")
    assert told[1]["reason"].startswith("quá lớn: 3,0 MB, giới hạn là 2 MB;")
    assert page.upload("n/a.txt", "Outlet: Lamp\n\nA new tram\n\nThe tram costs 5 USD.\n").status_code == 200
    assert page.upload("n/empty.txt", "").status_code == 200
    assert page.upload("articles.toml", '["default"]\nlang = "en"\n').status_code == 200
    assert "3 files were sent" in page.get()
    page.post("add")
    job = page.job()
    assert (job.kind, job.state) == ("add", "done")
    assert job.added
    assert (job.added.added, [one.path for one in job.added.skipped]) == (1, ["n/empty.txt"])
    assert library.get("a.txt").outlet == "Lamp"
    assert library.counts()["waiting"] == 0
    assert not (library.folder / FOLDER).exists()
    shown = page.get("/job")
    assert "1 added, 0 updated, 0 unchanged, 1 skipped" in shown
    assert skipped(shown) == [("n/empty.txt", "<span>empty file</span>")]
    shown = page.get("/job", **{"accept-language": "vi"})
    assert skipped(shown) == [("n/empty.txt", "<span>tệp trống</span>")]
    page.post("close")
    assert page.get("/job").strip() == ""


def skipped(shown: str) -> list[tuple[str, str]]:
    return re.findall(r"<li><b>(.*?)</b>\s*(<span.*?</span>)\s*</li>", shown)


def test_a_reason_or_a_failure_that_has_no_other_words_is_english_and_says_so(page: Shown) -> None:
    done = Added(skipped=(Skipped("a.txt", "the moon is full"), Skipped("b.txt", "binary data, not text")))

    def work(report: Report) -> None:
        report.added(done)
        raise WorkerCrashed("The model said nothing for 60 s and was stopped.\nthe moon")

    page.room.jobs.start("add", work)
    assert page.job().state == "failed"
    shown = page.get("/job", **{"accept-language": "vi"})
    assert skipped(shown) == [
        ("a.txt", '<span lang="en">the moon is full</span>'),
        ("b.txt", "<span>dữ liệu nhị phân, không phải văn bản</span>"),
    ]
    assert "<span>Mô hình im lặng suốt 60 giây và đã bị dừng.\nthe moon</span>" in shown


def test_the_same_file_sent_again_is_an_update_with_a_history(page: Shown, library: Library) -> None:
    for text in (COURIER.replace("12", "14"), COURIER.replace("12", "15")):
        page.upload("tickets.txt", text)
        page.post("add")
        assert page.job().state == "done"
    one = library.get("tickets.txt")
    assert "15 USD" in one.text
    assert ["14 USD" in old.text for old in library.history(one.id)] == [True]


def test_what_is_sent_while_a_job_reads_comes_in_with_it(
    page: Shown, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on, compute = threading.Event(), threading.Event(), Library.compute

    def slow(self: Library, progress: object, until: object) -> None:
        begun.set()
        go_on.wait(20)
        compute(self, progress, until)  # type: ignore[arg-type]

    monkeypatch.setattr(Library, "compute", slow)
    page.upload("first.txt", COURIER.replace("12", "77"))
    page.post("add")
    assert begun.wait(20)
    assert "Stop</button>" in page.get()  # a page that is loaded now shows the job
    page.post("work", 409, kind="verify")
    page.upload("second.txt", COURIER.replace("12", "88"))
    page.post("add")
    go_on.set()
    job = page.job()
    assert job.state == "done"
    assert job.added
    assert job.added.added == 2
    assert library.get("second.txt")


def test_a_job_can_be_stopped_and_what_was_not_read_can_be_added_later(
    page: Shown, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell = page.room.jobs.change
    monkeypatch.setattr(
        page.room.jobs,
        "change",
        lambda **what: (tell(**what), page.room.jobs.stop() if what.get("done") == 1 else None),
    )
    for n in range(3):
        page.upload(f"new-{n}.txt", COURIER.replace("12", f"9{n}"))
    page.post("add")
    job = page.job()
    assert job.state == "stopped"
    assert job.added
    assert 1 <= job.added.added < 3
    assert library.verify() == []
    assert "3 files were sent" in page.get()
    monkeypatch.undo()
    page.post("add")
    assert page.job().state == "done"
    assert library.counts()["articles"] == 6
    page.upload("unwanted.txt", COURIER)
    page.post("discard")
    assert "files were sent" not in page.get()


@pytest.mark.parametrize(
    "name",
    ["", "/etc/passwd", "../x.txt", "a/../../x.txt", "a//b.txt", "C:\\x.txt", "a\0b.txt", "a\nb.txt",
     "n/.hidden.txt", "x" * 300 + ".txt", "/".join("a" * 40) + ".txt", "noise.mp3", "x", "\u202e.txt"],
)  # fmt: skip
def test_names_that_lead_elsewhere_or_are_not_read_are_refused(
    page: Shown, library: Library, name: str
) -> None:
    answer = page.upload(name, "some text")
    assert answer.status_code == 422
    assert answer.json()["reason"]
    page.client.headers["accept-language"] = "vi"
    told = page.upload(name, "some text").json()["reason"]
    assert re.match("không|tệp ẩn", told)
    assert told == said(answer.json()["reason"], "vi")
    folder = library.folder / FOLDER
    assert not folder.exists()


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b'[["a"]]', b'[["a", true]]', b"[" * 100_000, b"\xff"])
def test_a_list_of_names_that_is_none_is_the_callers_fault(page: Shown, body: bytes) -> None:
    assert page.client.post("/library/check", content=body).status_code == 400


def test_what_browsers_save_beside_a_page_is_passed_over(page: Shown) -> None:
    asked = [["s/p.html", 9], ["s/p_files/x.js", 9], ["s/p_files/deep/y.png", 9], ["s/other/z.png", 9]]
    said = page.client.post("/library/check", json=asked).json()
    assert said["send"] == ["s/p.html"]
    assert [one["path"] for one in said["skipped"]] == ["s/other/z.png"]


def test_an_upload_may_be_as_long_as_the_longest_file_that_is_read() -> None:
    assert PAGE.uploads == {"/library/upload": LARGEST}
    assert LARGEST == 200_000_000


# --- upkeep, and when things are not as they should be -------------------------------------------------


@pytest.mark.parametrize("kind", ["verify", "rebuild", "embed"])
def test_upkeep_runs_as_a_job(page: Shown, library: Library, kind: str) -> None:
    page.post("work", kind=kind)
    assert page.job().state == "done"
    assert library.verify() == []
    assert ("The library is sound." in page.get("/job")) == (kind == "verify")
    page.post("work", kind="no such kind")


def test_a_check_says_what_is_wrong_and_how_to_repair_it(page: Shown, library: Library) -> None:
    import sqlite3

    with sqlite3.connect(library.folder / "corpus.db") as connection:
        connection.execute("UPDATE article SET text = text || '!' WHERE title = ?", (FERRY,))
    page.post("work", kind="verify")
    assert page.job().problems
    shown = page.get("/job")
    assert "does not match its checksum" in shown
    assert "rag remove ARTICLE, then rag index FILE" in shown
    vietnamese = page.get("/job", **{"accept-language": "vi"})
    assert "không khớp mã kiểm của nó" in vietnamese
    assert "does not match" not in vietnamese
    assert "rag remove ARTICLE, rồi rag index FILE" in vietnamese


def test_whoever_holds_the_library_is_named(page: Shown, library: Library) -> None:
    code = (
        "import sys, time; from index.store import store; from pathlib import Path\n"
        "with store.Writer(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    other = run_python(code, str(library.folder))
    try:
        assert other.stdout.readline() == "held\n"
        said = page.post("remove", 409, article=library.get("ferry.txt").id)
        assert f"is being written by process {other.pid}" in said
        page.upload("a.txt", COURIER.replace("12", "13"))
        page.post("add")
        job = page.job()
        assert job.state == "failed"
        assert str(other.pid) in job.problem
        assert str(other.pid) in page.get()
    finally:
        other.kill()
        other.wait()
    page.post("add")  # what was sent is still there
    assert page.job().state == "done"


def test_a_change_while_a_job_writes_is_told_that_it_is_this_pages_own(page: Shown, library: Library) -> None:
    go_on = threading.Event()

    def work(_: object) -> None:
        with lock.held(library.folder):
            go_on.wait(20)

    page.room.jobs.start("rebuild", work)
    try:
        said = page.post("remove", 409, article=library.get("ferry.txt").id)
        assert WORDS["en"]["job_holds"].format(kind=WORDS["en"]["kind_rebuild"]) in said
    finally:
        go_on.set()


def bare(desk: Desk, folder: Path) -> TestClient:
    app = FastAPI()
    app.include_router(PAGE.routes(desk, Config(library=LibrarySettings(folder)), Shell([PAGE])))
    return TestClient(app)


def test_the_library_can_be_read_before_the_models_are_there(library: Library) -> None:
    client = bare(Desk(lambda: pytest.fail("not opened in this test")), library.folder)
    assert set(titles(client.get("/library").text)) == {BRIDGE, CAU, FERRY}
    answer = client.get("/library/search?q=toll")
    assert answer.status_code == 503
    assert "still being loaded" in answer.text
    gone = client.post("/library/remove", data={"article": library.get("ferry.txt").id})
    assert gone.status_code == 200  # needs no model


def test_without_a_library_the_page_waits_or_says_why_there_is_none(tmp_path: Path) -> None:
    def opening() -> None:
        raise ModelMissing("The model x is not at /m.\nFetch it with: rag models fetch x")

    desk = Desk(opening)  # type: ignore[arg-type]
    client = bare(desk, tmp_path / "none")
    answer = client.get("/library")
    assert (answer.status_code, 'http-equiv="refresh"' in answer.text) == (503, True)
    desk.start()
    desk._opened.wait(20)
    answer = client.get("/library")
    assert (answer.status_code, 'http-equiv="refresh"' in answer.text) == (503, False)
    assert "rag models fetch x" in answer.text
    answer = client.get("/library", headers={"accept-language": "vi"})
    assert "Mô hình x không có ở /m." in answer.text
    assert not (tmp_path / "none").exists()


def test_an_empty_library_says_how_to_begin(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", HashEmbedder()) as empty, showing(empty) as page:
        shown = page.get()
        assert "There is no article yet" in shown
        assert "<table" not in shown
        page.upload("a.txt", COURIER)
        page.post("add")
        assert page.job().state == "done"
        assert titles(page.get()) == [FERRY]


def test_every_word_is_there_in_both_languages() -> None:
    assert WORDS["en"].keys() == WORDS["vi"].keys()
    for key, text in WORDS["en"].items():
        assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", WORDS["vi"][key])), key
