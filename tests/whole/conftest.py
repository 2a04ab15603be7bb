"""What the tests of this folder share: the program, the browser, and the page in one of its four looks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browser import LOOKS, chromium, looked_at
from llm_support import LARGE, SMALL, gguf

from rag.config import Config
from whole.program import Program, make_home, rag, running


@pytest.fixture(scope="package")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    for model in (Config.load().models.embedder, SMALL, LARGE):
        gguf(model)  # or the tests are skipped, and say what is missing
    home = make_home(tmp_path_factory.mktemp("whole"))
    rag(home, "index", home / "articles")
    with running(home) as one:
        yield one


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def look(request: pytest.FixtureRequest) -> dict[str, Any]:
    return LOOKS[request.param]


@pytest.fixture
def page(browser: Any, program: Program, look: dict[str, Any]) -> Iterator[Any]:
    with looked_at(browser, program, look) as one:
        yield one
