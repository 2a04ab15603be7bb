"""How sure an answer is, in words that were measured.

294 development questions, weights fitted on other articles than those asked about
(`python -m eval.calibrate answers`, eval/LOG.md): of the answers with a confidence of 0.7 or more 49 of 61
were right, of those from 0.4 to 0.7 47 of 85. A reader should know which of the two is before them.
"""

from __future__ import annotations

from typing import Literal

from index.text.lang import detect
from rag.answer import Answer
from rag.care import CARES

Certainty = Literal["sure", "unsure"]

SURE = CARES["careful"].threshold
WORDS = {
    "en": {
        "sure": "Sure enough: in tests about 8 in 10 such answers were right.",
        "unsure": "Not sure: in tests only about half of such answers were right. Read the quotation.",
    },
    "vi": {
        "sure": "Khá chắc: khi thử nghiệm khoảng 8 trên 10 câu như vậy là đúng.",
        "unsure": "Chưa chắc: khi thử nghiệm chỉ khoảng một nửa câu như vậy là đúng. Hãy đọc trích dẫn.",
    },
}


def said(answer: Answer) -> str:
    """Return how sure an answer is, in words of the question's language; "" where nothing was answered."""
    level = certainty(answer)
    return WORDS[detect(answer.question)][level] if level else ""


def certainty(answer: Answer) -> Certainty | None:
    """Return how sure an answer is; None where nothing was answered."""
    if answer.status == "abstained":
        return None
    return "sure" if answer.confidence >= SURE else "unsure"
