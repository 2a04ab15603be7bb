"""Is a model there, and is every byte of it what it should be? The stamp beside it remembers what was hashed.

A start compares every file's size and modification time with the stamp (milliseconds) and hashes only a
file whose time has changed; with `full` every byte is hashed. Single-file models are checked against the
catalogue, so that a GGUF file put in place by hand is accepted if it is the right one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from index.paths import models_dir
from rag.errors import ModelDamaged, ModelMissing
from rag.models.catalogue import Model, get

STAMP = "model.json"
WEIGHTS = "model.safetensors"


def folder(model_id: str) -> Path:
    """Return the folder that belongs to `model_id` (it may not exist)."""
    return models_dir() / get(model_id).id


def check(model: Model, *, full: bool) -> None:
    """Raise ModelMissing or ModelDamaged unless the model is there and sound (see the module's text)."""
    home = folder(model.id)
    if not home.is_dir() or not (model.archive or (home / model.file).exists()):
        raise ModelMissing(
            f"The model {model.id} ({model.bytes / 1e6:,.0f} MB) is not in {home}. "
            f"Fetch it: rag models fetch {model.id}"
        )
    stamp = _read_stamp(home)
    facts: dict[str, dict[str, Any]] = dict(stamp.get("files", {}))
    pinned = dict(model.unpacked) if model.archive else {model.file: model.sha256}
    if model.archive and not facts:
        raise _damaged(model, f"{home} has no {STAMP} that lists its files")
    changed = False
    for name in sorted({*facts, *pinned}):
        fact = facts.get(name, {})
        expected = pinned.get(name) or fact["sha256"]
        facts[name], rehashed = _check_file(model, home / name, fact, expected, full)
        changed |= rehashed
    if changed:
        write_stamp(model, home, facts)


def _check_file(
    model: Model, file: Path, fact: Mapping[str, Any], expected: str, full: bool
) -> tuple[dict[str, Any], bool]:
    """Check one file; return its fact for the stamp and whether that is new."""
    if not file.is_file():
        raise _damaged(model, f"{file} is missing")
    now = file.stat()
    size = fact.get("bytes", model.bytes)
    if now.st_size != size:
        raise _damaged(model, f"{file} has {now.st_size:,} bytes, expected {size:,}")
    same = fact.get("mtime_ns") == now.st_mtime_ns and fact.get("sha256") == expected
    if same and not full:
        return dict(fact), False
    found = fact_of(file)
    if found["sha256"] != expected:
        raise _damaged(model, f"{file} has SHA-256 {found['sha256']}, expected {expected}")
    return found, not same


def _damaged(model: Model, what: str) -> ModelDamaged:
    accept = " --accept-terms" if model.terms else ""
    return ModelDamaged(f"{what}. Fetch it again: rag models fetch {model.id}{accept}")


def fact_of(file: Path) -> dict[str, Any]:
    """Return what the stamp keeps of a file: its bytes, SHA-256 and modification time."""
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    now = file.stat()
    return {"bytes": now.st_size, "sha256": digest, "mtime_ns": now.st_mtime_ns}


def _read_stamp(home: Path) -> dict[str, Any]:
    try:
        stamp = json.loads((home / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(model: Model, home: Path, facts: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the stamp; in a folder that cannot be written the check is simply done again next time."""
    main = WEIGHTS if model.archive else model.file
    stamp = {"id": model.id, "sha256": facts[main]["sha256"], "licence": model.licence, "files": facts}
    new = home / f"{STAMP}.{os.getpid()}.new"
    try:
        new.write_text(json.dumps(stamp, indent=2) + "\n", encoding="utf-8")
        sync(new)
        new.replace(home / STAMP)
        sync(home)
    except OSError:
        new.unlink(missing_ok=True)


def sync(item: Path) -> None:
    """Push a file or a folder's entries to the disk."""
    handle = os.open(item, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
