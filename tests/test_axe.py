"""axe-core finds nothing serious or critical on any page, in any state, wide or narrow, light or dark."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe import faults
from browser import Served, ask, chromium, needs_chromium, opened, serving, until
from fake_assistant import ABSTAINED, ANSWERED, QUOTED, VIETNAMESE, FakeAssistant
from library_page import make_library
from report_world import make_runs

from eval.report.pages import write

pytestmark = [pytest.mark.browser, needs_chromium]
LOOKS = [(scheme, width) for scheme in ("light", "dark") for width in (1280, 390)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


@pytest.fixture
def bare(browser: Any) -> Iterator[Any]:
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write(make_runs(tmp_path_factory.mktemp("report")))[0].as_uri()


PAGE = '<!doctype html><html lang="en"><title>t</title><main><h1>t</h1>{}</main></html>'


@pytest.mark.parametrize(
    ("markup", "rule"),
    [
        ("<button></button>", "button-name"),
        ('<p style="color: #aaa; background: #fff">pale</p>', "color-contrast"),
        ("<input>", "label"),
    ],
)
def test_control_what_is_wrong_is_found(bare: Any, markup: str, rule: str) -> None:
    bare.set_content(PAGE.format(markup))
    assert [fault.split()[0] for fault in faults(bare)] == [rule]


def test_control_a_sound_page_has_no_faults(bare: Any) -> None:
    bare.set_content(PAGE.format("<button>Ask</button>"))
    assert faults(bare) == []


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_the_chat_in_every_state(browser: Any, scheme: str, width: int) -> None:
    found: dict[str, list[str]] = {}
    with (
        serving(FakeAssistant()) as served,
        opened(browser, served, width, 844, color_scheme=scheme, reduced_motion="reduce") as page,
    ):
        page.wait_for_selector("#recent li")
        for name, reach in STATES.items():
            for _ in reach(page, served):
                found[name] = faults(page)
    assert found == {name: [] for name in STATES}


# --- the states: each function brings the page there, yields once, and clears up ------------------------


def start(page: Any, served: Served) -> Iterator[None]:
    yield


def filters(page: Any, served: Served) -> Iterator[None]:
    page.click("#filters summary")
    yield
    page.click("#filters summary")


def searching(page: Any, served: Served) -> Iterator[None]:
    yield from _held(page, served, "searching", before_evidence=True)


def reading(page: Any, served: Served) -> Iterator[None]:
    yield from _held(page, served, "reading")


def _held(page: Any, served: Served, state: str, *, before_evidence: bool = False) -> Iterator[None]:
    """Hold the assistant before its evidence, or before its first word."""
    go = threading.Event()

    def answers(question: str) -> Any:
        assert not before_evidence or go.wait(60)
        return ANSWERED

    def draft() -> Iterator[str]:
        assert go.wait(60)
        yield "…"

    usual = served.assistant.answers, served.assistant.draft
    served.assistant.answers, served.assistant.draft = answers, draft()
    try:
        ask(page, ANSWERED.question)
        page.wait_for_selector(f"#live .turn.{state}")
        yield
    finally:
        go.set()
        page.wait_for_selector("#live .turn.done")
        served.assistant.answers, served.assistant.draft = usual


def drafting(page: Any, served: Served) -> Iterator[None]:
    with _standing_still(served):
        ask(page, ANSWERED.question)
        page.wait_for_selector("#live .draft")
        yield
    page.wait_for_selector("#live .turn.done")


def waiting(page: Any, served: Served) -> Iterator[None]:
    with _standing_still(served):
        first = served.desk.ask(ANSWERED.question)
        reader = threading.Thread(target=lambda: list(first.events()), daemon=True)
        reader.start()
        ask(page, ANSWERED.question)
        page.wait_for_selector("#live .turn.waiting")
        yield
    page.wait_for_selector("#live .turn.done")


def stopped(page: Any, served: Served) -> Iterator[None]:
    with _standing_still(served):
        ask(page, ANSWERED.question)
        page.wait_for_selector("#live .draft")
        page.click("#stop")
        page.wait_for_selector("#live .turn.stopped")
        yield


def reader(page: Any, served: Served) -> Iterator[None]:
    page.click("#live .turn button.read >> nth=0")
    page.wait_for_selector("#reader[open] mark.sought")
    yield
    page.keyboard.press("Escape")
    page.wait_for_selector("#reader:not([open])", state="attached")


def voted(page: Any, served: Served) -> Iterator[None]:
    page.click("#live .vote [data-verdict=down]")
    page.wait_for_selector("#live .vote form")
    yield
    page.click("#live .vote [data-verdict=down]")


def talks(page: Any, served: Served) -> Iterator[None]:
    page.click("#talks-open")
    page.wait_for_selector("#talks[open] li")
    yield
    page.click("#talks .close")


def shown(question: str, end: str = "done") -> Callable[[Any, Served], Iterator[None]]:
    """Return what asks a question and waits for the end of its turn."""

    def reach(page: Any, served: Served) -> Iterator[None]:
        ask(page, question)
        page.wait_for_selector(f"#live .turn.{end}")
        yield

    return reach


class _standing_still:  # noqa: N801  reads as what it does
    """The assistant's draft stands still after its first word."""

    def __init__(self, served: Served) -> None:
        self._hold = served.assistant.hold

    def __enter__(self) -> None:
        self._hold.clear()

    def __exit__(self, *_: object) -> None:
        self._hold.set()


