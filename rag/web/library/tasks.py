"""What each job does with the library."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from index import Library
from index.errors import Stopped
from index.records import Added
from rag.web.library.jobs import Report
from rag.web.library.uploads import Uploads


def take_in(library: Library, uploads: Uploads, report: Report) -> None:
    """Add what was uploaded, then compute the vectors that are missing; again while more is uploaded."""
    total: Added | None = None
    while True:
        while batch := uploads.batch():
            try:
                done = _add(library, uploads.folder, report)
            except Stopped as stopped:  # what was not read yet stays there, to go on with
                raise Stopped(_sum(total, _shown(stopped.done, uploads.folder))) from None
            total = _sum(total, _shown(done, uploads.folder))
            uploads.discard(batch)
            report.added(total)
        counts = library.counts()
        if counts["waiting"]:  # said before the model is loaded, which takes seconds
            report.tell("computing", counts["passages"] - counts["waiting"], counts["passages"])
        library.compute(
            partial(report.tell, "computing"), until=lambda: report.stopping() or uploads.wanted()
        )
        if report.stopping() or not uploads.wanted():
            return


def _add(library: Library, folder: Path, report: Report) -> Added:
    return library.add(folder, compute=False, progress=partial(report.tell, "reading"))


def _shown(done: Added, folder: Path) -> Added:
    """Return `done` with the names that the files had when they were uploaded."""
    own = f"{folder}/"
    skipped = tuple(replace(one, path=one.path.removeprefix(own)) for one in done.skipped)
    return replace(done, skipped=skipped)


def _sum(one: Added | None, other: Added) -> Added:
    """Return both together; the library's totals are the later ones."""
    if one is None:
        return other
    return replace(
        other,
        added=one.added + other.added,
        updated=one.updated + other.updated,
        unchanged=one.unchanged + other.unchanged,
        skipped=one.skipped + other.skipped,
    )


def verify(library: Library, report: Report) -> None:
    """Check everything that is stored, from an object of its own: others go on reading."""
    with Library.open(library.folder, create=False) as own:
        report.found(own.verify(report.tell))


def rebuild(library: Library, report: Report) -> None:
    """Make passages of an older program, near-copies, the vector index and missing vectors anew."""
    library.rebuild(progress=report.tell)
    library.compute(partial(report.tell, "computing"))


def embed(library: Library, report: Report) -> None:
    """Compute all vectors anew."""
    library.rebuild(embed=True, progress=report.tell)
