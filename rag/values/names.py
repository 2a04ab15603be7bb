"""Names of people, places, countries and organisations, found in English and Vietnamese text.

A name is known by a key that does not depend on language or diacritics: "country:JP" for Japan,
Nhật Bản and Japanese, "org:EU" for the European Union, "name:vo van thuong" for what no table knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from index.text import glossary
from index.text.gazetteer import TOKEN, VI_SYLLABLE, Token, lookup, normal_key, tokens_of
from index.text.spelling import composed, fold, is_ascii_words, listed
from rag.values.money import codes
from rag.values.name_runs import find_runs
from rag.values.naming import Name, NameKind, begins_sentence, is_capital
from rag.values.syllables import spelled_out
from rag.values.wordlists import common_english


def _body_words(body: str | None) -> frozenset[str]:
    return frozenset(word for word in TOKEN.findall(body)) if body else frozenset()


def find_names(text: str, lang: str, body: str | None = None) -> list[Name]:
    """Return the names of `text` in order, not overlapping; `text[n.start:n.end] == n.text`.

    `body` is more text of the same source: a word that it writes in lower case is no name at the
    beginning of a sentence.
    """
    clean, origin = composed(text.replace("_", " "))
    tokens = tokens_of(clean)
    ascii_text = lang == "vi" and is_ascii_words(clean)
    used: set[int] = set()
    names = [*_known(clean, tokens, lang, ascii_text, used)]
    if lang == "vi":
        names += _spelled_out(clean, tokens, used)
    roles = _roles(clean, tokens, lang, ascii_text, used)
    names += find_runs(clean, tokens, lang, _body_words(body), used, roles)
    names += _titles(clean, names)
    names.sort(key=lambda name: name.start)
    if origin is not None:
        names = [replace(name, start=origin[name.start], end=origin[name.end]) for name in names]
    return [
        replace(name, text=text[name.start : name.end])
        for name in names
        if not _is_currency(text[name.start : name.end], text[name.end : name.end + 1])
    ]


def _is_currency(word: str, after: str) -> bool:
    """Return whether a capitalised word is money: "USD", or "US" before a dollar sign."""
    return after == "$" or word in glossary.section("currency") or word in codes()


def _spelled_out(text: str, tokens: list[Token], used: set[int]) -> Iterable[Name]:
    for start, end, letters in spelled_out(text):
        inside = [at for at, token in enumerate(tokens) if start <= token.start and token.end <= end]
        if used.isdisjoint(inside):
            used.update(inside)
            yield Name("other", start, end, "", f"name:{letters}")


_HONORIFIC = frozenset(listed("ông bà anh chị em cô chú bác ngài cụ"))
# Vietnamese country names that are also words or given names.
_SHORT = frozenset(listed("anh mỹ nga đức pháp ý úc áo bỉ lào séc nhật hàn thái"))
_SHORT_UNMARKED = frozenset(map(fold, _SHORT))


def _known(text: str, tokens: list[Token], lang: str, ascii_text: bool, used: set[int]) -> Iterable[Name]:
    lowered = not any(char.isupper() for char in text)
    for at, count, key in lookup(text, tokens, "name", lang, ascii_text):
        first, last = tokens[at], tokens[at + count - 1]
        capital = any(is_capital(token) for token in tokens[at : at + count])
        if not (
            capital
            or (lowered and (count > 1 or (len(first.folded) > 4 and first.plain not in common_english())))
        ):
            continue
        if lang == "vi" and text[last.end : last.end + 5].lower() == " giáo":
            continue  # "Ấn Độ giáo" is Hinduism
        short = first.plain in _SHORT or (ascii_text and first.folded in _SHORT_UNMARKED)
        beside = at - 1 in used  # "Việt Nam - Lào"
        if count == 1 and lang == "vi" and short and not beside and not _stands_alone(text, tokens, at):
            continue
        used.update(range(at, at + count))
        kind: NameKind = (
            "country" if key.startswith("country") else "place" if key.startswith("place") else "org"
        )
        yield Name(kind, first.start, last.end, "", key)


def _stands_alone(text: str, tokens: list[Token], at: int) -> bool:
    """Return whether Anh, Nga, Đức … is a country here and not part of a person's name or a pronoun."""
    token = tokens[at]
    before = tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if token.plain == "anh" and after and after.plain in ("ấy", "ta", "em", "chị", "trai"):
        return False
    if begins_sentence(text, token):
        return token.plain not in ("anh", "ý", "áo") and not (
            after
            and is_capital(after)
            and VI_SYLLABLE.match(after.folded)
            and text[token.end : after.start] == " "
        )
    if before is None or text[before.end : token.start] != " ":
        return True
    if before.plain in _HONORIFIC:
        return False
    if not is_capital(before):
        return True
    # "Tổng thống Mỹ", "Đại sứ Nga": the word before is the end of a title; "Tuấn Anh" is a person.
    return any(start + count == at for start, count, _ in lookup(text, tokens[:at], "role", "vi"))


def _roles(text: str, tokens: list[Token], lang: str, ascii_text: bool, used: set[int]) -> dict[int, str]:
    """Return {token index: role} of titles; only those written as titles count."""
    roles: dict[int, str] = {}
    for at, count, key in lookup(text, tokens, "role", lang, ascii_text):
        if any(i in used for i in range(at, at + count)):
            continue
        if (
            at
            and tokens[at].plain in _HONORIFIC
            and is_capital(tokens[at - 1])
            and (text[tokens[at - 1].end : tokens[at].start] == " ")
        ):
            continue  # "Tuấn Anh" is one name
        follows = at + count < len(tokens) and is_capital(tokens[at + count])
        if is_capital(tokens[at]) or follows:
            roles.update(dict.fromkeys(range(at, at + count), key.removeprefix("role:")))
    return roles


_QUOTED = re.compile(r"[\"“«]([^\"“”«»]{3,90})[\"”»]")


def _titles(text: str, names: list[Name]) -> list[Name]:
    """Take the names inside quoted titles out of `names` and return the titles."""
    found = [
        Name("title", match.start(1), match.end(1), "", f"title:{normal_key(match[1])}", portable=False)
        for match in _QUOTED.finditer(text)
        if _is_title(match[1]) and not any((n.start, n.end) == match.span(1) for n in names)
    ]
    names[:] = [n for n in names if not any(n.start >= t.start and n.end <= t.end for t in found)]
    return found


def _is_title(quoted: str) -> bool:
    """Return whether quoted words name a work or an event and are no sentence that was said."""
    parts = quoted.split()
    capitals = sum(part[0].isupper() for part in parts)
    return (
        quoted[0].isupper()
        and quoted[-1] not in ".,!?"
        and 1 < len(parts) <= 12
        and capitals * 2 >= len(parts)
    )
