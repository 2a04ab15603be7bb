"""Suites linted from the command line: against a library, imported ones, and several against each other."""

import pytest
from click.testing import CliRunner
from lint_world import FILES, SOUND, nugget, planted, write

from eval.cases import load
from eval.lint import leaks, split_by_question
from index import Library
from index.embed import HashEmbedder
from rag.cli.main import rag


def halves():
    """Return a dev and a report half about one article, one with it as a near miss, in other words."""
    asked = {"id": "r1", "split": "report", "group": "elsewhere", "twin_of": None}
    dev, near = [SOUND[0], SOUND[3]], {**SOUND[3], **asked, "question": "Who will dig the tunnel of Zarn?"}
    return dev, near, {**SOUND[4], **asked}


def test_suites_that_are_given_together_share_no_article(tmp_path):
    dev, near, gold = halves()
    by_name = {
        "a": load(write(tmp_path / "a.jsonl", dev)),
        "b": load(write(tmp_path / "b.jsonl", [near])),
        "c": load(write(tmp_path / "c.jsonl", [gold])),
    }
    assert list(map(str, leaks(by_name))) == [
        "c/r1: article pier.md is in split dev and in report",
        "b/r1: article tunnel.md, a near miss or gold, is in split dev and in report; one fact, one split",
    ]
    assert leaks(by_name, {"zarn"}) == []
    assert leaks({"a": by_name["a"]}) == []


def test_the_same_question_in_two_suites_is_told(tmp_path):
    cases = load(write(tmp_path / "a.jsonl", [SOUND[0]]))
    assert list(map(str, leaks({"a": cases, "b": cases}))) == ["b/q1: asks the same as a/q1"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Stand in a folder with articles, a suite on them, and two halves that share an article."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles").mkdir()
    for name, text in FILES.items():
        (tmp_path / "articles" / name).write_text(text, encoding="utf-8")
    dev, _, gold = halves()
    write(tmp_path / "zarn.jsonl", SOUND)
    write(tmp_path / "dev.jsonl", dev)
    write(tmp_path / "rep.jsonl", [gold])
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(rag, ["eval", "lint", *map(str, arguments)])


def test_halves_that_share_articles_say_so_in_a_file(folder):
    alone = [run(name) for name in ("zarn.jsonl", "dev.jsonl", "rep.jsonl")]
    assert [one.exit_code for one in alone] == [0, 0, 0], [one.output for one in alone]
    both = run("dev.jsonl", "rep.jsonl")
    assert both.exit_code == 1
    assert "rep/r1: article pier.md is in split dev and in report" in both.output
    assert "1 fault between the suites" in both.output
    (folder / "splits.json").write_text('{"zarn": "question"}', encoding="utf-8")
    declared = run("dev.jsonl", "rep.jsonl")
    assert declared.exit_code == 0
    assert "zarn: split by question, so its suites share articles" in declared.output
    (folder / "splits.json").write_text('{"zarn": "halves"}', encoding="utf-8")
    assert "zarn is 'halves', not one of article, question" in run("dev.jsonl", "rep.jsonl").output
    (folder / "splits.json").write_text("{}", encoding="utf-8")
    assert split_by_question(folder / "dev.jsonl") == frozenset()


def test_a_suite_is_checked_against_a_library(folder):
    with Library.open(folder / "lib", HashEmbedder()) as opened:
        opened.add(folder / "articles")
    (folder / "articles").rename(folder / "elsewhere")
    missing = run("zarn.jsonl")
    assert missing.exit_code == 65
    assert "or a library of them with --library" in missing.output
    clean = run("zarn.jsonl", "--library", "lib")
    assert clean.exit_code == 0, clean.output
    write(folder / "zarn.jsonl", planted(0, as_of="2030-01-01"))
    assert "pier.md, which must be cited, is of 2031-05-04" in run("zarn.jsonl", "--library", "lib").output
    both = run("zarn.jsonl", "--library", "lib", "--articles", "elsewhere")
    assert both.exit_code == 2
    assert "a suite is checked against one of them" in both.output


def test_an_imported_suite_need_not_say_what_is_absent(folder):
    write(folder / "zarn.jsonl", planted(3, expect__absent=[]))
    assert run("zarn.jsonl").exit_code == 1
    (folder / "import.json").write_text("{}", encoding="utf-8")
    assert run("zarn.jsonl").exit_code == 0


@pytest.mark.parametrize("coding", ["utf-16", "cp1258"])
def test_a_suite_in_another_coding_is_an_error_in_the_data(coding, folder):
    (folder / "zarn.jsonl").write_text('{"question": "Hết ê"}', encoding=coding, errors="replace")
    done = run("zarn.jsonl")
    assert done.exit_code == 65
    assert "is not UTF-8; save the file as UTF-8" in done.output


def test_a_number_that_is_none_is_an_error_in_the_data(folder):
    write(folder / "zarn.jsonl", nugget(0, number={"value": float("nan"), "unit": "USD"}))
    done = run("zarn.jsonl")
    assert done.exit_code == 65
    assert "zarn.jsonl, line 1: NaN is no number of JSON" in done.output
