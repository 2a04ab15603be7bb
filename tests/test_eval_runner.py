"""Runs: nothing answered is lost, nothing is asked twice, and nothing of another program is mixed in."""

import json
import os
import random

import pytest
from eval_world import RECORDS, make_library, model, run_world, write_suite

from eval import samples
from eval.runner import choose, read_run
from eval.samples import SamplesError
from index.errors import Locked
from rag.errors import WorkerCrashed


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return make_library(tmp_path_factory.mktemp("world"))


@pytest.fixture
def suite(tmp_path):
    return write_suite(tmp_path)


def lines(folder):
    return (folder / "samples.jsonl").read_bytes()


def stop_at(name, error=KeyboardInterrupt, times=1):
    left = [times]

    def change(case, _answer):
        if case.id == name and left[0]:
            left[0] -= 1
            raise error("stopped")

    return change


def counting():
    asked = []
    return asked, lambda case, _answer: asked.append(case.id)


def test_a_run_keeps_all_that_is_needed_to_judge_it(tmp_path, library, suite):
    done = run_world(tmp_path / "run", library, [suite])
    assert (done.questions, done.fresh) == (6, 6)
    first = json.loads(lines(tmp_path / "run").splitlines()[0])
    assert first["id"] == "w1"
    assert first["answer"]["short"] == "12"
    assert first["answer"]["timings"]["total"] > 0
    assert first["retrieved"][0]["file"] == "new.txt"
    assert len(first["retrieved"]) <= 10
    assert first["evidence"][0]["quote"]
    assert first["scores"]["label"] == "right"
    assert first["broken"] == []
    assert first["memory"] == 1_000_000
    read = samples.read(tmp_path / "run")
    assert [one.case for one in read] == list(suite.cases)
    what = read_run(tmp_path / "run")["what"]
    assert what["suites"] == {"world": {"sha256": suite.sha256, "questions": 6}}
    assert len(what["libraries"]["world"]) == 16


def test_earlier_questions_are_asked_first_in_the_same_conversation(tmp_path, library):
    llm = model()
    follow_up = write_suite(tmp_path, [RECORDS[3]])
    run_world(tmp_path / "run", library, [follow_up], llm=llm)
    earlier, last = RECORDS[3]["history"][0], RECORDS[3]["question"]
    turns = [prompt.rpartition("Question:\n")[2].partition("<|im_end|>")[0] for prompt in llm.prompts]
    assert turns[0] == earlier
    assert turns[-1] == f"{earlier} {last}"  # made whole from the turn before


def test_stopped_at_any_question_and_resumed_it_ends_with_the_same_bytes(tmp_path, library, suite):
    run_world(tmp_path / "whole", library, [suite])
    for case in suite.cases:
        out = tmp_path / f"stopped-{case.id}"
        with pytest.raises(KeyboardInterrupt):
            run_world(out, library, [suite], change=stop_at(case.id))
        before = len(lines(out).splitlines())
        asked, change = counting()
        done = run_world(out, library, [suite], change=change)
        assert done.fresh == len(asked) == 6 - before  # what was answered is not asked again
        assert lines(out) == lines(tmp_path / "whole")


def test_killed_in_the_middle_of_a_write_and_resumed_it_ends_with_the_same_bytes(tmp_path, library, suite):
    run_world(tmp_path / "whole", library, [suite])
    whole = lines(tmp_path / "whole")
    out = tmp_path / "torn"
    out.mkdir()
    for cut in [0, len(whole) - 1, *random.Random(7).sample(range(len(whole)), 6)]:
        (out / "samples.jsonl").write_bytes(whole[:cut])
        run_world(out, library, [suite])
        assert lines(out) == whole, cut


def test_a_folder_is_answered_into_by_one_process_at_a_time(tmp_path, library, suite):
    refused = []

    def second(_case, _answer):
        with pytest.raises(Locked, match=rf"is being written by process {os.getpid()}") as told:
            run_world(tmp_path / "run", library, [suite])
        refused.append(told.value.exit_code)

    run_world(tmp_path / "run", library, [suite], change=second)
    assert refused == [75] * len(suite.cases)
    run_world(tmp_path / "run", library, [suite])  # its lock goes with the first


