"""Numbers written in words, in either language: "twelve", "two hundred and five million", "hai mươi lăm".

Only whole runs count: "twenty-five" is neither 20 nor 5. As in `eval.figures.quantities`, nothing is taken
from the program that is judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from eval.figures import units
from eval.figures.quantities import Figure, close, fold

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_MOT = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_DIGITS: Mapping[str, int] = {
    "zero": 0, "không": 0, "a": 1, "mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5, "bẩy": 7, "mười": 10,
    **{word: n for words in (_ONES, _MOT) for n, word in enumerate(words, start=1)},
    **{word: n for n, word in enumerate(_TEENS, start=10)},
    **{word: 10 * n for n, word in enumerate(_TENS, start=2)},
}  # fmt: skip
_SCALES: Mapping[str, float] = {
    "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "nghìn": 1e3, "ngàn": 1e3, "triệu": 1e6, "tỷ": 1e9, "tỉ": 1e9,
}  # fmt: skip
_FILLERS = frozenset({"and", "linh", "lẻ"})


def _any(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(words)})"


def _number(hundreds: str, scale: str, one: str, joint: str) -> str:
    """Return the pattern of a number: hundreds of falling scales, then hundreds without one."""
    more = rf"(?:[ -]{hundreds}[ -]{scale})*(?:[ -]{joint}{hundreds}(?![ -]{scale}))?"
    return rf"(?:(?:{hundreds}|{one})[ -]{scale}{more}|{one}[ -]hundred|{hundreds})"


_SMALL = rf"(?:{_any(_TENS)}(?:[ -]{_any(_ONES)})?|{_any(_TEENS)}|{_any(_ONES)}|zero)"
_HUNDREDS = rf"(?:(?:{_SMALL}|a)[ -]hundred(?:[ -](?:and )?{_SMALL})?|{_SMALL})"
_D = _any((*_MOT, "bẩy"))
_LAST = _any((*_MOT, "bẩy", "mốt", "tư", "lăm", "nhăm"))
_HAI_SO = rf"(?:{_D} mươi(?: {_LAST})?|mười(?: {_LAST})?|{_D}|tư|không)"
_TRAM = rf"(?:{_D} trăm(?: (?:linh|lẻ) {_LAST}| {_HAI_SO})?|{_HAI_SO})"
_ENGLISH_SCALE = _any(("thousand", "million", "billion", "trillion"))
_VIETNAMESE_SCALE = "(?:(?:nghìn|ngàn) (?:tỷ|tỉ)|nghìn|ngàn|triệu|tỷ|tỉ)"
_RUN = re.compile(
    rf"(?<!\w)(?:{_number(_HUNDREDS, _ENGLISH_SCALE, 'a', '(?:and )?')}"
    rf"|{_number(_TRAM, _VIETNAMESE_SCALE, 'một', '')})(?!\w)"
)
# "thứ sáu" is Friday or the sixth, "tháng mười hai" December: no count.
_ORDER = re.compile(r"(?:thứ|tháng|ngày|mùng|mồng) $")


def worded(text: str) -> list[Figure]:
    """Return the numbers that `text` writes in words, in order; places are characters of `fold(text)`."""
    folded = fold(text)
    written = re.sub(r"[\s_]+", " ", text)
    if len(written) != len(folded):
        written = folded
    found: list[Figure] = []
    for match in _RUN.finditer(folded):
        if _ORDER.search(folded, 0, match.start()):
            continue
        value, scale = _value(re.split(r"[ -]", match[0]))
        unit = units.behind(folded, match.end(), written, scaled=scale > 1)
        money, meanings = (unit.money, unit.meanings) if unit else (None, frozenset())
        found.append(Figure((value,), money, *match.span(), scale, meanings))
    return found


def _value(words: list[str]) -> tuple[float, float]:
    """Return the value of a run and the scale that it ends in."""
    total, below, scale = 0.0, 0.0, 1.0
    for word in words:
        before, scale = scale, _SCALES.get(word, 1.0)
        if scale > 1 and before > 1:  # "nghìn tỷ"
            total *= scale
        elif scale > 1:
            total, below = total + (below or 1) * scale, 0.0
        elif word in ("hundred", "trăm"):
            below = (below or 1) * 100
        elif word == "mươi":
            # "hai trăm ba mươi": only its last digit is of tens
            below += 9 * (below % 10)
        elif word not in _FILLERS:
            below += _DIGITS[word]
    return total + below, scale


def spelled(text: str, value: float, unit: str | None = None) -> bool:
    """Return whether `text` has a number in words: "four", "bốn".

    `unit` asks for it too, in any spelling: "seventy percent", "hai đô la".
    """
    return any(
        close(figure.values[0], value) and (unit is None or unit == figure.unit or unit in figure.named)
        for figure in worded(text)
    )
