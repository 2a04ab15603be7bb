"""The steps of `rag setup`: everything that the chat needs, each skipped when it is done already.

No step talks to a model hub. The second run takes no step that loads torch or a model: what was
proven is remembered in the environment whose packages it speaks of.
"""

from __future__ import annotations

import importlib.metadata
import json
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.text.counted import counted
from rag.config import Config
from rag.errors import ModelDamaged, RagError
from rag.models import packs as models
from rag.models.soundness import STAMP
from rag.progress import Progress, computing, reading
from rag.setup import build, trial
from rag.setup.torch_cpu import installed_gpu_build

PYTHON = (3, 11)
CORPUS = Path(__file__).resolve().parents[2] / "eval" / "corpus"
ARTICLE_SUFFIXES = {".txt", ".md"}
# A sentence, its translation, and something else: an embedder that cannot tell is broken.
SELF_TEST = (
    "The two countries signed a trade agreement.",
    "Hai nước đã ký một hiệp định thương mại.",
    "The cat sleeps on the sofa all day.",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is called, and what does it; it returns one sentence on how things are now."""

    name: str
    title: str
    run: Callable[[Config, Progress], str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step came to."""

    name: str
    message: str


def run(progress: Progress, config: Config | None = None) -> list[Outcome]:
    """Take every step in order; raises the RagError or LibraryError of the first that cannot be done."""
    settings = config or Config.load()
    done: list[Outcome] = []
    for number, step in enumerate(STEPS, 1):
        progress.say(f"[{number}/{len(STEPS)}] {step.title}")
        done.append(Outcome(step.name, step.run(settings, progress)))
        progress.say(f"      {done[-1].message}")
    return done


def check_python(_config: Config, _progress: Progress) -> str:
    """Refuse a Python that is too old; warn of a torch that is too large."""
    if sys.version_info < PYTHON:
        raise RagError(
            f"This is Python {platform.python_version()}, needed is {PYTHON[0]}.{PYTHON[1]} or newer. "
            "Install one, e.g. apt-get install python3.11"
        )
    version = f"Python {platform.python_version()}"
    if gpu := installed_gpu_build():
        return f"{version}; torch is a build for {gpu}: it works, but is several GB larger than needed"
    return f"{version}, torch for the CPU"


def fetch_models(config: Config, progress: Progress) -> str:
    """Fetch the models of the settings that are not there."""
    wanted = list(dict.fromkeys((config.models.llm, config.models.embedder)))
    missing = [model_id for model_id in wanted if models.status(model_id).state != "ready"]
    if missing:
        models.fetch(missing, progress)
    return f"{' and '.join(wanted)}: {'fetched and verified' if missing else 'there already'}"


def prepare_llama(config: Config, progress: Progress) -> str:
    """See to it that llama-cpp-python works on this CPU, in the faster of two ways."""
    model = models.path(config.models.llm)
    works = build.ensure(model, progress)
    return f"{works}; {trial.choose(model)}"


def demonstration_articles() -> list[Path]:
    """Return the articles that come with the program, in order of name."""
    if not CORPUS.is_dir():
        return []
    return sorted(p for p in CORPUS.iterdir() if p.suffix in ARTICLE_SUFFIXES and p.stem != "README")


def fill_library(config: Config, progress: Progress) -> str:
    """Index the demonstration articles if the library is empty."""
    from index import Library
    from index.embed import SentenceTransformerEmbedder

    embedder = SentenceTransformerEmbedder(models.path(config.models.embedder))
    with Library.open(config.library_dir(), embedder) as library:
        there = len(library.articles())
        if there:
            return f"the library in {library.folder} has {counted(there, 'article')}"
        articles = demonstration_articles()
        if not articles:
            return f"the library in {library.folder} is empty; add articles: rag index FOLDER"
        added = library.add(
            articles,
            progress=reading(progress, "articles"),
            computed=computing(progress),
        )
        progress.finish()
        return (
            f"indexed {counted(added.added, 'demonstration article')} in {added.seconds:.0f} s; "
            "add your own: rag index FOLDER"
        )


def self_test(config: Config, progress: Progress) -> str:
    """Embed two sentences and a translation once in this environment; generation was proven before."""
    folder = models.path(config.models.embedder)
    stamp = Path(sys.prefix) / "embedding-proof.json"
    key = _self_test_key(folder)
    try:
        if stamp.read_text(encoding="utf-8") == key:
            return "language model and embedding model work (proven before)"
    except OSError:
        progress.say("  loading the embedding model, a few seconds")
    check_embedder(folder)
    try:
        stamp.write_text(key, encoding="utf-8")
    except OSError:
        return "language model and embedding model work"  # proven again next time: a few seconds
    return "language model and embedding model work"


def _self_test_key(folder: Path) -> str:
    versions = [
        importlib.metadata.version(name) for name in ("torch", "transformers", "sentence-transformers")
    ]
    weights = json.loads((folder / STAMP).read_text(encoding="utf-8"))["sha256"]
    return json.dumps([platform.python_version(), versions, folder.name, weights])


def check_embedder(folder: Path) -> None:
    """Raise ModelDamaged unless a sentence is nearer to its translation than to another sentence."""
    import numpy as np

    from index.embed import SentenceTransformerEmbedder

    vectors = SentenceTransformerEmbedder(folder).passages(SELF_TEST)
    norms = np.linalg.norm(vectors, axis=1)
    near, far = float(vectors[0] @ vectors[1]), float(vectors[0] @ vectors[2])
    if not (np.all(np.abs(norms - 1) < 1e-3) and near > far):
        raise ModelDamaged(
            f"The embedding model {folder.name} does not work: a sentence and its translation have cosine "
            f"{near:.3f}, two unlike sentences {far:.3f}. Fetch it again: rag models fetch {folder.name}"
        )


STEPS = (
    Step("python", "Python and its packages", check_python),
    Step("models", "Models: fetch and verify", fetch_models),
    Step("llama", "Language model runtime: build, and prove that it works on this CPU", prepare_llama),
    Step("library", "Library", fill_library),
    Step("self-test", "Self-test", self_test),
)

__all__ = ["STEPS", "Outcome", "Step", "demonstration_articles", "run"]
