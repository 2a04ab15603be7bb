"""What is said, held against what the model looked at (`rag.reading.pointer`): a voice beside its words.

A small model that answers from the passage looks at the words that it then says. One that says a number of
another year, or what it knows from elsewhere, or that finds nothing, looks beside them or nowhere in
particular (eval/LOG.md).
"""

from __future__ import annotations

from collections.abc import Mapping

from rag.checks.verify import Finding
from rag.values.quotes import find_quote

LEAST, MOST = -6.0, 4.0  # log-odds beyond these say nothing more
UNIT = 3.0  # log-odds that make the signals about as large as 1


def signals(finding: Finding) -> Mapping[str, float]:
    """Return how far a finding lies below what was looked at most, and how surely anything was.

    Zeros for one in whose source nothing was looked at.
    """
    if finding.gaze is None:
        return {"aside": 0.0, "peak": 0.0}
    there, top = finding.gaze.at(*place(finding)), finding.gaze.top
    aside = 0.0 if there is None else max(there - top, LEAST)
    return {"aside": aside / UNIT, "peak": max(LEAST, min(top, MOST)) / UNIT}


def place(finding: Finding) -> tuple[int, int]:
    """Return where in its passage, in characters, a finding stands."""
    source, mention = finding.source, finding.mention
    if mention and mention.line in source.lines:
        offset = mention.line.sentence.start - source.start
        return mention.value.start + offset, mention.value.end + offset
    start = finding.lines[0].sentence.start - source.start
    end = finding.lines[-1].sentence.end - source.start
    span = find_quote(finding.short, source.text[start:end], ignore_case=True)
    return (start + span[0], start + span[1]) if span else (start, end)
