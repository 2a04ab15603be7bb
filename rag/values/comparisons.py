"""Years that a sentence names only to compare: "18,400, up from 16,900 in 2024" does not tell of 2024."""

from __future__ import annotations

import re

from index.text.spelling import plain

_YEAR = re.compile(r"(?<![\d.,/-])(?:19|20)\d\d\b(?![.,]?\d)")
_REACH = 70  # characters before a year in which what it is compared by may stand
_VALUE = r"(?:us\$|[$€£])?\d[\d.,]*(?:\s+[\w%$€£-]+){0,4}?"
_COMPARED = re.compile(
    r"(?:"
    # "up from 16,900 in 2024", "so với mức 24.800 tỷ đồng của năm 2018"
    r"\b(?:(?:up|down) from|(?:more|less|fewer|higher|lower) than|compared (?:to|with)|against|versus|"
    r"so với|thay vì)\s+(?:(?:mức|con số|the|about|around|only|just|khoảng|gần|hơn)\s+)*"
    rf"{_VALUE}\s+(?:in|for|of|năm|của năm|hồi năm|vào năm)\s+|"
    # "than in 2024", "compared with 2019", "so với năm 2019"
    r"\b(?:than|compared (?:to|with)|so với)\s+(?:(?:in|that in|that of|those of|the|của|hồi|cùng kỳ|năm)\s+)*"
    r")$"
)


def only_compared(text: str) -> frozenset[int]:
    """Return the years in a text that it names as the other side of a comparison and not otherwise."""
    low = plain(text)
    told, compared = set[int](), set[int]()
    for match in _YEAR.finditer(low):
        aside = _COMPARED.search(low[max(0, match.start() - _REACH) : match.start()])
        (compared if aside else told).add(int(match[0]))
    return frozenset(compared - told)
