"""Numbers that an answer computed: whether operands are quoted and computing again gives the same.

Knows nothing of the program that it judges: quotations are read by `eval.figures.quantities` and the
arithmetic is done here once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from eval.figures.quantities import Figure, close, dates, figures
from eval.figures.spelled import spelled

_UNITS = {"percent": "%"}  # of an operand, as `eval.figures.quantities` names it
_CURRENCY = 3  # letters of a currency's code; a figure's own unit is a currency or "%", never "km"
_IN_TIME = frozenset({"years", "earlier", "later"})


def check(
    claim: Mapping[str, Any], citations: Mapping[int, Mapping[str, Any]]
) -> tuple[list[str], list[Figure]]:
    """Return what is wrong with a claim's `computed`, and the figure that it may say if nothing is.

    A claim without it has neither. A result that is wrong may not be said, so its number is found to be in no
    quotation as well.
    """
    computed = claim.get("computed")
    if computed is None:
        return [], []
    operands = computed["operands"]
    dated = computed["operation"] in _IN_TIME
    wrong = [fault for one in operands if (fault := _unquoted(one, dated, claim, citations))]
    if not wrong:
        try:
            again = _again(computed["operation"], [one["value"] for one in operands])
            if again != Decimal(computed["value"]):
                wrong = [f"{computed['operation']} is {again}, not {computed['value']}"]
        except (ArithmeticError, ValueError, InvalidOperation) as error:
            wrong = [f"{computed['operation']} cannot be computed again ({error!r})"]
    if len({one["unit"] for one in operands}) > 1:
        wrong.append("operands of different units")
    if wrong or computed["operation"] not in ("difference", "sum", "years"):
        return wrong, []
    unit = None if computed["unit"] == "percent" else _figure_unit(computed["unit"])  # points have none
    return [], [Figure((float(Decimal(computed["value"])),), unit, 0, 0)]


def results(answer: Mapping[str, Any]) -> list[Figure]:
    """Return the computed figures of an answer with which nothing is wrong."""
    declared = [claim for claim in answer["claims"] if claim.get("computed")]
    citations = {citation["n"]: citation for citation in answer["citations"]} if declared else {}
    return [figure for claim in declared for figure in check(claim, citations)[1]]


def _figure_unit(unit: str | None) -> str | None:
    if unit in _UNITS:
        return _UNITS[unit]
    return unit if unit and len(unit) == _CURRENCY and unit.isupper() else None


def _unquoted(
    one: Mapping[str, Any],
    dated: bool,
    claim: Mapping[str, Any],
    citations: Mapping[int, Mapping[str, Any]],
) -> str | None:
    """Return why an operand does not stand in its quotation; None if it does."""
    citation = citations.get(one["citation"])
    if citation is None or one["citation"] not in claim["citations"]:
        return f"operand {one['text']!r} has no citation"
    if dated:
        known = [[mention.year, mention.month, mention.day] for mention in dates(citation["quote"])]
        wanted = [int(part) for part in one["value"].split("-")]
        held = any(mention[: len(wanted)] == wanted for mention in known)
    else:
        value, unit = float(Decimal(one["value"])), _figure_unit(one["unit"])
        held = any(
            _same(unit, figure.unit) and any(close(value, other) for other in figure.values)
            for figure in figures(citation["quote"])
        ) or (unit is None and spelled(citation["quote"], value))
    return None if held else f"operand {one['text']!r} ({one['value']}) is not in its quotation"


def _same(declared: str | None, read: str | None) -> bool:
    """Return whether a declared unit is the quotation's; a shared noun ("crowns") has no code to declare."""
    return declared == read or (declared is None and read is not None and read.islower())


def _again(operation: str, values: list[str]) -> Decimal:
    if operation in ("difference", "sum"):
        one, two = map(Decimal, values)
        return abs(one - two) if operation == "difference" else one + two
    if operation in ("larger", "smaller"):
        one, two = map(Decimal, values)
        return _place(one > two if operation == "larger" else one < two, equal=one == two)
    first, second = ([int(part) for part in value.split("-")] for value in values)
    known = min(len(first), len(second))
    first, second = first[:known], second[:known]
    if operation == "years":
        early, late = sorted((first, second))
        return Decimal(late[0] - early[0] - (late[1:] < early[1:]))
    if operation in ("earlier", "later"):
        return _place(first < second if operation == "earlier" else first > second, equal=first == second)
    raise ValueError(f"unknown operation {operation!r}")


def _place(first: bool, *, equal: bool) -> Decimal:
    return Decimal(0 if equal else 1 if first else 2)
