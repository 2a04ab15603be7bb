"""Every setting, its default, and where its value came from.

A value is taken from the first place that gives one: a flag (or an argument of `Config.load`), the
environment variable `RAG_SECTION__KEY`, `rag.toml` in the working folder, `rag.toml` in the user's
config folder, the default below. A key that does not exist is an error that names the nearest one
that does: a misspelt setting must not pass for a default. Adding a setting is adding one field.
"""

from __future__ import annotations

import dataclasses
import difflib
import json
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

from index import paths
from rag.care import CareName
from rag.errors import BadSetting
from rag.setting_values import NAMES, Text, parse, toml_value

FILE = "rag.toml"
PREFIX = "RAG_"


@dataclass(frozen=True, slots=True)
class About:
    """What a setting means, and its bounds: of the number, or of a text's length (inclusive)."""

    doc: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class LibrarySettings:
    """Where the articles are kept."""

    path: Annotated[Path | None, About("folder; empty = in the user's data folder, or $RAG_HOME")] = None


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which models are used, by their id in `rag models list`."""

    llm: Annotated[str, About("language model that words the answers", 1)] = "qwen2.5-coder-1.5b"
    embedder: Annotated[str, About("finds passages; a library belongs to one", 1)] = "multilingual-e5-small"


@dataclass(frozen=True, slots=True)
class LLMSettings:
    """How the language model runs."""

    threads: Annotated[int, About("threads; 0 = all physical cores", 0, 1024)] = 0
    context: Annotated[int, About("tokens of prompt and answer together", 1024, 1_048_576)] = 4096
    max_tokens: Annotated[int, About("tokens that one reading may write", 8, 8192)] = 256


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """How the library is searched."""

    passages: Annotated[int, About("passages that a search returns", 1, 1000)] = 8
    glossary: Annotated[Path | None, About("file of names and terms in both languages; empty = none")] = None


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """What is asked of an answer."""

    care: Annotated[CareName, About("fast, normal, or careful: says less, and what it says more surely")] = (
        "normal"
    )


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where the chat and the HTTP interface listen."""

    host: Annotated[str, About("address; anything but loopback lets others in", 1)] = "127.0.0.1"
    port: Annotated[int, About("TCP port; 0 = any free one", 0, 65535)] = 7860


@dataclass(frozen=True, slots=True)
class Value:
    """One effective setting: its dotted key, its value and the place that gave it."""

    key: str
    value: object
    origin: str  # "default", "flag", the name of an environment variable or the path of a file
    doc: str


@dataclass(frozen=True, slots=True)
class Config:
    """All settings; sections are attributes: `config.server.port`."""

    library: LibrarySettings = field(default_factory=LibrarySettings)
    models: ModelSettings = field(default_factory=ModelSettings)
    llm: LLMSettings = field(default_factory=LLMSettings)
    search: SearchSettings = field(default_factory=SearchSettings)
    answer: AnswerSettings = field(default_factory=AnswerSettings)
    server: ServerSettings = field(default_factory=ServerSettings)
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    @classmethod
    def load(cls, file: Path | str | None = None, overrides: Mapping[str, object] | None = None) -> Config:
        """Read the settings that are in force.

        `file` replaces both `rag.toml`s; `overrides` are flags by dotted key ("server.port"), None
        meaning not given. Raises BadSetting for a missing or malformed file, a key that does not
        exist, or a value of the wrong type or out of range.
        """
        chosen: dict[str, object] = {}
        origins: dict[str, str] = {}
        for key, raw, origin, base in _given(file, overrides or {}):
            chosen[key] = _convert(key, raw, origin, base)
            origins[key] = origin
        sections = {
            name: kind(**{k.partition(".")[2]: v for k, v in chosen.items() if k.startswith(f"{name}.")})
            for name, kind in SECTIONS.items()
        }
        return cls(**sections, origins=origins)

    def values(self) -> Iterator[Value]:
        """Yield every setting in the order of this file."""
        for name, key in KEYS.items():
            value, origin = attrgetter(name)(self), self.origins.get(name, "default")
            if name == "library.path" and value is None:  # say where it is, not that nobody said where
                value = paths.library_dir()
                origin = "RAG_HOME" if os.environ.get("RAG_HOME") else origin
            yield Value(name, value, origin, key.about.doc)

    def to_toml(self) -> str:
        """Return all values as a rag.toml, for a child process that must have the same."""
        return _toml((value.key, value.value, value.doc) for value in self.values())

    def library_dir(self) -> Path:
        """Return the library folder in force (not created)."""
        return self.library.path or paths.library_dir()


SECTIONS: dict[str, type[Any]] = {
    name: kind for name, kind in get_type_hints(Config).items() if hasattr(kind, "__dataclass_fields__")
}


@dataclass(frozen=True, slots=True)
class Key:
    """One setting as the sections above declare it."""

    kind: Any  # int, str, Path | None, …
    about: About
    default: object


def _keys(section: str, kind: type[Any]) -> Iterator[tuple[str, Key]]:
    hints = get_type_hints(kind, include_extras=True)
    for spec in dataclasses.fields(kind):
        of, about = get_args(hints[spec.name])
        yield f"{section}.{spec.name}", Key(of, about, spec.default)


