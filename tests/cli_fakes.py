"""Stand-ins for the two doors that the command line goes through: a library and an assistant."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from index.errors import NotFound
from index.records import Added, Article, Dated, Hit, Passage, Skipped
from rag.answer import Answer, Citation, Claim, Done, Event, Evidence, Token
from rag.care import CareName
from rag.cli import base as cli_base

TEXT = "Trade grew. The target is 18 billion USD by 2028."
ARTICLE = Article(
    id="a1b2c3d4e5f60718",
    file="trade.txt",
    path="/news/trade.txt",
    title="Two neighbours aim higher",
    outlet="Harbour Post",
    lang="en",
    published=dt.date(2025, 12, 17),
    dated=Dated(dt.date(2025, 12, 17), "day", "metadata"),
    text=TEXT,
)
UNDATED = Article(
    id="ffeeddccbbaa9988",
    file="cu.txt",
    path="/news/cu.txt",
    title="Mục tiêu cũ",
    outlet=None,
    lang="vi",
    published=None,
    dated=Dated(dt.date(2024, 1, 1), "month", "text"),
    text="Mục tiêu là 15 tỷ USD.",
)
QUOTE = "The target is 18 billion USD by 2028."
CITATION = Citation(
    1,
    ARTICLE.id,
    ARTICLE.file,
    ARTICLE.title,
    ARTICLE.outlet,
    "2025-12-17",
    "en",
    QUOTE,
    12,
    49,
    "2025-12-17",
)


class FakeLibrary:
    """Holds two articles; remembers how it was called."""

    def __init__(self) -> None:
        self.held = {ARTICLE.id: ARTICLE, UNDATED.id: UNDATED}
        self.calls: list[tuple[str, Any]] = []
        self.skipped: tuple[Skipped, ...] = ()
        self.problems: list[str] = []
        self.grouped: dict[str, tuple[str, ...]] = {}
        self.relevance: float | None = 0.93
        self.waiting = 0

    def __enter__(self) -> FakeLibrary:
        return self

    def __exit__(self, *_: object) -> None:
        self.calls.append(("close", None))

    def add(self, paths: Sequence[Any], *, progress: Callable[..., None], **given: Any) -> Added:
        self.calls.append(("add", (paths, given)))
        progress(1, 2, "trade.txt")
        return Added(added=2, skipped=self.skipped, articles=2, passages=3, seconds=0.25)

    def articles(self) -> Iterable[Article]:
        return self.held.values()

    def get(self, name: str) -> Article:
        for article in self.held.values():
            if article.id.startswith(name) or article.file == name:
                return article
        raise NotFound(f"There is no article {name!r} in the library.\nList them with `rag list`.")

    def remove(self, names: Sequence[str]) -> list[Article]:
        gone = [self.get(name) for name in names]
        for one in gone:
            del self.held[one.id]
        return gone

    def groups(self, articles: Iterable[str] | None = None) -> dict[str, tuple[str, ...]]:
        return self.grouped

    def search(self, query: str, k: int = 8, **filters: Any) -> list[Hit]:
        self.calls.append(("search", (query, k, filters)))
        hit = Hit(ARTICLE, Passage("p1", ARTICLE.id, "en", 12, 49, QUOTE), 0.75, 0.8)
        return [replace(hit, relevance=self.relevance)] if not query.startswith("nothing") else []

    def outlets(self) -> list[str]:
        return ["Harbour Post"]

    def stats(self) -> dict[str, Any]:
        return {**self.counts(), "languages": {"en": 1, "vi": 1}}

    def counts(self) -> dict[str, int]:
        return {"articles": len(self.held), "passages": 3, "waiting": self.waiting}

    def verify(self) -> list[str]:
        return self.problems

    def rebuild(self, embed: bool = False) -> None:
        self.calls.append(("rebuild", embed))

    def compute(self, progress: Callable[[int, int], None]) -> None:
        self.calls.append(("compute", None))
        progress(3, 3)


class FakeAssistant:
    """Answers from a script of answers or exceptions; without one, repeats the question."""

    def __init__(self, *script: Answer | BaseException) -> None:
        self.script = list(script)
        self.library = FakeLibrary()
        self.asked: list[tuple[str, tuple[Any, ...], dt.date | None]] = []
        self.opened = 0
        self.care: str | None = None  # what the command line asked for
        self.closed_streams = 0

    def __enter__(self) -> FakeAssistant:
        self.opened += 1
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def ask(self, question: str, history: Sequence[Any] = (), *, as_of: dt.date | None = None) -> Answer:
        self.asked.append((question, tuple(history), as_of))
        if not self.script:
            return answered(question)
        reply = self.script.pop(0)
        if isinstance(reply, BaseException):
            raise reply
        return reply

    def stream(
        self,
        question: str,
        history: Sequence[Any] = (),
        *,
        as_of: dt.date | None = None,
        care: CareName | None = None,
    ) -> Iterator[Event]:
        try:
            yield Evidence((CITATION,), 0.1)
            yield Token("The target ")
            yield Token("is 18")
            yield Done(self.ask(question, history, as_of=as_of))
        finally:
            self.closed_streams += 1


def answered(question: str) -> Answer:
    text = "The target is 18 billion USD by 2028 [1]."
    return Answer(
        question,
        "answered",
        text,
        short="18 billion USD",
        claims=(Claim(text, True, (1,)),),
        citations=(CITATION,),
        confidence=0.9,
        model="fake",
        library="digest",
    )


def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder with settings of nobody's; return it."""
    for name in [name for name in os.environ if name.startswith("RAG_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAG_HOME", str(tmp_path / "home"))
    return tmp_path


Use = Callable[..., FakeAssistant]


def installer(monkeypatch: pytest.MonkeyPatch) -> Use:
    """Return a function that makes the command line answer from a script."""

    def install(*script: Answer | BaseException) -> FakeAssistant:
        fake = FakeAssistant(*script)

        def opened(session: object, model: str | None = None, care: str | None = None) -> FakeAssistant:
            fake.care = care
            return fake

        monkeypatch.setattr(cli_base, "open_assistant", opened)
        return fake

    return install
