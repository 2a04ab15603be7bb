"""Names of people, places, countries and organisations, found in English and Vietnamese text.

A name is known by a key that does not depend on language or diacritics: "country:JP" for Japan,
Nhật Bản and Japanese, "org:EU" for the European Union, "name:vo van thuong" for what no table knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from index.text import glossary
from index.text.gazetteer import TOKEN, VI_SYLLABLE, Token, index_of, lookup, normal_key, tokens_of
from index.text.spelling import composed, is_ascii_words, listed
from rag.values.syllables import spelled_out
from rag.values.wordlists import (
    ASCII_SURNAMES,
    EN_MONTHS_DAYS,
    EN_PEOPLE,
    EN_STOP,
    EN_SUFFIX,
    EN_SURNAME_WORDS,
    VI_ORG_HEADS,
    VI_STOP,
    VI_SURNAMES,
    common_english,
)

NameKind = Literal["country", "place", "org", "person", "acronym", "title", "other"]


@dataclass(frozen=True, slots=True)
class Name:
    """One name; `text` is exactly the characters from `start` to `end`.

    `sure` is False where a capital may only mark the beginning of a sentence; `portable` says that
    the name is written alike in both languages (but for diacritics) or that the tables know both.
    """

    kind: NameKind
    start: int
    end: int
    text: str
    key: str
    sure: bool = True
    portable: bool = True
    initial: bool = False  # a single word at the beginning of a sentence
    role: str | None = None  # "president", where a title stands before the name


SENTENCE_END = re.compile(r"(?:^|[.!?:;…\n|•]|[.!?]['\"”’)])\s*['\"“‘(\[-]*\s*$")


def _is_capital(token: Token) -> bool:
    return token.text[0].isupper() or (token.text[0].isdigit() and any(c.isupper() for c in token.text))


def _initial(text: str, token: Token) -> bool:
    return bool(SENTENCE_END.search(text[max(0, token.start - 6) : token.start])) or token.start == 0


def _looks_like_name(token: Token, lang: str) -> bool:
    """Return whether a capitalised word at the beginning of a sentence is a name nevertheless."""
    if any(char.isupper() for char in token.text[1:]) or any(char.isdigit() for char in token.text):
        return True
    if lang == "vi":
        return not VI_SYLLABLE.match(token.folded) and token.plain not in common_english()
    return token.plain not in common_english() and not EN_SUFFIX.search(token.plain)


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
    names += _runs(clean, tokens, lang, _body_words(body), used, roles)
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
    return after == "$" or word in glossary.section("currency")


def _spelled_out(text: str, tokens: list[Token], used: set[int]) -> Iterable[Name]:
    for start, end, letters in spelled_out(text):
        inside = [at for at, token in enumerate(tokens) if start <= token.start and token.end <= end]
        if used.isdisjoint(inside):
            used.update(inside)
            yield Name("other", start, end, "", f"name:{letters}")


_HONORIFIC = frozenset(listed("ông bà anh chị em cô chú bác ngài cụ"))
# Vietnamese country names that are also words or given names.
_SHORT = frozenset(listed("anh mỹ nga đức pháp ý úc áo bỉ lào séc nhật hàn thái"))


def _known(text: str, tokens: list[Token], lang: str, ascii_text: bool, used: set[int]) -> Iterable[Name]:
    lowered = not any(char.isupper() for char in text)
    for at, count, key in lookup(text, tokens, "name", lang, ascii_text):
        first, last = tokens[at], tokens[at + count - 1]
        capital = any(_is_capital(token) for token in tokens[at : at + count])
        if not (
            capital
            or (lowered and (count > 1 or (len(first.folded) > 4 and first.plain not in common_english())))
        ):
            continue
        if lang == "vi" and text[last.end : last.end + 5].lower() == " giáo":
            continue  # "Ấn Độ giáo" is Hinduism
        if count == 1 and lang == "vi" and first.plain in _SHORT and not _stands_alone(text, tokens, at):
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
    if _initial(text, token):
        return token.plain not in ("anh", "ý", "áo") and not (
            after
            and _is_capital(after)
            and VI_SYLLABLE.match(after.folded)
            and text[token.end : after.start] == " "
        )
    if before is None or text[before.end : token.start] != " ":
        return True
    if before.plain in _HONORIFIC:
        return False
    if not _is_capital(before):
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
            and _is_capital(tokens[at - 1])
            and (text[tokens[at - 1].end : tokens[at].start] == " ")
        ):
            continue  # "Tuấn Anh" is one name
        follows = at + count < len(tokens) and _is_capital(tokens[at + count])
        if _is_capital(tokens[at]) or follows:
            roles.update(dict.fromkeys(range(at, at + count), key.removeprefix("role:")))
    return roles


def _runs(
    text: str, tokens: list[Token], lang: str, body: frozenset[str], used: set[int], roles: dict[int, str]
) -> list[Name]:
    names: list[Name] = []
    at = 0
    while at < len(tokens):
        if at in used or at in roles or not _is_capital(tokens[at]) or _skip(text, tokens, at, lang):
            at += 1
            continue
        end = at + 1
        while end < len(tokens):
            step = _continues(text, tokens, end, lang, used, roles)
            if not step:
                break
            end += step
        role = (
            roles.get(at - 1) if at and text[tokens[at - 1].end : tokens[at].start] in (" ", ". ") else None
        )
        if (
            role
            and _initial(text, tokens[at])
            and text[tokens[at - 1].end] == "."
            and len(tokens[at - 1].text) > 4
        ):
            role = None
        following = tokens[end] if end < len(tokens) else None
        if (
            lang == "vi"
            and role not in (None, "mister")
            and end == at + 1
            and following
            and (
                following.text.islower()
                and text[tokens[at].end : following.start] == " "
                and VI_SYLLABLE.match(tokens[at].folded)
            )
        ):
            role = None  # "Chủ tịch Điều hành"
        name = _name_of(text, tokens[at:end], lang, body, role)
        if (
            name
            and lang == "vi"
            and tokens[at].plain in VI_ORG_HEADS
            and following
            and (following.text.islower() and text[tokens[end - 1].end : following.start] == " ")
        ):
            name = replace(name, sure=False)  # "Cục Thống kê": the name goes on in lower case
        if name:
            names.append(name)
        at = end
    return names


def _skip(text: str, tokens: list[Token], at: int, lang: str) -> bool:
    token = tokens[at]
    if lang == "vi":
        return token.plain in VI_STOP and not (
            at + 1 < len(tokens) and _is_capital(tokens[at + 1]) and not _initial(text, token)
        )
    if token.plain in EN_MONTHS_DAYS:
        return True
    if token.plain in EN_SURNAME_WORDS and at + 1 < len(tokens) and _is_capital(tokens[at + 1]):
        following = tokens[at + 1]
        if (
            VI_SYLLABLE.match(following.folded)
            and text[token.end : following.start] == " "
            and following.plain not in EN_STOP
        ):
            return following.folded in index_of("name")  # "To Lam", not "To Vietnam"
    return (token.plain in EN_STOP and not token.text.isupper()) or (
        len(token.text) == 1 and token.plain in ("i", "a", "s")
    )


def _continues(
    text: str, tokens: list[Token], end: int, lang: str, used: set[int], roles: dict[int, str]
) -> int:
    """Return how many tokens the run that stops before `end` takes in; 0 if it is over."""
    gap = text[tokens[end - 1].end : tokens[end].start]
    if end in used or end in roles:
        return 0
    if _is_capital(tokens[end]):
        if lang == "en" and tokens[end].plain in EN_MONTHS_DAYS:
            return 0
        if gap == ". ":
            return (
                1
                if lang == "en"
                and len(tokens[end - 1].text) <= 2
                and not tokens[end - 1].text.startswith("I")
                else 0
            )
        return 1 if gap in (" ", "-", " & ", "'", "’", ".") else 0
    if lang != "en":
        return 0
    for count in (1, 2):
        after = end + count
        if after < len(tokens) and _is_capital(tokens[after]) and after not in used and after not in roles:
            between = text[tokens[end - 1].end : tokens[after].start]
            if between in (" of ", " of the ", " de ", " da ", " bin ", " del ", " van ", " for "):
                return count + 1
    return 0


def _name_of(text: str, part: list[Token], lang: str, body: frozenset[str], role: str | None) -> Name | None:
    initial = _initial(text, part[0])
    if part[-1].text in ("s", "S") and len(part) > 1:
        part = part[:-1]
    sure = True
    if len(part) == 1:
        token = part[0]
        acronym = token.text.isupper() and len(token.text) > 1
        if len(token.text) == 1 and not token.text.isupper():
            return None
        if initial and not acronym and role is None:
            sure = _looks_like_name(token, lang) and token.plain not in body
        elif lang == "vi" and VI_SYLLABLE.match(token.folded) and role is None and not acronym:
            sure = False  # "Chính phủ", "Đảng": a capital of respect
        kind: NameKind = "acronym" if acronym else "person" if role else "other"
        portable = len(token.text) > 1 and (acronym or _portable(part, lang, role))
        return Name(
            kind,
            token.start,
            token.end,
            "",
            f"name:{token.folded}",
            sure,
            portable,
            initial and not acronym,
            role,
        )
    kind = "person" if role or _is_person(part) else "other"
    key = "name:" + " ".join(token.folded for token in part)
    return Name(kind, part[0].start, part[-1].end, "", key, sure, _portable(part, lang, role), False, role)


def _is_person(part: list[Token]) -> bool:
    known = part[0].plain in (ASCII_SURNAMES if part[0].text.isascii() else VI_SURNAMES)
    return known and len(part) in (2, 3, 4, 5) and all(VI_SYLLABLE.match(token.folded) for token in part)


def _portable(part: list[Token], lang: str, role: str | None) -> bool:
    """Return whether the other language writes this name alike, as far as its form tells."""
    if _is_person(part):
        return True
    if lang == "vi":
        # Vietnamese syllables name persons alike in both languages, but not seas, sects and ministries.
        foreign = any(not VI_SYLLABLE.match(token.folded) for token in part)
        return foreign or (bool(role) and part[0].plain not in VI_ORG_HEADS)
    return not any(
        token.plain in common_english() or token.text[0].islower() or EN_PEOPLE.search(token.plain)
        for token in part
    )


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
