"""Ordinals, ranks and centuries: "11th", "thứ tư", "second-largest", "lớn thứ hai", "thế kỷ 19"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from index.text import glossary
from index.text.spelling import listed
from rag.values.types import Value

_EN_ORDINALS = {word: n for n, word in enumerate(
    listed(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
        "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
    ), start=1)} | {
    "twenty-first": 21, "thirtieth": 30, "fortieth": 40, "fiftieth": 50, "sixtieth": 60, "seventieth": 70,
    "hundredth": 100}  # fmt: skip
_VI_ORDINALS = {"nhất": 1, "nhì": 2, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8,
                "chín": 9, "mười": 10, "mười một": 11, "mười hai": 12, "mười ba": 13, "mười bốn": 14, "mười lăm": 15,
                "mười sáu": 16, "mười bảy": 17, "mười tám": 18, "mười chín": 19, "hai mươi": 20,
                "hai mươi mốt": 21}  # fmt: skip
_ROMAN = {"i": 1, "v": 5, "x": 10}


def either(words: Iterable[str]) -> str:
    """Return a regular expression that matches any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))


_EN_WORD = rf"(?:\d+(?:st|nd|rd|th)|{either(_EN_ORDINALS)})"
_VI_WORD = rf"(?:\d+|{either(_VI_ORDINALS)})"
_EN_ORDINAL = re.compile(rf"\b{_EN_WORD}\b")
_EN_CENTURIES = re.compile(
    rf"\b(?P<a>{_EN_WORD})(?:(?:,| and| to| or| through|-)\s?(?:the )?(?P<b>{_EN_WORD}))?[ -](?:centur(?:y|ies))\b"
)
_VI_CENTURIES = re.compile(
    rf"\bthế k[ỷỉ] (?:thứ )?(?P<a>{_VI_WORD}|[ivx]+)(?:(?: và|,| đến|-)\s?(?:thế k[ỷỉ] )?(?:thứ )?(?P<b>{_VI_WORD}|[ivx]+))?\b"
)
_VI_ORDINAL = re.compile(
    rf"\bthứ (?P<n>{_VI_WORD})\b|\b(?:hạng|cấp|bậc) (?P<m>\d{{1,3}}|nhất|nhì|hai|ba|bốn)\b|\b(?P<first>(?:lần )?đầu tiên|lần đầu)\b"
)
_VI_WEEKDAY = re.compile(r"(?:ngày|sáng|chiều|tối|trưa|đêm|hôm)\s$")
_VI_WEEKDAY_AFTER = re.compile(r"(?:,? ngày|\s?\((?:ngày )?\d{1,2}/|,? \d{1,2}/|,? tuần| hàng tuần| vừa qua)")
# A capital marks the weekday: "thứ Ba" is Tuesday, "thứ ba" the third.
_ANNIVERSARY = re.compile(r"[ -](?:founding |diplomatic |birth |wedding )?anniversary\b")
_BIRTHDAY = re.compile(r"[ -]birthday\b")
# "First, …" and "Thứ nhất, …" open an argument; "third of" is a fraction; "second hand" is an idiom.
_EN_NOT_ORDINAL = re.compile(r"\s*,|[- ](?:to none|of all|hand|rate|half)\b|ly\b")
_VI_OPENING = re.compile(r"(?:^|[.;:!?\n])\s*$")


@lru_cache(maxsize=1)
def _superlatives() -> tuple[re.Pattern[str], re.Pattern[str]]:
    english, vietnamese = glossary.spellings("superlative", "en"), glossary.spellings("superlative", "vi")
    return (
        re.compile(rf"\b(?:(?P<n>{_EN_WORD})[ -])?(?P<w>{either(english)})\b"),
        re.compile(rf"\b(?P<w>{either(vietnamese)})(?: (?P<top>nhất)| (?:thứ|hạng|số) (?P<n>{_VI_WORD}))\b"),
    )


def _vietnamese(word: str) -> int:
    if word.isdigit():
        return int(word)
    if word in _VI_ORDINALS:
        return _VI_ORDINALS[word]
    total = 0
    for this, following in zip(word, f"{word[1:]} ", strict=True):
        value = _ROMAN[this]
        total += -value if _ROMAN.get(following, 0) > value else value
    return total


def _english(word: str) -> int:
    digits = re.match(r"\d+", word)
    return int(digits[0]) if digits else _EN_ORDINALS[word]


def _ordinal(
    match: re.Match[str], rank: int, *, group: int | str = 0, unit: str | None = None, weak: bool = False
) -> Value:
    return Value("ordinal", match.start(group), match.end(group), "", Decimal(rank), unit=unit, weak=weak)


def _centuries(text: str, lang: str) -> list[Value]:
    pattern, read = (_VI_CENTURIES, _vietnamese) if lang == "vi" else (_EN_CENTURIES, _english)
    return [
        _ordinal(match, read(match[group]), group=group, unit="century")
        for match in pattern.finditer(text)
        for group in ("a", "b")
        if match[group]
    ]


def _ranks(text: str, lang: str) -> list[Value]:
    english, vietnamese = _superlatives()
    found = []
    for match in (vietnamese if lang == "vi" else english).finditer(text):
        unit = glossary.spellings("superlative", lang)[match["w"]]
        if lang == "vi":
            rank = 1 if match["top"] else _vietnamese(match["n"])
        else:
            rank = _english(match["n"]) if match["n"] else 1
        # "at its best", "mới nhất": figures of speech, and translators change the adjective.
        weak = rank == 1 and unit in ("good", "bad", "young", "important", "strong", "close")
        found.append(Value("rank", match.start(), match.end(), "", Decimal(rank), unit=unit, weak=weak))
    return found


def _plain_ordinals(text: str, lang: str, original: str) -> list[Value]:
    found: list[Value] = []
    if lang == "vi":
        for match in _VI_ORDINAL.finditer(text):
            before = text[max(0, match.start() - 8) : match.start()]
            if match["first"]:
                found.append(_ordinal(match, 1, weak=True))
            elif match["n"] and (
                original[match.start("n")].isupper()
                or _VI_WEEKDAY.search(before)
                or _VI_WEEKDAY_AFTER.match(text, match.end())
            ):
                continue
            else:
                rank = _vietnamese(match["n"] or match["m"])
                opening = _VI_OPENING.search(text[: match.start()]) and text[
                    match.end() : match.end() + 1
                ] in (",", ":")
                found.append(_ordinal(match, rank, weak=bool(opening) or rank == 1))
        return found
    for match in _EN_ORDINAL.finditer(text):
        before = text[max(0, match.start() - 8) : match.start()]
        if _EN_NOT_ORDINAL.match(text, match.end()) or re.search(r"\d\s$", before):
            continue
        if re.search(r"\b(?:a|one)[ -]$", before) and re.match(r" of\b", text[match.end() : match.end() + 3]):
            continue  # "a third of"
        rank = _english(match[0])
        if _ANNIVERSARY.match(text, match.end()) or _BIRTHDAY.match(text, match.end()):
            # "70th anniversary" is "kỷ niệm 70 năm"
            found.append(Value("duration", match.start(), match.end(), "", Decimal(rank * 12), unit="month"))
        else:
            found.append(_ordinal(match, rank, weak=rank == 1))
    return found


def find_ordinals(text: str, lang: str, original: str) -> list[Value]:
    """Return the ordinals and ranks of `spelling.plain` text; a later one may lie inside an earlier.

    `original` is the text before lower-casing.
    """
    return [*_centuries(text, lang), *_ranks(text, lang), *_plain_ordinals(text, lang, original)]
