"""Suites: strict reading, lint with planted faults, and the shipped suites."""

import copy
import json
from pathlib import Path

import pytest

from eval import libraries
from eval.cases import SuiteError, load, parse
from eval.lint import leaks, lint, read_articles, split_by_question

ROOT = Path(__file__).parent.parent
SUITES = ROOT / "eval" / "suites"
ARTICLES = ROOT.parent / "shared" / "articles"

GOOD = {
    "id": "q1", "schema": 1, "lang": "vi", "question": "Bao nhiêu?", "type": "numeric", "tags": [],
    "answerable": True, "as_of": None, "corpus": "t", "group": "g", "split": "dev",
    "expect": {"all_of": [{"id": "n", "any_of": ["chín tỷ"], "number": {"value": 9e9, "unit": "USD"}}],
               "none_of": [{"number": {"value": 14e9, "unit": "USD"}, "in": "short"}], "short": ["9 tỷ USD"]},
    "must_cite": [{"doc_id": "a.txt", "quote": "từ 9 tỷ USD năm 2019"}], "distractors": ["b.txt"],
}  # fmt: skip
FILES = {"a.txt": "Kim_ngạch từ 9 tỷ  USD năm\n2019 lên 14 tỷ USD .", "b.txt": "Nothing."}


def changed(**changes):
    record = copy.deepcopy(GOOD)
    for key, value in changes.items():
        *path, last = key.split("__")
        target = record
        for part in path:
            target = target[int(part)] if part.isdigit() else target[part]
        target[int(last) if last.isdigit() else last] = value
    return record


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (changed(answer="9"), "unknown key 'answer'"),
        (changed(expect__any_of=[]), "unknown key 'any_of'"),
        (changed(expect__all_of__0__alias=[]), "unknown key 'alias'"),
        (changed(expect__none_of__0__where="short"), "unknown key 'where'"),
        (changed(must_cite__0__doc="a"), "unknown key 'doc'"),
        (changed(schema=2), "schema is 2"),
        (changed(lang="fr"), "lang is 'fr'"),
        (changed(type="numbers"), "type is 'numbers'"),
        (changed(answerable="yes"), "answerable is 'yes'"),
        (changed(question=" "), "question is ' '"),
        (changed(tags="x"), "tags is 'x'"),
        (changed(expect__all_of=[]), "needs a vital nugget"),
        (changed(answerable=False), "has no nuggets"),
        (changed(expect__all_of__0__weight="some"), "weight is 'some'"),
        (changed(expect__all_of__0={"id": "n"}), "can never be found"),
        (changed(expect__all_of__0={"id": "n", "date": "3/2025"}), "not of the form"),
        (changed(expect__all_of__0={"id": "n", "regex": "("}), "unterminated|missing"),
        (changed(expect__none_of=[{"in": "short"}]), "none_of entry needs"),
        (changed(must_cite=[]), "a must_cite quotation"),
        (changed(history="Ai?"), "history is 'Ai\\?'"),
        (changed(history=["Ai?", " "]), "history is "),
        (changed(twin_of=""), "twin_of is ''"),
        (changed(twin_of="q1"), "its own twin"),
        (changed(as_of="31/12/2025"), "isoformat"),
        (changed(as_of=2025), "as_of is 2025"),
        (changed(expect__absent=["9 tỷ"]), "absent is for cases that are not answerable"),
    ],
)
def test_a_malformed_case_is_refused(record, message, tmp_path):
    path = tmp_path / "s.jsonl"
    path.write_text(f"\n{json.dumps(record)}\n", encoding="utf-8")
    with pytest.raises(SuiteError, match=rf"s\.jsonl, line 2: .*({message})"):
        load(path)


