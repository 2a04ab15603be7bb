"""Whether a quotation holds the values of a claim, whatever their spelling and language."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from rag.values.changes import trend
from rag.values.dates import PartialDate
from rag.values.money import same_currency
from rag.values.quantities import find_values
from rag.values.types import Value

_OPPOSED = {("over", "under"), ("over", "nearly"), ("under", "over"), ("nearly", "over")}


def same_value(a: Value, b: Value) -> bool:
    """Return whether claim value `a` says what `b` of a quotation says.

    Numbers are equal in value and compatible in unit; "nearly" and "about" do not matter, "over"
    against "under" does. A date of `a` may be less precise than that of `b`, never more.
    """
    if a.date and b.date:
        return _same_date(a, b)
    if a.date or b.date:
        return _is_bare_year(a, b)
    if a.number is None or b.number is None or (a.approx, b.approx) in _OPPOSED:
        return False
    return _same_number(a, b) and _same_unit(a, b)


def _is_bare_year(a: Value, b: Value) -> bool:
    """Return whether a bare "1519" in one text is the year 1519 of the other."""
    year, number = (a, b) if a.date else (b, a)
    if number.kind != "number" or not year.date or year.date_to:
        return False
    return year.date == PartialDate(int(number.number or 0))


def _same_number(a: Value, b: Value) -> bool:
    if (a.counted == "age" and b.kind == "number") or (b.counted == "age" and a.kind == "number"):
        years, bare = (a, b) if a.counted == "age" else (b, a)
        return years.number == (bare.number or 0) * 12
    if a.number_to is not None or b.number_to is not None:
        return (a.number, a.number_to) == (b.number, b.number_to)
    if a.number == b.number or _close(a, b):
        return True
    # The same characters read by two languages: "5,608" copied into a Vietnamese sentence.
    return (
        bool(a.alternatives)
        and a.number in b.alternatives
        and b.number in a.alternatives
        and _literal(a) == _literal(b)
    )


def _close(a: Value, b: Value) -> bool:
    # Thirds have no finite decimal; anything else must be exactly equal.
    return a.number is not None and b.number is not None and abs(a.number - b.number) < Decimal("1e-9")


def _literal(value: Value) -> str:
    match = re.search(r"[\d.,]*\d", value.text)
    return match[0] if match else value.text


_NUMERIC: frozenset[str] = frozenset({"number", "count"})
# "Người khách" are passengers and guests.
_PEOPLE = frozenset({"person", "child", "tourist", "member", "leader"})
_ORDERED: frozenset[str] = frozenset({"ordinal", "rank"})


def _same_unit(a: Value, b: Value) -> bool:
    if a.kind in _ORDERED or b.kind in _ORDERED:
        if not (a.kind in _ORDERED and b.kind in _ORDERED):
            return False
        return a.unit == b.unit or a.unit is None or b.unit is None
    if a.kind in _NUMERIC and b.kind in _NUMERIC:
        # Different nouns conflict only when the glossary knows both: "ventures" may be "projects".
        nouns = {a.noun, b.noun}
        return None in nouns or len(nouns) == 1 or ("person" in nouns and nouns <= _PEOPLE)
    if a.counted == "age" or b.counted == "age":
        return a.unit == b.unit or "number" in (a.kind, b.kind)
    if a.unit is None or b.unit is None:
        return a.unit is None and a.kind == "number"
    return same_currency(a.unit, b.unit)


def _same_date(a: Value, b: Value) -> bool:
    assert a.date is not None
    assert b.date is not None
    theirs = [b.date] + ([b.date_other] if b.date_other else [])
    ours = [a.date] + ([a.date_other] if a.date_other else [])
    if a.date_to is not None:
        return b.date_to is not None and b.date.within(a.date) and b.date_to.within(a.date_to)
    if b.date_to is not None:
        # A year or month is named by the period that lies in it, or is one of its two ends.
        ends = (b.date, b.date_to)
        return any(end.within(one) for end in ends for one in ours)
    return any(their.within(one) for their in theirs for one in ours)


def _with_year(value: Value, years: Sequence[int]) -> list[Value]:
    if value.date is None or value.date.year is not None:
        return [value]
    out = [value]
    for year in years:
        date_to = value.date_to._replace(year=year) if value.date_to else None
        out.append(replace(value, date=value.date._replace(year=year), date_to=date_to))
    return out


def supports(
    claim_text: str,
    quote_text: str,
    *,
    claim_lang: str,
    quote_lang: str,
    context_dates: Sequence[dt.date] = (),
) -> list[Value]:
    """Return the values of the claim that the quotation does not hold; empty means it holds them all.

    `context_dates` are the dates of the quoted article, the surest first: they give the year to
    "12/1" and a meaning to "last year" in the quotation.
    """
    reference = context_dates[0] if context_dates else None
    years = sorted({date.year for date in context_dates}, reverse=True)
    quoted = [
        full
        for value in find_values(quote_text, quote_lang, reference=reference)
        for full in _with_year(value, years)
    ]
    claimed = find_values(claim_text, claim_lang)
    quoted += [end for value in quoted for end in _ends_if_both(value, claimed)]
    if trend(claim_text) == "down":  # "fell by 3.8 %" is what a table calls "-3.8 %"
        quoted += [
            replace(value, number=-value.number) for value in quoted if value.number and value.number < 0
        ]
    return [value for value in claimed if not value.weak and not _held(value, quoted)]


def _ends(value: Value) -> tuple[Value, Value] | None:
    """Return the two ends of a period or of "10-15 billion" as values of their own."""
    if value.date_to is not None:
        return replace(value, date_to=None), replace(value, date=value.date_to, date_to=None)
    if value.number_to is not None:
        return replace(value, number_to=None), replace(value, number=value.number_to, number_to=None)
    return None


def _ends_if_both(quoted: Value, claimed: Sequence[Value]) -> tuple[Value, ...]:
    """Return the ends of a quoted span if the claim names both of them."""
    ends = _ends(quoted)
    if ends and all(any(same_value(value, end) for value in claimed) for end in ends):
        return ends
    return ()


def _held(value: Value, quoted: Sequence[Value]) -> bool:
    if any(same_value(value, other) for other in quoted):
        return True
    ends = _ends(value)
    return ends is not None and all(any(same_value(end, other) for other in quoted) for end in ends)
