"""How the page behaves to the eye: it keeps still, shows the focus, heeds who wants calm, fits Vietnamese."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from browser import PHONE, Served, ask, chromium, in_both_looks, needs_chromium, opened, serving
from fake_assistant import ANSWERED, VIETNAMESE, FakeAssistant
from library_page import make_library

pytestmark = [pytest.mark.browser, needs_chromium]

# Web Vitals calls a page still whose shifts add up to less than 0.1 in the worst five seconds; these are all.
STILL = 0.1
TABS = 40  # more than there are stops on the page with one answer
# Marks above and below: the tallest letters that Vietnamese has.
TALL = "Ẫ Ỗ Ễ Ữ Ợ Ặ Ệ"

SHIFTS = """() => { window.shifts = [];
  const name = (node) => node?.id || node?.className || node?.nodeName;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) shifts.push({
    value: one.value, what: one.sources.map((source) => name(source.node)).join()});
  }).observe({type: "layout-shift"}); }"""
# What has the keyboard: its name, and whether a ring of at least two pixels is drawn around it.
FOCUSED = """() => { const one = document.activeElement, style = getComputedStyle(one);
  if (one === document.body) return null;
  const ring = (e) => { const s = getComputedStyle(e);
    return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2; };
  return [`${one.tagName}#${one.id}.${one.className}`, ring(one)]; }"""
# Texts whose lines are too near for marks above and below, or that are cut off by their box.
CRAMPED = """tall => [...document.querySelectorAll("body *")].filter((one) => {
    const own = [...one.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
    return own && one.checkVisibility() && !one.closest(".sr-only, script, style, svg, [aria-hidden]");
  }).flatMap((one) => {
    const style = getComputedStyle(one), size = parseFloat(style.fontSize);
    const canvas = document.createElement("canvas").getContext("2d");
    canvas.font = `${style.fontWeight} ${size}px ${style.fontFamily}`;
    const is = canvas.measureText(tall), needs = is.actualBoundingBoxAscent + is.actualBoundingBoxDescent;
    const line = style.lineHeight === "normal" ? 1.2 * size : parseFloat(style.lineHeight);
    const {scrollHeight: whole, clientHeight: shown} = one;
    const cut = style.overflowY === "hidden" && shown > 0 && whole > shown + 1;
    const several = one.getClientRects().length > 1 || shown > 1.5 * line;
    return cut || (several && line < needs) || (style.display !== "inline" && line < 0.95 * needs)
      ? [`${one.tagName}.${one.className}: ${line} px for ${needs} px${cut ? ", cut off" : ""}`] : [];
  })"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving(FakeAssistant()) as one:
        yield one


@pytest.fixture(scope="module")
def shelves(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with (
        make_library(tmp_path_factory.mktemp("looks")) as library,
        serving(FakeAssistant(library=library)) as one,
    ):
        yield one


def shifted(page: Any) -> tuple[float, list[str]]:
    """Return by how much things moved by themselves since SHIFTS, and what did."""
    page.wait_for_timeout(300)  # they are told a frame later
    found = page.evaluate("window.shifts")
    return sum(one["value"] for one in found), [one["what"] for one in found]


@in_both_looks
def test_nothing_moves_while_an_answer_comes(browser: Any, look: dict[str, Any]) -> None:
    """On a phone the checked answer, longer than the draft, may then push the sources down: once."""
    begin, end = threading.Event(), threading.Event()

    def draft() -> Iterator[str]:
        yield "The "
        assert begin.wait(60)
        yield from ("target ", "is ", "18 ", "billion ", "USD ", "by ", "2028 ", "[1]. ") * 2
        assert end.wait(60)

    with (
        serving(FakeAssistant(draft=draft())) as served,  # type: ignore[arg-type]
        opened(browser, served, **look, reduced_motion="reduce") as page,
    ):
        page.wait_for_selector("#recent li")
        ask(page, ANSWERED.question)
        page.wait_for_selector("#live .draft")
        page.wait_for_selector("#live .card")
        page.wait_for_timeout(700)  # the browser forgives what moves half a second after a key
        page.evaluate(SHIFTS)
        begin.set()
        page.wait_for_function("document.querySelector('#live .draft').innerText.split('[1]').length === 3")
        moved, what = shifted(page)
        assert moved < STILL, what
        end.set()
        page.wait_for_selector("#live .turn.done")
        moved, what = shifted(page)
        assert moved < STILL or look is PHONE, what


def test_control_what_moves_is_noted(browser: Any, served: Served) -> None:
    with opened(browser, served) as page:
        page.wait_for_selector("#recent li")
        page.evaluate(SHIFTS)
        page.add_style_tag(content=".intro { margin-top: 300px; }")
        moved, _ = shifted(page)
        assert moved >= STILL


def rings(page: Any) -> dict[str, bool]:
    """Go through the page by keyboard; return each stop, and whether it shows that it has the keyboard."""
    found: dict[str, bool] = {}
    page.evaluate("document.activeElement.blur()")
    for _ in range(TABS):
        page.keyboard.press("Tab")
        if stop := page.evaluate(FOCUSED):
            found[stop[0]] = stop[1]
    return found


@in_both_looks
def test_whatever_has_the_keyboard_shows_it(browser: Any, served: Served, look: dict[str, Any]) -> None:
    with opened(browser, served, **look) as page:
        ask(page, ANSWERED.question)
        page.wait_for_selector("#live .turn.done")
        page.wait_for_selector("#ask:visible")
        found = rings(page)
        assert {one.split("#")[0] for one in found} >= {"A", "BUTTON", "SUMMARY", "TEXTAREA"}
        assert len(found) > 10
        assert [one for one, shown in found.items() if not shown] == []


@in_both_looks
def test_whatever_has_the_keyboard_shows_it_on_the_library_page(
    browser: Any, shelves: Served, look: dict[str, Any]
) -> None:
    with opened(browser, shelves, **look) as page:
        page.goto(f"{shelves.url}/library")
        found = rings(page)
        assert {one.split("#")[0] for one in found} >= {"A", "BUTTON", "SUMMARY", "INPUT", "SELECT"}
        assert [one for one, shown in found.items() if not shown] == []


def test_control_a_ring_that_is_taken_away_is_missed(browser: Any, served: Served) -> None:
    with opened(browser, served) as page:
        page.add_style_tag(content=":focus-visible { outline: none !important; }")
        page.add_style_tag(content=".gradio-container *:focus-visible { outline: none !important; }")
        assert not all(rings(page).values())


@pytest.mark.parametrize("calm", [True, False], ids=["calm", "control"])
def test_who_wants_no_motion_gets_none(browser: Any, served: Served, calm: bool) -> None:
    with opened(browser, served, reduced_motion="reduce" if calm else "no-preference") as page:
        served.assistant.hold.clear()
        try:
            ask(page, ANSWERED.question)
            page.wait_for_selector("#live .turn.reading, #live .turn.drafting")
            moving = "document.getAnimations().filter(one => one.playState === 'running').length"
            assert bool(page.evaluate(moving)) is not calm
        finally:
            served.assistant.hold.set()
        page.wait_for_selector("#live .turn.done")


@in_both_looks
def test_vietnamese_has_room_above_and_below_at_every_size(
    browser: Any, served: Served, look: dict[str, Any]
) -> None:
    with opened(browser, served, **look, locale="vi-VN") as page:
        page.wait_for_selector("#recent li")
        assert page.evaluate(CRAMPED, TALL) == []
        ask(page, VIETNAMESE.question)
        page.wait_for_selector("#live .turn.done")
        assert page.evaluate(CRAMPED, TALL) == []
        page.click("#t1-r2")
        page.wait_for_selector("#reader mark.sought")
        assert page.evaluate(CRAMPED, TALL) == []


@in_both_looks
def test_vietnamese_has_room_on_the_library_page(browser: Any, shelves: Served, look: dict[str, Any]) -> None:
    with opened(browser, shelves, **look, locale="vi-VN") as page:
        page.goto(f"{shelves.url}/library")
        assert page.evaluate(CRAMPED, TALL) == []


def test_control_lines_too_near_are_found(browser: Any, served: Served) -> None:
    with opened(browser, served, locale="vi-VN") as page:
        assert page.evaluate(CRAMPED, TALL) == []
        page.add_style_tag(content=".intro p { line-height: 1 !important; }")
        assert page.evaluate(CRAMPED, TALL) != []
