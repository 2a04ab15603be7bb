"""`rag index`: articles in, once or for as long as it watches."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from index.errors import Locked, Stopped
from index.text.counted import counted
from rag import opening, progress
from rag.cli import base
from rag.cli.base import Session
from rag.cli.types import DAY, LANG

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from index import Library
    from index.records import Added, Lang
    from rag.progress import Progress


@dataclass(frozen=True, slots=True)
class Given:
    """What the options say of the articles."""

    date: dt.date | None
    outlet: str | None
    lang: Lang | None


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--date", type=DAY, metavar="YYYY-MM-DD", help="When these articles were published.")
@click.option("--outlet", metavar="NAME", help="Who published them.")
@click.option("--lang", type=LANG, help="Their main language, if it should not be found out.")
@click.option("--watch", is_flag=True, help="Go on: take in new and changed files until Ctrl-C.")
@click.option(
    "--prune", is_flag=True, help="Remove articles whose files are gone from these folders; else they stay."
)
@base.shared
@click.pass_obj
def index(
    session: Session,
    paths: tuple[Path, ...],
    date: dt.date | None,
    outlet: str | None,
    lang: Lang | None,
    watch: bool,
    prune: bool,
) -> int:
    """Add articles: files, or folders with all that is in them.

    Text, Markdown, saved web pages (.html .mht), PDF, Word (.docx), EPUB, mail (.eml); many articles
    in one file: .jsonl .json .csv .tsv, RSS and Atom (.rss .atom .xml), and .zip of all these.

    Words find an article as soon as it is read. When all are read, their meaning is computed, which
    takes most of the time. Ctrl-C leaves whole articles, exit code 130; the same command goes on from
    there, and without PATH it only computes what is missing.

    Adding the same file again changes nothing; a changed file replaces its articles, and `rag history`
    keeps what they said. What cannot be read is skipped with its reason, and the exit code is then 1.

    With --watch a file is taken in when it has not changed for a second, so one that is still being
    written waits. --json then prints one object for every time that something came in. Ctrl-C ends it,
    exit code 0.

    A file articles.toml beside them may say what they do not, by the name of the file (or "default"):

    \b
        ["export.csv"]
        outlet = "Harbour Times"              # title, date, updated, lang, authors, url
        fields = {text = "story", title = "head"}    # which of its columns is what
    """  # noqa: D301  click wants the character
    given = Given(date, outlet, lang)
    with base.open_library(session, create=bool(paths), vectors=True) as library:
        if not paths and (watch or prune or not library.counts()["waiting"]):
            raise click.UsageError("Missing argument 'PATH...': the library waits for nothing.")
        if watch:
            return _watch(session, library, paths, given, prune)
        return _once(session, library, paths, given, prune)


def _once(session: Session, library: Library, paths: Sequence[Path], given: Given, prune: bool) -> int:
    try:
        done = _add(library, paths, given, session.progress())
    except Stopped as stopped:
        _tell(session, stopped.done, [])
        session.note("Stopped. What is counted above is in, whole; run the same command again to go on.")
        return base.INTERRUPTED
    gone = library.prune(paths) if prune else []
    if gone:
        left = library.counts()
        done = replace(done, articles=left["articles"], passages=left["passages"])
    _tell(session, done, gone)
    return base.SKIPPED if done.skipped else 0


def _watch(session: Session, library: Library, paths: Sequence[Path], given: Given, prune: bool) -> int:
    from index.watch import INTERVAL, Watcher

    for path in paths:
        if not path.exists():
            session.warn(f"{path} is not there yet")
    watcher = Watcher(paths)
    shown = session.progress()
    session.note(f"Watching {', '.join(map(str, paths))}; Ctrl-C ends it.")
    try:
        while True:
            next_look = time.monotonic() + INTERVAL
            files = watcher.look()
            try:
                if files:  # words find them from now on, meaning follows
                    done = _add(library, files, given, shown, compute=False)
                    _tell(session, replace(done, waiting=0), [])
                if prune and (gone := library.prune(paths)):
                    session.out({"removed": gone}, _gone_text(gone))
            except Locked as error:
                watcher.again(files)
                session.warn(f"{str(error).splitlines()[0]}; trying again")
            library.compute(progress.computing(shown), until=_clock_says(next_look))
            if not library.counts()["waiting"]:
                shown.finish()
            time.sleep(max(0.0, next_look - time.monotonic()))
    except Stopped as stopped:
        _tell(session, stopped.done, [])
    except KeyboardInterrupt:
        pass
    session.note("Stopped watching. Every article is in whole; the same command goes on.")
    return 0


def _clock_says(moment: float) -> Callable[[], bool]:
    return lambda: time.monotonic() >= moment


def _add(
    library: Library, paths: Sequence[Path], given: Given, shown: Progress, *, compute: bool = True
) -> Added:
    try:
        return library.add(
            list(paths),
            date=given.date,
            outlet=given.outlet,
            lang=given.lang,
            progress=progress.reading(shown, "files"),
            computed=progress.computing(shown),
            compute=compute,
        )
    finally:
        shown.finish()


def _tell(session: Session, done: Added, gone: Sequence[str]) -> None:
    text = _added_text(done)
    session.out(
        {**added_json(done), **({"removed": list(gone)} if gone else {})},
        f"{text}\n{_gone_text(gone)}" if gone else text,
    )
    for skip in done.skipped:
        if not session.json:
            session.warn(f"Skipped {skip.path}: {skip.reason}")


def added_json(done: Added) -> dict[str, Any]:
    """Return what `rag index --json` prints; "waiting" only where vectors are missing."""
    value = {
        **asdict(done),
        "skipped": [asdict(skip) for skip in done.skipped],
        "seconds": round(done.seconds, 3),
    }
    return value if done.waiting else {key: one for key, one in value.items() if key != "waiting"}


def _added_text(done: Added) -> str:
    counts = (
        f"{done.added} added, {done.updated} updated, {done.unchanged} unchanged, {len(done.skipped)} skipped"
    )
    held = f"{counted(done.articles, 'article')}, {counted(done.passages, 'passage')}"
    text = f"{counts}. The library: {held}. {done.seconds:.1f} s."
    waiting = opening.meaning({"passages": done.passages, "waiting": done.waiting})
    return f"{text}\n{waiting}." if waiting else text


def _gone_text(gone: Sequence[str]) -> str:
    return "\n".join(f"Removed, its file is gone: {path}" for path in gone)


VERBS = (index,)
