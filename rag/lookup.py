"""Words with their places, and the tables of two-language names, titles and terms looked up in them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rag import glossary
from rag.spelling import fold, fold_word, plain

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


@lru_cache(maxsize=4)
def index_of(kind: str) -> dict[str, list[tuple[int, dict[str, list[Entry]]]]]:
    """Return {first folded word: [(number of words, {normal key: entries})], longest first}."""
    entries: dict[str, list[Entry]] = {}
    if kind == "name":
        for spelling, lang, code in glossary.territories():
            entries.setdefault(normal_key(spelling), []).append(Entry(f"country:{code}", spelling, lang))
    for section, prefix in {"name": [("country", "country"), ("place", "place"), ("organisation", "org")],
                            "role": [("role", "role")], "term": [("term", "term")]}[kind]:  # fmt: skip
        for key, spelled in glossary.section(section).items():
            for lang in ("en", "vi"):
                for words in spelled.get(lang, ()):
                    entries.setdefault(normal_key(words), []).append(Entry(f"{prefix}:{key}", words, lang))
    by_first: dict[str, dict[int, dict[str, list[Entry]]]] = {}
    for key, found in entries.items():
        parts = key.split()
        by_first.setdefault(parts[0], {}).setdefault(len(parts), {})[key] = found
    return {first: sorted(lengths.items(), reverse=True) for first, lengths in by_first.items()}


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
    index, found, at = index_of(kind), [], 0
    while at < len(tokens):
        step = 1
        for count, keys in index.get(tokens[at].folded, ()):
            part = tokens[at : at + count]
            entries = keys.get(" ".join(token.folded for token in part)) if len(part) == count else None
            if not entries or not _joined(text, part):
                continue
            written = text[part[0].start : part[-1].end]
            match = next(
                (e for e in entries if _in_language(e, lang) and _spelled_as(written, e, ascii_text)), None
            )
            if match:
                found.append((at, count, match.key))
                step = count
                break
        at += step
    return found


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
