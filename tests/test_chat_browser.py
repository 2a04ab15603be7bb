"""The page in a real browser, over a fake assistant: what people see, and what never happens."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from typing import Any

import pytest
from browser import (
    PHONE,
    WIDE,
    Served,
    ask,
    attacker,
    chromium,
    needs_chromium,
    opened,
    serving,
    until,
    watch_turn,
)
from fake_assistant import ABSTAINED, ANSWERED, TARGET, FakeAssistant
from hostile_texts import payloads

from rag.answer import Answer, Evidence, Nearest, TimelineEntry
from rag.web import security
from rag.web.chat import cards, render

pytestmark = [pytest.mark.browser, needs_chromium]
QUESTION = ANSWERED.question


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving(FakeAssistant(pause=0.05)) as one:
        yield one


@pytest.fixture(params=[WIDE, PHONE], ids=["wide-light", "phone-dark"])
def page(request: pytest.FixtureRequest, browser: Any, served: Served) -> Iterator[Any]:
    with opened(browser, served, **request.param) as page:
        yield page


@pytest.fixture
def wide(browser: Any, served: Served) -> Iterator[Any]:
    with opened(browser, served) as page:
        yield page


def test_sources_are_painted_before_the_draft_and_the_checked_answer_replaces_it(page: Any) -> None:
    watch_turn(page)
    ask(page, QUESTION)
    page.wait_for_selector("#live .turn.done")
    seen = page.evaluate("window.seen")
    assert seen.index("turn reading|true|false") < seen.index("turn drafting|true|true")
    assert "turn drafting|false|true" not in seen
    assert page.locator("#live .draft").count() == 0
    assert page.locator("#live .short").inner_text() == "18 billion USD by 2028"
    assert page.locator("#live .card").first.locator("blockquote").inner_text() == f"“{TARGET.quote}”"
    assert "dated about January 2024" in page.locator("#live .card").nth(1).inner_text()


def test_nothing_is_wider_than_the_window_and_the_composer_stays_in_sight(page: Any) -> None:
    for question in (QUESTION, "Who won the 2022 World Cup?", "Kim ngạch " + "rấtdài" * 60):
        ask(page, question)
        page.wait_for_selector("#live .turn.done")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        box = page.locator("#composer").bounding_box()
        assert box["y"] + box["height"] <= page.viewport_size["height"] + 1


def test_a_mark_leads_to_its_card_and_the_card_back_by_click_and_by_keyboard(wide: Any) -> None:
    ask(wide, QUESTION)
    wide.wait_for_selector("#live .turn.done")
    wide.click("#live .prose a.mark >> nth=1")
    assert wide.evaluate("document.activeElement.id") == "t1-s2"
    wide.locator("#t1-s2 a.back").focus()
    wide.keyboard.press("Enter")
    assert wide.evaluate("document.activeElement.id") == "t1-m2"
    wide.keyboard.press("Enter")
    assert wide.evaluate("document.activeElement.id") == "t1-s2"
    label = wide.locator("#t1-m2").get_attribute("aria-label")
    assert label is not None
    assert label.startswith("Source 2: Việt Nam")


def test_earlier_turns_stay_and_every_anchor_is_unique(wide: Any, served: Served) -> None:
    for question in (QUESTION, "Who won the 2022 World Cup?", QUESTION):
        ask(wide, question)
        wide.wait_for_selector("#live .turn.done")
    assert wide.locator("#past .turn").count() == 2
    ids = wide.evaluate("[...document.querySelectorAll('.turn [id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    assert ids
    _, history = served.assistant.asked[-1]
    assert history == ((QUESTION, ANSWERED.answer), (ABSTAINED.question, ABSTAINED.answer))


def test_who_waits_for_others_reads_the_sources_meanwhile(browser: Any) -> None:
    fake = FakeAssistant()
    fake.hold.clear()
    with (
        serving(fake, look=lambda *_: Evidence((TARGET,), 0.1)) as served,
        opened(browser, served) as first,
        opened(browser, served) as second,
    ):
        ask(first, QUESTION)
        first.wait_for_selector("#live .draft")
        ask(second, QUESTION)
        second.wait_for_selector("#live .turn.waiting .card")
        assert TARGET.quote in second.inner_text("#live .card")
        assert "1 before you" in second.inner_text("#live .busy")
        fake.hold.set()
        second.wait_for_selector("#live .turn.done")


def test_stop_ends_the_answer_at_once_keeps_the_sources_and_frees_the_model(
    wide: Any, served: Served
) -> None:
    before = served.assistant.cancelled
    served.assistant.hold.clear()
    try:
        ask(wide, QUESTION)
        wide.wait_for_selector("#live .draft")
        pressed = time.monotonic()
        wide.click("#stop")
        wide.wait_for_selector("#live .turn.stopped")
        assert time.monotonic() - pressed < 2
        until(lambda: served.assistant.cancelled == before + 1, 2)
    finally:
        served.assistant.hold.set()
    assert wide.locator("#live .card").count() == 3
    ask(wide, QUESTION)
    wide.wait_for_selector("#live .turn.done")


def test_a_closed_tab_stops_its_answer(browser: Any, served: Served) -> None:
    before = served.assistant.cancelled
    served.assistant.hold.clear()
    try:
        context = browser.new_context()
        page = context.new_page()
        page.goto(served.url)
        page.wait_for_selector("#question textarea")
        ask(page, QUESTION)
        page.wait_for_selector("#live .draft")
        context.close()
        until(lambda: served.assistant.cancelled == before + 1, 5)
    finally:
        served.assistant.hold.set()


def test_a_second_person_sees_that_someone_is_before_them(browser: Any, wide: Any, served: Served) -> None:
    served.assistant.hold.clear()
    try:
        ask(wide, QUESTION)
        wide.wait_for_selector("#live .draft")
        context = browser.new_context()
        other = context.new_page()
        other.goto(served.url)
        other.wait_for_selector("#question textarea")
        ask(other, QUESTION)
        other.wait_for_selector("#live .turn.waiting:has-text('1 before you')")
    finally:
        served.assistant.hold.set()
    wide.wait_for_selector("#live .turn.done")
    other.wait_for_selector("#live .turn.done")
    context.close()


def test_an_error_is_told_kindly_and_the_next_question_is_answered(wide: Any) -> None:
    ask(wide, "please fail")
    wide.wait_for_selector("#live .turn.failed")
    assert "the <b>model</b> fell over" in wide.locator("#live .notice").inner_text()
    ask(wide, QUESTION)
    wide.wait_for_selector("#live .turn.done")


def test_an_abstention_shows_the_nearest_articles(page: Any) -> None:
    ask(page, ABSTAINED.question)
    page.wait_for_selector("#live .turn.done")
    assert "No answer in these articles" in page.locator("#live .notice").inner_text()
    assert page.locator("#live .nearest li").count() == 2


def test_the_status_region_speaks_stages_and_never_the_draft(wide: Any) -> None:
    wide.evaluate(
        """() => { window.said = []; new MutationObserver(() =>
          said.push(document.querySelector("#announcer [role=status]").textContent)
        ).observe(document.querySelector("#announcer [role=status]"),
          {childList: true, subtree: true, characterData: true}); }"""
    )
    ask(wide, QUESTION)
    wide.wait_for_selector("#live .turn.done")
    said = wide.evaluate("window.said")
    assert said[-1] == "Answered, 2 sources."
    stages = ["Searching the articles", "3 sources found, reading.", "Answering.", "Answered, 2 sources."]
    assert set(said) <= set(stages)
    assert "Answering." in said
    assert wide.locator("#live [aria-live], #live [role=status]").count() == 0


def test_every_control_has_a_name(wide: Any) -> None:
    ask(wide, QUESTION)
    wide.wait_for_selector("#live .turn.done")
    nameless = wide.evaluate(
        """() => [...document.querySelectorAll("button, a, textarea, input, summary")]
          .filter(e => e.checkVisibility())
          .filter(e => !(e.getAttribute("aria-label") || e.innerText || (e.labels && e.labels[0]?.innerText)))
          .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert nameless == []


