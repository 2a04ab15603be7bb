"""`articles.toml` beside the files: what they do not say of themselves, and the fields of tables.

[default]                     # for every file of this folder
outlet = "Harbour Times"

["bridge.pdf"]
title = "A bridge, opened"
date = 2021-05-04
authors = ["Anna Reed"]

["export.csv"]
fields = {text = "story", title = "head"}
"""

from __future__ import annotations

import datetime as dt
import difflib
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from index.errors import BadArticle
from index.readers.fields import NAMES
from index.readers.source import Source, take

FILE = "articles.toml"
_KEYS = ("title", "outlet", "date", "updated", "lang", "authors", "url")


@dataclass(frozen=True, slots=True)
class Notes:
    """What one sidecar says. `problem` is why it, or a part of it, does not count."""

    default: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    problem: str = ""

    def over(self, name: str, one: Source) -> Source:
        """Return an article of the file `name` with what is said here of it.

        What is said of every file counts where an article says nothing; what is said of this one, always.
        """
        default = {**self.default, **one.default}  # an archive's own notes are nearer to its members
        return Source(one.text, {**one.meta, **self.files.get(name, {})}, one.part, default)

    def options(self, name: str) -> Mapping[str, str]:
        """Return the field map of a file."""
        return {**self.fields.get("default", {}), **self.fields.get(name, {})}


def load(folder: Path) -> Notes:
    """Return the notes of a folder; none when it has no sidecar."""
    path = folder / FILE
    if not path.exists():
        return Notes()
    try:
        return of(take(path), [one.name for one in folder.iterdir()])
    except BadArticle as error:
        return Notes(problem=str(error))


def of(data: bytes, beside: Collection[str]) -> Notes:
    """Return what the sidecar `data` says; `beside` are the names of the files that it may speak of."""
    try:
        found = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        return Notes(problem=f"not valid TOML: {str(error)[:160]}")
    files: dict[str, Mapping[str, str]] = {}
    maps: dict[str, Mapping[str, str]] = {}
    problems: list[str] = []
    for name, entry in found.items():
        if not isinstance(entry, dict):
            problems.append(f"{name!r} is {entry!r}; write [{name!r}] above the keys of a file")
            continue
        if name != "default" and name not in beside:
            near = difflib.get_close_matches(name, beside, 1)
            problems.append(f"{name!r} is not here" + (f"; did you mean {near[0]!r}?" if near else ""))
        files[name] = _words(name, entry, problems)
        maps[name] = _map(name, entry, problems)
    return Notes(files.pop("default", {}), files, maps, "; ".join(problems[:3]))


def _words(name: str, entry: Mapping[str, object], problems: list[str]) -> dict[str, str]:
    result: dict[str, str] = {}
    for key, value in entry.items():
        if key == "fields":
            continue
        if key not in _KEYS:
            near = difflib.get_close_matches(key, [*_KEYS, "fields"], 1)
            use = near[0] if near else ", ".join([*_KEYS, "fields"])
            problems.append(f"{name!r} has the unknown key {key!r}; use {use}")
        elif isinstance(value, list):
            result[key] = "; ".join(str(one) for one in value)
        elif isinstance(value, (dt.date, dt.datetime)):
            result[key] = value.isoformat()[:10]
        else:
            result[key] = str(value)
    return result


def _map(name: str, entry: Mapping[str, object], problems: list[str]) -> dict[str, str]:
    value = entry.get("fields", {})
    if not isinstance(value, dict):
        problems.append(f'{name!r} has fields = {value!r}; write fields = {{text = "…"}}')
        return {}
    wrong = [key for key in value if key not in NAMES]
    if wrong:
        problems.append(f"{name!r} maps the unknown field {wrong[0]!r}; use {', '.join(NAMES)}")
    return {key: str(theirs) for key, theirs in value.items() if key in NAMES}
