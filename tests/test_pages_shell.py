"""The frame of the pages beside the chat: how one is added, its language, what it may load and post."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Served, chromium, needs_chromium, serving, until
from fake_assistant import FakeAssistant
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from test_server import request

from rag.config import Config
from rag.web.desk import Desk
from rag.web.headers import HEADERS, PAGE_HEADERS
from rag.web.pages.shell import Page, Shell
from rag.web.security import MAX_BODY_BYTES

WORDS = {"en": {"hello": "Hello"}, "vi": {"hello": "Xin chào"}}
TEMPLATE = """{% extends "frame.html.j2" %}{% block title %}{{ w.hello }}{% endblock %}
{% block main %}<h1>{{ w.hello }}</h1><p id="said">{{ said }}</p>
<form method="post" action="/trial/say"><button>Say</button></form>{% endblock %}"""
HOSTILE = "<script>document.title='owned'</script>{{ 7 * 7 }}\"'><img src=x onerror=alert(1)>"


def trial(folder: Path) -> Page:
    (folder / "trial.html.j2").write_text(TEMPLATE, "utf-8")

    def routes(desk: Desk, config: Config, shell: Shell) -> APIRouter:
        templates, router = shell.templates(folder, WORDS), APIRouter(prefix="/trial")

        @router.get("")
        def show(request: Request, said: str = HOSTILE) -> HTMLResponse:
            return templates.page(request, "trial.html.j2", said=said)

        @router.post("/say")
        def say() -> RedirectResponse:
            return RedirectResponse("/trial?said=posted", 303)

        @router.post("/upload")
        async def upload(request: Request) -> int:
            return len(await request.body())

        return router

    return Page("/trial", {"en": "Trial", "vi": "Thử"}, routes, {"/trial/upload": 2 * MAX_BODY_BYTES})


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(FakeAssistant(), pages=[trial(tmp_path_factory.mktemp("trial"))]) as one:
        until(lambda: one.desk.health.state == "ready")
        yield one


def body(served: Served, path: str = "/trial", **headers: str) -> str:
    return request(served, "GET", path, headers=headers)[2].decode()


def test_a_page_has_the_frame_and_what_it_is_given_is_text(served: Served) -> None:
    page = body(served)
    assert '<a href="/trial" aria-current="page">Trial</a>' in page
    assert "&lt;script&gt;document.title" in page
    assert "<script" not in page
    assert "{{ 7 * 7 }}" in page


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({}, "en"),
        ({"Accept-Language": "vi"}, "vi"),
        ({"Accept-Language": "fr, vi-VN;q=0.9, en;q=0.8"}, "vi"),
        ({"Accept-Language": "vi;q=0.2, en-GB;q=0.5"}, "en"),
        ({"Accept-Language": "vi;q=much, \u00ff, ;;q=,en"}, "en"),
        ({"Accept-Language": "vi", "Cookie": "rag-language=en"}, "en"),
        ({"Cookie": "rag-language=vi"}, "vi"),
        ({"Cookie": "rag-language=xx"}, "en"),
    ],
)
def test_the_language_is_chosen_by_hand_or_by_the_browser(
    served: Served, headers: dict[str, str], language: str
) -> None:
    page = body(served, **headers)
    assert f'<html lang="{language}">' in page
    assert f"<h1>{WORDS[language]['hello']}</h1>" in page


def test_the_language_is_changed_by_a_link_that_keeps_the_rest_and_is_remembered(served: Served) -> None:
    assert 'href="/trial?said=a%26b&amp;ui=vi"' in body(served, "/trial?said=a%26b&ui=en")
    _, headers, page = request(served, "GET", "/trial?ui=vi")
    assert b'<html lang="vi">' in page
    assert headers["set-cookie"].startswith("rag-language=vi;")
    assert "set-cookie" not in request(served, "GET", "/trial")[1]


def test_pages_are_stricter_than_the_chat(served: Served) -> None:
    assert {name: request(served, "GET", "/trial")[1][name] for name in PAGE_HEADERS} == PAGE_HEADERS
    assert {name: request(served, "GET", "/")[1][name] for name in HEADERS} == HEADERS
    assert "unsafe" not in PAGE_HEADERS["content-security-policy"]


@pytest.mark.parametrize("path", ["/trialx", "/trial-and-more", "/triaL", "/pages", "/pages/../page.py"])
def test_only_the_page_and_what_is_under_it_is_open(served: Served, path: str) -> None:
    assert request(served, "GET", path)[0] == 404


def test_only_the_shared_files_are_handed_out(served: Served) -> None:
    assert request(served, "GET", "/pages/pages.css")[0] == 200
    for name in ("chat.js", "..%2fpage.py", "%2e%2e/page.py", "x"):
        assert request(served, "GET", f"/pages/{name}")[0] == 404


def test_only_an_upload_may_be_long_and_it_says_how_long(served: Served) -> None:
    long = b"x" * (MAX_BODY_BYTES + 1)
    assert request(served, "POST", "/trial/say", long)[0] == 413
    assert request(served, "POST", "/trial/upload", long)[2] == str(len(long)).encode()
    assert request(served, "POST", "/trial/upload", b"x" * (2 * MAX_BODY_BYTES + 1))[0] == 413
    assert request(served, "POST", "/trial/upload", iter([long]))[0] == 411  # type: ignore[arg-type]


def test_other_origins_cannot_post_to_a_page(served: Served) -> None:
    for headers in (
        *({"Origin": origin} for origin in ("http://evil.example", "null", "http://[")),
        {"Sec-Fetch-Site": "cross-site"},
    ):
        assert request(served, "POST", "/trial/say", b"", headers)[0] == 403
        assert request(served, "POST", "/trial/upload", b"", headers)[0] == 403
    assert request(served, "POST", "/trial/say", b"", {"Origin": served.url})[0] == 303


@pytest.mark.browser
@needs_chromium
def test_in_a_browser_the_pages_find_each_other_and_a_form_can_be_posted(served: Served) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        errors: list[str] = []
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(served.url)
        page.click(".masthead nav a:has-text('Trial')")
        page.wait_for_url(f"{served.url}/trial")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # the skip link comes first
        page.wait_for_function("document.activeElement.id === 'main'")
        page.click("text=Say")  # its origin arrives, though little else of it does
        assert page.inner_text("#said") == "posted"
        page.click(".switch")
        page.wait_for_selector("h1:text-is('Xin chào')")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.click("text=Hỏi đáp")
        page.wait_for_selector("#readiness")
        assert errors == []
