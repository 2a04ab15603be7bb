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


DAY = Day()
