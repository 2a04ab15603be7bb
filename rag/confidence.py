"""Answer or abstain: one number from what speaks for the best finding, and the line it must pass."""

from __future__ import annotations

import math

from rag.evidence import coverage
from rag.question import Question
from rag.verify import Finding

# Logistic weights, set by hand on the development questions (eval/LOG.md); calibration on a larger
# set comes with the evaluation suites.
BIAS = -2.2
W_STRENGTH = 1.6  # evidence and vote; 1 to 3.5 for right answers
W_COVERED = 1.0
W_AGREED = 0.8  # a second reading or code itself came to the same
THRESHOLD = 0.5


def estimate(question: Question, finding: Finding, agreed: bool) -> float:
    """Return the confidence (0 … 1) that `finding` answers `question`."""
    z = BIAS + W_STRENGTH * finding.strength + W_AGREED * agreed
    z += W_COVERED * (coverage(question, finding.line) - 1.0)
    return round(1.0 / (1.0 + math.exp(-z)), 4)
