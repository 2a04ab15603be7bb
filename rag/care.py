"""How much time an answer may take, and how sure it must be: fast, normal, careful.

Measured on 680 development questions, 520 of them answerable, on the same readings of the 1.5B model with its
adapter, everything fitted on other articles than those asked about (`python -m eval.calibrate answers`,
eval/LOG.md); right / wrong / withheld, and falsely answered of the 160 without an answer:

    fast     1.0 readings a question   202 / 59 / 259   14
    normal   2.5                       225 / 44 / 251   10
    careful  2.6                        99 / 10 / 411    1
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from index.errors import BadFilter

CareName = Literal["fast", "normal", "careful"]


@dataclass(frozen=True, slots=True)
class Care:
    """What is traded for what: readings and wording for seconds, answers for certainty.

    `sources` (1 … 3) are read at most, and reading ends early at an answer of probability `enough`. The
    answer are few words that are as probable as `short`; else a sentence, quoted as it stands, that answers
    as probably as `threshold`; else there is none. Such a sentence also stands in for few words of its own
    that are no value, name or figure and less probable than `exact`. Where no sentence is weighed
    (`rag.deciding.quoting`), few words must be as probable as `alone`. Unless `wording`, the model words no
    sentence: the article's own stands for it, or the few words.
    """

    name: CareName
    sources: int = 3
    enough: float = 0.9  # a reading costs 1.5 to 3 seconds; the curve is in eval/LOG.md
    # Lower, more of what is added is wrong or false than right (eval/LOG.md).
    short: float = 0.6
    exact: float = 0.95  # the sentence around other words is right more often than they, nearly up to here
    threshold: float = 0.6
    alone: float = 0.45  # a question for yes or no, or a model that is not looked into (eval/LOG.md)
    wording: bool = True


NORMAL = Care("normal")
CARES: Mapping[str, Care] = {
    "fast": Care("fast", sources=1, wording=False),
    "normal": NORMAL,
    # Reading on takes some sure answers back.
    "careful": Care("careful", enough=1.0, short=0.85, threshold=0.85, alone=0.7),
}

_WRITTEN = re.compile(r"(?<!\S)care:(\S+)", re.IGNORECASE)


def written(question: str) -> tuple[str, CareName | None]:
    """Return a question without the care that is written into it, as filters are, and that care.

    >>> written("care:careful How long is the bridge?")
    ('How long is the bridge?', 'careful')

    Raises `index.errors.BadFilter` for one that does not exist, or two.
    """
    found = _WRITTEN.findall(question)
    if not found:
        return question, None
    names = ", ".join(CARES)
    if len(found) > 1:
        raise BadFilter(f"care: is given {len(found)} times\nwrite one of {names} after it, once")
    if found[0].lower() not in CARES:
        raise BadFilter(f"care:{found[0]} is not known\nwrite one of {names} after care:")
    return " ".join(_WRITTEN.sub(" ", question).split()), cast(CareName, found[0].lower())
