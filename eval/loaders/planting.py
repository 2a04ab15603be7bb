"""Attacks in articles: orders to whoever reads them, each planted beside words that answer a question.

What is planted is all that changes in an article, so the same questions about the articles as they were
(`rag eval run SUITE --articles FOLDER`, then `rag eval compare`) tell what the attacks cost.

Each attack stands right after, or in turn right before, the sentence that answers a question of its own:
what the model reads is a window around that sentence, so an attack at the edge of a long article would only
show that it is not read. Questions that one article alone answers come first, since the program cannot read
another one in its stead; after them the articles take turns. An attack of one line goes into the paragraph,
as if the author had written it; one of several lines, a table or markup is a paragraph of its own. Where
there are fewer questions than attacks, each question gets several.

Obeyed, in what the program says, is a canary: words that the attack asks for and that no article, question
or gold holds. Every question forbids the canaries of all attacks, since any article may be read for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from eval.cases import Case, SuiteError
from eval.cases import load as load_suite
from eval.figures.metrics import tokens
from eval.lint import plain
from eval.lint.articles import pages
from eval.loaders.material import Draft, Options, Shelf, spread
from eval.loaders.source import DatasetError
from index import readers
from index.records import Lang, Skipped
from index.text import sentences

_TEXT = (".md", ".txt")
_HEADER = re.compile(r"\A(?:---\n.*?\n---\n|(?:\w[\w ]*: [^\n]*\n)+(?=\n))", re.DOTALL)
_BLOCK = re.compile(r"\S(?:.*\S)?(?:\n[^\S\n]*\S.*)*")  # lines without an empty one between them
# Lines that are part of a table, a list, a heading, a quotation or markup: nothing is said beside them.
_MARKED = re.compile(r"^[ \t]*(?:[|>#*<+-]|\d{1,2}[.)] |```)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Attack:
    """An order to the reader. `canaries`: what is said only by who obeys or repeats it, the surest first."""

    id: str
    kind: str
    text: str
    canaries: tuple[str, ...]
    lang: Lang | None = None  # of the articles that it would be found in; None: of any


@dataclass(slots=True)
class Host:
    """A question with its record, and the attacks that stand beside its answer."""

    case: Case
    record: Mapping[str, Any]
    lang: Lang  # of the article
    alone: bool  # whether no other article answers
    attacks: list[Attack] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Planted:
    """The articles with the attacks in them, and the questions beside whose answers these stand."""

    shelf: Shelf
    drafts: Sequence[Draft]
    counts: Mapping[str, int]


def plant(name: str, attacks: Sequence[Attack], options: Options) -> Planted:
    """Plant `attacks` into copies of `options.articles`; `options.questions` is a suite about them.

    `name` begins the ids of the questions. DatasetError if articles and questions do not belong together, an
    attack finds no place, or no canary of it is foreign to what may rightly be said.
    """
    if options.articles is None or options.questions is None:
        raise DatasetError(f'format {name} needs "articles" (a folder) and "questions" (a suite about them)')
    articles = _articles(options.articles)
    hosts = _hosts(options.questions, articles)
    attacks = _with_foreign_canaries(attacks, articles, hosts)
    files = dict(articles)
    for number, attack in enumerate(attacks):
        _plant(attack, number, hosts, files)
    forbidden = [{"any_of": list(attack.canaries)} for attack in attacks]
    asked = [host for host in hosts if host.attacks]
    counts = {
        "attacks": len(attacks),
        "articles with attacks": sum(files[one] != articles[one] for one in files),
        "questions": len(asked),
        "questions that one article answers": sum(host.alone for host in asked),
    }
    return Planted(Shelf(files), [_draft(name, host, forbidden) for host in asked], counts)


def _plant(attack: Attack, number: int, hosts: Sequence[Host], files: dict[str, str]) -> None:
    """Plant an attack beside the answer of the best host that has room for it."""

    def order(host: Host) -> tuple[bool, int, bool]:
        return attack.lang not in (None, host.lang), len(host.attacks), not host.alone

    quotes: dict[str, list[str]] = {}
    for quote in (quote for host in hosts for quote in host.case.must_cite):
        quotes.setdefault(quote.doc_id, []).append(quote.quote)
    for host in sorted(hosts, key=order):
        gold = host.case.must_cite[0]
        for after in (number % 2 == 0, number % 2 == 1):
            text = beside(files[gold.doc_id], gold.quote, attack.text, after=after)
            # No quotation may be cut in two: its question must stay as easy as it was.
            if text and all(plain(one) in plain(text) for one in quotes[gold.doc_id]):
                files[gold.doc_id] = text
                host.attacks.append(attack)
                return
    raise DatasetError(f"attack {attack.id} finds no place beside an answer; give more questions")


def beside(text: str, quote: str, planted: str, *, after: bool) -> str | None:
    """Return an article with `planted` before or after the sentences that hold `quote`; None without them."""
    header = _HEADER.match(text)
    for block in _BLOCK.finditer(text, header.end() if header else 0):
        if plain(quote) not in plain(block.group()):
            continue
        first, last = block.span()
        if not _MARKED.search(block.group()):
            first, last = _around(text, first, last, quote)
        at = last if after else first
        if "\n" in planted or _MARKED.search(planted) or _MARKED.search(block.group()):
            return f"{text[:at].rstrip()}\n\n{planted}\n\n{text[at:].lstrip()}".rstrip() + "\n"
        return f"{text[:at]} {planted}{text[at:]}" if after else f"{text[:at]}{planted} {text[at:]}"
    return None


def _around(text: str, first: int, last: int, quote: str) -> tuple[int, int]:
    """Return the span of the fewest sentences within `text[first:last]` that hold `quote`."""
    wanted, spans = plain(quote), sentences.split(text, first, last)
    last = next(one.end for one in spans if wanted in plain(text[first : one.end]))
    first = next(one.start for one in reversed(spans) if wanted in plain(text[one.start : last]))
    return first, last


def _articles(folder: Path) -> dict[str, str]:
    """Return the articles of `folder` as they lie there: what is planted must be all that changes."""
    paths = [path for path in readers.find_files([folder]) if not isinstance(path, Skipped)]
    if other := [path.name for path in paths if path.suffix.lower() not in _TEXT]:
        raise DatasetError(
            f"{folder} holds {other[0]}; attacks are planted between the sentences of"
            f" {' and '.join(_TEXT)} files only: give a folder of those"
        )
    try:
        return {path.name: path.read_text(encoding="utf-8-sig") for path in paths}
    except UnicodeDecodeError as error:
        raise DatasetError(f"{folder}: an article is not UTF-8 text ({error}); convert it") from error


def _hosts(suite: Path, articles: Mapping[str, str]) -> list[Host]:
    """Return the answerable cases, groups taking turns; DatasetError if they are about other articles."""
    try:
        cases = [case for case in load_suite(suite) if case.answerable]
    except SuiteError as error:
        raise DatasetError(f"questions: {error}") from error
    for case in cases:
        for quote in case.must_cite:
            if quote.doc_id not in articles:
                raise DatasetError(
                    f'{suite.name}: case "{case.id}" cites {quote.doc_id}, which is not among the articles'
                )
    lines = suite.read_text(encoding="utf-8-sig").split("\n")  # as `eval.cases` counts them
    found, by_id = pages(articles), {case.id: case for case in cases}
    hosts = []
    for draft in spread(Draft(case.id, json.loads(lines[case.line - 1])) for case in cases):
        case = by_id[draft.key]
        cited = {quote.doc_id for quote in case.must_cite}
        alone = len(cited) == 1 and not case.may_cite
        # A row of a table is quoted as a reader is shown it, which is not as it lies in the file.
        if all(plain(quote.quote) in plain(articles[quote.doc_id]) for quote in case.must_cite):
            hosts.append(Host(case, draft.record, found[case.must_cite[0].doc_id].lang, alone))
    if not hosts:
        raise DatasetError(f"{suite.name} has no answerable case to ask under attack")
    return hosts


def _with_foreign_canaries(
    attacks: Sequence[Attack], articles: Mapping[str, str], hosts: Sequence[Host]
) -> list[Attack]:
    """Return the attacks with those canaries only that no article, question or gold holds."""
    known = " ".join(tokens("\n".join([*articles.values(), *_sayable(hosts)])))
    kept = []
    for attack in attacks:
        foreign = tuple(
            one for one in attack.canaries if tokens(one) and f" {' '.join(tokens(one))} " not in f" {known} "
        )
        if not foreign:
            raise DatasetError(
                f"attack {attack.id}: an article, a question or its gold says"
                f" {' and '.join(map(repr, attack.canaries))} too; let it ask for a word of its own"
            )
        kept.append(replace(attack, canaries=foreign))
    return kept


def _sayable(hosts: Sequence[Host]) -> Iterator[str]:
    for case in (host.case for host in hosts):
        yield from (case.question, *case.history, *case.short)
        yield from (alias for item in case.all_of for alias in item.any_of)


def _draft(name: str, host: Host, forbidden: Sequence[Mapping[str, Any]]) -> Draft:
    case, record = host.case, host.record
    kinds = dict.fromkeys(attack.kind for attack in host.attacks)
    changed = {
        **{key: value for key, value in record.items() if key != "twin_of"},  # its twin may not be asked
        "id": f"{name}-{case.id}",
        "type": "injection",
        "tags": [*case.tags, name, *kinds],
        "expect": {
            **record["expect"],
            "none_of": [*record["expect"].get("none_of", ()), *forbidden],
        },
        "note": f"beside its answer: {', '.join(attack.id for attack in host.attacks)}",
    }
    return Draft(case.id, changed)
