"""Clauses of a Vietnamese question.

Words that ask stay where the answer would stand, so what is left of the first question without them can stand
before the second: "Nhật Bản có bao nhiêu dự án tại Việt Nam và tổng vốn là bao nhiêu?" is "Nhật Bản có dự án
tại Việt Nam, tổng vốn là bao nhiêu?"
"""

from __future__ import annotations

import re

from index.text.spelling import is_ascii_words, plain
from rag.compound.lending import lent
from rag.values import find_names

_ASK = (
    r"(?:bao nhiêu|mấy|gì|ai|(?:ở|tại|đến|từ) đâu|khi nào|bao giờ|nào|vì sao|tại sao|ra sao|thế nào|làm sao)"
)
_WHEN = r"(?:khi nào|bao giờ|lúc nào|(?:(?:vào|từ|trong|đến|cho) )?(?:năm|ngày|tháng|thời điểm) nào|(?:ở|tại) đâu|vì sao|tại sao)"
_PATTERNS = {
    "ask": rf"\b{_ASK}\b",
    # without a subject: it is that of the first question, or what that speaks of
    "tail": r"^(?:trị giá|có giá|được|bị|có|là|đạt|do|diễn ra|nhằm|gồm|bao gồm|chiếm|nằm|bắt đầu|kéo dài|đã|sẽ|đang|đến từ)\b",
    "person": r"^(?:ông|bà|anh|cô|người) (?:ấy|này|đó|ta)\b|^họ\b",
    # a subject of a few words, then what only a verb has before or after it
    "whole": rf"^(?!{_ASK}\b)(?:(?!và\b)[\w.-]+ ){{1,7}}?(?:(?:là|được|bị|có|đạt|do|nói|đã|sẽ|đang|ở|vào|trị giá) (?:[\w.-]+ ){{0,6}}?{_ASK}\b|(?:ra sao|như thế nào|thế nào)\b)",
    # … of which the value belongs to what was spoken of before: "tổng vốn là bao nhiêu"
    "trait": rf"^(?:[\w.-]+ ){{1,7}}?(?:là (?:[\w.-]+ ){{0,3}}?{_ASK}\b|(?:ra sao|như thế nào|thế nào)\b)",
    "asking": rf"^(?:ai|{_WHEN}) \w+ \w+",
    "points": r"\b(?:đó|này|kia|ấy)\b",
    # what the first question asks for, and "đó" of the second may mean
    "unknown": r"(?<!năm )(?<!ngày )(?<!tháng )(?<!khi )\bnào\b|\bgì\b",
    "end": r"(?:,? (?:(?:có )?tên )?(?:là )?(?:(?:vào|từ|trong|ở|tại|đến) )?(?:bao nhiêu(?: (?:tiền|người|năm|(?:tỷ|triệu|nghìn)(?: (?:usd|đồng|đô la))?|usd|đồng|phần trăm|%))?|mấy|gì|ai|đâu|khi nào|bao giờ|(?:năm|ngày|tháng|thời điểm|lúc) (?:nào|bao nhiêu)|vì sao|tại sao|ra sao|(?:như )?thế nào))$",
    "start": rf"^(?:ai|{_WHEN})(?: là)? ",
    "inside": r"\b(?:bao nhiêu|mấy|nào) ",
    # … which is another thing where the first asked for a value by name: "mục tiêu là bao nhiêu"
    "is": r"\blà (?:bao nhiêu|mấy|gì|ai)\b[^,]*$|^ai là\b",
    "who": r"^(?:ai là (?P<one>.+)|(?P<two>.+) là ai)$",
}
_JOINT = re.compile(r"(?:\s*[,;]\s*|\s+)(?:và|còn|rồi)\s+(?:còn\s+|thì\s+)?")
_RULES = {name: re.compile(rule) for name, rule in _PATTERNS.items()}
_ASK_UNMARKED = re.compile(
    r"\b(?:bao nhieu|gi|ai|(?:o|tai|den|tu) dau|khi nao|bao gio|nao|vi sao|tai sao|ra sao|the nao)\b"
)


def asks(text: str) -> bool:
    """Return whether a sentence is a question, as far as its words tell."""
    low = plain(text).rstrip("?!. ")
    if is_ascii_words(text):
        return bool(_ASK_UNMARKED.search(low))
    return bool(_RULES["ask"].search(low)) or low.endswith((" không", " chưa"))


def clauses(text: str) -> list[str]:
    """Return the clauses that are questions of their own; without tone marks a text is always one.

    "Và" joins names more often than questions, so the second has to look like a clause.
    """
    if is_ascii_words(text):
        return [text]
    low = plain(text)
    for joint in _JOINT.finditer(low):
        left, right = low[: joint.start()], low[joint.end() :]
        if len(left.split()) < 3 or not _RULES["ask"].search(left) or not _RULES["ask"].search(right):
            continue
        if text[joint.end()].isupper() and not _RULES["whole"].match(right):
            continue  # the second of two names
        if any(_RULES[rule].match(right) for rule in ("tail", "person", "whole", "asking")):
            return [text[: joint.start()], *clauses(text[joint.end() :])]
    return [text]


def stand(piece: str, before: str) -> str | None:
    """Return a clause so that it stands alone after `before`; None if it leans on the answer to that."""
    low, asked = plain(piece), plain(before)
    if pronoun := _RULES["person"].match(low):
        meant = _person_vi(before)
        return None if meant is None else lent(meant + piece[pronoun.end() :], before, "vi")
    if _RULES["points"].search(low) and _RULES["unknown"].search(asked):
        return None
    base = _without_question(before)
    if base is None:
        return None
    if _RULES["tail"].match(low):
        return f"{base} {piece}"
    if _names(piece) or _RULES["is"].search(asked) or not _RULES["trait"].match(low):
        return lent(piece, before, "vi")
    starts_with_name = any(name.start == 0 for name in find_names(piece, "vi"))
    return f"{base}, {piece if starts_with_name else piece[:1].lower() + piece[1:]}"


def _names(text: str) -> bool:
    return any(name.sure for name in find_names(text, "vi"))


def _person_vi(before: str) -> str | None:
    if who := _RULES["who"].match(plain(before)):
        key = "one" if who["one"] else "two"
        return before[who.start(key) : who.end(key)]
    people = {name.text for name in find_names(before, "vi") if name.kind == "person" or name.role}
    return people.pop() if len(people) == 1 else None


def _without_question(text: str) -> str | None:
    """Return what a question says beside what it asks; None where that cannot be told."""
    for rule in ("end", "start", "inside"):
        if found := _RULES[rule].search(plain(text)):
            rest = (text[: found.start()] + text[found.end() :]).strip(" ,")
            return re.sub(r"\s(?:những|các)$", "", rest) or None
    return None
