"""Measure several people at once: their order, how soon each sees sources, how soon a stop frees the model.

    python -m eval.bench.crowd [--library DIR] [--people 8] [--stops 5] [--questions SUITE]

The server is a process of its own, and people are streams of its HTTP interface. First one asks alone. Then
all ask at once, as they come: told is the place that each was given, when the comment with the number of
sources came, whether places only went down, and whether the answers came in the order of the questions.
Last, one is stopped, by closing its connection, once while the model reads and once while it writes, and
told is when the next in line has the model. The seconds are those that a caller sees. The model is that of
the settings (RAG_MODELS__LLM=ID names another).
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from eval.bench.page import MOST_SECONDS, serving
from eval.cases import load
from eval.libraries import SUITES
from rag.errors import RagError

PEOPLE, STOPS = 8, 5
SERVE = ("-m", "rag", "serve", "--port", "0")  # as people start it: who waits is shown what is found
_WAITING = "waiting"


class Early(Exception):
    """A stream was over before what was waited for."""


@dataclass(slots=True)
class Caller:
    """One question over HTTP, and what was heard of it: comments of the stream, with their seconds."""

    address: str
    question: str
    heard: list[tuple[float, str]] = field(default_factory=list)  # seconds from asking; "done" ends it
    asked: float = 0.0  # of time.monotonic()
    _connection: http.client.HTTPConnection | None = None
    _response: http.client.HTTPResponse | None = None

    def ask(self) -> None:
        """Send the question, and return when the server has put it in the line."""
        self._connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=MOST_SECONDS)
        body = {"model": "rag", "stream": True, "messages": [{"role": "user", "content": self.question}]}
        self.asked = time.monotonic()
        headers = {"Content-Type": "application/json"}
        self._connection.request("POST", "/v1/chat/completions", json.dumps(body), headers)
        self._response = self._connection.getresponse()
        if self._response.status != http.client.OK:
            raise RagError(f"The server refused a question: {self._response.read().decode()}")

    def listen(self) -> Iterator[str]:
        """Yield each comment as it comes, and "done"."""
        assert self._response
        for line in self._response:
            said = line.decode().strip()
            if said.startswith(":") or said == "data: [DONE]":
                self.heard.append((time.monotonic() - self.asked, said.lstrip(": ")))
                if said.startswith("data"):
                    self.heard[-1] = (self.heard[-1][0], "done")
                yield self.heard[-1][1]

    def until(self, *wanted: str) -> str:
        """Listen until a comment holds one of these words. Raises Early if the stream ends before."""
        for said in self.listen():
            if any(word in said for word in wanted):
                return said
        raise Early

    def hang_up(self) -> None:
        """Go away, as a closed tab does."""
        assert self._connection
        assert self._response
        self._response.close()
        self._connection.close()

    def seconds(self, word: str) -> float:
        """Return when a comment with that word was first heard; infinity if never."""
        return next((when for when, said in self.heard if word in said), float("inf"))

    def turn(self) -> float:
        """Return when its turn came: the first comment after the last that told it to wait."""
        last = max((n for n, (_, said) in enumerate(self.heard) if said.startswith(_WAITING)), default=-1)
        return self.heard[last + 1][0]

    @property
    def places(self) -> list[int]:
        """Return how many were said to come first, each time it was said."""
        return [int(said.split()[1]) for _, said in self.heard if "before you" in said]


def crowd(address: str, questions: Sequence[str]) -> list[Caller]:
    """Let all ask, each as soon as the one before is in the line, and hear them to the end."""
    callers = [Caller(address, one) for one in questions]
    threads = []
    for caller in callers:
        caller.ask()
        threads.append(threading.Thread(target=lambda one=caller: list(one.listen()), daemon=True))
        threads[-1].start()
    for thread in threads:
        thread.join(MOST_SECONDS * len(questions))
    return callers


def freed(address: str, first: str, second: str, *, writing: bool) -> float | None:
    """Return the seconds from a hang-up, while the model reads or writes, until the next one has it.

    None if the first was answered too soon to be stopped.
    """
    one, other = Caller(address, first), Caller(address, second)
    one.ask()
    other.ask()
    hearing = threading.Thread(target=lambda: list(other.listen()), daemon=True)
    hearing.start()
    try:
        one.until("answering" if writing else "source")
    except Early:
        hearing.join(MOST_SECONDS)
        return None
    one.hang_up()
    gone = time.monotonic() - other.asked
    hearing.join(MOST_SECONDS)
    began = other.turn()
    return began - gone if began > gone else None


def stopping(address: str, questions: Sequence[str], times: int, *, writing: bool) -> list[float]:
    """Stop so many times, each time another question: one that was asked before would be read too soon."""
    found: list[float] = []
    for first, second in pairwise(questions):
        if len(found) == times:
            break
        took = freed(address, first, second, writing=writing)
        found += [] if took is None else [took]
    return found


def faults(callers: Sequence[Caller]) -> list[str]:
    """Return what is wrong: an answer that did not come, came out of order, a place that went up."""
    wrong = [f"no answer to {one.question!r}" for one in callers if one.seconds("done") == float("inf")]
    ends = [one.asked + one.seconds("done") for one in callers]
    wrong += [
        f"answered out of order: {callers[n + 1].question!r}"
        for n, (before, after) in enumerate(pairwise(ends))
        if after < before
    ]
    for n, one in enumerate(callers):
        if n and one.places[:1] != [n]:
            wrong.append(f"number {n + 1} was told {one.places[:1]} before it, not {n}")
        if one.places != sorted(one.places, reverse=True):
            wrong.append(f"the place of number {n + 1} went up: {one.places}")
    return wrong


def table(alone: Caller, callers: Sequence[Caller]) -> str:
    """Return what each was told and when, in seconds from its question."""
    lines = ["| who | before it | sources | answering | answered |", "|---|---|---|---|---|"]
    for name, one in [("alone", alone), *((f"{n + 1} at once", one) for n, one in enumerate(callers))]:
        place = one.places[0] if one.places else 0
        times = " | ".join(f"{one.seconds(word):.2f}" for word in ("source", "answering", "done"))
        lines.append(f"| {name} | {place} | {times} |")
    return "\n".join(lines)


def _asked(suite: Path, people: int) -> list[str]:
    questions = [case.question for case in load(suite) if case.answerable and not case.history]
    if len(questions) < people:
        raise RagError(f"{suite} has {len(questions)} questions, {people} are needed.\nName a larger one.")
    return questions


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was seen; 1 if somebody was not answered, or not in turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--library", metavar="DIR", help="without it, that of the settings")
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--stops", type=int, default=STOPS)
    parser.add_argument("--questions", type=Path, default=SUITES / "demo-dev.jsonl", metavar="SUITE")
    given = parser.parse_args(arguments)
    try:
        questions = _asked(given.questions, max(2, given.people))
        later = questions[given.people :]
        half = len(later) // 2
        with serving(given.library, None, SERVE) as server:
            server.load_models()
            (alone,) = crowd(server.address, questions[:1])
            callers = crowd(server.address, questions[: given.people])
            stops = {
                "reads": stopping(server.address, later[:half], given.stops, writing=False),
                "writes": stopping(server.address, later[half:], given.stops, writing=True),
            }
    except RagError as problem:
        sys.stderr.write(f"Error: {problem}\n")
        return problem.exit_code
    sys.stdout.write(f"{table(alone, callers)}\n\n")
    waited = [one.seconds("source") for one in callers[1:]]
    sys.stdout.write(f"sources of who waits: median {median(waited):.2f} s, at most {max(waited):.2f} s\n")
    for what, found in stops.items():
        if not found:
            sys.stdout.write(f"nobody could be stopped while the model {what}: answers came too soon\n")
            continue
        said = f"median {median(found):.2f} s, at most {max(found):.2f} s ({len(found)} times)"
        sys.stdout.write(f"stopped while the model {what}, the next one has it after: {said}\n")
    wrong = faults(callers)
    sys.stdout.write("\n".join(wrong) + "\n" if wrong else "all were answered, in the order they came\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
