"""Rise and fall: whether a sentence gives a value as a change ("by 3 billion") or as a level ("to 14 billion")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from index.text.spelling import plain
from rag.values.types import Value

Trend = Literal["up", "down"]

_TREND = {
    "up": re.compile(
        r"\b(?:rose|rises?|risen|rising|increas\w+|grew|grows?|grown|growing|growth|surg\w+|climb\w+|jump\w+|soar\w+|expand\w+|up from|"
        r"gain\w*|doubl\w+|quadrupl\w+|tripl\w+|upgrad\w+|tăng|gia tăng|tăng trưởng|nâng|vọt)\b"
    ),
    "down": re.compile(
        r"\b(?:fell|falls?|fallen|falling|decreas\w+|declin\w+|drop\w*|shr[aiu]nk\w*|plung\w+|slump\w*|down from|reduc\w+|halv\w+|"
        r"downgrad\w+|giảm|sụt|suy giảm|lao dốc|hạ)\b"
    ),
}  # fmt: skip
# What may stand between such words and the value.
_ABOUT = (
    r"(?:about |around |nearly |almost |some |over |more than |roughly |khoảng |gần |hơn |trên |tới |"
    r"us\$|\$|usd )*"
)
_CHANGE_BEFORE = re.compile(
    r"(?:\b(?:by|up|down|grew|rose|fell|grown|risen|fallen|climbed|jumped|dropped|improved|narrowed|widened|eased|worsened|another|an? (?:further|additional|extra|difference of|gap of|rise of|increase of|fall of|"
    r"drop of|decline of|growth of)|the (?:difference|gap) (?:is|was|of)|"
    r"tăng|giảm|thêm|sụt|cải thiện|thu hẹp|nới rộng|chênh lệch|chênh lệch là|chênh|cách biệt|cao hơn|thấp hơn|tăng thêm|giảm đi)\s+)"
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
# "18,400 runners started, up from 16,900", "31.500 đồng, tăng so với 27.000 đồng": what it is, then what it was.
_UP_FROM = re.compile(
    r"[^.;!?\d]{0,60}?[,(]?\s(?:(?:up|down) from|(?:tăng|giảm) (?:từ|so với))"
    r"(?:\s+(?:mức|con số|a|about|around|nearly|over|khoảng|gần|hơn|trên|only|just|chỉ))*\s+(?:us\$|[$€£])?"
)
_FROM_REACH = 30  # characters before the first value
_REACH = 60  # characters before a value in which such words and "about" have room


def trend(text: str) -> Trend | None:
    """Return whether a text speaks of rise or fall, None if of neither or both."""
    low = plain(text)
    up, down = bool(_TREND["up"].search(low)), bool(_TREND["down"].search(low))
    return None if up == down else ("up" if up else "down")


def is_change(text: str, value: Value) -> bool:
    """Return whether `text` gives a `value` of its own as a difference or a change."""
    before = plain(text[max(0, value.start - _REACH) : value.start])
    return bool(_CHANGE_BEFORE.search(before) or _CHANGE_AFTER.match(plain(text[value.end :])))


def is_level(text: str, value: Value) -> bool:
    """Return whether `text` gives a `value` of its own as what something came to or set out from."""
    before = plain(text[max(0, value.start - _REACH) : value.start])
    return bool(_LEVEL_BEFORE.search(before)) and not is_change(text, value)


def from_to(text: str, values: Sequence[Value]) -> tuple[Value, Value] | None:
    """Return the two of the `values` of a text between which it tells a change by its ends, the earlier first.

    None if there is no such pair, or more than one.
    """
    low = plain(text)
    found = [
        (a, b)
        for a, b in pairwise(values)
        if _FROM.search(low[max(0, a.start - _FROM_REACH) : a.start]) and _TO.fullmatch(low[a.end : b.start])
    ]
    found += [(b, a) for a, b in pairwise(values) if _UP_FROM.fullmatch(low[a.end : b.start])]
    return found[0] if len(found) == 1 else None
