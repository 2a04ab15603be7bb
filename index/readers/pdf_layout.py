"""Where words stand on a page, and in which order they are read: pure geometry, in points."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

# Gaps between words of one line stay below this times its height; columns stand further apart.
_WORD_GAP = 0.9
# A column has at least this many lines; fewer beside each other are a table or a byline.
_COLUMN_LINES = 3
_ALIGNED = 3.0  # points: lines that begin so near to each other begin at one edge


@dataclass(frozen=True, slots=True)
class Line:
    """Words beside each other; the origin is the lower left corner of the page."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    down: float = 0.5  # where on the page: 0 at its top, 1 at its foot
    column: tuple[float, float] = (0.0, 0.0)  # left and right edge of the column that it stands in

    @property
    def height(self) -> float:
        """Height of its letters, points."""
        return self.top - self.bottom

    @property
    def middle(self) -> float:
        """Height on the page of its middle."""
        return (self.top + self.bottom) / 2


def lines(pieces: Sequence[Line]) -> list[Line]:
    """Join the pieces that stand beside each other on one line, from the top down."""
    rows: list[list[Line]] = []
    for piece in sorted(pieces, key=lambda one: (-one.middle, one.left)):
        row = next((row for row in reversed(rows[-6:]) if _beside(row[0], piece)), None)
        if row is None:
            rows.append([piece])
        else:
            row.append(piece)
    result: list[Line] = []
    for row in rows:
        row.sort(key=lambda one: one.left)
        current = row[0]
        for piece in row[1:]:
            gap = piece.left - current.right
            if gap > _WORD_GAP * max(current.height, piece.height):
                result.append(current)
                current = piece
                continue
            between = " " if gap > 0.15 * current.height and not current.text.endswith(" ") else ""
            current = replace(
                current,
                text=current.text + between + piece.text,
                right=max(current.right, piece.right),
                bottom=min(current.bottom, piece.bottom),
                top=max(current.top, piece.top),
            )
        result.append(current)
    return result


def _beside(one: Line, other: Line) -> bool:
    shared = min(one.top, other.top) - max(one.bottom, other.bottom)
    return shared > 0.5 * min(one.height, other.height)


def order(found: Sequence[Line]) -> list[Line]:
    """Return lines as they are read: columns one after the other, between lines that cross all of them."""
    if not found:
        return []
    cut = _gutter(found)
    if cut is None:
        edges = (min(line.left for line in found), max(line.right for line in found))
        return [
            replace(line, column=edges) for line in sorted(found, key=lambda one: (-one.middle, one.left))
        ]
    result: list[Line] = []
    band: list[Line] = []
    crossing: list[Line] = []
    for line in sorted(found, key=lambda one: -one.middle):
        if line.left < cut < line.right:
            result += _columns(band, cut)
            band = []
            crossing.append(line)
        else:
            result += _as_block(crossing)
            crossing = []
            band.append(line)
    return result + _as_block(crossing) + _columns(band, cut)


def _columns(band: Sequence[Line], cut: float) -> list[Line]:
    return [
        *order([line for line in band if line.right <= cut]),
        *order([line for line in band if line.left >= cut]),
    ]


def _as_block(crossing: Sequence[Line]) -> list[Line]:
    if not crossing:
        return []
    edges = (min(line.left for line in crossing), max(line.right for line in crossing))
    return [replace(line, column=edges) for line in crossing]


def _gutter(found: Sequence[Line]) -> float | None:
    """Return where the page parts into columns: the empty upright strip with most lines beside it."""
    if len(found) < 2 * _COLUMN_LINES:
        return None
    best: tuple[int, float] | None = None
    edges = Counter(round(line.left / _ALIGNED) for line in found)
    for edge in sorted(edge for edge, count in edges.items() if count >= _COLUMN_LINES):
        at = min(line.left for line in found if round(line.left / _ALIGNED) == edge) - 1
        left = [line for line in found if line.right <= at]
        right = [line for line in found if line.left >= at]
        if not _are_columns(left, right):
            continue
        crossing = len(found) - len(left) - len(right)
        worth = min(len(left), len(right)) - 2 * crossing
        if best is None or worth > best[0]:
            best = worth, at
    # A headline, a lead and a caption may run across; more crossing lines are one wide column.
    return best[1] if best and best[0] >= -8 else None


def _are_columns(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Whether two groups of lines stand beside each other as columns of running text do."""
    if min(len(left), len(right)) < _COLUMN_LINES:
        return False
    shared = min(left[0].top, right[0].top) - max(left[-1].bottom, right[-1].bottom)
    tall = min(left[0].top - left[-1].bottom, right[0].top - right[-1].bottom)
    words = [statistics.median(len(line.text.split()) for line in side) for side in (left, right)]
    return shared > 0.5 * tall and min(words) >= 3  # columns of figures are a table, read row by row


def usual_height(pages: Sequence[Sequence[Line]]) -> float:
    """Return the height of running text: the middle one, each line weighed by its letters."""
    weighed = sorted((line.height, len(line.text)) for lines_ in pages for line in lines_)
    half, seen = sum(count for _, count in weighed) / 2, 0
    for height, count in weighed:
        seen += count
        if seen >= half:
            return height
    return 0.0
