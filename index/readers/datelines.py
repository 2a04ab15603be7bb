"""Dates and names that only stand on the screen: those of the article, not of others that the page lists."""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from index.readers import bylines, grids
from index.text import dates, lang

_DATED = re.compile(
    r"(?:^|[-_ ])(?:dates?|dateline|time|timestamp|published?|pubdate|posted|ngay|thoigian|datetime)"
    r"(?:$|[-_ ])",
    re.IGNORECASE,
)
_WRITTEN = re.compile(r"(?:^|[-_ ])(?:author|byline|tac-?gia|writer)(?:$|[-_ s])", re.IGNORECASE)
_CHANGED = re.compile(r"updated|modified|cập nhật", re.IGNORECASE)
# Each label holds for what follows it: "Cập nhật: 14/03/2024 | Đăng: 12/03/2024".
_LABEL = re.compile(
    r"(?=\b(?:updated|modified|cập nhật|published|posted|xuất bản|đăng(?! ký| nhập))\b)", re.IGNORECASE
)
_ROOMS = {"html", "body", "main", "article"}
_LINE = 120  # characters; a line of dates and names is shorter
_BYLINE = 80
_STAMP = 10  # words of "Updated 9:15 a.m. ET, Thu March 14, 2024" that are no figures
_LETTERS = re.compile(r"[^\W\d_]+")
_TEASER = 400  # characters of a headline, a lead and a date, that link to another article
_LINK = 6  # words; links of fewer are names of authors, sections and tags
_NEAR = 2  # paragraphs after the headline before which a date without any mark is one of the article
_PARAGRAPH = 60  # characters
_MOST = 200  # lines of dates that are looked at; a page with more is a list of others
# The zero of computers' clocks, in any zone: it says that no date was known.
_ZERO = (dt.date(1969, 12, 31), dt.date(1970, 1, 1))


@dataclass
class Shown:
    """What is on the screen of the article; "" where nothing is."""

    date: str = ""
    updated: str = ""
    authors: list[str] = field(default_factory=list)  # lines that may name them, the surest first
    changes: list[etree._Element] = field(default_factory=list)  # lines that only tell the last change
    many: bool = False  # so many dates that the page is a list
    others: list[etree._Element] = field(default_factory=list)  # what is about other articles


def believable(stamp: str, today: dt.date) -> bool:
    """Whether `stamp` names a date that an article can have: known, and not after tomorrow."""
    known = dates.parse(stamp)
    if known is None or known.date > today + dt.timedelta(days=1):
        return False
    return known.precision != "day" or known.date not in _ZERO


def read(tree: etree._Element, title: str, today: dt.date) -> Shown:
    """Return the dates and authors that stand around the headline; `tree` has been pruned."""
    body = tree.find("body")
    headline = _headline(tree, title)
    shown = Shown(others=_before(headline))
    near, far = _lines(tree if body is None else body, headline, shown)
    for line in (*near, *far):
        published, updated = _dates(_spelled(line), today)
        shown.date = shown.date or published
        shown.updated = shown.updated or updated
        if updated and not published and len(_LETTERS.findall(_short(line))) <= _STAMP:
            shown.changes.append(line)
    shown.authors = [
        *_named_bylines(tree, shown),
        *filter(None, (bylines.of_line(_short(one)) for one in near)),
    ]
    return shown


def _lines(
    body: etree._Element, headline: etree._Element | None, shown: Shown
) -> tuple[list[etree._Element], list[etree._Element]]:
    """Return the lines of dates right under the headline, and those above it and far below.

    Lines in boxes about other articles are not among them; such boxes are added to `shown.others`.
    """
    near: list[etree._Element] = []
    above: list[etree._Element] = []
    far: list[etree._Element] = []
    seen = {node for other in shown.others for node in other.iter()}
    after, paragraphs = headline is None, 0
    for node in body.iter():
        if node is headline:
            after = True
        elif after:
            paragraphs += _is_paragraph(node)
        if node in seen or not (words := _short(node)) or _holds(node, headline):
            continue
        marked = node.tag == "time" or bool(_DATED.search(_names(node)))
        close = after and paragraphs < _NEAR
        if not marked and not (close and _is_line(words)):
            continue
        if len(near) + len(above) + len(far) + len(shown.others) >= _MOST:
            shown.many = True
            break
        line = _whole_line(node)
        seen.update(line.iter())
        if (teaser := _teaser(line)) is not None:
            shown.others.append(teaser)
            seen.update(teaser.iter())
        else:
            (near if close else far if after else above).append(line)
    return near, [*above, *far]


def _is_paragraph(node: etree._Element) -> bool:
    own = (node.text or "", *(child.tail or "" for child in node))
    return sum(len(part.strip()) for part in own) > _PARAGRAPH


def _holds(node: etree._Element, headline: etree._Element | None) -> bool:
    return headline is not None and (node is headline or node in set(headline.iterancestors()))


