"""Where sentences begin and end, in English and Vietnamese, as exact offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.records import Block, Sentence
from index.words import words

# Followed by a name, a number or more of the same, never by the end of a sentence.
_NEVER_LAST = words(
    "mr mrs ms dr prof rev hon gen col maj capt lt sgt adm gov sen rep pres st mt ft no nos vol fig pp art "
    "vs cf e.g i.e jan feb mar apr jun jul aug sep sept oct nov dec "
    "tp tx tt q p gs pgs ts ths bs ks cn ktv nsnd nsưt nxb ths.bs ô đ/c tr st.petersburg"
)
# May also end one: "… of Vinfast Co. It …"; then the next word decides.
_SOMETIMES_LAST = words("inc ltd co corp jr sr etc est dept bros a.m p.m ph.d v.v vv")
_STARTERS = words(
    "the a an in on at it he she they we i this that these those but and or so as after before when while "
    "according however meanwhile for from under there his her its their our if although with by "
    "theo trong ngày năm hai các những ông bà tại về việc đây điều khi sau trước với từ đến"
)
_END = re.compile(r"(?:\.{2,}|…|[.!?]+)[\"'”’»)\]]*(?=\s|$)")
_INITIALS = re.compile(r"(?:^|[\s(\"“])((?:[^\W\d_]\.)*[^\W\d_])$")  # "U.S", "J", "T.S"
_NEXT_WORD = re.compile(r"[\"'“‘«(\[]*([^\W_]+)")
# A sentence longer than this is no sentence (a table, a list without stops): cut at a space.
LONGEST = 1200


def split(text: str, start: int = 0, end: int | None = None) -> tuple[Sentence, ...]:
    """Return the sentences of `text[start:end]`, in order, without the white space between them.

    Offsets count from the beginning of `text`. Every character that is not white space belongs to
    exactly one sentence.
    """
    end = len(text) if end is None else end
    result: list[Sentence] = []
    for first, last in _spans(text, start, end):
        result.extend(_cut(text, first, last))
    return tuple(result)


def split_blocks(text: str, blocks: tuple[Block, ...]) -> tuple[Sentence, ...]:
    """Return the sentences of all blocks; none crosses from one block into the next."""
    return tuple(sentence for block in blocks for sentence in split(text, block.start, block.end))


def _spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for stop in _END.finditer(text, start, end):
        if _ends_sentence(text, begin, stop, end):
            yield begin, stop.end()
            begin = stop.end()
    yield begin, end


def _ends_sentence(text: str, begin: int, stop: re.Match[str], end: int) -> bool:
    following = _NEXT_WORD.match(text, stop.end() + _spaces(text, stop.end(), end), end)
    marks = stop.group().rstrip("\"'”’»)]")
    if following is None:
        return True
    word = following.group(1)
    if marks != ".":  # "!" and "?" inside a quotation go on in lower case; so do trailing dots
        return not word[0].islower()
    if word[0].islower():
        return False
    tail = text[max(begin, stop.start() - 24) : stop.start()]  # longest abbreviation, with room
    last = re.split(r"[\s(\[\"“‘]", tail)[-1].lower()
    if re.fullmatch(r"\s*\d{1,3}", text[begin : stop.start()]):  # "1. Green transition": a list's number
        return False
    if last == "no" and not word[0].isdigit():  # "He said no. They left."
        return True
    if last in _NEVER_LAST or (len(end_of := last.rsplit(".", 1)[-1]) > 1 and end_of in _NEVER_LAST):
        return False  # also "PGS.TS"
    if last in _SOMETIMES_LAST or _INITIALS.search(tail):
        return word.lower() in _STARTERS
    return True


def _spaces(text: str, at: int, end: int) -> int:
    count = 0
    while at + count < end and text[at + count].isspace():
        count += 1
    return count


def _cut(text: str, first: int, last: int) -> Iterator[Sentence]:
    """Strip white space and cut what is too long, at a space where there is one."""
    while first < last and text[first].isspace():
        first += 1
    while last > first and text[last - 1].isspace():
        last -= 1
    while last - first > LONGEST:
        at = text.rfind(" ", first + LONGEST // 2, first + LONGEST)
        at = first + LONGEST if at < 0 else at
        yield Sentence(first, at)
        first = at
        while first < last and text[first].isspace():
            first += 1
    if first < last:
        yield Sentence(first, last)
