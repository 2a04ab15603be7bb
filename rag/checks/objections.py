"""Why a value cannot be the answer: another time, other parties, the other direction, another quantity."""

from __future__ import annotations

import re
from functools import cache

from index.text import glossary
from index.text.bilingual import Words
from index.text.spelling import fold, plain
from rag.checks.binding import Mention
from rag.checks.owners import of_another
from rag.checks.parties import foreign
from rag.checks.premises import contradicted
from rag.checks.timing import other_time
from rag.evidence.lines import Line, fits, said_of, values_of
from rag.question import Question, statement
from rag.values.changes import from_to, is_level
from rag.values.relations import Relation, conflicting_direction, relations
from rag.values.votes import side_asked, side_of

REPEATED = "only repeats the question"


def objections(mention: Mention, question: Question) -> list[str]:
    """Return the reasons why this value cannot be the answer; empty when there is none."""
    found = [REPEATED] if _echoes(mention, question) else []
    wrong_time = other_time(mention, question)
    if wrong_time:
        found.append(wrong_time)
    line = mention.line
    other = _other_quantity(mention, question)
    if other:
        found.append(other)
    if question.wanted.also and is_level(line.text, mention.value) and not _has_both_ends(line, question):
        found.append("a level, not a change")
    if _passed(mention, question) or _of_the_one_before(mention, question):
        found.append("of an earlier time")
    if _whole_sum(mention, question):
        found.append("a whole sum, not the price of one")
    if _reversed(mention, question):
        found.append("the other direction")
    found += of_another(question, line, mention.value)
    found += _other_votes(mention, question)
    found += contradicted(question, line, mention.value)
    found += foreign(question, line)
    return found


def _other_votes(mention: Mention, question: Question) -> list[str]:
    """Return the objection to the votes of one side where those of another are asked for.

    A figure that says no side is not meant where one beside it says the side asked for: all members, say.
    """
    asked = None if question.several else side_asked(question.text, question.lang)
    if asked is None:
        return []
    line, value = mention.line, mention.value
    side = side_of(line.text, line.lang, value)
    if side is None:
        beside = (side_of(line.text, line.lang, one) for one in line.values if fits(one, question, line.text))
        return [f"not the votes {asked}"] if asked in beside else []
    return [] if side == asked else [f"the votes {side}, not those {asked}"]


def _has_both_ends(line: Line, question: Question) -> bool:
    """Return whether a sentence tells a change by its two ends, so that code can compute it."""
    return from_to(line.text, [one for one in line.values if fits(one, question, line.text)]) is not None


def _echoes(mention: Mention, question: Question) -> bool:
    """Return whether a value is a day that the question names: the target for 2028 was not set in 2028."""
    day = mention.value.date
    if day is None or mention.value.date_to or question.offers:
        return False
    return any(one.date == day and one.date_to is None for one in question.wanted.values)


# Quantities that are said with "of" or "a … of" right before the value and are not trade, capital … itself.
_HEADS = ("surplus", "deficit", "trade_surplus", "trade_deficit", "export", "import")
AIM_REACH = 90  # characters before a value in which "target", "mục tiêu", "aim" may stand
_HEAD_REACH = 32  # characters between such a word and its value


AIM = "term:target"
# "agreed to lift trade to", "nhất trí nâng kim ngạch lên": an aim without the word.
_INTENDS = re.compile(
    r"\bto (?:lift|raise|increase|boost|bring|expand|double)\b[^.;]*$|"
    r"\b(?:nhất trí|thống nhất|đồng ý|cam kết|phấn đấu|hướng tới|muốn|sẽ)\b[^.;]*"
    r"\b(?:nâng|đưa|tăng|đạt)\b[^.;]*$"
)


@glossary.derived
@cache
def _called() -> re.Pattern[str]:
    """Return what stands right before a value that is called a target: "mục tiêu", "the goal of about"."""
    spelled = sorted({fold(word) for word, key in glossary.spellings("term").items() if f"term:{key}" == AIM})
    return re.compile(
        rf"\b(?:{'|'.join(map(re.escape, spelled))})\s+"
        r"(?:(?:of|at|is|was|la|dat|about|around|nearly|over|more than|khoang|gan|hon|tren|us\$|\$|usd)\s*)*$"
    )


def _aimed_at(mention: Mention, announced: frozenset[int]) -> bool | None:
    """Return whether a value is what somebody wants to reach; None when the sentence does not tell.

    What is called one ("a target of 15 billion") is, whatever its year. A later year than the article's own
    is aimed at, an earlier one is not ("from 14 billion in 2023 to a target of 15 billion"), unless it is one
    in which the target asked for was `announced`. A date that is only the earliest possible one says nothing
    of later years.
    """
    line, when = mention.line, mention.when
    if _called().search(fold(line.text[: mention.value.start])):
        return True
    dated = line.article.dated
    if when and when.date and when.date.year and dated and when.date.year != dated.date.year:
        if when.date.year < dated.date.year and when.date.year not in announced:
            return False
        if when.date.year > dated.date.year and dated.basis in ("metadata", "given", "file name"):
            return True
    before = line.text[max(0, mention.value.start - AIM_REACH) : mention.value.start]
    if AIM in said_of(before, line.lang):
        return True
    if when and when.date and when.date.year in announced:
        return bool(_INTENDS.search(plain(before)))
    return None


