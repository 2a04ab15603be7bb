"""Slips of the keyboard: a word that nothing else uses and that is nearly one that something does."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

_SHORTEST = 5  # letters; shorter words are near too many others, Vietnamese syllables above all
_LONG = 9  # letters from which on two slips are still one word
_STEM = 4  # letters that two forms of a word have in common
# Endings of one word, also of its British and American spellings: licences and licenses, counsellor.
_ENDINGS = (
    *("", "s", "es", "ed", "d", "ing", "y", "ies", "ied", "er", "ers", "r", "ly", "al", "n", "ian", "ese"),
    *("t", "e", "ty", "ces", "ses", "ce", "se", "lor", "or", "lors", "ors", "led", "ling", "our", "is", "us"),
    *("ise", "ize"),
)


def misspelt(word: str, known: frozenset[str], cited: Iterable[str]) -> str:
    """Return the word among `cited` that `word` is a slip of, "" if it is known or like none.

    Marks do not count, nor do endings: "cyclist" is not "cyclists" misspelt. The words of `known` are `bare`.
    """
    if bare(word) in known or not word.isalpha() or len(word) < _SHORTEST:
        return ""
    mine = bare(word)
    for other in cited:
        allowed = 2 if min(len(word), len(other)) >= _LONG else 1
        if len(other) < _SHORTEST or abs(len(word) - len(other)) > allowed or not other.isalpha():
            continue
        there = bare(other)
        if not _same_stem(mine, there) and distance(mine, there) <= allowed:
            return other
    return ""


def distance(left: str, right: str) -> int:
    """Return how many letters must be changed, added, left out or swapped with the next to get `right`.

    The optimal string alignment distance, after doi:10.1145/363958.363994.
    """
    before: list[int] = []
    row = list(range(len(right) + 1))
    for at, letter in enumerate(left, start=1):
        last, before, row = before, row, [at]
        for there, other in enumerate(right, start=1):
            cost = min(before[there] + 1, row[there - 1] + 1, before[there - 1] + (letter != other))
            if at > 1 < there and letter == right[there - 2] and other == left[at - 2]:
                cost = min(cost, last[there - 2] + 1)
            row.append(cost)
    return row[-1]


def bare(word: str) -> str:
    """Return `word` without marks on its letters."""
    parts = unicodedata.normalize("NFD", word.replace("đ", "d"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _same_stem(left: str, right: str) -> bool:
    common = 0
    while common < min(len(left), len(right)) and left[common] == right[common]:
        common += 1
    return any(
        left[at:] in _ENDINGS and right[at:] in _ENDINGS
        for at in range(min(common, len(left)), _STEM - 1, -1)
    )
