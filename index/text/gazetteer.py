"""Words with their places, and the tables of two-language names, titles and terms looked up in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from index.text import glossary
from index.text.spelling import fold, fold_word, plain

TOKEN = re.compile(r"[^\W_]+")
# The shape of a Vietnamese syllable without its diacritics.
VI_SYLLABLE = re.compile(
    r"^(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|b|c|d|g|h|k|l|m|n|p|r|s|t|v|x)?[aeiouy]{1,3}(?:ch|ng|nh|c|m|n|p|t)?$"
)


class Token(NamedTuple):
    """A word, its place, and its folded and plain forms."""

    start: int
    end: int
    text: str  # as written
    folded: str
    plain: str


def tokens_of(text: str) -> list[Token]:
    """Return the words of a text in order; `text[t.start : t.end] == t.text`."""
    low, bare = plain(text), fold(text)
    return [
        Token(m.start(), m.end(), m[0], bare[m.start() : m.end()], low[m.start() : m.end()])
        for m in TOKEN.finditer(text)
    ]


def normal_key(words: str) -> str:
    """Return a name's folded words separated by single spaces: "U.S." → "u s"."""
    return " ".join(TOKEN.findall(fold_word(words)))


class Entry(NamedTuple):
    """One spelling of one key of the tables."""

    key: str
    spelling: str  # as in the table: case and diacritics kept
    lang: str


# Sections of the glossary, and the prefixes of their keys; "said" is everything that has two spellings.
_NAMES = (("country", "country"), ("place", "place"), ("organisation", "org"))
_SAID = ("term", "word", "month", "currency", "unit")
_KINDS: dict[str, tuple[tuple[str, str], ...]] = {
    "name": _NAMES,
    "role": (("role", "role"),),
    "term": (("term", "term"),),
    "said": (*_NAMES, *((name, name) for name in _SAID)),
}


def entries(kind: str) -> Iterator[Entry]:
    """Yield every spelling of a kind: "name", "role", "term", or "said", which is all of them and more."""
    if kind in ("name", "said"):
        yield from (
            Entry(f"country:{code}", spelling, lang) for spelling, lang, code in glossary.territories()
        )
    if kind == "said":
        yield from (Entry(key, spelling, lang) for spelling, lang, key in glossary.calendar())
    for section, prefix in _KINDS[kind]:
        for key, spelled in glossary.section(section).items():
            for lang in ("en", "vi"):
                yield from (Entry(f"{prefix}:{key}", words, lang) for words in spelled.get(lang, ()))


@glossary.derived
@lru_cache(maxsize=4)
def index_of(kind: str) -> dict[str, list[tuple[int, dict[str, list[Entry]]]]]:
    """Return {first folded word: [(number of words, {normal key: entries})], longest first}."""
    by_key: dict[str, list[Entry]] = {}
    for entry in entries(kind):
        by_key.setdefault(normal_key(entry.spelling), []).append(entry)
    by_first: dict[str, dict[int, dict[str, list[Entry]]]] = {}
    for key, found in by_key.items():
        parts = key.split() or [""]  # "%" has no word, and is never met
        by_first.setdefault(parts[0], {}).setdefault(len(parts), {})[key] = found
    return {first: sorted(lengths.items(), reverse=True) for first, lengths in by_first.items()}


@glossary.derived
@lru_cache(maxsize=4)
def _spellings(kind: str) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], list[str]] = {}
    for entry in entries(kind):
        found.setdefault((entry.key, entry.lang), []).append(entry.spelling)
    return {key: tuple(dict.fromkeys(same)) for key, same in found.items()}


def spelled(kind: str, key: str, lang: str) -> tuple[str, ...]:
    """Return how a language spells what a key means; nothing for a key that it has no word for."""
    return _spellings(kind).get((key, lang), ())


def _marks(text: str) -> list[str]:
    """Return letters and marks in any order: "hoà" and "hòa" are spelled with the same ones."""
    return sorted(unicodedata.normalize("NFD", plain(text)))


def _spelled_as(written: str, entry: Entry, ascii_text: bool) -> bool:
    """Return whether `written` is this spelling, also when typed without diacritics."""
    spelling = entry.spelling
    if plain(written) == plain(spelling) or (
        normal_key(written) == normal_key(spelling) and _marks_equal(written, spelling)
    ):
        # "US" is a country, "us" is not; "AI" is not "ai" (who).
        return not (spelling.isupper() and len(spelling) <= 4) or written.isupper()
    if not written.isascii():
        return False
    return (ascii_text and len(normal_key(spelling)) > 2) or len(normal_key(spelling).split()) > 1


def _marks_equal(a: str, b: str) -> bool:
    return _marks("".join(TOKEN.findall(a))) == _marks("".join(TOKEN.findall(b)))


def lookup(
    text: str, tokens: list[Token], kind: str, lang: str, ascii_text: bool = False
) -> list[tuple[int, int, str]]:
    """Return (first token, number of tokens, key) of the longest table entries, left to right."""
    return [(at, count, met[0].key) for at, count, met in matches(text, tokens, kind, lang, ascii_text)]


def matches(
    text: str, tokens: list[Token], kind: str, lang: str, ascii_text: bool = False
) -> Iterator[tuple[int, int, list[Entry]]]:
    """Yield (first token, number of tokens, all that it may mean) of the longest entries, left to right."""
    index, at = index_of(kind), 0
    while at < len(tokens):
        step = 1
        for count, keys in index.get(tokens[at].folded, ()):
            part = tokens[at : at + count]
            known = keys.get(" ".join(token.folded for token in part)) if len(part) == count else None
            if not known or not _joined(text, part):
                continue
            written = text[part[0].start : part[-1].end]
            met = [e for e in known if _in_language(e, lang) and _spelled_as(written, e, ascii_text)]
            if met:
                yield at, count, met
                step = count
                break
        at += step


def _in_language(entry: Entry, lang: str) -> bool:
    """Return whether an entry may be meant: "Lao" is a people in English and labour in Vietnamese."""
    return (
        entry.lang == lang
        or " " in entry.spelling
        or entry.spelling.isupper()
        or not VI_SYLLABLE.match(fold_word(entry.spelling))
    )


def _joined(text: str, part: list[Token]) -> bool:
    return all(
        len(text[a.end : b.start]) <= 3 and not re.search(r"[,;:!?()\n]", text[a.end : b.start])
        for a, b in pairwise(part)
    )
