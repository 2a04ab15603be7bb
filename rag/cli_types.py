"""What options of the command line may hold: dates, languages, fields of articles."""

from __future__ import annotations

import datetime as dt

import click

LANG = click.Choice(["en", "vi"])
FIELD = click.Choice(["title", "outlet", "date", "lang", "authors"])  # of index.records.Field


def day(text: str) -> dt.date:
    """Return a date written as YYYY-MM-DD. Raises ValueError naming what was given."""
    try:
        read = dt.date.fromisoformat(text)
        if read.isoformat() != text:  # fromisoformat also takes 20250314 and 2025-W11-5
            raise ValueError
    except ValueError:
        raise ValueError(f"{text!r} is not a date; write it as 2025-12-31.") from None
    return read


class Day(click.ParamType[dt.date]):
    """A date as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Return the date, or fail naming what was given."""
        if isinstance(value, dt.date):
            return value
        try:
            return day(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


DAY = Day()
