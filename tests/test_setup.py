"""The steps of setup, torch looked at before it is fetched, and make's first words to a bare machine."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rag.config import Config
from rag.errors import ModelDamaged, ModelMissing, RagError
from rag.models import packs as models
from rag.progress import Shown, describe
from rag.setup import steps as setup
from rag.setup import torch_cpu

ROOT = Path(__file__).resolve().parent.parent


class Heard:
    """Keeps what was said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        self.lines.append(text)

    def update(self, label: str, done: float, total: float, unit: str) -> None:
        pass

    def finish(self) -> None:
        pass


# ── steps ───────────────────────────────────────────────────────────────────────────────────────


def test_steps_are_numbered_and_stop_at_the_first_failure(monkeypatch):
    def fail(config, progress):
        raise RagError("no good; do this")

    steps = (
        setup.Step("a", "First", lambda config, progress: "fine"),
        setup.Step("b", "Second", fail),
        setup.Step("c", "Third", lambda config, progress: pytest.fail("went on after a failure")),
    )
    monkeypatch.setattr(setup, "STEPS", steps)
    heard = Heard()
    with pytest.raises(RagError, match="no good"):
        setup.run(heard, Config())
    assert [line.strip() for line in heard.lines] == ["[1/3] First", "fine", "[2/3] Second"]


def test_an_old_python_is_refused(monkeypatch):
    monkeypatch.setattr(setup, "PYTHON", (99, 0))
    with pytest.raises(RagError, match=r"needed is 99\.0"):
        setup.check_python(Config(), Heard())


def test_the_demonstration_articles_lie_beside_the_program():
    articles = setup.demonstration_articles()
    assert len(articles) >= 12
    assert {path.suffix for path in articles} <= {".md", ".txt"}


def test_an_embedder_that_cannot_tell_is_found_out(monkeypatch):
    import numpy as np

    from index import embed

    class Blind:
        def __init__(self, folder):
            pass

        def passages(self, texts):
            vectors = np.eye(3, 8, dtype=np.float32)
            vectors[2] = vectors[0]  # the cat is where the treaty is
            return vectors

    monkeypatch.setattr(embed, "SentenceTransformerEmbedder", Blind)
    with pytest.raises(ModelDamaged, match=r"0\.000.*1\.000"):
        setup.check_embedder(Path("blind"))


def test_without_models_the_later_steps_say_which(tmp_path, monkeypatch):
    monkeypatch.setenv("RAG_HOME", str(tmp_path))
    for step in (setup.prepare_llama, setup.fill_library, setup.self_test):
        with pytest.raises(ModelMissing, match="rag models fetch"):
            step(Config(), Heard())


def real_models() -> bool:
    return all(models.status(m).state == "ready" for m in (Config().models.llm, Config().models.embedder))


@pytest.mark.clock
@pytest.mark.models
def test_a_second_setup_is_quick_and_loads_nothing_heavy(tmp_path):
    """Twice with the real models: fills an empty library, then finds everything done."""
    if not real_models():
        pytest.skip("the default models are not there: rag models fetch")
    program = (
        "import sys, time\n"
        "from rag.setup import steps as setup\n"
        "from rag.config import Config\n"
        "from rag.progress import Silent\n"
        "start = time.monotonic()\n"
        f"config = Config.load(overrides={{'library.path': {str(tmp_path / 'library')!r}}})\n"
        "for outcome in setup.run(Silent(), config): print(outcome.name, outcome.message)\n"
        "print(round(time.monotonic() - start, 2), 'torch' in sys.modules, 'llama_cpp' in sys.modules)\n"
    )
    ran = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False)
        for _ in range(2)
    ]
    assert all(child.returncode == 0 for child in ran), [child.stderr for child in ran]
    assert f"indexed {len(setup.demonstration_articles())} demonstration articles" in ran[0].stdout
    assert f"has {len(setup.demonstration_articles())} articles" in ran[1].stdout
    seconds, torch_loaded, llama_loaded = ran[1].stdout.splitlines()[-1].split()
    assert (torch_loaded, llama_loaded) == ("False", "False")
    assert float(seconds) < 3


# ── torch ───────────────────────────────────────────────────────────────────────────────────────


def report(*packages: tuple[str, str]) -> str:
    return json.dumps({"install": [{"metadata": {"name": n, "version": v}} for n, v in packages]})


