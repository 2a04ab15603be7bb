"""Numbers that a quotation writes in words."""

from __future__ import annotations

from collections.abc import Mapping

from eval.figures.metrics import has_alias
from eval.figures.quantities import unit_words

# A quotation's number word supports the digit of a claim ("four pairs" for "4 pairs").
_UNITS = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_WORDS: Mapping[float, tuple[str, ...]] = {
    0: ("zero", "không"), 1: ("one", "một"), 2: ("two", "hai"), 3: ("three", "ba"), 4: ("four", "bốn", "tư"),
    5: ("five", "năm"), 6: ("six", "sáu"), 7: ("seven", "bảy"), 8: ("eight", "tám"), 9: ("nine", "chín"),
    10: ("ten", "mười"), 11: ("eleven", "mười một"), 12: ("twelve", "mười hai"), 13: ("thirteen", "mười ba"),
    14: ("fourteen", "mười bốn"), 15: ("fifteen", "mười lăm"), 16: ("sixteen", "mười sáu"),
    17: ("seventeen", "mười bảy"), 18: ("eighteen", "mười tám"), 19: ("nineteen", "mười chín"),
    **{
        10 * n: (english, f"{_UNITS[n - 1]} mươi")
        for n, english in enumerate(
            ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
        )
    },
}  # fmt: skip


def spelled(text: str, value: float, unit: str | None = None) -> bool:
    """Return whether `text` has the word for a number, in either language: "four", "bốn".

    `unit` asks for it too, in any spelling: "seventy percent", "hai đô la".
    """
    after = [f" {one}" for one in unit_words(unit)] if unit else [""]
    return any(has_alias(text, word + tail) for word in _WORDS.get(value, ()) for tail in after)
