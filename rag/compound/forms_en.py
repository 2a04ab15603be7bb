"""How English asks to compare two values; patterns are matched on plain text without its question mark."""

from __future__ import annotations

import re

from index.text.spelling import plain
from rag.compound.sides import Form, Rule, Sides, beside, both, groups, only_time, pair, time_of, value_of

_BE = r"(?P<aux>is|are|was|were|will be)"
_GROW = (
    r"(?:grow|grown|rise|risen|fall|fallen|increased?|decreased?|drop|dropped|declined?|shrink|shrunk|changed?|"
    r"climb|climbed|expand|expanded|improved?|narrow|narrowed|widen|widened|eased?|worsen|worsened|"
    r"(?:go|gone) (?:up|down))"
)
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_NTH = r"(?:first|second|third|fourth|1st|2nd|3rd|4th)"
# A year, a month or a quarter; of two the first may leave to the second what both have.
_TIME = rf"(?:(?:{_MONTH} )?(?:19|20)\d\d|{_MONTH}|(?:the )?{_NTH} quarter(?: of (?:19|20)\d\d)?|q[1-4](?: (?:19|20)\d\d)?)"
_PERIOD = rf"(?:between|from) (?P<one>{_TIME}|(?:the )?{_NTH}) (?:and|to) (?P<two>{_TIME})"
_AGAINST = rf"(?:in|during) (?P<two>{_TIME}),? (?:compared (?:with|to)|from|versus|over|on) (?P<one>{_TIME})"
# "one", "of the two", "county": whatever noun the two are called by.
_ONE_OF = r"(?: (?:one|of (?:them|the two|these)|(?!of\b|the\b|(?:is|was|are|were|has|have|had|came)\b)[a-z][\w-]*(?: (?!(?:is|was|are|were|has|have|had|came)\b)[a-z][\w-]*)?))?"  # fmt: skip
_ORDER = r"(?P<order>first|earlier|later|last)"
_CHOICE = r"\s*[,:;]\s*(?P<sides>.+)$"


def _higher(match: re.Match[str], text: str) -> Sides | None:
    a, aux, b = groups(match, text, "a", "aux", "b")
    aux = "is" if aux == "will be" else aux
    return both("difference", a, beside(a, b, "en"), lambda thing: value_of(thing, "en", aux), "en")


def _many_more(match: re.Match[str], text: str) -> Sides | None:
    noun, aux, clause, b = groups(match, text, "noun", "aux", "clause", "b")
    other = beside(clause, re.sub(r"\s+(?:does|do|did|has|have|had)$", "", b), "en")
    if len(other.split()) < len(clause.split()):
        return None  # the second side says too little to be asked for
    return Sides(
        "difference", (clause, other), (f"How many {noun} {aux} {clause}?", f"How many {noun} {aux} {other}?")
    )


def _grew(match: re.Match[str], text: str) -> Sides | None:
    thing, one, two = groups(match, text, "thing", "one", "two")
    times = _in_full(one, two)
    if times is None:
        return None
    one, two = times
    labels = f"{thing} in {one}", f"{thing} in {two}"
    return Sides("change", labels, (value_of(labels[0], "en", "was"), value_of(labels[1], "en", "was")))


def _in_full(one: str, two: str) -> tuple[str, str] | None:
    """Return two times with what each leaves to the other: "the first to the second quarter of 2025".

    None where one leaves its year to a time of another kind, or both are quarters of no year.
    """
    if re.fullmatch(rf"(?:the )?{_NTH}", plain(one)):
        if "quarter" not in plain(two):
            return None
        one = f"{one} quarter"
    years = [re.search(r"(?:19|20)\d\d", time) for time in (one, two)]
    if all(years):
        return one, two
    kinds = [_unit(time) for time in (one, two)]
    if kinds[0] != kinds[1]:
        return None
    if not any(years):
        return (one, two) if kinds[0] == "month" else None
    joint = " of" if "quarter" in plain(one) else ""
    if years[1] and not years[0]:
        one = f"{one}{joint} {years[1][0]}"
    elif years[0] and not years[1]:
        joint = " of" if "quarter" in plain(two) else ""
        two = f"{two}{joint} {years[0][0]}"
    return one, two


def _unit(time: str) -> str:
    low = plain(time)
    return "quarter" if re.match(r"q\d|.*quarter", low) else "month" if re.match(_MONTH, low) else "year"


def _apart(match: re.Match[str], text: str) -> Sides | None:
    aux, thing, sides = groups(match, text, "aux", "thing", "sides")
    found = pair(sides, "and")
    if found and thing:
        joint = "in" if all(only_time(one, "en") for one in found) else "of"
        found = (f"{thing} {joint} {found[0]}", f"{thing} {joint} {found[1]}")
    return both("difference", *found, lambda one: value_of(one, "en", aux), "en") if found else None


