"""One model, many askers: order, stopping, failures, closing."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from browser import until
from fake_assistant import ANSWERED, FakeAssistant

from index.errors import BadFilter
from rag.answer import Done, Event, Evidence, Token
from rag.errors import ModelMissing
from rag.llm import Cancelled
from rag.web.desk import AHEAD, Desk, Run
from rag.web.waiting import Failed, Stopped, Waiting, Working


def desk(assistant: FakeAssistant, **how: Any) -> Desk:
    one = Desk(lambda: assistant, **how)
    one.start()
    return one


def kinds(run: Run) -> list[type]:
    return [type(event) for event in run.events()]


def test_events_come_in_order_and_end_with_the_answer() -> None:
    events = list(desk(FakeAssistant()).ask("What?").events())
    news = [event for event in events if not isinstance(event, Waiting | Working)]
    assert isinstance(news[0], Evidence)
    assert {type(event) for event in news[1:-1]} == {Token}
    assert news[-1] == Done(ANSWERED)


def test_eight_people_at_once_are_answered_one_at_a_time_in_the_order_they_came() -> None:
    fake = FakeAssistant(pause=0.002)
    counter = desk(fake)
    runs = []
    with ThreadPoolExecutor(8) as pool:
        for n in range(8):
            run = counter.ask(f"question {n}")
            runs.append(pool.submit(kinds, run))
            until(lambda run=run: run in counter._line._line or run not in counter._runs)
        for seen in runs:
            assert seen.result(30)[-1] is Done
    assert [question for question, _ in fake.asked] == [f"question {n}" for n in range(8)]
    assert fake.most_active == 1


def test_those_who_wait_are_told_how_many_come_first() -> None:
    fake = FakeAssistant()
    fake.hold.clear()
    counter = desk(fake)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(kinds, counter.ask("first"))
        until(lambda: fake.asked)
        events = counter.ask("second").events()
        event = next(events)
        assert isinstance(event, Waiting)
        assert event.before == 1
        fake.hold.set()
        assert type(list(events)[-1]) is Done
        assert first.result(10)[-1] is Done


def test_who_waits_sees_the_sources_meanwhile_and_is_told_the_place_again() -> None:
    fake = FakeAssistant()
    fake.hold.clear()
    looked: list[str] = []

    def look(library: Any, question: str, history: Any, as_of: Any) -> Evidence:
        assert library is fake.library
        looked.append(question)
        return Evidence(ANSWERED.citations, 0.1)

    counter = desk(fake, look=look)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(kinds, counter.ask("first"))
        until(lambda: fake.asked)
        events = counter.ask("second").events()
        seen = [next(events) for _ in range(4)]
        fake.hold.set()
        rest = [type(event) for event in events]
        assert first.result(10).count(Evidence) == 1
    assert [type(event) for event in seen] == [Waiting, Evidence, Waiting, Waiting]  # the last after a second
    assert seen[1] == Evidence(ANSWERED.citations, 0.1)
    assert rest.count(Evidence) == 1
    assert rest[-1] is Done
    assert looked == ["second"]  # once, and not for who need not wait


def test_those_who_wait_are_looked_ahead_for_a_few_at_a_time() -> None:
    fake = FakeAssistant()
    fake.hold.clear()
    at_once, most = 0, 0

    def look(*_: Any) -> Evidence:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        time.sleep(0.05)
        at_once -= 1
        return Evidence(ANSWERED.citations, 0.1)

    counter = desk(fake, look=look)
    with ThreadPoolExecutor(5) as pool:
        runs = [pool.submit(kinds, counter.ask("first"))]
        until(lambda: fake.asked)
        runs += [pool.submit(kinds, counter.ask(f"number {n}")) for n in range(4)]
        until(lambda: most and not at_once)
        time.sleep(0.3)
        fake.hold.set()
        assert [run.result(10).count(Evidence) for run in runs] == [1, 2, 2, 2, 2]
    assert most == AHEAD


def test_a_look_ahead_that_fails_fails_its_own_question_only() -> None:
    fake = FakeAssistant()
    fake.hold.clear()

    def look(*_: Any) -> Evidence:
        raise BadFilter("since:never is no date")

    counter = desk(fake, look=look)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(kinds, counter.ask("first"))
        until(lambda: fake.asked)
        assert list(counter.ask("second since:never").events())[-1] == Failed("since:never is no date")
        fake.hold.set()
        assert first.result(10)[-1] is Done


@pytest.mark.clock
def test_a_full_line_says_so_at_once() -> None:
    fake = FakeAssistant()
    fake.hold.clear()
    counter = desk(fake, max_waiting=1)
    with ThreadPoolExecutor(2) as pool:
        held = [pool.submit(kinds, counter.ask("held"))]
        until(lambda: fake.asked)
        waiting = counter.ask("waits")
        held.append(pool.submit(kinds, waiting))
        until(lambda: waiting in counter._line._line)
        begun = time.monotonic()
        assert list(counter.ask("too many").events()) == [Failed("busy", busy=True)]
        assert time.monotonic() - begun < 1
        fake.hold.set()
        assert [one.result(10)[-1] for one in held] == [Done, Done]


def test_two_hundred_stops_in_a_row_leave_the_line_free_and_the_next_answer_right() -> None:
    fake = FakeAssistant()
    fake.hold.clear()
    counter = desk(fake)
    for n in range(200):
        run = counter.ask("stop me")
        for event in run.events():
            if isinstance(event, Token):
                run.stop()
        run.join(2)
        assert fake.cancelled == n + 1
    fake.hold.set()
    assert list(counter.ask("now").events())[-1] == Done(ANSWERED)


@pytest.mark.clock
def test_a_stop_is_heard_at_once_even_while_the_model_says_nothing() -> None:
    fake = FakeAssistant(evidence_pause=1.5)
    run = desk(fake).ask("slow")
    threading.Timer(0.3, run.stop).start()
    begun = time.monotonic()
    assert kinds(run)[-1] is Stopped
    assert time.monotonic() - begun < 1.0
    until(lambda: fake.active == 0, 3)


class Reading(FakeAssistant):
    """A model that reads the prompt of the question "long" until it is told to cancel."""

    def __init__(self) -> None:
        super().__init__()
        self.ends = threading.Event()
        self.reads = False  # whether it is in the middle of the long one
        self.cancels: list[str] = []

    def cancel(self) -> None:
        self.cancels.append(self.asked[-1][0])
        self.ends.set()

    def stream(self, question: str, *args: Any, **how: Any) -> Iterator[Event]:
        self.ends.clear()
        events = super().stream(question, *args, **how)
        yield next(events)
        if question == "long":
            self.reads = True
            assert self.ends.wait(30)
            raise Cancelled("reading was cancelled")
        yield from events


@pytest.mark.parametrize("obeys", [True, False])
def test_a_stop_ends_the_reading_in_hand_and_no_one_elses(
    obeys: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: where nothing is cancelled, the next in line waits for the reading."""
    if not obeys:
        monkeypatch.setattr(Run, "_interrupt", lambda _: None)
    fake = Reading()
    counter = desk(fake)
    long, after = counter.ask("long"), counter.ask("after")
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(kinds, long)
        until(lambda: fake.reads)  # before that there is nothing to cancel
        second = pool.submit(kinds, after)
        until(lambda: after in counter._line._line)
        long.stop()
        assert first.result(5)[-1] is Stopped
        long.join(2)
        assert long._thread.is_alive() is not obeys
        fake.ends.set()
        assert second.result(10)[-1] is Done
    assert set(fake.cancels) == ({"long"} if obeys else set())


