"""Choosing flags, proving a build in a child that may die, and remembering the proof."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest

from rag.errors import BuildFailed
from rag.models import packs as models
from rag.progress import Silent
from rag.setup import build, proof

AMX = frozenset({"avx2", "avx512f", "amx_tile", "amx_int8", "amx_bf16"})


def names(flags: list[build.Flags]) -> list[str]:
    return [one.name for one in flags]


def test_flags_follow_the_cpu():
    assert names(build.candidates(AMX, "x86_64", True)) == ["native-no-amx", "portable"]
    assert names(build.candidates(AMX, "x86_64", False)) == ["portable", "baseline"]
    assert names(build.candidates(frozenset({"avx2"}), "x86_64", True)) == ["native", "portable", "baseline"]
    assert names(build.candidates(frozenset({"sse2"}), "x86_64", True)) == ["native", "baseline"]
    assert names(build.candidates(frozenset({"asimd"}), "aarch64", False)) == ["native", "portable"]
    no_amx = build.candidates(AMX, "x86_64", True)[0]
    assert no_amx.env["CFLAGS"] == no_amx.env["CXXFLAGS"] == "-mno-amx-tile -mno-amx-int8 -mno-amx-bf16"


def test_the_cpu_is_read_from_what_the_kernel_says(tmp_path):
    (tmp_path / "x86").write_text("processor\t: 0\nflags\t\t: fpu avx2 amx_tile\n\nflags\t\t: other\n")
    (tmp_path / "arm").write_text("processor\t: 0\nFeatures\t: fp asimd\n")
    assert build.cpu_flags(tmp_path / "x86") == {"fpu", "avx2", "amx_tile"}
    assert build.cpu_flags(tmp_path / "arm") == {"fp", "asimd"}
    assert build.cpu_flags(tmp_path / "none") == frozenset()


def test_the_compiler_is_asked(monkeypatch):
    assert build.compiler_accepts(("-O1",))
    assert not build.compiler_accepts(("-mno-such-instructions",))
    monkeypatch.setenv("CC", "no-such-compiler")
    assert not build.compiler_accepts(("-O1",))


def test_the_extra_is_read_from_the_distribution():
    assert build.wanted_version() in "".join(build.requirements())
    assert any(line.startswith("diskcache==") for line in build.requirements())


def test_progress_is_read_from_the_log(tmp_path):
    log = tmp_path / "log"
    log.write_text("  Running command\n")
    assert build.steps(log) == (0, 0)
    log.write_text("x\n  [1/193] g++ a\nwarning\n  [27/193] g++ b\n")
    assert build.steps(log) == (27, 193)


@pytest.fixture
def fake_llama(tmp_path, monkeypatch):
    """Put a module `llama_cpp` of one's own in front of the real one, in children only."""
    monkeypatch.setattr(proof, "_stamp", lambda: tmp_path / "proof.json")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def write(body: str) -> None:
        lines = "\n".join(f"        {line}" for line in body.splitlines())
        (tmp_path / "llama_cpp.py").write_text(
            "import os, signal, time\n"
            "class Llama:\n"
            "    def __init__(self, *args, **kwargs): pass\n"
            f"    def create_completion(self, prompt, **kwargs):\n{lines}\n"
        )

    return write


