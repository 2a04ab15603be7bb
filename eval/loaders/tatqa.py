"""TAT-QA: questions on a table and the paragraphs around it, from annual reports. Source: arXiv 2105.07624.

One article a context: each row of the table becomes a line, "Total sales. 2019: $1,496.5; 2018: $1,202.9.",
then the paragraphs. The questions were asked with the context in view ("the total sales in 2019", whose?),
so over a library they are ambiguous: read the figures with gold evidence, and the others as a lower bound.
Sums, differences and counts are not in the text: tagged "derived", judged by absolute value, since "fell by
12.6" and "-12.6" are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.figures.metrics import has_alias
from eval.figures.quantities import figures
from eval.loaders.gold import DERIVED, answerable, kind, nugget
from eval.loaders.material import Draft, Material, Options, Shelf, compare_counts, refuse
from eval.loaders.source import DatasetError, one_file, read_json, take, texts

_PUBLISHED: Mapping[str, Mapping[str, int]] = {  # table 2 of the paper
    "tatqa_dataset_train.json": {"contexts": 2201, "questions": 13215},
    "tatqa_dataset_dev.json": {"contexts": 278, "questions": 1668},
    "tatqa_dataset_test_gold.json": {"contexts": 278, "questions": 1669},
}
_SCALES: Mapping[str, float] = {"": 1, "thousand": 1e3, "million": 1e6, "billion": 1e9, "percent": 1}
_TOLERANCE = 0.05  # of the published unit: gold has two decimals, an answer with one is right too
_COMPUTED = ("arithmetic", "count")
_COUNTED = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DIGIT = re.compile(r"\d")
_NUMERAL = re.compile(r"\d+(?:[.,]\d+)+|\d{2,}")  # a single digit divides by a count, and is everywhere


def read(path: Path, options: Options) -> Material:
    """Read TAT-QA; see the module's text."""
    refuse(options, "tatqa")
    file = one_file(path, "tatqa_dataset_dev.json", "tatqa_dataset_test_gold.json")
    data = read_json(file)
    if not isinstance(data, list):
        raise DatasetError(f"{file.name} is not a list of contexts; is it TAT-QA's raw layout?")
    shelf = Shelf()
    drafts: list[Draft] = []
    counts = {"contexts": len(data), "questions": 0, "computed": 0, "not stated word for word": 0}
    for at, context in enumerate(data, start=1):
        where = f"{file.name}[{at - 1}]"
        lines = [*_rows(take(context, "table", dict, where), where), *_paragraphs(context, where)]
        name = shelf.add(f"tatqa-{at:05d}", "\n\n".join(lines), "en")
        for entry in take(context, "questions", list, where):
            counts["questions"] += 1
            draft = _draft(shelf, name, lines, entry, where)
            if draft is None:
                continue
            if DERIVED in draft.record["tags"]:
                counts["computed" if entry["answer_type"] in _COMPUTED else "not stated word for word"] += 1
            drafts.append(draft)
    return Material(shelf, drafts, counts, compare_counts(file.name, counts, _PUBLISHED.get(file.name, {})))


def _rows(table: Mapping[str, Any], where: str) -> Iterator[str]:
    """Yield the rows of a table as lines of text, each cell with the heading of its column."""
    rows = [[" ".join(str(cell).split()) for cell in row] for row in take(table, "table", list, where)]
    heads = [""] * max((len(row) for row in rows), default=0)
    at = 0
    while at < len(rows) and _is_heading(rows[at]):
        said = [cell for cell in rows[at] if cell]
        if said:
            yield " | ".join(said)
        # One cell alone is a caption of the whole table ("Years ended September 30", "in millions").
        if sum(bool(cell) for cell in rows[at][1:]) > 1:
            heads = [f"{head} {cell}".strip() for head, cell in zip(heads, _filled(rows[at]), strict=False)]
        at += 1
    for row in rows[at:]:
        cells = [
            f"{heads[n]}: {_tidy(cell)}" if heads[n] else _tidy(cell)
            for n, cell in enumerate(row)
            if n and cell
        ]
        label = row[0].rstrip(".:") if row else ""
        if label and cells:
            yield f"{label}. {'; '.join(cells)}."
        elif label or cells:
            yield label or "; ".join(cells)


