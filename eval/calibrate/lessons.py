"""What the adapter for reading is fitted on: short passages of invented news, and questions about them.

A file of `eval/lessons` has one passage a line: {"lang", "title", "date", "passage", "asked": [{"lang",
"kind", "question", "answer", "said"}]}. Title and date (null where it is not known) are those of the article
that the passage could be from: they tell whom "the company" means and which year "last year" is. An answer
is the fewest words that answer, letter for letter as the passage has them; members of a list that stand apart
are joined by " | "; yes or no, in the question's language, is followed by the words that show it; null means
that the passage does not say it. "said", which some have, is the answer as one sentence in the question's
language. No article of a suite is among them.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from index.records import Dated, Lang
from rag.evidence.sources import headed
from rag.reading.reader import ABSENT

SHIPPED = Path(str(resources.files("eval"))) / "lessons"
LONGEST = 560  # characters of a passage; the program reads windows of 520
MOST = 130  # characters of an answer that is no list
_LANGUAGES = ("en", "vi")
_YES_OR_NO = re.compile(r"(?P<word>yes|no|có|không), (?P<shown>.+)")
_WORDS: dict[Lang, tuple[str, str]] = {"en": ("yes", "no"), "vi": ("có", "không")}


class LessonError(ValueError):
    """A line that is no lesson, or one that teaches what its passage does not say."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a passage; `answer` is None where the passage does not say it."""

    lang: Lang
    kind: str
    question: str
    answer: str | None
    said: str | None = None  # as one full sentence in the question's language

    @property
    def reply(self) -> str:
        """What the model should reply."""
        return ABSENT if self.answer is None else self.answer.replace(" | ", ", ")


@dataclass(frozen=True, slots=True)
class Lesson:
    """A passage and what is asked about it."""

    lang: Lang
    title: str
    date: dt.date | None
    passage: str
    asked: tuple[Asked, ...]

    @property
    def head(self) -> str:
        """What the model is shown of the article beside the passage."""
        return headed(self.title, Dated(self.date, "day", "text") if self.date else None)


def load(folder: Path = SHIPPED) -> list[Lesson]:
    """Return the lessons of all files of `folder`, by name; LessonError names file and line of a bad one."""
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise LessonError(f"{folder} has no file *.jsonl; the shipped lessons lie in {SHIPPED}")
    return [lesson for path in files for lesson in _of(path)]


def _of(path: Path) -> Iterator[Lesson]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            raw = json.loads(line)
            date = dt.date.fromisoformat(raw["date"]) if raw["date"] else None
            asked = tuple(Asked(**one) for one in raw["asked"])
            lesson = Lesson(raw["lang"], raw["title"], date, raw["passage"], asked)
        except (ValueError, KeyError, TypeError) as error:
            raise LessonError(f"{path}:{number}: no lesson: {error!r}") from None
        if found := faults(lesson):
            raise LessonError(f"{path}:{number}: {found[0]}")
        yield lesson


def faults(lesson: Lesson) -> list[str]:
    """Return what is wrong with a lesson, as sentences; nothing if it teaches what its passage says."""
    found = []
    if lesson.lang not in _LANGUAGES or any(one.lang not in _LANGUAGES for one in lesson.asked):
        found.append('a language is neither "en" nor "vi"')
    if not 0 < len(lesson.passage) <= LONGEST or "\n" in lesson.passage:
        found.append(f"the passage has {len(lesson.passage)} characters; 1 to {LONGEST} in one line are read")
    if not lesson.title.strip():
        found.append("the article has no title")
    if not lesson.asked:
        found.append("nothing is asked")
    return found + [fault for one in lesson.asked if (fault := _fault(one, lesson.passage))]


def _fault(one: Asked, passage: str) -> str:
    if one.said is not None and (one.answer is None or "\n" in one.said or not one.said.strip()):
        return f"{one.question!r}: {one.said!r} is no sentence for an answer"
    if one.answer is None:
        return ""
    shown = one.answer
    if one.kind == "yes-no":
        said = _YES_OR_NO.fullmatch(one.answer)
        if not said or said["word"] not in _WORDS[one.lang]:
            wanted = " or ".join(_WORDS[one.lang])
            return f"{one.question!r}: {one.answer!r} is no {wanted} with words that show it"
        shown = said["shown"]
    parts = shown.split(" | ")
    if missing := [part for part in parts if part not in passage]:
        return f"{one.question!r}: {missing[0]!r} does not stand in the passage"
    if len(parts) == 1 and len(shown) > MOST:
        return f"{one.question!r}: {len(shown)} characters are no few words; {MOST} is the most"
    return ""
