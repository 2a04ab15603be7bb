"""The page about the HTTP interface: complete, and it fetches nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from api_helpers import get
from browser import Served, chromium, needs_chromium, serving
from click.testing import CliRunner
from fake_assistant import FakeAssistant

from rag.api.docs import kind, page
from rag.cli.main import rag

PATHS = [
    "/v1/chat/completions", "/v1/models", "/v1/models/{model}", "/v1/search", "/v1/articles",
    "/v1/articles/{article}", "/health",
]  # fmt: skip


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving(FakeAssistant()) as one:
        yield one


def test_the_description_and_the_page_name_every_operation_and_type(served: Served) -> None:
    schema = get(served, "/openapi.json").json
    assert list(schema["paths"]) == PATHS
    shown = get(served, "/docs")
    text = shown.body.decode()
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert all(f"</b> {path}</h2>" in text for path in PATHS)
    ids = re.findall(r'<section id="(\w+)">', text)
    assert ids == sorted(schema["components"]["schemas"], key=str.lower)
    assert set(re.findall(r'href="#(\w+)"', text)) <= set(ids)
    assert "422" not in text.replace(served.url.split("//")[1], "")  # a port has any digits
    assert f"curl {served.url.rstrip('/')}/v1/models" in text  # what is shown can be copied
    assert "127.0.0.1:7860" not in text


def test_the_help_of_serve_says_where_it_is() -> None:
    shown = CliRunner().invoke(rag, ["serve", "--help"]).output
    assert "http://127.0.0.1:7860/v1" in shown
    assert "http://127.0.0.1:7860/docs" in shown


def test_what_stands_in_a_description_is_text() -> None:
    schema = {
        "info": {"title": "<b>", "version": "1", "description": "`<i>` <u>"},
        "paths": {},
        "components": {"schemas": {"T": {"properties": {"<p>": {"type": "<q>"}}}}},
    }
    text = page(schema)
    assert not re.search(r"<[ubiq]>", text)
    assert "<code>&lt;i&gt;</code>" in text


def test_kinds_in_words() -> None:
    assert kind({"anyOf": [{"type": "string"}, {"type": "null"}]}) == "string or null"
    assert kind({"type": "array", "items": {"$ref": "#/x/A"}}) == 'list of <a href="#A">A</a>'
    assert kind({"type": "integer", "minimum": 1, "maximum": 9}) == "integer from 1 to 9"
    assert kind({"const": "a"}) == "&#34;a&#34;"


@pytest.mark.browser
@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_asks_for_nothing_and_is_readable(served: Served, scheme: str) -> None:
    with chromium() as browser:
        one = browser.new_page(color_scheme=scheme, viewport={"width": 390, "height": 844})
        requests: list[str] = []
        complaints: list[str] = []
        one.on("request", lambda request: requests.append(request.url))
        one.on("console", lambda message: complaints.append(message.text))
        one.goto(f"{served.url}/docs")
        one.wait_for_load_state("networkidle")
        ink, paper = (
            sum(map(int, re.findall(r"\d+", one.evaluate(f"getComputedStyle(document.body).{name}"))[:3]))
            for name in ("color", "backgroundColor")
        )
        assert [url for url in requests if not url.endswith("/favicon.ico")] == [f"{served.url}/docs"]
        assert not complaints
        assert (ink < paper) is (scheme == "light")
        assert abs(ink - paper) > 500  # of 765
        assert one.evaluate("document.documentElement.scrollWidth") <= 390
