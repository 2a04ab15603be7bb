"""Conversations on the page: offered, opened, found, renamed, deleted, and who may do it."""

from __future__ import annotations

import dataclasses
import errno
import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import ask, chromium, in_both_looks, needs_chromium, opened, serving, until
from fake_assistant import ABSTAINED, ANSWERED, VIETNAMESE, FakeAssistant
from test_chat_browser import CONTRAST
from test_conversations import TURN

from index.store import files
from rag.web.chat.conversation_list import WORDS
from rag.web.chat.conversations import MOST_TITLE, Conversations


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


def asked(page: Any, question: str) -> None:
    ask(page, question)
    page.wait_for_selector("#live .turn.done")
    page.wait_for_selector("#ask:visible")


@pytest.mark.browser
@needs_chromium
@in_both_looks
def test_after_a_reload_the_last_conversation_is_offered_and_goes_on(
    browser: Any, look: dict[str, Any]
) -> None:
    with serving(FakeAssistant()) as served, opened(browser, served, **look) as page:
        kept = Conversations(served.assistant.library.folder)
        asked(page, ANSWERED.question)
        asked(page, ABSTAINED.question)
        page.click("#past [data-verdict=up]")
        page.wait_for_selector("#past [data-verdict=up][aria-pressed=true]")
        page.reload()
        page.wait_for_selector("#last [data-open]")
        assert "2 questions" in page.inner_text("#last")
        page.locator("#last [data-open]").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#past .turn >> nth=1")
        assert page.locator("#past .turn .question").all_inner_texts() == [
            ANSWERED.question,
            ABSTAINED.question,
        ]
        assert page.locator("#past [data-verdict=up][aria-pressed=true]").count() == 1
        assert not page.locator("#intro").is_visible()
        asked(page, VIETNAMESE.question)
        _, history = served.assistant.asked[-1]
        assert history == ((ANSWERED.question, ANSWERED.answer), (ABSTAINED.question, ABSTAINED.answer))
        until(lambda: [one.turns for one in kept.all()] == [3])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        ids = page.evaluate("[...document.querySelectorAll('.turn [id]')].map(e => e.id)")
        assert len(ids) == len(set(ids))


@pytest.mark.browser
@needs_chromium
@in_both_looks
def test_conversations_are_found_renamed_and_deleted_by_keyboard(browser: Any, look: dict[str, Any]) -> None:
    with serving(FakeAssistant()) as served, opened(browser, served, **look) as page:
        kept = Conversations(served.assistant.library.folder)
        first = kept.add("", TURN)
        kept.add("", dataclasses.replace(TURN, question="Kim ngạch đạt bao nhiêu?"))
        page.locator("#talks-open").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#talks[open]")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.fill("#talks [type=search]", "dat bao")  # without its marks
        assert page.locator("#talks li:visible .title").all_inner_texts() == ["Kim ngạch đạt bao nhiêu?"]
        page.fill("#talks [type=search]", "zebra")
        assert page.inner_text("#talks .none") == WORDS["en"]["no_match"]
        page.fill("#talks [type=search]", "target")
        page.locator(f"[data-talk='{first}'] [data-show=form]").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Control+a")
        page.keyboard.type("The <b>target</b>")
        page.keyboard.press("Enter")
        page.wait_for_selector("#talks .title:text('The <b>target</b>')")
        assert kept.get(first).title == "The <b>target</b>"
        page.fill("#talks [type=search]", "zebra")
        assert page.locator("#talks li:visible").count() == 0
        page.fill("#talks [type=search]", "target")
        page.click(f"[data-talk='{first}'] [data-show=form]")
        page.fill(f"[data-talk='{first}'] [name=title]", "An aim")  # not what is looked for, but it was here
        page.keyboard.press("Enter")
        page.wait_for_selector("#talks li:visible .title:text-is('An aim')")
        assert page.input_value("#talks [type=search]") == "target"
        page.fill("#talks [type=search]", "targe")
        assert page.locator("#talks li:visible").count() == 0
        page.fill("#talks [type=search]", "aim")
        page.locator(f"[data-talk='{first}'] [data-show='.sure']").focus()
        page.keyboard.press("Enter")
        assert kept.get(first)  # asked once more
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # no
        page.wait_for_function(f"document.activeElement.closest('li')?.dataset.talk === '{first}'")
        page.click(f"[data-talk='{first}'] [data-show='.sure']")
        page.click(f"[data-talk='{first}'] .delete")
        until(lambda: [one.title for one in kept.all()] == ["Kim ngạch đạt bao nhiêu?"])
        page.wait_for_selector(f"[data-talk='{first}']", state="detached")
        page.keyboard.press("Escape")  # empties the search
        page.keyboard.press("Escape")
        page.wait_for_selector("#talks", state="hidden")
        page.wait_for_function("document.activeElement.id === 'talks-open'")


@pytest.mark.browser
@needs_chromium
def test_nothing_is_kept_while_the_switch_is_off_and_a_new_one_begins_empty(browser: Any) -> None:
    with serving(FakeAssistant()) as served, opened(browser, served) as page:
        kept = Conversations(served.assistant.library.folder)
        page.click("#talks-open")
        page.uncheck("#talks .keep input")
        until(lambda: not kept.keeping)
        page.keyboard.press("Escape")
        asked(page, ANSWERED.question)
        assert kept.all() == []
        page.click("#talks-open")
        page.check("#talks .keep input")
        until(lambda: kept.keeping)
        page.click("#talks .new")
        page.wait_for_selector("#intro:visible")
        assert page.locator(".turn").count() == 0
        asked(page, ABSTAINED.question)
        assert served.assistant.asked[-1][1] == ()
        until(lambda: [one.title for one in kept.all()] == [ABSTAINED.question])


