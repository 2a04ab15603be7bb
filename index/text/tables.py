"""Tables as sentences: each row names its columns, so that it can be read, found and quoted alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

MARK = "| "  # before a row, in the text that readers give; a row that is still in cells ends with a bar too
_RULE = re.compile(r"[|:\-\s]*-[|:\-\s]*")


def spoken(cells: Sequence[str], headers: Sequence[str] = ()) -> str:
    """Return a row as "first: column cell; column cell"; without headers the cells alone.

    >>> spoken(["Third", "489", ""], ["Quarter", "Profit", "Loss"])
    'Third: Profit 489'
    """
    if len(cells) == 1:
        return cells[0]
    first, *rest = cells
    named = "; ".join(
        f"{headers[at]} {cell}" if at < len(headers) and headers[at] else cell
        for at, cell in enumerate(rest, 1)
        if cell
    )
    return f"{first}: {named}" if first and named else first or named


def cells(line: str) -> list[str] | None:
    """Return the cells of a line like "| Third | 489 |"; None for any other, and for a single cell."""
    if len(line) < 2 or not (line.startswith("|") and line.endswith("|")):
        return None
    found = [" ".join(cell.split()) for cell in line[1:-1].split("|")]
    return found if len(found) > 1 else None


def is_rule(line: str) -> bool:
    """Return whether a line parts the headers of a table from its rows: "|---|---|"."""
    return "|" in line and bool(_RULE.fullmatch(line))
