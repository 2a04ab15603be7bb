"""Checks of `rag doctor` that concern the library: can it be written, is it sound, does it fit."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

from index.errors import LibraryError
from index.text.counted import counted
from rag import opening
from rag.config import Config
from rag.doctor.check import Check, existing
from rag.errors import RagError


def writable(config: Config) -> Iterator[Check]:
    """Write a file where the library is, or would be: permissions alone do not tell."""
    folder = config.library_dir()
    place = existing(folder)
    try:
        with tempfile.TemporaryFile(dir=place) as trial:
            trial.write(b"rag doctor")
            trial.flush()
    except OSError as error:
        detail = f"the library folder {place} cannot be written: {error.strerror}"
        yield Check("library", "problem", detail, f"chmod u+rwx {place}, or another folder with --library")
    else:
        yield Check("library", "ok", f"the library folder {place} can be written")


def content(config: Config) -> Iterator[Check]:
    """Open the library, check all that is stored, and compare its embedding model with the settings."""
    if not config.library_dir().exists():
        yield Check("library", "warning", f"there is no library at {config.library_dir()}", "rag index PATH")
        return
    try:
        with opening.library(config, create=False, vectors=False) as library:
            problems = library.verify()
            stats = library.stats()
            outdated = library.is_outdated
    except LibraryError as error:
        yield Check("library", "problem", str(error), "rag rebuild")
        return
    if problems:
        more = f" (and {len(problems) - 3} more)" if len(problems) > 3 else ""
        yield Check("library", "problem", "; ".join(problems[:3]) + more, opening.repair(problems))
    else:
        held = f"{counted(stats['articles'], 'article')}, {counted(stats['passages'], 'passage')}"
        yield Check("library", "ok", f"{held}, all sound")
    if outdated:
        detail = "an older program cut its articles into other passages than this one does"
        yield Check("library", "warning", detail, "rag rebuild")
    if waiting := opening.meaning(stats):
        yield Check("library", "warning", waiting, opening.COMPUTE)
    yield from _fit(config, stats["embedder"] if stats["passages"] else None)


def _fit(config: Config, built_with: str | None) -> Iterator[Check]:
    """Compare the model that made the library's vectors with the one of the settings."""
    if built_with is None:
        return
    try:
        wanted = opening.embedder(config).id
    except (RagError, LibraryError):  # the models' own check says what is wrong with it
        wanted = config.models.embedder
        same = built_with.partition("@")[0] == wanted
    else:
        same = built_with == wanted
    if same:
        yield Check("library", "ok", f"its vectors come from {built_with}, as the settings say")
    else:
        detail = f"its vectors come from {built_with}, the settings say {wanted}"
        yield Check("library", "problem", detail, "rag rebuild --embed")
