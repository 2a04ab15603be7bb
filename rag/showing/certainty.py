"""How sure an answer is, in words that were measured.

680 development questions, everything fitted on other articles than those asked about (`python -m
eval.calibrate answers`, eval/LOG.md): of the answers with a confidence of 0.85 or more 80 of 88 were right,
of the others 145 of 191; about invented news alone, which is told, 43 of 49 and 98 of 132. A reader should
know which of the two is before them. Of other models than the one that was measured no share is told.
"""

from __future__ import annotations

from typing import Literal

from index.records import Lang
from index.text.lang import detect
from rag.answer import MARK, Answer
from rag.care import CARES

Certainty = Literal["sure", "unsure"]

SURE = CARES["careful"].short
MEASURED = "qwen2.5-coder-1.5b"
_WORDS = {
    "en": {
        "sure": "Sure enough: in tests about 5 in 6 such answers were right.",
        "unsure": "Not sure: in tests about 3 in 4 such answers were right. Read the quotation.",
        "sure, not measured": "Sure enough, for this model.",
        "unsure, not measured": "Not sure. Read the quotation.",
        "judged": "A yes or no is how the model reads the quotation; no check of words can confirm it.",
    },
    "vi": {
        "sure": "Khá chắc: khi thử nghiệm khoảng 5 trên 6 câu như vậy là đúng.",
        "unsure": "Chưa chắc: khi thử nghiệm khoảng 3 trên 4 câu như vậy là đúng. Hãy đọc trích dẫn.",
        "sure, not measured": "Khá chắc, đối với mô hình này.",
        "unsure, not measured": "Chưa chắc. Hãy đọc trích dẫn.",
        "judged": "Có hay không là cách mô hình hiểu trích dẫn; đối chiếu từ không xác nhận được điều đó.",
    },
}


def said(answer: Answer, lang: Lang | None = None) -> str:
    """Return how sure an answer is, in words of `lang`, or the question's; "" where nothing was answered."""
    level = certainty(answer)
    if level is None:
        return ""
    key = level if answer.model == MEASURED else f"{level}, not measured"
    words = _WORDS[lang or detect(answer.question)]
    return f"{words[key]} {words['judged']}" if judged(answer) else words[key]


def judged(answer: Answer) -> bool:
    """Return whether something said is a bare yes or no, in which code finds nothing to check."""
    from rag.saying.phrases import PHRASES  # with all of `rag.values`: not needed for --help

    words = {f"{phrases[word]}." for phrases in PHRASES.values() for word in ("yes", "no")}
    return any(MARK.sub("", claim.text).strip() in words for claim in answer.claims)


def certainty(answer: Answer) -> Certainty | None:
    """Return how sure an answer is; None where nothing was answered."""
    if answer.status == "abstained":
        return None
    return "sure" if answer.confidence >= SURE else "unsure"