def test_contrast_is_at_least_four_and_a_half(browser: Any, served: Served) -> None:
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(served.url)
        page.wait_for_selector("#readiness[data-state=ready]")
        low = page.evaluate(CONTRAST)
        for question in (QUESTION, ABSTAINED.question, "please fail"):
            ask(page, question)
            page.wait_for_selector("#live .turn.done, #live .turn.failed")
            low += page.evaluate(CONTRAST)
        assert low == [], scheme
        context.close()


# Contrast of every visible text with what is painted behind it, as in WCAG 2.2 (1.4.3).
CONTRAST = """() => {
  const parts = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = c => { const [r, g, b] = parts(c).slice(0, 3).map(v => (v /= 255) <= 0.04045 ? v / 12.92
    : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    const p = parts(c); if (p.length === 3 || p[3] === 1) return c; } return "rgb(255,255,255)"; };
  const low = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode());) {
    const e = node.parentElement;
    if (!node.textContent.trim() || !e.checkVisibility() || e.closest("script, style, .sr-only")) continue;
    const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) low.push(`${ratio.toFixed(2)} ${e.className} ${node.textContent.slice(0, 30)}`);
  }
  return low;
}"""


def test_the_page_asks_for_nothing_outside_its_own_origin(browser: Any, served: Served) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(served.url)
    page.wait_for_selector("#readiness[data-state=ready]")
    ask(page, QUESTION)
    page.wait_for_selector("#live .turn.done")
    assert len(asked) > 10
    assert [url for url in asked if not url.startswith((served.url, "data:", "blob:"))] == []
    context.close()


