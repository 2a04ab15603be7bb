"""What comes in from pages and programs: a question made one clean line, a day, and how much is taken."""

from __future__ import annotations

import datetime as dt
import unicodedata

# Longer texts are pasted articles, not questions; the reader's prompt has room for about this much.
MAX_QUESTION = 2000  # characters
# Earlier turns that a follow-up may lean on.
MAX_HISTORY = 6

_UNSEEN = ("Cc", "Cf", "Cs", "Co")


def one_line(text: str) -> str:
    """Return the text composed (NFC), on one line, without the characters that no reader can see."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(" " if unicodedata.category(c) in _UNSEEN else c for c in composed).split())


def iso_day(text: str) -> dt.date:
    """Return the day written as YYYY-MM-DD; ValueError for anything else."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:  # fromisoformat also takes 20250314 and 2025-W11-5
        raise ValueError(f"{text!r} is not a date; write it as 2025-12-31.")
    return day
