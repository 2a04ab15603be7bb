"""The part of a sentence that one value or verb stands in: what "and", "while" or a comma joins is parted."""

from __future__ import annotations

import re

from index.text.spelling import plain

# What contrasts two sides, and what only joins them.
CONTRAST = r"[,;]?\s(?:while|whereas|trong khi(?: đó)?|còn)\s"
JOINT = re.compile(rf"{CONTRAST}|[;]\s|,?\s(?:and|but|then|và|nhưng)\s|(?<!\d),\s|,\s(?!\d)|:\s|[()]")
_CONTRASTS = re.compile(CONTRAST)


def segments(text: str) -> list[tuple[int, int]]:
    """Return the parts of a sentence as places, in order; what joins them belongs to none."""
    found, start = [], 0
    for joint in JOINT.finditer(plain(text)):
        found.append((start, joint.start()))
        start = joint.end()
    return [*found, (start, len(text))]


def segment(text: str, at: int) -> tuple[int, int]:
    """Return the part that position `at` lies in."""
    return next((one for one in segments(text) if one[0] <= at < one[1]), (0, len(text)))


def contrasted(text: str, one: int, other: int) -> bool:
    """Return whether a word of contrast ("while", "còn") stands between two positions."""
    return bool(_CONTRASTS.search(plain(text), min(one, other), max(one, other)))
