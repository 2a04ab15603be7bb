"""Words for searching: the same tokens for articles and questions, in both languages.

A token holds only letters and digits, so no query can contain an operator of the search engine, and
numbers written 16.7 and 16,7, or 5,608 and 5.608, are one token.
"""

from __future__ import annotations

import itertools
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator

from index.records import Lang
from index.search.common import Legs
from index.text.words import words

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W_]+")
_THOUSANDS = re.compile(r"^\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*$")
_TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook, dot below

STOP: dict[Lang, frozenset[str]] = {
    "en": words(
        "a an the of and or in on at to for from by with as is are was were be been being has have had do "
        "does did will would can could should what which who whom whose when where why how much many that "
        "this these those it its they their there than then not no any some i you he she we our your his her "
        "about into according tell me please"
    ),
    "vi": words(
        "là của và các những một có được cho trong với từ đến tại về theo này đó khi nào gì ai đâu sao bao "
        "nhiêu thế như nào thì mà ở do bởi vì để đã đang sẽ bị cũng rằng hay hoặc trên dưới ra vào lên xuống "
        "năm ngày tháng mấy không hãy hỏi biết"
    ),
}

_NO_NAMES = STOP["en"] | STOP["vi"]


def tokens(text: str) -> list[str]:
    """Return the exact tokens of `text`: lower case, diacritics kept, one way to place the tone."""
    return [_exact(word) for word in _words(text.lower())]


def folded_tokens(text: str) -> list[str]:
    """Return the tokens of `text` without diacritics, đ as d: what is typed without Vietnamese keys."""
    return [_folded(word) for word in _words(text.lower())]


def _words(text: str) -> list[str]:
    return _TOKEN.findall(unicodedata.normalize("NFC", text))


def _exact(word: str) -> str:
    return _number(word) if word[0].isdigit() else _tone(word)


def _folded(word: str) -> str:
    if word[0].isdigit():
        return _number(word)
    bare = unicodedata.normalize("NFD", word.replace("đ", "d"))
    return "".join(character for character in bare if not unicodedata.combining(character))


def _number(word: str) -> str:
    """Return the number without thousands marks and with "p" for its decimal mark."""
    if _THOUSANDS.match(word):
        return word.replace(".", "").replace(",", "")
    return word.replace(",", "p").replace(".", "p")


def _tone(word: str) -> str:
    """Bring both ways of placing a tone (hoà, hòa; thuỷ, thủy) to one: a digit at the end."""
    if word.isascii():
        return word
    bare = unicodedata.normalize("NFD", word)
    found = [character for character in bare if character in _TONES]
    if len(found) != 1:
        return word
    rest = unicodedata.normalize("NFC", bare.replace(found[0], ""))
    return f"{rest}{_TONES.index(found[0]) + 1}"


def query_tokens(text: str, lang: Lang) -> list[str]:
    """Return the distinct exact tokens of a question worth searching for; without stop words.

    A question of nothing but stop words keeps them all.
    """
    distinct = list(dict.fromkeys(tokens(text)))
    stop = {_exact(word) for word in STOP[lang]}
    return [token for token in distinct if token not in stop] or distinct


def query_folded(text: str, lang: Lang) -> list[str]:
    """Return the distinct folded tokens of a question; without stop words, marked or not."""
    kept = [word for word in _words(text.lower()) if word not in STOP[lang]]
    if text.isascii():  # typed without marks, stop words have none either
        unmarked = {_folded(word) for word in STOP[lang]}
        kept = [word for word in kept if word not in unmarked] or kept
    return list(dict.fromkeys(_folded(word) for word in kept or _words(text.lower())))


def crossing_tokens(text: str) -> list[str]:
    """Return the tokens that mean the same in the other language: numbers, capitalised and foreign names.

    Common words must not cross: English "to", "a", "the" are Vietnamese syllables.
    """
    found: list[str] = []
    for number, match in enumerate(_TOKEN.finditer(unicodedata.normalize("NFC", text))):
        word = match.group()
        # The first word has a capital anyhow; if it asks or joins, it is no name.
        name = word[0].isupper() and (number > 0 or (len(word) > 1 and word.lower() not in _NO_NAMES))
        if word[0].isdigit() or (name and len(word) > 1):
            found.append(_folded(word.lower()))
    return list(dict.fromkeys(found))


def query(text: str, lang: Lang, prune: Callable[[Legs], Legs] | None = None) -> str:
    """Return an FTS5 query for passages in the language of a question; the other has `index.search.crossing`.

    Vietnamese writes its words as syllables, most words two of them, so there pairs count beside single
    ones. `prune` may leave out some of what is looked for. The query is empty when there is nothing to
    look for.
    """
    exact, folded = query_tokens(text, lang), query_folded(text, lang)
    if lang == "vi":
        exact = [*exact, *_pairs(tokens(text), exact)]
        folded = [*folded, *_pairs(folded_tokens(text), folded)]
    legs = {"exact": exact, "folded": folded}
    parts = [_any_of(column, found) for column, found in (prune(legs) if prune else legs).items()]
    return " OR ".join(part for part in parts if part)


def folded_query(text: str, prune: Callable[[Legs], Legs]) -> str:
    """Return an FTS5 query for passages in Vietnamese that hold syllables of `text`, whatever their marks."""
    folded = query_folded(text, "vi")
    (kept,) = prune({"folded": [*folded, *_pairs(folded_tokens(text), folded)]}).values()
    return _any_of("folded", kept)


def scores(connection: sqlite3.Connection, match: str) -> Iterator[tuple[int, float]]:
    """Yield (passage, BM25), best first: a word counts as written, and a tenth of that without its marks."""
    if match:
        yield from connection.execute(
            "SELECT rowid, -bm25(words, 10.0, 1.0) FROM words WHERE words MATCH ? ORDER BY 2 DESC, 1",
            (match,),
        )


def _pairs(everything: list[str], kept: list[str]) -> list[str]:
    """Return the pairs of neighbours of which one at least is no stop word."""
    worth = set(kept)
    neighbours = itertools.pairwise(everything)
    return list(dict.fromkeys(f"{a} {b}" for a, b in neighbours if a in worth or b in worth))


def _any_of(column: str, found: list[str]) -> str:
    """Return an FTS5 query for any of the tokens and pairs; each is quoted, so none is an operator."""
    quoted = " OR ".join(f'"{token}"' for token in found)
    return f"({{{column}}} : ({quoted}))" if found else ""
