"""Settings: where values come from, and that nothing wrong passes for a default."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from rag.config import KEYS, Config, example, variable_of
from rag.errors import BadSetting


@pytest.fixture(autouse=True)
def clean_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, an empty home, no RAG_ variable."""
    for name in [name for name in os.environ if name.startswith("RAG_")]:
        monkeypatch.delenv(name)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("RAG_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path


def origin(config: Config, key: str) -> str:
    return next(value.origin for value in config.values() if value.key == key)


def test_defaults() -> None:
    config = Config.load()
    assert (config.models.llm, config.models.embedder) == ("qwen2.5-coder-1.5b", "multilingual-e5-small")
    assert (config.server.host, config.server.port) == ("127.0.0.1", 7860)
    assert (config.llm.threads, config.llm.context) == (0, 4096)
    assert {value.origin for value in config.values()} == {"default", "RAG_HOME"}


def test_rag_home_is_not_a_section_and_moves_the_library(clean_places: Path) -> None:
    assert Config.load().library_dir() == clean_places / "home" / "library"


def test_order_flag_environment_working_folder_user_folder_default(
    clean_places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, users = clean_places / "work" / "rag.toml", clean_places / "home" / "rag.toml"
    places = []
    assert Config.load().server.port == 7860
    users.write_text("[server]\nport = 1001\nhost = 'localhost'\n")
    places.append((Config.load().server.port, origin(Config.load(), "server.port")))
    here.write_text("[server]\nport = 1002\n")
    places.append((Config.load().server.port, origin(Config.load(), "server.port")))
    monkeypatch.setenv("RAG_SERVER__PORT", "1003")
    places.append((Config.load().server.port, origin(Config.load(), "server.port")))
    flagged = Config.load(overrides={"server.port": 1004})
    places.append((flagged.server.port, origin(flagged, "server.port")))
    assert places == [(1001, str(users)), (1002, str(here)), (1003, "RAG_SERVER__PORT"), (1004, "flag")]
    assert flagged.server.host == "localhost"  # files are merged key by key


def test_a_given_file_replaces_both_others(clean_places: Path) -> None:
    (clean_places / "work" / "rag.toml").write_text("[server]\nport = 1002\n")
    given = clean_places / "given.toml"
    given.write_text("[search]\npassages = 3\n")
    config = Config.load(given)
    assert (config.search.passages, config.server.port) == (3, 7860)


def test_a_relative_library_counts_from_its_file(clean_places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (clean_places / "home" / "rag.toml").write_text("[library]\npath = 'mine'\n")
    assert Config.load().library_dir() == clean_places / "home" / "mine"
    monkeypatch.setenv("RAG_LIBRARY__PATH", "other")
    assert Config.load().library_dir() == clean_places / "work" / "other"
    monkeypatch.setenv("RAG_LIBRARY__PATH", "")  # empty = the default place
    assert Config.load().library_dir() == clean_places / "home" / "library"


def test_none_means_not_given() -> None:
    assert Config.load(overrides={"server.port": None}).server.port == 7860


NO_SETTING = " in the environment is no setting.\nDid you mean RAG_SERVER__PORT?"
FIX = "Set it with RAG_SERVER__PORT or in rag.toml; the default is 7860."


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("RAG_SERVER__PROT", "1", f"RAG_SERVER__PROT{NO_SETTING}"),
        ("RAG_SEVER__PORT", "1", f"RAG_SEVER__PORT{NO_SETTING}"),
        (
            "RAG_SERVER_PORT",
            "1",
            "RAG_SERVER_PORT has one underscore after the section.\nDid you mean RAG_SERVER__PORT?",
        ),
        (
            "RAG_SERVER__PORT",
            "eighty",
            f'server.port is "eighty" (RAG_SERVER__PORT), but must be a whole number from 0 to 65535.\n{FIX}',
        ),
        (
            "RAG_SERVER__PORT",
            "70000",
            f'server.port is "70000" (RAG_SERVER__PORT), but must be a whole number from 0 to 65535.\n{FIX}',
        ),
        (
            "RAG_MODELS__LLM",
            "",
            'models.llm is "" (RAG_MODELS__LLM), but must be a text that is not empty.\n'
            'Set it with RAG_MODELS__LLM or in rag.toml; the default is "qwen2.5-coder-1.5b".',
        ),
        (
            "RAG_ANSWER__CARE",
            "great",
            'answer.care is "great" (RAG_ANSWER__CARE), but must be one of fast, normal, careful.\n'
            'Set it with RAG_ANSWER__CARE or in rag.toml; the default is "normal".',
        ),
    ],
)
def test_wrong_environment(variable: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadSetting) as error:
        Config.load()
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("[server]\nprot = 1\n", "there is no setting server.prot.\nDid you mean server.port?"),
        ("[sever]\nport = 1\n", "there is no section [sever].\nDid you mean [server]?"),
        ("port = 1\n", "there is no setting port.\nDid you mean server.port?"),
        ("[server]\nport = '7860'\n", 'server.port is "7860" ('),  # a text is not a number in TOML
        ("[server]\nport = true\n", "server.port is true ("),
        ("[server]\nport = 1.5\n", "but must be a whole number from 0 to 65535."),
        ("[models]\nllm = 3\n", "models.llm is 3 ("),
        ("[server\n", "is not TOML: "),
        ("a = " + "[" * 5000, "is not TOML: "),
    ],
)
def test_wrong_file(text: str, part: str, clean_places: Path) -> None:
    file = clean_places / "work" / "rag.toml"
    file.write_text(text)
    with pytest.raises(BadSetting) as error:
        Config.load()
    assert part in str(error.value)
    assert str(file) in str(error.value)  # which of the files it was


def test_a_file_that_is_not_there_or_not_text(clean_places: Path) -> None:
    with pytest.raises(BadSetting, match="No such file"):
        Config.load(clean_places / "none.toml")
    binary = clean_places / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadSetting, match="is not TOML"):
        Config.load(binary)


def test_an_unknown_override_is_an_error_too() -> None:
    with pytest.raises(BadSetting, match=r"Did you mean server\.port"):
        Config.load(overrides={"server.prot": 1})


def test_the_example_is_complete_and_says_the_defaults(clean_places: Path) -> None:
    table = tomllib.loads(example())
    assert {f"{section}.{name}" for section, entries in table.items() for name in entries} == set(KEYS)
    (clean_places / "work" / "rag.toml").write_text(example())
    assert Config.load() == Config()


def test_every_setting_has_a_variable_and_an_explanation() -> None:
    assert variable_of("llm.max_tokens") == "RAG_LLM__MAX_TOKENS"
    assert all(value.doc for value in Config().values())