def test_two_suites_in_one_run_survive_a_stop_in_the_first(tmp_path, library, suite):
    other = write_suite(tmp_path, RECORDS[:3], "other")
    run_world(tmp_path / "whole", library, [suite, other])
    out = tmp_path / "run"
    run_world(out, library, [suite, other])
    kept = [
        line for line in lines(out).splitlines(keepends=True) if b'"id": "w2", "suite": "world"' not in line
    ]
    (out / "samples.jsonl").write_bytes(b"".join(kept))
    with pytest.raises(KeyboardInterrupt):
        run_world(out, library, [suite, other], change=stop_at("w2"))
    assert len(lines(out).splitlines()) == 8  # the second suite's answers are still there
    assert run_world(out, library, [suite, other]).fresh == 1
    assert lines(out) == lines(tmp_path / "whole")


def test_changed_gold_is_scored_again_without_asking(tmp_path, library, suite):
    out = tmp_path / "run"
    run_world(out, library, [suite])
    edited = json.loads(json.dumps(RECORDS))
    edited[0]["expect"]["all_of"][0]["number"]["value"] = 13
    edited[0]["expect"]["short"] = ["13"]
    done = run_world(out, library, [write_suite(tmp_path, edited)])
    assert done.fresh == 0
    assert samples.read(out)[0].label == "wrong"


def test_changed_gold_articles_are_another_question_to_the_oracle_only(tmp_path, library, suite):
    edited = [{**RECORDS[0], "may_cite": ["vi.txt"]}, *RECORDS[1:]]
    for name, fresh in (("oracle", 1), ("assistant", 0)):
        run_world(tmp_path / name, library, [suite], name=name)
        other = write_suite(tmp_path, edited)
        assert run_world(tmp_path / name, library, [other], name=name).fresh == fresh


def test_a_changed_question_is_asked_again(tmp_path, library, suite):
    out = tmp_path / "run"
    run_world(out, library, [suite])
    edited = [{**RECORDS[0], "question": "What number of projects does Chile have in Peru?"}, *RECORDS[1:]]
    asked, change = counting()
    run_world(out, library, [write_suite(tmp_path, edited)], change=change)
    assert asked == ["w1"]
    assert [one.case.id for one in samples.read(out)] == ["w1", "w2", "w3", "w4", "w5", "w6"]


def test_answers_of_another_program_are_not_mixed_in(tmp_path, library, suite):
    out = tmp_path / "run"
    run_world(out, library, [suite])
    described = (out / "run.json").read_bytes()
    with pytest.raises(SamplesError, match='run with model_sha256 "0" instead of "1"'):
        run_world(out, library, [suite], what={"model_sha256": "1"})
    assert (out / "run.json").read_bytes() == described
    assert run_world(out, library, [suite], what={"model_sha256": "1"}, replace_stale=True).fresh == 6


def test_answers_are_not_dropped_without_being_asked_to(tmp_path, library, suite):
    out = tmp_path / "run"
    run_world(out, library, [suite])
    whole = lines(out)
    with pytest.raises(SamplesError, match="holds 4 answers to questions that are not asked now"):
        run_world(out, library, [suite], limit=2)
    assert lines(out) == whole
    assert run_world(out, library, [suite], limit=2, replace_stale=True).questions == 2


def test_a_damaged_record_is_named_and_nothing_is_overwritten(tmp_path, library, suite):
    out = tmp_path / "run"
    run_world(out, library, [suite])
    (out / "samples.jsonl").write_bytes(b"{}\n" + lines(out))
    with pytest.raises(SamplesError, match="line 1 is no sample"):
        run_world(out, library, [suite])
    assert lines(out).startswith(b"{}\n")


def test_a_model_that_dies_once_is_asked_again_and_twice_stops_the_run(tmp_path, library, suite):
    done = run_world(tmp_path / "once", library, [suite], change=stop_at("w2", WorkerCrashed))
    assert done.fresh == 6
    with pytest.raises(WorkerCrashed):
        run_world(tmp_path / "twice", library, [suite], change=stop_at("w2", WorkerCrashed, times=2))
    assert len(lines(tmp_path / "twice").splitlines()) == 1


def test_the_quick_form_is_always_the_same_questions(suite):
    two, four = choose(suite.cases, 2), choose(suite.cases, 4)
    assert len(two) == 2
    assert set(two) < set(four)
    assert [case.id for case in four] == sorted(case.id for case in four)
    assert choose(tuple(reversed(suite.cases)), 2) == list(reversed(two))
    assert choose(suite.cases, 99) == list(suite.cases)


def test_quotations_are_checked_against_the_library_while_it_is_open(tmp_path, library, suite):
    def misquote(case, answer):
        for citation in answer["citations"]:
            citation["start"] += 1

    run_world(tmp_path / "run", library, [suite], change=misquote)
    first = samples.read(tmp_path / "run")[0]
    assert [one.promise for one in first.broken] == ["verbatim"]
