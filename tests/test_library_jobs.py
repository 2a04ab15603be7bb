"""Jobs of the library page: one at a time, told, stopped, remembered."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from browser import until

from index import Library
from index.embed import HashEmbedder
from index.errors import Locked
from rag.web.library.jobs import Busy, Job, Jobs, Report
from rag.web.library.listing import SORTS, Wanted, wanted

HERE = Path(__file__).parent


def ended(jobs: Jobs) -> Job:
    until(lambda: jobs.job and not jobs.job.alive)
    assert jobs.job
    return jobs.job


def held(jobs: Jobs, then: Callable[[Report], None] = lambda report: report.check()) -> threading.Event:
    """Start a job that waits for the event that is returned."""
    go_on, begun = threading.Event(), threading.Event()

    def work(report: Report) -> None:
        report.tell("reading", 1, 4, "a.txt")
        begun.set()
        go_on.wait(20)
        then(report)

    jobs.start("add", work)
    assert begun.wait(20)
    return go_on


def test_a_job_tells_what_it_does_and_is_remembered_until_it_is_forgotten() -> None:
    jobs = Jobs()
    assert jobs.job is None
    go_on = held(jobs)
    job = jobs.job
    assert job
    assert (job.state, job.stage, job.done, job.total, job.name) == ("running", "reading", 1, 4, "a.txt")
    jobs.forget()  # one that is running stays
    with pytest.raises(Busy):
        jobs.start("verify", lambda report: None)
    go_on.set()
    assert ended(jobs).state == "done"
    jobs.forget()
    assert jobs.job is None


def test_a_job_stops_when_it_is_next_asked() -> None:
    jobs = Jobs()
    jobs.stop()  # nothing to stop
    go_on = held(jobs)
    jobs.stop()
    assert jobs.job
    assert jobs.job.state == "stopping"
    go_on.set()
    assert ended(jobs).state == "stopped"
    jobs.start("verify", lambda report: report.check())  # a new job is not stopped by the old wish
    assert ended(jobs).state == "done"


def test_a_job_that_fails_says_why_in_the_errors_own_words() -> None:
    jobs = Jobs()

    def fails(problem: Exception) -> Callable[[Report], None]:
        def work(_: Report) -> None:
            raise problem

        return work

    jobs.start("add", fails(Locked("held by process 7")))
    assert (ended(jobs).state, ended(jobs).problem) == ("failed", "held by process 7")
    jobs.start("add", fails(ZeroDivisionError("oh")))
    assert "Unexpected ZeroDivisionError: oh" in ended(jobs).problem


def test_the_rate_is_that_of_the_stage_and_tells_the_time_left() -> None:
    times = iter([100.0, 110.0, 200.0, 204.0])
    jobs, seen = Jobs(lambda: next(times)), []

    def work(report: Report) -> None:
        for stage, done, total in (("reading", 0, 10), ("reading", 5, 10), ("computing", 40, 100)):
            report.tell(stage, done, total)
            seen.append((jobs.job.rate, jobs.job.seconds_left))
        report.tell("computing", 60, 100)
        seen.append((jobs.job.rate, jobs.job.seconds_left))

    jobs.start("add", work)
    assert ended(jobs).state == "done"
    assert seen == [(0.0, None), (0.5, 10.0), (0.0, None), (5.0, 8.0)]


def test_closing_stops_and_waits_no_longer_than_it_may() -> None:
    jobs = Jobs()
    jobs.close(0)  # nothing was begun
    go_on = held(jobs)
    jobs.close(0.01)
    assert jobs.job
    assert jobs.job.state == "stopping"
    go_on.set()
    assert ended(jobs).state == "stopped"


def test_an_address_asks_for_a_list_and_a_list_has_its_address() -> None:
    asked = {"words": "a b", "outlet": "X & Y", "lang": "vi", "since": "2024-01-01", "until": "", "page": "3"}
    found = wanted(asked)
    assert found == Wanted("a b", "X & Y", "vi", "2024-01-01", "", SORTS[0], 3)
    assert found.address(page=4) == "words=a+b&outlet=X+%26+Y&lang=vi&since=2024-01-01&page=4"
    assert Wanted().address() == ""
    assert not Wanted(sort="title", page=2).filtered
    assert wanted({"since": "20240101", "lang": "de", "sort": "size", "page": "-1"}) == Wanted()


# --- in a process of its own ------------------------------------------------------------------------

SLOW = """
import sys, time
sys.path.insert(0, {here!r})
from pathlib import Path
from fake_assistant import FakeAssistant
from index import Library
from index.embed import HashEmbedder
from rag.config import Config
from rag.web.server import serve

class Slow(HashEmbedder):
    def passages(self, texts):
        time.sleep(0.2)
        return super().passages(texts)

library = Library.open(sys.argv[1], Slow())
serve(Config(), host="127.0.0.1", port=0, open_assistant=lambda: FakeAssistant(library=library))
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGKILL"])
def test_a_program_that_ends_in_mid_job_leaves_a_sound_library_to_go_on_with(
    tmp_path: Path, name: str
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW.format(here=str(HERE)), str(tmp_path)],
        stdout=subprocess.PIPE, text=True, cwd=HERE.parent,
    )  # fmt: skip
    try:
        assert process.stdout
        url = process.stdout.readline().split()[4]
        until(lambda: json.loads(urlopen(f"{url}/health").read())["ready"])
        for number in range(4):  # several groups of vectors, one after the other
            lines = (
                json.dumps({"title": f"Story {number} {n}", "text": f"Number {n} of {number}. " * 40})
                for n in range(100)
            )
            data = "\n".join(lines).encode()
            urlopen(Request(f"{url}/library/upload?name=part-{number}.jsonl", data, method="POST")).read()
        urlopen(Request(f"{url}/library/add", b"", method="POST")).read()
        until(lambda: b"Computing the meaning" in urlopen(f"{url}/library/job").read())
        process.send_signal(getattr(signal, name))
        process.wait(15)
    finally:
        process.kill()
        process.wait()
    with Library.open(tmp_path, HashEmbedder()) as library:
        assert library.verify() == []
        assert library.counts()["articles"] == 400
        assert library.counts()["waiting"] > 0
        library.compute()
        assert library.counts()["waiting"] == 0
