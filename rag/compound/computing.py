"""Exact arithmetic with two quoted values: difference, sum, years between, which is larger or earlier.

Nothing is computed unless both values are surely what is wanted: nothing speaks against either, they are in
one unit, they stand in different places, and what was rounded is not compared more finely than it was given.
A computed number stands in no quotation, so its claim carries the operands, and is checked by reading them
from the quotations again (`recomputed`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from rag.answer import Citation, Computed, Operand, Operation
from rag.checks.verify import Finding
from rag.compound.comparing import IN_TIME
from rag.compound.sides import Form
from rag.values import Kind, PartialDate, Value, find_values

_COUNTED: frozenset[Kind] = frozenset({"count", "number"})
OPERATION: Mapping[Form, Operation] = {
    "difference": "difference", "change": "difference", "sum": "sum", "years": "years",
    "larger": "larger", "smaller": "smaller", "earlier": "earlier", "later": "later",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """What came of two values, and whether it is only about right."""

    operation: Operation
    value: Decimal  # in whole units; of an order the place of the operand that is it, 1 or 2, or 0
    about: bool = False


def compute(form: Form, one: Finding, two: Finding) -> Result | None:
    """Return what `form` asks of two findings; None if it cannot be told for certain."""
    if one.objections or two.objections or one.partial or two.partial:
        return None
    if one.mention is None or two.mention is None or _same_place(one, two):
        return None
    a, b = one.mention.value, two.mention.value
    if a.relative or b.relative or a.number_to is not None or b.number_to is not None:
        return None
    if form in IN_TIME:
        return _in_time(OPERATION[form], a.date, b.date) if not (a.date_to or b.date_to) else None
    return _of_numbers(OPERATION[form], a, b) if comparable(a, b) else None


def _same_place(one: Finding, two: Finding) -> bool:
    """Return whether both rest on one value of one sentence: then it answers for one of them at most."""
    assert one.mention is not None
    assert two.mention is not None
    a, b = one.mention, two.mention
    places = [(m.line.article.id, m.line.sentence.start, m.value.start) for m in (a, b)]
    return places[0] == places[1]


def comparable(a: Value, b: Value) -> bool:
    """Return whether two quantities are of one kind and unit; "thousand" and "million" are read already."""
    if a.number is None or b.number is None or a.date or b.date:
        return False
    nouns = {a.noun, b.noun} - {None}
    kinds = {a.kind, b.kind}
    return (len(kinds) == 1 or kinds <= _COUNTED) and a.unit == b.unit and len(nouns) < 2


def _of_numbers(operation: Operation, a: Value, b: Value) -> Result | None:
    assert a.number is not None
    assert b.number is not None
    if operation == "sum":
        return Result("sum", a.number + b.number, bool(a.approx or b.approx))
    apart = abs(a.number - b.number)
    slack = _slack(a) + _slack(b)
    if slack and apart <= slack:
        return None
    if operation == "difference":
        return Result("difference", apart, bool(slack))
    greater = 0 if not apart else 1 if a.number > b.number else 2
    place = greater if operation == "larger" or not greater else 3 - greater
    return Result(operation, Decimal(place))


def _slack(value: Value) -> Decimal:
    """Return by how much a value may be off: one of the last figure written, if it is "almost 14 billion".

    Of "over 300,000" that is the last one that is no zero.
    """
    if not value.approx or not value.number:
        return Decimal(0)
    written = Decimal("".join(char for char in value.text if char.isdecimal()) or 0)
    if written and written < value.number:
        return value.number / written  # 14 billion / 14, 16.7 billion / 167
    return Decimal(1).scaleb(int(value.number.normalize().as_tuple().exponent))


def _in_time(operation: Operation, a: PartialDate | None, b: PartialDate | None) -> Result | None:
    if not a or not b or not a.year or not b.year:
        return None
    one, two = ([part for part in date if part is not None] for date in (a, b))
    known = min(len(one), len(two))
    if operation == "years":
        years = years_between(one[:known], two[:known])
        return Result("years", Decimal(years)) if years else None
    if one[:known] == two[:known]:
        return Result(operation, Decimal(0)) if len(one) == len(two) else None
    earlier = 1 if one[:known] < two[:known] else 2
    return Result(operation, Decimal(earlier if operation == "earlier" else 3 - earlier))


def years_between(one: list[int], two: list[int]) -> int:
    """Return the whole years between two dates of the same precision (year; month; day)."""
    first, last = sorted((one, two))
    return last[0] - first[0] - (last[1:] < first[1:])


def operand(value: Value, text: str, citation: int) -> Operand:
    """Return a value as a claim gives account of it."""
    if value.date:
        return Operand(text, value.date.label(), None, citation)
    assert value.number is not None
    return Operand(text, plain_decimal(value.number), value.unit, citation)


def plain_decimal(number: Decimal) -> str:
    """Return a number without exponent or needless zeros: "16700000000", "3.3"."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def recomputed(computed: Computed, citations: Mapping[int, Citation], form: Form) -> bool:
    """Return whether the quotations, read again, hold both operands, and give the value that is claimed."""
    read = [_read_again(one, citations[one.citation]) for one in computed.operands]
    if read[0] is None or read[1] is None:
        return False
    if form in IN_TIME:
        again = _in_time(computed.operation, read[0].date, read[1].date)
    else:
        again = _of_numbers(computed.operation, read[0], read[1]) if comparable(read[0], read[1]) else None
    return again is not None and plain_decimal(again.value) == computed.value


def _read_again(one: Operand, citation: Citation) -> Value | None:
    for value in find_values(citation.quote, citation.lang):
        if value.date and value.date.label() == one.value:
            return value
        if value.number is not None and plain_decimal(value.number) == one.value and value.unit == one.unit:
            return value
    return None
