"""What a part is worth is told by taking it away: the same readings, each end counted by hand."""

from dataclasses import replace
from unittest.mock import patch

import pytest
from eval_world import RECORDS, make_library, model, write_suite

from eval.calibrate.__main__ import main
from eval.calibrate.ablations import PARTS, WHOLE, Outcome, difference, outcomes, report
from eval.cases import parse
from eval.readings import Kept
from index import Library
from index.embed import HashEmbedder
from rag.deciding import answering, candidates

CASES = [parse(record) for record in RECORDS]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return make_library(tmp_path_factory.mktemp("world"))


def ended(world, tmp_path, case, replies=None):
    llm = Kept(tmp_path / f"{case.id}.jsonl", "scripted", "chatml", lambda: model(replies))
    with Library.open(world, HashEmbedder()) as library:
        return outcomes(case, library, llm)


def test_every_part_is_tried_on_the_same_readings(world, tmp_path):
    by_part = ended(world, tmp_path, CASES[0])
    assert list(by_part) == list(PARTS)
    assert by_part[WHOLE].name == "right"
    assert by_part["one reading (--fast)"].readings == 1


def test_a_draft_of_the_wrong_direction_is_put_right_by_what_code_finds(world, tmp_path):
    """The model says 12 to "How many projects does Peru have in Chile?"; 45 is right."""
    by_part = ended(world, tmp_path, CASES[1])
    assert by_part[WHOLE].name == "right"
    assert by_part["no values found by code"].name == "abstained"


def test_without_code_and_check_it_would_have_been_said(world, tmp_path):
    two = (PARTS["no check of what is drafted"], PARTS["no values found by code"])
    both = replace(two[0], instead={**two[0].instead, **two[1].instead})
    with patch.dict("eval.calibrate.ablations.PARTS", {"neither": both}):
        assert ended(world, tmp_path, CASES[1])["neither"].name == "wrong"


def test_without_a_threshold_what_has_no_answer_is_answered(world, tmp_path):
    by_part = ended(world, tmp_path, CASES[5])
    assert by_part[WHOLE].name == "refused"
    assert by_part["no threshold"].name == "false answer"


def test_what_was_taken_away_is_back_afterwards(world, tmp_path):
    before = (candidates.examine, answering.rivals, answering.open_in_time, candidates.open_in_time)
    ended(world, tmp_path, CASES[0])
    assert before == (
        candidates.examine,
        answering.rivals,
        answering.open_in_time,
        candidates.open_in_time,
    )


def test_the_difference_is_the_share_of_questions_that_change():
    names = {part: Outcome("right", 2) for part in PARTS}
    worse = {**names, "no threshold": Outcome("wrong", 2)}
    table = [names, worse, worse, names]
    gained = difference(["a", "b", "c", "d"], table, "no threshold", ("right",))
    assert gained.value == -0.5
    assert gained.low < -0.5 < gained.high
    assert difference(["a", "b", "c", "d"], table, "no threshold", ("wrong",)).value == 0.5
    same = difference(["a", "b", "c", "d"], table, "no values found by code", ("right",))
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)
    lines = report(CASES[:4], table).splitlines()
    assert [line.split()[-6] for line in lines[2:3]] == ["4"], "four right, by the whole program"


def test_the_command_needs_the_model_once(world, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("rag.opening.embedder", lambda _config: HashEmbedder())
    monkeypatch.setattr("rag.opening.llm", lambda _config: model())
    suite, drafts = str(write_suite(tmp_path, RECORDS).path), str(tmp_path / "drafts.jsonl")
    command = ["ablations", suite, str(world), "--drafts", drafts]
    assert main(command) == 0
    first = capsys.readouterr().out
    for line in first.splitlines()[2:]:
        assert sum(map(int, line[36:].split()[:5])) == len(RECORDS), line
    monkeypatch.delattr("rag.opening.llm")
    assert main(command) == 0
    assert capsys.readouterr().out == first
