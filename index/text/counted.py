"""A number and its noun, as English counts them."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return a number before its noun, which takes an s unless there is one.

    >>> counted(1, "article"), counted(0, "article"), counted(1234, "near-copy")
    ('1 article', '0 articles', '1,234 near-copies')
    """
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
