"""Answer or abstain: one probability from all that speaks for a finding, and the line it must pass.

The same figure chooses among findings and decides whether the best of them is good enough, so what
counts is that it is right about as often as it says. The weights are fitted as
 `python -m eval.calibrate` does (eval/LOG.md).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rag.lines import coverage, open_in_time, terms_held
from rag.question import Question
from rag.verify import Finding, same_answer

# Log-probabilities below these say nothing more; the units make the signals about as large as 1.
_ABSENT, _WEAKEST = 10.0, 4.0

BIAS = -2.30
WEIGHTS: Mapping[str, float] = {
    "top": 0.40,
    "behind": 0.44,
    "present": 0.98,
    "sure": 0.13,
    "weakest": 0.57,
    "code": -0.24,
    "agreed": 0.81,
    "disputed": -0.66,
    "silent": -0.20,
    "covered": 0.47,
    "terms": 0.26,
    "other language": -0.19,
    "value": -1.51,
    "list": -0.26,
    "foreign": -1.04,
    "unspoken": 0.03,
    "unkind": -0.52,
    "undated": -0.19,
    "partial": -0.20,
}
THRESHOLD = 0.45  # from 0.40 to here 8 right answers, 5 wrong and 1 false one fall away (eval/LOG.md)


def signals(
    question: Question, finding: Finding, others: Sequence[Finding], top: float, silent: float
) -> dict[str, float]:
    """Return what speaks for and against `finding`, each about -1 … 1.

    `others` are the other findings, `top` is the score of the best source and `silent` the share of
    readings that found nothing.
    """
    voice = finding.voice
    objections = " ".join(finding.objections)
    return {
        "top": top,
        "behind": finding.score - top,
        "present": min(-voice.absent, _ABSENT) / _ABSENT if voice else 0.0,
        "sure": max(voice.sure, -1.0) if voice else 0.0,
        "weakest": max(voice.weakest, -_WEAKEST) / _WEAKEST if voice else 0.0,
        "code": float(voice is None),
        "agreed": float(any(same_answer(finding, one) for one in others)),
        "disputed": float(any(_rivals(question, finding, one) for one in others)),
        "silent": silent,
        "covered": coverage(question, finding.line) - 1.0,
        "terms": terms_held(question, finding.line) - 1.0,
        "other language": float(finding.source.article.lang != question.lang),
        "value": float(finding.mention is not None),
        "list": float(question.wanted.many),
        "foreign": float("speak of" in objections or "speaks of" in objections),
        "unspoken": float("is spoken of" in objections),
        "unkind": float("not the kind" in objections),
        "undated": float("time is not said" in objections),
        "partial": float(finding.partial),
    }


def _rivals(question: Question, finding: Finding, other: Finding) -> bool:
    """Return whether another reading contradicts; what another article gives may be a later state of it."""
    if other.voice is None or other.objections or same_answer(finding, other):
        return False
    return finding.source.article.id == other.source.article.id or not open_in_time(question)


def estimate(found: Mapping[str, float]) -> float:
    """Return the probability (0 … 1) that the finding with these signals is right."""
    z = BIAS + sum(WEIGHTS.get(name, 0.0) * value for name, value in found.items())
    return round(1.0 / (1.0 + math.exp(-z)), 4)