@pytest.mark.browser
@needs_chromium
def test_an_answer_that_a_reload_cut_short_is_kept_as_far_as_it_came(browser: Any) -> None:
    assistant = FakeAssistant()
    assistant.hold.clear()
    with serving(assistant) as served, opened(browser, served) as page:
        kept = Conversations(served.assistant.library.folder)
        ask(page, ANSWERED.question)
        page.wait_for_selector("#live .draft")
        page.reload()
        until(lambda: len(kept.all()) == 1)
        (turn,) = kept.get(kept.all()[0].id).turns
        assert (turn.state, turn.question, len(turn.sources)) == ("stopped", ANSWERED.question, 3)
        assistant.hold.set()
        page.wait_for_selector("#readiness[data-state=ready]")
        page.errors.clear()  # the browser notes the stream that the reload cut


@pytest.mark.browser
@needs_chromium
def test_opening_another_one_stops_the_answer_that_is_on_its_way(browser: Any) -> None:
    assistant = FakeAssistant()
    with serving(assistant) as served, opened(browser, served) as page:
        kept = Conversations(served.assistant.library.folder)
        name = kept.add("", dataclasses.replace(TURN, question="An older question?"))
        assistant.hold.clear()
        ask(page, ANSWERED.question)
        page.wait_for_selector("#live .draft")
        page.click("#talks-open")
        page.click(f"[data-open='{name}']")
        page.wait_for_selector("#past .turn")
        assert page.locator(".turn .question").all_inner_texts() == ["An older question?"]
        assistant.hold.set()
        asked(page, ABSTAINED.question)
        assert [one.question for one in kept.get(name).turns] == ["An older question?", ABSTAINED.question]


@pytest.mark.browser
@needs_chromium
def test_an_answer_that_cannot_be_kept_says_so(browser: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with serving(FakeAssistant()) as served, opened(browser, served) as page:
        monkeypatch.setattr(files, "atomic_write", full)
        asked(page, ANSWERED.question)
        page.wait_for_selector("#live .unkept")
        assert "No space left on device" in page.inner_text("#live .unkept")
        assert page.inner_text("#live .short") == ANSWERED.short


@pytest.mark.browser
@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_of_it_can_be_read_and_every_control_has_a_name(browser: Any, scheme: str) -> None:
    with (
        serving(FakeAssistant()) as served,
        opened(browser, served, 390, 844, color_scheme=scheme, locale="vi-VN") as page,
    ):
        kept = Conversations(served.assistant.library.folder)
        for _ in range(3):
            kept.add("", TURN)
        (kept.folder / f"{'0' * 16}.json").write_text("{")
        page.reload()
        page.wait_for_selector("#last [data-open]")
        low = page.evaluate(CONTRAST)
        asked(page, VIETNAMESE.question)
        page.click("#live [data-verdict=down]")
        page.wait_for_selector("#live .vote form")
        low += page.evaluate(CONTRAST) + page.evaluate(NAMELESS)
        page.click("#talks-open")
        page.click("#talks li >> nth=0 >> [data-show=form]")
        page.click("#talks li >> nth=1 >> [data-show='.sure']")
        assert WORDS["vi"]["damaged"] in page.inner_text("#talks")
        assert low + page.evaluate(CONTRAST) + page.evaluate(NAMELESS) == []
        page.evaluate("document.querySelector('#talks .new').textContent = ''")
        assert len(page.evaluate(NAMELESS)) == 1  # control: what has no name is found


NAMELESS = """() => [...document.querySelectorAll("button, input, select, textarea, summary")]
  .filter(e => e.checkVisibility() && !e.ariaLabel && !e.textContent.trim()
    && ![...(e.labels ?? [])].some(l => l.textContent.trim()))
  .map(e => e.outerHTML.slice(0, 80))"""


def posted(url: str, what: str, body: object, **headers: str) -> int:
    host, port = url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    try:
        sent = {"Content-Type": "application/json", **headers}
        connection.request("POST", f"/chat/{what}", json.dumps(body), sent)
        return connection.getresponse().status
    finally:
        connection.close()


def test_only_our_page_changes_them_and_only_in_the_form_that_it_uses() -> None:
    with serving(FakeAssistant()) as served:
        until(lambda: served.desk.health.state == "ready")
        kept = Conversations(served.assistant.library.folder)
        name = kept.add("", TURN)
        evil = "http://evil.example"
        for what, body in (
            ("delete", {"lang": "en", "id": name}),
            ("rename", {"lang": "en", "id": name, "title": "t"}),
            ("keep", {"lang": "en", "on": False}),
        ):
            assert posted(served.url, what, body, Origin=evil) == 403
            assert posted(served.url, what, {**body, "more": 1}) == 422
            assert posted(served.url, what, {**body, "lang": "fr"}) == 422
        assert posted(served.url, "keep", {"lang": "en", "on": "false"}) == 422
        assert (
            posted(served.url, "rename", {"lang": "en", "id": name, "title": "x" * (MOST_TITLE + 1)}) == 422
        )
        assert posted(served.url, "delete", {"lang": "en", "id": "../feedback"}) == 200  # said in the list
        assert (kept.get(name).title, kept.keeping) == (TURN.question, True)
        assert posted(served.url, "rename", {"lang": "en", "id": name, "title": " \u200b "}) == 200
        assert kept.get(name).title == TURN.question  # nothing to be seen is no title
        assert posted(served.url, "delete", {"lang": "en", "id": name}, Origin=served.url) == 200
        assert kept.all() == []
