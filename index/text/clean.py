"""Scraped text to article text: pure functions, idempotent.

`tidy` mends the characters of one line; `lines` drops what is not the article (image cells,
navigation, section bars, advertisements, repeated headlines) and says of each line that stays how it
stood in the file; `clean` is the same as one string.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace

from index.text import tables, wrapped

_DROPPED = {"Cc", "Cf", "Co", "Cs", "Cn"}  # control, format and bidi, private, surrogate, unassigned
_QUOTES = str.maketrans({"„": "“", "‟": "“", "´": "’", "＂": '"', "〝": "“", "〞": "”"})


class _Characters(dict[int, int | None]):
    """What becomes of every character: white space a space, the invisible nothing; filled as met."""

    def __missing__(self, code: int) -> int | None:
        character = chr(code)
        if character.isspace():
            self[code] = ord(" ")
        else:
            self[code] = None if unicodedata.category(character) in _DROPPED else code
        return self[code]


_CHARACTERS = _Characters()
_LETTER = r"[^\W\d_]"
# In Vietnamese that was split into words; a line of ASCII letters has names of files and of programs' things.
_SYLLABLE_JOIN = re.compile(rf"(?<={_LETTER})_+(?={_LETTER})")
_SPACES = re.compile(r"[^\S\n]+")
_BEFORE_STOP = re.compile(r" +(?=[,;!?%)\]}”»…])| +(?=\.(?![\d.]))| +(?=\.\.+)| +(?=:(?:\s|$))")
_AFTER_OPENING = re.compile(r"(?<=[(\[{“«]) +")
_DATE_RANGE = re.compile(r"(?<=\d) ?/ (?=\d)|(?<=\d) /(?=\d)")
_WORD = re.compile(r"\w+")

_IMAGE_CELL = re.compile(r"^(?:\|\s*)?!\[[^\]]*\]\([^)]*\)\s*\|?\s*$")
_TABLE_RULE = re.compile(r"^[|:\-\s]+$")
# Words that a page puts around an article, as a whole line (either language).
_NAVIGATION = re.compile(
    r"^(?:latest(?: news| stories)?|recent (?:features|posts|news)|read (?:more|also|next)|see also"
    r"|related(?: (?:articles|news|stories|posts))?|more (?:news|stories)|most (?:read|viewed|popular)"
    r"|trending(?: now)?|share(?: this)?(?: (?:article|on facebook|on twitter|on x))?|tweet|print|e-?mail"
    r"|comments?|home|menu|search|skip to (?:main )?content|advertisements?|sponsored(?: content)?|subscribe"
    r"|sign (?:in|up)|log ?in|back to top|tags?"
    r"|tin (?:liên quan|mới(?: nhất)?|nổi bật|cùng chuyên mục)|bài (?:liên quan|viết liên quan)|xem thêm"
    r"|đọc thêm|chia sẻ|bình luận|quảng cáo|trang chủ|đăng nhập|đăng ký|theo dõi|từ khóa|về đầu trang)\s*:?$",
    re.IGNORECASE,
)
# A line within an article that leads to another one: the same words, and then its headline.
_RELATED = re.compile(
    r"^(?:>+|»)?\s*(?:read (?:more|also|next)|also read|see also|more on this(?: story)?"
    r"|related(?: (?:articles?|news|stor(?:y|ies)|posts?|reading))?|recommended"
    r"|xem thêm|đọc thêm|xem tiếp|mời (?:xem|đọc)(?: thêm)?"
    r"|(?:tin|bài)(?: viết)? liên quan|tin cùng chuyên mục)\s*:\s*(?=\S)",
    re.IGNORECASE,
)
_LONGEST_HEADLINE_WORDS = 30
# What stands under an article and asks the reader to do something.
_ADVERT = re.compile(
    r"\b(?:jobs? board|find (?:your|a|the right)\b.*\bjobs?|(?:dreaming of|like) a (?:new )?career|career in"
    r"|job alerts?|we(?:'|’)re hiring|subscribe (?:to|now|today)|newsletters?"
    r"|sign up (?:for|to|now)|follow us"
    r"|download (?:our|the) app|support (?:our|independent) journalism"
    r"|join (?:our|the) (?:channel|community)"
    r"|click here|become a member|all rights reserved|copyright \d{4}|đăng ký (?:nhận|ngay)"
    r"|theo dõi (?:chúng tôi|trên)|tải ứng dụng|bấm vào đây|mời (?:bạn|quý) (?:đọc|độc giả)|tìm việc)\b|©",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
_MARK = re.compile(r"(?:#{1,6}|[•●▪◦‣*·]|[-–|](?= ))\s+")
_MARKS = re.compile(rf"(?:{_MARK.pattern})++")
_HYPHEN = re.compile(rf"{_LETTER}-$")
_WORD_GOES_ON = re.compile(r"(?!(?:and|or|to|và|hoặc)\b)[^\W\d_]")
_LONGEST_ADVERT_WORDS = 14  # longer lines at the end say something
_LONGEST_SECTION_WORDS = 4  # "ASEAN Beat", "Southeast Asia"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the article, tidied. `gap` counts the empty lines before it."""

    text: str
    gap: int = 0
    cell: bool = False  # stood in a table cell, where scraping leaves photo captions
    headline: bool = False  # stood in the file more than once: the title
    heading: bool = False  # marked as a heading ("## …")
    item: bool = False  # marked as a list item
    row: bool = False  # a row of a table, its columns named
    raw: str = ""  # as it stood in the file: its width there tells who broke it

    @property
    def apart(self) -> bool:
        """Whether the line is whole by itself, whatever comes next."""
        return self.heading or self.cell or self.row


