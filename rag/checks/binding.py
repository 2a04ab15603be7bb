"""What a value in an article is the value of: when, and of whom.

Most wrong answers of a small model are right numbers in the wrong place: of another year, of
another pair of countries, in the other direction. Code that knows which time and which parties a
sentence binds a value to can refuse those, and can often find the right one by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.text.spelling import plain
from rag.evidence.lines import Line, fits
from rag.question import Question
from rag.values import Value

TIMES = frozenset({"date", "year", "range"})
# "16.7 billion USD in 2024": between a value and the time that follows it stand a few words at most.
_FOLLOWS = re.compile(r"^[^()\[\];:.!?]{0,40}$")
_FOLLOWS_WORDS = 5
_TURN = r",?\s(?:while|whereas|trong khi(?: đó)?|còn|but|nhưng)\s"  # what follows is said of something else
_CLAUSE = re.compile(rf"[;:]\s|[()\[\]]|{_TURN}|\s[-–—]\s")


@dataclass(frozen=True, slots=True)
class Mention:
    """A value in a sentence, the time it is bound to and what its clause says."""

    line: Line
    value: Value
    when: Value | None  # a date, year or range of the same sentence
    clause: str


def mentions(line: Line, question: Question) -> list[Mention]:
    """Return the values of a sentence that are of the kind the question wants, bound to their times."""
    return [bind(line, value) for value in line.values if fits(value, question, line.text)]


def bind(line: Line, value: Value) -> Mention:
    """Return `value` with the time and the clause it belongs to."""
    start, end = _clause(line.text, value)
    when = None if value.kind in TIMES else _time(line, value)
    return Mention(line, value, when, line.text[start:end])


def _clause(text: str, value: Value) -> tuple[int, int]:
    start, end = 0, len(text)
    for match in _CLAUSE.finditer(plain(text)):
        if match.end() <= value.start:
            start = match.end()
        elif match.start() >= value.end:
            end = match.start()
            break
    return start, end


def _time(line: Line, value: Value) -> Value | None:
    """Return the time a value is of: one that follows closely, else the nearest before it.

    In "from 9 billion in 2019 to 14 billion in 2023" each value has its own; in "in September 2023 A
    had 119 projects worth 646 million" both have the one before them.
    """
    times = [one for one in line.values if one.kind in TIMES and one.date]
    same = [one for one in line.values if one.kind == value.kind]
    after = [one for one in times if one.start >= value.end]
    if after and _close(line.text, value, after[0], same):
        return after[0]
    start, _ = _clause(line.text, value)
    for time in reversed([one for one in times if one.end <= value.start]):
        if _aside(line.text, time, value):
            continue
        # "wages rise 6.5% from 1 January; lunch money goes up to 22,000 dong": two items of a list.
        rivals = line.values if ";" in line.text[time.end : value.start] else same
        taken = any(_close(line.text, other, time, same) for other in rivals if other.end <= time.start)
        if not taken and (time.start >= start or start == 0 or not _own_time(line, start)):
            return time
    return None


_COMPARED = re.compile(
    r"(?:compared (?:to|with)|same (?:period|time)(?: in| of)?|versus|against|from|so với|cùng kỳ(?: năm)?)"
    r"\s+"
    r"(?:(?:the|in|of|last|same|period|cùng|kỳ|năm|that)\s+)*$"
)


def _aside(text: str, time: Value, value: Value) -> bool:
    """Return whether a time before the value belongs to an aside or a comparison and not to it."""
    low = plain(text)
    if _COMPARED.search(low[: time.start]):
        return True
    opened = low.rfind("(", 0, time.start)
    return (
        opened >= 0 and opened > low.rfind(")", 0, time.start) and 0 <= low.find(")", time.end) < value.start
    )


def _own_time(line: Line, clause_start: int) -> bool:
    return any(one.kind in TIMES and one.start >= clause_start for one in line.values)


def _close(text: str, value: Value, time: Value, same: list[Value]) -> bool:
    between = text[value.end : time.start]
    if any(value.end <= other.start < time.start for other in same):
        return False
    if re.search(_TURN, plain(between)):
        return False
    return bool(_FOLLOWS.match(between)) and len(between.split()) <= _FOLLOWS_WORDS
