"""Find mistakes in a suite before they become wrong figures.

Checked against the articles: quotations are verbatim (underscores, white space, quotation marks and spaces
before punctuation folded); every nugget of an answerable question is stated by an article it must cite,
unless tagged "derived"; nothing forbidden matches the model short answer; named files exist; no question is
asked twice.
"""

from __future__ import annotations

import argparse
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.cases import Case, SuiteError, load
from eval.metrics import holds, tokens

_SUFFIXES = (".txt", ".md")
_QUOTES = str.maketrans("“”„‟«»‘’‚`´", '""""""\'\'\'\'\'')


def read_articles(folder: Path) -> dict[str, str]:
    """Return the raw texts of the articles in `folder` by base name."""
    paths = sorted(path for path in folder.iterdir() if path.suffix in _SUFFIXES)
    return {path.name: path.read_text(encoding="utf-8") for path in paths}


def plain(text: str) -> str:
    """Return `text` as quotations are compared: NFC, straight quotes, no stray space."""
    text = unicodedata.normalize("NFC", text).translate(_QUOTES).replace("_", " ")
    return re.sub(r"\s+([.,;:!?)])|\s*(/)\s*", r"\1\2", re.sub(r"\s+", " ", text))


def lint(cases: Sequence[Case], articles: Mapping[str, str]) -> list[str]:
    """Return one line for each fault; none means that the suite is sound."""
    folded = {name: plain(text) for name, text in articles.items()}
    faults = [f"{case.id}: {fault}" for case in cases for fault in _case_faults(case, folded)]
    questions: dict[str, str] = {}
    for case in cases:
        key = " ".join(tokens(case.question))
        if key in questions:
            faults.append(f"{case.id}: asks the same as {questions[key]}")
        questions.setdefault(key, case.id)
    return faults


def _case_faults(case: Case, articles: Mapping[str, str]) -> list[str]:
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


def main(arguments: Sequence[str]) -> int:
    """Lint a suite; exit 1 if it has faults, 65 if it cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m eval.cases")
    lint_parser = parser.add_subparsers(required=True, metavar="lint").add_parser(
        "lint", help="check a suite"
    )
    lint_parser.add_argument("suite", type=Path)
    lint_parser.add_argument(
        "--articles", type=Path, required=True, help="folder of the article files it names"
    )
    options = parser.parse_args(arguments)
    try:
        cases = load(options.suite)
        faults = lint(cases, read_articles(options.articles))
    except (SuiteError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 65
    sys.stdout.write("\n".join([counts(cases), *faults, f"{len(faults)} faults"]) + "\n")
    return 1 if faults else 0
