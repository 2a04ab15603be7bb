"""Judge an answer without a judge: the same rules every time, for English and Vietnamese.

Nothing here knows how `rag` makes its answers. Every figure names its rule:

- alias: whole tokens in a row, never inside a word or a numeral ("15" is not in "2015").
- number, date: any spelling of either language, see `has_number` and `eval.figures.quantities`.
- exact match and F1: of the short answer, normalised as MLQA's official script does (Unicode punctuation
  dropped; "a, an, the" dropped for English only, "của, là, cái, chiếc, những" for Vietnamese), and with the
  two ways of placing a tone mark (hoà, hòa) made one. The language is each gold answer's own (`gold_lang`).
"""

from __future__ import annotations

import math
import re
import string
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from eval.cases import Case, Forbidden, Nugget, Number
from eval.figures import units
from eval.figures.quantities import Figure, close, date_parts, dates, figures, fold
from eval.figures.spelled import worded

Label = Literal["right", "wrong", "abstained", "refused", "answered"]

_OLD_TONES = ("òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy")
_NEW_TONES = ("oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ")
_DROPPED = {"en": re.compile(r"\b(?:a|an|the)\b"), "vi": re.compile(r"\b(?:của|là|cái|chiếc|những)\b")}
_PUNCTUATION = dict.fromkeys(
    [c for c in range(sys.maxunicode) if unicodedata.category(chr(c)).startswith("P")]
    + [ord(c) for c in string.punctuation]
)
_TOKEN = re.compile(r"\d+(?:[.,]\d+)+|%|\w+")
_MARKS = re.compile(r"\[\d+(?:\s*,\s*\d+)*\]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one answer fared, and why: the nuggets not found and the forbidden things found."""

    label: Label
    why: str = ""


def fold_tones(text: str) -> str:
    """Return lower-case NFC `text` with tone marks where the newer spelling puts them: hòa becomes hoà."""
    for old, new in zip(_OLD_TONES, _NEW_TONES, strict=True):
        text = text.replace(old, new)
    return text


def tokens(text: str) -> list[str]:
    """Return the tokens that aliases are compared by: words, and numerals with their separators."""
    return _TOKEN.findall(fold_tones(fold(text)))


def has_alias(text: str, alias: str) -> bool:
    """Return whether the tokens of `alias` stand in a row in `text`."""
    said, wanted = tokens(text), tokens(alias)
    return bool(wanted) and any(
        said[at : at + len(wanted)] == wanted for at in range(len(said) - len(wanted) + 1)
    )


def has_number(text: str, number: Number) -> bool:
    """Return whether `text` states `number` in any spelling, digits or words.

    A number without a unit is accepted, unless a "%" is asked for. One beside another currency, measure or
    "%" contradicts: 5 million crowns or tonnes are not 5 million dollars, 5 km are not 5 kg. A noun that
    several currencies share ("dollars") contradicts none of them; what is only counted ("projects") has no
    unit at all.
    """
    wanted = units.named(number.unit)
    if any(_states(figure, number, wanted) for figure in figures(text)):
        return True
    return any(
        _states(figure, number, wanted) and _meant(figure, number, line)
        for line in text.splitlines()
        for figure in worded(line)
    )


def _states(figure: Figure, number: Number, wanted: frozenset[str]) -> bool:
    agrees = bool(figure.named & wanted) or (not figure.named and units.PERCENT not in wanted)
    return agrees and any(close(value, number.value, number.tol) for value in figure.values)


SMALL = 10  # "one of", "hai bên", "năm 2015": words for such numbers are also said without counting anything


def _meant(figure: Figure, number: Number, line: str) -> bool:
    """Return whether a number in words counts: a small one only alone in its line or before its noun."""
    if figure.values[0] > SMALL or figure.named:
        return True
    folded = fold(line)
    alone = not tokens(folded[: figure.start] + folded[figure.end :])
    return alone or folded[figure.end :].lstrip(" -").startswith(fold(number.unit).removesuffix("s"))


def has_date(text: str, spec: str) -> bool:
    """Return whether `text` names a date at least as precise as `spec` that agrees with it."""
    year, month, day = date_parts(spec)
    return any(
        (year is None or found.year == year)
        and (month is None or found.month == month)
        and (day is None or found.day == day)
        for found in dates(text)
    )


def holds(text: str, thing: Nugget | Forbidden) -> bool:
    """Return whether any alias, number, date or regular expression of `thing` is found in `text`."""
    regex = thing.regex if isinstance(thing, Nugget) else None
    return (
        any(has_alias(text, alias) for alias in thing.any_of)
        or (thing.number is not None and has_number(text, thing.number))
        or (thing.date is not None and has_date(text, thing.date))
        or (
            regex is not None
            and re.search(regex, unicodedata.normalize("NFKC", text), re.IGNORECASE) is not None
        )
    )


PART = 0.5  # of the words of an alias


def has_part(short: str, nugget: Nugget) -> bool:
    """Return whether `short` is a run of words of an alias of `nugget`, and at least PART of them.

    "Other locations" is no other answer than "other locations throughout Scotland" beside a sentence that
    has it whole. Where a figure is asked for there is no part of it: "1850" is not "before 1850".
    """
    said = tokens(short)
    return any(
        has_alias(alias, short) and len(said) >= PART * len(tokens(alias)) and not figures(alias)
        for alias in nugget.any_of
    )


def without_marks(text: str) -> str:
    """Return `text` without its citation marks [1], [2, 3]."""
    return _MARKS.sub(" ", text)


def verdict(case: Case, answer: Mapping[str, Any]) -> Verdict:
    """Judge one answer (the JSON object of `rag ask`).

    Answerable: "abstained"; or "right", when every vital nugget is in `answer` or `short`, `short` (if there
    is one) holds at least one of them or a good part of it (`has_part`), and nothing forbidden is there; else
    "wrong". A partial answer is judged by the same rule: right only if nothing vital is missing. Not
    answerable: "refused" or "answered".
    """
    abstained = answer["status"] == "abstained"
    if not case.answerable:
        return Verdict("refused" if abstained else "answered")
    if abstained:
        return Verdict("abstained", str(answer.get("reason") or ""))
    short = without_marks(answer.get("short") or "")
    said = without_marks(answer["answer"])
    everything = f"{said}\n{short}"
    missing = [nugget.id for nugget in case.vital if not holds(everything, nugget)]
    if missing:
        return Verdict("wrong", f"missing: {', '.join(missing)}")
    if short and not any(holds(short, nugget) or has_part(short, nugget) for nugget in case.vital):
        return Verdict("wrong", "short answers something else")
    for forbidden in case.none_of:
        if holds((short or said) if forbidden.where == "short" else everything, forbidden):
            value = forbidden.any_of or forbidden.date or forbidden.number
            return Verdict("wrong", f"forbidden: {value}")
    return Verdict("right")


def normalise(text: str, lang: str) -> str:
    """Return `text` as compared by exact match and F1: MLQA's rule for its language, tone marks folded."""
    text = unicodedata.normalize("NFC", text).lower().translate(_PUNCTUATION)
    return fold_tones(" ".join(_DROPPED[lang].sub(" ", text).split()))


# Letters that Vietnamese alone has, but for ă and đ, which no English word has.
_VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")


def gold_lang(gold: str, case: Case) -> str:
    """Return the language by whose rule a gold short answer is compared: its own, as far as it can be told.

    Vietnamese if it has Vietnamese letters ("Nghệ An" keeps its "An" also in an English question), else the
    language of the articles: of the golds of a question across languages, the plain ones may be of either,
    and the answer is quoted from the articles.
    """
    if _VIETNAMESE.search(unicodedata.normalize("NFC", gold)):
        return "vi"
    return case.direction.rpartition("->")[2]


def of_golds(measure: Callable[[str, Sequence[str], str], float], predicted: str, case: Case) -> float | None:
    """Return the best of `measure` (`exact_match`, `f1`) over the golds, each by the rule of its language.

    None where the case has no gold short answer.
    """
    return max((measure(predicted, [gold], gold_lang(gold, case)) for gold in case.short), default=None)


def exact_match(predicted: str, golds: Sequence[str], lang: str) -> float:
    """Return 1.0 if `predicted` equals a gold after normalising by the rule of `lang`, else 0.0."""
    return float(any(normalise(predicted, lang) == normalise(gold, lang) for gold in golds))


def f1(predicted: str, golds: Sequence[str], lang: str) -> float:
    """Return the best token F1 of `predicted` over `golds`: 2PR / (P + R) on bags of tokens, 0 … 1.

    All are normalised by the rule of `lang`, as by the official scripts; `of_golds` chooses it for each gold.
    """
    return max(
        (_f1(normalise(predicted, lang).split(), normalise(gold, lang).split()) for gold in golds),
        default=0.0,
    )


def _f1(predicted: list[str], gold: list[str]) -> float:
    if not predicted or not gold:
        return float(predicted == gold)
    common = sum((Counter(predicted) & Counter(gold)).values())
    return 2 * common / (len(predicted) + len(gold))


def wilson(hits: float, n: int, z: float = 1.959964) -> tuple[float, float]:
    """Return the Wilson score interval of hits / n (doi:10.1080/01621459.1927.10502953); z = 1.96 is 95 %.

    `hits` is a whole number, or a mean of values of 0 … 1 times n, whose spread is no larger.
    """
    if n == 0:
        return (0.0, 1.0)
    p = hits / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return (max(0.0, centre - half), min(1.0, centre + half))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the nearest-rank percentile: the smallest value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
