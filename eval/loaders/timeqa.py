"""TimeQA: who held the office, owned the firm … in a given span of years? Source: arXiv 2108.06314.

Two layouts: JSON Lines with idx, question, context, targets (`test.easy.json`, `test.hard.json`, …), and
the annotators' JSON with index, questions, paras (`human_annotated_*.json`); either may be gzipped. One
article a Wikipedia page. A question with no target is not answerable from its page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.loaders.gold import answerable, nugget, sentence_around, sentence_with, unanswerable
from eval.loaders.material import Draft, Material, Options, Shelf, refuse, safe
from eval.loaders.source import DatasetError, read_json, read_jsonl, read_text, take, texts


@dataclass(frozen=True, slots=True)
class _Item:
    key: str
    page: str  # "/wiki/Knox_Cunningham"
    question: str
    text: str
    targets: tuple[str, ...]
    quotes: tuple[str, ...] = ()


def read(path: Path, options: Options) -> Material:
    """Read TimeQA; see the module's text."""
    refuse(options, "timeqa")
    if path.is_dir():
        raise DatasetError(f"{path} is a folder; name one file of TimeQA, such as test.hard.json")
    annotated = read_text(path).lstrip().startswith("[")
    items = list(_annotated(path) if annotated else _lines(path))
    corpus = f"timeqa-{safe(path.name.split('.json')[0])}"
    shelf = Shelf()
    pages: dict[str, str] = {}
    drafts: list[Draft] = []
    for item in items:
        if item.text not in pages:
            title = item.page.rsplit("/", 1)[-1].replace("_", " ")
            pages[item.text] = shelf.add(f"{corpus}-{len(pages) + 1:05d}", item.text, "en", title)
        drafts.append(_draft(shelf, corpus, item, pages[item.text]))
    counts = {
        "questions": len(items),
        "pages": len(shelf.files),
        "unanswerable": sum(not draft.record["answerable"] for draft in drafts),
    }
    return Material(shelf, drafts, counts)


def _lines(path: Path) -> Iterator[_Item]:
    for where, row in read_jsonl(path):
        key = take(row, "idx", str, where)
        yield _Item(
            key,
            key.split("#")[0],
            take(row, "question", str, where).strip(),
            take(row, "context", str, where),
            tuple(texts(take(row, "targets", list, where), "targets", where)),
        )


def _annotated(path: Path) -> Iterator[_Item]:
    data = read_json(path)
    for at, entry in enumerate(data if isinstance(data, list) else []):
        where = f"{path.name}[{at}]"
        key = take(entry, "index", str, where)
        paras = texts(take(entry, "paras", list, where), "paras", where)
        for number, pair in enumerate(take(entry, "questions", list, where)):
            place = f"{where}, question {number}"
            if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str):
                raise DatasetError(f"{place} is not a question with a list of answers")
            found = [answer for answer in pair[1] if take(answer, "answer", str, place).strip()]
            quotes = [_quote(paras, answer, place) for answer in found]
            targets = tuple(answer["answer"] for answer in found)
            page = take(entry, "link", str, where)
            yield _Item(f"{key}#{number}", page, pair[0].strip(), "\n\n".join(paras), targets, tuple(quotes))


def _quote(paras: Sequence[str], answer: Mapping[str, Any], where: str) -> str:
    at, start, end = (take(answer, name, int, where) for name in ("para", "from", "end"))
    if not 0 <= at < len(paras):
        raise DatasetError(f"{where}: paragraph {at} is named, the page has {len(paras)}")
    return sentence_around(paras[at], start, end)


def _draft(shelf: Shelf, corpus: str, item: _Item, name: str) -> Draft:
    base = {
        "id": f"{corpus}-{item.key}",
        "lang": "en",
        "question": item.question,
        "type": "temporal",
        "corpus": corpus,
        "group": item.page,
    }
    found = nugget("answer", item.targets, "en")
    if found is None:
        return unanswerable(item.key, {**base, "type": "unanswerable"}, [name])
    body = shelf.body(name)
    quotes = [quote for quote in item.quotes if quote.strip()] or [sentence_with(body, [found]) or body]
    return answerable(shelf, item.key, base, [found], [(name, quote) for quote in quotes], item.targets)
