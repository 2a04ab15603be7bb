"""Spellings made comparable without moving a character.

Everything that reports offsets works on `plain(text)` (lower case) or `fold(text)` (lower case and
without diacritics): both have exactly one character for each character of `text`, so an offset
found in one is an offset in all. Text that is not in NFC is composed first by `composed`, which
also says where every character came from.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_QUOTES = {
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—−", "-"),
    **dict.fromkeys("\u00a0\u2009\u202f\t\n\r_", " "),  # word-segmented Vietnamese joins syllables by "_"
}


def _plain_char(char: str) -> str:
    lowered = _QUOTES.get(char) or char.lower()
    return lowered if len(lowered) == 1 else char


def _fold_char(char: str) -> str:
    lowered = _plain_char(char)
    if lowered == "đ":
        return "d"
    base = unicodedata.normalize("NFD", lowered)[0]
    return base if len(base) == 1 else lowered


class _Table(dict[int, str]):
    """A translation table that is filled while it is used."""

    def __init__(self, fold: bool) -> None:
        super().__init__()
        self._one = _fold_char if fold else _plain_char

    def __missing__(self, key: int) -> str:
        value = self._one(chr(key))
        self[key] = value
        return value


_PLAIN = _Table(fold=False)
_FOLD = _Table(fold=True)


def plain(text: str) -> str:
    """Return `text` in lower case with one kind of quote, hyphen and space; same length."""
    return text.translate(_PLAIN)


def fold(text: str) -> str:
    """Return `plain(text)` without diacritics ("Đà Nẵng" → "da nang"); same length for NFC text."""
    return text.translate(_FOLD)


@lru_cache(maxsize=65536)
def fold_word(word: str) -> str:
    """Return one word or phrase folded, whatever its normal form."""
    return fold(unicodedata.normalize("NFC", word))


def composed(text: str) -> tuple[str, list[int] | None]:
    """Return `text` in NFC and, if that changed it, the original offset of each character and of the end."""
    if unicodedata.is_normalized("NFC", text):
        return text, None
    pieces: list[str] = []
    origin: list[int] = []
    for start, _, piece in clusters(text):
        pieces.append(piece)
        origin.extend([start] * len(piece))
    origin.append(len(text))
    return "".join(pieces), origin


def clusters(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, NFC) of each character with the marks that combine with it."""
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        yield start, end, unicodedata.normalize("NFC", text[start:end])
        start = end


def is_ascii_words(text: str) -> bool:
    """Return whether `text` has no letter outside ASCII: Vietnamese typed without diacritics looks so."""
    return not any(char.isalpha() for char in text if ord(char) > 127)


def listed(text: str) -> tuple[str, ...]:
    """Return the words of a table that is written as one string."""
    return tuple(text.split())