@pytest.mark.parametrize("fetching", [True, False], ids=["a-picture", "nothing"])
def test_control_what_is_asked_for_elsewhere_is_noted(
    browser: Any, monkeypatch: pytest.MonkeyPatch, fetching: bool
) -> None:
    """Every test that opens a page fails if it asks for anything beyond its origin; here it does."""
    monkeypatch.setattr(security, "HEADERS", {})
    with attacker() as (evil, hits), serving(FakeAssistant()) as served, opened(browser, served) as page:
        if fetching:
            page.evaluate("url => { document.body.append(Object.assign(new Image(), {src: url})); }", evil)
            until(lambda: hits)
        assert page.errors == ([f"asked for {evil}/"] if fetching else [])
        page.errors.clear()


# --- hostile texts --------------------------------------------------------------------------------


def hostile(text: str) -> Answer:
    """Return an answer that has `text` in every field that the page shows."""
    bad = dataclasses.replace(
        TARGET,
        **dict.fromkeys(("title", "outlet", "quote", "dated", "lang", "article", "file"), text),
        published=None,
    )
    return dataclasses.replace(
        ANSWERED,
        question=text,
        answer=f"{text} [1]",
        short=text[:80],
        citations=(bad,),
        timeline=(TimelineEntry(text, text, (1,)),),
        nearest=(Nearest(text, text, text),),
        model=text,
    )


def attack(browser: Any, evil: str) -> tuple[list[str], bool]:
    """Ask and answer with every payload; return those not shown as text, and whether script ran."""
    changed, ran = [], False
    fake = FakeAssistant(hostile)
    with serving(fake) as served:
        context = browser.new_context()
        page = context.new_page()
        page.goto(served.url)
        page.wait_for_selector("#readiness[data-state=ready]")
        for text in payloads(evil):
            bad = hostile(text)
            fake.sources, fake.draft = bad.citations, [text]
            ask(page, text)
            page.wait_for_selector("#live .turn.done", timeout=10_000)
            shown = page.locator("#live blockquote").first
            if shown.count() == 0 or " ".join(shown.inner_text().split()) != " ".join(f"“{text}”".split()):
                changed.append(text)
            ran = ran or bool(page.evaluate("window.pwned"))
        page.wait_for_timeout(500)
        ran = ran or bool(page.evaluate("window.pwned"))
        context.close()
    return changed, ran


def test_hostile_texts_are_shown_as_text_and_nothing_is_fetched_or_run(browser: Any) -> None:
    with attacker() as (evil, hits):
        changed, ran = attack(browser, evil)
    assert (changed, hits, ran) == ([], [], False)


def test_escaping_alone_holds(browser: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "HEADERS", {})
    with attacker() as (evil, hits):
        changed, ran = attack(browser, evil)
    assert (changed, hits, ran) == ([], [], False)


@pytest.mark.parametrize("policy", [True, False], ids=["policy", "no-policy"])
def test_control_without_escaping_markup_lives_and_only_the_policy_keeps_it_in(
    browser: Any, monkeypatch: pytest.MonkeyPatch, policy: bool
) -> None:
    """The attack has teeth: without escaping it runs; without the policy too, the attacker is reached."""
    for module in (render, cards):
        monkeypatch.setattr(module, "esc", lambda text: text)
    if not policy:
        monkeypatch.setattr(security, "HEADERS", {})
    with attacker() as (evil, hits):
        page = _raw_markup(browser, evil)
    assert page
    assert bool(hits) is not policy


def _raw_markup(browser: Any, evil: str) -> bool:
    """Show a few payloads as markup in fresh pages; return whether script ran in one."""
    ran = False
    for text in payloads(evil)[2:4]:
        bad = hostile(text)
        with serving(FakeAssistant(hostile, sources=bad.citations, draft=[text])) as served:
            context = browser.new_context()
            page = context.new_page()
            page.goto(served.url)
            page.wait_for_selector("#readiness[data-state=ready]")
            ask(page, "What?")
            page.wait_for_selector("#live .turn.done")
            page.wait_for_timeout(500)
            ran = ran or bool(page.evaluate("window.pwned"))
            context.close()
    return ran
