"""Whether an answer is a difference that an article states itself: "1.3 billion more", "tăng 5 tỷ"."""

from __future__ import annotations

import re

from index.text.spelling import plain
from rag.compound.comparing import DIFFERENCES, Comparison
from rag.lines import Line
from rag.values import Value, find_values
from rag.verify import UNKIND, Finding

# Right before or behind a value; "tăng lên 14 tỷ" and "rose to 14 billion" give the level, not the change.
_ABOUT = (
    r"(?:about |around |nearly |almost |some |over |more than |roughly |khoảng |gần |hơn |trên |tới |"
    r"us\$|\$|usd )*"
)
_BEFORE = re.compile(
    r"(?:\b(?:by|up|down|grew|rose|fell|grown|risen|fallen|climbed|jumped|dropped|another|an? (?:further|additional|extra|difference of|gap of|rise of|increase of|fall of|"
    r"drop of|decline of|growth of)|the (?:difference|gap) (?:is|was|of)|"
    r"tăng|giảm|thêm|sụt|chênh lệch|chênh lệch là|chênh|cách biệt|cao hơn|thấp hơn|tăng thêm|giảm đi)\s+)"
    rf"(?:another |a further |thêm |là |mức )?{_ABOUT}$"
)
_AFTER = re.compile(
    r"^\s*(?:more|less|higher|lower|larger|smaller|fewer|above|below|cao hơn|thấp hơn|nhiều hơn|ít hơn)\b"
)
_REACH = 60  # characters before a value in which such words and "about" have room


def states(asked: Comparison, finding: Finding) -> bool:
    """Return whether the sentence of a finding gives its value as a difference, of the times asked for."""
    if asked.form not in DIFFERENCES or not set(finding.objections) <= {UNKIND}:
        return False
    line = finding.line
    times = {year for one in asked.questions for year in one.wanted.years}
    dated = line.article.dated
    said = {
        date.year
        for value in (*line.values, *find_values(line.before, line.lang))
        for date in (value.date, value.date_to)
        if date
    }
    if not times <= said | ({dated.date.year} if dated else set()):
        return False
    at = line.text.find(finding.short)
    for value in line.values:
        inside = (
            value is finding.mention.value if finding.mention else at <= value.start < at + len(finding.short)
        )
        if not inside or value.date:
            continue
        if is_change(line, value):
            return True
    return False


def is_change(line: Line, value: Value) -> bool:
    """Return whether a sentence gives a value as a difference or a change, and not as a level."""
    before = plain(line.text[max(0, value.start - _REACH) : value.start])
    return bool(_BEFORE.search(before) or _AFTER.match(plain(line.text[value.end :])))