def test_other_faults_of_a_file(tmp_path):
    path = tmp_path / "s.jsonl"
    for text, message in (
        ("{", "line 1"),
        ("[]", "not an object"),
        ("", "no case"),
        (f"{json.dumps(GOOD)}\n" * 2, 'line 2: id "q1" was used on line 1'),
        (json.dumps({key: GOOD[key] for key in GOOD if key != "split"}), '"split" is missing'),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(SuiteError, match=message):
            load(path)


def test_earlier_questions_and_twins_are_read():
    case = parse(changed(history=["Ai?", "Khi nào?"], twin_of="q0"))
    assert (case.history, case.twin_of) == (("Ai?", "Khi nào?"), "q0")
    assert (parse(GOOD).history, parse(GOOD).twin_of) == ((), None)


def test_directions():
    assert parse(GOOD).direction == "vi->vi"
    assert parse(changed(tags=["cross-lingual"])).direction == "vi->en"


def test_lint_passes_a_sound_case_and_catches_planted_faults():
    assert lint([parse(GOOD)], FILES) == []
    for record, fault in (
        (changed(must_cite__0__quote="từ 9 tỷ USD năm 2020"), "not verbatim"),
        (changed(must_cite__0__doc_id="c.txt"), "c.txt is not among the articles"),
        (changed(expect__all_of__0={"id": "n", "number": {"value": 8e9, "unit": "USD"}}), "in no article"),
        (changed(expect__short=["8 tỷ USD"]), "holds no vital nugget"),
        (changed(expect__none_of__0__number__value=9e9), "none_of matches"),
        (changed(distractors=["d.txt"]), "d.txt is not among"),
    ):
        assert any(fault in found for found in lint([parse(record)], FILES)), fault
    twice = [parse(GOOD), parse(changed(id="q2", question="bao nhiêu"))]
    assert lint(twice, FILES) == ["q2: asks the same as q1"]
    empty = changed(answerable=False, type="unanswerable", expect={}, must_cite=[], distractors=[])
    assert lint([parse(empty)], FILES) == ["q1: not answerable, but no near miss is named under distractors"]
    derived = changed(
        tags=["derived"], expect={"all_of": [{"id": "n", "any_of": ["năm"]}, {"id": "m", "any_of": ["x"]}]}
    )
    assert lint([parse(derived)], FILES) == []


def test_a_line_ends_with_a_line_feed_only(tmp_path):
    path = tmp_path / "s.jsonl"
    odd = changed(question="Bao nhi\u2028\u0085\u2029\x0c\x1cêu?")
    path.write_text(json.dumps(odd, ensure_ascii=False) + "\r\n", encoding="utf-8", newline="")
    assert [case.question for case in load(path)] == [odd["question"]]


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path):
    path = tmp_path / "s.jsonl"
    path.write_text(json.dumps(GOOD), encoding="utf-8-sig")
    assert [case.id for case in load(path)] == ["q1"]


@pytest.mark.parametrize(
    ("coding", "message"),
    [("utf-16", "line 1: byte 0xff is not UTF-8"), ("cp1258", "line 2: byte 0xea is not UTF-8")],
)
def test_a_suite_in_another_coding_is_refused(coding, message, tmp_path):
    path = tmp_path / "s.jsonl"
    path.write_text("\n" * (coding == "cp1258") + '{"id": "ê"}', encoding=coding)
    with pytest.raises(SuiteError, match=message):
        load(path)


SHIPPED = sorted(path.stem for path in SUITES.glob("*.jsonl"))
FOLDERS = {**libraries.SHIPPED, "articles": ARTICLES}


def shipped(name):
    """Return the cases and the folder of the articles of a shipped suite, or skip with the reason."""
    folder = FOLDERS[name.split("-")[0]]
    if not folder.is_dir():
        pytest.skip(f"the articles are not beside the project at {folder}")
    return load(SUITES / f"{name}.jsonl"), folder


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=[pytest.mark.articles] * one.startswith("articles")) for one in SHIPPED]
)
def test_every_shipped_suite_is_sound(name):
    cases, folder = shipped(name)
    assert lint(cases, read_articles(folder), strict=True) == []
    assert {case.split for case in cases} == {"dev" if name.endswith(("dev", "fit")) else "report"}
    assert all(case.absent for case in cases if not case.answerable)  # strict looked at something


def test_shipped_suites_share_only_the_articles_that_they_say():
    by_name = {name: load(SUITES / f"{name}.jsonl") for name in SHIPPED}
    declared = split_by_question(SUITES / "demo-dev.jsonl")
    assert declared == {"demo-1", "articles-5"}
    assert leaks(by_name, declared) == []
    undeclared = {fault.kind for fault in leaks(by_name)}
    assert undeclared == {"group_split", "article_split", "near_split"}


def test_the_demonstration_suite_is_balanced():
    cases = load(SUITES / "demo-dev.jsonl")
    assert len(cases) >= 24
    assert sum(not case.answerable for case in cases) / len(cases) >= 0.28
    assert {"en->en", "en->vi", "vi->en", "vi->vi"} <= {case.direction for case in cases}


@pytest.mark.parametrize("name", ["articles-dev", "articles-check"])
def test_the_suites_on_the_real_articles_are_balanced(name):
    cases = load(SUITES / f"{name}.jsonl")
    assert len(cases) == 40
    assert sum(not case.answerable for case in cases) == 8
    assert sum(case.direction in ("en->vi", "vi->en") for case in cases) >= 10
    assert sum(case.lang == "vi" for case in cases) >= 15


def test_no_question_is_in_two_suites():
    questions = [case.question.casefold() for path in SUITES.glob("*.jsonl") for case in load(path)]
    assert len(questions) == len(set(questions))
