"""A term and a longer one are two things: a strategic partnership, a comprehensive strategic one."""

from __future__ import annotations

import re
from functools import lru_cache

from index.records import Lang
from index.text import glossary
from index.text.spelling import plain
from rag.evidence.lines import said_of

_SECTIONS = {"term:": "term", "org:": "organisation"}  # prefix of the keys, section of the glossary


def lesser(question: str, asked_in: Lang, text: str, lang: Lang) -> list[str]:
    """Return what `text` speaks of in place of a longer term of the question, as objections.

    "Raised their strategic partnership to a comprehensive one" speaks of both.
    """
    asked, said = said_of(question, asked_in), said_of(text, lang)
    found: list[str] = []
    for key in sorted(asked - said):
        others = sorted((_within(key) & said) - asked)
        if len(others) > 1 or (others and not _completed(key, others[0], text, lang)):
            found += [f"of {_named(other)}, not of {_named(key)}" for other in others]
    return found


def _completed(key: str, other: str, text: str, lang: Lang) -> bool:
    """Return whether `text` has the words that the longer term has more than the shorter one."""
    held = _words(text)
    longer, shorter = (_spelled(one, lang) for one in (key, other))
    return any(one < more and more - one <= held for more in longer for one in shorter)


@glossary.derived
@lru_cache(maxsize=512)
def _within(key: str) -> frozenset[str]:
    """Return the keys whose English, of two words or more, is a part of that of `key`."""
    prefix = f"{key.partition(':')[0]}:"
    if prefix not in _SECTIONS:
        return frozenset()
    longer = _spelled(key, "en")
    others = (prefix + name for name in glossary.section(_SECTIONS[prefix]))
    return frozenset(
        other
        for other in others
        if any(len(one) > 1 and one < more for one in _spelled(other, "en") for more in longer)
    )


def _spelled(key: str, lang: Lang) -> list[frozenset[str]]:
    prefix, _, name = key.partition(":")
    entry = glossary.section(_SECTIONS[f"{prefix}:"]).get(name, {})
    return [_words(one) for one in entry.get(lang, ())]


def _words(spelled: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", plain(spelled)))


def _named(key: str) -> str:
    return key.partition(":")[2].replace("_", " ")
