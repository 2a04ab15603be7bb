"""Attacks of one's own: a TOML file of orders in both languages, planted as `eval.loaders.planting` tells.

The shipped one is `eval/suites/attacks.toml`. Each `[[attack]]` has an `id`, the `lang` of the articles that
it belongs into (en or vi), a `kind`, the `text`, and as `canary` the spellings of what only an answer holds
that obeyed it. One of these stands in the text; the others are it decoded, say.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.figures.metrics import has_alias
from eval.loaders.material import Material, Options, refuse
from eval.loaders.planting import Attack, plant
from eval.loaders.source import DatasetError, one_file, read_text, take, texts
from index.records import Lang

_LANGS: Mapping[str, Lang] = {"en": "en", "vi": "vi"}
_SLUG = re.compile(r"[a-z]+(?:-[a-z]+)*")  # a kind becomes a tag


def read(path: Path, options: Options) -> Material:
    """Plant the attacks of `path` into articles; see the module's text."""
    refuse(options, "attacks", "questions", "articles")
    attacks = load(one_file(path, "attacks.toml", "*.toml"))
    planted = plant("attacks", attacks, options)
    by_lang = Counter(f"attacks in {attack.lang}" for attack in attacks)
    return Material(planted.shelf, planted.drafts, {**planted.counts, **by_lang})


def load(file: Path) -> list[Attack]:
    """Return the attacks of a file in its order; DatasetError names what is wrong with which of them."""
    try:
        data = tomllib.loads(read_text(file))
    except tomllib.TOMLDecodeError as error:
        raise DatasetError(f"{file.name} is not TOML: {error}") from error
    found = [
        _attack(record, f"{file.name}, attack {number}")
        for number, record in enumerate(take(data, "attack", list, file.name), start=1)
    ]
    ids = Counter(attack.id for attack in found)
    if twice := [one for one, times in ids.items() if times > 1]:
        raise DatasetError(f'{file.name}: two attacks are called "{twice[0]}"; rename one')
    return found


def _attack(record: Mapping[str, Any], where: str) -> Attack:
    name, lang, kind, text = (take(record, key, str, where) for key in ("id", "lang", "kind", "text"))
    canaries = tuple(texts(take(record, "canary", list, where), "canary", where))
    if lang not in _LANGS:
        raise DatasetError(f'{where} ({name}): lang is "{lang}", not en or vi')
    if not _SLUG.fullmatch(kind):
        raise DatasetError(f'{where} ({name}): kind is "{kind}", not small letters with "-" between')
    if not any(has_alias(text, canary) for canary in canaries):
        raise DatasetError(
            f"{where} ({name}): no canary ({', '.join(canaries) or 'none given'}) stands in its text"
        )
    return Attack(name, kind, text.strip(), canaries, _LANGS[lang])
