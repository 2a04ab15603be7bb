"""`rag eval` as its users see it: outputs, exit codes, and runs that go on where they were."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from eval_world import RECORDS, model, run_world, ticks, write_articles, write_suite

from eval import asking, samples, session, systems
from eval.libraries import articles_of, built, find
from eval.runner import read_run
from index import Library
from index.embed import HashEmbedder
from rag import opening
from rag.cli.main import rag

MODEL = "qwen2.5-coder-1.5b"


@pytest.fixture(autouse=True)
def world(tmp_path, monkeypatch):
    """Make a suite with its articles beside it, and put stand-ins for both models into the program."""
    for name in [name for name in os.environ if name.startswith("RAG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RAG_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    write_suite(tmp_path)
    write_articles(tmp_path / "articles")
    opened = []

    class Here:
        def __enter__(self):
            opened.append(model())
            opened[-1].id = MODEL  # what is asked for must be in the catalogue
            return opened[-1]

        def __exit__(self, *_):
            pass

    monkeypatch.setattr(opening, "embedder", lambda config: HashEmbedder())
    monkeypatch.setattr(session, "opened_llm", lambda config, name: Here())
    build = systems.build
    monkeypatch.setattr(
        session, "build", lambda name, library, llm, care: build(name, library, llm, ticks(), care=care)
    )
    return opened


def run(*args):
    return CliRunner().invoke(rag, ["eval", *map(str, args)])


def test_run_report_and_compare(tmp_path, world):
    done = run("run", "world.jsonl", "--out", "a", "--system", "all", "--json")
    assert done.exit_code == 0, done.output
    value = json.loads(done.stdout)
    names = [os.path.basename(one["folder"]) for one in value["runs"]]  # noqa: PTH119
    assert names == ["best-sentence", f"assistant-{MODEL}", f"oracle-{MODEL}", f"closed-book-{MODEL}"]
    right = value["runs"][1]["figures"]["right"]
    assert right["n"] == 4
    assert right["low"] < right["value"] <= right["high"]
    assert len(world) == 1  # one model for all systems
    again = run("run", "world.jsonl", "--out", "a", "--system", "assistant", "--json")
    assert json.loads(again.stdout)["runs"][0]["answered_now"] == 0
    assert run("report", "a").exit_code == 0
    assert (tmp_path / "a" / "report.html").is_file()
    same = run("compare", f"a/assistant-{MODEL}", f"a/assistant-{MODEL}")
    assert same.exit_code == 0
    assert "no real loss" in same.stdout


def test_kept_readings_answer_again_without_a_model_and_untimed(world):
    first = run("run", "world.jsonl", "--out", "a", "--readings", "kept/said.jsonl")
    assert first.exit_code == 0, first.output
    again = run("run", "world.jsonl", "--out", "b", "--readings", "kept/said.jsonl", "--json")
    assert again.exit_code == 0, again.output
    assert len(world) == 1  # the second run needed no model
    figures = json.loads(again.stdout)["runs"][0]["figures"]
    assert "total:median" not in figures  # something was read for every question
    old, new = (samples.read(Path(name) / f"assistant-{MODEL}") for name in "ab")
    untimed = [one for one in new if one.answer["timings"]["total"] is None]
    assert untimed
    assert all(one.memory is None for one in untimed)
    assert [{**one.answer, "timings": 0} for one in old] == [{**one.answer, "timings": 0} for one in new]
    assert read_run(Path(f"b/assistant-{MODEL}"))["what"]["readings"] == "kept in said.jsonl"
    assert run("report", "b").exit_code == run("compare", "a", "b").exit_code == 0


def test_readings_say_what_they_cannot_do(tmp_path):
    twice = run("run", "world.jsonl", "--out", "a", "--readings", "said.jsonl", "--repeat", "2")
    assert twice.exit_code == 2
    assert "--repeat 2 measures" in twice.stderr
    (tmp_path / "said.jsonl").write_text("{}\n")
    damaged = run("run", "world.jsonl", "--out", "a", "--readings", "said.jsonl")
    assert damaged.exit_code == 65
    assert "said.jsonl, line 1 is no kept reading" in damaged.stderr


def test_ctrl_c_keeps_the_answers_and_says_how_to_go_on(monkeypatch):
    asked = []
    answer = asking.Asking.answer

    def stopping(self, case):
        asked.append(case.id)
        if len(asked) == 3:
            raise KeyboardInterrupt
        return answer(self, case)

    monkeypatch.setattr(asking.Asking, "answer", stopping)
    stopped = run("run", "world.jsonl", "--out", "a")
    assert stopped.exit_code == 130
    assert "the same command goes on" in stopped.stderr
    done = json.loads(run("run", "world.jsonl", "--out", "a", "--json").stdout)
    assert done["runs"][0]["answered_now"] == 4  # two of six were kept


def test_repeats_tell_the_noise(world):
    done = run("run", "world.jsonl", "--out", "a", "--repeat", "2")
    assert done.exit_code == 0, done.output
    assert f"noise of assistant-{MODEL}: 0.0 %" in done.stdout
    assert "answerable: right" in done.stdout


def test_a_worse_run_exits_1(tmp_path):
    library = tmp_path / "lib"
    with Library.open(library, HashEmbedder()) as opened:
        opened.add(tmp_path / "articles")
    suite = find("world.jsonl")

    def misquote(case, answer):
        for citation in answer["citations"]:
            citation["start"] += 1

    run_world(tmp_path / "good", library, [suite])
    run_world(tmp_path / "bad", library, [suite], change=misquote)
    done = run("compare", "good", "bad", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["comparisons"][0]["failed"] is True


def test_a_library_without_the_articles_asked_about_is_refused(tmp_path):
    (tmp_path / "other.txt").write_text("The tram of Callao runs again since 3 May 2021.", encoding="utf-8")
    with Library.open(tmp_path / "lib", HashEmbedder()) as opened:
        opened.add(tmp_path / "other.txt")
    asked = ("run", "world.jsonl", "--out", "a", "--system", "best-sentence", "--library", tmp_path / "lib")
    done = run(*asked)
    assert done.exit_code == 65
    assert "lacks 1 of the 1 article that world is about, e.g. new.txt" in done.stderr
    with Library.open(tmp_path / "lib", HashEmbedder()) as opened:
        opened.add(tmp_path / "articles")
    assert run(*asked).exit_code == 0


def test_lint_exits_1_on_faults_and_65_on_what_is_no_suite(tmp_path):
    clean = run("lint", "world.jsonl", "--json")
    assert (clean.exit_code, json.loads(clean.stdout)["suites"][0]["faults"]) == (0, [])
    write_suite(tmp_path, [{**RECORDS[0], "must_cite": [{"doc_id": "new.txt", "quote": "not there"}]}], "bad")
    bad = run("lint", "bad.jsonl")
    assert bad.exit_code == 1
    assert "not verbatim in new.txt" in bad.stdout
    (tmp_path / "none.jsonl").write_text("{}\n")
    assert run("lint", "none.jsonl").exit_code == 65
    missing = run("lint", "nothing-of-that-name")
    assert missing.exit_code == 65
    assert "Shipped are: " in missing.stderr


def test_wrong_usage_is_2_and_bad_data_65(tmp_path):
    assert run("run", "world.jsonl").exit_code == 2
    assert run("run", "world.jsonl", "--out", "a", "--system", "magic").exit_code == 2
    assert run("run", "world.jsonl", "--out", "a", "--limit", "0").exit_code == 2
    assert run("import", "parchment", "world.jsonl", "--out", "a").exit_code == 2
    assert run("report", tmp_path).exit_code == 65
    assert run("compare", tmp_path, tmp_path).exit_code == 65
    twice = run("run", "world.jsonl", "world.jsonl", "--out", "a")
    assert (twice.exit_code, "two suites are named" in twice.stderr) == (65, True)
    elsewhere = write_suite(tmp_path / "home" if (tmp_path / "home").is_dir() else tmp_path, name="other")
    (tmp_path / "articles").rename(tmp_path / "gone")
    lost = run("run", elsewhere.path, "--out", "b")
    assert (lost.exit_code, "--articles" in lost.stderr) == (65, True)
    assert run("run", elsewhere.path, "--out", "b", "--articles", "gone").exit_code == 0


def test_import_makes_what_run_takes(tmp_path):
    table = tmp_path / "mine.csv"
    table.write_text("id,question,answer,context\nq1,How long is it?,12 km,The tunnel is 12 km long.\n")
    done = run("import", "csv", table, "--out", "made", "--json")
    assert done.exit_code == 0, done.output
    value = json.loads(done.stdout)
    assert (value["articles"], value["cases"]) == (1, 1)
    assert run("run", value["suite"], "--out", "runs", "--system", "search").exit_code == 0
    told = run("import", "csv", table, "--out", "made").stdout
    assert told.startswith("1 article, 1 question.\nAsk them: rag eval run ")
    table.write_text("id,answer\nq1,12\n")
    assert run("import", "csv", table, "--out", "made2").exit_code == 65


def test_libraries_are_built_once_and_anew_when_an_article_changes(tmp_path):
    suite = find("world.jsonl")
    folder = articles_of(suite)
    with built(folder, HashEmbedder()) as first:
        place, digest = first.folder, first.digest
    (place / "complete").unlink()  # as if the building had been stopped
    with built(folder, HashEmbedder()) as again:
        assert (again.folder, again.digest) == (place, digest)
    (folder / "bridge.txt").write_text("Lima opens a bridge\n\nIt was opened on 5 May 2021.")
    with built(folder, HashEmbedder()) as changed:
        assert changed.folder != place
        assert changed.digest != digest


def test_an_article_that_cannot_be_read_is_told_and_refused_if_questions_need_it(tmp_path):
    (tmp_path / "articles" / "empty.txt").write_text("")
    done = run("run", "world.jsonl", "--out", "a", "--system", "search")
    assert done.exit_code == 0
    assert "skipped: " in done.stderr
    (tmp_path / "articles" / "new.txt").write_text("")
    done = run("run", "world.jsonl", "--out", "b", "--system", "search")
    assert done.exit_code == 65
    assert "new.txt" in done.stderr


def test_help_imports_nothing_of_the_evaluation_but_its_verbs():
    code = "import sys, rag.cli.main; print([m for m in sys.modules if m.split('.')[0] in ('eval', 'scipy')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['eval', 'eval.cli_import', 'eval.cli']"


def imported(path: Path) -> set[str]:
    """Return the packages that a file imports anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def test_imports_run_one_way():
    root = Path(__file__).parents[1]
    for package, above in (("index", {"rag", "eval"}), ("rag", {"eval"})):
        files = sorted((root / package).rglob("*.py"))
        assert files
        assert [path.name for path in files if imported(path) & above] == []
    assert "rag" in imported(root / "eval" / "cli.py")  # it is seen where there is one
