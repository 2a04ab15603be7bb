"""Weights repacked or as stored: what was measured is kept with the build, and either way reads the same."""

import json
import subprocess
import sys

import numpy as np
import pytest
from llm_support import SMALL, gguf

from rag.llm import layout
from rag.llm.llama import LlamaProcess
from rag.setup import proof, trial


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch):
    file = tmp_path / "layout.json"
    monkeypatch.setattr(layout, "_file", lambda: file)
    return file


@pytest.fixture
def machine(monkeypatch):
    """A machine where a trial prints what it is told to; it counts its trials."""

    class Machine:
        says = b"[2.0, 1.5]"
        trials = 0

    state = Machine()

    def run(command, **_):
        state.trials += 1
        if isinstance(state.says, Exception):
            raise state.says
        return subprocess.CompletedProcess(command, 0, state.says)

    monkeypatch.setattr(trial.subprocess, "run", run)
    monkeypatch.setattr(proof, "identity", lambda: "this build")
    return state


def test_where_nothing_was_measured_weights_are_repacked(kept):
    assert layout.repacked()
    for damaged in ("", "[", "[1]", "null"):
        kept.write_text(damaged)
        assert layout.repacked()
        assert not layout.measured("this build")


def test_the_faster_way_is_kept_and_the_second_time_nothing_runs(machine, tmp_path):
    assert "as stored" in trial.choose(tmp_path)
    assert not layout.repacked()
    assert "as stored" in trial.choose(tmp_path)
    assert machine.trials == 1


@pytest.mark.parametrize(("packed", "stored"), [(1.5, 2.0), (2.0, 1.9), (2.0, 2.0)])
def test_what_saves_little_changes_nothing(machine, tmp_path, packed, stored):
    machine.says = json.dumps([packed, stored]).encode()
    assert "repacked" in trial.choose(tmp_path)
    assert layout.repacked()


def test_another_build_is_tried_anew(machine, tmp_path, monkeypatch):
    trial.choose(tmp_path)
    machine.says = b"[1.0, 2.0]"
    monkeypatch.setattr(proof, "identity", lambda: "another build")
    assert "repacked" in trial.choose(tmp_path)
    assert machine.trials == 2


@pytest.mark.parametrize(
    "fault", [subprocess.TimeoutExpired("trial", 1), subprocess.CalledProcessError(1, "trial"), OSError()]
)
def test_a_trial_that_fails_stops_nothing_and_is_made_again(machine, tmp_path, fault):
    machine.says = fault
    assert "as llama.cpp has them" in trial.choose(tmp_path)
    assert layout.repacked()
    trial.choose(tmp_path)
    assert machine.trials == 2


def test_an_environment_that_cannot_be_written_keeps_nothing(machine, tmp_path, monkeypatch):
    monkeypatch.setattr(layout, "_file", lambda: tmp_path / "no" / "such" / "folder")
    assert "repacked" in trial.choose(tmp_path)
    assert layout.repacked()


def test_the_process_is_started_as_was_measured(tmp_path):
    def started():
        return "--as-stored" in LlamaProcess(tmp_path / "a.gguf", "a")._args

    assert not started()
    layout.keep("this build", repacked=False)
    assert started()


@pytest.mark.models
def test_both_ways_read_alike():
    model = gguf(SMALL)
    from rag.llm.engine import Engine

    seen = [
        Engine(str(model), n_ctx=256, threads=2, keep_bytes=0, repacked=repacked)
        .read([range(1000, 1064)])
        .logits.copy()
        for repacked in (True, False)
    ]
    assert seen[0].argmax() == seen[1].argmax()
    assert np.abs(seen[0] - seen[1]).max() < 1.0  # logits of about -10 to 20
    assert np.corrcoef(*seen)[0, 1] > 0.999


@pytest.mark.models
def test_the_trial_prints_the_seconds_of_both():
    command = [sys.executable, "-m", "rag.setup.trial", str(gguf(SMALL)), "2"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert all(0 < seconds < trial.SECONDS for seconds in json.loads(done.stdout))
