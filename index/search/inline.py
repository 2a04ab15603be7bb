"""Filters written into a question: `since:2025-01 until:2025 outlet:"The Diplomat" lang:vi trade target`."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import replace
from typing import Literal

from index.errors import BadFilter
from index.search.hybrid import Filters

_FILTER = re.compile(
    r"(?<!\S)(?P<key>since|until|outlet|lang):"
    r"(?:\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|“(?P<curly>(?:[^”\\]|\\.)*)”|(?P<bare>\S+))(?!\S)",
    re.IGNORECASE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\([\"”\\])")  # a backslash before any other character is itself
_DAY = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?")
EXAMPLE = 'since:2025-01 outlet:"The Diplomat" lang:vi'
_HELP = 'write since:2025-01, until:2025-03-31, outlet:"The Diplomat" or lang:vi'


def parse(text: str) -> tuple[str, Filters]:
    """Return the text without its filters, and what they say; `BadFilter` names one that cannot be read.

    A month or a year is meant whole: `since` counts from its first day, `until` to its last. In quotation
    marks a backslash before `"`, `”` or a backslash takes its sense away.

    >>> words, filters = parse('until:2025-02 outlet:"The Diplomat" trade target')
    >>> words, filters.outlet, str(filters.until)
    ('trade target', 'The Diplomat', '2025-02-28')
    """
    found: dict[str, str] = {}
    for match in _FILTER.finditer(text):
        key = match["key"].lower()
        value = match["bare"]
        if value is None:
            value = _ESCAPED.sub(r"\1", match["quoted"] if match["curly"] is None else match["curly"])
        if key in found:
            raise BadFilter(f"{key}: is given twice, {found[key]!r} and {value!r}\n{_HELP}, each once")
        found[key] = value.strip()
    if not found:
        return text, Filters()
    rest = " ".join(_FILTER.sub(" ", text).split())
    since, until = _bound(found, "since"), _bound(found, "until")
    if since and until and since > until:
        raise BadFilter(f"since: {since} is after until: {until}, so nothing can be found\n{_HELP}")
    if "outlet" in found and not found["outlet"]:
        raise BadFilter(f"outlet: names no outlet\n{_HELP}")
    filters = Filters(outlet=found.get("outlet"), since=since, until=until)
    if "lang" in found:
        spoken = found["lang"].lower()
        if spoken not in ("en", "vi"):
            raise BadFilter(f"lang:{found['lang']} is no language of the library, en or vi is\n{_HELP}")
        filters = replace(filters, lang="vi" if spoken == "vi" else "en")
    return rest, filters


def quoted(value: str) -> str:
    r"""Return a value as it is written after the colon of a filter, whatever characters it has.

    >>> print(quoted('The "New" Post'))
    "The \"New\" Post"
    """
    escaped = value.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


def day(text: str, *, last: bool) -> dt.date:
    """Return the first or the last day of what is written YYYY, YYYY-MM or YYYY-MM-DD; ValueError if none is.

    >>> str(day("2025-02", last=True))
    '2025-02-28'
    """
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a date; write it as 2025-12-31, 2025-12 or 2025")
    year = int(match["year"])
    month = int(match["month"] or (12 if last else 1))
    return dt.date(year, month, int(match["day"] or (calendar.monthrange(year, month)[1] if last else 1)))


def _bound(found: dict[str, str], key: Literal["since", "until"]) -> dt.date | None:
    try:
        return day(found[key], last=key == "until") if key in found else None
    except ValueError:  # also IllegalMonthError
        raise BadFilter(f"{key}:{found[key]} is not a date\n{_HELP}") from None


def both(given: Filters, written: Filters) -> Filters:
    """Return the filters that an option or a caller gave and those written into the question, together.

    Of two days the narrower counts; two languages or outlets cannot both be meant: `BadFilter`.
    """
    for key in ("lang", "outlet"):
        one, other = getattr(given, key), getattr(written, key)
        if one and other and one.casefold() != other.casefold():
            raise BadFilter(f"{key} is {one!r} by an option and {other!r} in the question\ngive one of them")
    days = [day for day in (given.since, written.since) if day]
    ends = [day for day in (given.until, written.until) if day]
    return Filters(
        lang=given.lang or written.lang,
        outlet=given.outlet or written.outlet,
        since=max(days, default=None),
        until=min(ends, default=None),
    )
