"""RGB: questions with snippets that answer them and snippets that do not. Source: arXiv 2309.01431.

`en.json`, `en_refine.json`, `en_int.json` (two facts to be put together), `en_fact.json` (of which only the
true snippets are used: an archive has no way to tell that all of it is wrong). One article a snippet, all
snippets of all questions in one library: retrieval is part of the task, so its noise is not the ratio that
the paper sets. Gold as in the authors' script: every element of `answer` must be said, of a list within it
any one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.loaders.gold import answerable, kind, nowhere, nugget, stated_elsewhere, unanswerable
from eval.loaders.material import (
    Draft,
    Material,
    Options,
    Shelf,
    compare_counts,
    language,
    refuse,
    safe,
    spread,
)
from eval.loaders.source import DatasetError, one_file, read_jsonl, take, texts
from index.text.counted import counted

_PUBLISHED = {"en.json": 300, "en_refine.json": 300, "en_int.json": 100, "en_fact.json": 100}


def read(path: Path, options: Options) -> Material:
    """Read RGB; see the module's text."""
    refuse(options, "rgb", "unanswerable")
    file = one_file(path, "en.json", "en_refine.json", "en_int.json", "en_fact.json")
    rows = [_Row(where, row) for where, row in read_jsonl(file)]
    corpus = f"rgb-{safe(file.name.removesuffix('.json'))}"
    without = _without(rows, options.unanswerable)
    shelf = Shelf()
    for row in rows:
        row.near = [shelf.add(f"{corpus}-{row.key}-n{n}", text, "en") for n, text in enumerate(row.negative)]
        if row.key not in without:
            row.gold = [
                shelf.add(f"{corpus}-{row.key}-p{n}", text, "en") for n, text in enumerate(row.positive)
            ]
    drafts = [_draft(shelf, corpus, row, "multi-doc" if "_int" in file.name else "") for row in rows]
    counts = {"questions": len(rows), "snippets": len(shelf.files), "unanswerable": len(without)}
    published = {"questions": _PUBLISHED[file.name]} if file.name in _PUBLISHED else {}
    return Material(shelf, drafts, counts, compare_counts(file.name, counts, published))


class _Row:
    """One line of the file, checked."""

    def __init__(self, where: str, row: Mapping[str, Any]) -> None:
        self.key = str(take(row, "id", object, where))
        self.question = take(row, "query", str, where).strip()
        if language(self.question, where) != "en":
            raise DatasetError(f"{where} is not in English; RGB's English files are en*.json")
        self.positive = _flat(take(row, "positive", list, where), "positive", where)
        self.negative = _flat(take(row, "negative", list, where), "negative", where)
        answer = take(row, "answer", object, where)
        elements = answer if isinstance(answer, list) else [answer]
        self.answers = [texts(element, "answer", where) for element in elements]
        made = [nugget(f"answer-{n}", given, "en") for n, given in enumerate(self.answers, start=1)]
        self.nuggets = [found for found in made if found]
        if not self.nuggets:
            raise DatasetError(f'{where}: "answer" is {answer!r}, which has no word or figure in it')
        self.spellings = [text for given in self.answers for text in given]
        self.near: list[str] = []
        self.gold: list[str] = []


def _flat(value: Sequence[object], what: str, where: str) -> list[str]:
    return [text for element in value for text in texts(element, what, where)]


def _without(rows: Sequence[_Row], wanted: int) -> set[str]:
    """Choose questions whose positive snippets stay out: none of their negative ones states the answer."""
    able = [row for row in rows if row.negative and not stated_elsewhere(row.spellings, row.negative)]
    if wanted > len(able):
        raise DatasetError(
            f"asked for {counted(wanted, 'question')} whose snippets are left out, {len(able)} can be made;"
            " ask for less"
        )
    order = spread(Draft(row.key, {"group": row.key}) for row in able)
    return {draft.key for draft in order[:wanted]}


def _draft(shelf: Shelf, corpus: str, row: _Row, special: str) -> Draft:
    base = {
        "id": f"{corpus}-{row.key}",
        "lang": "en",
        "question": row.question,
        "corpus": corpus,
        "group": row.key,
    }
    if not row.gold:
        return unanswerable(row.key, base, row.near, nowhere(row.spellings, shelf))
    more = {
        "type": special or kind(row.nuggets),
        "distractors": [name for name in row.near if name not in row.gold],
    }
    quotes = [(name, shelf.body(name)) for name in row.gold]
    return answerable(shelf, row.key, {**base, **more}, row.nuggets, quotes, row.spellings)
