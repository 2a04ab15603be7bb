"""The measure of several people at once: what it calls wrong, and that a line is measured; not its speed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser import Served, serving, until
from fake_assistant import FakeAssistant

from eval.bench import crowd as bench
from eval.bench.crowd import Caller, faults, table


def heard(question: str, *said: tuple[float, str], asked: float = 0.0) -> Caller:
    return Caller("", question, list(said), asked)


FIRST = heard("a", (0.1, "searching"), (0.2, "3 sources"), (1.0, "answering"), (4.0, "done"))
SECOND = heard(
    "b",
    (0.0, "waiting, 1 before you"),
    (0.3, "2 sources"),
    (0.4, "waiting, 1 before you"),
    (4.1, "searching"),
    (4.2, "2 sources"),
    (5.0, "answering"),
    (7.0, "done"),
    asked=0.5,
)


def test_what_is_in_order_has_no_fault() -> None:
    assert faults([FIRST, SECOND]) == []
    assert SECOND.places == [1, 1]
    assert SECOND.turn() == 4.1


@pytest.mark.parametrize(
    ("callers", "wrong"),
    [
        ([FIRST, heard("b", (0.0, "waiting, 1 before you"), asked=0.5)], "no answer to 'b'"),
        ([FIRST, heard("b", (0.0, "waiting, 1 before you"), (1.0, "done"))], "answered out of order: 'b'"),
        ([FIRST, heard("b", (0.0, "searching"), (5.0, "done"))], "number 2 was told [] before it, not 1"),
        (
            [FIRST, heard("b", (0.0, "waiting, 1 before you"), (1, "waiting, 2 before you"), (5.0, "done"))],
            "the place of number 2 went up: [1, 2]",
        ),
    ],
)
def test_what_is_wrong_is_told(callers: list[Caller], wrong: str) -> None:
    assert wrong in faults(callers)


def test_everybody_has_a_line_in_the_table() -> None:
    assert table(FIRST, [FIRST, SECOND]).splitlines()[2:] == [
        "| alone | 0 | 0.20 | 1.00 | 4.00 |",
        "| 1 at once | 0 | 0.20 | 1.00 | 4.00 |",
        "| 2 at once | 1 | 0.30 | 5.00 | 7.00 |",
    ]


@pytest.fixture
def served() -> Iterator[Served]:
    with serving(FakeAssistant(pause=0.05)) as one:
        until(lambda: one.desk.health.state == "ready")
        yield one


def test_a_real_line_is_measured(served: Served) -> None:
    callers = bench.crowd(served.url, ["one", "two", "three"])
    assert faults(callers) == []
    assert [asked for asked, _ in served.assistant.asked] == ["one", "two", "three"]
    assert all(0 < one.seconds("source") <= one.seconds("done") for one in callers)


@pytest.mark.parametrize("writing", [True, False])
def test_a_stop_is_measured_until_the_next_one_has_the_model(served: Served, writing: bool) -> None:
    took = bench.freed(served.url, "one", "two", writing=writing)
    assert took is not None
    assert 0 < took < 30
    assert served.assistant.cancelled == 1
    assert [asked for asked, _ in served.assistant.asked] == ["one", "two"]


def test_what_is_answered_before_it_can_be_stopped_is_not_counted() -> None:
    with serving(FakeAssistant(draft=[])) as served:
        until(lambda: served.desk.health.state == "ready")
        assert bench.freed(served.url, "one", "two", writing=True) is None


def test_a_suite_that_is_too_small_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--people", "9999"])
    assert "questions, 9999 are needed" in capsys.readouterr().err