def test_a_build_that_counts_on_is_proven(fake_llama):
    fake_llama("assert len(prompt.split()) == 39\nreturn {'choices': [{'text': '40, 41'}]}")
    assert build.prove(Path("any.gguf")).ok


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "killed by SIGSEGV"),
        ("os.kill(os.getpid(), signal.SIGILL)", "killed by SIGILL"),
        ("raise ValueError('bad tensor')", "bad tensor"),
        ("return {'choices': [{'text': '@@@@'}]}", "'@@@@', expected 40"),
        ("time.sleep(60)", "did not end within 5 s"),
    ],
)
def test_a_build_that_crashes_is_a_sentence(fake_llama, tmp_path, body, words):
    fake_llama(body)
    (tmp_path / "proof.json").write_text("proven once")
    found = build.prove(Path("any.gguf"), seconds=5)
    assert not found.ok
    assert not (tmp_path / "proof.json").exists()  # the next setup looks again
    assert words in found.message


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """A machine where `outcome` says which build works; nothing is compiled or installed."""

    class Bench:
        works: str | None = "portable"
        now: str | None = None  # the build that is installed
        fails_to_build: tuple[str, ...] = ()
        built: list[str] = []  # noqa: RUF012 - one a fixture
        proofs = 0

    state = Bench()
    state.built = []

    def wheel(version, flags, progress):
        if flags.name in state.fails_to_build:
            raise BuildFailed("the compiler gave up")
        state.built.append(flags.name)
        return Path(flags.name)

    def prove(model, seconds=0.0):
        state.proofs += 1
        ok = state.now == state.works
        return build.Proof(ok, "a trial generation ran" if ok else "killed by SIGSEGV")

    monkeypatch.setenv("RAG_HOME", str(tmp_path))
    monkeypatch.setattr(build, "wheel", wheel)
    monkeypatch.setattr(build, "install", lambda path: setattr(state, "now", path.name))
    monkeypatch.setattr(build, "prove", prove)
    monkeypatch.setattr(proof, "_stamp", lambda: tmp_path / "proof.json")
    for module in (build, proof):
        monkeypatch.setattr(
            module, "installed_version", lambda: build.wanted_version() if state.now else None
        )
        monkeypatch.setattr(module, "cpu_flags", lambda: AMX)
    monkeypatch.setattr(build.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(build, "compiler_accepts", lambda options: True)
    return state


def test_flags_are_tried_until_one_is_proven(bench):
    assert "for any CPU with AVX2" in build.ensure(Path("m"), Silent())
    assert bench.built == ["native-no-amx", "portable"]
    proofs = bench.proofs
    assert "proven before" in build.ensure(Path("m"), Silent())
    assert bench.proofs == proofs  # the second time nothing runs


def test_what_is_installed_and_works_is_kept(bench):
    bench.now = "portable"
    build.ensure(Path("m"), Silent())
    assert bench.built == []


def test_a_default_build_that_crashes_is_replaced(bench):
    bench.now, bench.works = "default", "native-no-amx"
    build.ensure(Path("m"), Silent())
    assert bench.now == "native-no-amx"


def test_another_cpu_is_proven_anew(bench, monkeypatch):
    build.ensure(Path("m"), Silent())
    monkeypatch.setattr(proof, "cpu_flags", lambda: frozenset({"avx2"}))
    proofs = bench.proofs
    build.ensure(Path("m"), Silent())
    assert bench.proofs == proofs + 1


def test_when_nothing_works_every_try_is_named(bench):
    bench.works, bench.fails_to_build = None, ("native-no-amx",)
    with pytest.raises(BuildFailed) as caught:
        build.ensure(Path("m"), Silent())
    assert "native-no-amx: the compiler gave up" in str(caught.value)
    assert "portable: killed by SIGSEGV" in str(caught.value)


def test_a_kept_wheel_is_used_and_a_missing_compiler_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("RAG_HOME", str(tmp_path))
    monkeypatch.setenv("CC", "no-such-compiler")
    flags = build.candidates(AMX, "x86_64", True)[0]
    with pytest.raises(BuildFailed, match="build-essential"):
        build.wheel("1.0", flags, Silent())
    folder = build._wheel_dir("1.0", flags)
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "llama_cpp_python-1.0-py3-none-any.whl", "w"):
        pass
    assert build.wheel("1.0", flags, Silent()).parent == folder
    assert build._wheel_dir("1.0", build.candidates(AMX, "x86_64", True)[1]) != folder


def test_a_build_that_fails_says_the_compilers_words(tmp_path, monkeypatch):
    """A real pip on a source whose build stops: the error, the log, and no wheel."""
    source = tmp_path / "llama_cpp_python-1.0"
    source.mkdir()
    (source / "backend.py").write_text(
        "def get_requires_for_build_wheel(settings=None): return []\n"
        "def prepare_metadata_for_build_wheel(folder, settings=None): return build()\n"
        "def build_wheel(folder, settings=None, metadata=None): return build()\n"
        "def build(): raise SystemExit('ggml.c:7: error: no such register')\n"
    )
    (source / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "llama-cpp-python"\nversion = "1.0"\n'
    )
    (source / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: llama-cpp-python\nVersion: 1.0\n")
    links = tmp_path / "links"
    links.mkdir()
    subprocess.run(
        ["tar", "czf", str(links / "llama_cpp_python-1.0.tar.gz"), source.name], cwd=tmp_path, check=True
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(links))
    monkeypatch.setenv("RAG_HOME", str(tmp_path / "home"))
    flags = build.candidates(AMX, "x86_64", True)[1]
    with pytest.raises(BuildFailed, match="no such register"):
        build.wheel("1.0", flags, Silent())
    assert not list((tmp_path / "home").rglob("*.whl"))
    assert not list((tmp_path / "home").glob("builds/.building-*"))


@pytest.mark.models
def test_the_installed_build_is_proven_with_the_real_model():
    small = [m for m in ("qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b") if models.status(m).state == "ready"]
    if not small:
        pytest.skip("no language model is there: rag models fetch qwen2.5-coder-1.5b")
    if build.installed_version() is None:
        pytest.skip("llama-cpp-python is not installed: rag setup")
    found = build.prove(models.path(small[0]))
    assert found.ok, found.message


@pytest.mark.models
def test_a_model_that_is_no_model_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(proof, "_stamp", lambda: tmp_path / "proof.json")
    if build.installed_version() is None:
        pytest.skip("llama-cpp-python is not installed: rag setup")
    (tmp_path / "x.gguf").write_bytes(b"GGUF" + bytes(100))
    found = build.prove(tmp_path / "x.gguf")
    assert not found.ok
    assert "failed" in found.message or "killed" in found.message
