"""The votes for and against: which of them a question asks for, and which of them a figure is."""

from __future__ import annotations

import re
from typing import Literal

from index.text.bilingual import Words
from index.text.spelling import plain
from rag.values.types import Value

Side = Literal["for", "against", "abstaining"]

_VOTING = Words(
    en=r"vot(?:e|es|ed|ing|ers?)|ballots?|in favou?r|abstain(?:ed|ing)?|abstentions?",
    vi=r"phiếu|biểu quyết|tán thành|phản đối",
)
_SIDES: tuple[tuple[Side, Words], ...] = (
    (
        "abstaining",
        Words(en=r"abstain(?:ed|ing)?|abstentions?|blank", vi=r"phiếu trắng|không biểu quyết|không bỏ phiếu"),
    ),
    (
        "against",
        Words(
            en=r"against|oppos(?:e|ed|ing)|voted no|no votes|noes|nays?",
            vi=r"phiếu chống|chống|phản đối|không (?:tán thành|đồng ý|ủng hộ|thông qua)",
        ),
    ),
    (
        "for",
        Words(
            en=r"in favou?r|voted (?:yes|for|to)|votes? for|(?:for|yes)(?! (?:years?|months?)\b)|ayes?|backed|supported|supporting",
            vi=r"phiếu thuận|thuận|(?<!không )(?:tán thành|đồng ý|ủng hộ)",
        ),
    ),
)
_ASKED_FOR = Words(  # "how many votes for", where "for" alone may be of anything
    en=r"vot(?:e|ed|es|ing)(?: were)?(?: cast)? (?:for|in favou?r|yes)|in favou?r|ayes?|yes votes|"
    r"(?:members|councillors|deputies|delegates|mps|senators|lawmakers) (?:backed|supported)",
    vi=r"phiếu (?:thuận|tán thành|ủng hộ|đồng ý)|bỏ phiếu (?:thuận|tán thành|ủng hộ)|(?<!không )tán thành",
)
_PASSED = Words(
    en=r"approv(?:e|ed|es|ing)|pass(?:ed|es)?|adopt(?:ed|s)?|voted(?: [\w-]+){0,6} to (?!\d|reject|oppose|block)[a-z]+|in favou?r|carried",
    vi=r"thông qua|tán thành|chấp thuận|phê chuẩn|đồng ý",
)
_FAILED = Words(
    en=r"reject(?:ed|s)?|defeat(?:ed)?|voted down|turned down|fail(?:ed|s)?|voted against|threw out",
    vi=r"bác bỏ|bác|không (?:được )?thông qua|phủ quyết",
)
# "23 to 22", "52 votes to 48", "52-48", "52 phiếu so với 48": for and against, by what came of it.
_OTHER_BEHIND = re.compile(r"\s*(?:votes?|phiếu)?\s*(?:to|-|–|so với)\s*\d+\b(?!\s*(?:%|percent))")
_OTHER_BEFORE = re.compile(r"\b\d+\s*(?:votes?|phiếu)?\s*(?:to|-|–|so với)\s*$")
_STOP = re.compile(r"[,;:.()]|\b(?:and|và|while|còn|with)\b|\d")
_REACH = 30  # characters before a figure in which "against:" may stand


def side_asked(question: str, lang: str) -> Side | None:
    """Return whose votes a question asks the number of; None where it names no side, or several."""
    if not _VOTING.search(question, lang):
        return None
    asked: set[Side] = {side for side, words in _SIDES if side != "for" and words.search(question, lang)}
    if _ASKED_FOR.search(question, lang):
        asked.add("for")
    return asked.pop() if len(asked) == 1 else None


def side_of(text: str, lang: str, value: Value) -> Side | None:
    """Return whose votes a figure of a sentence is, as far as its words tell."""
    if not _VOTING.search(text, lang):
        return None
    low = plain(text)
    first, second = _OTHER_BEHIND.match(low, value.end), _OTHER_BEFORE.search(low[: value.start])
    if not first and value.text.lower().endswith(("votes", "phiếu")):
        first = _OTHER_BEHIND.match(low, value.end)
    if first or second:
        passed, failed = bool(_PASSED.search(text, lang)), bool(_FAILED.search(text, lang))
        if passed == failed:
            return None
        return "for" if bool(first) == passed else "against"
    stop = _STOP.search(low, value.end)
    behind = text[value.start : stop.start() if stop else len(text)]
    if found := _first(behind, lang):
        return found
    before = text[max(0, value.start - _REACH) : value.start]
    cut = max((one.end() for one in re.finditer(r"[,;.()]|\b(?:and|và)\b|\d", plain(before))), default=0)
    return _first(before[cut:], lang)


def _first(text: str, lang: str) -> Side | None:
    found = [
        (match.start(), -match.end(), side) for side, words in _SIDES if (match := words.search(text, lang))
    ]
    return min(found)[2] if found else None
