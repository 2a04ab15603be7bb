"""The library: articles in, passages out. `Library` is the door."""

from index.library import Library

__all__ = ["Library"]
