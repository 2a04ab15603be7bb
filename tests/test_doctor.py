"""`rag doctor`: each thing that can be wrong is made wrong, and must be found with its fix."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from index import Library
from index.embed import HashEmbedder
from rag import opening
from rag.cli.main import rag
from rag.config import Config
from rag.doctor import examination as doctor
from rag.doctor import library as doctor_library
from rag.doctor import models as doctor_models
from rag.doctor import network as doctor_network
from rag.doctor import network_watch
from rag.doctor.check import Check
from rag.errors import BadSetting, ModelMissing
from rag.models import packs as models
from rag.models import soundness
from rag.models.catalogue import Hub, Model
from rag.setup import build

WEIGHTS = bytes(range(256)) * 64
TINY = Model(
    id="tiny-llm",
    name="A tiny file",
    kind="llm",
    licence="Apache-2.0",
    languages=("en",),
    context=512,
    file="tiny.gguf",
    bytes=len(WEIGHTS),
    sha256=hashlib.sha256(WEIGHTS).hexdigest(),
    sources=(Hub("nobody/nothing", "main", "tiny.gguf"),),
)
TINY_EMBEDDER = replace(TINY, id="tiny-embedder", kind="embedder")


@pytest.fixture(autouse=True)
def clean_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("RAG_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAG_HOME", str(tmp_path / "home"))
    known = {model.id: model for model in (TINY, TINY_EMBEDDER)}

    def get(name: str) -> Model:
        if name not in known:
            raise BadSetting(f"There is no model {name!r}. See: rag models list")
        return known[name]

    monkeypatch.setattr(models, "get", get)
    monkeypatch.setattr(soundness, "get", get)
    return tmp_path


@pytest.fixture
def config() -> Config:
    return Config.load(overrides={"models.llm": "tiny-llm", "models.embedder": "tiny-embedder"})


@pytest.fixture
def fetched(clean_places: Path) -> Path:
    """Put both models in place; return the language model's file."""
    for model in (TINY, TINY_EMBEDDER):
        folder = clean_places / "home" / "models" / model.id
        folder.mkdir(parents=True)
        (folder / model.file).write_bytes(WEIGHTS)
    return clean_places / "home" / "models" / "tiny-llm" / "tiny.gguf"


# -- models


def test_sound_models(config: Config, fetched: Path) -> None:
    assert [check.status for check in doctor_models.models(config)] == ["ok", "ok"]


