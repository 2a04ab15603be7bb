"""Whose a value is, where a sentence gives one of each of several: "A was fined 3 million, and B 5 million".

Only what a sentence plainly sets side by side is told apart: the name that a question asks of stands in one
part of it, another of the same kind governs the part with the value. "The company" is nobody's name.
"""

from __future__ import annotations

import re

from index.text.spelling import plain
from rag.evidence.lines import Line, fits, names_of, values_of
from rag.question import Question
from rag.values import Name, Value, same_name
from rag.values.segments import contrasted, segments

_NAMED = frozenset({"org", "acronym", "other", "person", "country", "place"})
_HONORIFIC = re.compile(r"\b(?:ông|bà|anh|chị|mr|mrs|ms|dr|judge|thẩm phán)\.?\s+$")
# What may stand between the beginning of a part and the name that governs it.
_LEAD = re.compile(
    r"(?:(?:the|a|an|for|to|from|in|of|at|(?:its )?rival|neighbouring|that of|those of|riêng|"
    r"của|cho|sang|tại|ở|từ|với|ông|bà|công ty(?: cổ phần)?|tập đoàn|ngân hàng|hãng|đội|tỉnh|thành phố|nước|"
    r"doanh thu của|mức phạt của|con số của)\s+)*"
)
_PREPOSITION = re.compile(r"\b(for|to|from|in|of|at|by|with|on|cho|sang|tại|ở|từ|với|của|do)\s+(?:the\s+)?$")
# Right behind a name that only begins a sentence around it: "B said that …", "B's report shows …".
_TELLS = re.compile(
    r"\s*(?:'s?\s[\w ]{0,20})?(?:said|says|reported that|told|announced|estimate[sd]?|expects?|"
    r"believes?|ordered|fined|sued|raised|cut|set|"
    r"paid (?:it|them)|cho biết|cho rằng|nói|thông báo|ước tính|yêu cầu|phạt|xử phạt)\b"
)
_TOGETHER = re.compile(
    r"\b(?:respectively|each|both|together|combined|jointly|lần lượt|tương ứng|mỗi|cùng|tổng cộng|cả hai)\b"
)
# A sentence of its own about another one: "B's fine was 5 million", "B was fined 5 million", "B bị phạt".
_OWN_VERB = re.compile(
    r"(?:['’]s?\s(?:[\w-]+\s){1,3}(?:is|was|were|are|stood|rose|fell|reached)\b|"
    r"\s(?:is|was|were|had|has|received|got|paid|earned|won|lost|made|reported|posted|sold|bị|được|đạt|có|nhận|lãi|lỗ|thu|bán|chi)\b)"
)


def of_another(question: Question, line: Line, value: Value) -> list[str]:
    """Return the objection to a value that its sentence gives of another name than the question asks of."""
    asked = [name for name in question.names if name.kind in _NAMED]
    text, low = line.text, plain(line.text)
    if not asked or _TOGETHER.search(low):
        return []
    parts = segments(text)
    own = next((one for one in parts if one[0] <= value.start < one[1]), None)
    if own is None:
        return []
    inside = [name for name in line.names if name.sure and own[0] <= name.start < own[1]]
    if any(_meant(name, asked) for name in inside):
        return []
    other = _governing(low, own, inside, value)
    if other is None or _in_question(other, question):
        return []
    kind = _kind(low, other)
    outside = [name for name in line.names if name not in inside and _meant(name, asked)]
    for name in outside:
        part = next((one for one in parts if one[0] <= name.start < one[1]), own)
        if name.kind not in _NAMED or _kind(low, name) != kind or _lead(low, name) != _lead(low, other):
            continue
        has_own = any(part[0] <= one.start < part[1] and fits(one, question, text) for one in line.values)
        if has_own or contrasted(text, name.start, value.start):
            return [f"of {other.text}, not of {name.text}"]
    if outside or own[0] or not _OWN_VERB.match(low, other.end):
        return []
    named = _told_before(question, line, asked, kind)
    return [f"of {other.text}, not of {named}"] if named else []


def _governing(low: str, part: tuple[int, int], inside: list[Name], value: Value) -> Name | None:
    """Return the one name that begins the part of a sentence with the value, or stands right behind that."""
    before = [name for name in inside if name.end <= value.start and name.kind in _NAMED]
    if len(before) == 1 and _LEAD.fullmatch(low, part[0], before[0].start):
        return None if _TELLS.match(low, before[0].end) else before[0]
    behind = [name for name in inside if name.start >= value.end and name.kind in _NAMED]
    if not before and len(behind) == 1:
        between = low[value.end : behind[0].start]
        if len(between.split()) <= 2 and _PREPOSITION.search(between):
            return behind[0]
    return None


def _kind(low: str, name: Name) -> str:
    """Return what a name of `plain` text is for sure: companies and people without a title look alike."""
    if name.kind in ("country", "place"):
        return "place"
    return "person" if name.role or _HONORIFIC.search(low[: name.start]) else "body"


def _lead(low: str, name: Name) -> str:
    """Return the preposition that a name hangs on; "" without one: who pays is not who is paid."""
    found = _PREPOSITION.search(low[: name.start])
    return found[1] if found else ""


def _told_before(question: Question, line: Line, asked: list[Name], kind: str) -> str | None:
    """Return the name asked of if the sentence before gives it a value of its own."""
    if not any(fits(one, question, line.before) for one in values_of(line.before, line.article, line.lang)):
        return None
    low = plain(line.before)
    found = [
        one for one in names_of(line.before, line.lang) if _meant(one, asked) and _kind(low, one) == kind
    ]
    return found[0].text if found else None


def _meant(name: Name, asked: list[Name]) -> bool:
    return any(same_name(name, one) or _words(name) & _words(one) for one in asked)


def _words(name: Name) -> set[str]:
    return {word for word in name.key.partition(":")[2].split() if len(word) > 1}


def _in_question(name: Name, question: Question) -> bool:
    return plain(name.text) in plain(question.text) or any(same_name(name, one) for one in question.names)