@pytest.mark.parametrize(
    ("packages", "gpu"),
    [
        ([("torch", "2.13.0+cpu"), ("sympy", "1.14")], []),
        ([("torch", "2.13.0"), ("filelock", "3")], []),
        ([("torch", "2.13.0"), ("nvidia-cublas-cu12", "12.8")], ["nvidia-cublas-cu12 12.8"]),
        ([("torch", "2.13.0"), ("nvidia_nccl", "2"), ("triton", "3.5")], ["nvidia-nccl 2", "triton 3.5"]),
        ([("torch", "2.13.0+cu128")], ["torch 2.13.0+cu128"]),
        ([("torch", "2.13.0+rocm6.4")], ["torch 2.13.0+rocm6.4"]),
    ],
)  # fmt: skip
def test_a_plan_with_a_gpu_build_is_seen(packages, gpu):
    assert torch_cpu.gpu_packages(report(*packages)) == gpu


@pytest.fixture
def bare(monkeypatch):
    """An environment without torch, where pip answers with a given plan and installs nothing."""
    done: list[tuple[str, ...]] = []
    plan: list[tuple[str, str]] = []

    def missing(name):
        raise torch_cpu.importlib.metadata.PackageNotFoundError(name)

    def pip(*arguments, capture=False):
        if "--dry-run" in arguments:
            return report(*plan)
        done.append(arguments)
        return ""

    monkeypatch.setattr(torch_cpu.importlib.metadata, "version", missing)
    monkeypatch.setattr(torch_cpu, "installed_gpu_build", lambda: None)
    monkeypatch.setattr(torch_cpu, "_pip", pip)
    return plan, done


def test_a_gpu_build_is_refused_before_it_is_fetched(bare):
    plan, done = bare
    plan[:] = [
        ("torch", "2.13.0"),
        ("nvidia-cublas", "13"),
        ("nvidia-nccl", "2"),
        ("triton", "3"),
        ("cuda-x", "1"),
    ]
    with pytest.raises(SystemExit, match=r"(?s)nvidia-cublas 13.*and 1 more.*PIP_EXTRA_INDEX_URL"):
        torch_cpu.main([str(ROOT / "requirements.lock")])
    assert done == []
    plan[:] = [("torch", "2.13.0+cpu")]
    torch_cpu.main([str(ROOT / "requirements.lock")])
    assert len(done) == 1


def test_the_installed_torch_is_for_the_cpu():
    assert torch_cpu.installed_gpu_build() is None


def test_a_gpu_build_that_is_there_is_seen(tmp_path, monkeypatch):
    class Distribution:
        def locate_file(self, name):
            return tmp_path / name

    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "version.py").write_text(
        "__all__ = ['cuda', 'hip']\ncuda: Optional[str] = '12.8'\nhip: Optional[str] = None\n"
    )
    monkeypatch.setattr(torch_cpu.importlib.metadata, "distribution", lambda name: Distribution())
    assert torch_cpu.installed_gpu_build() == "cuda 12.8"


def test_the_lock_pins_what_the_project_names():
    lock = {
        name.lower().replace("_", "-"): version
        for name, _, version in (
            line.strip().partition("==")
            for line in (ROOT / "requirements.lock").read_text().splitlines()
            if "==" in line
        )
    }
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    for line in [*project["dependencies"], *extras["llama"], *extras["test"]]:
        name, _, version = line.partition("==")
        assert lock[name.lower()] == version
    assert not any(name.startswith(torch_cpu.GPU_PREFIXES) for name in lock)


# ── make ────────────────────────────────────────────────────────────────────────────────────────


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    shutil.copy(ROOT / "Makefile", folder)
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_make_alone_lists_what_there_is(tmp_path):
    said = make(tmp_path).stdout
    for target in ("setup", "chat", "test", "lint", "clean"):
        assert f"make {target} " in said


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (None, "There is no "),
        ('case "$*" in -V) echo Python 3.9.2;; *version_info*) exit 1;; esac', "needed is Python 3.11"),
        ('case "$*" in *ensurepip*) exit 1;; esac', "apt-get install python3-venv"),
    ],
)
def test_make_says_what_a_bare_machine_lacks(tmp_path, script, words):
    python = tmp_path / "python"
    if script is not None:
        python.write_text(f"#!/bin/sh\n{script}\n")
        python.chmod(0o755)
    made = make(tmp_path, f"PYTHON={python}", ".venv/.created")
    assert made.returncode != 0
    assert words in made.stdout + made.stderr
    assert not (tmp_path / ".venv").exists()


# ── progress ────────────────────────────────────────────────────────────────────────────────────


def test_progress_is_a_line_every_ten_seconds_without_a_terminal(monkeypatch):
    import io

    from rag import progress

    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    out = io.StringIO()
    shown = Shown(out)
    for second in range(25):
        now[0] = 100.0 + second
        shown.update("fetching x", second * 10e6, 500e6, "B")
    shown.finish()
    assert out.getvalue().splitlines() == [
        "  fetching x: 100 of 500 MB, 10.0 MB/s, 40 s left",
        "  fetching x: 200 of 500 MB, 10.0 MB/s, 30 s left",
    ]
    assert describe(3, 0, "files", 1) == "3 files"
