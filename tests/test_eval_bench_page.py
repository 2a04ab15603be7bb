"""The measure of the page: its arithmetic by hand, and that a real server is measured; not its speed."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import needs_chromium, serving, until
from fake_assistant import FakeAssistant

from eval.bench import page as bench
from eval.bench.page import Load, memory_table, paint_table
from eval.memory import Held, resident
from rag.errors import RagError

MB = 1_000_000


def test_the_median_stands_between_the_least_and_the_most() -> None:
    found = [Load(400, 900), Load(1200, 1500), Load(610, 1000)]
    assert paint_table(found).splitlines()[2:] == [
        "| first contentful paint | 0.61 | 0.40 | 1.20 |",
        "| question can be typed | 1.00 | 0.90 | 1.50 |",
    ]
    assert "3 loads" in paint_table(found)
    assert "| 0.80 | 0.40 | 1.20 |" in paint_table(found[:2])  # of an even number the mean of the two


def test_what_the_processes_hold_is_summed_and_told_for_each() -> None:
    states = [
        ("early", [Held(1, 186 * MB, 44 * MB)]),
        ("late", [Held(1, 1000 * MB, 40 * MB), Held(2, MB, 0)]),
    ]
    assert memory_table(states).splitlines()[2:] == [
        "| early | 1 | 186 | 44 | 186 |",
        "| late | 2 | 1,001 | 40 | 1,000 + 1 |",
    ]


def process(proc: Path, pid: int, status: str, children: str = "") -> None:
    task = proc / str(pid) / "task" / str(pid)
    task.mkdir(parents=True)
    (proc / str(pid) / "status").write_text(status)
    (task / "children").write_text(children)


def test_resident_memory_is_read_process_by_process(tmp_path: Path) -> None:
    whole = "VmHWM:\t 900 kB\nVmRSS:\t 500 kB\nRssAnon:\t 300 kB\nRssFile:\t 150 kB\nRssShmem:\t 50 kB\n"
    process(tmp_path, 10, whole, "11 12 13")
    process(tmp_path, 11, "VmRSS:\t 20 kB\n", "14")
    process(tmp_path, 12, "Name: ended\n")  # a zombie has no memory
    process(tmp_path, 14, "VmRSS:\t 3 kB\n")  # and 13 is gone
    assert resident(10, tmp_path) == [
        Held(10, 500 * 1024, 200 * 1024),
        Held(11, 20 * 1024, 0),
        Held(14, 3 * 1024, 0),
    ]
    assert resident(99, tmp_path) == []


def test_a_server_is_started_its_failure_told_and_nothing_left_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_HOME", str(tmp_path))  # where there are no models
    with bench.serving(str(tmp_path / "library"), None) as child:
        assert resident(child.pid)
        with pytest.raises(RagError, match=r"cannot be loaded: The model multilingual-e5-small .* is not in"):
            child.load_models()
    until(lambda: not resident(child.pid))


def test_no_load_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        bench.main(["--loads", "0"])
    assert refused.value.code == 2
    assert "--loads is 0; it must be at least 1" in capsys.readouterr().err


@pytest.mark.browser
@needs_chromium
def test_each_load_of_the_page_is_timed() -> None:
    with serving(FakeAssistant()) as served:
        found = bench.loads(served.url, 2)
    assert len(found) == 2
    assert all(one.painted > 0 and one.typed > 0 for one in found)
