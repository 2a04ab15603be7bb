"""Whether an answer is a difference that an article states itself: "1.3 billion more", "tăng 5 tỷ"."""

from __future__ import annotations

from rag.checks.verify import UNKIND, Finding
from rag.compound.comparing import DIFFERENCES, Comparison
from rag.values import find_values
from rag.values.changes import is_change


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
        if is_change(line.text, value):
            return True
    return False
