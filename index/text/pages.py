"""On which page of its file a part of an article stands."""

from __future__ import annotations

import bisect
import re

# So many words in a row name one place of an article; a refrain of eight equal words is rare.
_WORDS = 8
_LEAST = 3  # at the end of a page fewer are left to compare
_WORD = re.compile(r"\w+")


def starts(raw: str, text: str) -> tuple[int, ...]:
    """Return where in `text` each page of `raw` begins (characters); () when `raw` has no form feed.

    `text` is what became of `raw`: lines dropped and mended, but in the same order. So a page begins
    where its first words that are left are found, after the page before it. A page of which nothing
    is left begins where the next one does.
    """
    sheets = raw.split("\f")
    if len(sheets) < 2:
        return ()
    found = list(_WORD.finditer(text))
    words = [one.group().casefold() for one in found]
    places: dict[tuple[str, ...], list[int]] = {}
    for number in range(len(words) - _LEAST + 1):
        places.setdefault(tuple(words[number : number + _LEAST]), []).append(number)
    result, last = [0], 0
    for sheet in sheets[1:]:
        at = _find([word.casefold() for word in _WORD.findall(sheet)], words, places, last)
        last = last if at is None else at
        result.append(-1 if at is None else found[at].start())
    for number in range(len(result) - 1, 0, -1):
        if result[number] < 0:
            result[number] = result[number + 1] if number + 1 < len(result) else len(text)
    return tuple(result)


def _find(
    sheet: list[str], words: list[str], places: dict[tuple[str, ...], list[int]], after: int
) -> int | None:
    """Return the number of the word of the text, from `after` on, at which the words of a page begin."""
    for first in range(len(sheet) - _LEAST + 1):
        run = sheet[first : first + _WORDS]
        known = places.get(tuple(run[:_LEAST]), [])
        for at in known[bisect.bisect_left(known, after) :]:
            if words[at : at + len(run)] == run:
                return at
    return None
