"""Evaluations as processes: one at a time, stopped, killed, failed, and left behind by a server that died."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from browser import until

from eval.web import evaluations
from eval.web.evaluations import Plan
from eval.web.running import NICE, Busy, Runner

PLAN = Plan(("s.jsonl",), ("search",), (), None, None, {"search": 4}, "2031-05-04T00:00:00+00:00")
SLEEPS = "import sys, time; print('begun', file=sys.stderr, flush=True); time.sleep(600)"
FAILS = "import sys; sys.exit('Error: a model is missing.\\nFetch it: rag models fetch X')"
ENDS = "print('{\"runs\": []}')"
DEAF = f"import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); {SLEEPS}"


@pytest.fixture
def runner(tmp_path):
    """Return what makes runners of programs; what they began ends with the test."""
    made = []

    def make(program):
        made.append(Runner(tmp_path, (sys.executable, "-c", program)))
        return made[-1]

    yield make
    for one in made:
        if job := one.job():
            os.kill(job.pid, signal.SIGKILL)
            until(lambda one=one: one.job() is None)


def state(runner):
    job = runner.job()
    (one,) = evaluations.every(runner.root, job.id if job else None)
    return one.state, one.said


def ended(runner):
    until(lambda: runner.job() is None)
    return state(runner)


def test_one_at_a_time_and_stopped_by_hand_it_can_go_on(runner):
    one = runner(SLEEPS)
    assert one.job() is None
    one.begin(PLAN, "")
    until(lambda: state(one) == ("running", "begun"))
    job = one.job()
    assert (job.ours, job.stopping) == (True, False)
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, job.pid) == min(19, ours + NICE)
    for begin in (lambda: one.begin(PLAN, ""), lambda: one.resume(one.root / job.id, PLAN)):
        with pytest.raises(Busy):
            begin()
    one.stop()
    assert ended(one) == ("stopped", "")
    one.stop()  # there is nothing to stop
    one.resume(one.root / job.id, PLAN)
    assert (one.job().id, one.job().pid == job.pid) == (job.id, False)


def test_that_it_is_stopping_is_told_until_it_has(runner):
    one = runner(DEAF)
    one.begin(PLAN, "")
    until(lambda: state(one) == ("running", "begun"))
    one.stop()
    assert one.job().stopping


def test_how_it_ended_is_told_by_what_it_left(runner):
    one = runner(ENDS)
    one.begin(PLAN, "")
    assert ended(one) == ("finished", "")


def test_an_error_is_told_in_its_words(runner):
    one = runner(FAILS)
    one.begin(PLAN, "")
    assert ended(one) == ("failed", "a model is missing.\nFetch it: rag models fetch X")


def test_one_that_was_killed_is_broken_off(runner):
    one = runner(SLEEPS)
    one.begin(PLAN, "")
    os.kill(one.job().pid, signal.SIGKILL)
    assert ended(one) == ("broken", "")


def test_in_one_second_there_is_room_for_two(runner):
    one = runner(ENDS)
    for _ in range(3):
        one.begin(PLAN, "")
        until(lambda: one.job() is None)
    assert len(evaluations.every(one.root)) == 3


def test_a_server_that_ends_stops_its_own_and_no_other(runner, tmp_path):
    one = runner(SLEEPS)
    one.begin(PLAN, "")
    until(lambda: state(one) == ("running", "begun"))
    one.close()
    assert ended(one) == ("stopped", "")
    runner(SLEEPS).close()  # nothing runs


SERVER = """
import os, sys
from pathlib import Path
sys.path.insert(0, "tests")
from test_eval_web_running import PLAN, SLEEPS
from eval.web.running import Runner
Runner(Path(sys.argv[1]), (sys.executable, "-c", SLEEPS)).begin(PLAN, "")
os._exit(9)  # no goodbye
"""


def test_what_a_dead_server_left_goes_on_and_can_be_stopped_by_the_next(runner, tmp_path):
    root = Path(__file__).parent.parent
    dead = subprocess.run([sys.executable, "-c", SERVER, str(tmp_path)], cwd=root, check=False)
    assert dead.returncode == 9
    one = runner(SLEEPS)
    job = one.job()
    assert (job is not None, job.ours) == (True, False)
    with pytest.raises(Busy):
        one.begin(PLAN, "")
    until(lambda: state(one) == ("running", "begun"))
    one.close()  # another's is left alone
    assert one.job() is not None
    one.stop()
    assert ended(one) == ("stopped", "")


def test_what_the_plan_says_is_what_is_called(runner):
    one = runner("import sys; print(sys.argv[1:], file=sys.stderr)")
    one.begin(PLAN, "[server]\nport = 1\n")
    until(lambda: one.job() is None)
    (made,) = evaluations.every(one.root)
    assert (made.folder / "log.txt").read_text() == f"{PLAN.arguments(made.folder)}\n"
    assert (made.folder / "settings.toml").read_text() == "[server]\nport = 1\n"
