"""The evaluation page without a browser: what can be chosen, what is refused and why, what is shown."""

import json
import os
import re
import tomllib
from pathlib import Path

import pytest
from eval_web_world import make_home
from eval_world import RECORDS, make_library, model, run_world, write_articles, write_suite
from fastapi import FastAPI
from fastapi.testclient import TestClient

from eval import libraries, systems
from eval.cases import TYPES, load
from eval.compare import PROTECTED, TOLD
from eval.web import choices, evaluations, views
from eval.web.choices import Choice, checked
from eval.web.page import PAGE
from eval.web.running import Job
from eval.web.wording import KINDS, WORDS
from index import Library
from index.embed import HashEmbedder
from rag.config import Config
from rag.web.pages.shell import Shell
from rag.web.pages.wording import span

HOSTILE = "<img src=x onerror=alert(1)>"
HERE, ELSEWHERE = ("127.0.0.1", 5), ("192.168.1.5", 5)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("RAG_HOME", str(tmp_path / "home"))
    make_home(tmp_path / "home")
    return tmp_path / "home"


def client(page=PAGE, who=HERE):
    app = FastAPI()
    app.include_router(page.routes(None, Config(), Shell([page])))
    return TestClient(app, client=who, follow_redirects=False)


def shown(path="/evaluation", **headers):
    answer = client().get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


def text_of(markup):
    return " ".join(re.sub(r"<[^>]*>", " ", markup).split())


# --- what can be chosen -----------------------------------------------------------------------------------


def test_the_server_finds_the_page_by_its_entry_point():
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())
    assert project["project"]["entry-points"]["rag.pages"] == {"evaluation": "eval.web.page:PAGE"}
    assert PAGE.path == "/evaluation"


def test_every_suite_is_listed_with_what_is_in_it(home):
    (home / "suites" / "broken.jsonl").write_text("{}\n")
    page = text_of(shown())
    for path in libraries.SUITES.glob("*.jsonl"):
        assert f"{path.stem} shipped {len(load(path))} questions" in page
    assert "press yours 6 questions, 2 not answerable · 6 in English, 0 in Vietnamese · dev" in page
    assert "Kinds of question numeric 3, unanswerable 2, follow-up 1" in page
    assert 'broken yours cannot be read: broken.jsonl, line 1: "id" is missing' in page.replace("&#34;", '"')
    assert page.index("press yours") < page.index("demo-dev shipped") < page.index("articles-dev shipped")


def test_a_suite_is_read_anew_when_it_has_changed(home):
    assert "press yours 6 questions" in text_of(shown())
    write_suite(home / "suites" / "press", RECORDS[:2], "suite")
    assert "press yours 2 questions" in text_of(shown())
    write_suite(home / "suites" / "press", RECORDS[:1], "suite")
    assert "press yours 1 question, 0 not answerable" in text_of(shown())


def test_the_page_speaks_vietnamese():
    page = text_of(shown(**{"Accept-Language": "vi"}))
    assert "6 câu hỏi, 2 câu không có đáp án" in page
    assert "con số 3, không có đáp án 2, hỏi tiếp 1" in page


def faults_of(here=True, **chosen):
    plan, faults = checked(Choice(**chosen), here=here)
    assert (plan is None) == bool(faults)
    return [(one.key, one.detail) for one in faults]


@pytest.fixture
def press(home):
    return str(home / "suites" / "press" / "suite.jsonl")


