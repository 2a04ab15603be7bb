"""What options of the command line may hold: dates, languages, fields of articles."""

from __future__ import annotations

import datetime as dt

import click

from rag.asked import iso_day

LANG = click.Choice(["en", "vi"])
FIELD = click.Choice(["title", "outlet", "date", "lang", "authors"])  # of index.records.Field


class Day(click.ParamType[dt.date]):
    """A date as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Return the date, or fail naming what was given."""
        if isinstance(value, dt.date):
            return value
        try:
            return iso_day(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Bound(Day):
    """A date where something begins or ends; a month or a year is meant whole, as in a question."""

    def __init__(self, *, last: bool) -> None:
        self._last = last

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Return the first or the last day of what was given, or fail naming it."""
        if isinstance(value, dt.date):
            return value
        from index.search.inline import day

        try:
            return day(str(value), last=self._last)
        except ValueError:  # also IllegalMonthError
            self.fail(f"{value!r} is not a date; write it as 2025-12-31, 2025-12 or 2025.", param, ctx)


DAY = Day()
SINCE, UNTIL = Bound(last=False), Bound(last=True)
