"""Measure how soon the chat page is seen, and what the server holds in memory when nobody asks.

    python -m eval.bench.page [--library DIR] [--model ID] [--loads 9]

The server is a process of its own on a free port of this machine. The page is loaded in headless Chromium,
each time in a new context, so that nothing is cached, and told are the first contentful paint (W3C Paint
Timing: the first text or picture, from the start of the navigation) and when the question can be typed.
Memory is the resident size of the server and of the processes that it started: before its models are loaded,
after that, and after the page has been loaded. Needs Linux and the test tools (make test-tools chromium).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from eval.memory import Held, resident
from rag.errors import RagError

LOADS = 9  # odd, so that the median is one of them
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_ADDRESS = re.compile(r"http://\S+")
_PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
_TYPED = "() => document.querySelector('#question textarea')?.checkVisibility() && performance.now()"
MOST_SECONDS = 600.0  # for anything to come; what hangs is told, a machine that is only slow is not


@dataclass(frozen=True, slots=True)
class Load:
    """One load of the page: milliseconds from the start of the navigation."""

    painted: float
    typed: float


class Child:
    """The server that is measured."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.pid = process.pid
        self.address = address
        self._process = process

    def load_models(self) -> None:
        """Have the models loaded, and wait until they are. Raises RagError with the server's reason."""
        assert self._process.stdin
        self._process.stdin.write("load\n")
        self._process.stdin.flush()
        deadline = time.monotonic() + MOST_SECONDS
        while not (health := self._health())["ready"]:
            if health["degraded"]:
                raise RagError(f"The models cannot be loaded: {health['why']}")
            if time.monotonic() > deadline:
                raise RagError(f"The models were not there after {MOST_SECONDS:g} s.\nClose other programs.")
            time.sleep(0.2)

    def _health(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.address}/health", timeout=MOST_SECONDS) as answer:
            health: dict[str, Any] = json.load(answer)
        return health


SLOWLY = ("-m", "eval.bench.page_child")  # the server that loads its models when it is told to


@contextlib.contextmanager
def serving(library: str | None, model: str | None, program: Sequence[str] = SLOWLY) -> Iterator[Child]:
    """Start the server; it ends with the block. Raises RagError if it does not start.

    Without another `program` its models are not loaded yet.
    """
    given = {"--library": library, "--model": model}
    words = [word for flag, value in given.items() if value for word in (flag, value)]
    process = subprocess.Popen(
        [sys.executable, *program, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        found = _ADDRESS.search(process.stdout.readline())
        if found is None:
            raise RagError("The server did not start; what it said stands above.\nTry: rag doctor")
        yield Child(process, found[0])
    finally:
        process.terminate()
        process.wait(MOST_SECONDS)


def loads(address: str, times: int) -> list[Load]:
    """Load the page so many times, each with an empty cache."""
    from playwright.sync_api import sync_playwright

    where = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if where is None:
        raise RagError(f"None of {', '.join(CHROMIUM)} is installed.\nInstall one: apt-get install chromium")
    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=where, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(times):
            context = browser.new_context()
            page = context.new_page()
            page.set_default_timeout(1000 * MOST_SECONDS)
            page.goto(address, wait_until="commit")
            typed = page.wait_for_function(_TYPED).json_value()
            found.append(Load(page.wait_for_function(_PAINTED).json_value(), typed))
            context.close()
        browser.close()
    return found


def paint_table(found: Sequence[Load]) -> str:
    """Return the medians of the loads with the least and the most, in seconds."""
    rows = {
        "first contentful paint": [one.painted for one in found],
        "question can be typed": [one.typed for one in found],
    }
    lines = [f"| page, {len(found)} loads, nothing cached | median s | least | most |", "|---|---|---|---|"]
    for name, values in rows.items():
        shown = " | ".join(f"{one / 1000:.2f}" for one in (median(values), min(values), max(values)))
        lines.append(f"| {name} | {shown} |")
    return "\n".join(lines)


def memory_table(states: Sequence[tuple[str, Sequence[Held]]]) -> str:
    """Return each state with its processes and what they hold, in millions of bytes, and the sum."""
    lines = ["| memory | processes | resident MB | of it files | each |", "|---|---|---|---|---|"]
    for name, held in states:
        each = " + ".join(_mb(one.resident) for one in held)
        total, mapped = sum(one.resident for one in held), sum(one.mapped for one in held)
        lines.append(f"| {name} | {len(held)} | {_mb(total)} | {_mb(mapped)} | {each} |")
    return "\n".join(lines)


def _mb(size: int) -> str:
    return f"{size / 1e6:,.0f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--library", metavar="DIR", help="without it, that of the settings")
    parser.add_argument("--model", metavar="ID", help="without it, that of the settings")
    parser.add_argument("--loads", type=int, default=LOADS)
    given = parser.parse_args(arguments)
    if given.loads < 1:
        parser.error(f"--loads is {given.loads}; it must be at least 1")
    try:
        with serving(given.library, given.model) as child:
            states = [("before the models are loaded", resident(child.pid))]
            child.load_models()
            states.append(("models loaded, nobody asks", resident(child.pid)))
            found = loads(child.address, given.loads)
            states.append((f"after {given.loads} loads of the page", resident(child.pid)))
    except RagError as problem:
        sys.stderr.write(f"Error: {problem}\n")
        return problem.exit_code
    sys.stdout.write(f"{paint_table(found)}\n\n{memory_table(states)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
