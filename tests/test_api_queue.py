"""Several callers: who is next, who is told what, and what becomes of those who go away."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from types import SimpleNamespace
from typing import Any

import openai
import pytest
from api_helpers import JSON, WAIT, Lines, client, connect, post, question, stream
from browser import Served, serving, until
from fake_assistant import ANSWERED, FakeAssistant

from rag.web.waiting import MAX_WAITING


@contextlib.contextmanager
def held(**desk: Any) -> Iterator[Served]:
    """Serve an assistant that stands still in its draft until `hold` is set."""
    fake = FakeAssistant()
    fake.hold.clear()
    with serving(fake, **desk) as one:
        until(lambda: one.desk.health.state == "ready")
        yield one
        fake.hold.set()


def standing(served: Served) -> int:
    return len(served.desk._line._line)


def test_eight_callers_are_told_their_place_and_served_in_the_order_they_came() -> None:
    with held() as served, contextlib.ExitStack() as open_streams:
        callers = []
        for n in range(8):
            lines = open_streams.enter_context(stream(served, f"question {n}"))
            assert lines.headers["x-queue-ahead"] == str(n)
            lines.until(f": waiting, {n} before you" if n else ": answering")
            callers.append(lines)
        served.assistant.hold.set()
        told = [list(lines) for lines in callers]
    assert all(lines[-1] == "data: [DONE]" for lines in told)
    assert [asked for asked, _ in served.assistant.asked] == [f"question {n}" for n in range(8)]
    assert served.assistant.most_active == 1
    assert told[7].index(": searching") < told[7].index(": 3 sources")


def test_who_does_not_stream_reads_in_a_header_how_many_came_first() -> None:
    with held() as served, stream(served, "first") as first, ThreadPoolExecutor(1) as pool:
        first.until(": answering")
        second = pool.submit(post, served, "/v1/chat/completions", question("second"))
        until(lambda: standing(served) == 2, WAIT)
        served.assistant.hold.set()
        done = second.result(WAIT)
    assert done.headers["x-queue-ahead"] == "1"
    assert done.json["choices"][0]["message"]["content"] == ANSWERED.answer


def test_a_full_line_is_said_at_once_with_a_time_to_come_back() -> None:
    with held(max_waiting=1) as served, stream(served, "held") as first:
        first.until(": answering")
        with stream(served, "waits") as second:
            second.until(": waiting, 1 before you")
            for streamed in (False, True):
                with pytest.raises(openai.RateLimitError, match="Too many questions") as said:
                    client(served).chat.completions.create(**question("too many", stream=streamed))
                assert said.value.code == "rate_limit_exceeded"
                assert int(said.value.response.headers["retry-after"]) > 0
            assert standing(served) == 2


def test_too_many_searches_are_refused_and_the_others_served_one_at_a_time() -> None:
    go = threading.Event()
    busy: list[str] = []

    def search(query: str, *_: object, **__: object) -> list[Any]:
        busy.append(query)
        assert len(busy) == 1
        go.wait(WAIT)
        busy.remove(query)
        return []

    with serving(FakeAssistant(library=SimpleNamespace(search=search))) as served:
        until(lambda: served.desk.health.state == "ready")
        with ThreadPoolExecutor(MAX_WAITING + 2) as pool:
            asked = [
                pool.submit(post, served, "/v1/search", {"query": f"{n}"}) for n in range(MAX_WAITING + 2)
            ]
            (refused,), others = wait(asked, WAIT, FIRST_COMPLETED)
            go.set()
    assert refused.result().status == 429
    assert refused.result().error["code"] == "rate_limit_exceeded"
    assert [one.result().status for one in others] == [200] * (MAX_WAITING + 1)


@pytest.mark.parametrize("streamed", [True, False])
def test_who_goes_away_frees_the_model_for_the_next(streamed: bool) -> None:
    with held() as served:
        fake = served.assistant
        for n in range(25):
            if streamed:
                lines = Lines(served, "gone")
                lines.until(": answering")
                assert (fake.active, fake.cancelled) == (1, n)  # not before it goes
                lines.close()
            else:
                connection = connect(served)
                connection.request("POST", "/v1/chat/completions", json.dumps(question("gone")), JSON)
                until(lambda n=n: (fake.active, fake.cancelled) == (1, n), WAIT)
                connection.close()
            until(lambda n=n: fake.cancelled == n + 1, WAIT)
        until(lambda: standing(served) == 0, WAIT)
        fake.hold.set()
        assert post(served, "/v1/chat/completions", question("next")).status == 200


def test_who_goes_away_while_waiting_leaves_the_line_and_is_never_asked() -> None:
    with held() as served, stream(served, "first") as first:
        first.until(": answering")
        gone = Lines(served, "gone")
        gone.until(": waiting, 1 before you")
        with stream(served, "third") as third:
            third.until(": waiting, 2 before you")
            gone.close()
            third.until(": waiting, 1 before you")
            served.assistant.hold.set()
            assert list(third)[-1] == "data: [DONE]"
    assert [asked for asked, _ in served.assistant.asked] == ["first", "third"]


def test_questions_wait_for_the_models_and_searches_do_not() -> None:
    ready = threading.Event()
    fake = FakeAssistant()

    def opening() -> FakeAssistant:
        ready.wait(WAIT)
        return fake

    with serving(fake, opening=opening) as served, stream(served, "early") as lines:
        lines.until(": waiting for the models")
        refused = post(served, "/v1/search", {"query": "trade"})
        assert (refused.status, refused.error["type"]) == (503, "server_error")
        assert int(refused.headers["retry-after"]) > 0
        ready.set()
        assert list(lines)[-1] == "data: [DONE]"


def test_who_listens_is_told_that_the_program_stops() -> None:
    with held() as served, stream(served, "What?") as lines, ThreadPoolExecutor(1) as pool:
        lines.until(": answering")
        whole = pool.submit(post, served, "/v1/chat/completions", question("second"))
        until(lambda: standing(served) == 2, WAIT)
        served.desk.stop()
        (last,) = [line for line in lines if line.startswith("data: ")]
        assert "stopping" in json.loads(last.removeprefix("data: "))["error"]["message"]
        assert (whole.result(WAIT).status, whole.result().error["type"]) == (503, "server_error")
        assert "stopping" in post(served, "/v1/search", {"query": "trade"}).error["message"]
