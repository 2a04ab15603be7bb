"""The program as a user starts it, `rag index` and `rag serve`, in a home of its own with the real models."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from browser import FOR_AN_ANSWER, ask, until

from index.paths import models_dir

CORPUS = Path(__file__).parents[2] / "eval" / "corpus"
# Enough for all that is asked here, and few, since each is embedded more than once.
ARTICLES = ("en-02", "en-03", "en-06", "en-07", "en-09", "vi-03", "vi-05")
REPRINT = "Harbour Post"  # has printed the article of en-06 too


@dataclass(frozen=True, slots=True)
class Program:
    """It is running: where, and what is its own on the disk."""

    url: str
    home: Path

    @property
    def articles(self) -> Path:
        """The files that are in its library."""
        return self.home / "articles"

    @property
    def library(self) -> Path:
        """The folder of its library."""
        return self.home / "library"


def corpus_file(start: str) -> Path:
    """Return the demonstration article whose file begins so."""
    return next(CORPUS.glob(f"{start}-*.md"))


def make_home(folder: Path) -> Path:
    """Lay out a home: the models that are there, and the articles, one of them in two outlets."""
    (folder / "models").symlink_to(models_dir())
    (folder / "articles").mkdir()
    for one in ARTICLES:
        shutil.copy(corpus_file(one), folder / "articles")
    text = corpus_file("en-06").read_text("utf-8").replace("outlet: Demonstration Wire", f"outlet: {REPRINT}")
    text = text.replace("SINGAPORE. If", "If")  # letter for letter it would be the same article, seen twice
    (folder / "articles" / "reprint.md").write_text(text, "utf-8")
    return folder


def rag(home: Path, *words: object) -> str:
    """Run `rag` in that home and return what it prints."""
    command = [sys.executable, "-m", "rag", *map(str, words)]
    done = subprocess.run(command, env=_environment(home), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@contextlib.contextmanager
def running(home: Path) -> Iterator[Program]:
    """Start the program; it ends with the block, by Ctrl-C."""
    with (home / "said").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "rag", "serve", "--port", "0"],
            env=_environment(home),
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        )
    try:
        assert process.stdout
        line = process.stdout.readline()
        assert line.startswith("The chat is at http://"), (home / "said").read_text()[-2000:]
        url = line.split()[4]
        until(lambda: _health(url)["ready"], FOR_AN_ANSWER)
        yield Program(url, home)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def _health(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{url}/health", timeout=FOR_AN_ANSWER) as answer:
        health: dict[str, Any] = json.load(answer)
    assert health["ready"] or health["starting"], health["why"]
    return health


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "RAG_HOME": str(home)}


def answered(page: Any, question: str) -> Any:
    """Ask, and return the turn once it is answered."""
    ask(page, question)
    return answer_of(page)


def answer_of(page: Any, state: str = "done") -> Any:
    """Return the turn that was asked last, once it is in that state."""
    page.wait_for_selector(f"#live .turn.{state}", timeout=1000 * FOR_AN_ANSWER)
    page.wait_for_selector("#ask:visible")
    return page.locator("#live .turn")
