"""Titles: found when they run into the text, and brought out of capitals."""

from __future__ import annotations

import re

from index.text import lexical
from index.text.words import words

_FIRST_SENTENCE = re.compile(r"[.!?…](?=[\s\"”’])")
_SHORTEST, _LONGEST = 4, 30  # words of a headline, both languages
# Words that are capitalised only where a sentence begins.
_OPENERS = words(
    "the a an in on at it he she they we this these after before when while as with for from under "
    "theo trong ngày sáng chiều tối hôm tại sau trước khi với từ hai các những một ông bà đây đó"
)
_CONNECTORS = words(
    "and or of in on at to for from with by the a an as và của với cho tại từ đến trong về là ở do "
    "- – — & : ,"
)
_MINOR = words("a an the and but or nor for of in on at to by with from as into over per via vs")
_LOWER_FOLLOWS = 1.0  # how much the three signs of a beginning sentence count; tried on invented headlines
_OPENER = 1.0
_REPEATED = 2.0


def split_run_in(text: str) -> tuple[str, str]:
    """Split "Headline Text of the article …" that lost the line between them into its two parts.

    The text begins at a capitalised word that goes on in lower case and comes after no connecting
    word; of those, the one where the opening sentence repeats most of the words before it. Returns
    ("", text) when nothing shows where, so nothing is lost.
    """
    stop = _FIRST_SENTENCE.search(text)
    opening = text[: stop.start()] if stop else text
    words = list(re.finditer(r"\S+", opening))
    best, place = 0.0, 0
    for number in range(_SHORTEST, min(_LONGEST, len(words) - 4)):
        score = _beginning(text, words, number)
        if score > best:
            best, place = score, words[number].start()
    # Without repeated words or an opening word, a capital in mid-sentence is only a name.
    if best < _LOWER_FOLLOWS + 0.6:
        return "", text
    return text[:place].rstrip(), text[place:]


def _beginning(text: str, words: list[re.Match[str]], number: int) -> float:
    """Return how much `words[number]` looks like the first word of the article's first sentence."""
    word, before = words[number].group(), words[number - 1].group()
    first = word.lstrip("\"'“‘(")
    if not first or not first[0].isupper() or before.lower() in _CONNECTORS or before[-1] in ',:;-–—("“':
        return 0.0
    if len(first) > 1 and first.isupper():
        return 0.0
    score = 0.0
    if words[number + 1].group()[0].islower():
        score += _LOWER_FOLLOWS
    if first.lower() in _OPENERS:
        score += _OPENER
    title = _content(text[: words[number].start()])
    lead = _content(text[words[number].start() : words[-1].end()])
    shared = len(title & lead) / max(len(title), 1)
    return score + _REPEATED * shared if score else 0.0


def _content(text: str) -> set[str]:
    return {
        token
        for token in lexical.tokens(text)
        if token not in lexical.STOP["en"] and token not in lexical.STOP["vi"]
    }


def shortened(text: str, longest: int = 120) -> str:
    """Return the first sentence of `text` as a title of at most `longest` characters."""
    stop = _FIRST_SENTENCE.search(text)
    first = text[: stop.start()] if stop else text
    if len(first) <= longest:
        return first.strip()
    return first[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:-–—") + "…"


def recase(title: str, body: str) -> str:
    """Return a title that is all capitals in title case (Vietnamese: sentence case); others unchanged.

    Words take the case that the body gives them: acronyms stay, names stay names.
    """
    letters = [character for character in title if character.isalpha()]
    if len(letters) < 12 or any(character.islower() for character in letters):
        return title
    seen = _cases(body)
    english = title.isascii() or not re.search(r"[ĂĐƠƯ\u1ea0-\u1ef9]", title)
    words = title.split(" ")
    result: list[str] = []
    for number, word in enumerate(words):
        starts = number == 0 or words[number - 1].endswith((":", ".", "?", "!"))
        result.append(_recased(word, seen, english, starts))
    return " ".join(result)


def _recased(word: str, seen: dict[str, str], english: bool, starts: bool) -> str:
    def one(found: re.Match[str]) -> str:
        part = found.group()
        usual = seen.get(part.lower())
        if usual and not usual.islower() and (english is False or usual != part.lower()):
            return usual
        if usual is None and len(part) > 1 and not re.search(r"[AEIOUY]", part):
            return part  # no vowel: an acronym
        low = part.lower()
        if starts or (english and low not in _MINOR):
            return low[0].upper() + low[1:]
        return low

    return re.sub(r"[^\W\d_]+", one, word)


def _cases(body: str) -> dict[str, str]:
    """Return the usual spelling of each word of `body`, leaving out first words of sentences."""
    counts: dict[str, dict[str, int]] = {}
    for found in re.finditer(r"(?<![.!?…:\n\"“•] )(?<!^)\b[^\W\d_]+", body):
        word = found.group()
        spelling = counts.setdefault(word.lower(), {})
        spelling[word] = spelling.get(word, 0) + 1
    return {low: max(sorted(spelling), key=lambda word: spelling[word]) for low, spelling in counts.items()}
