"""Word lists, written as they are read."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Return the words of `text`, which is separated by white space."""
    return frozenset(text.split())
