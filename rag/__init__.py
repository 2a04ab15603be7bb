"""The assistant: a question in, a cited answer out.

>>> from rag import Assistant
>>> with Assistant.open() as assistant:
...     print(assistant.ask("How large is trade between Vietnam and Indonesia?").answer)

Names are loaded when first used, so that `import rag` costs nothing.
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
