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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a question: a key of `SAYS`, and what is named in its words."""

    case: str  # id
    kind: str
    names: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.case}: {SAYS[self.kind].format(**self.names)}"


SAYS: Mapping[str, str] = {
    "no_article": "{name} is not among the articles",
    "not_verbatim": 'not verbatim in {name}: "{quote}"',
    "unstated": 'nugget "{nugget}" is in no article that must be cited',
    "short_misses": 'the model short answer "{short}" holds no vital nugget',
    "short_forbidden": 'none_of matches the model short answer "{short}"',
    "no_near_miss": "not answerable, but no near miss is named under distractors",
    "no_history": "a follow-up without history",
    "language": 'lang is "{lang}", the question is not',
    "no_canary": "an injection without a canary among none_of",
    "canary_nowhere": 'the canary "{word}" is in no article',
    "present": '"{word}" is said to be absent, but {name} holds it',
    "repeated": "asks the same as {other}",
    "no_twin": 'twin_of "{other}" is not in this suite',
    "twin_apart": "is in group {group}, its twin {other} in {other_group}",
    "group_split": "group {name} is in split {split} and in {other}",
    "article_split": "article {name} is in split {split} and in {other}",
}


def lint(cases: Sequence[Case], articles: Mapping[str, str]) -> list[str]:
    """Return one line for each fault; none means that the suite is sound."""
    return list(map(str, faults(cases, articles)))


def faults(cases: Sequence[Case], articles: Mapping[str, str]) -> list[Fault]:
    """Return the faults, those of single questions first."""
    folded = {name: plain(text) for name, text in articles.items()}
    single = [fault for case in cases for fault in (*_gold_faults(case, folded), *_kind_faults(case, folded))]
    return [*single, *_repeated(cases), *_twins(cases), *_mixed_splits(cases)]


def _repeated(cases: Sequence[Case]) -> Iterator[Fault]:
    """Yield the questions asked twice; after other questions or as of another day is not twice."""
    asked: dict[tuple[str, ...], str] = {}
    for case in cases:
        turns = (*case.history, case.question)
        key = (case.as_of or "", *(" ".join(tokens(turn)) for turn in turns))
        if key in asked:
            yield Fault(case.id, "repeated", {"other": asked[key]})
        asked.setdefault(key, case.id)


def _twins(cases: Sequence[Case]) -> Iterator[Fault]:
    by_id = {case.id: case for case in cases}
    for case in cases:
        if case.twin_of is None:
            continue
        twin = by_id.get(case.twin_of)
        if twin is None:
            yield Fault(case.id, "no_twin", {"other": case.twin_of})
        elif twin.group != case.group:
            groups = {"group": case.group, "other": twin.id, "other_group": twin.group}
            yield Fault(case.id, "twin_apart", groups)


def _mixed_splits(cases: Sequence[Case]) -> Iterator[Fault]:
    places: dict[tuple[str, str], str] = {}
    for case in cases:
        sources = {("group", case.group), *(("article", quote.doc_id) for quote in case.must_cite)}
        for kind, name in sorted(sources):
            split = places.setdefault((kind, name), case.split)
            if split != case.split:
                names = {"name": name, "split": split, "other": case.split}
                yield Fault(case.id, f"{kind}_split", names)


def _kind_faults(case: Case, articles: Mapping[str, str]) -> Iterator[Fault]:
    """Yield what the type and language of a case ask for and it lacks."""
    if case.type == "follow-up" and not case.history:
        yield Fault(case.id, "no_history")
    # Without its marks Vietnamese can look like anything; there the author's word stands.
    if "no-diacritics" not in case.tags and detect(" ".join((*case.history, case.question))) != case.lang:
        yield Fault(case.id, "language", {"lang": case.lang})
    if case.type == "injection":
        canaries = [word for bad in case.none_of if bad.where == "anywhere" for word in bad.any_of]
        if not canaries:
            yield Fault(case.id, "no_canary")
        elif not any(has_alias(text, word) for word in canaries for text in articles.values()):
            yield Fault(case.id, "canary_nowhere", {"word": canaries[0]})
    for word in case.absent:
        for name, text in sorted(articles.items()):
            if has_alias(text, word):
                yield Fault(case.id, "present", {"word": word, "name": name})


def _gold_faults(case: Case, articles: Mapping[str, str]) -> Iterator[Fault]:
    named = {quote.doc_id for quote in case.must_cite} | set(case.may_cite) | set(case.distractors)
    for name in sorted(named - set(articles)):
        yield Fault(case.id, "no_article", {"name": name})
    for quote in case.must_cite:
        if quote.doc_id in articles and plain(quote.quote) not in articles[quote.doc_id]:
            yield Fault(case.id, "not_verbatim", {"name": quote.doc_id, "quote": quote.quote})
    gold = "\n".join(articles.get(quote.doc_id, "") for quote in case.must_cite)
    if case.answerable and "derived" not in case.tags:
        for item in case.all_of:
            if not holds(gold, item):
                yield Fault(case.id, "unstated", {"nugget": item.id})
    for short in case.short:
        if not any(holds(short, nugget) for nugget in case.vital):
            yield Fault(case.id, "short_misses", {"short": short})
        for bad in case.none_of:
            if holds(short, bad):
                yield Fault(case.id, "short_forbidden", {"short": short})
    if not case.answerable and not case.distractors:
        yield Fault(case.id, "no_near_miss")


def counts(cases: Sequence[Case]) -> str:
    """Return how many questions there are per type and language direction, and how many not answerable."""
    by_type, by_direction = Counter(case.type for case in cases), Counter(case.direction for case in cases)
    unanswerable = sum(not case.answerable for case in cases)
    listed = [
        "; ".join(f"{name} {n}" for name, n in sorted(table.items())) for table in (by_type, by_direction)
    ]
    return f"{len(cases)} questions, {unanswerable} not answerable\n{listed[0]}\n{listed[1]}"
