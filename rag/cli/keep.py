"""The verbs that copy a whole library: export, import, snapshot."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from index.text.counted import counted
from rag.cli import base
from rag.cli.base import Session
from rag.showing import terminal

if TYPE_CHECKING:
    from index.store.copies import Copy

FILE = click.Path(path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@base.shared
@click.pass_obj
def export(session: Session, file: Path) -> None:
    """Write the whole library to one new FILE: articles, vectors, words, history.

    The copy is of one moment, also while somebody indexes. `rag import FILE` takes it in, here or
    elsewhere, and says the same digest.
    """
    with base.open_library(session) as library:
        copy = library.export(file)
    session.out(about(copy), f"Wrote {file}: {_counts(copy)}.")


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Also where there are articles; a snapshot of them is kept.")
@base.shared
@click.pass_obj
def import_(session: Session, file: Path, replace: bool) -> None:
    """Take in what `rag export` wrote; every row is checked first, and it comes in whole or not at all."""
    with base.open_library(session, create=True) as library:
        copy = library.import_(file, replace=replace)
    session.out(about(copy), _kept(copy, f"Imported {file}: {_counts(copy)}."))


@click.group()
@base.shared
def snapshot() -> None:
    """Keep copies of the library in its own folder, and go back to them."""


@snapshot.command()
@base.shared
@click.pass_obj
def make(session: Session) -> None:
    """Keep a copy, named by date, time (UTC) and generation."""
    with base.open_library(session) as library:
        copy = library.snapshot()
    session.out(about(copy), f"Kept {copy.path.stem}: {_counts(copy)}.")


@snapshot.command("list")
@base.shared
@click.pass_obj
def list_(session: Session) -> None:
    """List the copies, the oldest first; to drop one, delete its file."""
    with base.open_library(session) as library:
        copies = library.snapshots()
    rows = ((copy.path.stem, f"{_counts(copy)}, {copy.bytes / 1e6:.1f} MB") for copy in copies)
    empty = "No snapshots. Make one with `rag snapshot make`."
    session.out({"snapshots": [about(copy) for copy in copies]}, terminal.table(rows) if copies else empty)


@snapshot.command()
@click.argument("name")
@base.shared
@click.pass_obj
def restore(session: Session, name: str) -> None:
    """Go back to the copy NAME; what is there now is kept as a snapshot first."""
    with base.open_library(session) as library:
        copy = library.restore(name)
    session.out(about(copy), _kept(copy, f"Restored {copy.path.stem}: {_counts(copy)}."))


def about(copy: Copy) -> dict[str, Any]:
    """Return what --json prints of a copy."""
    return {
        "name": copy.path.stem,
        "file": str(copy.path),
        "generation": copy.generation,
        "articles": copy.articles,
        "passages": copy.passages,
        "digest": copy.digest,
        "bytes": copy.bytes,
        "kept": str(copy.kept) if copy.kept else None,
    }


def _counts(copy: Copy) -> str:
    return f"{counted(copy.articles, 'article')}, {counted(copy.passages, 'passage')}, digest {copy.digest}"


def _kept(copy: Copy, text: str) -> str:
    return f"{text}\nWhat was there before: rag snapshot restore {copy.kept.stem}" if copy.kept else text


VERBS = (export, import_, snapshot)
