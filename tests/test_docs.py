"""The examples of the documentation and of docstrings run, with stand-ins for the models."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

from index.embed import HashEmbedder
from rag import opening
from rag.cli.main import rag
from rag.fakes import ScriptedLLM

ROOT = Path(__file__).parents[1]
BRIDGE = """Date: 2021-05-05

Harbour City opens its third bridge

The third bridge over the Lam River was opened on 4 May 2021. It cost 120 million USD and is 2.4 km long.

The toll is 1.5 USD. Lorries pay twice as much. The city expects 9,000 cars a day.
"""


def reply(prompt: str) -> str:
    return "2.4 km" if re.search(r"the third bridge[^?]*\?", prompt) else "not stated"


@pytest.fixture(autouse=True)
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "bridge.txt").write_text(BRIDGE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAG_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(opening, "embedder", lambda config: HashEmbedder())
    monkeypatch.setattr(opening, "llm", lambda config: ScriptedLLM(reply))
    monkeypatch.setattr("index.reading.SentenceTransformerEmbedder", lambda *_, **__: HashEmbedder())


def failures(examples: doctest.DocTest) -> str:
    """Return what did not come out as written."""
    told: list[str] = []
    doctest.DocTestRunner().run(examples, out=told.append)
    return "".join(told)


def parsed(text: str, name: str) -> doctest.DocTest:
    return doctest.DocTestParser().get_doctest(text, {}, name, name, 0)


def test_the_examples_of_the_python_interface() -> None:
    examples = parsed((ROOT / "docs" / "API.md").read_text(), "API.md")
    assert len(examples.examples) > 20
    assert failures(examples) == ""


@pytest.mark.parametrize("name", ["index", "rag", "index.embed", "index.search.inline", "rag.fakes"])
def test_the_examples_of_docstrings(name: str) -> None:
    module = importlib.import_module(name)
    found = [one for one in doctest.DocTestFinder().find(module) if one.examples]
    assert found
    for one in found:
        assert failures(one) == "", one.name


def test_an_example_that_is_wrong_is_found() -> None:
    assert "Expected:\n    3\nGot:\n    2" in failures(parsed(">>> 1 + 1\n3\n", "wrong"))


def test_the_readme_names_commands_that_there_are() -> None:
    text = (ROOT / "README.md").read_text()
    named = set(re.findall(r"(?:^|[`/ (])rag ([a-z]+)\b", text, re.MULTILINE))
    assert {"index", "ask", "search", "mcp", "chat"} <= named
    assert named <= set(rag.commands)
