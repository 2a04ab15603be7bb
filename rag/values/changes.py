"""Whether a sentence gives a value as a change ("rose by 3 billion") or as a level ("rose to 14 billion")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from index.text.spelling import plain
from rag.values.types import Value

# What may stand between such words and the value.
_ABOUT = (
    r"(?:about |around |nearly |almost |some |over |more than |roughly |khoảng |gần |hơn |trên |tới |"
    r"us\$|\$|usd )*"
)
_CHANGE_BEFORE = re.compile(
    r"(?:\b(?:by|up|down|grew|rose|fell|grown|risen|fallen|climbed|jumped|dropped|another|an? (?:further|additional|extra|difference of|gap of|rise of|increase of|fall of|"
    r"drop of|decline of|growth of)|the (?:difference|gap) (?:is|was|of)|"
    r"tăng|giảm|thêm|sụt|chênh lệch|chênh lệch là|chênh|cách biệt|cao hơn|thấp hơn|tăng thêm|giảm đi)\s+)"
    rf"(?:another |a further |thêm |là |mức )?{_ABOUT}$"
)
_CHANGE_AFTER = re.compile(
    r"^\s*(?:more|less|higher|lower|larger|smaller|fewer|above|below|cao hơn|thấp hơn|nhiều hơn|ít hơn)\b"
)
_LEVEL_BEFORE = re.compile(
    r"\b(?:to|at|from|reached|reaching|hit|totalled|totaled|lên|xuống|còn|đạt|từ|đến|lên đến|lên tới|xuống còn)\s+"
    rf"(?:mức |con số |a record |a total of )?{_ABOUT}$"
)
# "From a peak of 131 in April to 94 in August": before the first of two values, and from there to the second.
_FROM = re.compile(r"\b(?:from|từ)(?:\s+[^\W\d]+){0,4}\s*(?:us\$|[$€£])?$")
_TO = re.compile(
    r"[^.;!?]{0,60}?\b(?:to|lên|xuống|thành|đến|tới|lên đến|lên tới|xuống còn|còn)"
    r"(?:\s+(?:mức|con số|a|about|around|nearly|over|khoảng|gần|hơn|trên|only|chỉ))*\s+(?:us\$|[$€£])?$"
)
_FROM_REACH = 30  # characters before the first value
_REACH = 60  # characters before a value in which such words and "about" have room


def is_change(text: str, value: Value) -> bool:
    """Return whether `text` gives a `value` of its own as a difference or a change."""
    before = plain(text[max(0, value.start - _REACH) : value.start])
    return bool(_CHANGE_BEFORE.search(before) or _CHANGE_AFTER.match(plain(text[value.end :])))


def is_level(text: str, value: Value) -> bool:
    """Return whether `text` gives a `value` of its own as what something came to or set out from."""
    before = plain(text[max(0, value.start - _REACH) : value.start])
    return bool(_LEVEL_BEFORE.search(before)) and not is_change(text, value)


def from_to(text: str, values: Sequence[Value]) -> tuple[Value, Value] | None:
    """Return the two of the `values` of a text, in its order, between which it tells a change by its ends.

    None if there is no such pair, or more than one.
    """
    low = plain(text)
    found = [
        (a, b)
        for a, b in pairwise(values)
        if _FROM.search(low[max(0, a.start - _FROM_REACH) : a.start]) and _TO.fullmatch(low[a.end : b.start])
    ]
    return found[0] if len(found) == 1 else None
