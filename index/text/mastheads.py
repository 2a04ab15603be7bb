"""The line that a paper puts over an article: "The Harbour Courier, 2 July 2025"; and where it was sent from.

Text that was typed or copied has no metadata; who printed it and when stands in such a line, above or below
the headline. What it says is certain, while the days that an article tells of may lie before it or ahead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.text import dates, lang

_LONGEST = 90  # characters
_UPPER = (
    "[" + "".join(chr(code) for code in (*range(0x250), *range(0x1E00, 0x1F00)) if chr(code).isupper()) + "]"
)
_NAME = rf"{_UPPER}[\w.'’&-]*"
_SMALL = r"of|the|and|de|la|du|và|của|&"
_CALLED = rf"{_NAME}(?:\s+(?:(?:{_SMALL})\s+)*{_NAME}){{0,5}}"
# "sport desk", "our correspondent": the only words in lower case beside those that join names.
_POST = (
    r"(?:(?:our|special|senior|own|staff|sports?|business|foreign|local|news|science|health|political)\s+)*"
    r"(?:desk|staff|reporters?|correspondents?|editors?|newsroom|bureau|writers?)"
)
_PART = rf"(?:(?:By|By the|Bài:|Theo|Tác giả:|Nguồn:)\s+)?{_CALLED}(?:\s+{_POST})?|{_POST}"
_BETWEEN = r"\s*(?:[,.;|/·•]|[-–—]|\bin\b|\bat\b)\s*"
_REST = re.compile(rf"(?:{_PART})(?:{_BETWEEN}(?:{_PART})){{0,2}}")
_EDGE = " \t,.;:|/·•–—-()[]"
# What papers and agencies are called; other names may be of a place or of the writer.
_PAPER = re.compile(
    r"\b(?:Gazette|Post|Times|Courier|Herald|News|Wire|Weekly|Daily|Journal|Tribune|Press|Review|Observer"
    r"|Mail|Star|Globe|Standard|Chronicle|Telegraph|Guardian|Independent|Echo|Express|Magazine|Today"
    r"|Messenger|Register|Argus|Monitor|Inquirer|Examiner|Bulletin|Dispatch|Reporter|Agency)\b"
    r"|^(?:Báo|Tạp chí|Đài|Thông tấn xã|Tin)\b"
)
# What stands around the day of a dateline: "HANOI, May 16, 2024 (Reuters) – The …".
_SENT_FROM = re.compile(rf"(?:\(?{_CALLED}(?:,\s+{_CALLED}){{0,2}}[,.]?\s+(?:ngày\s+)?)")
_SENT_BY = re.compile(r"\s*\)?\s*(?:\([^()]{1,40}\))?\s*(?:[–—]|-\s)")
_REACH = 90  # characters in which a dateline ends


@dataclass(frozen=True, slots=True)
class Masthead:
    """What a line over an article says."""

    stamp: str  # the part of it that names the day
    outlet: str | None = None  # if it is called like a paper


def of_line(line: str) -> Masthead | None:
    """Return what a line says that is one day and names beside it; None for any other line."""
    found = dates.first_day(line) if len(line) <= _LONGEST else None
    if found is None:
        return None
    start, end = found
    before, after = dates.without_clock(line[:start]), dates.without_clock(line[end:])
    rest = [one.strip(_EDGE) for one in (before, after)]
    if not any(rest) or not all(_REST.fullmatch(one) for one in rest if one):
        return None
    names = [name for one in rest for name in re.split(_BETWEEN, one) if _PAPER.search(name)]
    outlet = re.sub(rf"^(?:By(?: the)?|Theo|Nguồn:)\s+|\s+{_POST}$", "", names[0]) if names else None
    return Masthead(line[start:end], outlet)


def dateline(text: str) -> str | None:
    """Return the day with a year that a first paragraph is sent on: "Porto, 13 April 2025 — The race …"."""
    found = dates.first_day(text[:_REACH])
    if found is None or not _SENT_FROM.fullmatch(text[: found[0]]) or not _SENT_BY.match(text, found[1]):
        return None
    return text[slice(*found)]


def is_later(stamp: str, text: str) -> bool:
    """Return whether `text` tells of what happened years after the day: that is a day of what it tells of."""
    spoken = lang.detect(text)
    known, told = dates.parse(stamp, spoken), dates.from_text("", text, spoken)
    return bool(known and told and told.date.year > known.date.year + 1)
