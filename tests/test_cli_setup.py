"""`rag models`, `rag setup` and `rag serve`: that they reach the right place and show what it says."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from rag import errors
from rag.cli.main import rag
from rag.config import Config
from rag.models import packs as models
from rag.models import soundness
from rag.models.catalogue import Hub, Model
from rag.setup import steps
from rag.web import server

WEIGHTS = b"weights of a tiny model"
TINY = Model(
    id="tiny-llm",
    name="A tiny file",
    kind="llm",
    licence="Apache-2.0",
    languages=("en", "vi"),
    context=512,
    file="tiny.gguf",
    bytes=len(WEIGHTS),
    sha256=hashlib.sha256(WEIGHTS).hexdigest(),
    sources=(Hub("nobody/nothing", "main", "tiny.gguf"),),
)


@pytest.fixture(autouse=True)
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Know one model, which the settings name twice; return where its file belongs."""
    for name in [name for name in os.environ if name.startswith("RAG_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RAG_MODELS__LLM", "tiny-llm")
    monkeypatch.setattr(models, "catalogue", lambda: (TINY,))
    for asked in (models, soundness):
        monkeypatch.setattr(asked, "get", lambda _: TINY)
    return tmp_path / "home" / "models" / "tiny-llm" / "tiny.gguf"


def put(file: Path, content: bytes = WEIGHTS) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def run(*args: str) -> Result:
    return CliRunner().invoke(rag, list(args))


def test_models_list(tiny: Path) -> None:
    assert run("models", "list").stdout == "*  tiny-llm  missing  0 MB  Apache-2.0  A tiny file\n"
    put(tiny)
    (record,) = json.loads(run("models", "list", "--json").stdout)["models"]
    assert (record["id"], record["state"], record["used"], record["languages"]) == (
        "tiny-llm",
        "ready",
        True,
        ["en", "vi"],
    )


def test_models_path(tiny: Path) -> None:
    missing = run("models", "path", "tiny-llm")
    assert (missing.exit_code, missing.stdout) == (78, "")
    assert "rag models fetch tiny-llm" in missing.stderr
    put(tiny)
    assert run("models", "path", "tiny-llm").stdout == f"{tiny}\n"
    assert json.loads(run("models", "path", "tiny-llm", "--json").stdout) == {
        "id": "tiny-llm",
        "path": str(tiny),
    }


def test_models_verify(tiny: Path) -> None:
    assert (run("models", "verify").exit_code, run("models", "verify").stdout) == (0, "No model is there.\n")
    put(tiny)
    assert run("models", "verify", "tiny-llm").exit_code == 0
    put(tiny, WEIGHTS.replace(b"tiny", b"tinj"))
    found = run("models", "verify", "--json", "tiny-llm")
    assert found.exit_code == 1
    assert json.loads(found.stdout)["models"][0]["state"] == "damaged"


def test_models_fetch_takes_the_settings_models_or_the_named(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[list[str], dict[str, bool]]] = []

    def fetch(ids: list[str], progress: object, **options: bool) -> list[Path]:
        asked.append((ids, options))
        return [Path("/there") / name for name in ids]

    monkeypatch.setattr(models, "fetch", fetch)
    result = run("models", "fetch", "--json")
    assert json.loads(result.stdout) == {
        "fetched": [
            {"id": "tiny-llm", "path": "/there/tiny-llm"},
            {"id": "multilingual-e5-small", "path": "/there/multilingual-e5-small"},
        ]
    }
    assert run("models", "fetch", "x", "--accept-terms", "--hub").stdout == "x  /there/x\n"
    assert asked == [
        (["tiny-llm", "multilingual-e5-small"], {"accept_terms": False, "allow_hub": False}),
        (["x"], {"accept_terms": True, "allow_hub": True}),
    ]


def test_a_failed_fetch_is_74(monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(*_: object, **__: object) -> list[Path]:
        raise errors.FetchFailed("no source could deliver tiny-llm.\nTry again later.")

    monkeypatch.setattr(models, "fetch", fetch)
    result = run("models", "fetch")
    assert (result.exit_code, result.stderr) == (
        74,
        "Error: no source could deliver tiny-llm.\nTry again later.\n",
    )


def test_setup_tells_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def run_steps(progress: Any, config: Config) -> list[steps.Outcome]:
        progress.say("[1/1] Models")
        return [steps.Outcome("models", f"{config.models.llm}: there already")]

    monkeypatch.setattr(steps, "run", run_steps)
    text = run("setup")
    assert (text.exit_code, text.stdout) == (0, "Everything is ready. Start the chat: rag serve\n")
    assert text.stderr == "[1/1] Models\n"
    quiet = run("setup", "--quiet", "--json")
    assert quiet.stderr == ""
    assert json.loads(quiet.stdout) == {"steps": [{"name": "models", "message": "tiny-llm: there already"}]}


@pytest.mark.parametrize(
    ("args", "place"),
    [([], ("127.0.0.1", 7860)), (["--host", "::1", "--port", "0"], ("::1", 0))],
)
def test_serve_listens_where_it_is_told(
    args: list[str], place: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    places: list[tuple[str, int]] = []
    serving: Callable[[Config], None] = lambda config: places.append((config.server.host, config.server.port))  # noqa: E731
    monkeypatch.setattr(server, "serve", serving)
    assert run("serve", *args).exit_code == 0
    assert places == [place]


def test_a_port_that_cannot_be_had_is_74(monkeypatch: pytest.MonkeyPatch) -> None:
    def serving(_: Config) -> None:
        raise errors.CannotServe("Port 7860 is in use.\nChoose another: rag serve --port 7861")

    monkeypatch.setattr(server, "serve", serving)
    result = run("serve")
    assert (result.exit_code, result.stdout) == (74, "")


def test_serve_refuses_a_port_that_is_none() -> None:
    assert run("serve", "--port", "70000").exit_code == 2
