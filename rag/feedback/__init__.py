"""What people think of answers: kept in the library's folder, changed, withdrawn, made into questions.

One JSON object a line in `feedback.jsonl`, each with the whole answer, so that nothing else has to be kept.
"""

from rag.feedback.votes import MOST_WORDS, Feedback, Reason, Verdict, Vote

__all__ = ["MOST_WORDS", "Feedback", "Reason", "Verdict", "Vote"]