def guessed(tree: etree._Element, shown: Shown, today: dt.date) -> str:
    """Return the date in the address, or in elements that sites use for it, as htmldate knows them."""
    import htmldate

    if shown.many:  # every one of them would be looked at again, for long
        return ""
    numbers = {node: number for number, node in enumerate(tree.iter())}
    twin = copy.deepcopy(tree)
    nodes = list(twin.iter())
    for node in (*shown.others, *shown.changes):
        other = nodes[numbers[node]] if node in numbers else None
        if other is not None and (parent := other.getparent()) is not None:
            parent.remove(other)
    for node in twin.iter("meta"):
        if any(_CHANGED.search(node.get(name) or "") for name in ("name", "property", "itemprop")):
            node.set("content", "")
    try:
        # The extensive search would take any date of the text for that of publication.
        found = htmldate.find_date(twin, extensive_search=False, original_date=True) or ""
        year, month, day = map(int, found.split("-"))
    except (ValueError, TypeError, AttributeError, OverflowError):
        return ""
    if not believable(found, today):
        return ""
    words = " ".join(map(str, tree.itertext()))
    either = re.search(rf"\b0?(?:{day}[/.]0?{month}|{month}[/.]0?{day})[/.]{year}\b", words)
    if either and day != month and max(day, month) <= 12 and lang.detect(words) == "en":
        return str(year)  # 05/03 is in March to some and in May to others
    return found


def _headline(tree: etree._Element, title: str) -> etree._Element | None:
    """Return the large words that are the title; of none of them is it known where the article begins."""
    wanted = set(title.casefold().split())
    for node in tree.iter("h1"):
        own = set(grids.words_of(node).casefold().split())
        if own and len(own & wanted) >= 0.5 * min(len(own), len(wanted)):
            return node
    return None


def _before(headline: etree._Element | None) -> list[etree._Element]:
    """Return what stands before the headline, but what stands right above it, within the same box."""
    if headline is None:
        return []
    box, steps = headline, 0
    while (parent := box.getparent()) is not None and parent.tag not in {"html", "body"}:
        if steps == 2 or box.tag in {"article", "main"}:
            break
        box, steps = parent, steps + 1
    found: list[etree._Element] = []
    while (parent := box.getparent()) is not None and parent.tag != "html":
        found += [node for node in box.itersiblings(preceding=True) if isinstance(node.tag, str)]
        box = parent
    return found


def _names(node: etree._Element) -> str:
    return f"{node.get('class') or ''} {node.get('id') or ''} {node.get('itemprop') or ''}"


def _short(node: etree._Element, longest: int = _LINE) -> str:
    """Return the words under `node` if they are few, else ""; long ones are not read to their end."""
    length = 0
    for part in node.itertext():
        length += len(str(part).strip())
        if length > longest:
            return ""
    return grids.words_of(node)


def _is_line(words: str) -> bool:
    return (
        dates.is_stamp(words)
        or bool(bylines.of_line(words))
        or bool(_LABEL.match(words) and dates.parse(words))
    )


def _whole_line(node: etree._Element) -> etree._Element:
    """Return the element of the line that `node` stands in: its label may stand beside it."""
    for _ in range(2):
        parent = node.getparent()
        if parent is None or parent.tag in _ROOMS or not _short(parent) or parent.find(".//h1") is not None:
            break
        node = parent
    return node


def _teaser(line: etree._Element) -> etree._Element | None:
    """Return the box with a link to another article that the line stands in, if it does."""
    for box in (line, *_upward(line)):
        for link in box.iter("a"):
            if len(grids.words_of(link).split()) >= _LINK and not _WRITTEN.search(_roles(link)):
                return box
    return None


def _upward(node: etree._Element) -> Iterator[etree._Element]:
    for steps, parent in enumerate(node.iterancestors()):
        large = steps == 3 or parent.tag in {"html", "body", "main"}
        if large or not _short(parent, _TEASER) or parent.find(".//h1") is not None:
            return
        yield parent


def _spelled(line: etree._Element) -> str:
    """Return the words of a line with the exact dates in the place of those that are shown."""
    line = copy.deepcopy(line)
    line.tail = None
    for node in line.iter("time"):
        stamp = node.get("datetime") or ""
        if dates.parse(stamp):
            for child in list(node):
                node.remove(child)
            node.text = f" {stamp} "
    return grids.words_of(line)


def _dates(words: str, today: dt.date) -> tuple[str, str]:
    """Return (published, updated) of a line."""
    found = {False: "", True: ""}
    for part in _LABEL.split(words):
        changed = bool(_CHANGED.match(part))
        if not found[changed] and believable(part, today):
            found[changed] = part.strip()
    return found[False], found[True]


def _named_bylines(tree: etree._Element, shown: Shown) -> Iterator[str]:
    """Yield the words of the first element that is named after those who write."""
    around = {node for other in shown.others for node in other.iter()}
    for node in tree.iter():
        if isinstance(node.tag, str) and node not in around and _WRITTEN.search(_roles(node)):
            words = _short(node, _BYLINE)
            if words:
                yield words
                return


def _roles(node: etree._Element) -> str:
    return f"{node.get('class') or ''} {node.get('rel') or ''} {node.get('itemprop') or ''}"