def test_one_flipped_byte_is_found_though_size_and_time_are_the_same(config: Config, fetched: Path) -> None:
    assert doctor.sound(doctor_models.models(config))  # writes the stamp that quick starts believe
    before = fetched.stat()
    damaged = bytearray(WEIGHTS)
    damaged[12_345] ^= 1
    fetched.write_bytes(damaged)
    os.utime(fetched, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert models.status("tiny-llm").state == "ready"  # a quick look cannot see it …
    first = next(iter(doctor_models.models(config)))  # … the doctor does
    assert (first.status, first.fix) == ("problem", "rag models fetch tiny-llm")
    assert TINY.sha256 in first.detail
    assert hashlib.sha256(damaged).hexdigest() in first.detail


def test_a_missing_model(config: Config, fetched: Path) -> None:
    shutil.rmtree(fetched.parent)
    missing, there = doctor_models.models(config)
    assert (missing.status, missing.fix, there.status) == ("problem", "rag models fetch tiny-llm", "ok")


def test_an_unknown_model_and_one_of_the_wrong_kind(fetched: Path) -> None:
    config = Config.load(overrides={"models.llm": "tiny-embedder", "models.embedder": "huge"})
    swapped, unknown = doctor_models.models(config)
    assert swapped.detail == "models.llm is tiny-embedder, which is of kind embedder, not llm"
    assert (swapped.status, unknown.status) == ("problem", "problem")
    assert "There is no model 'huge'" in unknown.detail


# -- llama-cpp-python, in a child process that may die


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a stand-in for llama_cpp in front of the real one, for child processes only."""
    package = tmp_path / "stand-in" / "llama_cpp"
    package.mkdir(parents=True)
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    monkeypatch.setattr(build, "installed_version", build.wanted_version)
    return package / "__init__.py"


WORKS = """
class Llama:
    def __init__(self, *args, **kwargs): pass
    def create_completion(self, *args, **kwargs): return {"choices": [{"text": "40, 41"}]}
"""


def test_a_build_that_works(config: Config, fetched: Path, runtime: Path) -> None:
    runtime.write_text(WORKS)
    (check,) = doctor_models.llama(config)
    assert check.status == "ok", check.detail


@pytest.mark.parametrize(
    ("code", "detail"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "killed by SIGSEGV"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", "killed by SIGILL"),
        (
            "raise ImportError('libllama.so: cannot open shared object file')",
            "cannot open shared object file",
        ),
        (WORKS.replace("40, 41", "gibberish"), "gibberish"),
    ],
)
@pytest.mark.parametrize("stamped", [False, True])
def test_a_build_that_crashes(
    code: str,
    detail: str,
    stamped: bool,
    config: Config,
    fetched: Path,
    runtime: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runtime.write_text(code)
    monkeypatch.setattr(build, "proven", lambda: stamped)
    (check,) = doctor_models.llama(config)
    assert check.status == "problem"
    assert detail in check.detail
    assert check.fix is not None
    assert check.fix.endswith("rag setup")
    assert ("uninstall" in check.fix) == stamped  # else setup would believe the stamp


def test_no_llama_or_nothing_to_try_it_with(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "installed_version", lambda: None)
    (absent,) = doctor_models.llama(config)
    assert (absent.status, absent.fix) == ("problem", "rag setup")
    monkeypatch.setattr(build, "installed_version", build.wanted_version)
    (untried,) = doctor_models.llama(config)
    assert (untried.status, untried.fix) == ("warning", "rag models fetch tiny-llm")


# -- the library


@pytest.fixture
def library(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of one article whose vectors are the fake embedder's, which the settings then name."""
    article = tmp_path / "a.txt"
    article.write_text(
        "Two neighbours aim higher\n\nTrade grew by 4 percent in 2024. More is to come in 2025.\n"
    )
    embedder = HashEmbedder(name="tiny-embedder")
    with Library.open(config.library_dir(), embedder) as opened:
        assert opened.add([article]).added == 1
    monkeypatch.setattr(opening, "embedder", lambda _: embedder)
    return config.library_dir()


def test_a_sound_library(config: Config, library: Path) -> None:
    assert [check.status for check in doctor_library.content(config)] == ["ok", "ok"]


def test_a_library_that_waits_for_vectors_is_no_problem(
    config: Config, library: Path, tmp_path: Path
) -> None:
    more = tmp_path / "more.txt"
    more.write_text("The ferry sank\n\nThe ferry sank on Monday, its captain said. Nobody was hurt.\n")
    with Library.open(library, HashEmbedder(name="tiny-embedder")) as opened:
        opened.add(more, compute=False)
    whole, waits, fit = doctor_library.content(config)
    assert (whole.status, waits.status, fit.status) == ("ok", "warning", "ok")
    assert "passages have their meaning computed" in waits.detail
    assert waits.fix == "rag index"


def test_no_library_is_no_problem(config: Config) -> None:
    (check,) = doctor_library.content(config)
    assert (check.status, check.fix) == ("warning", "rag index PATH")
    assert not config.library_dir().exists()  # looking does not make one


def test_a_library_of_another_embedder(
    config: Config, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "embedder", lambda _: HashEmbedder(dim=32, name="other"))
    whole, fit = doctor_library.content(config)
    assert (whole.status, fit.status, fit.fix) == ("ok", "problem", "rag rebuild --embed")
    assert "tiny-embedder@" in fit.detail
    assert "other@" in fit.detail


def test_a_library_of_another_embedder_that_is_not_there(
    config: Config, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: Config) -> HashEmbedder:
        raise ModelMissing("not there")

    monkeypatch.setattr(opening, "embedder", missing)
    assert [check.status for check in doctor_library.content(config)] == ["ok", "ok"]  # same name
    other = Config.load(overrides={"models.embedder": "tiny-llm"})
    assert [check.status for check in doctor_library.content(other)] == ["ok", "problem"]


def test_a_library_that_an_older_program_cut(config: Config, library: Path) -> None:
    (database,) = library.glob("*.db")
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        assert connection.execute("UPDATE meta SET value = '1' WHERE key = 'cut'").rowcount == 1
    whole, cut, fit = doctor_library.content(config)
    assert (whole.status, cut.status, cut.fix, fit.status) == ("ok", "warning", "rag rebuild", "ok")


def test_damage_in_a_library(config: Config, library: Path) -> None:
    (database,) = library.glob("*.db")
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        tables = {row[0]: row[1] for row in connection.execute("SELECT name, sql FROM sqlite_master")}
        assert "article" in tables
        changed = connection.execute(
            "UPDATE article SET text = replace(text, '4 percent', '9 percent')"
        ).rowcount
        assert changed == 1
    first, *_ = doctor_library.content(config)
    assert first.status == "problem"
    assert "does not match its checksum" in first.detail
    assert first.fix == "rag remove ARTICLE, then rag index FILE, for each article that is named"


def test_one_flipped_byte_in_the_saved_index(config: Config, library: Path) -> None:
    (saved,) = [file for file in library.rglob("*") if "faiss" in file.name]
    content = bytearray(saved.read_bytes())
    content[-10] ^= 1
    saved.write_bytes(content)
    first, *_ = doctor_library.content(config)
    assert (first.status, first.fix) == ("problem", "rag rebuild")


@contextlib.contextmanager
def not_root() -> Iterator[None]:
    """Be nobody for a while: permissions do not stop root."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_read_only_library_folder() -> None:
    with tempfile.TemporaryDirectory() as outer:
        Path(outer).chmod(0o755)
        folder = Path(outer) / "library"
        folder.mkdir()
        folder.chmod(0o777)
        config = Config.load(overrides={"library.path": folder})
        with not_root():
            (before,) = doctor_library.writable(config)
        folder.chmod(0o555)
        with not_root():
            (after,) = doctor_library.writable(config)
        folder.chmod(0o755)
    assert before.status == "ok"
    assert (after.status, after.detail) == (
        "problem",
        f"the library folder {folder} cannot be written: Permission denied",
    )
    assert after.fix is not None
    assert str(folder) in after.fix


# -- the port


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen(1)
        yield held.getsockname()[1]


def test_a_port_in_use_and_who_uses_it(taken: int) -> None:
    (check,) = doctor_network.port(Config.load(overrides={"server.port": taken}))
    assert check.status == "problem"
    assert check.detail.startswith(f"127.0.0.1 port {taken} is in use by pid {os.getpid()} (")
    assert check.fix is not None
    assert check.fix.startswith("rag serve --port ")
    free = int(check.fix.split()[-1])
    (other,) = doctor_network.port(Config.load(overrides={"server.port": free}))
    assert other.status == "ok"


def test_an_address_that_is_not_ours() -> None:
    (check,) = doctor_network.port(Config.load(overrides={"server.host": "192.0.2.1"}))  # RFC 5737, nobody's
    assert (check.status, check.fix) == ("problem", "rag serve --host 127.0.0.1 --port 7860")


# -- the rest


def test_python_packages_torch_environment_disk(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_SHARE", "True")
    for name, check in doctor.checks()[:5]:
        found = list(check(config))
        assert found, name
        assert doctor.sound(found), found
    (environment,) = doctor.environment(config)
    assert "GRADIO_SHARE" in environment.detail


def test_a_package_of_another_version_or_none(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    real = doctor._version
    monkeypatch.setattr(doctor, "_version", lambda name: "0.0.1" if name == "click" else real(name))
    (other,) = doctor.packages(config)
    assert other.status == "warning"
    assert "click is 0.0.1 (needs " in other.detail
    monkeypatch.setattr(doctor, "_version", lambda name: None if name == "click" else real(name))
    (absent,) = doctor.packages(config)
    assert absent.status == "problem"


def test_a_full_disk(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**12, 10**12 - 10**6, 10**6)
    )
    assert [check.status for check in doctor.disk(config)] == ["problem", "problem"]
    monkeypatch.setattr(
        shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**12, 10**12 - 10**9, 10**9)
    )
    assert [check.status for check in doctor.disk(config)] == ["ok", "warning"]


def test_a_check_that_fails_is_a_problem_and_the_others_go_on(config: Config) -> None:
    def broken(_: Config) -> Iterator[Check]:
        yield Check("a", "ok", "so far")
        raise RuntimeError("oops")

    found = list(doctor.examine(config, [("a", broken), ("python", doctor.python)]))
    assert [check.status for check in found] == ["ok", "problem", "ok", "ok"]
    assert found[1].detail == "the check itself failed: RuntimeError: oops"


# -- offline


def attempt(tmp_path: Path, code: str) -> list[list[str]]:
    """Run code in a child that is watched; return what was refused."""
    log = tmp_path / "log"
    (tmp_path / "sitecustomize.py").write_text(Path(network_watch.__file__).read_text())
    environ = {**os.environ, "PYTHONPATH": str(tmp_path), network_watch.LOG: str(log)}
    subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, check=False)
    return [json.loads(row) for row in log.read_text().splitlines()] if log.exists() else []


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        ("import socket; socket.socket().connect(('192.0.2.1', 80))", ["socket.connect", "192.0.2.1:80"]),
        ("import socket; socket.getaddrinfo('example.org', 80)", ["socket.getaddrinfo", "example.org"]),
        ("import socket; socket.gethostbyname('example.org')", ["socket.gethostbyname", "example.org"]),
        (
            "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
            ["socket.sendto", "192.0.2.1:53"],
        ),
        (
            "import subprocess, sys; subprocess.run([sys.executable, '-P', '-c', "
            "'import socket; socket.getaddrinfo(\"example.org\", 80)'])",
            ["socket.getaddrinfo", "example.org"],
        ),
    ],
)
def test_leaving_the_machine_is_refused_and_noted(code: str, refused: list[str], tmp_path: Path) -> None:
    assert refused in attempt(tmp_path, code)


def test_loopback_is_not_leaving(tmp_path: Path, taken: int) -> None:
    code = (
        f"import socket; socket.create_connection(('127.0.0.1', {taken}))\n"
        f"socket.create_connection(('localhost', {taken})); socket.getaddrinfo('::1', 80)\n"
        "socket.getaddrinfo(None, 80); open('reached', 'w')"
    )
    assert attempt(tmp_path, code) == []
    assert (tmp_path / "reached").exists()


def judged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str) -> Check:
    (tmp_path / "stand_in_check.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(doctor_network, "SELF_CHECK", "stand_in_check")
    (check,) = doctor_network.offline(Config.load())
    return check


def test_a_self_check_that_stays_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RAG_SERVER__PORT", "4321")
    code = "import sys; from rag.config import Config; print('port', Config.load(sys.argv[1]).server.port)"
    check = judged(monkeypatch, tmp_path, code)
    assert (check.status, check.detail) == ("ok", "no attempt to leave the machine: port 4321")


def test_a_self_check_that_calls_out_even_if_it_hides_the_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    code = "import socket\ntry: socket.getaddrinfo('example.org', 443)\nexcept OSError: print('all fine')"
    check = judged(monkeypatch, tmp_path, code)
    assert check.status == "problem"
    assert check.detail == "tried to leave the machine: socket.getaddrinfo example.org"


def test_a_self_check_that_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    check = judged(monkeypatch, tmp_path, "raise SystemExit('no library')")
    assert (check.status, check.detail) == ("problem", "the self-check ended with 1: no library")


def test_the_real_self_check_opens_the_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with Library.open(Config.load().library_dir(), HashEmbedder()):
        pass
    (check,) = doctor_network.offline(Config.load())
    assert (check.status, check.detail) == (
        "ok",
        "no attempt to leave the machine: opened the library (0 articles); no embedding model to search with",
    )


# -- the verb


def test_the_verb(monkeypatch: pytest.MonkeyPatch) -> None:
    def fine(_: Config) -> Iterator[Check]:
        yield Check("python", "ok", "Python 3.11")
        yield Check("disk", "warning", "little \x1b[31mroom", "free some space")

    def bad(_: Config) -> Iterator[Check]:
        yield Check("models", "problem", "m is missing", "rag models fetch m")

    monkeypatch.setattr(doctor, "checks", lambda: (("fine", fine),))
    well = CliRunner().invoke(rag, ["doctor"])
    assert (well.exit_code, well.stdout) == (
        0,
        "ok       python: Python 3.11\n"
        "warning  disk: little room\n         fix: free some space\n"
        "No problem found.\n",
    )
    monkeypatch.setattr(doctor, "offline_checks", lambda: (("bad", bad),))
    ill = CliRunner().invoke(rag, ["doctor", "--offline"])
    assert ill.exit_code == 1
    assert ill.stdout.endswith("PROBLEM  models: m is missing\n         fix: rag models fetch m\n1 to fix.\n")
    record = json.loads(CliRunner().invoke(rag, ["doctor", "--offline", "--json"]).stdout)
    assert record["sound"] is False
    assert record["checks"][2] == {
        "name": "models",
        "status": "problem",
        "detail": "m is missing",
        "fix": "rag models fetch m",
    }


def test_all_parts_are_examined() -> None:
    names = {name for name, _ in doctor.checks()}
    assert names == {
        "python",
        "packages",
        "torch",
        "environment",
        "disk",
        "models",
        "llama",
        "library",
        "port",
    }
