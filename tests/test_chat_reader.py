"""The reader pane, filters, copying and saving in a real browser, over a fake assistant."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Served, ask, attacker, chromium, needs_chromium, opened, serving, until
from fake_assistant import (
    ABSTAINED,
    ANSWERED,
    GOODS,
    QUOTED,
    TARGET,
    VISIT,
    FakeAssistant,
    FakeLibrary,
    cited,
    laid_out,
)
from hostile_texts import payloads
from test_chat_browser import CONTRAST

from index.search import inline
from rag.web import pane, shelf
from rag.web.chat import export
from rag.web.markup import Turn

pytestmark = [pytest.mark.browser, needs_chromium]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving(FakeAssistant(pause=0.02)) as one:
        yield one


@pytest.fixture(
    params=[(1440, 900, "light"), (900, 800, "dark"), (360, 740, "dark")], ids=["wide", "middle", "phone"]
)
def page(request: pytest.FixtureRequest, browser: Any, served: Served) -> Iterator[Any]:
    width, height, scheme = request.param
    with opened(browser, served, width, height, color_scheme=scheme) as page:
        yield page


@pytest.fixture
def wide(browser: Any, served: Served) -> Iterator[Any]:
    with opened(browser, served, 1440, 900) as page:
        yield page


def answered(page: Any, question: str = QUOTED.question) -> None:
    ask(page, question)
    page.wait_for_selector("#live .turn.done")


def focus(page: Any) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.className")


def in_sight(page: Any, what: str) -> bool:
    """Return whether an element of the pane lies within the part of it that is seen."""
    return page.evaluate(
        """what => { const pane = document.querySelector("#reader .page").getBoundingClientRect();
          const one = document.querySelector(what).getBoundingClientRect();
          return one.top >= pane.top && one.bottom <= pane.bottom && one.right <= innerWidth; }""",
        what,
    )


def test_a_card_opens_its_article_at_the_quotation_and_escape_leads_back(page: Any) -> None:
    answered(page)
    page.focus("#t1-r2")
    page.keyboard.press("Enter")
    page.wait_for_selector("#reader mark.sought")
    assert page.locator("#reader mark.sought").inner_text() == GOODS.quote
    assert page.locator("#reader mark:not(.sought)").inner_text() == TARGET.quote
    assert in_sight(page, "#reader mark.sought")
    assert focus(page) == "sought"
    assert page.locator("#reader-title").inner_text() == VISIT.title
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Escape")
    page.wait_for_selector("#reader", state="hidden")
    assert focus(page) == "t1-r2"


def test_the_button_closes_too_and_another_card_turns_the_page(wide: Any) -> None:
    answered(wide)
    wide.click("#t1-r2")
    wide.wait_for_selector("#reader mark.sought[data-n='2']")
    wide.click("#t1-r1")
    wide.wait_for_selector("#reader mark.sought[data-n='1']")
    assert in_sight(wide, "#reader mark.sought")
    wide.click("#reader .close")
    wide.wait_for_selector("#reader", state="hidden")
    assert focus(wide) == "t1-r1"


def test_beside_the_pane_the_page_goes_on_and_nothing_is_covered(wide: Any) -> None:
    answered(wide)
    wide.click("#t1-r2")
    wide.wait_for_selector("#reader[open]")
    edge = wide.locator("#reader").bounding_box()["x"]
    for part in ("#t1-s1", ".turn .answer", "#composer", ".masthead"):
        box = wide.locator(part).first.bounding_box()
        assert box["x"] + box["width"] <= edge, part
    answered(wide, ANSWERED.question)
    assert wide.locator("#reader[open]").count() == 1


def test_on_a_phone_the_pane_is_all_there_is_and_keeps_the_keyboard(browser: Any, served: Served) -> None:
    with opened(browser, served, 390, 844) as page:
        answered(page)
        page.click("#t1-r2")
        page.wait_for_selector("#reader[open]")
        box = page.locator("#reader").bounding_box()
        assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
        for _ in range(4):
            page.keyboard.press("Tab")
            assert page.evaluate(
                "document.activeElement === document.body || !!document.activeElement.closest('#reader')"
            )


def test_a_suggested_question_is_asked_by_one_click(browser: Any, served: Served, monkeypatch: Any) -> None:
    monkeypatch.setattr(shelf, "suggested", lambda library, **__: [(QUOTED.question, "en")])
    with opened(browser, served, 390, 844) as page:
        page.click("#recent .chip")
        page.wait_for_selector("#live .turn.done")
        assert page.locator("#live .turn").get_attribute("data-question") == QUOTED.question
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_nearest_articles_of_a_refusal_and_the_newest_can_be_read(wide: Any) -> None:
    wide.wait_for_selector("#recent li")
    assert wide.locator("#recent li").count() == 3
    assert not wide.locator("#examples").is_visible()  # these articles do not answer them
    wide.click("#recent button >> nth=1")
    wide.wait_for_selector("#reader .text[lang=vi]")
    wide.keyboard.press("Escape")
    answered(wide, ABSTAINED.question)
    wide.click("#live .nearest button >> nth=0")
    wide.wait_for_selector("#reader .text[lang=en]")
    assert wide.locator("#reader-title").inner_text() == "Two neighbours, one market"


def test_an_article_that_is_gone_is_said_to_be(browser: Any) -> None:
    with (
        serving(FakeAssistant(library=FakeLibrary([]))) as served,
        opened(browser, served) as page,
    ):
        answered(page)
        page.click("#t1-r1")
        page.wait_for_selector("#reader[open]")
        assert page.locator("#reader-title").inner_text() == "This article is no longer in the library."
        page.errors.clear()  # the browser tells of the 404


def test_a_mark_and_its_card_show_each_other_under_the_pointer_and_the_keyboard(wide: Any) -> None:
    answered(wide, ANSWERED.question)
    shown = "[...document.querySelectorAll('.paired')].map(e => e.id || e.textContent)"
    wide.hover("#t1-m2")
    assert set(wide.evaluate(shown)) == {"t1-m2", "t1-s2", "[2]"}
    wide.hover("#t1-s1 blockquote")
    assert set(wide.evaluate(shown)) == {"t1-m1", "t1-s1", "[1]"}
    wide.hover(".masthead h1")
    assert wide.evaluate(shown) == []
    wide.focus("#t1-m2")
    assert "t1-s2" in wide.evaluate(shown)


def test_while_a_draft_grows_its_cards_are_not_drawn_anew(wide: Any, served: Served) -> None:
    served.assistant.hold.clear()
    try:
        ask(wide, QUOTED.question)
        wide.wait_for_selector("#live .draft")
        wide.evaluate("window.card = document.querySelector('#live .card .read'); card.focus()")
        before = wide.locator("#live .draft .prose").inner_text()
        until(lambda: len(wide.locator("#live .draft .prose").inner_text()) > len(before) + 3)
        assert wide.evaluate("card.isConnected && document.activeElement === card")
    finally:
        served.assistant.hold.set()
    wide.wait_for_selector("#live .turn.done")
    assert focus(wide) == "t1-r1"  # drawn anew now, and the keyboard is where it was


def test_filters_become_words_of_the_question_and_written_ones_come_first(wide: Any, served: Served) -> None:
    wide.click("#filters summary")
    wide.fill("[data-key=since]", "2025-01-01")
    wide.fill("[data-key=outlet]", "Harbour Post")
    wide.select_option("[data-key=lang]", "en")
    assert wide.locator("#filters-set").inner_text() == ': since:2025-01-01 outlet:"Harbour Post" lang:en'
    answered(wide)
    assert served.assistant.asked[-1][0] == (
        f'since:2025-01-01 outlet:"Harbour Post" lang:en {QUOTED.question}'
    )
    assert wide.locator("#t1-q").inner_text() == QUOTED.question
    assert "Only: from 1 January 2025 · Harbour Post · English" in wide.locator("#live .only").inner_text()
    answered(wide, f"lang:vi {QUOTED.question}")
    assert served.assistant.asked[-1][0] == (
        f'since:2025-01-01 outlet:"Harbour Post" lang:vi {QUOTED.question}'
    )
    wide.click("#filters-clear")
    answered(wide)
    assert served.assistant.asked[-1][0] == QUOTED.question


@pytest.mark.parametrize(
    "outlet",
    [
        'The "Harbour" Post',
        '"Harbour"',
        "“Harbour” Post",
        "“Harbour”",
        'Har"bour',
        'The "New” Star',
        "back\\ slash",
    ],
)
def test_an_outlet_with_quotation_marks_in_its_name_is_a_filter_like_others(
    browser: Any, outlet: str
) -> None:
    library = FakeLibrary([dataclasses.replace(VISIT, outlet=outlet)])
    with serving(FakeAssistant(library=library)) as served, opened(browser, served) as page:
        page.click("#filters summary")
        page.fill("[data-key=outlet]", outlet)
        answered(page)
        words, filters = inline.parse(served.assistant.asked[-1][0])
        assert (words, filters.outlet) == (QUOTED.question, outlet)
        assert page.inner_text("#live .only") == f"Only: {outlet}"  # and no word that it is unknown


def test_asking_again_asks_the_same_and_editing_gives_the_words_back(wide: Any, served: Served) -> None:
    asked = f"lang:en {QUOTED.question}"
    answered(wide, asked)
    wide.click("#filters summary")
    wide.fill("[data-key=since]", "2025-01-01")
    wide.click("#live [data-act=again]")
    wide.wait_for_selector("#live .turn.done[data-turn='2']")
    assert [question for question, _ in served.assistant.asked[-2:]] == [asked, asked]
    wide.click("#live [data-act=edit]")
    assert wide.input_value("#question textarea") == asked
    assert wide.evaluate("document.activeElement.tagName") == "TEXTAREA"


def test_an_answer_is_copied_with_its_sources(browser: Any, served: Served) -> None:
    with opened(browser, served, permissions=["clipboard-read", "clipboard-write"]) as page:
        answered(page)
        page.click("#live [data-act=copy]")
        page.wait_for_selector("#live [data-act=copy][data-copied]")
        turn = Turn(1, QUOTED.question, "done", answer=QUOTED)
        assert page.evaluate("navigator.clipboard.readText()") == export.plain(turn)


def test_the_conversation_is_saved_as_markdown_and_json(wide: Any) -> None:
    assert not wide.locator("#print").is_visible()
    for question in (QUOTED.question, ABSTAINED.question):
        answered(wide, question)
    wide.wait_for_selector("#ask:visible")
    turns = [
        Turn(n, answer.question, "done", answer=answer) for n, answer in enumerate((QUOTED, ABSTAINED), 1)
    ]
    for button, name, text in (
        ("#save-markdown", "conversation.md", export.markdown(turns)),
        ("#save-json", "conversation.json", export.as_json(turns)),
    ):
        with wide.expect_download() as download:
            wide.click(button)
        assert download.value.suggested_filename == name
        assert Path(download.value.path()).read_text("utf-8") == text
    json.loads(text)


def test_on_paper_there_is_the_conversation_and_nothing_to_press(wide: Any) -> None:
    answered(wide)
    wide.click("#t1-r1")
    wide.wait_for_selector("#reader[open]")
    wide.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    wide.emulate_media(media="print")
    for hidden in ("#reader", "#foot", "#live .actions", "#t1-r1", "#readiness"):
        assert not wide.locator(hidden).first.is_visible(), hidden
    assert wide.locator("#live .also .card").first.is_visible()
    assert wide.locator("#t1-s1 blockquote").is_visible()
    wide.emulate_media(media="screen")
    wide.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert not wide.locator("#live .also .card").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_of_pane_and_fields(browser: Any, served: Served, scheme: str) -> None:
    with opened(browser, served, 1440, 900, color_scheme=scheme) as page:
        page.wait_for_selector("#recent li")
        page.click("#filters summary")
        low = page.evaluate(CONTRAST)
        answered(page)
        page.click("#t1-r2")
        page.wait_for_selector("#reader mark.sought")
        assert low + page.evaluate(CONTRAST) == []


def hostile_pane(browser: Any, texts: list[str]) -> tuple[list[str], bool, int]:
    """Open an article made of `texts`; return its paragraphs, whether script ran, and foreign elements."""
    whole = laid_out(*(("paragraph", f"x {text}") for text in texts))
    bad = dataclasses.replace(VISIT, text=whole[0], blocks=whole[1], authors=tuple(texts), note=texts[3])
    breaking = next((one for one in texts if one.startswith('">')), texts[3])  # out of an attribute
    bad = dataclasses.replace(bad, title=texts[3], outlet=breaking, file=breaking, url=breaking)
    answer = dataclasses.replace(QUOTED, citations=(cited(1, bad, texts[3]),), claims=())
    fake = FakeAssistant(lambda _: answer, sources=answer.citations, library=FakeLibrary([bad]))
    with serving(fake) as served, opened(browser, served) as page:
        page.wait_for_selector("#recent li")
        answered(page)
        page.click("#t1-r1")
        page.wait_for_selector("#reader[open]")
        page.wait_for_timeout(500)
        shown = page.evaluate("[...document.querySelectorAll('#reader .text p')].map(e => e.textContent)")
        foreign = page.locator("#reader").locator("img, svg, script, iframe, a, form, style").count()
        page.errors.clear()  # of the control: what the policy refused
        return shown, bool(page.evaluate("window.pwned")), foreign


def test_hostile_articles_stay_text(browser: Any) -> None:
    with attacker() as (evil, hits):
        texts = payloads(evil)
        shown, ran, foreign = hostile_pane(browser, texts)
    assert shown == [f"x {text}" for text in texts]
    assert (hits, ran, foreign) == ([], False, 0)


def test_control_without_escaping_a_hostile_article_comes_alive(
    browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pane, "esc", lambda text: text)
    with attacker() as (evil, _):
        _, ran, foreign = hostile_pane(browser, [payloads(evil)[3]] * 30)
    assert ran
    assert foreign > 0


def test_the_empty_page_says_how_many_passages_wait(browser: Any) -> None:
    assistant = FakeAssistant()
    assistant.library.waiting = 2
    with serving(assistant) as one, opened(browser, one) as page:
        page.wait_for_selector("#recent p.small")
        assert "4 of 6 passages have their meaning computed" in page.inner_text("#recent")
        ask(page, "What trade target have Vietnam and Indonesia set, and for when?")
        page.wait_for_selector("#live .turn.done")
        assert "4 of 6 passages" in page.inner_text("#live .answer")
    with serving(assistant) as one, opened(browser, one, locale="vi-VN") as page:
        page.wait_for_selector("#recent p.small:text('Đã tính nghĩa của 4 trong 6 đoạn')")
