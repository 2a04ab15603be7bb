"""One thing asked of two times, taken apart.

"How did it vote in January and in April 2025?" is "… in January 2025?" and "… in April 2025?". What was in
January and what was in April mostly stand in two articles, so each is asked for alone. "Between 2020 and
2024" is one time; and a question for a date, a reason, a difference, or for yes or no, is about both at once.
"""

from __future__ import annotations

import re

from index.records import Lang
from rag.compound.lending import TIMES
from rag.compound.several import Part
from rag.question import Question
from rag.values import find_values

# What may stand between two times that are asked of apart; group "lead" belongs to the second.
_JOINT = {
    "en": re.compile(
        r",?\s+and\s+(?P<lead>(?:(?:also|then)\s+)?(?:(?:in|on|at|for|during|by)\s+)?)$", re.IGNORECASE
    ),
    "vi": re.compile(
        r",?\s+(?:và|va)\s+(?P<lead>(?:(?:vào|vao|trong|hồi|hoi|cuối|cuoi|đầu|dau|năm|nam)\s+)*)$",
        re.IGNORECASE,
    ),
}
_LED = {
    "en": re.compile(r"(?:(?:in|on|at|for|during|by)\s+)?$", re.IGNORECASE),
    "vi": re.compile(r"(?:(?:vào|vao|trong|hồi|hoi|cuối|cuoi|đầu|dau|năm|nam)\s+)*$", re.IGNORECASE),
}
_SPAN = {
    "en": re.compile(r"\b(?:between|from|since)\s+$", re.IGNORECASE),
    "vi": re.compile(r"\b(?:giữa|giua|từ|tu|kể từ|ke tu)\s+$", re.IGNORECASE),
}
_YEARS = re.compile(r"(\d{4}),?\s+(?:and|và|va)\s+(\d{4})")
_AT_ONCE = re.compile(
    r"\b(?:differen\w+|differs?|compared?|change[ds]?|both|"
    r"chênh lệch|chenh lech|so sánh|so sanh|so với|so voi|khác|khac|thay đổi|thay doi)\b",
    re.IGNORECASE,
)
_KINDS = ("date", "year", "reason", "duration")  # of which one answer is for both times
_EACH = re.compile(r",?\s+(?:respectively|lần lượt|lan luot)\b", re.IGNORECASE)


def split(question: Question) -> list[Part]:
    """Return the question for each of the two times that it asks of; empty if it is one."""
    text, lang = question.text, question.lang
    if question.follows or question.yes_or_no or question.wanted.kind in _KINDS or _AT_ONCE.search(text):
        return []
    places = _two_times(text, lang)
    led = _LED[lang].search(text[: places[0]]) if places else None
    joint = _JOINT[lang].match(text[places[1] : places[2]]) if places else None
    if not places or not led or not joint or _SPAN[lang].search(text[: led.start()]):
        return []
    first, second = (
        led[0] + text[places[0] : places[1]],
        (joint["lead"] or led[0]) + text[places[2] : places[3]],
    )
    year = re.search(r"\d{4}", second)
    if year and not re.search(r"\d{4}", first):
        first += f" {year[0]}" if lang == "en" else f" năm {year[0]}"
    before, after = text[: led.start()], _EACH.sub("", text[places[3] :])
    return [Part(whole, whole) for whole in (f"{before}{time}{after}" for time in (first, second))]


def _two_times(text: str, lang: Lang) -> tuple[int, int, int, int] | None:
    """Return where the only two times of a text start and end; "2020 and 2024" is read as one value."""
    times = [one for one in find_values(text, lang) if one.kind in TIMES]
    if len(times) == 1 and (years := _YEARS.fullmatch(times[0].text)):
        at = times[0].start
        return at + years.start(1), at + years.end(1), at + years.start(2), at + years.end(2)
    return (times[0].start, times[0].end, times[1].start, times[1].end) if len(times) == 2 else None
