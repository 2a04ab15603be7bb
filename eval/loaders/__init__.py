"""Make a library and a suite of a data set that lies at the user's own path.

    load("squad", Path("xquad.vi.json"), Path("out"), questions=Path("xquad.en.json"), limit=200)

writes `out/articles` (files that `rag index` takes), `out/suite.jsonl` (questions that `rag eval run` takes)
and `out/import.json` (what was read: names, SHA-256, options, counts). Nothing else is written, nothing is
fetched, and the same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.cases import load as load_suite
from eval.loaders import attacks, beir, bipia, clapnq, realtimeqa, rgb, squad, table, tatqa, timeqa
from eval.loaders.gold import DERIVED, RETRIEVAL_ONLY
from eval.loaders.material import SEED, Half, Material, Options, sample, take_half
from eval.loaders.source import DatasetError
from index import readers
from index.errors import BadArticle
from index.records import Lang
from index.text.counted import counted

__all__ = ["DERIVED", "FORMATS", "RETRIEVAL_ONLY", "DatasetError", "Imported", "load"]

FORMATS: Mapping[str, Callable[[Path, Options], Material]] = {
    "squad": squad.read,  # SQuAD 1.1 and 2.0, XQuAD, MLQA
    "xquad-r": squad.read_sentences,
    "clapnq": clapnq.read,
    "rgb": rgb.read,
    "realtimeqa": realtimeqa.read,
    "timeqa": timeqa.read,
    "tatqa": tatqa.read,
    "bipia": bipia.read,
    "attacks": attacks.read,
    "beir": beir.read,
    "csv": table.read_table,
    "jsonl": table.read_lines,
}
_ARTICLES, _SUITE, _NOTE = "articles", "suite.jsonl", "import.json"


@dataclass(frozen=True, slots=True)
class Imported:
    """What was written. `counts` are of the whole data set, `cases` of what a limit or half leaves of it."""

    articles: int
    cases: int
    library_folder: Path
    suite: Path
    counts: Mapping[str, int]
    warnings: tuple[str, ...] = ()


def load(
    format: str,  # noqa: A002  the name that `rag eval import FORMAT FILE` uses
    path: Path,
    out: Path,
    *,
    limit: int | None = None,
    lang: Lang | None = None,
    questions: Path | None = None,
    articles: Path | None = None,
    both: bool = False,
    unanswerable: int = 0,
    half: Half | None = None,
) -> Imported:
    """Read a data set and write its library and suite into the folder `out`.

    - `limit`: a quick form of so many questions, always the same ones (see `material.sample`); the library
      stays whole.
    - `lang`: language of articles (and questions) where the format does not say; guessed if not given.
    - `questions`: squad and xquad-r: the same set in the other language, to ask across languages;
      bipia and attacks: a suite about the articles.
    - `articles`: bipia, attacks, csv, jsonl: folder of the articles that the questions are about.
    - `both`: squad and xquad-r with `questions`: the library holds the articles of both languages.
    - `unanswerable`: squad, xquad-r, rgb: so many questions lose their article, and its twin in the other
      language; all of them are in the quick form.
    - `half`: squad, xquad-r, clapnq: only the questions about one half of the articles, by title (see
      `material.half_of`); `limit` and `unanswerable` choose among these. The library holds all articles.

    `out` is new, empty, or holds an earlier import, which is replaced. Raises DatasetError for what is wrong
    with the data or the options, OSError for what is wrong with the disk.
    """
    reader = FORMATS.get(format)
    if reader is None:
        raise DatasetError(f'format "{format}" is not known; known are {", ".join(FORMATS)}')
    if unanswerable < 0:
        raise DatasetError(f"unanswerable is {unanswerable}; give the number of questions, 0 or more")
    for given in (path, questions, articles):
        if given is not None and not given.exists():
            raise FileNotFoundError(f"no such file or folder: {given}")
    _check_out(out)
    options = Options(lang, questions, articles, both, unanswerable, half)
    material = reader(path, options)
    if not material.drafts:
        raise DatasetError(f"{path.name} holds no question that can be used ({_listed(material.counts)})")
    drafts = take_half(material.drafts, half)
    if not drafts:
        raise DatasetError(f'{path.name} has no question in the half "{half}"; take it whole')
    chosen = sample(drafts, limit, unanswerable)
    folder = material.folder or out / _ARTICLES
    (out / _NOTE).write_text("{}\n", encoding="utf-8")  # whatever follows, the folder is an import's
    _write_articles(out / _ARTICLES, material)
    suite = out / _SUITE
    lines = [json.dumps(draft.record, ensure_ascii=False) for draft in chosen]
    suite.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    load_suite(suite)  # what cannot be read back must not be left for later
    warnings = [*material.warnings, *_unread(folder, material)]
    count = len(material.shelf.files) or material.counts.get("articles", 0)
    halved = {"half": half} if half else {}
    note = {
        "format": format,
        "files": {given.name: _digest(given) for given in (path, questions) if given is not None},
        "options": {"limit": limit, "lang": lang, "both": both, "unanswerable": unanswerable, **halved},
        "seed": SEED,
        "counts": dict(material.counts),
        "warnings": warnings,
        "articles": count,
        "cases": len(chosen),
    }
    (out / _NOTE).write_text(json.dumps(note, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return Imported(count, len(chosen), folder, suite, material.counts, tuple(warnings))


def _check_out(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise DatasetError(f"{out} is a file; name a new folder")
    if out.is_dir() and any(out.iterdir()) and not (out / _NOTE).exists():
        raise DatasetError(
            f"{out} holds other files; name a new or empty folder, nothing of yours is overwritten"
        )
    out.mkdir(parents=True, exist_ok=True)


def _write_articles(folder: Path, material: Material) -> None:
    """Write the shelf; other articles of an earlier import go, or they would be answered from."""
    if folder.is_dir():
        for old in folder.iterdir():
            if old.name not in material.shelf.files:
                old.unlink()
    if material.folder is not None:
        return
    folder.mkdir(exist_ok=True)
    for name, text in material.shelf.files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _unread(folder: Path, material: Material) -> list[str]:
    """Return a warning if `rag index` will not take some article: its questions cannot be answered."""
    refused: list[str] = []
    with readers.Reading() as reading:
        for name in material.shelf.files if material.folder is None else ():
            try:
                list(reading.read(folder / name))
            except BadArticle as error:
                refused.append(f"{name} ({error})")
    return (
        [f"the library will skip {counted(len(refused), 'article')}: {'; '.join(refused[:3])}"]
        if refused
        else []
    )


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file, or of the files of a folder with their names, in order."""
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            digest.update(file.relative_to(path).as_posix().encode() if path.is_dir() else b"")
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{what} {n}" for what, n in counts.items())
