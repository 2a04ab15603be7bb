"""Where sentences begin and end, in English and Vietnamese, as exact offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.records import Block, Sentence
from index.text.stops import ends_sentence, is_list_mark

_CLOSING = "\"'”’»)]"
# Also ". . ." and "!.."; and the stops of Chinese and Japanese, or what they say is one with what follows.
_END = re.compile(rf"(?<![.!?…。!?])[.!?…。!?]+(?: \.+)*[{re.escape(_CLOSING)}]*(?=\s|$)")
_QUOTED = re.compile(r"[\"'”’»]$")
# What comes next: perhaps a dash ("– asked the mayor"), perhaps marks ("“", "$"), and a word.
_NEXT = re.compile(r"\s*(?P<dash>[-–—]\s+)?(?P<marks>[^\w\s]*)(?P<word>[^\W_]+)")
_JOINT = re.compile(r"\s*[|&+=/]")  # "| U.S. | 1.5 |", "Reed Co. & Sons"
_ITEM = re.compile(r"[^\W\d_][.)]\s")  # "b. The next step", after another one like it
_LINE = re.compile(r"[^\n]+")
_SEEN_BEFORE = 80  # characters: a list's mark or a full name, and enough to tell the language
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
    """Yield rows of tables whole, and the sentences of what stands between them."""
    begin = start
    for line in _LINE.finditer(text, start, end):
        if _is_row(line.group()):
            yield from _running(text, begin, line.start())
            yield line.span()
            begin = line.end()
    yield from _running(text, begin, end)


def _is_row(line: str) -> bool:
    """Return whether `line` is a row of a table, which is one sentence whatever its cells hold."""
    bare = line.strip()
    return len(bare) > 1 and bare[0] == bare[-1] == "|"


def _running(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = _after_space(text, start, end)
    for stop in _END.finditer(text, begin, end):
        if _ends_sentence(text, begin, stop, end):
            yield begin, stop.end()
            begin = _after_space(text, stop.end(), end)
    yield begin, end


def _ends_sentence(text: str, begin: int, stop: re.Match[str], end: int) -> bool:
    """Return whether the sentence from `begin` ends with `stop`; nothing behind its next word has a say."""
    if _JOINT.match(text, stop.end(), end):
        return False
    following = _NEXT.match(text, stop.end(), end)
    if following is None:
        return True
    word, at = following["word"], following.start("word")
    if word[0].islower() and word.islower():  # but "iPhone sales rose"
        # "!" and "?" inside a quotation go on in lower case; so do trailing dots. Items of a list do not.
        return bool(_ITEM.match(text, begin, end) and _ITEM.match(text, at, end))
    # "“It will hold!” – Mayor Reed said": without the quotation marks a dash begins another's speech.
    if following["dash"] and not following["marks"] and _QUOTED.search(stop.group()):
        return False
    if stop.group().rstrip(_CLOSING) != ".":
        return True
    seen = max(begin, stop.start() - _SEEN_BEFORE)
    before = text[seen : stop.start()]
    if seen == begin and is_list_mark(before):
        return False
    return ends_sentence(before, word, text.startswith(".", following.end(), end))


def _cut(text: str, first: int, last: int) -> Iterator[Sentence]:
    """Strip white space and cut what is too long, at a space where there is one."""
    first = _after_space(text, first, last)
    while last > first and text[last - 1].isspace():
        last -= 1
    while last - first > LONGEST:
        at = text.rfind(" ", first + LONGEST // 2, first + LONGEST)
        at = first + LONGEST if at < 0 else at
        yield Sentence(first, at)
        first = _after_space(text, at, last)
    if first < last:
        yield Sentence(first, last)


def _after_space(text: str, at: int, end: int) -> int:
    while at < end and text[at].isspace():
        at += 1
    return at
