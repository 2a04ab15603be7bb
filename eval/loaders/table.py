"""Questions of one's own: a CSV file with a heading line, or JSON Lines with the same keys.

| key | what | in CSV |
|---|---|---|
| question | required | |
| answer | what must be said; several spellings; empty: the articles do not answer it | apart by a bar |
| article | file name(s) of the article(s) that answer it, or come close if nothing does | apart by a bar |
| quote | words of the article that answer it; without them the first sentence that states the answer | |
| context | the article itself, where there is no file; title, date (YYYY-MM-DD), outlet go with it | |
| lang, id, type, as_of, group, note, history, twin_of, tags | as in a suite | history, tags: apart by a bar |

Articles lie in the folder `articles`, or where the file of questions lies.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from eval.lint import plain
from eval.loaders.gold import DERIVED, answerable, nugget, sentence_with, unanswerable
from eval.loaders.material import Draft, Material, Options, Shelf, language, refuse, safe
from eval.loaders.source import DatasetError, read_csv, read_jsonl, read_text, texts
from index.records import Lang
from index.text.counted import counted

_KEYS = (
    *("question", "answer", "article", "quote", "context", "title", "date", "outlet"),
    *("lang", "id", "type", "as_of", "group", "note", "history", "twin_of", "tags"),
)
_MANY = ("answer", "article", "history", "tags")
_SUFFIXES = (".txt", ".md", ".text", ".markdown")


def read_table(path: Path, options: Options) -> Material:
    """Read a CSV file; comma, semicolon or tab between the cells."""
    rows = (
        (where, {key: _cells(value) if key in _MANY else value for key, value in row.items()})
        for where, row in read_csv(path)
    )
    return _material(path, rows, options, "csv")


def read_lines(path: Path, options: Options) -> Material:
    """Read a JSON Lines file."""
    return _material(path, read_jsonl(path), options, "jsonl")


def _cells(value: str) -> list[str]:
    return [part.strip() for part in value.split("|") if part.strip()]


def _material(
    path: Path, rows: Iterable[tuple[str, Mapping[str, Any]]], options: Options, fmt: str
) -> Material:
    refuse(options, fmt, "lang", "articles")
    folder = options.articles or path.parent
    if not folder.is_dir():
        raise DatasetError(f"{folder} is not a folder; name the folder of the article files")
    shelf = _Articles(folder)
    drafts, unstated = [], []
    for where, row in rows:
        drafts.append(_draft(path, where, row, shelf, options.lang))
        if DERIVED in drafts[-1].record["tags"] and DERIVED not in row.get("tags", ()):
            unstated.append(where)
    counts = {
        "questions": len(drafts),
        "unanswerable": sum(not draft.record["answerable"] for draft in drafts),
        "articles": len(shelf.files),
    }
    warnings = [
        f"{where}: the answer stands in none of its articles, so nothing can check it; look it up, or tag it"
        f' "{DERIVED}" if it is computed or reworded'
        for where in unstated
    ]
    return Material(shelf, drafts, counts, warnings, None if shelf.own else folder)


class _Articles(Shelf):
    """The user's article files, read when they are named, and articles that stand in the rows."""

    __slots__ = ("folder", "own", "theirs")

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder, self.own, self.theirs = folder, False, False

    def named(self, name: str, where: str) -> str:
        """Return the base name of an article file of the folder, and keep its text to check gold by."""
        base = Path(name).name
        if base not in self.files:
            found = sorted(file for file in self.folder.rglob(base) if file.is_file())
            if len(found) != 1 or found[0].suffix.lower() not in _SUFFIXES:
                raise DatasetError(
                    f'{where}: article "{name}" is {counted(len(found), "time")} in {self.folder}; name one'
                    f" {' or '.join(_SUFFIXES)} file of that folder"
                )
            self.files[base] = read_text(found[0])
            self.theirs = True
        return base

    def body(self, name: str) -> str:
        """Return the text of an article; of the user's own files all of it, whatever header they have."""
        return super().body(name) if self.own else self.files[name]


def _draft(path: Path, where: str, row: Mapping[str, Any], shelf: _Articles, lang: Lang | None) -> Draft:
    if unknown := sorted(set(row) - set(_KEYS)):
        raise DatasetError(f'{where}: "{unknown[0]}" is not a known key; known are {", ".join(_KEYS)}')
    given: dict[str, Any] = {
        key: _value(row[key], key, where) for key in _KEYS if row.get(key) not in (None, "", [])
    }
    if "question" not in given:
        raise DatasetError(f'{where} has no "question", only {", ".join(sorted(given)) or "nothing"}')
    question = given["question"]
    spoken = given.get("lang") or lang or language(question, where)
    if spoken not in ("en", "vi"):
        raise DatasetError(f'{where}: lang is "{spoken}", not en or vi')
    names = list(_names(given, shelf, where, lang))
    key = given.get("id") or hashlib.sha256(question.encode()).hexdigest()[:12]
    base: dict[str, Any] = {
        "id": key,
        "lang": spoken,
        "question": question,
        "corpus": safe(path.stem),
        "group": given.get("group") or (names[0] if names else key),
        **{
            name: given[name]
            for name in ("type", "as_of", "note", "history", "twin_of", "tags")
            if name in given
        },
    }
    if shelf.own and shelf.theirs:
        raise DatasetError(
            f'{where}: some rows bring their article ("context"), others name a file ("article"); one library'
            " cannot hold both; put the contexts into files of the folder"
        )
    found = nugget("answer", given.get("answer", ()), spoken)
    if "answer" in given and found is None:
        raise DatasetError(f"{where}: answer {given['answer']} has no word or figure in it")
    if not names:
        raise DatasetError(
            f'{where}: "article" is missing; name the file that answers it'
            if found
            else f'{where} has no answer, so "article" must name the file that comes closest'
        )
    if found is None:
        return unanswerable(key, base, names)
    gold = [(name, _quote(given.get("quote"), found, shelf.body(name), where)) for name in names]
    kept = [(name, quote) for name, quote in gold if quote]
    if not kept:
        raise DatasetError(
            f'{where}: the quote "{given.get("quote")}" is not in {", ".join(names)}; copy it from there'
        )
    return answerable(shelf, key, base, [found], kept, given["answer"])


def _value(value: object, key: str, where: str) -> str | list[str]:
    if key in _MANY:
        return texts(value, key, where)
    if not isinstance(value, str):
        raise DatasetError(f'{where}: "{key}" is {value!r}, not a text')
    return unicodedata.normalize("NFC", value).strip()


def _names(given: Mapping[str, Any], shelf: _Articles, where: str, lang: Lang | None) -> Iterator[str]:
    if text := given.get("context"):
        shelf.own = True
        if (day := given.get("date")) and not _is_day(day):
            raise DatasetError(f'{where}: date is "{day}", not a day written YYYY-MM-DD')
        stem = "article-" + hashlib.sha256(text.encode()).hexdigest()[:12]
        spoken = lang or language(text, where)
        yield shelf.add(
            stem, text, spoken, given.get("title", ""), given.get("date"), given.get("outlet", "")
        )
    for name in given.get("article", ()):
        yield shelf.named(name, where)


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _quote(quote: str | None, found: Mapping[str, Any], body: str, where: str) -> str:
    """Return gold words of `body`: those given, the first sentence that states the answer, or all of it."""
    if quote:
        return quote if plain(quote) in plain(body) else ""
    return sentence_with(body, [found]) or body.strip()
