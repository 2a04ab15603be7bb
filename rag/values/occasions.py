"""Which time, round or phase a text speaks of: "the second round", "lần thứ hai", "giai đoạn 1"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.text.spelling import fold, is_ascii_words, plain

_NTH_EN = {
    word: n
    for n, words in enumerate(
        ("first 1st one 1 i", "second 2nd two 2 ii", "third 3rd three 3 iii", "fourth 4th four 4 iv",
         "fifth 5th five 5 v", "sixth 6th six 6", "seventh 7th seven 7", "eighth 8th eight 8"), start=1)
    for word in words.split()
}  # fmt: skip
_NTH_VI = {
    word: n
    for n, words in enumerate(
        ("nhất|một|1|đầu|đầu tiên|i", "hai|nhì|2|ii", "ba|3|iii", "tư|bốn|4|iv", "năm|5|v", "sáu|6", "bảy|7",
         "tám|8"), start=1)
    for word in words.split("|")
}  # fmt: skip
_OF_EN = {
    "time": "time", "round": "round", "rounds": "round", "phase": "phase", "stage": "phase", "term": "term",
    "attempt": "time", "tranche": "batch", "batch": "batch", "wave": "batch", "dose": "dose", "reading": "reading",
    "session": "session", "leg": "leg",
}  # fmt: skip
_OF_VI = {
    "lần": "time", "vòng": "round", "giai đoạn": "phase", "nhiệm kỳ": "term", "đợt": "batch", "mũi": "dose",
    "phiên": "session", "lượt": "leg",
}  # fmt: skip
_ORDINAL_EN = "|".join(word for word in _NTH_EN if len(word) > 2 and word not in ("one", "two", "three", "four",
                                                                                 "five", "six", "seven",
                                                                                 "eight", "iii"))  # fmt: skip
_EN = re.compile(
    rf"\b(?P<n>{_ORDINAL_EN})[ -](?:ever |and final |and last |voting |election |presidential |development |funding )?"
    rf"(?P<of>{'|'.join(_OF_EN)})\b|\b(?P<of2>round|phase|stage)[ -](?P<n2>{'|'.join(_NTH_EN)})\b"
)
_VI = re.compile(
    rf"(?<!trong )(?<!mỗi )(?<!\d )\b(?P<of>{'|'.join(_OF_VI)}) (?:bỏ phiếu |bầu cử |đấu )?(?:thứ )?"
    rf"(?P<n>{'|'.join(sorted(_NTH_VI, key=len, reverse=True))})\b"
    r"(?! (?:tháng|ngày|tuần|giờ|phút|giây|năm|số|người|trận|điểm)\b)(?![.,/-]?\d)(?! (?:19|20)\d\d)"
)
_VI_FOLDED = re.compile(fold(_VI.pattern).replace("(?p<", "(?P<"))
# "The first time since 2010", "lần đầu tiên trong ba năm": the first of some span, whichever it is.
_OF_SPAN = re.compile(r"\s*,?\s*(?:since|in (?!the\b|19|20)(?:\w+ )|kể từ|sau|trong|từ)\b")
_BARE_EN = re.compile(rf"\bthe (?P<n>{_ORDINAL_EN})(?=\W*$|\W|\s)")


@dataclass(frozen=True, slots=True)
class Occasion:
    """One of several: what they are ("time", "round", …), which it is, and where the text says so."""

    of: str
    number: int
    start: int
    end: int


def occasions(text: str, lang: str) -> list[Occasion]:
    """Return the occasions that a text counts, in order."""
    low = plain(text)
    if lang == "vi":
        folded = is_ascii_words(text)
        found = (_VI_FOLDED if folded else _VI).finditer(fold(text) if folded else low)
        of_all = {fold(word): key for word, key in _OF_VI.items()} if folded else _OF_VI
        nth = {fold(word): n for word, n in _NTH_VI.items()} if folded else _NTH_VI
        return [
            Occasion(of_all[one["of"]], nth[one["n"]], one.start(), one.end())
            for one in found
            if not _OF_SPAN.match(low, one.end())
        ]
    named = [
        Occasion(_OF_EN[one["of"] or one["of2"]], _NTH_EN[one["n"] or one["n2"]], one.start(), one.end())
        for one in _EN.finditer(low)
        if not _OF_SPAN.match(low, one.end())
    ]
    # "In the first round he had 41 percent and in the second 58": the second round.
    kinds = {one.of for one in named}
    if len(kinds) == 1:
        of = kinds.pop()
        taken = {one.start for one in named}
        named += [
            Occasion(of, _NTH_EN[one["n"]], one.start("n"), one.end("n"))
            for one in _BARE_EN.finditer(low)
            if one.start("n") not in taken
        ]
    return sorted(named, key=lambda one: one.start)
