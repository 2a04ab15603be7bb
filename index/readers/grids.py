"""Tables of a page to rows that name their columns: spans filled in, rows of headings stacked.

A row is "first: name cell; name cell". A name is only given where the page shows the cell under it; where
cells overlap, or a row is wider than the headings, its cells stand without names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from index.text import tables

_BOLD = {"b", "strong"}
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_WITHIN_WORDS = {
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "mark", "q", "s", "small", "span",
    "strong", "sub", "sup", "time", "u", "var", "wbr",
}  # fmt: skip
# A figure with its sign and unit: "-12.5 %", "$4", "7.420.000 đồng"; and what stands where there is none.
_FIGURE = re.compile(r"[-+−–±~≈<>]?\s*(?:[$€£¥₫]|US\$|USD|VND|EUR)?\s*\d", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d\b")
_NONE = re.compile(r"[-–—.…*]*|n/?a|n\.a\.?|không có", re.IGNORECASE)
# Past these a table is no table that a page shows, and filling in its spans would take long.
_WIDEST = 200  # columns
_MOST_SLOTS = 200_000
_LONGEST_TITLE = 20  # words; a longer cell over all columns says something by itself


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    """One cell; where it spans several places it is the same object in each."""

    words: str
    heads: bool  # an element for headings of columns
    on_top: bool  # in the part of the table that is for headings
    bold: bool
    last_row: int  # the last row that it spans

    @property
    def figure(self) -> bool:
        return bool(_FIGURE.match(self.words))


_EMPTY = _Cell("", heads=False, on_top=False, bold=False, last_row=-1)
Row = list[_Cell]


def words_of(node: etree._Element) -> str:
    """Return the words under `node` on one line; what stands in blocks of its own is parted by spaces."""
    parts: list[str] = []
    for event, one in etree.iterwalk(node, events=("start", "end")):
        apart = one is not node and isinstance(one.tag, str) and one.tag not in _WITHIN_WORDS
        parts.append(" " if apart else "")
        if event == "start":
            parts.append(one.text or "")
        elif one is not node:
            parts.append(one.tail or "")
    return " ".join("".join(parts).split())


def lines(table: etree._Element) -> tuple[str, list[str]]:
    """Return the title of a table of data ("" if it has none) and its rows, marked as such.

    Tables within it must have been taken out before.
    """
    titles = [words_of(node) for node in table.findall("caption")]
    grid = _grid(table)
    if grid is None:
        plain = ([words_of(cell) for cell in _cells(row)] for row in table.iter("tr"))
        rows = ["; ".join(filter(None, cells)) for cells in plain]
    else:
        grid = [row for row in grid if any(cell.words for cell in row)]
        top = grid[0] if len(grid) > 1 else []
        if len(top) > 1 and len(set(top)) == 1 and len(top[0].words.split()) <= _LONGEST_TITLE:
            titles.append(grid.pop(0)[0].words)  # one cell over all columns
        rows = list(_spoken(grid))
    return ": ".join(filter(None, titles)), [tables.MARK + row for row in rows if row]


def _cells(row: etree._Element) -> list[etree._Element]:
    return [cell for cell in row if cell.tag in {"td", "th"}]


def _grid(table: etree._Element) -> list[Row] | None:
    """Return the rows with every cell in each place that it spans; None where that is contradictory."""
    grid: list[Row] = []
    below: dict[int, _Cell] = {}  # by column, what spans from above
    rows = list(table.iter("tr"))
    groups = [row.getparent() for row in rows]
    ends = {group: number for number, group in enumerate(groups)}
    slots = 0
    for number, (element, group) in enumerate(zip(rows, groups, strict=True)):
        # No cell reaches out of its part of the table: `last_row` is not after the end of that.
        placed = {column: cell for column, cell in below.items() if cell.last_row >= number}
        at = 0
        for node in _cells(element):
            while at in placed:
                at += 1
            width, height = _span(node, "colspan"), _span(node, "rowspan")
            columns = range(at, at + min(width, _WIDEST + 1))
            if not placed.keys().isdisjoint(columns):
                return None
            last = min(number + height - 1, ends[group]) if height else ends[group]
            cell = _Cell(words_of(node), _is_heading(node), group.tag == "thead", _is_bold(node), last)
            placed.update(dict.fromkeys(columns, cell))
            at += width
        width = max(placed, default=-1) + 1
        slots += width
        if width > _WIDEST or slots > _MOST_SLOTS:
            return None
        grid.append([placed.get(column, _EMPTY) for column in range(width)])
        below = placed
    return grid


def _span(node: etree._Element, name: str) -> int:
    """Return how many columns or rows a cell spans; 0 for a rowspan to the end of its part."""
    found = re.match(r"\s*(\d{1,6})", node.get(name) or "")
    number = int(found.group(1)) if found else 1
    return number if name == "rowspan" else max(number, 1)


def _is_heading(node: etree._Element) -> bool:
    if node.get("scope") in {"row", "rowgroup"} or node.get("role") == "rowheader":
        return False
    return bool(node.tag == "th" or node.get("role") == "columnheader")


def _is_bold(node: etree._Element) -> bool:
    """Whether all the words of a cell are bold."""
    words = "".join(node.itertext()).split()
    return any(
        "".join(part.itertext()).split() == words
        for part in node.iter()
        if part.tag in _BOLD or _BOLD_STYLE.search(part.get("style") or "")
    )


def _spoken(grid: list[Row]) -> Iterator[str]:
    count = _headings(grid)
    if count == len(grid):  # all cells are headings to the page
        count = int(count > 1 and _above_figures(grid, 0))
    heads = grid[:count]
    # A row that is wider than the headings tells that they do not stand over what they name.
    if max(map(_width, grid[count:]), default=0) > max(map(len, heads), default=0):
        yield from ("; ".join(cell.words for cell in _named(row)) for row in heads)
        heads = []
    for row in grid[count:]:
        if heads and _begins_anew(row, heads):
            heads = [row]
        else:
            yield _sentence(row, heads)


def _width(row: Row) -> int:
    return max((at for at, cell in enumerate(row, 1) if cell.words), default=0)


def _headings(grid: list[Row]) -> int:
    """Return how many rows at the top only name the columns."""
    count = 0
    while count < len(grid) and (_names_more(grid, count) if count else _names(grid)):
        count += 1
    return count


def _names(grid: list[Row]) -> bool:
    """Whether the first row names columns."""
    row = grid[0]
    return _all_heads(row) or _all_bold(row) or _above_figures(grid, 0)


def _names_more(grid: list[Row], number: int) -> bool:
    """Whether a row under one of headings goes on naming; the first of the data may be bold, too."""
    row, above = grid[number], grid[number - 1]
    if any(cell.words and cell in above for cell in row):  # a heading reaches down beside it
        return True
    if all(cell.on_top for cell in _named(row)):
        return True
    if any(cell.figure and not _YEAR.match(cell.words) for cell in row[1:]):
        return False
    parted = len(set(above)) < len(above) or not row[0].words
    return _all_heads(row) or (parted and (_all_bold(row) or _above_figures(grid, number)))


def _named(row: Row) -> list[_Cell]:
    """Return the cells that have words, each once."""
    return list(dict.fromkeys(cell for cell in row if cell.words))


def _all_heads(row: Row) -> bool:
    named = _named(row)
    if len(row) < 2 or not named:
        return False
    rest = [cell for cell in named if cell is not row[0]]
    return (
        all(cell.heads for cell in named)
        or all(cell.on_top for cell in named)
        or (len(rest) > 1 and all(cell.heads for cell in rest))  # the corner is often a plain cell
    )


def _all_bold(row: Row) -> bool:
    named = _named(row)
    return len(named) > 1 and all(cell.bold or cell.heads for cell in named)


def _above_figures(grid: list[Row], number: int) -> bool:
    """Whether a row has no figures, and all below it, past the first column, has nothing else.

    Of two columns, the first must hold figures as well (years): "Mayor | Ann Lee" above "Inhabitants |
    4,000" is no heading.
    """
    row, below = grid[number], grid[number + 1 :]
    if len(row) < 2 or any(re.search(r"\d", cell.words) for cell in row):
        return False
    if not all(cell.words for cell in row[1:]) or len(set(row)) < len(row):
        return False
    below = [one for one in below if len(set(one)) > 1]

    def figures(column: int) -> bool:
        cells = [one[column] for one in below if column < len(one)]
        cells = [cell for cell in cells if not _NONE.fullmatch(cell.words)]
        return bool(cells) and all(cell.figure for cell in cells)

    return all(map(figures, range(1, len(row)))) and (len(row) > 2 or figures(0))


def _begins_anew(row: Row, heads: list[Row]) -> bool:
    """Whether a row further down is one of headings again; a sum in such cells is not."""
    if len(_named(row)) < 2 or not _all_heads(row):
        return False
    same = any(row[0].words == head[0].words for head in heads)
    return same or not any(cell.figure for cell in row[1:])


def _sentence(row: Row, heads: list[Row]) -> str:
    """Return a row as a sentence; a cell over several columns has the headings that all of them share."""
    cells, names = [row[0].words], [""]
    at = 0
    while at < len(row):
        end = at + 1
        while end < len(row) and row[end] is row[at] and row[at] is not _EMPTY:
            end += 1
        if at:
            shared = [head[at] for head in heads if end <= len(head) and len(set(head[at:end])) == 1]
            cells.append(row[at].words)
            names.append(" ".join(cell.words for cell in dict.fromkeys(shared) if cell.words))
        at = end
    return tables.spoken(cells, names) if any(cells[1:]) else cells[0]
