"""The two-language tables of `glossary.toml` and the countries of Unicode CLDR, read once."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from rag.spelling import fold_word, plain

Section = dict[str, dict[str, list[str]]]
_FILE = Path(__file__).with_name("glossary.toml")


@lru_cache(maxsize=1)
def tables() -> dict[str, Section]:
    """Return every section of the glossary: {section: {key: {"en": spellings, "vi": spellings}}}."""
    with _FILE.open("rb") as file:
        return tomllib.load(file)


def section(name: str) -> Section:
    """Return one section; KeyError if the glossary has no such section."""
    return tables()[name]


@lru_cache(maxsize=8)
def spellings(name: str, lang: str | None = None) -> dict[str, str]:
    """Return {plain spelling: key} of a section, of one language or both."""
    langs = (lang,) if lang else ("en", "vi")
    return {
        plain(word): key
        for key, entry in section(name).items()
        for one in langs
        for word in entry.get(one, ())
    }


# Groups and placeholders among the two-letter codes of CLDR.
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"})


@lru_cache(maxsize=1)
def territories() -> tuple[tuple[str, str, str], ...]:
    """Return (spelling, language, ISO code) of all countries as CLDR names them, with peoples in "-an"."""
    from babel import Locale

    found = []
    for lang in ("en", "vi"):
        for code, name in Locale(lang).territories.items():
            if len(code) != 2 or not code.isalpha() or code in _NO_COUNTRIES:
                continue  # continents have numbers
            found.append((name, lang, code))
            if lang == "en" and name.endswith("a"):  # Armenia: Armenian, Armenians
                found += [(f"{name}{end}", lang, code) for end in ("n", "ns")]
    return tuple(found)


@lru_cache(maxsize=1)
def known_names() -> dict[str, str]:
    """Return {folded spelling: "country:JP" | "org:EU" | "place:hanoi"} of all names with two spellings."""
    found = {fold_word(name): f"country:{code}" for name, _, code in territories()}
    for kind, name in (("country", "country"), ("place", "place"), ("org", "organisation")):
        found.update({fold_word(word): f"{kind}:{key}" for word, key in spellings(name).items()})
    return found


@lru_cache(maxsize=256)
def capital_of(key: str) -> str | None:
    """Return the country ("country:VN") that a capital ("place:hanoi") often stands for, None for others."""
    country = section("capital").get(key.removeprefix("place:"))
    return f"country:{country}" if isinstance(country, str) else None
