"""Answer or abstain: one probability from all that speaks for a finding, and the line it must pass.

The same figure chooses among findings and decides whether the best of them is good enough, so what
counts is that it is right about as often as it says. The weights are fitted by `python -m eval.calibrate`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rag.lines import coverage, terms_held
from rag.question import Question
from rag.verify import Finding, same_answer

# Log-probabilities below these say nothing more; the units make the signals about as large as 1.
_ABSENT, _WEAKEST = 10.0, 4.0

BIAS = 0.0
WEIGHTS: Mapping[str, float] = {}
THRESHOLD = 0.5


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
        "disputed": float(
            any(one.voice and not one.objections and not same_answer(finding, one) for one in others)
        ),
        "silent": silent,
        "covered": coverage(question, finding.line) - 1.0,
        "terms": terms_held(question, finding.line) - 1.0,
        "other language": float(finding.source.article.lang != question.lang),
        "value": float(finding.mention is not None),
        "list": float(question.wanted.many),
        "foreign": float("speak" in objections),
        "unkind": float("not the kind" in objections),
        "undated": float("time is not said" in objections),
        "partial": float(finding.partial),
    }


def _rivals(finding: Finding, other: Finding) -> bool:
    return other.voice is not None and not other.objections and not same_answer(finding, other)


def estimate(found: Mapping[str, float]) -> float:
    """Return the probability (0 … 1) that the finding with these signals is right."""
    z = BIAS + sum(WEIGHTS.get(name, 0.0) * value for name, value in found.items())
    return round(1.0 / (1.0 + math.exp(-z)), 4)
