"""Thumbs below an answer: what is drawn, what is kept, and how it is used by keyboard."""

from __future__ import annotations

import dataclasses
import errno
import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Served, ask, chromium, in_both_looks, needs_chromium, opened, serving, until
from fake_assistant import ABSTAINED, ANSWERED, VIETNAMESE, FakeAssistant
from test_chat_render import Shape

from index.store import files
from rag.feedback import MOST_WORDS, Feedback, Vote
from rag.web.chat.render import render_turn
from rag.web.chat.vote_block import WORDS, vote_block
from rag.web.markup import Turn

TURN = Turn(1, ANSWERED.question, "done", answer=ANSWERED, key="k1")
HOSTILE = '"><img src=x onerror=alert(1)>${1}'


def voted(turn: Turn = TURN, verdict: Any = "down", **given: Any) -> Turn:
    return dataclasses.replace(turn, vote=Vote(turn.key, "2026-01-02", verdict, ANSWERED, **given))


def test_an_answer_can_be_voted_on_and_what_is_none_cannot() -> None:
    assert "data-verdict" in render_turn(TURN)
    for other in (
        dataclasses.replace(TURN, state="failed", answer=None),
        dataclasses.replace(TURN, state="stopped", answer=None),
        dataclasses.replace(TURN, key=""),
    ):
        assert "data-verdict" not in render_turn(other)


def test_a_vote_shows_and_only_one_against_asks_why() -> None:
    assert 'data-verdict="up" aria-pressed="true"' in vote_block(voted(verdict="up"))
    assert "<form>" not in vote_block(voted(verdict="up")) + vote_block(TURN)
    markup = vote_block(voted(reason="missed", note=HOSTILE, right=HOSTILE))
    assert 'data-verdict="down" aria-pressed="true"' in markup
    assert 'value="missed" checked' in markup
    shape = Shape(markup)
    assert "img" not in shape.tags
    assert "onerror" not in shape.attributes


def test_the_words_are_there_in_both_languages() -> None:
    assert set(WORDS["en"]) == set(WORDS["vi"])
    vietnamese = dataclasses.replace(TURN, answer=VIETNAMESE)
    assert WORDS["vi"]["right"] in vote_block(voted(vietnamese))


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving(FakeAssistant()) as one:
        until(lambda: one.desk.health.state == "ready")
        yield one


def post(served: Served, body: object, **headers: str) -> tuple[int, str]:
    host, port = served.url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    try:
        sent = {"Content-Type": "application/json", **headers}
        connection.request("POST", "/chat/vote", json.dumps(body), sent)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


VOTE = {"turn": "k", "lang": "vi", "verdict": "up"}


def test_a_vote_on_an_unknown_answer_is_refused(served: Served) -> None:
    assert post(served, VOTE) == (404, WORDS["vi"]["unknown"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "sideways"},
        {"lang": "fr"},
        {"reason": "bad"},
        {"note": "x" * (MOST_WORDS + 1)},
        {"turn": 7},
        {"more": "x"},
    ],
)
def test_a_vote_of_another_form_is_refused(served: Served, wrong: dict[str, Any]) -> None:
    assert post(served, {**VOTE, **wrong})[0] == 422


def test_a_page_of_another_site_cannot_vote(served: Served) -> None:
    assert post(served, VOTE, Origin="http://evil.example")[0] == 403
    assert post(served, VOTE, Origin=served.url)[0] == 404  # control: ours gets through
    assert post(served, {**VOTE, "note": "x" * (1 << 20)})[0] == 413


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


@pytest.mark.browser
@needs_chromium
@in_both_looks
def test_a_vote_is_given_explained_changed_and_taken_back_by_keyboard(
    browser: Any, look: dict[str, Any]
) -> None:
    with serving(FakeAssistant()) as served, opened(browser, served, **look) as page:
        feedback = Feedback(served.assistant.library.folder)
        ask(page, ANSWERED.question)
        page.wait_for_selector("#live .turn.done")
        page.locator("#live [data-verdict=down]").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#live .vote form")
        page.wait_for_function("document.activeElement.dataset.verdict === 'down'")
        first = feedback.all()[0]
        assert (first.verdict, first.reason, first.answer) == ("down", None, ANSWERED)
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.type("it is <b>less</b>")
        page.keyboard.press("Tab")
        page.keyboard.type("15 tỷ USD")
        page.keyboard.press("Enter")
        until(lambda: feedback.all()[0].right == "15 tỷ USD")
        kept = feedback.all()[0]
        assert (kept.reason, kept.note, kept.id) == ("incomplete", "it is <b>less</b>", first.id)
        assert len(kept.looked_at) == 3
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        ask(page, ABSTAINED.question)  # the turn is drawn anew, with its vote
        page.wait_for_selector("#live .turn.done")
        assert page.locator("#past input[name=right]").input_value() == "15 tỷ USD"
        page.click("#past [data-verdict=up]")
        until(lambda: feedback.all()[0].verdict == "up")
        assert feedback.all()[0].right == ""
        page.wait_for_selector("#past [data-verdict=up][aria-pressed=true]")
        page.click("#past [data-verdict=up]")
        until(lambda: feedback.all() == [])
        page.wait_for_selector("#past [data-verdict=up][aria-pressed=false]")


@pytest.mark.browser
@needs_chromium
def test_a_vote_that_cannot_be_kept_says_why(browser: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with serving(FakeAssistant()) as served, opened(browser, served) as page:
        ask(page, ANSWERED.question)
        page.wait_for_selector("#live .turn.done")
        monkeypatch.setattr(files, "atomic_write", full)
        page.click("#live [data-verdict=up]")
        until(lambda: "No space left on device" in page.inner_text("#live .told"))
        assert page.locator("#live [data-verdict=up]").get_attribute("aria-pressed") == "false"
        page.errors.clear()  # the browser notes the refusal
