"""The library: articles in, passages out. `Library` is the door.

It is loaded when first used: `rag --help` and `rag.config` need only `index.paths`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.library import Library

__all__ = ["Library"]


def __getattr__(name: str) -> object:
    """Load `Library` from where it lives."""
    if name == "Library":
        from index.library import Library

        return Library
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
