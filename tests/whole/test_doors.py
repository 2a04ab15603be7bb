"""The other doors to the real models: OpenAI's client, the MCP client, and the terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from anyio.from_thread import start_blocking_portal
from browser import FOR_AN_ANSWER
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from whole.program import Program

pytestmark = pytest.mark.models

ASKED = "How many projects does Indonesia have in Vietnam?"
SHORT = "119"
UNKNOWN = "Who won the football World Cup in 2022?"


def file_of(program: Program, citation: dict[str, Any]) -> str:
    """Return the text of the file that is cited."""
    return (program.articles / citation["file"]).read_text("utf-8")


def kept_promises(program: Program, answer: dict[str, Any]) -> None:
    """Assert what every answer of every door promises: what it cites is there, word for word."""
    assert answer["status"] == "answered"
    assert SHORT in answer["short"]
    assert answer["citations"]
    for one in answer["citations"]:
        assert one["quote"] in file_of(program, one)
        assert f"[{one['n']}]" in answer["answer"]


@pytest.fixture(scope="module")
def client(program: Program) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{program.url}/v1", api_key="any", max_retries=0, timeout=FOR_AN_ANSWER)


def say(question: str) -> dict[str, Any]:
    return {"model": "rag", "messages": [{"role": "user", "content": question}]}


def test_openais_client_is_answered_whole_and_in_pieces(program: Program, client: openai.OpenAI) -> None:
    whole: Any = client.chat.completions.create(**say(ASKED))
    said = whole.choices[0].message
    kept_promises(program, said.rag)
    assert said.content == said.rag["answer"]
    chunks: list[Any] = list(client.chat.completions.create(**say(ASKED), stream=True))
    assert "".join(one.choices[0].delta.content or "" for one in chunks) == said.content
    streamed = chunks[-1].choices[0].message["rag"]
    for measured in ("timings", "tokens"):  # of this time, not of the answer
        streamed.pop(measured)
        said.rag.pop(measured)
    assert streamed == said.rag
    refused: Any = client.chat.completions.create(**say(UNKNOWN))
    assert refused.choices[0].message.rag["status"] == "abstained"


def test_openais_client_is_told_what_is_wrong(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="gpt-9"):
        client.chat.completions.create(**{**say(ASKED), "model": "gpt-9"})
    with pytest.raises(openai.BadRequestError, match="the limit is"):
        client.chat.completions.create(**say("why " * 5000))
    with pytest.raises(openai.BadRequestError, match="last message"):
        client.chat.completions.create(model="rag", messages=[{"role": "assistant", "content": "Hello"}])
    assert "rag" in [one.id for one in client.models.list()]


def test_a_dropped_stream_frees_the_model_for_the_next(program: Program, client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(
        **say("By how much did trade between Vietnam and Indonesia grow from 2020 to 2024?"), stream=True
    )
    next(iter(stream))  # the first chunk comes when the question is in the line
    dropped = time.monotonic()
    stream.close()
    answer: Any = client.chat.completions.create(**say(ASKED))
    kept_promises(program, answer.choices[0].message.rag)
    took = answer.choices[0].message.rag["timings"]["total"]
    assert time.monotonic() - dropped < took + 5  # what was dropped is not answered first


@pytest.fixture
def tools(program: Program) -> Iterator[Any]:
    """The official client of `rag mcp`, a process of its own; returns what a tool gives."""
    environment = {**os.environ, "RAG_HOME": str(program.home)}
    server = StdioServerParameters(command=sys.executable, args=["-m", "rag", "mcp"], env=environment)
    with (program.home / "mcp").open("w") as log, start_blocking_portal() as portal:
        one = Client(stdio_client(server, log), read_timeout_seconds=FOR_AN_ANSWER)
        with portal.wrap_async_context_manager(one) as entered:

            def call(name: str, **arguments: Any) -> Any:
                given = portal.call(entered.call_tool, name, arguments)
                assert not given.is_error, given.content
                return given.structured_content

            call.names = [tool.name for tool in portal.call(entered.list_tools).tools]  # type: ignore[attr-defined]
            yield call


def test_the_mcp_client_searches_asks_and_reads(program: Program, tools: Any) -> None:
    assert tools.names == ["search", "ask", "get_article"]
    hits = tools("search", query=ASKED)["hits"]
    answer = tools("ask", question=ASKED)
    kept_promises(program, answer)
    cited = answer["citations"][0]
    assert cited["article"] in [one["article"] for one in hits]
    article = tools("get_article", id=cited["article"])
    assert cited["quote"] in article["text"]
    assert tools("ask", question=UNKNOWN)["status"] == "abstained"


def test_the_terminal_answers_shows_sources_and_writes_it_down(program: Program, tmp_path: Path) -> None:
    out = tmp_path / "talk.md"
    typed = f"{ASKED}\n/sources\n/open 1\n/filter lang:vi\n/export {out}\n"
    done = subprocess.run(
        [sys.executable, "-m", "rag", "chat"],
        env={**os.environ, "RAG_HOME": str(program.home)},
        input=typed,
        capture_output=True,
        text=True,
        timeout=FOR_AN_ANSWER,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert SHORT in done.stdout
    assert "\x1b" not in done.stdout  # it is no terminal
    written = out.read_text("utf-8")
    assert written.startswith(f"## {ASKED}")
    quoted = [line[2:] for line in written.splitlines() if line.startswith("> ")]
    every = "".join(one.read_text("utf-8") for one in program.articles.glob("*.md"))
    assert quoted
    assert all(one.replace("\\", "") in every for one in quoted)


def test_the_python_interface_gives_the_same(program: Program) -> None:
    code = (
        "import json; from rag import Assistant\n"
        "with Assistant.open() as assistant:\n"
        f"    print(json.dumps(assistant.ask({ASKED!r}).to_dict()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "RAG_HOME": str(program.home)},
        capture_output=True,
        text=True,
        timeout=FOR_AN_ANSWER,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    kept_promises(program, json.loads(done.stdout.splitlines()[-1]))
