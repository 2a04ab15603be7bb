"""A small invented press with questions, and systems over it, for tests of the evaluation."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import itertools
import json
from pathlib import Path

from answer_helpers import CHILE_PERU, VIETNAMESE

from eval.cases import load
from eval.libraries import Suite
from eval.runner import run
from eval.systems import build
from index import Library
from index.embed import HashEmbedder
from rag.fakes import ScriptedLLM

HEAD = "Outlet: Harbour Post\nDate: 2022-07-01\n\n"
ARTICLES = {
    "new.txt": f"{HEAD}Chile and Peru trade more\n\n{CHILE_PERU}",
    "vi.txt": f"Chile - Peru tăng thương mại\n\n{VIETNAMESE}",
    "bridge.txt": f"{HEAD}Lima opens a bridge\n\nThe bridge over the Rimac was opened on 4 May 2021.",
}


def case(name, question, number, quote, **changes):
    """Return a record of an answerable question on new.txt."""
    return {
        "id": name, "schema": 1, "lang": "en", "question": question, "type": "numeric", "answerable": True,
        "corpus": "world", "group": "new.txt", "split": "dev",
        "expect": {"all_of": [{"id": "n", "number": {"value": number, "unit": "projects"}}],
                   "short": [str(number)]},
        "must_cite": [{"doc_id": "new.txt", "quote": quote}], **changes,
    }  # fmt: skip


OURS = "Chile has 12 investment projects in Peru worth over 90 million USD"
RECORDS = (
    case("w1", "How many projects does Chile have in Peru?", 12, OURS),
    case("w2", "How many projects does Peru have in Chile?", 45, "Peru had 45 projects in Chile"),
    case("w3", "How many investment projects has Chile in Peru?", 12, OURS, twin_of="w1",
         tags=["paraphrase"]),
    case("w4", "And how many does it have there?", 12, OURS, type="follow-up",
         history=["How many projects does Chile have in Peru?"]),
    case("w5", "How long is the tunnel under Lima?", 0, "", answerable=False, type="unanswerable",
         expect={"absent": ["tunnel"]}, must_cite=[], group="bridge.txt", distractors=["bridge.txt"]),
    case("w6", "What was trade between Chile and Peru in 1999?", 0, "", answerable=False,
         expect={"absent": ["1999"]}, type="unanswerable", must_cite=[], group="new.txt",
         distractors=["new.txt"]),
)  # fmt: skip


def write_suite(folder: Path, records=RECORDS, name: str = "world") -> Suite:
    path = folder / f"{name}.jsonl"
    path.write_text("".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in records), encoding="utf-8")
    return Suite(name, path, tuple(load(path)), hashlib.sha256(path.read_bytes()).hexdigest())


def write_articles(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def make_library(folder: Path) -> Path:
    """Index the articles with an embedder that needs no model; return the library's folder."""
    with Library.open(folder / "library", HashEmbedder()) as opened:
        opened.add(write_articles(folder / "articles"))
    return folder / "library"


class Forgetful(set):
    """Keeps no state of the model: how much of a prompt is reused depends on what was asked before."""

    def update(self, *_states):
        pass


def model(replies=None) -> ScriptedLLM:
    """Return a model that says 12, or what `replies` (words of the prompt: reply) say."""
    return ScriptedLLM({**(replies or {}), "": "12"}, _kept=Forgetful())


def ticks():
    """Return a clock on which every look takes one second."""
    counter = itertools.count()
    return lambda: float(next(counter))


class Changed:
    """A system whose answers pass through `change(case, answer)`, which may also raise."""

    def __init__(self, inner, change):
        self.inner, self.change = inner, change
        self.name, self.searches, self.promises = inner.name, inner.searches, inner.promises

    def asks(self, one):
        return self.inner.asks(one)

    def warm(self):
        self.inner.warm()

    def answer(self, one):
        reply = self.inner.answer(one)
        self.change(one, reply.answer)
        return reply


WHAT = {"system": "assistant", "model": "scripted", "model_sha256": "0", "packages": {}, "settings": {}}


def run_world(out, library_folder, suites, *, name="assistant", llm=None, change=None, what=(), **options):
    """Run a system over the small press with a scripted model and clock."""

    @contextlib.contextmanager
    def library(_suite):
        with Library.open(library_folder, HashEmbedder()) as opened:
            yield opened

    def system(opened):
        made = build(name, opened, llm or model(), ticks())
        return Changed(made, change) if change else made

    return run(
        suites, out, library=library, system=system, what={**WHAT, "system": name, **dict(what)},
        now=lambda: dt.datetime(2031, 5, 4, tzinfo=dt.UTC), peak=lambda: 1_000_000, **options,
    )  # fmt: skip