def _other_quantity(mention: Mention, question: Question) -> str | None:
    """Return what the value measures when that is plainly not what is asked: a surplus, exports."""
    lang, value = mention.line.lang, mention.value
    if value.kind != "amount":
        return None
    just_before = mention.line.text[max(0, value.start - _HEAD_REACH) : value.start]
    heads = {key for key in said_of(just_before, lang) if key.removeprefix("term:") in _HEADS}
    asked = said_of(question.text, question.lang)
    aimed = _aimed_at(mention, question.wanted.years if AIM in asked else frozenset())
    if aimed is not None and aimed != (AIM in asked):
        return "a target, not a figure" if aimed else "a figure, not a target"
    other = sorted(heads - asked)
    return f"a value of {other[0].removeprefix('term:')}" if other and not heads & asked else None


# The one to come, of what comes again: "When is next year's race?", "Mùa sau khai mạc ngày nào?"
_NEXT = Words(
    en=r"next(?! to\b)",
    vi=r"(?:năm|kỳ(?: đại hội| thi| họp)?|mùa(?: giải)?|lần|tháng|tuần|quý|đợt|khóa|khoá|vòng)"
    r" (?:sau(?! (?:khi|đó|ngày|tháng|năm|bão|lũ|vụ|cuộc)\b)|tới|tiếp theo)",
)


def _passed(mention: Mention, question: Question) -> bool:
    """Return whether a day lies before the article that names it, where the next one is asked for."""
    date, dated = mention.value.date, mention.line.article.dated
    if date is None or date.year is None or dated is None or dated.precision != "day":
        return False
    if not _NEXT.search(question.text, question.lang):
        return False
    day = (dated.date.year, dated.date.month, dated.date.day)
    return (date.year, date.month or 12, date.day or 31) <= day


# A sentence that begins so tells of the games, the season, the exam before those that an article is about.
_BEFORE = Words(
    en=r"(?<!.)(?:(?:at|in|during) )?"
    r"(?:the previous|last (?:year|season|time)|the (?:year|season) before|a year earlier)",
    vi=r"(?<!.)(?:ở |trong |tại )?(?:(?:kỳ|mùa|năm|lần|đợt|khóa|khoá)(?: \w+){0,3} (?:trước|ngoái)|trước đó)",
)
_BEFORE_ASKED = Words(
    en=r"previous(?:ly)?|last|before|earlier|ago|former(?:ly)?", vi=r"trước|ngoái|cũ|hồi|từng"
)


def _of_the_one_before(mention: Mention, question: Question) -> bool:
    """Return whether a count is of the time before, unasked for, and the article has that of now."""
    line, value = mention.line, mention.value
    if value.kind != "count" or not value.counted or question.wanted.years:
        return False
    if not _BEFORE.search(line.text, line.lang) or _BEFORE_ASKED.search(question.text, question.lang):
        return False
    start, end = line.sentence.start, line.sentence.end
    return any(
        one.kind == "count" and one.counted == value.counted and not start <= one.start < end
        for one in values_of(line.article.text, line.article, line.lang)
    )


# "per kilowatt-hour", "mỗi ký": a price of one, which the whole sum is not.
_EACH_ASKED = re.compile(
    r"\bper (?!cent\b|capita\b|annum\b|year\b)|"
    r"\b(?:mỗi|một) (?:cân|ký|kg|lít|tấn|số|kwh|cổ phiếu|m2|mét|ha|vé|suất)\b"
)
_EACH_AFTER = re.compile(
    r"\s*(?:[\w$]+\s+){0,2}?(?:(?:for )?(?:per|an?|each|every)|apiece|mỗi|một|trên)\b|\s*/"
)
_EACH_BEFORE = re.compile(r"\b(?:per|each|every|mỗi|một)\b")
_EACH_REACH = 30  # characters before a value


def _whole_sum(mention: Mention, question: Question) -> bool:
    """Return whether the price of one is asked for and the value is not said to be of one."""
    value, text = mention.value, plain(mention.line.text)
    if value.kind != "amount" or not _EACH_ASKED.search(plain(question.text)):
        return False
    before = text[max(0, value.start - _EACH_REACH) : value.start]
    return not _EACH_AFTER.match(text, value.end) and not _EACH_BEFORE.search(before)


def _reversed(mention: Mention, question: Question) -> bool:
    """Return whether the sentence says of B upon A what is asked of A upon B."""
    asked, lang = statement(question.text), mention.line.lang
    if mention.value.kind not in ("rank", "ordinal"):
        if conflicting_direction(asked, mention.clause, claim_lang=question.lang, quote_lang=lang):
            return True
        return _other_subject(mention, relations(asked, question.lang))
    # "A is B's third-largest partner, and B is A's fourth": each rank has parties of its own.
    wanted = {
        (one.agent, one.target) for one in relations(asked, question.lang) if one.act.startswith("rank")
    }
    said = {
        (one.agent, one.target)
        for one in relations(mention.line.text, lang)
        if one.act == f"rank {mention.value.number}"
    }
    return bool(wanted & {(b, a) for a, b in said}) and not wanted & said


def _other_subject(mention: Mention, asked: list[Relation]) -> bool:
    """Return whether the one country that governs the value is the target of what is asked.

    "Peru has 45 projects" (in a text about Chile) does not tell how many Chile has in Peru, although
    it does not say where Peru's are.
    """
    line, value = mention.line, mention.value
    at = line.text.find(mention.clause)
    subjects = {
        name.key
        for name in line.names
        if name.kind == "country"
        and at <= name.start
        and name.end <= value.start
        and not _BOUND.search(plain(line.text[: name.start]))
    }
    return any(subjects == {one.target} and one.agent != one.target for one in asked)


_BOUND = re.compile(
    r"\b(?:in|into|to|at|on|from|of|with|for|by|tại|ở|vào|sang|cho|đến|tới|trên|từ|của|với)\s+(?:the\s+|nước\s+)?$"
)
