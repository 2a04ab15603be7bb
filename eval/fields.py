"""Read the lines of a JSON Lines file and the fields of its objects strictly; messages quote the fault."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from eval.figures.quantities import date_parts

_LEAP_YEAR = 2000  # in which 29 February is a day, for dates without a year


class SuiteError(ValueError):
    """A file that is no suite, or a line that is not a well-formed case; the message names file and line."""


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not empty, numbered from 1; SuiteError if the file is not UTF-8.

    Only a line feed ends a line: U+2028 and U+0085 may stand within a JSON string. A byte order mark at the
    start, as some editors write it, is no part of the first line.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = path.read_bytes()[: error.start].count(b"\n") + 1
        raise SuiteError(
            f"{path.name}, line {at}: byte {error.object[error.start]:#04x} is not UTF-8;"
            " save the file as UTF-8"
        ) from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def read_json(line: str) -> Any:  # noqa: ANN401  whatever the line holds
    """Return what a line of JSON says; ValueError for what is no JSON, NaN and Infinity among it."""
    return json.loads(line, parse_constant=_no_number)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON; write a finite one")


def text(record: Mapping[str, Any], key: str) -> str:
    """Return a text that says something; TypeError if it is none."""
    value = record[key]
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f"{key} is {value!r}, not a text")
    return value


def optional(record: Mapping[str, Any], key: str) -> str | None:
    """Return a text, or None where there is none."""
    return None if record.get(key) is None else text(record, key)


def remark(record: Mapping[str, Any], key: str) -> str:
    """Return a text that may be empty or missing."""
    value = record.get(key, "")
    if not isinstance(value, str):
        raise TypeError(f"{key} is {value!r}, not a text")
    return value


def strings(record: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return a list of texts; a missing one is empty."""
    value = record.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise TypeError(f"{key} is {value!r}, not a list of texts")
    return tuple(value)


def items(record: Mapping[str, Any], key: str) -> Sequence[Any]:
    """Return a list of whatever; a missing one is empty."""
    value = record.get(key, [])
    if not isinstance(value, list):
        raise TypeError(f"{key} is {value!r}, not a list")
    return value


def number(record: Mapping[str, Any], key: str) -> float:
    """Return a finite number; neither true nor "120" is one."""
    value = record[key]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{key} is {value!r}, not a number")
    try:
        finite = float(value)
    except OverflowError:
        finite = math.inf
    if not math.isfinite(finite):
        raise ValueError(f"{key} is {value}, not a finite number")
    return finite


def date(record: Mapping[str, Any]) -> str | None:
    """Return the date under "date", as precise as it was given; ValueError if no calendar has it."""
    spec = optional(record, "date")
    if spec is not None:
        year, month, day = date_parts(spec)
        try:
            dt.date(year or _LEAP_YEAR, month or 1, day or 1)
        except ValueError as error:
            raise ValueError(f'date "{spec}" is not in the calendar: {error}') from error
    return spec


def day(value: object) -> str | None:
    """Return an ISO date as it was given; None stays None."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(f"as_of is {value!r}, not a date such as 2025-12-31")
    dt.date.fromisoformat(value)
    return value


def only(record: Mapping[str, Any], allowed: tuple[str, ...], what: str) -> None:
    """ValueError for a key that is not known, TypeError for what is no object."""
    if not isinstance(record, Mapping):
        raise TypeError(f"{what} is {record!r}, not an object")
    if unknown := sorted(set(record) - set(allowed)):
        raise ValueError(f"{what} has the unknown key {unknown[0]!r}; known are {', '.join(sorted(allowed))}")


def member(key: str, value: object, allowed: tuple[str, ...]) -> None:
    """ValueError unless `value` is one of those allowed."""
    if value not in allowed:
        raise ValueError(f"{key} is {value!r}, not one of {', '.join(sorted(allowed))}")
