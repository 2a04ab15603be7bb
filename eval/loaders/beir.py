"""A BEIR folder: corpus.jsonl, queries.jsonl, qrels/*.tsv. Retrieval only. Source: arXiv 2104.08663.

Every document is an article, every query with a relevant document a case that must cite one of them (any
words of it). There is no answer to judge: the cases are tagged "retrieval-only" and their nugget can never
be found, so that nobody reads a share of right answers out of them. Grades of relevance above 0 count
alike. Queries of `qrels/test.tsv`, else `dev.tsv`, else `train.tsv`.
"""

from __future__ import annotations

from pathlib import Path

from eval.loaders.gold import DERIVED, RETRIEVAL_ONLY, answerable
from eval.loaders.material import Draft, Material, Options, Shelf, language, refuse, safe
from eval.loaders.source import DatasetError, read_csv, read_jsonl, take

_NEVER = "(?!)"  # a regular expression that matches nothing


def read(path: Path, options: Options) -> Material:
    """Read a BEIR folder; see the module's text."""
    refuse(options, "beir", "lang")
    if not path.is_dir():
        raise DatasetError(f"{path} is not a folder; name the one with corpus.jsonl, queries.jsonl and qrels")
    judged = next(
        (file for name in ("test", "dev", "train") if (file := path / "qrels" / f"{name}.tsv").exists()), None
    )
    missing = [name for name in ("corpus.jsonl", "queries.jsonl") if not (path / name).exists()]
    if missing or judged is None:
        raise DatasetError(
            f"{path} has no {' and no '.join([*missing, *([] if judged else ['qrels/test.tsv'])])}"
        )
    corpus = f"beir-{safe(path.resolve().name)}"
    shelf = Shelf()
    files: dict[str, str] = {}
    empty = 0
    for where, row in read_jsonl(path / "corpus.jsonl"):
        key, text = take(row, "_id", str, where), take(row, "text", str, where)
        title = str(row.get("title") or "")
        if not text.strip():
            empty += 1
            continue
        files[key] = shelf.add(safe(key), text, options.lang or language(text, where), title)
    relevant = _relevant(judged)
    drafts: list[Draft] = []
    for where, row in read_jsonl(path / "queries.jsonl"):
        key = take(row, "_id", str, where)
        names = [files[name] for name in relevant.get(key, ()) if name in files]
        if names:
            drafts.append(
                _draft(shelf, corpus, key, take(row, "text", str, where).strip(), names, options, where)
            )
    counts = {
        "documents": len(files) + empty,
        "empty documents": empty,
        "queries": len(relevant),
        "queries without their document": len(relevant) - len(drafts),
    }
    return Material(shelf, drafts, counts)


def _relevant(file: Path) -> dict[str, list[str]]:
    """Return the relevant documents of each query."""
    found: dict[str, list[str]] = {}
    for where, row in read_csv(file):
        query, document, score = (take(row, name, str, where) for name in ("query-id", "corpus-id", "score"))
        if not score.strip().lstrip("-").isdigit():
            raise DatasetError(f'{where}: score is "{score}", not a whole number')
        if int(score) > 0:
            found.setdefault(query, []).append(document)
    return found


def _draft(
    shelf: Shelf, corpus: str, key: str, query: str, names: list[str], options: Options, where: str
) -> Draft:
    base = {
        "id": f"{corpus}-{key}",
        "lang": options.lang or language(query, where),
        "question": query,
        "type": "lookup",
        "tags": [RETRIEVAL_ONLY, DERIVED],
        "corpus": corpus,
        "group": names[0],
        "note": "no answer is known: only retrieval can be measured",
    }
    never = {"id": "none", "any_of": [], "regex": _NEVER}
    return answerable(shelf, key, base, [never], [(name, shelf.body(name)) for name in names])