def _filled(row: Sequence[str]) -> list[str]:
    """Return a heading row with each heading over all the columns that it spans."""
    filled = [""]
    for cell in row[1:]:
        filled.append(cell or filled[-1])
    return filled


def _is_heading(row: Sequence[str]) -> bool:
    """Return whether a row names columns: nothing in it has a digit but years and dates."""
    return not any(_DIGIT.search(_YEAR.sub("", re.sub(r"\b\d{1,2},", "", cell))) for cell in row[1:])


def _tidy(cell: str) -> str:
    return re.sub(r"([$€£])\s+", r"\1", cell)


def _paragraphs(context: object, where: str) -> list[str]:
    found = take(context, "paragraphs", list, where)
    ordered = sorted(found, key=lambda part: take(part, "order", int, where))
    return [text for part in ordered if (text := take(part, "text", str, where).strip())]


def _draft(shelf: Shelf, name: str, lines: Sequence[str], entry: object, where: str) -> Draft | None:
    key = take(entry, "uid", str, where)
    place = f'{where}, question "{key}"'
    form, scale = take(entry, "answer_type", str, place), take(entry, "scale", str, place)
    if scale not in _SCALES:
        raise DatasetError(f'{place}: scale is "{scale}", not one of {", ".join(filter(None, _SCALES))}')
    answer = take(entry, "answer", object, place)
    computed = form in _COMPUTED
    if computed:
        nuggets = [_computed(answer, form, scale, "$" in "".join(lines), place)]
    else:
        given = texts(answer, "answer", place)
        nuggets = [
            found for n, text in enumerate(given, start=1) if (found := _said(f"answer-{n}", text, scale))
        ]
    if not nuggets:
        return None
    base = {
        "id": f"tatqa-{key}",
        "lang": "en",
        "question": take(entry, "question", str, place).strip(),
        "corpus": "tatqa",
        "group": name,
        "type": "numeric" if computed else kind(nuggets),
        "tags": [DERIVED] if computed else [],
    }
    wanted = _NUMERAL.findall(str(take(entry, "derivation", object, place)))
    if not wanted:
        wanted = [alias for found in nuggets for alias in found["any_of"]]
    quotes = [line for line in lines if any(has_alias(line, alias) for alias in wanted)] or [shelf.body(name)]
    short = [] if computed else texts(answer, "answer", place)
    return answerable(shelf, key, base, nuggets, [(name, quote) for quote in quotes], short)


def _said(name: str, text: str, scale: str) -> dict[str, Any] | None:
    """Return a nugget for words of the text; a bare figure also counts with its scale put to it."""
    found = nugget(name, [text], "en")
    if found and "number" in found:
        figure = figures(text)[0]
        unit = "%" if scale == "percent" else figure.unit or "count"
        found["number"] = {"value": found["number"]["value"] * _SCALES[scale], "unit": unit}
    return found


def _computed(answer: object, form: str, scale: str, dollars: bool, where: str) -> dict[str, Any]:
    try:
        value = abs(float(str(answer).replace(",", "")))
    except ValueError as error:
        raise DatasetError(f'{where}: the answer {answer!r} of type "{form}" is no number') from error
    plain = f"{value:.2f}".rstrip("0").rstrip(".")
    aliases = [plain, f"{float(plain):,}".removesuffix(".0")]
    if form == "count" and value == int(value) and value < len(_COUNTED):
        aliases.append(_COUNTED[int(value)])
    unit = "%" if scale == "percent" else "USD" if dollars and form == "arithmetic" else "count"
    number = {
        "value": value * _SCALES[scale],
        "unit": unit,
        "tol": 0 if form == "count" else _TOLERANCE * _SCALES[scale],
    }
    return {"id": "answer", "any_of": list(dict.fromkeys(aliases)), "number": number}
