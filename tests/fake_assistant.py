"""A public stand-in for `rag.assistant.Assistant` with its surface: canned answers, no models."""

from __future__ import annotations

import dataclasses
import datetime as dt
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from index.errors import NotFound
from index.records import Article, Block, BlockKind, Dated
from rag.answer import (
    Answer,
    Citation,
    Claim,
    Done,
    Event,
    Evidence,
    Nearest,
    TimelineEntry,
    Timings,
    Token,
)
from rag.care import CareName


def laid_out(*parts: tuple[BlockKind, str]) -> tuple[str, tuple[Block, ...]]:
    """Return the text of an article and its blocks."""
    text, blocks = "", []
    for kind, words in parts:
        text += "\n\n" if text else ""
        blocks.append(Block(kind, len(text), len(text) + len(words)))
        text += words
    return text, tuple(blocks)


VISIT = Article(
    "a1",
    "demo-1.txt",
    "/articles/demo-1.txt",
    "Vietnam and Indonesia aim for 18 billion USD in trade by 2028",
    "Harbour Post",
    "en",
    dt.date(2025, 12, 17),
    Dated(dt.date(2025, 12, 17), "day", "metadata"),
    *laid_out(
        ("paragraph", "The president ended a three-day visit on Wednesday with a promise about trade."),
        (
            "paragraph",
            "The two governments now want trade between them to reach 18 billion USD by 2028. "
            "Until now the aim had been lower.",
        ),
        ("heading", "What is traded"),
        ("paragraph", "The exchange rests on a few goods, which officials listed as follows:"),
        ("list", "- rice and seafood from Vietnam"),
        ("list", "- coal and palm oil from Indonesia"),
        ("caption", "The harbour at dawn. Photo: Harbour Post"),
        ("heading", "The year in figures"),
        ("row", "2023: Trade 13.8 billion USD; Growth 8 %"),
        ("row", "2024: Trade 16.7 billion USD; Growth 21 %"),
        ("question", "What comes next?"),
        (
            "paragraph",
            "A joint committee meets in March. Ministers said that it would look at fees in ports, at "
            "rules for small firms and at flights, and that it would report before the summer. Shipping "
            "companies have asked for a shared form, so that a container is declared once and not in each "
            "port. Farmers on both sides fear that rice will be cheaper in good years and ask for a "
            "floor. The committee has eight seats for each country, two of them for towns on the coast, "
            "and it decides by agreement only. Its first report is to be public. Economists were careful: "
            "the last aim was met two years late, they recalled, and only because coal was dear.",
        ),
        ("paragraph", "Half of the new trade should come from goods that neither side sells today."),
    ),
    authors=("Mai Linh", "Budi Hartono"),
    url="https://harbour-post.example/trade-2028",
)
AIM = Article(
    "a2",
    "demo-2.txt",
    "/articles/demo-2.txt",
    "Việt Nam - Indonesia phấn đấu đưa kim ngạch thương mại lên 15 tỷ USD",
    None,
    "vi",
    None,
    Dated(dt.date(2024, 1, 1), "month", "text"),
    *laid_out(
        ("paragraph", "Chiều 12/1, hai nhà lãnh đạo đã hội đàm tại Hà Nội."),
        ("paragraph", "Hai bên nhất trí phấn đấu sớm đưa kim ngạch thương mại hai chiều lên 15 tỷ USD."),
    ),
)
TALKS = Article(
    "a3",
    "demo-3.txt",
    "/articles/demo-3.txt",
    "Two neighbours, one market",
    "The Straits Courier",
    "en",
    None,
    None,
    *laid_out(
        ("paragraph", "Traders on both shores have waited for years."),
        (
            "paragraph",
            "Officials on both sides said that talks on easing trade in rice and seafood would continue "
            "next year.",
        ),
    ),
)


class FakeLibrary:
    """What the reader pane asks of `index.Library`, over a few articles in memory."""

    def __init__(self, articles: Sequence[Article] = (VISIT, AIM, TALKS)) -> None:
        self.held = {one.id: one for one in articles}
        self.waiting = 0  # passages without a vector
        self._place = tempfile.TemporaryDirectory()
        self.folder = Path(self._place.name)

    def get(self, article: str) -> Article:
        if article not in self.held:
            raise NotFound(f"no article {article!r}")
        return self.held[article]

    def newest(self, limit: int) -> list[Article]:
        return list(self.held.values())[:limit]

    def counts(self) -> dict[str, int]:
        return {"articles": len(self.held), "passages": 2 * len(self.held), "waiting": self.waiting}

    def outlets(self) -> list[str]:
        return sorted({one.outlet for one in self.held.values() if one.outlet})


def cited(n: int, article: Article, words: str) -> Citation:
    """Return citation `n` of the words of an article."""
    start = article.text.index(words)
    return Citation(
        n,
        article.id,
        article.file,
        article.title,
        article.outlet,
        article.published.isoformat() if article.published else None,
        article.lang,
        words,
        start,
        start + len(words),
        dated=article.dated.label() if article.dated else None,
    )


TARGET = cited(1, VISIT, "The two governments now want trade between them to reach 18 billion USD by 2028.")
EARLIER = cited(2, AIM, "Hai bên nhất trí phấn đấu sớm đưa kim ngạch thương mại hai chiều lên 15 tỷ USD.")
OTHER = cited(
    3,
    TALKS,
    "Officials on both sides said that talks on easing trade in rice and seafood would continue next year.",
)
GOODS = cited(2, VISIT, "Half of the new trade should come from goods that neither side sells today.")

