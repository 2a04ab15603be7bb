"""The assistant: a question in, a cited answer out.

>>> from index import Library
>>> from rag import Assistant
>>> with Library.open() as library:  # the user's; Library.open("archive") is another
...     library.add("news").added
1
>>> with Assistant.open() as assistant:
...     answer = assistant.ask("How long is the third bridge?")
>>> answer.short, answer.citations[0].quote
('2.4 km', 'It cost 120 million USD and is 2.4 km long.')

docs/API.md has more. Names are loaded when first used, so that `import rag` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.answer import Answer, Citation, Claim, Done, Event, Evidence, Nearest, TimelineEntry, Token
    from rag.assistant import Assistant
    from rag.config import Config
    from rag.errors import RagError

_HOMES = {
    "Answer": "rag.answer",
    "Assistant": "rag.assistant",
    "Citation": "rag.answer",
    "Claim": "rag.answer",
    "Config": "rag.config",
    "Done": "rag.answer",
    "Event": "rag.answer",
    "Evidence": "rag.answer",
    "Nearest": "rag.answer",
    "RagError": "rag.errors",
    "TimelineEntry": "rag.answer",
    "Token": "rag.answer",
}

__all__ = [
    "Answer",
    "Assistant",
    "Citation",
    "Claim",
    "Config",
    "Done",
    "Event",
    "Evidence",
    "Nearest",
    "RagError",
    "TimelineEntry",
    "Token",
]


def __getattr__(name: str) -> object:
    """Load a public name from where it lives."""
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the public names too, for completion."""
    return sorted({*globals(), *__all__})
