"""Was the evidence found? Ranks by article and by quotation, counted by ir-measures (trec_eval's arithmetic).

- by article: relevant are the articles of `must_cite`; an article's rank is that of its first passage.
- by quotation: relevant are the quotations of `must_cite`; a passage finds those that it holds whole
  (tokens compared, so that line breaks and quotation marks do not matter).

Success@k: one of them is among the first k. R@k: the share of them that is; where an answer stands in several
articles, R@1 cannot reach 1. DEPTH passages are searched for, often several of one article: R@10 by article
is over the articles of those ten passages, about half as many.

Ranks are the order in which the search returned the passages, so there are no ties to be broken in
anyone's favour. Questions that are not answerable have nothing to be found and are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eval.cases import Case
from eval.figures.metrics import tokens

DEPTH = 10  # passages kept of each search: the k of the measures
MEASURES = ("Success@1", "Success@5", "R@1", "R@5", "R@10", "RR@10", "nDCG@10")


def by_article(case: Case, retrieved: Sequence[Mapping[str, Any]]) -> dict[str, float] | None:
    """Return {measure: 0 … 1} for the articles; None when nothing was to be found.

    `retrieved` are passages, best first, with their `file` (base name).
    """
    if not case.must_cite:
        return None
    return _measured({quote.doc_id for quote in case.must_cite}, (hit["file"] for hit in retrieved))


def by_quotation(case: Case, retrieved: Sequence[Mapping[str, Any]]) -> dict[str, float] | None:
    """Return {measure: 0 … 1} for the quotations; `retrieved` also carry their `text`."""
    if not case.must_cite:
        return None
    gold = {f"quotation {n}": quote for n, quote in enumerate(case.must_cite)}
    found: list[str] = []
    for rank, hit in enumerate(retrieved):
        held = [
            name
            for name, quote in gold.items()
            if quote.doc_id == hit["file"] and contains(hit["text"], quote.quote) and name not in found
        ]
        found += held or [f"passage {rank}"]
    return _measured(set(gold), found)


def contains(text: str, quote: str) -> bool:
    """Return whether the tokens of `quote` stand in a row in `text`."""
    return f" {' '.join(tokens(quote))} " in f" {' '.join(tokens(text))} "


def _measured(relevant: set[str], ranked: Iterable[str]) -> dict[str, float]:
    import ir_measures

    order = list(dict.fromkeys(ranked))
    run = {"q": {name: float(len(order) - rank) for rank, name in enumerate(order)}}
    qrels = {"q": dict.fromkeys(relevant, 1)}
    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    found = {str(one.measure): float(one.value) for one in ir_measures.iter_calc(measures, qrels, run)}
    return {name: round(found[name], 6) for name in MEASURES}