ANSWERED = Answer(
    question="What trade target have Vietnam and Indonesia set, and for when?",
    status="answered",
    answer="The target is 18 billion USD by 2028 [1]. In January 2024 it was 15 billion USD [2].",
    short="18 billion USD by 2028",
    claims=(
        Claim("The target is 18 billion USD by 2028 [1].", True, (1,)),
        Claim("In January 2024 it was 15 billion USD [2].", True, (2,)),
    ),
    citations=(TARGET, EARLIER),
    timeline=(
        TimelineEntry("15 billion USD", "2024-01", (2,)),
        TimelineEntry("18 billion USD", "2025-12-17", (1,)),
    ),
    confidence=0.93,
    model="qwen2.5-coder-1.5b",
    timings=Timings(0.12, 1.9, 4.1),
)
QUOTED = Answer(
    question="What should the new trade come from?",
    status="answered",
    answer=f"{GOODS.quote} [2] The target is 18 billion USD by 2028 [1].",
    claims=(
        Claim(f"{GOODS.quote} [2]", True, (2,)),
        Claim("The target is 18 billion USD by 2028 [1].", True, (1,)),
    ),
    citations=(TARGET, GOODS),
    confidence=0.9,
    model="qwen2.5-coder-1.5b",
    timings=Timings(0.1, None, 0.4),
)
ABSTAINED = Answer(
    question="Who won the 2022 World Cup?",
    status="abstained",
    answer="The articles do not say who won the 2022 World Cup.",
    reason="no_evidence",
    nearest=(
        Nearest("a3", "Two neighbours, one market", None),
        Nearest("a1", TARGET.title, "2025-12-17"),
    ),
    model="qwen2.5-coder-1.5b",
    timings=Timings(0.1, None, 1.2),
)
VIETNAMESE = Answer(
    question="Kim ngạch thương mại Việt Nam - Indonesia được đặt mục tiêu bao nhiêu?",
    status="partial",
    answer="Mục tiêu mới nhất là 18 tỷ USD vào năm 2028 [1]; trước đó là 15 tỷ USD [2]. "
    "Các bài báo không nói rõ kim ngạch của từng mặt hàng.",
    short="18 tỷ USD",
    citations=(TARGET, EARLIER),
    claims=(Claim("trước đó là 15 tỷ USD [2]", True, (2,)),),
    model="qwen2.5-coder-1.5b",
    timings=Timings(0.1, 1.5, 3.9),
)


def script(question: str) -> Answer:
    """Return the canned answer for a question."""
    if "World Cup" in question:
        return ABSTAINED
    if "new trade" in question:
        return QUOTED
    return VIETNAMESE if "Kim ngạch" in question else ANSWERED


class FakeAssistant:
    """Streams what `answers(question)` gives, with `pause` seconds before each piece of draft."""

    def __init__(
        self,
        answers: Callable[[str], Answer] = script,
        *,
        sources: Sequence[Citation] = (TARGET, EARLIER, OTHER),
        draft: Sequence[str] | None = None,
        pause: float = 0.0,
        evidence_pause: float = 0.0,
        library: Any = None,
    ) -> None:
        self.library = library or FakeLibrary()
        self.answers = answers
        self.sources = tuple(sources)
        self.draft = draft
        self.pause = pause
        self.evidence_pause = evidence_pause
        self.hold = threading.Event()  # when cleared, the draft stands still after its first piece
        self.hold.set()
        self.asked: list[tuple[str, tuple[Any, ...]]] = []
        self.as_of: list[dt.date | None] = []
        self.care: list[CareName | None] = []
        self.cancelled = 0
        self.active = 0
        self.most_active = 0
        self.closed = False
        self.model = "qwen2.5-coder-1.5b"
        self.loads = threading.Event()  # when cleared, a model that is being loaded is never there
        self.loads.set()

    def cancel(self) -> None:
        """Nothing to end: the next event is never far."""

    def use(self, llm: Any) -> None:
        assert not self.active, "a model is changed between two answers"
        assert self.loads.wait(60)
        llm.warm()
        self.model = llm.id

    def stream(
        self,
        question: str,
        history: Sequence[Any] = (),
        *,
        as_of: dt.date | None = None,
        care: CareName | None = None,
    ) -> Iterator[Event]:
        self.asked.append((question, tuple(history)))
        self.as_of.append(as_of)
        self.care.append(care)
        self.active += 1
        self.most_active = max(self.most_active, self.active)
        try:
            time.sleep(self.evidence_pause)
            if "fail" in question:
                raise RuntimeError("the <b>model</b> fell over")
            answer = self.answers(question)
            sources = () if answer.reason == "no_evidence" else self.sources
            yield Evidence(sources, 0.12)
            pieces = self.draft if self.draft is not None else [f"{word} " for word in answer.answer.split()]
            for piece in pieces:
                time.sleep(self.pause)
                yield Token(piece)
                while not self.hold.wait(0.02):
                    yield Token("…")
            yield Done(dataclasses.replace(answer, model=self.model))
        except GeneratorExit:
            self.cancelled += 1
            raise
        finally:
            self.active -= 1

    def close(self) -> None:
        self.closed = True
