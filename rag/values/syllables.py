"""Names as Vietnamese writes them: foreign ones by syllables, its own told apart by their marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from index.text import lexical
from index.text.spelling import fold_word

# "Mát-xcơ-va", "Ca-ta-lô-ni-a", "Ô-ba-ma": a capital, then syllables in small letters, hyphens between.
_SPELLED = re.compile(r"(?<![\w-])[^\W\d_][^\W\d_]{0,6}(?:-[^\W\d_]{1,7}){1,6}(?![\w-])")
_WORD = re.compile(r"[^\W\d_]+")
_LEAST = 4  # letters; shorter ones may be a score or a size ("A-b")


def spelled_out(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, folded letters) of each foreign name that is written by its syllables.

    Without hyphens and marks many are the name as other languages write it: Ô-ba-ma, obama.
    """
    for found in _SPELLED.finditer(text):
        first, *rest = found.group().split("-")
        if not first[0].isupper() or not all(part.islower() for part in (first[1:] or "a", *rest)):
            continue
        letters = fold_word("".join([first, *rest]))
        if len(letters) >= _LEAST:
            yield found.start(), found.end(), letters


def namesake(name: str, text: str) -> str | None:
    """Return the name in `text` that differs from `name` in its marks only, unless `name` is there itself.

    "Nguyễn Văn Ân" is not Nguyễn Văn An. Names without any marks tell nothing, and where the tone of a
    syllable is put (Hoà, Hòa) is no difference.
    """
    words = lexical.tokens(name)
    if len(words) < 2 or name.isascii():
        return None
    folded = tuple(lexical.folded_tokens(name))
    written, exact, bare = _words(text)
    other: str | None = None
    for at in range(len(bare) - len(words) + 1):
        if bare[at : at + len(words)] != folded:
            continue
        there = written[at : at + len(words)]
        if list(exact[at : at + len(words)]) == words or all(word.isascii() for word in there):
            return None
        if all(word[0].isupper() for word in there):
            other = other or " ".join(there)
    return other


@lru_cache(maxsize=256)
def _words(text: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the words of a text as written, exact and folded."""
    written = tuple(_WORD.findall(unicodedata.normalize("NFC", text)))
    exact = tuple(word for one in written for word in lexical.tokens(one))
    return written, exact, tuple(word for one in written for word in lexical.folded_tokens(one))
