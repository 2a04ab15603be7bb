"""What other rooms say in English only, said in Vietnamese on the pages: see phrasebook.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from rag.web.wording import Language

_FILE = Path(__file__).with_suffix(".toml")
_PLACE = re.compile(r"\{(\w+)(!r)?\}")
_QUOTED = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_FIGURE = re.compile(r"\d{1,3}(?:,\d{3})*(?:\.\d+)?")
_MORE = "more"  # how the name of a place begins that holds another sentence of the book, or nothing

_PLURAL = "s"  # the name of a place that is the ending of a noun, if there is more than one


class Phrasebook:
    """English sentences and their Vietnamese.

    In the English a place is written as in the f-string that made the sentence: `{name}` for any words,
    `{name!r}` for quoted ones. The Vietnamese takes up each by `{name}`. The first that fits counts.
    """

    def __init__(self, phrases: Mapping[str, str]) -> None:
        self._phrases = [(_pattern(english), vietnamese) for english, vietnamese in phrases.items()]
        self.find = lru_cache(maxsize=2000)(self._find)  # a job's list is drawn once a second

    @classmethod
    def section(cls, name: str) -> Phrasebook:
        """Return a section of phrasebook.toml."""
        return cls(tomllib.loads(_FILE.read_text("utf-8"))[name])

    def said(self, text: str, language: Language) -> str:
        """Return a sentence in a language; one that is not known here stays as it is.

        >>> book = Phrasebook({"{name!r} has {size} MB": "{name} có {size} MB"})
        >>> book.said("'a.txt' has 2.5 MB", "vi"), book.said("'a.txt' is odd", "vi")
        ("'a.txt' có 2,5 MB", "'a.txt' is odd")
        """
        return (self.find(text) if language == "vi" else None) or text

    def _find(self, text: str) -> str | None:
        """Return the Vietnamese of a sentence; None where there is none."""
        for english, vietnamese in self._phrases:
            if found := english.fullmatch(text):
                return self._filled(vietnamese, found.groupdict())
        return None

    def _filled(self, vietnamese: str, words: Mapping[str, str]) -> str:
        def filling(place: re.Match[str]) -> str:
            said = words[place[1]]
            if place[1].startswith(_MORE):
                return self.said(said, "vi")
            return said.translate(str.maketrans(",.", ".,")) if _FIGURE.fullmatch(said) else said

        return _PLACE.sub(filling, vietnamese)


def _pattern(english: str) -> re.Pattern[str]:
    parts, at = [], 0
    for place in _PLACE.finditer(english):
        words = _QUOTED if place[2] else ".*?" if place[1].startswith(_MORE) else ".+?"
        filled = "s?" if place[1] == _PLURAL else f"(?P<{place[1]}>{words})"
        parts += [re.escape(english[at : place.start()]), filled]
        at = place.end()
    return re.compile("".join([*parts, re.escape(english[at:])]), re.DOTALL)
