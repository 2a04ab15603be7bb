"""Names that no table knows: runs of capitalised words, and how sure it is that they are names."""

from __future__ import annotations

from dataclasses import replace

from index.text.gazetteer import VI_SYLLABLE, Token, index_of
from rag.values.naming import Name, NameKind, begins_sentence, is_capital
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


def find_runs(
    text: str, tokens: list[Token], lang: str, body: frozenset[str], used: set[int], roles: dict[int, str]
) -> list[Name]:
    """Return the runs of capitalised words that are names.

    `used` are places in `tokens` that belong to known names, `roles` titles by place; `body` holds words that
    the source also writes in lower case.
    """
    names: list[Name] = []
    at = 0
    while at < len(tokens):
        if at in used or at in roles or not is_capital(tokens[at]) or _skip(text, tokens, at, lang):
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
            and begins_sentence(text, tokens[at])
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
            at + 1 < len(tokens) and is_capital(tokens[at + 1]) and not begins_sentence(text, token)
        )
    if token.plain in EN_MONTHS_DAYS:
        return True
    if token.plain in EN_SURNAME_WORDS and at + 1 < len(tokens) and is_capital(tokens[at + 1]):
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
    if is_capital(tokens[end]):
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
        if after < len(tokens) and is_capital(tokens[after]) and after not in used and after not in roles:
            between = text[tokens[end - 1].end : tokens[after].start]
            if between in (" of ", " of the ", " de ", " da ", " bin ", " del ", " van ", " for "):
                return count + 1
    return 0


def _name_of(text: str, part: list[Token], lang: str, body: frozenset[str], role: str | None) -> Name | None:
    initial = begins_sentence(text, part[0])
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


def _looks_like_name(token: Token, lang: str) -> bool:
    """Return whether a capitalised word at the beginning of a sentence is a name nevertheless."""
    if any(char.isupper() for char in token.text[1:]) or any(char.isdigit() for char in token.text):
        return True
    if lang == "vi":
        return not VI_SYLLABLE.match(token.folded) and token.plain not in common_english()
    return token.plain not in common_english() and not EN_SUFFIX.search(token.plain)