STATES: dict[str, Callable[[Any, Served], Iterator[None]]] = {
    "start": start,
    "filters open": filters,
    "waiting": waiting,
    "searching": searching,
    "evidence shown": reading,
    "drafting": drafting,
    "answered": shown(ANSWERED.question),
    "reader pane open": reader,
    "voted against": voted,
    "conversations": talks,
    "answered in the article's words": shown(QUOTED.question),
    "answered in Vietnamese": shown(VIETNAMESE.question),
    "refused": shown(ABSTAINED.question),
    "failed": shown("please fail", "failed"),
    "stopped": stopped,
}


@pytest.mark.parametrize(
    ("scheme", "width", "language"),
    [(*look, ("en-GB", "vi-VN")[n in (1, 2)]) for n, look in enumerate(LOOKS)],
)
def test_the_library_page_in_every_state(
    browser: Any, tmp_path: Path, scheme: str, width: int, language: str
) -> None:
    found: dict[str, list[str]] = {}
    with make_library(tmp_path) as library, serving(FakeAssistant(library=library)) as served:
        until(lambda: served.desk.health.state == "ready")
        page = browser.new_page(
            viewport={"width": width, "height": 844}, color_scheme=scheme, locale=language
        )
        ferry = library.get("ferry.txt").id
        article = f"/article/{ferry}"
        for path in ("", "?lang=vi", "?text=nosuchword", "/search?q=bridge+toll", article, "/article/x"):
            page.goto(f"{served.url}/library{path}")
            found[path] = faults(page)
        page.goto(f"{served.url}/library{article}")
        page.click("details.correct summary")
        found["correcting"] = faults(page)
        page.goto(f"{served.url}/library")
        page.click(".time summary")
        found["the picture as a table"] = faults(page)
        page.set_input_files("#files", [{"name": "empty.txt", "mimeType": "text/plain", "buffer": b""}])
        page.wait_for_selector(".job[data-state=done]")
        found["what was skipped"] = faults(page)
        page.check(f"[value='{ferry}']")
        page.click(".delete")
        page.wait_for_selector(".bin")
        found["removed"] = faults(page)
        page.close()
    assert found == {state: [] for state in found}


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_the_page_about_the_http_interface(browser: Any, scheme: str, width: int) -> None:
    with serving(FakeAssistant()) as served:
        page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
        page.goto(f"{served.url}/docs")
        assert faults(page) == []
        page.close()


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_the_report_of_an_evaluation(browser: Any, report: str, scheme: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page.goto(report)
    assert faults(page) == []
    page.close()
