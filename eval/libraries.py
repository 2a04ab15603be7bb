"""Suites by name or path, their articles, and libraries of these, built once and kept.

A suite's articles are those in the folder `articles` beside it, as `rag eval import` leaves them, else found
by its corpus: "demo-1" are the articles of `eval/corpus`, "islands" those of `eval/islands`, "ledger"
those of `eval/press/ledger`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.cases import Case, SuiteError, load
from eval.provenance import ROOT, sources
from index import Library
from index.embed import Embedder
from index.paths import library_dir
from index.text.counted import counted
from rag.progress import Progress, Silent, computing, reading

SUITES = ROOT / "eval" / "suites"
PRESS = ("ledger", "arena", "assembly", "parish")
SHIPPED = {
    "demo": ROOT / "eval" / "corpus",
    "islands": ROOT / "eval" / "islands",
    **{name: ROOT / "eval" / "press" / name for name in PRESS},
}
BUILT = "complete"  # file that tells that a library holds all of its articles


@dataclass(frozen=True, slots=True)
class Suite:
    """Questions of one file. `name` is the file's, or its folder's if the file is just suite.jsonl."""

    name: str
    path: Path
    cases: tuple[Case, ...]
    sha256: str

    @property
    def corpus(self) -> str:
        """Name of the collection of articles that the questions are about."""
        return self.cases[0].corpus


def find(given: str) -> Suite:
    """Return the suite at a path, or the shipped one of that name; SuiteError if there is none."""
    path = Path(given)
    if not path.is_file():
        shipped = SUITES / f"{given}.jsonl"
        if not shipped.is_file():
            names = ", ".join(sorted(one.stem for one in SUITES.glob("*.jsonl")))
            raise SuiteError(f"{given} is no file and no shipped suite.\nShipped are: {names}")
        path = shipped
    cases = tuple(load(path))
    if len({case.corpus for case in cases}) > 1:
        raise SuiteError(f"{path.name}: its questions are about several corpora; one suite, one corpus")
    return Suite(name_of(path), path, cases, hashlib.sha256(path.read_bytes()).hexdigest())


def name_of(path: Path) -> str:
    """Return what the suite in a file is called."""
    return path.resolve().parent.name if path.stem == "suite" else path.stem


def find_all(given: Sequence[str]) -> list[Suite]:
    """Return the suites; SuiteError if two have one name, since records are filed under it."""
    found = [find(one) for one in given]
    names = [suite.name for suite in found]
    for name in names:
        if names.count(name) > 1:
            raise SuiteError(f'two suites are named "{name}"; rename one file, or run them one by one')
    return found


def articles_of(suite: Suite, given: Path | None = None) -> Path:
    """Return the folder with the articles of a suite; SuiteError says how to name it."""
    beside = suite.path.parent / "articles"
    folder = given or (beside if beside.is_dir() else SHIPPED.get(suite.corpus.split("-")[0]))
    if folder is None or not folder.is_dir():
        raise SuiteError(
            f'the articles of {suite.name} (corpus "{suite.corpus}") are not '
            f"{f'in {folder}' if folder else 'known'}; name their folder with --articles, "
            "or a library of them with --library"
        )
    return folder


def cache() -> Path:
    """Return the folder that built libraries are kept in."""
    return library_dir().parent / "eval-libraries"


def cited(suite: Suite) -> set[str]:
    """Return the files that answers to a suite must or may cite."""
    must = {quote.doc_id for case in suite.cases for quote in case.must_cite}
    return must | {name for case in suite.cases for name in case.may_cite}


def check(suite: Suite, library: Library) -> None:
    """Raise SuiteError unless all articles that answers to the suite must or may cite are in a library.

    A question whose article is missing could not be answered, and would count as wrong or withheld.
    """
    held = {article.file for article in library.articles()}
    wanted = cited(suite)
    if lost := sorted(wanted - held):
        raise SuiteError(
            f"the library {library.folder} lacks {len(lost)} of the {counted(len(wanted), 'article')}"
            f" that {suite.name} is about, e.g. {lost[0]}; index them, or name the library that holds them"
        )


def built(
    folder: Path, embedder: Embedder, progress: Progress | None = None, needed: Collection[str] = ()
) -> Library:
    """Return a library of the articles in `folder`: the one built before from the same bytes, or a new one.

    It is known by the articles, the embedding model and the code that reads articles; changing any of
    them makes another. SuiteError if one of the `needed` files cannot become an article, which would make
    answerable questions unanswerable; what else is skipped is told.
    """
    shown = progress or Silent()
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.stem.upper() != "README")
    known = hashlib.sha256(f"{embedder.id}\0{sources([ROOT / 'index'], '*.py')}\0".encode())
    for path in files:
        known.update(f"{path.name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\0".encode())
    place = cache() / f"{folder.resolve().name}-{known.hexdigest()[:16]}"
    library = Library.open(place, embedder)
    if (place / BUILT).is_file():
        return library
    try:
        added = library.add(files, progress=reading(shown, "articles"), computed=computing(shown))
    except BaseException:
        library.close()
        raise
    finally:
        shown.finish()
    for one in added.skipped:
        shown.say(f"skipped: {one.path}: {one.reason}")
    if lost := [one for one in added.skipped if Path(one.path).name in needed]:
        library.close()
        raise SuiteError(
            f"{len(lost)} of the articles in {folder} that the questions are about cannot be read, e.g."
            f" {lost[0].path}: {lost[0].reason}"
        )
    (place / BUILT).write_text("", encoding="utf-8")
    return library
