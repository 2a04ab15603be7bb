"""Text that was broken into lines of one width, as mail is, told from what has lines of its own.

A writer's program puts each word on the line as long as it fits. So a break that it made has two signs: the
line ends near the right margin, and the next word would not have fitted. Lists, verse and headings end where
they end, and their breaks do not agree on a margin.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

_NARROWEST, _WIDEST = 30, 132  # characters: a narrow column, a wide terminal
# Programs that even out a paragraph (`fmt`) end some lines a word earlier than they must.
_TOLERANCE = 0.08
# Of the breaks, this share agrees on a margin; the others end paragraphs that no empty line parts.
_AGREE = 0.75
_FEWEST = 3  # breaks: two agree by chance
# Of the breaks that agree, this share runs on visibly. In running text it is more than half; lines that are
# whole by themselves (headlines of about one length, verse) hardly ever do.
_RUNNING_ON = 0.25
# What no line ends with that is whole by itself.
_LOOSE = re.compile(
    r"(?:^|\s)(?:the|an?|and|or|of|in|on|at|by|for|from|to|with|into|than|as|that|which|whose|under|between"
    r"|among|per|its|their|và|của|các|những|hoặc|tại|rằng|nhưng|với|cho|bởi|là|vì|để|mà|một|theo|nhằm|giữa)$",
    re.IGNORECASE,
)
_COLUMNS = re.compile(r"\S(?:\t| {3,})\s*\S")
_LIST_ITEM = re.compile(r"(?:\d{1,2}[.)]|[a-z]\))\s")
_SENTENCE_END = re.compile(r"[.!?…:;][\"'”’»)\]]*$")


def joins(lines: Sequence[str], apart: Sequence[bool]) -> list[bool]:
    """Return for each line whether it goes on in the next: a break that a program made to keep a margin.

    `lines` are those of one text as they stand in the file, "" for one that is whole by itself; `apart` says
    which have an empty line before them.
    """
    widths = [_width(line) for line in lines]
    breaks = [None if apart[at + 1] else _Break.of(lines, widths, at) for at in range(len(lines) - 1)]
    common = _margin([one for one in breaks if one])
    result = [False] * len(lines)
    for is_run, run in itertools.groupby(enumerate(breaks), key=lambda pair: pair[1] is not None):
        if not is_run:
            continue
        own = [(at, one) for at, one in run if one]
        margin = _margin([one for _, one in own]) or common
        for at, one in own:
            result[at] = margin is not None and one.fills(margin)
    return result


def runs_on(line: str, following: str) -> bool:
    """Whether a sentence visibly goes on in the next line: it begins small, or this one ends loosely."""
    return following.lstrip("\"'“‘(")[:1].islower() or bool(_LOOSE.search(line[-20:]))


class _Break:
    """The end of one line before another, and the margins that a program would have made it for."""

    def __init__(self, width: int, word: int, ends: bool, running: bool) -> None:
        self.width, self.word = width, word  # of the line, and of the first word of the next
        self.ends = ends  # the line ends a sentence
        self.running = running

    @staticmethod
    def of(lines: Sequence[str], widths: Sequence[int], at: int) -> _Break | None:
        """Return the break after `lines[at]`, None where a program that wraps makes none."""
        line, following = lines[at].strip(), lines[at + 1].strip()
        if not line or not following or not widths[at] <= _WIDEST:
            return None
        if _COLUMNS.search(line) or _COLUMNS.search(following) or _is_item(following):
            return None
        indent = [len(one) - len(one.lstrip()) for one in (lines[at], lines[at + 1])]
        if indent[1] > indent[0] and not _is_item(
            line
        ):  # how paragraphs begin where no empty line parts them
            return None
        if _is_capitals(line) != _is_capitals(following):  # a headline and what it stands over
            return None
        word = following.split(None, 1)[0]
        head = word.find("-") + 1 or len(word)  # programs also break behind a hyphen
        return _Break(
            widths[at], _width(word[:head]), bool(_SENTENCE_END.search(line)), runs_on(line, following)
        )

    def fills(self, margin: int) -> bool:
        """Whether the line ends near the margin and the next word would not have fitted."""
        slack = int(_TOLERANCE * margin)
        return self.width <= margin < self.width + 1 + self.word + slack


def _margin(breaks: Sequence[_Break]) -> int | None:
    """Return the right margin that nearly all breaks agree on; None when there is none."""
    mid = [one for one in breaks if not one.ends]
    if len(mid) < _FEWEST:
        return None
    steps: Counter[int] = Counter()
    for one in breaks:
        # All whole numbers for which `fills` holds: the slack grows with the margin, so a few more are tried.
        first = max(one.width, _NARROWEST)
        last = first
        while last <= _WIDEST and one.fills(last):
            last += 1
        if last > first:
            steps[first] += 1
            steps[last] -= 1
    agreed = best = 0
    margin = None
    for at in sorted(steps):
        agreed += steps[at]
        if agreed > best:
            best, margin = agreed, at
    if margin is None:
        return None
    fitting = [one for one in mid if one.fills(margin)]
    enough = len(fitting) >= max(_FEWEST, _AGREE * len(mid))
    running = sum(one.running for one in fitting)
    return margin if enough and running >= max(1, _RUNNING_ON * len(fitting)) else None


def _is_item(line: str) -> bool:
    """Whether a line begins a list item, whose further lines are indented."""
    return bool(re.match(r"[-–*•●▪◦‣·]\s", line) or _LIST_ITEM.match(line))


def _is_capitals(line: str) -> bool:
    return line.isupper() and len(line.split()) > 2


def _width(line: str) -> int:
    return len(unicodedata.normalize("NFC", line.expandtabs(8).rstrip()))
