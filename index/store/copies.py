"""A whole library as one file: exported, imported, kept as a snapshot, restored.

A copy is made by SQLite's backup within one read transaction, so writers need not stop. It is brought in
by the same means within one write transaction, so readers see the old library or the new one and never wait.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index.errors import CannotWrite, Damaged, NotFound
from index.store import audit, files, lookup, schema, steps, store
from index.text.counted import counted


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of a library, and what is in it."""

    path: Path
    generation: int
    articles: int
    passages: int
    digest: str
    bytes: int
    kept: Path | None = None  # where the library that an import replaced was kept


def export(folder: Path, file: Path) -> Copy:
    """Write the library in `folder` to `file`, which must not exist; whole or not at all (`CannotWrite`)."""
    if file.exists():
        raise CannotWrite(f"{file} exists already\nchoose another name, or remove it first")
    with closing(schema.open_reader(folder)) as connection, _staged(file) as staged:
        _backup(connection, staged)
        found = _about(staged, file)
        try:
            files.move_in(staged, file)
        except OSError as error:
            raise CannotWrite(f"cannot write {file}: {error.strerror}\nchoose another place") from error
    return found


def bring_in(writer: store.Writer, folder: Path, file: Path, *, replace: bool) -> Copy:
    """Put the library in `file` in place of the one that `writer` has open, in one transaction.

    Every row is checked first (`Damaged`). A library that holds articles is only replaced with `replace`
    (`CannotWrite`), and is kept as a snapshot first. A file of an older version is brought up on the way.
    """
    if not file.is_file():
        raise NotFound(f"no file {file}\nname one that `rag export` wrote, or see: rag snapshot list")
    before = lookup.meta(writer.connection)
    if int(before["articles"]) and not replace:
        raise CannotWrite(
            f"the library in {folder} holds {counted(int(before['articles']), 'article')}\n"
            "replace them (a snapshot is kept): --replace; or import elsewhere: --library DIR"
        )
    with _staged(folder / "import") as staged:
        _check_in(file, staged, int(before["generation"]))
        kept = snapshot(folder).path if int(before["articles"]) else None
        found = _about(staged, file)
        with closing(schema.connect(staged, "ro")) as source:
            try:
                source.backup(writer.connection)
            except sqlite3.Error as error:
                raise CannotWrite(
                    f"cannot import {file}: {error}; the library is as it was\nmake room, then run again"
                ) from error
    return Copy(file, found.generation, found.articles, found.passages, found.digest, found.bytes, kept)


def snapshot(folder: Path) -> Copy:
    """Keep a copy in `folder/snapshots`, named by date, time (UTC) and generation."""
    place = folder / schema.SNAPSHOTS
    try:
        place.mkdir(exist_ok=True)
    except OSError as error:
        raise CannotWrite(f"cannot write to {folder}: {error.strerror}\ncheck its permissions") from error
    with closing(schema.open_reader(folder)) as connection:
        generation = int(lookup.meta(connection)["generation"])
    path = place / f"{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S}-g{generation}.db"
    if path.exists():  # of this very second and generation: it is the same
        return _about(path, path)
    return export(folder, path)


def snapshots(folder: Path) -> list[Copy]:
    """Return the snapshots of the library in `folder`, the oldest first."""
    return [_about(path, path) for path in sorted((folder / schema.SNAPSHOTS).glob("*.db"))]


def named(folder: Path, name: str) -> Path:
    """Return the file of the snapshot `name`, with or without its suffix; `NotFound` says what to do."""
    path = folder / schema.SNAPSHOTS / f"{Path(name).name.removesuffix('.db')}.db"
    if not path.is_file():
        raise NotFound(f"no snapshot {name!r} in {folder}\nsee what there is: rag snapshot list")
    return path


def _check_in(file: Path, staged: Path, generation: int) -> None:
    """Copy `file` to `staged`, bring it to this version, check every row, and give it its own generation.

    Readers tell states apart by their generation, so it must be one that this library never had.
    """
    try:
        with closing(schema.connect(file, "ro", immutable=True)) as source:
            version = schema.check(source, file, oldest=1)
            _backup(source, staged)
        with closing(schema.connect(staged, "rw")) as copy:
            copy.execute("BEGIN IMMEDIATE")
            steps.run_steps(copy, version, schema.VERSION)
            newest = max(generation, int(lookup.meta(copy)["generation"])) + 1
            copy.execute("UPDATE meta SET value = ? WHERE key IN ('generation', 'log_from')", (str(newest),))
            copy.execute("DELETE FROM change")
            copy.execute("COMMIT")
            problems = audit.stored(copy)
    except sqlite3.DatabaseError as error:
        problems = [str(error)]
    if problems:
        raise Damaged(f"{file} is not sound: {'; '.join(problems[:3])}\nnothing was imported; export it anew")


def _backup(connection: sqlite3.Connection, path: Path) -> None:
    """Copy the database of `connection` to the new file `path`, without a log beside it."""
    try:
        with closing(sqlite3.connect(path)) as target:
            connection.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        raise CannotWrite(f"cannot write {path}: {error}\nmake room or choose another place") from error


def _about(path: Path, name: Path) -> Copy:
    """Return what is in the copy at `path`, which is to be called `name`."""
    with closing(schema.connect(path, "ro", immutable=True)) as connection:
        meta = lookup.meta(connection)
        return Copy(
            name,
            int(meta["generation"]),
            int(meta["articles"]),
            int(meta["passages"]),
            lookup.digest(connection),
            path.stat().st_size,
        )


@contextlib.contextmanager
def _staged(file: Path) -> Iterator[Path]:
    """Yield the name of a file beside `file` that is gone afterwards, unless it was moved."""
    staged = file.with_name(f".{file.name}.tmp")
    try:
        staged.unlink(missing_ok=True)
        yield staged
    finally:
        for one in (staged, staged.with_name(f"{staged.name}-journal")):
            one.unlink(missing_ok=True)
