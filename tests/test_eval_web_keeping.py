"""The evaluation page: runs that are repeated, evaluations removed and brought back, suites imported."""

import json
import os
import re
import signal
import sys
from pathlib import Path

import pytest
from browser import until
from eval_web_world import make_home
from eval_world import RECORDS, make_library, run_world, write_suite
from fastapi import FastAPI
from fastapi.testclient import TestClient

from eval import libraries
from eval.cases import load
from eval.figures.noise import floors
from eval.lint import SAYS, faults, read_articles
from eval.web import evaluations, importing, views
from eval.web.choices import Choice, checked
from eval.web.fault_words import LINT
from eval.web.page import page
from eval.web.running import Busy, Runner
from eval.web.trash import Trash
from eval.web.wording import WORDS
from rag.config import Config
from rag.web.pages.shell import Shell
from rag.web.security import Guard

HOSTILE = "<img src=x onerror=alert(1)>"
SLEEPS = "import sys, time; print('begun', file=sys.stderr, flush=True); time.sleep(600)"
PLAN = evaluations.Plan(("s.jsonl",), ("search",), (), None, None, {"search": 4}, "2031-05-04T00:00:00+00:00")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("RAG_HOME", str(tmp_path / "home"))
    make_home(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def root(home):
    return home / "evaluations"


@pytest.fixture
def press(home):
    return str(home / "suites" / "press" / "suite.jsonl")


def app(one=None):
    one = one or page((sys.executable, "-c", SLEEPS))
    made = FastAPI()
    made.include_router(one.routes(None, Config(), Shell([one])))
    return made


def client(who="127.0.0.1"):
    return TestClient(app(), client=(who, 5), follow_redirects=False)


def text_of(markup):
    return " ".join(re.sub(r"<[^>]*>", " ", markup).split())


# --- again and again ----------------------------------------------------------------------------------


def test_a_repeat_is_planned_run_by_run_and_told_to_the_command(press, tmp_path):
    plan, _ = checked(Choice(suites=(press,), systems=("search", "best-sentence"), repeat="3"), here=True)
    assert plan.questions == {
        "search": 4, "search.repeat2": 4, "search.repeat3": 4,
        "best-sentence": 6, "best-sentence.repeat2": 6, "best-sentence.repeat3": 6,
    }  # fmt: skip
    words = plan.arguments(tmp_path)
    assert words[words.index("--repeat") + 1] == "3"
    once, _ = checked(Choice(suites=(press,), systems=("search",), repeat="1"), here=True)
    assert "--repeat" not in once.arguments(tmp_path)


def test_a_plan_of_before_has_no_repeat_and_is_read(tmp_path):
    PLAN.save(tmp_path)
    kept = json.loads((tmp_path / "plan.json").read_text())
    del kept["repeat"]
    (tmp_path / "plan.json").write_text(json.dumps(kept))
    assert evaluations.read(tmp_path).plan == PLAN


def test_how_much_changes_by_chance_is_told(tmp_path, root):
    library, suite = make_library(tmp_path), write_suite(tmp_path)

    def spoil(case, answer):
        if case.id == "w1":
            answer.update(short="99", answer="99")

    run_world(root / "one" / "assistant-x", library, [suite])
    run_world(root / "one" / "assistant-x.repeat2", library, [suite], change=spoil)
    rate = floors(root / "one")["assistant-x"]
    noise = {"share": rate.value, "low": rate.low, "high": rate.high, "n": rate.n}
    result = {"runs": [], "flip_rate": {"assistant-x": noise}}
    (root / "one" / "result.json").write_text(json.dumps(result))
    said = text_of(client().get("/evaluation").text)
    assert "Asked again, 16.7 % of the verdicts of assistant-x changed (6 looked at;" in said  # one of six
    assert "16,7 % kết luận của assistant-x thay đổi" in text_of(client().get("/evaluation?ui=vi").text)


# --- removed and brought back -------------------------------------------------------------------------


@pytest.fixture
def one(root):
    """An evaluation that has ended."""
    folder = root / "2031-05-04-000000"
    (folder / "search").mkdir(parents=True)
    PLAN.save(folder)
    (folder / "search" / "samples.jsonl").write_text(json.dumps({"scores": {"label": "right"}}) + "\n")
    return folder


def test_what_is_removed_is_gone_and_comes_back_whole(one, root):
    asking = client()
    before = {path.name: path.read_bytes() for path in one.rglob("*") if path.is_file()}
    assert "Yes, remove it" in asking.get("/evaluation").text
    assert asking.post("/evaluation/remove", data={"id": one.name}).headers["location"] == "/evaluation"
    assert not one.exists()
    said = text_of(asking.get("/evaluation").text)
    assert "Removed: s · 4 May 2031" in said
    assert "None yet." in said
    assert asking.get(f"/evaluation/report?of={one.name}").headers["location"].endswith("problem=gone")
    assert asking.post("/evaluation/undo", data={"id": one.name}).headers["location"] == "/evaluation"
    assert {path.name: path.read_bytes() for path in one.rglob("*") if path.is_file()} == before
    assert "Removed:" not in asking.get("/evaluation").text


def test_what_is_forgotten_cannot_be_brought_back(one, root):
    asking = client()
    asking.post("/evaluation/remove", data={"id": one.name})
    asking.post("/evaluation/forget", data={"id": one.name})
    assert not any((root / ".removed").glob("*/*"))
    where = asking.post("/evaluation/undo", data={"id": one.name}).headers["location"]
    assert where == "/evaluation?problem=undone"
    assert WORDS["en"]["undone"] in asking.get(where).text


@pytest.mark.parametrize("name", ["", "nothing", "..", "../suites/press", ".removed", "search"])
def test_only_evaluations_are_removed_put_back_or_forgotten(one, home, name):
    asking = client()
    for act, problem in (("remove", "gone"), ("undo", "undone"), ("forget", None)):
        where = asking.post(f"/evaluation/{act}", data={"id": name}).headers["location"]
        assert where == (f"/evaluation?problem={problem}" if problem else "/evaluation")
    assert one.is_dir()
    assert (home / "suites" / "press" / "suite.jsonl").is_file()


def test_what_was_removed_is_gone_from_the_disk_when_the_program_ends_or_begins(one, root):
    with TestClient(app(), client=("127.0.0.1", 5), follow_redirects=False) as asking:
        asking.post("/evaluation/remove", data={"id": one.name})
        assert [kept.name for kept in (root / ".removed").glob("*/*")] == [one.name]
    assert not (root / ".removed").exists()
    (root / ".removed" / "left-by-a-crash").mkdir(parents=True)
    with TestClient(app()):
        assert not (root / ".removed").exists()


def test_programs_that_share_a_folder_have_bins_of_their_own(one, root):
    with TestClient(app()) as first:
        first.post("/evaluation/remove", data={"id": one.name})
        with TestClient(app()) as second:
            page_of_second = second.get("/evaluation").text
        assert [kept.name for kept in (root / ".removed").glob("*/*")] == [
            one.name
        ]  # the second one's end left it
        first.post("/evaluation/undo", data={"id": one.name})
        assert (root / one.name).is_dir()
    assert one.name not in page_of_second


def test_what_runs_is_not_removed_and_what_does_not_run_is(one, root):
    runner = Runner(root, (sys.executable, "-c", SLEEPS))
    trash = Trash(runner)
    runner.begin(PLAN, "")
    try:
        until(lambda: runner.job() is not None)
        job = runner.job()
        assert job.id != one.name  # the second of this second
        running = evaluations.read(root / job.id, running=True)
        with pytest.raises(Busy):
            trash.put(running)
        where = client().post("/evaluation/remove", data={"id": job.id}).headers["location"]
        assert where == "/evaluation?problem=is_running"
        assert WORDS["en"]["is_running"] in client().get(where).text
        assert (root / job.id).is_dir()
        trash.put(evaluations.read(one))
        assert [kept.id for kept in trash.all()] == [one.name]
    finally:
        os.kill(runner.job().pid, signal.SIGKILL)
        until(lambda: runner.job() is None)


# --- a file of questions ------------------------------------------------------------------------------

CSV = (
    "id,question,answer,context,title\n"
    'q1,How long is the bridge?,2.4 km|2400 m,"The third bridge is 2.4 km long. It is new.",A bridge\n'
    'q2,Who built the bridge?,,"The third bridge is 2.4 km long. It is new.",A bridge\n'
)


def send(name="mine.csv", content=CSV, articles="", who="127.0.0.1"):
    data = content.encode() if isinstance(content, str) else content
    files = {"file": (name, data)} if name else None
    return client(who).post("/evaluation/import", files=files, data={"articles": articles})


def refused(*how, **more):
    answer = send(*how, **more)
    assert answer.status_code == 422
    return text_of(answer.text).replace("&#34;", '"').replace("&#39;", "'")


def nothing_left(home):
    return sorted(path.name for path in (home / "suites").iterdir()) == ["press"]


def test_a_file_becomes_a_suite_that_is_chosen_and_sound(home):
    answer = send()
    assert answer.status_code == 303
    suite = home / "suites" / "mine" / "suite.jsonl"
    assert [case.id for case in load(suite)] == ["q1", "q2"]
    said = client().get(answer.headers["location"]).text
    assert "Imported: mine, 2 questions, 1 article. It is chosen below." in text_of(said)
    assert re.search(f'value="{suite}"[^>]* checked', said)
    plan, found = checked(Choice(suites=(str(suite),), systems=("search",)), here=True)
    assert found == []
    assert plan.questions == {"search": 1}


def test_a_name_that_is_taken_gets_a_number(home):
    for wanted in ("mine", "mine-2", "mine-3"):
        send()
        assert (home / "suites" / wanted / "suite.jsonl").is_file()
    shipped = next(path.stem for path in libraries.SUITES.glob("*.jsonl"))
    send(f"{shipped}.csv")
    assert (home / "suites" / f"{shipped}-2").is_dir()


def test_json_lines_are_taken_too_and_a_name_is_no_path(home):
    row = {"question": "How long is it?", "answer": ["2.4 km"], "context": "It is 2.4 km long."}
    assert send("../../x y.JSONL", json.dumps(row)).status_code == 303
    (made,) = [path for path in (home / "suites").iterdir() if path.name != "press"]
    assert re.fullmatch(r"x-y-[0-9a-f]{8}", made.name)


def test_questions_may_name_files_of_a_folder_which_is_then_filled_in(home, tmp_path):
    rows = "question,answer,article\nHow many projects does Chile have in Peru?,12,new.txt\n"
    folder = home / "suites" / "press" / "articles"
    said = refused(content=rows)
    assert "Give the folder that these lie in, or put each article into its row" in said
    assert 'mine.csv, line 2: article "new.txt"' in said
    assert str(home) not in said.partition("Questions of your own")[2]  # no folder that nobody knows
    where = send(content=rows, articles=str(folder)).headers["location"]
    assert f'name="articles" value="{folder}"' in client().get(where).text
    suite = str(home / "suites" / "mine" / "suite.jsonl")
    assert checked(Choice(suites=(suite,), articles=str(folder), systems=("search",)), here=True)[1] == []
    assert "only be given on the computer" in refused(content=rows, articles=str(folder), who="192.168.1.5")


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"name": ""}, "Choose a file first."),
        ({"name": "mine.xlsx"}, "and does not: mine.xlsx"),
        ({"content": "question,answers\nA?,b\n"}, '"answers" is not a known key'),
        ({"content": "question,answer,context\nA?,b,c,d\n"}, "line 2 has 4 cells, the heading 3"),
        ({"content": b"\xff\xfe\xff"}, "is not UTF-8 text"),
        ({"content": ""}, "holds no question that can be used"),
        ({"name": "mine.jsonl", "content": "{]"}, "line 1 is not JSON"),
        ({"name": "mine.jsonl", "content": "[" * 100_000}, ""),  # deeper than a program goes
        ({"name": "mine.jsonl", "content": '{"question": ' + "9" * 5000 + "}"}, ""),
        (
            {
                "name": "mine.jsonl",
                "content": '{"question": "A?", "answer": "\\ud800", "context": "\\ud800"}',
            },
            "",
        ),
        ({"articles": "/no/such/folder"}, "no such file or folder: /no/such/folder"),
        ({"articles": "~nobody-of-that-name/x"}, "no such file or folder"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_and_nothing_is_left(home, how, said):
    found = refused(**how)
    assert "This file cannot be imported" in found
    assert said in found
    assert nothing_left(home)


def test_texts_of_an_imported_file_stay_texts(home):
    answer = send(content=f"question,{HOSTILE}\nA?,b\n")
    assert HOSTILE not in answer.text
    assert "&lt;img src=x onerror=alert(1)&gt;" in answer.text
    assert HOSTILE not in client().get(f"/evaluation?imported={HOSTILE}").text
    assert "Imported:" not in client().get(f"/evaluation?imported={Path(__file__)}").text


def test_faults_of_an_imported_suite_are_said_at_once_in_plain_words(home):
    doubled = (
        CSV + 'q3,how long is the bridge,2.4 km,"The third bridge is 2.4 km long. It is new.",A bridge\n'
    )
    where = send(content=doubled).headers["location"]
    said = text_of(client().get(where).text)
    assert "Question q3 asks the same as question q1. Leave one out." in said


def test_a_large_file_passes_the_guard_and_a_larger_one_does_not():
    one = page()
    guarded = app(one)
    guarded.add_middleware(Guard, pages=[one.path], uploads=one.uploads)
    asking = TestClient(guarded, base_url="http://127.0.0.1", follow_redirects=False)
    big = CSV + "".join(f'q{n},Is it {n} m?,,"It is new. {"x" * 500}",B\n' for n in range(10, 500))
    assert len(big) > 200_000
    assert asking.post("/evaluation/import", files={"file": ("big.csv", big)}).status_code == 303
    headers = {"content-length": str(importing.LARGEST + 1)}
    assert asking.post("/evaluation/import", content=b"x", headers=headers).status_code == 413


# --- plain words --------------------------------------------------------------------------------------


def test_every_fault_of_a_suite_has_plain_words_in_both_languages():
    assert LINT["en"].keys() == LINT["vi"].keys() == SAYS.keys()
    for words in LINT.values():
        for kind, text in words.items():
            named = set(re.findall(r"{(\w+)}", text))
            assert named == {"case", *re.findall(r"{(\w+)}", SAYS[kind])}, kind


def test_plain_words_are_filled_in(home, press):
    bad = {**RECORDS[0], "must_cite": [{"doc_id": "none.txt", "quote": "x"}]}
    path = write_suite(home / "suites", [bad], "bad").path
    found = faults(load(path), read_articles(home / "suites" / "press" / "articles"))
    told = [views.fault(one, "en") for one in found]
    assert told[0].startswith("Question w1 names the article none.txt, which is not among the articles.")
    assert "Câu hỏi w1 nêu tên bài none.txt" in views.fault(found[0], "vi")