def test_what_cannot_be_run_is_said(press, tmp_path):
    quick = {"systems": ("search",)}
    assert faults_of() == [("no_suite", ""), ("no_system", "")]
    assert faults_of(suites=("/etc/passwd",), **quick) == [("unknown_suite", "/etc/passwd")]
    assert faults_of(suites=(press,), systems=("magic",)) == [("unknown_system", "magic"), ("no_model", "")]
    for limit in ("0", "-1", "many", "1.5", "²", "9" * 5000):
        assert faults_of(suites=(press,), limit=limit, **quick) == [("bad_limit", limit)]
        assert faults_of(suites=(press,), repeat=limit, **quick) == [("bad_repeat", limit)]
    assert faults_of(suites=(press,), repeat="100", **quick) == [("bad_repeat", "100")]
    assert faults_of(suites=(press,), systems=("assistant",)) == [("no_model", "")]
    assert faults_of(suites=(press,), systems=("assistant",), models=("x",)) == [("unknown_model", "x")]
    ((key, said),) = faults_of(suites=(press,), systems=("assistant",), models=("qwen2.5-coder-0.5b",))
    assert key == "bad_model"
    assert "rag models fetch qwen2.5-coder-0.5b" in said
    assert faults_of(path=str(tmp_path / "none.jsonl"), **quick) == [
        ("bad_suite", f"{tmp_path}/none.jsonl is no file.")
    ]
    (tmp_path / "bytes.jsonl").write_bytes(b"\xff\xfe\xff")
    assert faults_of(path=str(tmp_path / "bytes.jsonl"), **quick)[0][0] == "bad_suite"
    assert faults_of(path=str(tmp_path), **quick)[0][0] == "bad_suite"
    for path in ("\0", "~nobody-of-that-name/x", "x" * 5000):
        assert faults_of(path=path, **quick)[0][0] == "bad_suite"
        assert faults_of(suites=(press,), articles=path, **quick)[0][0] == "bad_suite"
    lonely = write_suite(tmp_path, name="lonely").path
    ((key, said),) = faults_of(path=str(lonely), **quick)
    assert key == "bad_suite"
    assert "the articles of lonely" in said
    assert faults_of(path=str(lonely), articles=str(tmp_path / "home/suites/press/articles"), **quick) == []
    twin = write_suite(tmp_path, name="press").path
    assert "two suites are named" in faults_of(suites=(press,), path=str(twin), **quick)[0][1]


def test_paths_are_for_who_sits_here(press):
    assert faults_of(here=False, path=press, systems=("search",)) == [("only_here", "")]
    assert faults_of(here=False, suites=(press,), systems=("search",)) == []
    form = {"path": press, "system": "search"}
    where = client(who=ELSEWHERE).post("/evaluation/start", data=form).headers["location"]
    assert WORDS["en"]["only_here"] in client(who=ELSEWHERE).get(where).text
    assert WORDS["en"]["only_here"] not in client().get(where).text


def test_faults_of_a_suite_are_listed_and_it_can_be_run_all_the_same(home):
    bad = {**RECORDS[0], "must_cite": [{"doc_id": "new.txt", "quote": f"not there {HOSTILE}"}]}
    path = make_home(home / "more", [bad])
    (fault,) = checked(Choice(path=str(path), systems=("search",)), here=True)[1]
    assert (fault.key, fault.detail) == ("lint", "press")
    assert [(one.case, one.kind) for one in fault.lint] == [("w1", "not_verbatim")]
    assert faults_of(path=str(path), systems=("search",), anyway=True) == []
    where = client().post("/evaluation/start", data={"path": str(path), "system": "search"})
    assert where.status_code == 303
    page = shown(where.headers["location"])
    assert "The quotation of question w1 does not stand in new.txt word for word" in page
    assert "Trích dẫn của câu hỏi w1 không có nguyên văn trong new.txt" in shown(
        f"{where.headers['location'].removesuffix('#new')}&ui=vi"
    )
    assert HOSTILE not in page
    assert 'name="anyway"' in page
    assert f'value="{path}"' in page  # what was typed is there again
    assert 'name="anyway"' not in shown()


