"""The library: articles in, passages out. `Library` is the door.

>>> from index import Library
>>> with Library.open("archive") as library:
...     _ = library.add("news")
...     library.search("Who pays for the bridge?", k=1)[0].article.title
'Harbour City opens its third bridge'

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
