"""Answer or abstain: one probability for each answer that may be given, and one for "none of these".

The findings of a question compete, with each other and with "none of these": the share of one is
exp(strength) / (1 + sum of exp(strengths)), a conditional logit with an outside option (McFadden 1974, in
Zarembka, Frontiers in Econometrics). Findings that back each other add up, so agreement raises an answer and
rivals lower it by as much as they are worth. The same figure chooses and abstains, so what counts is that an
answer is right about as often as it says. The weights are fitted by `python -m eval.calibrate answers`
(eval/LOG.md).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.checks import pointed
from rag.checks.verify import Finding, same_answer
from rag.evidence.lines import open_in_time, said_of, typed
from rag.evidence.sources import Source
from rag.question import Question
from rag.reading.reader import Voice

# Log-probabilities and log-odds beyond these say nothing more; the units make the signals about 1.
_ABSENT, _WEAKEST = 10.0, 4.0
_KNOWN = 4.0  # log-odds of the probe beyond these, either way, are no surer


@dataclass(frozen=True, slots=True)
class Fit:
    """A bias and the weights of signals, in log-odds."""

    bias: float
    weights: Mapping[str, float]

    def strength(self, found: Mapping[str, float]) -> float:
        """Return the log-odds of the finding with these signals against "none of these"."""
        return self.bias + sum(weight * found[name] for name, weight in self.weights.items())


# Models without a probe and a pointer are read by what they say alone (`rag.reading.probe`,
# `rag.reading.pointer`).
PLAIN = Fit(
    -4.17,
    {
        "top": 0.51,
        "behind": 0.41,
        "present": 1.43,
        "sure": 1.5,
        "weakest": 0.9,
        "typed": -1.75,
        "list": -0.62,
        "unspoken": -0.98,
        "undated": -0.56,
        "disputed": -0.53,
        "named": 0.89,
    },
)

# With the score of the model's probe, which then weighs most, and with where the model looked.
PROBED = Fit(
    -0.79,
    {
        "top": 0.17,
        "behind": 0.16,
        "present": 0.65,
        "sure": 0.37,
        "weakest": 0.06,
        "typed": -1.3,
        "list": 0.06,
        "unspoken": -0.49,
        "undated": 0.0,
        "disputed": -0.71,
        "named": 0.28,
        "known": 1.94,
        "aside": 1.23,
        "peak": 0.97,
    },
)

# Signals that speak against a finding whatever else is known: a fit may not turn one round.
AGAINST = frozenset({"unspoken", "undated", "disputed"})

# What a question is about and cannot be said in other words.
_FIXED = ("name:", "country:", "org:", "num:", "year:")


def signals(
    question: Question, finding: Finding, others: Sequence[Finding], top: float, *, seen: bool
) -> dict[str, float]:
    """Return what speaks for and against `finding`: two scores in log-odds, the others about -1 … 1.

    `others` are the other findings, refuted ones too; `top` is the score of the best source; `seen` tells
    whether the model was looked into, by its probe and its pointer.
    """
    voice = finding.voice
    objections = " ".join(finding.objections)
    known = voice.known if voice and voice.known is not None else 0.0  # code found it, no model
    return {
        "top": top,
        "behind": finding.score - top,
        "present": present(voice),
        "sure": max(voice.sure, -1.0) if voice else 0.0,
        "weakest": max(voice.weakest, -_WEAKEST) / _WEAKEST if voice else 0.0,
        "typed": float(typed(question)),
        "list": float(question.wanted.many),
        "unspoken": float("is spoken of" in objections),
        "undated": float("time is not said" in objections),
        "disputed": float(any(_rivals(question, finding, one) for one in others)),
        "named": named(question, finding.source),
        **({"known": known_signal(known), **pointed.signals(finding)} if seen else {}),
    }


def present(voice: Voice | None) -> float:
    """Return the log-odds of the model against "not stated", over ten (-1 … 1); 0 for what code found.

    Log-odds tell a nearly certain "not stated" from a merely likely one as well as they tell a nearly certain
    answer from a merely likely one; the log-probability of "not stated" is about 0 for both of the first.
    """
    if voice is None:
        return 0.0
    odds = math.log(math.expm1(min(-voice.absent, _ABSENT))) if voice.absent < 0.0 else -_ABSENT
    return max(odds, -_ABSENT) / _ABSENT


def known_signal(score: float) -> float:
    """Return the signal of a probe's score (log-odds)."""
    return max(-_KNOWN, min(score, _KNOWN)) / 2


def named(question: Question, source: Source) -> float:
    """Return the share (0 … 1) of the question's names and figures that a source speaks of."""
    asked = {key for key in said_of(question.text, question.lang) if key.startswith(_FIXED)}
    if not asked:
        return 1.0
    lang = source.lang
    return len(asked & (said_of(source.text, lang) | said_of(source.article.title, lang))) / len(asked)


def _rivals(question: Question, finding: Finding, other: Finding) -> bool:
    """Return whether another reading contradicts; what another article gives may be a later state of it."""
    if other.voice is None or other.objections or same_answer(finding, other):
        return False
    return finding.source.article.id == other.source.article.id or not open_in_time(question)


def strength(found: Mapping[str, float]) -> float:
    """Return the log-odds of the finding with these signals against "none of these"."""
    return weighed_by(found).strength(found)


def weighed_by(found: Mapping[str, float]) -> Fit:
    """Return the fit in force for findings with these signals."""
    return PROBED if "known" in found else PLAIN


def shares(strengths: Sequence[float]) -> list[float]:
    """Return the probability of each finding; what is missing to 1 is that of "none of these"."""
    top = max(0.0, *strengths) if strengths else 0.0
    powers = [math.exp(one - top) for one in strengths]
    total = math.exp(-top) + math.fsum(powers)
    return [one / total for one in powers]


def together(own: Sequence[float], backing: Sequence[Sequence[int]]) -> list[float]:
    """Return for each finding the sum over all that back it, which `backing` names, itself too."""
    return [min(1.0, math.fsum(own[i] for i in those)) for those in backing]


def pick(own: Sequence[float], backing: Sequence[Sequence[int]]) -> int | None:
    """Return the place of the finding to give; None if there is none.

    Of the findings that back each other as the surest, it is the one that is likeliest by itself: "2021"
    agrees with "May 2021" and with "June 2021", and is the answer for neither's sake.
    """
    sure = together(own, backing)
    if not sure:
        return None
    surest = max(range(len(sure)), key=lambda i: (sure[i], own[i]))
    return max(backing[surest], key=lambda i: own[i])