def tidy(text: str) -> str:
    """Return one line in NFC, mended where scraping broke it; doing it again changes nothing.

    Joined Vietnamese syllables come apart, spaces before punctuation and inside quotation marks and
    brackets go, odd quotation marks become usual ones, invisible characters are dropped.
    """
    while (better := _tidy(text)) != text:
        text = better
    return text


def _tidy(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    text = text.translate(_CHARACTERS)
    text = text.translate(_QUOTES).replace("``", '"').replace("''", '"')
    if not text.isascii():
        text = _SYLLABLE_JOIN.sub(" ", text)
    text = _SPACES.sub(" ", text)
    text = _BEFORE_STOP.sub("", text)
    text = _AFTER_OPENING.sub("", text)
    text = _DATE_RANGE.sub("/", text)
    return unicodedata.normalize("NFC", _pair_quotes(text)).strip()


def _pair_quotes(text: str) -> str:
    """Take the spaces off the inner sides of straight double quotes that come in pairs."""
    parts = text.split('"')
    if len(parts) < 3 or len(parts) % 2 == 0:  # an odd mark has no inner side
        return text
    for inside in range(1, len(parts), 2):
        parts[inside] = parts[inside].strip(" ")
    return '"'.join(parts)


def clean(text: str) -> str:
    """Return the article in `text`: one block a paragraph, empty lines between them; idempotent."""
    while (better := "\n\n".join(line.text for line in lines(text))) != text:
        text = better
    return text


def lines(text: str) -> list[Line]:
    """Return the lines of `text` that belong to the article, in order."""
    kept = [line for line in _raw_lines(text) if not _NAVIGATION.match(line.text)]
    kept = [line for line in _unwrap(kept) if not _is_related(line.text)]
    kept = _without_section_bars(kept)
    kept = _without_repeated_headlines(kept)
    while kept and _is_advert(kept[-1]):
        kept.pop()
    return kept


def _raw_lines(text: str) -> list[Line]:
    result: list[Line] = []
    gap, cell = 0, False
    table: list[str] | None = None  # the headers of the table that the last line was a row of
    raw_row = ""
    for raw in text.split("\n"):
        line = tidy(raw)
        if not line:
            gap += 1
            table = None
            continue
        if _IMAGE_CELL.match(line):
            cell = True  # the caption is the next cell
            continue
        if _TABLE_RULE.match(line):
            if table is not None and tables.is_rule(line) and result and result[-1].row:
                table, gap = tables.cells(raw_row) or [], result.pop().gap
            continue
        in_cell = cell and line.endswith("|")
        row = None if in_cell else tables.cells(line)
        if row:
            words, raw_row = tables.spoken(row, table or []), line
            table = table if table is not None else []
            result += [Line(tidy(words), gap, row=True)] if words else []
            gap, cell = 0, False
            continue
        mark, line = _marks(line.strip("| ") if in_cell else line)
        if line:
            marks = {"heading": mark == "#", "item": mark == "-", "row": mark == "|"}
            result.append(Line(line, gap, in_cell, raw=raw, **marks))
        gap, cell, table = 0, False, None
    return result


def _marks(line: str) -> tuple[str, str]:
    """Split the marks of headings, bullets and rows off `line`; numbers of lists stay, they are words."""
    mark = ""
    while found := _MARKS.match(line):  # all of them at once: a line may be nothing else
        for one in _MARK.findall(found.group()):
            mark = "|" if one[0] == "|" else mark or ("#" if one[0] == "#" else "-")
        line = tidy(line[found.end() :])
    return mark, line


def _unwrap(all_lines: list[Line]) -> list[Line]:
    """Join lines that were broken in the middle of a sentence, or to keep a margin (`wrapped`)."""
    broken = wrapped.joins(
        ["" if line.apart else line.raw for line in all_lines], [line.gap > 0 for line in all_lines]
    )
    result: list[Line] = []
    parts: list[str] = []  # joined only once: a long paragraph would be copied for each of its lines
    for number, line in enumerate(all_lines):
        if parts and (broken[number - 1] or _goes_on(all_lines[number - 1], line, parts)):
            parts.append(line.text)
            continue
        _finish(result, parts)
        result.append(line)
        parts = [line.text]
    _finish(result, parts)
    return result


def _is_related(text: str) -> bool:
    """Whether a line names another article; a sentence that begins with those words ends with a full stop."""
    short = len(text.split()) <= _LONGEST_HEADLINE_WORDS
    return short and not text.endswith(".") and bool(_RELATED.match(text))


def _goes_on(last: Line, line: Line, parts: list[str]) -> bool:
    """Whether a sentence visibly goes on in the next line; `parts` are its lines so far."""
    return (
        line.gap == 0
        and not (line.item or line.apart or last.apart)
        and not _SENTENCE_END.search(last.text)
        and wrapped.runs_on(last.text, line.text)
        and sum(map(len, parts[:40])) >= 40  # shorter ones are headings, names or verse
    )


def _finish(result: list[Line], parts: list[str]) -> None:
    """Give the last line the text of all its parts; a word broken behind its hyphen becomes whole."""
    if len(parts) < 2:
        return
    text = parts[0] + "".join(
        ("" if _HYPHEN.search(before[-3:]) and _WORD_GOES_ON.match(part) else " ") + part
        for before, part in itertools.pairwise(parts)
    )
    result[-1] = replace(result[-1], text=tidy(text))


def _without_section_bars(all_lines: list[Line]) -> list[Line]:
    """Drop bars such as "World | Asia | Trade" and the lines that only name one of their sections."""
    sections: set[str] = set()
    bars: set[int] = set()
    for number, line in enumerate(all_lines):
        parts = [part.strip() for part in line.text.split("|")]
        short = all(part and len(part.split()) <= _LONGEST_SECTION_WORDS for part in parts)
        if len(parts) > 1 and short and not re.search(r"\d", line.text):
            bars.add(number)
            sections.update(part.lower() for part in parts)
    return [
        line
        for number, line in enumerate(all_lines)
        if number not in bars and line.text.lower() not in sections
    ]


def _without_repeated_headlines(all_lines: list[Line]) -> list[Line]:
    """Keep the first of the lines that are the same headline; a sentence may repeat, it stays."""
    counts = Counter(
        line.text.lower() for line in all_lines if _could_be_headline(line.text) and not line.row
    )
    seen: set[str] = set()
    result: list[Line] = []
    for line in all_lines:
        key = line.text.lower()
        if counts[key] > 1:
            if key in seen:
                continue
            seen.add(key)
            line = replace(line, headline=True)
        result.append(line)
    return result


def _could_be_headline(text: str) -> bool:
    return len(_WORD.findall(text)) >= 4 and not text.endswith((".", "!", ";", ",")) and len(text) <= 250


def _is_advert(line: Line) -> bool:
    return len(line.text.split()) <= _LONGEST_ADVERT_WORDS and bool(_ADVERT.search(line.text))