def _summed(match: re.Match[str], text: str) -> Sides | None:
    aux, sides = groups(match, text, "aux", "sides")
    found, aux = pair(sides, "and"), {"are": "is", "were": "was"}.get(aux, aux)
    return both("sum", *found, lambda one: value_of(one, "en", aux), "en") if found else None


def _which_is(match: re.Match[str], text: str) -> Sides | None:
    aux, degree, when, sides = groups(match, text, "aux", "degree", "when", "sides")
    found = pair(sides, "or")
    if not found:
        return None
    when = when or time_of(found[1], "en")  # "trade with A or trade with B in 2024": in 2024 both
    dated = [f"{one} {when}" if when and not time_of(one, "en") else one for one in found]
    form: Form = "smaller" if plain(degree) in ("smaller", "lower") else "larger"
    asked = both(form, dated[0], dated[1], lambda one: value_of(one, "en", aux), "en")
    return Sides(form, found, asked.questions)


def _which_has(match: re.Match[str], text: str) -> Sides | None:
    verb, degree, noun, rest, sides = groups(match, text, "verb", "degree", "noun", "rest", "sides")
    found = pair(sides, "or")
    if not found:
        return None
    form: Form = "smaller" if plain(degree) == "fewer" else "larger"
    aux, rest = "did" if verb == "had" else "does", f" {rest}" if rest else ""
    one, two = (f"How many {noun} {aux} {name} have{rest}?" for name in found)
    return Sides(form, found, (one, two))


def _years_between(match: re.Match[str], text: str) -> Sides | None:
    found = pair(groups(match, text, "sides")[0], "and")
    if not found or any(only_time(one, "en") for one in found):
        return None
    return both("years", *found, lambda one: f"When was {one}?", "en")


def _came_first(match: re.Match[str], text: str) -> Sides | None:
    order, sides = groups(match, text, "order", "sides")
    found = pair(sides, "or")
    return both(_in_time(order), *found, lambda one: f"When was {one}?", "en") if found else None


def _did_first(match: re.Match[str], text: str) -> Sides | None:
    verb, order, sides = groups(match, text, "verb", "order", "sides")
    found = pair(sides, "or")
    if not found:
        return None
    one, two = (f"When was it that {name} {verb}?" for name in found)
    return Sides(_in_time(order), found, (one, two))


def _in_time(order: str) -> Form:
    return "later" if plain(order) in ("last", "later") else "earlier"


RULES: tuple[Rule, ...] = tuple(
    (re.compile(pattern), build)
    for pattern, build in (
        (rf"^(?:by )?how much (?:higher|lower|larger|bigger|greater|smaller|more|less) {_BE} (?P<a>.+?) than (?P<b>.+)$", _higher),
        (r"^how many (?:more|fewer) (?P<noun>[\w' -]+?) (?P<aux>do|does|did|has|have|had) (?P<clause>.+?) than (?P<b>.+)$", _many_more),
        (rf"^(?:by )?how (?:(?:much|many [\w ]+?) )?(?:did|has|have) (?P<thing>.+?) {_GROW} {_PERIOD}$", _grew),
        (rf"^(?:by )?how (?:(?:much|many [\w ]+?) )?(?:did|has|have) (?P<thing>.+?) {_GROW} {_AGAINST}$", _grew),
        (rf"^{_PERIOD},? (?:by )?how (?:(?:much|many [\w ]+?) )?(?:did|has|have) (?P<thing>.+?) {_GROW}$", _grew),
        (r"^what (?P<aux>is|was) the difference (?:in (?P<thing>(?:(?!between).)+?) )?between (?P<sides>.+)$", _apart),
        (r"^what (?P<aux>is|was) the (?:sum|total|combined total) of (?P<sides>.+)$", _summed),
        (r"^how much (?P<aux>is|was|are|were) (?P<sides>.+) (?:together|combined|altogether|taken together|in total)$", _summed),
        (rf"^which{_ONE_OF} {_BE} (?:the )?(?P<degree>larger|bigger|higher|greater|smaller|lower)(?P<when> in (?:19|20)\d\d)?{_CHOICE}", _which_is),
        (rf"^(?:which{_ONE_OF}|who) (?P<verb>has|have|had) (?P<degree>more|fewer) (?P<noun>[\w-]+(?: (?!(?:in|at|with|of|from)\b)[\w-]+)?)(?P<rest> .+?)?{_CHOICE}", _which_has),
        (r"^how many years (?:(?:passed|are there|were there|lie|lay|elapsed|went by|are|were) )?between (?P<sides>.+)$", _years_between),
        (rf"^which{_ONE_OF} (?:came|was|happened|is|took place) {_ORDER}{_CHOICE}", _came_first),
        (rf"^(?:which{_ONE_OF}|who) (?P<verb>.+?) {_ORDER}{_CHOICE}", _did_first),
    )
)  # fmt: skip