KEYS: dict[str, Key] = {name: key for s, kind in SECTIONS.items() for name, key in _keys(s, kind)}

Given = tuple[str, object, str, Path]  # key, raw value, origin, folder that a relative path counts from


def _given(file: Path | str | None, overrides: Mapping[str, object]) -> Iterator[Given]:
    """Yield what was set, weakest place first, so that the last one wins."""
    if file is not None:
        yield from _from_file(Path(file))
    else:
        for path in (paths.config_dir() / FILE, Path.cwd() / FILE):
            if path.is_file():
                yield from _from_file(path)
    yield from _from_environment()
    for key, value in overrides.items():
        if value is not None:
            _known(key, "flag")
            yield key, value, "flag", Path.cwd()


def _from_file(path: Path) -> Iterator[Given]:
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        why = f"Settings file {path}: {error.strerror}.\nGive a readable file with --config."
        raise BadSetting(why) from None
    except (ValueError, RecursionError) as error:  # not TOML, not UTF-8
        why = f"Settings file {path} is not TOML: {error}.\nCompare it with `rag config --example`."
        raise BadSetting(why) from None
    for section, entries in table.items():
        if not isinstance(entries, dict):
            _known(section, str(path))
        if section not in SECTIONS:
            near = _nearest(section, SECTIONS)
            raise BadSetting(f"{path}: there is no section [{section}].\nDid you mean [{near}]?")
        for name, value in entries.items():
            _known(f"{section}.{name}", str(path))
            yield f"{section}.{name}", value, str(path), path.resolve().parent


def _from_environment() -> Iterator[Given]:
    """Yield RAG_SECTION__KEY variables. RAG_HOME and the like have no "__" and are no settings."""
    single = {PREFIX + key.replace(".", "_").upper(): key for key in KEYS}
    for variable, text in sorted(os.environ.items()):
        if not variable.startswith(PREFIX):
            continue
        if variable in single:
            right = variable_of(single[variable])
            raise BadSetting(f"{variable} has one underscore after the section.\nDid you mean {right}?")
        if "__" in variable:
            key = variable.removeprefix(PREFIX).replace("__", ".", 1).lower()
            if key not in KEYS:
                near = variable_of(_nearest(key, KEYS))
                raise BadSetting(f"{variable} in the environment is no setting.\nDid you mean {near}?")
            yield key, Text(text), variable, Path.cwd()


def variable_of(key: str) -> str:
    """Return the environment variable of a key: "server.port" → "RAG_SERVER__PORT"."""
    return PREFIX + key.replace(".", "__").upper()


def _known(key: str, origin: str) -> None:
    if key not in KEYS:
        raise BadSetting(f"{origin}: there is no setting {key}.\nDid you mean {_nearest(key, KEYS)}?")


def _nearest(name: str, known: Mapping[str, object]) -> str:
    """Return the likeliest intended name; a right last part ("port") counts more than the spelling."""
    tail = name.rpartition(".")[2]
    same = [key for key in known if key.rpartition(".")[2] == tail]
    return same[0] if same else difflib.get_close_matches(name, list(known), n=1, cutoff=0.0)[0]


def _convert(name: str, raw: object, origin: str, base: Path) -> object:
    """Return `raw` as the type of its setting, or raise BadSetting with both."""
    key = KEYS[name]
    try:
        value = parse(key.kind, raw)
    except (ValueError, TypeError):
        raise _wrong(name, raw, origin) from None
    if isinstance(value, Path):
        return base / value.expanduser()
    size = len(value) if isinstance(value, str) else value
    if isinstance(size, (int, float)) and not (
        (key.about.low is None or size >= key.about.low)
        and (key.about.high is None or size <= key.about.high)
    ):
        raise _wrong(name, raw, origin)
    return value


def _wrong(name: str, raw: object, origin: str) -> BadSetting:
    key, shown = KEYS[name], json.dumps(raw, ensure_ascii=False, default=str)
    low, high = key.about.low, key.about.high
    wanted = NAMES[key.kind]
    if key.kind is str:
        wanted += " that is not empty" if low else ""
    elif low is not None:
        wanted += f" from {low} to {high}" if high is not None else f" of at least {low}"
    return BadSetting(
        f"{name} is {shown[:60]} ({origin}), but must be {wanted}.\n"
        f"Set it with {variable_of(name)} or in {FILE}; the default is {toml_value(key.default)}."
    )


def example() -> str:
    """Return a complete rag.toml: every setting with its default and what it means."""
    return _toml((name, key.default, key.about.doc) for name, key in KEYS.items())


def _toml(values: Iterable[tuple[str, object, str]]) -> str:
    lines: list[str] = []
    last = ""
    for key, value, doc in values:
        section, _, name = key.partition(".")
        if section != last:
            lines += ["", f"[{section}]  # {(SECTIONS[section].__doc__ or '').rstrip('.')}"]
            last = section
        lines += [f"# {doc}", f"{name} = {toml_value(value)}"]
    return "\n".join(lines[1:]) + "\n"