def test_the_plan_is_the_command_and_knows_how_much_will_be_asked(press, tmp_path, monkeypatch):
    monkeypatch.setattr(
        choices.packs, "status", lambda name: choices.packs.Status(name, "ready", "as if it were there")
    )
    both = ("qwen2.5-coder-1.5b", "qwen2.5-coder-0.5b")
    chosen = Choice(suites=(press,), systems=("search", "oracle", "closed-book"), models=both, limit="5")
    plan, _ = checked(chosen, here=True)
    limited = [case.answerable for case in choices.choose(load(press), 5)]
    assert plan.questions == {
        "search": sum(limited),
        "oracle-qwen2.5-coder-1.5b": sum(limited),
        "closed-book-qwen2.5-coder-1.5b": 5,
        "oracle-qwen2.5-coder-0.5b": sum(limited),
        "closed-book-qwen2.5-coder-0.5b": 5,
    }
    settings = str(tmp_path / "settings.toml")
    assert plan.arguments(tmp_path) == [
        "eval", "run", press, "--out", str(tmp_path), "--config", settings, "--json",
        "--system", "search", "--system", "oracle", "--system", "closed-book",
        "--model", both[0], "--model", both[1], "--limit", "5",
    ]  # fmt: skip
    plan.save(tmp_path)
    assert evaluations.read(tmp_path).plan == plan


def test_who_is_asked_what_is_known_without_a_library(tmp_path, press):
    make_library(tmp_path)
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        for name in systems.NAMES:
            made = systems.build(name, library, model())
            for case in load(press):
                assert choices._asks(name, case) == made.asks(case), (name, case.id)


# --- what has been run ------------------------------------------------------------------------------------


@pytest.fixture
def done(home, tmp_path):
    """Two runs of one suite that differ in one answer, and one of another suite, made on the command line."""
    library, suite = make_library(tmp_path), write_suite(tmp_path)
    root = home / "evaluations"

    def spoil(case, answer):
        if case.id == "w1":
            answer.update(short=HOSTILE, answer=HOSTILE)

    run_world(root / "one" / "assistant-x", library, [suite])
    run_world(root / "two" / "assistant-x", library, [suite], change=spoil)
    run_world(root / "other" / "assistant-x", library, [write_suite(tmp_path, RECORDS[:1], "other")])
    return root


def test_runs_are_listed_with_their_verdicts(done):
    page = text_of(shown())
    assert "world" in page
    assert page.count("made on the command line") == 3
    labels = [json.loads(line)["scores"]["label"] for line in (done / "one/assistant-x/samples.jsonl").open()]
    for name in set(labels):
        assert f"{labels.count(name)} {WORDS['en'][name]}" in page
    assert "Go on" not in page  # who knows what was chosen


def test_two_runs_are_compared_and_what_changed_is_listed(done):
    page = shown("/evaluation/compare?a=one/assistant-x&b=two/assistant-x")
    text = text_of(page)
    assert "6 questions, the same in both." in text
    assert "Lost (1) How many projects does Chile have in Peru? world/w1 · right → wrong" in text
    assert "Gained (0) None." in text
    assert HOSTILE not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    before, after = re.search(r"answerable: right (\S+) % (\S+) %", text).groups()
    assert float(before) - float(after) == pytest.approx(25)  # one of four


def test_what_cannot_be_compared_is_said(done):
    answer = client().get("/evaluation/compare?a=one/assistant-x&b=other/assistant-x")
    assert answer.status_code == 409
    assert "only one run has " in answer.text
    for bad in ("nothing/assistant-x", "../one/assistant-x", "one/../one/assistant-x", "one", ""):
        answer = client().get("/evaluation/compare", params={"a": bad, "b": "one/assistant-x"})
        assert answer.status_code == 404, bad
        assert WORDS["en"]["gone"] in answer.text


def test_a_report_is_written_anew_when_answers_have_come(done, tmp_path):
    first = shown("/evaluation/report?of=other")
    assert "<title>Evaluation: assistant-x</title>" in first
    (done / "other" / "report.html").write_text("kept")  # what was shown is not read back
    assert shown("/evaluation/report?of=other") == first
    suite = write_suite(tmp_path, RECORDS[:2], "other")
    run_world(done / "other" / "assistant-x", tmp_path / "library", [suite])
    assert shown("/evaluation/report?of=other") != first


@pytest.mark.parametrize("of", ["nothing", "..", "../evaluations/one", "", "one/assistant-x"])
def test_only_evaluations_have_reports(done, of):
    answer = client().get("/evaluation/report", params={"of": of})
    assert (answer.status_code, answer.headers["location"]) == (303, "/evaluation?problem=gone")


