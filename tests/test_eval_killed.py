"""A run that is really killed (SIGKILL, another process) goes on to the same bytes: samples and report."""

import csv
import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from eval_world import make_library, write_suite

from eval.report.pages import FILES, write
from eval.runner import read_run
from eval.samples import from_record

TESTS = Path(__file__).parent
# What a child does: answer questions on the small press, slowly enough for a kill to meet it at work.
CHILD = f"""
import sys, time
from pathlib import Path
sys.path.insert(0, {str(TESTS)!r})
import eval_world
from eval.libraries import find
out, library, suite, seconds, clock = sys.argv[1:]
if clock == "real":
    eval_world.ticks = lambda: time.monotonic
for name in ("assistant", "best-sentence"):
    eval_world.run_world(Path(out) / name, Path(library), [find(suite)], name=name,
                         change=lambda case, answer: time.sleep(float(seconds)))
"""
QUESTIONS = 12  # six of each system


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("killed")
    return folder, make_library(folder), write_suite(folder).path


def child(world, out, seconds=0.0, clock="ticks"):
    folder, library, suite = world
    command = [sys.executable, "-c", CHILD, *map(str, (folder / out, library, suite, seconds, clock))]
    return subprocess.Popen(command, cwd=TESTS.parent, stdin=subprocess.DEVNULL)


def answered(out):
    return sum(path.read_bytes().count(b"\n") for path in out.glob("*/samples.jsonl"))


def kill_at(world, out, count, wait):
    """Kill the child some time after its answer number `count`; return how many answers it left."""
    running = child(world, out, 0.15)
    deadline = time.monotonic() + 60
    while answered(world[0] / out) < count:
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.005)
    time.sleep(wait)
    running.send_signal(signal.SIGKILL)
    assert running.wait(10) == -signal.SIGKILL
    return answered(world[0] / out)


def everything(folder):
    write(folder)
    paths = [*(folder / name for name in FILES), *sorted(folder.glob("*/samples.jsonl"))]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_killed_at_random_questions_and_resumed_it_ends_with_the_same_samples_and_report(world):
    assert child(world, "whole").wait(60) == 0
    whole = everything(world[0] / "whole")
    answered = [data for name, data in whole.items() if name.endswith("samples.jsonl")]
    assert sum(data.count(b"\n") for data in answered) == QUESTIONS
    chance = random.Random(20310504)
    left = kill_at(world, "killed", chance.randint(1, 4), chance.uniform(0, 0.15))
    again = kill_at(world, "killed", chance.randint(left + 1, 8), chance.uniform(0, 0.15))  # and once more
    assert 0 < left < again < QUESTIONS
    assert child(world, "killed").wait(60) == 0
    assert everything(world[0] / "killed") == whole
    runs = [read_run(path.parent)["when"] for path in sorted((world[0] / "killed").glob("*/run.json"))]
    assert max(map(len, runs)) >= 2  # it really was worked on again
    # What was answered before a kill is told too; at most the question that each kill fell upon is not.
    assert QUESTIONS - 2 <= sum(one["answered"] for when in runs for one in when) <= QUESTIONS


def test_with_real_clocks_only_times_differ(world):
    """How long something took is measured, so it is the one thing that cannot come out the same."""
    for out in ("first", "second"):
        assert child(world, out, clock="real").wait(60) == 0
    first, second = (untimed(world[0] / out) for out in ("first", "second"))
    assert first == second
    tables = []
    for out in ("first", "second"):
        write(world[0] / out)
        with (world[0] / out / "report.csv").open(encoding="utf-8", newline="") as file:
            tables.append([row for row in csv.DictReader(file) if row["unit"] != "seconds"])
    assert len(tables[0]) > 50
    assert tables[0] == tables[1]


def untimed(folder):
    found = []
    for path in sorted(folder.glob("*/samples.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            assert from_record(record).answer["timings"]["total"] is not None
            record["answer"]["timings"] = None
            found.append(record)
    return found
