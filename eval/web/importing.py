"""A file of questions with known answers, sent by the browser, becomes one of the user's suites."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import BinaryIO

from eval import libraries, loaders
from eval.cases import SuiteError
from eval.loaders.material import safe
from eval.web.choices import Fault, own_suites
from rag.web.library.uploads import LARGEST

__all__ = ["FORMATS", "LARGEST", "NotImported", "Note", "note_of", "take_in"]  # large as files of articles

FORMATS = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl"}


class NotImported(Exception):
    """The file cannot be used, for this reason."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.key, fault.detail)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Note:
    """What an import left beside its suite."""

    name: str
    questions: int
    articles: int
    warnings: tuple[str, ...]


def take_in(name: str, content: BinaryIO, articles: Path | None) -> Path:
    """Make a suite of a file, called by its name, as `rag eval import` does; return the suite's path.

    `articles` is the folder of the files that its questions name; without it they bring their articles.
    Raises NotImported, and then nothing is left behind.
    """
    kind = FORMATS.get(Path(name).suffix.lower())
    if kind is None:
        raise NotImported(Fault("import_kind", name))
    own_suites().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".import-", dir=own_suites()) as place:
        file, out = Path(place) / (safe(Path(name).stem) + Path(name).suffix), Path(place) / "suite"
        try:
            with file.open("wb") as target:
                while piece := content.read(1 << 20):
                    target.write(piece)
            loaders.load(kind, file, out, articles=articles)
            new = next(path for path in _names(file.stem) if not path.exists())
            out.rename(new)
        except (loaders.DatasetError, SuiteError, OSError, ValueError, RecursionError) as error:
            said = str(error)
            if articles is None and place in said:  # it was looked for beside the file, where nothing is
                raise NotImported(
                    Fault("import_articles_missing", said.partition(f" in {place}")[0])
                ) from error
            raise NotImported(Fault("import_bad", said)) from error
    return new / "suite.jsonl"


def _names(stem: str) -> Iterator[Path]:
    """Yield folders for a suite; none is called as one that ships, or both could not be run together."""
    shipped = {path.stem for path in libraries.SUITES.glob("*.jsonl")}
    for n in count(1):
        name = f"{stem}-{n}" if n > 1 else stem
        if name not in shipped:
            yield own_suites() / name


def note_of(suite: Path) -> Note | None:
    """Return what is known of the import that made a suite; None if none did."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads((suite.parent / "import.json").read_text("utf-8"))
        return Note(suite.parent.name, int(told["cases"]), int(told["articles"]), tuple(told["warnings"]))
    return None
