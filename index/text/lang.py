"""English or Vietnamese? Letters that only Vietnamese has, then its commonest words."""

from __future__ import annotations

import re

from index.records import Lang
from index.text.lexical import folded_tokens
from index.text.words import words

# Letters of Vietnamese that English never uses (é, à … occur in English names, so they do not count).
_ONLY_VIETNAMESE = re.compile(r"[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
_WORD = re.compile(r"[^\W\d_]+")
# A Vietnamese syllable typed without marks: onset, vowels, ending. Few English words have this shape.
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|th|tr|ph|kh|ch|gh|gi|qu|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?"
)
# Commonest words of running text that the other language does not have, as typed without marks too.
_VIETNAMESE = words(
    "cua va khong nhung duoc trong voi nguoi mot cac nam nuoc bao nhieu gi ai nao khi tai vi sao dau the "
    "la co cho den tu ty trieu viet giua hai nay nhu theo von dau muc ngay thang tuoi lam sinh "
    "ai bi biet boi cung da dang duoi gio hon len moi muon ngoai nhat phai ra rat sao sau se tai thi "
    "tren tung vao vua xuong"
)
# Of a text with more of these than of English ones, so many words are to look like Vietnamese syllables: of
# 1,438 questions typed without marks 5 are then taken for English (150 where a fifth had to be common words),
# and of 1,448 English ones none for Vietnamese. From .5 to .6 it is the same.
_SHAPED = 0.6
_ENGLISH = words(
    "the of and in is was were are what which who when where why how much many did does do to for with by "
    "from between on at has have had an its it that this will be been their they"
)


def evident(text: str) -> Lang | None:
    """Return the language of `text` if something speaks for it: English has its commonest words too."""
    if detect(text) == "vi":
        return "vi"
    words = _WORD.findall(text[:20_000].lower())
    # Running English has one in three; names, figures and Vietnamese without marks next to none.
    return "en" if words and sum(word in _ENGLISH for word in words) >= len(words) / 8 else None


def detect(text: str) -> Lang:
    """Return the language of `text`; English when nothing speaks for either.

    Vietnamese running text carries such a letter in more than every second word, so one in eight
    words is enough even beside English names. Unmarked Vietnamese is told by its commonest words.
    """
    words = _WORD.findall(text[:20_000].lower())
    if not words:
        return "en"
    marked = sum(bool(_ONLY_VIETNAMESE.search(word)) for word in words)
    if marked >= len(words) / 8:
        english = sum(word in _ENGLISH for word in words)
        return "en" if english > marked else "vi"
    vietnamese = sum(word in _VIETNAMESE for word in folded_tokens(" ".join(words)))
    english = sum(word in _ENGLISH for word in words)
    shaped = sum(bool(_SYLLABLE.fullmatch(word)) for word in words)
    if vietnamese > english and (vietnamese >= len(words) / 5 or shaped >= _SHAPED * len(words)):
        return "vi"
    # Four syllables in a row and no English word: a question typed without marks.
    return "vi" if shaped >= 4 and shaped == len(words) and not english else "en"