def test_only_what_was_chosen_here_can_go_on(done):
    for name in ("one", "nothing", "../evaluations/one", ""):
        answer = client().post("/evaluation/resume", data={"id": name})
        assert answer.headers["location"] == "/evaluation?problem=gone"
    assert WORDS["en"]["gone"] in shown("/evaluation?problem=gone")
    assert HOSTILE not in shown(f"/evaluation?problem={HOSTILE}")


def test_nothing_runs():
    assert client().get("/evaluation/progress").status_code == 204
    assert client().post("/evaluation/stop").headers["location"] == "/evaluation"
    assert 'id="running"' not in shown()


def test_only_its_own_files_are_handed_out():
    assert client().get("/evaluation/files/evaluation.js").status_code == 200
    assert client().get("/evaluation/files/..%2fpage.py").status_code == 404


def test_verdicts_are_counted_and_a_torn_line_is_not(tmp_path):
    path = tmp_path / "samples.jsonl"
    assert evaluations.verdicts(path) == {}
    lines = [json.dumps({"scores": {"label": name}}) for name in ("right", "wrong", "right")]
    path.write_text("\n".join([*lines, '{"scores": {"label": "ri']))
    assert evaluations.verdicts(path) == {"right": 2, "wrong": 1}
    path.write_text("\n".join([*lines, lines[0], ""]))
    assert evaluations.verdicts(path) == {"right": 3, "wrong": 1}


def test_time_left_by_hand(tmp_path):
    plan = evaluations.Plan((), ("search",), (), None, None, {"search": 10}, "2031-05-04T00:00:00+00:00")
    (tmp_path / "search").mkdir()
    plan.save(tmp_path)
    samples = tmp_path / "search" / "samples.jsonl"
    line = json.dumps({"scores": {"label": "right"}})
    samples.write_text(f"{line}\n" * 6)
    os.utime(samples, (1000, 1000))
    one = evaluations.read(tmp_path)
    job = Job(tmp_path.name, 1, 1, started=960.0, kept=2)
    assert views.seconds_left(one, job) == 40  # four answers in 40 s, four to come
    assert views.seconds_left(one, Job(tmp_path.name, 1, 1, 960.0, kept=6)) is None  # none of this time
    assert views.seconds_left(one, Job(tmp_path.name, 1, 1, 1500.0, kept=2)) is None
    assert span(200, "en") == "3 min 20 s"
    assert span(200, "vi") == "3 phút 20 giây"
    assert span(7500, "vi") == "2 giờ 5 phút"


def test_both_languages_have_every_word():
    assert WORDS["en"].keys() == WORDS["vi"].keys()
    marks = {key: re.findall(r"{\w+}", words) for key, words in WORDS["en"].items()}
    assert {key: sorted(re.findall(r"{\w+}", words)) for key, words in WORDS["vi"].items()} == {
        key: sorted(found) for key, found in marks.items()
    }
    assert KINDS.keys() == set(TYPES)
    needed = [*views.VERDICTS, *(f"system_{name}" for name in systems.NAMES)]
    needed += [f"m_{name}" for name in (*PROTECTED, *TOLD)]
    needed += [f"state_{name}" for name in ("running", "finished", "stopped", "failed", "broken", "kept")]
    assert set(needed) <= WORDS["en"].keys()


def test_texts_of_others_stay_texts(home):
    place = home / "suites" / f"{HOSTILE.replace('/', '')}"
    place.mkdir()
    write_articles(place / "articles")
    write_suite(place, [{**RECORDS[0], "split": HOSTILE}], "suite")
    folder = home / "evaluations" / "hostile"
    folder.mkdir(parents=True)
    evaluations.Plan((HOSTILE,), (HOSTILE,), (), None, None, {HOSTILE: 1}, "2031-05-04T00:00:00+00:00").save(
        folder
    )
    (folder / "log.txt").write_text(f"Error: {HOSTILE}\n")
    page = shown()
    assert HOSTILE not in page
    assert page.count("&lt;img src=x") >= 4
    assert "{{" not in page
