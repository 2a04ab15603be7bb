"""The evaluation page in a browser: a run is started, stopped, taken up again, read and compared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe import faults
from browser import Served, chromium, needs_chromium, serving, watch
from eval_web_world import evaluation_page, make_home
from fake_assistant import FakeAssistant

pytestmark = [pytest.mark.browser, needs_chromium]
LOOKS = [("light", 1280, "en-GB"), ("dark", 390, "vi-VN")]
PATIENCE = 120_000  # ms: on any machine a program starts, reads its articles and ends within it


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RAG_HOME", str(tmp_path))
    make_home(tmp_path)
    return tmp_path


@pytest.fixture
def served(home: Path) -> Iterator[Served]:
    with serving(FakeAssistant(), pages=[evaluation_page(home)]) as one:
        yield one


@pytest.fixture
def page(browser: Any, served: Served) -> Iterator[Any]:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(PATIENCE)
    watch(page, served.url)
    page.goto(f"{served.url}/evaluation")
    yield page
    assert page.errors == []
    page.close()


def choose(page: Any, *systems: str) -> None:
    page.check("label:text-is('press')")
    page.uncheck("label:text-is('assistant')")
    for name in systems:
        page.check(f"label:text-is('{name}')")


def looks(browser: Any, url: str) -> list[str]:
    """Return what axe finds at an address, wide and narrow, light and dark, in both languages."""
    found = []
    for scheme, width, language in LOOKS:
        page = browser.new_page(
            viewport={"width": width, "height": 844}, color_scheme=scheme, locale=language
        )
        page.goto(url)
        found += faults(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{url} is wider than {width}")
        page.close()
    return found


def ended(page: Any) -> None:
    page.wait_for_selector("#running", state="detached")
    page.wait_for_selector("#list article")


def test_a_run_is_started_stopped_taken_up_again_read_and_compared(
    browser: Any, served: Served, home: Path, page: Any
) -> None:
    url = page.url
    found = looks(browser, url)

    (home / "hold").touch()
    choose(page, "best-sentence", "search")
    page.click("button.main")
    page.wait_for_selector("#progress >> text='2 of 10 questions'")  # by itself, the page is not loaded again
    page.reload()
    assert "2 of 10 questions" in page.inner_text("#progress")
    assert page.is_disabled("button.main")
    assert page.locator("progress").evaluate("one => [one.value, one.max]") == [2, 10]
    found += looks(browser, url)

    page.click("button.stop")
    ended(page)
    assert "stopped; it can go on" in page.inner_text("#list")
    assert "2 of 6 questions" in page.inner_text("#list")
    found += looks(browser, url)

    (home / "hold").unlink()
    page.click("#list button:text-is('Go on')")
    page.wait_for_selector("#list p:has-text('finished')")
    listed = page.inner_text("#list")
    assert "6 questions" in listed
    assert "4 of 4 searched" in listed
    assert page.locator("#list article").count() == 1

    choose(page, "best-sentence")
    page.click("button.main")
    ended(page)
    page.wait_for_selector("#list article >> nth=1")
    found += looks(browser, url)

    options = page.locator("[name=a] option").all_inner_texts()
    same = [place for place, one in enumerate(options) if one.startswith("best-sentence")]
    page.select_option("[name=a]", index=same[1])
    page.select_option("[name=b]", index=same[0])
    page.click("text='Compare'")
    page.wait_for_url("**/compare?*")
    assert "6 questions, the same in both." in page.inner_text("main")
    assert "No real loss." in page.inner_text("main")
    found += looks(browser, page.url)

    page.goto(url)
    page.click("#list a.button >> nth=-1")
    page.fill("#words", "no such words")
    assert page.inner_text("#shown").startswith("0 of ")  # its own script works
    found += looks(browser, page.url)
    assert found == []


QUESTIONS = (
    "id,question,answer,context\n"
    'q1,How long is the bridge?,2.4 km,"The third bridge is 2.4 km long. It is new."\n'
    "q2,how long is the bridge,2.4 km,The bridge is 2.4 km long.\n"
)


def test_a_file_is_imported_its_faults_told_run_twice_removed_and_brought_back(
    browser: Any, served: Served, page: Any
) -> None:
    url, found = page.url, []
    other = browser.new_page()  # what is refused is told on its console
    other.goto(url)
    other.set_input_files("#import [type=file]", {"name": "mine.txt", "mimeType": "", "buffer": b"x"})
    other.click("#import button")
    other.wait_for_selector("#import .problem >> text='This file cannot be imported'")
    found += faults(other)
    other.close()
    file = {"name": "mine.csv", "mimeType": "text/csv", "buffer": QUESTIONS.encode()}
    page.set_input_files("#import [type=file]", file)
    page.click("#import button")
    page.wait_for_selector("#new >> text='Imported: mine, 2 questions, 2 articles. It is chosen below.'")
    assert page.is_checked("label:text-is('mine')")
    assert "Question q2 asks the same as question q1. Leave one out." in page.inner_text("#new .problem")
    found += looks(browser, page.url)

    page.uncheck("label:text-is('assistant')")
    page.check("label:text-is('best-sentence')")
    page.fill("[name=repeat]", "2")
    page.click("text='Run it with these faults'")
    ended(page)
    listed = page.inner_text("#list")
    assert "best-sentence.repeat2" in listed
    assert "Asked again, 0.0 % of the verdicts of best-sentence changed (2 looked at;" in listed
    found += looks(browser, url)

    page.click("text='Remove …'")
    page.click("text='Yes, remove it'")
    page.wait_for_selector("#list p:text-is('None yet.')")
    page.wait_for_selector("text='Undo'")
    found += looks(browser, url)
    page.click("text='Undo'")
    page.wait_for_selector("#list article")
    assert "best-sentence.repeat2" in page.inner_text("#list")
    assert found == []


TRIES = """async () => {
  const script = document.createElement("script");
  script.textContent = "window.owned = 1";
  document.body.append(script);
  const fetched = await fetch("/health").then(() => true, () => false);
  return [window.owned === 1, fetched];
}"""


def test_a_report_may_run_its_own_script_and_do_nothing_else(browser: Any, served: Served, page: Any) -> None:
    choose(page, "best-sentence")
    page.click("button.main")
    ended(page)
    address = page.locator("#list a.button").evaluate("one => one.href")
    other = browser.new_page()  # what is refused is told on its console
    other.goto(address)
    assert other.locator("#controls").is_visible()  # its script has shown them
    assert other.evaluate(TRIES) == [False, False]
    other.goto(page.url)
    assert other.evaluate(TRIES) == [False, True]  # control: a page may fetch from its own server
    other.close()
    page.reload()
    policy = page.request.get(page.url).headers["content-security-policy"]
    assert "unsafe-inline" not in policy  # the report's is for the report alone
    assert "unsafe-inline" in page.request.get(address).headers["content-security-policy"]


def test_while_the_next_is_being_chosen_nothing_is_taken_away(home: Path, page: Any) -> None:
    (home / "hold").touch()
    choose(page, "best-sentence")
    page.click("button.main")
    page.wait_for_selector("#progress >> text='2 of 6 questions'")
    page.fill("[name=limit]", "3")
    (home / "hold").unlink()
    page.click("#ended a")
    page.wait_for_selector("#list p:has-text('finished')")
