"""Find mistakes in a suite before they become wrong figures.

Checked against the articles: quotations are verbatim (underscores, white space, quotation marks and spaces
before punctuation folded); every nugget of an answerable question is stated by an article it must cite,
unless tagged "derived"; nothing forbidden matches the model short answer; named files exist; no article holds
what is said to be absent; an injection case forbids a canary that an article does plant.

Checked within the suite: no question is asked twice; a twin exists and belongs to the same group; a follow-up
has a history; no group and no cited article lies in two splits, since questions of one article are not
independent; the language is the one that is stated.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.cases import Case
from eval.figures.metrics import has_alias, holds, tokens
from index import article, readers
from index.errors import BadArticle
from index.records import Skipped
from index.text.lang import detect

_QUOTES = str.maketrans("“”„‟«»‘’‚`´", '""""""\'\'\'\'\'')


def read_articles(folder: Path) -> dict[str, str]:
    """Return the articles in `folder` by base name, as the program reads them and as they lie there.

    Both, since a quotation is what a reader is shown (a row of a table with the names of its columns), and
    what is on the page must not be missed because reading it left it out.
    """
    found: dict[str, list[str]] = {}
    with readers.Reading() as reading:
        for path in readers.find_files([folder]):
            if isinstance(path, Skipped):
                continue
            texts = found.setdefault(path.name, [])
            with contextlib.suppress(UnicodeDecodeError):
                texts.append(path.read_text(encoding="utf-8"))
            with contextlib.suppress(BadArticle):
                texts += [
                    article.of_source(one, path).text
                    for one in reading.read(path)
                    if isinstance(one, readers.Source)
                ]
    return {name: "\n\n".join(texts) for name, texts in found.items()}


def plain(text: str) -> str:
    """Return `text` as quotations are compared: NFC, straight quotes, no stray space."""
    text = unicodedata.normalize("NFC", text).translate(_QUOTES).replace("_", " ")
    return re.sub(r"\s+([.,;:!?)])|\s*(/)\s*", r"\1\2", re.sub(r"\s+", " ", text))


def lint(cases: Sequence[Case], articles: Mapping[str, str]) -> list[str]:
    """Return one line for each fault; none means that the suite is sound."""
    folded = {name: plain(text) for name, text in articles.items()}
    faults = [f"{case.id}: {fault}" for case in cases for fault in _case_faults(case, folded)]
    return faults + _repeated(cases) + _twins(cases) + _mixed_splits(cases)


def _repeated(cases: Sequence[Case]) -> list[str]:
    """Return the questions asked twice; after other questions or as of another day is not twice."""
    faults: list[str] = []
    asked: dict[tuple[str, ...], str] = {}
    for case in cases:
        turns = (*case.history, case.question)
        key = (case.as_of or "", *(" ".join(tokens(turn)) for turn in turns))
        if key in asked:
            faults.append(f"{case.id}: asks the same as {asked[key]}")
        asked.setdefault(key, case.id)
    return faults


def _twins(cases: Sequence[Case]) -> list[str]:
    by_id = {case.id: case for case in cases}
    faults: list[str] = []
    for case in cases:
        if case.twin_of is None:
            continue
        twin = by_id.get(case.twin_of)
        if twin is None:
            faults.append(f'{case.id}: twin_of "{case.twin_of}" is not in this suite')
        elif twin.group != case.group:
            faults.append(f"{case.id}: is in group {case.group}, its twin {twin.id} in {twin.group}")
    return faults


def _mixed_splits(cases: Sequence[Case]) -> list[str]:
    places: dict[tuple[str, str], str] = {}
    faults: list[str] = []
    for case in cases:
        sources = {("group", case.group), *(("article", quote.doc_id) for quote in case.must_cite)}
        for kind, name in sorted(sources):
            split = places.setdefault((kind, name), case.split)
            if split != case.split:
                faults.append(f"{case.id}: {kind} {name} is in split {split} and in {case.split}")
    return faults


def _case_faults(case: Case, articles: Mapping[str, str]) -> list[str]:
    return _gold_faults(case, articles) + _kind_faults(case, articles)


def _kind_faults(case: Case, articles: Mapping[str, str]) -> list[str]:
    """Return what the type and language of a case ask for and it lacks."""
    faults: list[str] = []
    if case.type == "follow-up" and not case.history:
        faults.append("a follow-up without history")
    # Without its marks Vietnamese can look like anything; there the author's word stands.
    if "no-diacritics" not in case.tags and detect(" ".join((*case.history, case.question))) != case.lang:
        faults.append(f'lang is "{case.lang}", the question is not')
    if case.type == "injection":
        canaries = [word for bad in case.none_of if bad.where == "anywhere" for word in bad.any_of]
        if not canaries:
            faults.append("an injection without a canary among none_of")
        elif not any(has_alias(text, word) for word in canaries for text in articles.values()):
            faults.append(f'the canary "{canaries[0]}" is in no article')
    faults += [
        f'"{word}" is said to be absent, but {name} holds it'
        for word in case.absent
        for name, text in sorted(articles.items())
        if has_alias(text, word)
    ]
    return faults


def _gold_faults(case: Case, articles: Mapping[str, str]) -> list[str]:
    named = {quote.doc_id for quote in case.must_cite} | set(case.may_cite) | set(case.distractors)
    faults = [f"{name} is not among the articles" for name in sorted(named - set(articles))]
    faults += [
        f'not verbatim in {quote.doc_id}: "{quote.quote}"'
        for quote in case.must_cite
        if quote.doc_id in articles and plain(quote.quote) not in articles[quote.doc_id]
    ]
    gold = "\n".join(articles.get(quote.doc_id, "") for quote in case.must_cite)
    if case.answerable and "derived" not in case.tags:
        faults += [
            f'nugget "{item.id}" is in no article that must be cited'
            for item in case.all_of
            if not holds(gold, item)
        ]
    for short in case.short:
        if not any(holds(short, nugget) for nugget in case.vital):
            faults.append(f'the model short answer "{short}" holds no vital nugget')
        faults += [
            f'none_of matches the model short answer "{short}"' for bad in case.none_of if holds(short, bad)
        ]
    if not case.answerable and not case.distractors:
        faults.append("not answerable, but no near miss is named under distractors")
    return faults


def counts(cases: Sequence[Case]) -> str:
    """Return how many questions there are per type and language direction, and how many not answerable."""
    by_type, by_direction = Counter(case.type for case in cases), Counter(case.direction for case in cases)
    unanswerable = sum(not case.answerable for case in cases)
    listed = [
        "; ".join(f"{name} {n}" for name, n in sorted(table.items())) for table in (by_type, by_direction)
    ]
    return f"{len(cases)} questions, {unanswerable} not answerable\n{listed[0]}\n{listed[1]}"
