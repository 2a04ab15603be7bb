"""Helpers for tests of the page: a server in a thread, Debian's Chromium, a port that notes its visitors."""

from __future__ import annotations

import contextlib
import http.server
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe
import pytest
from fake_assistant import FakeAssistant

from rag.web.desk import Desk
from rag.web.security import harden_environment

harden_environment()

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
needs_chromium = pytest.mark.skipif(
    not CHROMIUM.exists(), reason=f"{CHROMIUM} is missing; install it: apt-get install chromium"
)


# Two of the four looks of a page: each width once, each theme once, for tests that are not about looks.
WIDE = {"width": 1280, "height": 800, "color_scheme": "light"}
PHONE = {"width": 390, "height": 844, "color_scheme": "dark"}
in_both_looks = pytest.mark.parametrize("look", [WIDE, PHONE], ids=["wide-light", "phone-dark"])
# All four, for tests with the real models; there a phone is one to the page too.
LOOKS = {
    f"{where}-{scheme}": {"width": width, "height": height, "color_scheme": scheme, "is_mobile": mobile}
    for where, width, height, mobile in (("wide", 1280, 800, False), ("phone", 390, 844, True))
    for scheme in ("light", "dark")
}
PAPER = {"light": "rgb(251, 249, 245)", "dark": "rgb(21, 23, 26)"}  # --paper of tokens.css
# Seconds. What does not come at all fails; a machine that is only slow does not.
FOR_THE_PAGE = 90
FOR_AN_ANSWER = 300
FOR_AN_EVALUATION = 1800  # a program starts, reads the articles and asks its questions


def seen_in(*looks: str) -> pytest.MarkDecorator:
    """Do a task in these looks."""
    return pytest.mark.parametrize("look", looks, indirect=True)


class Served:
    """A running page: its address, and what stands behind it."""

    def __init__(self, url: str, desk: Desk, assistant: FakeAssistant) -> None:
        self.url = url
        self.desk = desk
        self.assistant = assistant


@contextlib.contextmanager
def serving(
    assistant: FakeAssistant, *, opening: Any = None, pages: Any = None, **desk: Any
) -> Iterator[Served]:
    """Serve the page over `assistant` on a free loopback port; `opening` replaces how it is opened.

    `pages` are those beside the chat; without them, the installed ones.
    """
    import uvicorn

    from rag.web.server import bind, build_app

    counter = Desk(opening or (lambda: assistant), **desk)
    listener = bind("127.0.0.1", 0)
    settings = uvicorn.Config(
        build_app(counter, pages=pages),
        log_level="error",
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    until(lambda: server.started)
    try:
        yield Served(f"http://127.0.0.1:{listener.getsockname()[1]}", counter, assistant)
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """Start the browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def watch(page: Any, url: str) -> None:
    """From now on note in page.errors what goes wrong, and what is asked for beyond the origin of `url`."""
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda said: page.errors.append(said.text) if said.type == "error" else None)

    def asked(request: Any) -> None:
        if not request.url.startswith((f"{url}/", "data:", "blob:")):
            page.errors.append(f"asked for {request.url}")

    page.on("request", asked)


@contextlib.contextmanager
def opened(browser: Any, served: Any, width: int = 1280, height: int = 800, **how: Any) -> Iterator[Any]:
    """Open the page of `served.url` in a context of its own; at the end assert that it met no error.

    A request for anything that is not of its own origin is one.
    """
    context = browser.new_context(viewport={"width": width, "height": height}, **how)
    page = context.new_page()
    watch(page, served.url)
    page.goto(served.url)
    page.wait_for_selector("#readiness[data-state=ready]")
    yield page
    assert page.errors == []
    context.close()


@contextlib.contextmanager
def looked_at(browser: Any, served: Any, look: dict[str, Any], **how: Any) -> Iterator[Any]:
    """Open the chat; whatever page is there at the end is sound in this look and in the other theme too.

    So what is done on both widths ends in all four looks.
    """
    with opened(browser, served, **look, **how) as page:
        page.set_default_timeout(1000 * FOR_THE_PAGE)
        yield page
        has_the_look(page, look)
        (other,) = PAPER.keys() - {look["color_scheme"]}
        page.emulate_media(color_scheme=other, reduced_motion="reduce")  # colours are changed at once
        has_the_look(page, {**look, "color_scheme": other})


def has_the_look(page: Any, look: dict[str, Any]) -> None:
    """Assert that the page fits the width, has the colour that was asked for, and can be read by all."""
    assert page.evaluate("document.documentElement.scrollWidth") <= look["width"]
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == PAPER[look["color_scheme"]]
    found = axe.faults(page)
    assert not found, found


def seen(what: Any, seconds: float = FOR_THE_PAGE) -> Any:
    """Wait until it is on the page and visible, and return it."""
    what.wait_for(state="visible", timeout=1000 * seconds)
    return what


@contextlib.contextmanager
def attacker() -> Iterator[tuple[str, list[str]]]:
    """Listen on another loopback port; yields its address and the paths that were asked for."""
    hits: list[str] = []

    class Note(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name that http.server wants
            hits.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Note)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", hits
    finally:
        server.shutdown()
        server.server_close()


def ask(page: Any, question: str) -> None:
    """Type the question, press Enter, and wait until its turn has begun."""
    page.wait_for_selector("#ask:visible")
    now = page.evaluate("Math.max(0, ...[...document.querySelectorAll('.turn')].map(e => e.dataset.turn))")
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_selector(f"#live .turn[data-turn='{now + 1}']")


def watch_turn(page: Any) -> None:
    """From now on note drafts, and the forms of the turn: "classes|has cards|has a draft", in window.seen."""
    page.evaluate(
        """() => { window.seen = []; window.drafts = []; new MutationObserver(() => {
          const turn = document.querySelector("#live .turn"); if (!turn) return;
          const draft = turn.querySelector(".draft .prose")?.textContent;
          const now = `${turn.className}|${!!turn.querySelector(".card")}|${draft !== undefined}`;
          if (seen.at(-1) !== now) seen.push(now);
          if (draft && drafts.at(-1) !== draft) drafts.push(draft);
        }).observe(document.getElementById("live"),
          {childList: true, subtree: true, attributes: true, characterData: true}); }"""
    )


def until(true: Any, seconds: float = 20.0) -> None:
    """Wait until `true()` is; fail if it does not become so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"still not so after {seconds} s"
        time.sleep(0.02)