def test_closing_the_events_stops_the_run() -> None:
    fake = FakeAssistant()
    fake.hold.clear()
    events = desk(fake).ask("gone").events()
    while not isinstance(next(events), Token):
        pass
    events.close()  # type: ignore[attr-defined]
    until(lambda: fake.cancelled == 1, 2)


@pytest.mark.clock
def test_a_listener_hears_something_at_least_once_a_second() -> None:
    run = desk(FakeAssistant(evidence_pause=2.5)).ask("slow")
    heard = [time.monotonic()]
    heard += [time.monotonic() for _ in run.events()]
    assert max(b - a for a, b in itertools.pairwise(heard)) < 1.6


def test_questions_wait_for_the_models() -> None:
    ready = threading.Event()
    fake = FakeAssistant()

    def opening() -> FakeAssistant:
        ready.wait(10)
        return fake

    counter = Desk(opening)
    counter.start()
    events = counter.ask("early").events()
    event = next(events)
    assert isinstance(event, Waiting)
    assert event.before == 0
    assert counter.health.state == "starting"
    ready.set()
    assert type(list(events)[-1]) is Done
    assert counter.health.state == "ready"


def test_models_that_cannot_open_are_the_answer_to_every_question() -> None:
    def opening() -> FakeAssistant:
        raise ModelMissing("The model x is not here. Fetch it: rag setup")

    counter = Desk(opening)
    counter.start()
    for _ in range(2):
        assert list(counter.ask("What?").events())[-1] == Failed(
            "The model x is not here. Fetch it: rag setup"
        )
    assert (counter.health.state, counter.health.why) == (
        "failed",
        "The model x is not here. Fetch it: rag setup",
    )


def test_an_unforeseen_error_is_told_and_the_next_question_answered() -> None:
    counter = desk(FakeAssistant())
    last = list(counter.ask("fail").events())[-1]
    assert isinstance(last, Failed)
    assert last.message.startswith("Unexpected RuntimeError: the <b>model</b> fell over")
    assert list(counter.ask("again").events())[-1] == Done(ANSWERED)


@pytest.mark.clock
@pytest.mark.parametrize("busy", [True, False])
def test_close_stops_everything_and_frees_the_models(busy: bool) -> None:
    fake = FakeAssistant()
    fake.hold.clear()
    counter = desk(fake)
    until(lambda: counter.health.state == "ready")
    with ThreadPoolExecutor(1) as pool:
        if busy:
            seen = pool.submit(kinds, counter.ask("held"))
            until(lambda: fake.active == 1)
        begun = time.monotonic()
        counter.close(3)
        assert time.monotonic() - begun < 3
        assert fake.closed
        if busy:
            assert seen.result(2)[-1] is Stopped
