"""The library page in a real browser: files are sent, nothing foreign runs, nothing is too wide."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Served, attacker, chromium, in_both_looks, needs_chromium, serving, until, watch
from fake_assistant import FakeAssistant
from hostile_texts import payloads
from library_page import COURIER, drop, make_library
from test_chat_render import Shape

from index import Library
from index.embed import HashEmbedder
from rag.web.library.listing import PER_PAGE

pytestmark = [pytest.mark.browser, needs_chromium]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with make_library(tmp_path) as one:
        yield one


@pytest.fixture
def served(library: Library) -> Iterator[Served]:
    with serving(FakeAssistant(library=library)) as one:
        until(lambda: one.desk.health.state == "ready")
        yield one


@contextlib.contextmanager
def opened(
    browser: Any, served: Served, path: str = "", *, width: int = 1280, height: int = 800, **how: Any
) -> Iterator[Any]:
    """Open the library page, and at the end assert that it met no error."""
    context = browser.new_context(viewport={"width": width, "height": height}, **how)
    page = context.new_page()
    watch(page, served.url)
    page.goto(f"{served.url}/library{path}")
    yield page
    assert page.errors == []
    context.close()


@in_both_looks
def test_files_are_sent_added_and_shown_without_loading_the_page_anew(
    browser: Any, served: Served, library: Library, tmp_path: Path, look: dict[str, Any]
) -> None:
    folder = tmp_path / "choice"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "tram.txt").write_text(COURIER.replace("Ferry line", "Tram line").replace("12", "13"))
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    (folder / ".hidden").write_text("x")
    with opened(browser, served, **look) as page:
        page.evaluate("window.same = true")
        page.check("input[name=article] >> nth=0")
        page.set_input_files("#folder", folder)
        page.wait_for_selector(".job[data-state=done]")
        page.wait_for_selector("text=Tram line to Tolandra is dearer")
        assert page.evaluate("window.same")
        assert "1 added" in page.inner_text("#job")
        assert page.locator("input[name=article]:checked").count() == 1
        assert "photo.jpg .jpg files are not read" in page.inner_text("#unsent")
        assert ".hidden" not in page.inner_text("#unsent")
        assert "4 articles" in page.inner_text("#summary")
        page.reload()
        assert "1 added" in page.inner_text("#job")  # until it is closed
        page.click("#job >> text=Close")
        assert page.locator(".job").count() == 0
    assert library.get("tram.txt").path.endswith("/uploads/choice/deep/tram.txt")


def test_a_dropped_file_is_taken_and_one_that_misses_the_place_replaces_nothing(
    browser: Any, served: Served, library: Library
) -> None:
    with opened(browser, served) as page:
        drop(page, "h1", COURIER)
        assert page.locator(".job").count() == 0
        drop(page, "#drop", COURIER.replace("12", "19"))
        page.wait_for_selector(".job[data-state=done]")
    assert "19 USD" in library.get("dropped.txt").text


@in_both_looks
def test_an_article_is_corrected_removed_and_brought_back_by_hand(
    browser: Any, served: Served, library: Library, look: dict[str, Any]
) -> None:
    before = library.digest
    with opened(browser, served, **look) as page:
        page.click("text=Ferry line to Tolandra is dearer")
        page.click("summary:has-text('Correct')")
        page.fill("input[name=date]", "2024-02")
        page.click("text=Save")
        page.wait_for_selector("text=corrected by hand")
        page.click("text=Withdraw")
        page.click("text=Remove this article")
        page.wait_for_selector("text=Removed: Ferry line to Tolandra is dearer")
        assert page.locator("table.articles tbody tr").count() == 2
        page.click("text=Undo")
        page.wait_for_selector("table.articles tbody tr >> nth=2")
    assert library.digest == before


@in_both_looks
def test_a_search_leads_to_the_passage_on_the_screen(
    browser: Any, served: Served, look: dict[str, Any]
) -> None:
    with opened(browser, served, **look) as page:
        page.fill("#q", "When will a tunnel follow?")
        page.press("#q", "Enter")
        page.click(".hits li:has-text('A tunnel will follow') h2 a")
        page.wait_for_selector("mark.sought")
        assert "A tunnel will follow by 2030" in page.inner_text("mark.sought")
        assert page.locator("mark.sought").first.bounding_box()["y"] < 800


@pytest.mark.parametrize("path", ["", "/search?q=bridge+toll", "/article/"])
@pytest.mark.parametrize("how", [{}, {"color_scheme": "dark", "locale": "vi-VN"}], ids=["light", "dark"])
def test_nothing_is_wider_than_a_phone(
    browser: Any, served: Served, library: Library, path: str, how: dict[str, str]
) -> None:
    library.correct("ferry.txt", title="Word" * 80, outlet="Outlet" * 30)
    path += library.get("ferry.txt").id if path.endswith("/") else ""
    with opened(browser, served, path, width=390, height=844, **how) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(21, 23, 26)" if how else "rgb(251, 249, 245)"
        )


def test_hostile_titles_outlets_and_names_are_text(browser: Any, tmp_path: Path) -> None:
    with attacker() as (evil, hits), Library.open(tmp_path / "library", HashEmbedder()) as library:
        texts = payloads(evil)
        (tmp_path / "evil.jsonl").write_text(
            "\n".join(
                json.dumps({"id": text[:40], "title": text, "outlet": text, "text": f"Story {n}. {text}"})
                for n, text in enumerate(texts)
            )
        )
        library.add(tmp_path / "evil.jsonl")
        with serving(FakeAssistant(library=library)) as served:
            until(lambda: served.desk.health.state == "ready")
            with opened(browser, served, width=1280, height=900) as page:
                assert page.locator("table.articles tbody tr").count() == PER_PAGE < len(texts)
                # A name is one short line without what parts folders; the last is of no kind that is read.
                plain = str.maketrans({"/": "\N{DIVISION SLASH}", "\\": "\N{SET MINUS}", "\n": " "})
                names = [f"{n} {text[:80].translate(plain)}.txt" for n, text in enumerate(texts)]
                names.append("<img src=x onerror=window.pwned=1>")
                page.set_input_files(
                    "#files", [{"name": one, "mimeType": "text/plain", "buffer": b""} for one in names]
                )
                page.wait_for_selector(".job[data-state=done]")
                said = " ".join(page.inner_text("#job").split())  # as they are: all of them are empty
                assert [one for one in names[:-1] if " ".join(one.split()) not in said] == []
                assert names[-1] in page.inner_text("#unsent")
                assert page.evaluate("window.pwned") is None
                for n, article in enumerate(library.articles()):
                    page.goto(f"{served.url}/library/article/{article.id}")
                    assert page.inner_text("h1") == article.title.strip()
                    assert page.evaluate("window.pwned") is None
                    if n == 0:
                        page.click("text=Remove this article")
                        page.wait_for_selector(".bin")
                page.goto(f"{served.url}/library/search?q=Story+script")
                assert page.locator(".hits li").count() > 0
                assert page.evaluate("window.pwned") is None
                attributes = Shape(page.content()).attributes
                assert not [one for one in attributes if one.startswith("on")]
        assert hits == []


def test_control_the_attacker_sees_what_a_page_fetches(browser: Any) -> None:
    with attacker() as (evil, hits):
        page = browser.new_page()
        page.set_content(f'<img src="{evil}/img">')
        until(lambda: hits)
        page.close()
