"""RealTime QA: the questions of weekly news quizzes with the pages found for them. Source: arXiv 2207.13332.

A file `YYYYMMDD_qa.jsonl` with, beside it, `YYYYMMDD_gold.jsonl` (the page the quiz links to) or
`YYYYMMDD_gcs.jsonl` (what a web search found), or a folder of such weeks. Asked as free questions, without
the choices, as of the day of the quiz. One article a page, with its date and outlet. Where no page says the
answer, the quiz's own explanation becomes an article if it does, else the question is left out.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from eval.loaders.gold import answerable, nugget, sentence_with
from eval.loaders.material import Draft, Material, Options, Shelf, refuse
from eval.loaders.source import DatasetError, read_jsonl, take

_WEEK = re.compile(r"\d{8}_qa\.jsonl")
_TAG = re.compile(r"<[^>]*>")
_NONE = "none of the above"


def read(path: Path, options: Options) -> Material:
    """Read RealTime QA; see the module's text."""
    refuse(options, "realtimeqa")
    files = sorted(file for file in path.iterdir() if _WEEK.fullmatch(file.name)) if path.is_dir() else [path]
    if not files:
        raise DatasetError(f"{path} holds no file YYYYMMDD_qa.jsonl")
    shelf = Shelf()
    drafts: dict[str, Draft] = {}
    counts = {"questions": 0, "pages": 0, "answered by the quiz only": 0, "answered by no page": 0}
    for file in files:
        pages = _pages(file, shelf)
        for where, row in read_jsonl(file):
            key = take(row, "question_id", str, where)
            counts["questions"] += 1
            draft, reason = _draft(shelf, key, row, pages.get(key, ()), where)
            if reason:
                counts[reason] += 1
            if draft:
                drafts.setdefault(key, draft)
    counts["pages"] = len(shelf.files)
    return Material(shelf, list(drafts.values()), counts)


def _pages(file: Path, shelf: Shelf) -> dict[str, list[str]]:
    """Put the pages beside `file` on the shelf; return their names by question, linked pages first."""
    beside = [file.with_name(file.name.replace("_qa.jsonl", f"_{kind}.jsonl")) for kind in ("gold", "gcs")]
    found = [name for name in beside if name != file and name.exists()]
    if not found:
        raise DatasetError(
            f"no pages beside {file.name}: neither {beside[0].name} nor {beside[1].name} is there"
        )
    names: dict[str, list[str]] = {}
    for pages in found:
        for where, row in read_jsonl(pages):
            key = take(row, "question_id", str, where)
            for at, page in enumerate(take(row, "search_result", list, where)):
                text = take(page, "text", str, where)
                if text.strip():
                    stem = f"{pages.stem}-{key}-{at}"
                    names.setdefault(key, []).append(_shelved(shelf, stem, text, page))
    return names


def _shelved(shelf: Shelf, stem: str, text: str, page: Mapping[str, Any]) -> str:
    outlet = (urlsplit(str(page.get("url", ""))).hostname or "").removeprefix("www.")
    return shelf.add(stem, text, "en", str(page.get("title") or ""), _day(page.get("publish_date")), outlet)


def _day(value: object) -> str | None:
    """Return "2022/06/12" as 2022-06-12, anything else that is no date as None."""
    try:
        return dt.date.fromisoformat(str(value).replace("/", "-")).isoformat()
    except ValueError:
        return None


def _draft(
    shelf: Shelf, key: str, row: Mapping[str, Any], pages: Sequence[str], where: str
) -> tuple[Draft | None, str]:
    answer = _answer(row, where)
    found = nugget("answer", [answer], "en")
    if found is None:
        raise DatasetError(f'{where}: the answer "{answer}" has no word or figure in it')
    day = _day(take(row, "question_date", str, where))
    gold = list(_stating(shelf, pages, found, day))
    reason = ""
    if not gold:
        evidence = html.unescape(_TAG.sub("", str(row.get("evidence") or "")))
        quote = sentence_with(evidence, [found])
        if quote is None:
            return None, "answered by no page"
        reason = "answered by the quiz only"
        source = str(row.get("question_source") or "")
        gold = [(shelf.add(f"realtimeqa-{key}-evidence", evidence, "en", date=day, outlet=source), quote)]
    base = {
        "id": f"realtimeqa-{key}",
        "lang": "en",
        "question": take(row, "question_sentence", str, where).strip(),
        "corpus": "realtimeqa",
        "group": key.split("_")[0],  # the week: its quizzes ask about the same events
        "as_of": day,
    }
    return answerable(shelf, key, base, [found], gold, [answer]), reason


def _stating(
    shelf: Shelf, pages: Sequence[str], found: Mapping[str, Any], day: str | None
) -> Iterator[tuple[str, str]]:
    """Yield the pages that say the answer, with their sentence; not those of after the day of the quiz."""
    for name in dict.fromkeys(pages):
        published = shelf.date(name)
        if day and published and published > day:
            continue  # asked as of that day, nothing later is found
        if quote := sentence_with(shelf.body(name), [found]):
            yield name, quote


def _answer(row: Mapping[str, Any], where: str) -> str:
    choices, given = take(row, "choices", list, where), take(row, "answer", list, where)
    at = str(given[0]) if len(given) == 1 else ""
    if not at.isdigit() or int(at) >= len(choices):
        raise DatasetError(
            f'{where}: "answer" is {given!r}, not the number (from 0) of one of {len(choices)} choices'
        )
    answer = str(choices[int(at)]).strip(" \"“”'")
    if answer.lower() == _NONE:
        raise DatasetError(
            f'{where}: the answer is "{answer}", which a free question has not; use the file without _nota'
        )
    return answer
