"""A public stand-in for `rag.assistant.Assistant` with its surface: canned answers, no models."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

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

TARGET = Citation(
    1,
    "a1",
    "demo-1.txt",
    "Vietnam and Indonesia aim for 18 billion USD in trade by 2028",
    "Harbour Post",
    "2025-12-17",
    "en",
    "The two governments now want trade between them to reach 18 billion USD by 2028.",
    120,
    200,
    dated="2025-12-17",
)
EARLIER = Citation(
    2,
    "a2",
    "demo-2.txt",
    "Việt Nam - Indonesia phấn đấu đưa kim ngạch thương mại lên 15 tỷ USD",
    None,
    None,
    "vi",
    "Hai bên nhất trí phấn đấu sớm đưa kim ngạch thương mại hai chiều lên 15 tỷ USD.",
    40,
    118,
    dated="2024-01",
)
OTHER = Citation(
    3,
    "a3",
    "demo-3.txt",
    "Two neighbours, one market",
    "The Straits Courier",
    None,
    "en",
    "Officials on both sides said that talks on easing trade in rice and seafood would continue next year.",
    300,
    399,
    dated=None,
)

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
        self.library = library
        self.answers = answers
        self.sources = tuple(sources)
        self.draft = draft
        self.pause = pause
        self.evidence_pause = evidence_pause
        self.hold = threading.Event()  # when cleared, the draft stands still after its first piece
        self.hold.set()
        self.asked: list[tuple[str, tuple[Any, ...]]] = []
        self.as_of: list[dt.date | None] = []
        self.cancelled = 0
        self.active = 0
        self.most_active = 0
        self.closed = False

    def stream(
        self, question: str, history: Sequence[Any] = (), *, as_of: dt.date | None = None
    ) -> Iterator[Event]:
        self.asked.append((question, tuple(history)))
        self.as_of.append(as_of)
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
            yield Done(answer)
        except GeneratorExit:
            self.cancelled += 1
            raise
        finally:
            self.active -= 1

    def close(self) -> None:
        self.closed = True
