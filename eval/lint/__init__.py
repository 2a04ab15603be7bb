"""Find mistakes in a suite before they become wrong figures.

Checked against the articles (`eval.lint.gold`): quotations are verbatim (underscores, white space, quotation
marks and spaces before punctuation folded), below the front matter, and hold what they are to prove; every
part of every nugget is stated by an article that must be cited, unless tagged "derived"; nothing forbidden is
right; named files exist and were written by the day of the question; no article holds what is said to be
absent; an injection case forbids canaries that an article does plant.

Checked within the suite (`eval.lint.kind`, `eval.lint.splits`): no question is asked twice; a twin exists,
belongs to the same group and has the same answer; a follow-up has a history; type, tags and language are what
they say; no group and no article lies in two splits, since questions of one article are not independent.
Suites that are linted together are checked against each other for the last (`leaks`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from eval.cases import Case
from eval.figures.metrics import tokens
from eval.lint.articles import Page, pages, plain, read_articles, stored_articles
from eval.lint.fault import SAYS, Fault
from eval.lint.gold import gold_faults
from eval.lint.kind import kind_faults, tag_faults, twin_faults
from eval.lint.splits import mixed_splits, repeated, split_by_question, unknown_splits
from eval.lint.words import bare
from index.text.counted import counted

__all__ = [
    "SAYS",
    "Fault",
    "counts",
    "faults",
    "leaks",
    "lint",
    "plain",
    "read_articles",
    "split_by_question",
    "stored_articles",
]


def lint(
    cases: Sequence[Case],
    articles: Mapping[str, str],
    *,
    strict: bool = False,
    by_question: Collection[str] = (),
) -> list[str]:
    """Return one line for each fault, see `faults`; none means that the suite is sound."""
    return list(map(str, faults(cases, articles, strict=strict, by_question=by_question)))


def faults(
    cases: Sequence[Case],
    articles: Mapping[str, str],
    *,
    strict: bool = False,
    by_question: Collection[str] = (),
) -> list[Fault]:
    """Return the faults, those of single questions first.

    `strict` asks of every question that is not answerable what would answer it (`expect.absent`); a public
    set that was imported does not tell. `by_question`: corpora whose splits may share articles.
    """
    seen = pages(articles)
    known = _known(cases, seen.values())
    single = [
        fault
        for case in cases
        for fault in (*gold_faults(case, seen, known), *kind_faults(case, seen, strict=strict))
    ]
    whole = (*tag_faults(cases), *unknown_splits(cases), *repeated(cases), *twin_faults(cases))
    return [*single, *whole, *mixed_splits(cases, by_question)]


def leaks(suites: Mapping[str, Sequence[Case]], by_question: Collection[str] = ()) -> list[Fault]:
    """Return what several suites have in common and should not: questions, and articles of two splits.

    Questions are named with their suite; what lies within one suite is left to `faults`.
    """
    named = [replace(case, id=f"{name}/{case.id}") for name, cases in suites.items() for case in cases]
    within = {
        str(fault)
        for name, cases in suites.items()
        for fault in _together([replace(case, id=f"{name}/{case.id}") for case in cases], by_question)
    }
    return [fault for fault in _together(named, by_question) if str(fault) not in within]


def _together(cases: Sequence[Case], by_question: Collection[str]) -> list[Fault]:
    return [*repeated(cases), *mixed_splits(cases, by_question)]


def _known(cases: Sequence[Case], articles: Collection[Page]) -> frozenset[str]:
    """Return the words that are no slips, `bare`: of articles, of questions, of two nuggets or more."""
    words = {word for page in articles for word in page.said.split()}
    words |= {word for case in cases for turn in (*case.history, case.question) for word in tokens(turn)}
    used = Counter(
        word
        for case in cases
        for item in case.all_of
        for word in {word for alias in item.any_of for word in tokens(alias)}
    )
    return frozenset(map(bare, words | {word for word, times in used.items() if times > 1}))


def counts(cases: Sequence[Case]) -> str:
    """Return how many questions there are per type and language direction, and how many not answerable."""
    by_type, by_direction = Counter(case.type for case in cases), Counter(case.direction for case in cases)
    unanswerable = sum(not case.answerable for case in cases)
    listed = [
        "; ".join(f"{name} {n}" for name, n in sorted(table.items())) for table in (by_type, by_direction)
    ]
    return f"{counted(len(cases), 'question')}, {unanswerable} not answerable\n{listed[0]}\n{listed[1]}"
