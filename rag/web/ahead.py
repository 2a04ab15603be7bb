"""What a question will be answered from, found while it waits for the model: searching needs none."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence

from index import Library
from rag.answer import Evidence
from rag.care import NORMAL
from rag.compound.plan import Plan
from rag.question import understand
from rag.walk import Watch, with_outlets


def look(
    library: Library, question: str, history: Sequence[tuple[str, str]], as_of: dt.date | None
) -> Evidence:
    """Return the sources of a question as `Assistant.stream` does. Raises BadFilter as it does too."""
    watch = Watch(time.monotonic)
    _, walk = Plan.begun(understand(question, history, as_of, library.marked), library, NORMAL, watch)
    return Evidence(with_outlets(library, walk.cards), watch.first_evidence or 0.0)
