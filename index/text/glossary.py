"""What is the same thing in English and Vietnamese: `glossary.toml`, Unicode CLDR, and a user's own glossary.

Search and the checks of answers read the same tables. A user's glossary holds for the whole process, as
settings do; whatever is made of the tables is made anew when it changes (`derived`).
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TypeVar

from index.text import own_glossary
from index.text.spelling import fold_word, plain

Section = dict[str, dict[str, list[str]]]
_FILE = Path(__file__).with_name("glossary.toml")


class _Cache(Protocol):
    def cache_clear(self) -> None: ...


_C = TypeVar("_C", bound=_Cache)
_own: dict[str, Section] = {}  # what a user added
_derived: list[_Cache] = []


def derived(cache: _C) -> _C:
    """Mark a cached function of the tables: it is asked anew when they have changed."""
    _derived.append(cache)
    return cache


def extend(file: Path | None) -> None:
    """Add the entries of a user's `file` to the project's, in place of what was added before; None adds none.

    `BadGlossary` names the line and what is wrong with it; then the tables are as they were.
    """
    added = own_glossary.read(file) if file else {}
    if added != _own:
        _own.clear()
        _own.update(added)
        for cache in _derived:
            cache.cache_clear()


@derived
@lru_cache(maxsize=1)
def tables() -> dict[str, Section]:
    """Return every section of the glossary: {section: {key: {"en": spellings, "vi": spellings}}}."""
    with _FILE.open("rb") as file:
        found: dict[str, Section] = tomllib.load(file)
    for name, entries in _own.items():
        for key, added in entries.items():
            entry = found[name].setdefault(key, {"en": [], "vi": []})
            for lang, spelled in added.items():
                entry[lang] = [*entry.get(lang, []), *spelled]
    return found


def section(name: str) -> Section:
    """Return one section; KeyError if the glossary has no such section."""
    return tables()[name]


@derived
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
def calendar() -> tuple[tuple[str, str, str], ...]:
    """Return (spelling, language, "month:3" | "weekday:0" | "region:142" | "language:fr") by CLDR's names.

    Regions are those of UN M49, weekdays count from Monday.
    """
    from babel import Locale

    found: list[tuple[str, str, str]] = []
    for lang in ("en", "vi"):
        names = Locale(lang)
        for width in ("wide", "abbreviated") if lang == "en" else ("wide",):
            found += [(name, lang, f"month:{n}") for n, name in names.months["format"][width].items()]
            found += [(name, lang, f"weekday:{n}") for n, name in names.days["format"][width].items()]
        found += [(name, lang, f"region:{n}") for n, name in names.territories.items() if n.isdigit()]
        found += [(name, lang, f"language:{code}") for code, name in names.languages.items()]
    return tuple(found)


@derived
@lru_cache(maxsize=1)
def known_names() -> dict[str, str]:
    """Return {folded spelling: "country:JP" | "org:EU" | "place:hanoi"} of all names with two spellings."""
    found = {fold_word(name): f"country:{code}" for name, _, code in territories()}
    for kind, name in (("country", "country"), ("place", "place"), ("org", "organisation")):
        found.update({fold_word(word): f"{kind}:{key}" for word, key in spellings(name).items()})
    return found


@derived
@lru_cache(maxsize=256)
def capital_of(key: str) -> str | None:
    """Return the country ("country:VN") that a capital ("place:hanoi") often stands for, None for others."""
    country = section("capital").get(key.removeprefix("place:"))
    return f"country:{country}" if isinstance(country, str) else None
