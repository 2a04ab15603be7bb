"""A user's glossary: a TOML file in the form of `glossary.toml`, checked before any of it counts."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from index.errors import BadGlossary

# What may be added to. The other sections are parts of rules: the program computes with their keys.
OPEN = ("country", "place", "organisation", "role", "term", "word")
_EXAMPLE = '[organisation]\nVNU = { en = ["Vietnam National University"], vi = ["Đại học Quốc gia"] }'


def read(file: Path) -> dict[str, dict[str, dict[str, list[str]]]]:
    """Return {section: {key: {"en": […], "vi": […]}}}; `BadGlossary` names line, value and fix."""
    try:
        text = file.read_text("utf-8")
        found = tomllib.loads(text)
    except OSError as error:
        raise BadGlossary(
            f"glossary {file}: {error.strerror}\nname a readable file, or none: [search] glossary"
        ) from None
    except (ValueError, RecursionError) as error:  # not UTF-8, not TOML: the message has the line
        raise BadGlossary(f"glossary {file} is not TOML: {error}\nwrite it so:\n{_EXAMPLE}") from None
    for name, entries in found.items():
        if name not in OPEN or not isinstance(entries, dict):
            _refuse(file, text, name, None, f"[{name}] is no section of a glossary", f"use {_listed(OPEN)}")
        for key, entry in entries.items():
            _check(file, text, name, key, entry)
    return found


def _check(file: Path, text: str, section: str, key: str, entry: Any) -> None:  # noqa: ANN401 - what TOML gives
    if not isinstance(entry, dict) or set(entry) != {"en", "vi"}:
        wrong = f"{key} is {_shown(entry)}, but must say both en and vi, and nothing else"
        _refuse(file, text, section, key, wrong, f"write it so:\n{_EXAMPLE}")
    for lang, spelled in entry.items():
        if not isinstance(spelled, list) or not spelled:
            wrong = f"{key}: {lang} is {_shown(spelled)}, but must be a list of spellings"
            _refuse(file, text, section, key, wrong, f'write {lang} = ["…"]')
        for one in spelled:
            if not isinstance(one, str) or not any(c.isalnum() for c in one):
                wrong = f"{key}: a spelling in {lang} is {_shown(one)}, but must be a text with a letter"
                _refuse(file, text, section, key, wrong, "write it in quotes, or leave it out")


def _refuse(file: Path, text: str, section: str, key: str | None, wrong: str, fix: str) -> None:
    raise BadGlossary(f"glossary {file}, line {_line(text, section, key)}: {wrong}\n{fix}")


def _line(text: str, section: str, key: str | None) -> int:
    """Return the number of the line where a section begins, or a key in it; the first if it is not seen."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(rf"""\s*\[?["']?{re.escape(section)}\b""", line):
            inside = True
            if key is None or re.search(rf"""\.\s*["']?{re.escape(key)}\b""", line):
                return number
        elif inside and key and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*[=.]""", line):
            return number
    return 1


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)[:60]


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"[{name}]" for name in names)
