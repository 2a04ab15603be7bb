"""Read one file of SQuAD's layout: titles, paragraphs, questions, answers with their places."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.loaders.material import language, safe
from eval.loaders.source import DatasetError, read_json, take
from index.records import Lang

_CONTEXT = re.compile(r"context-([a-z]{2})-question-([a-z]{2})")
_CODE = re.compile(r"(?:^|[.\-_])(ar|de|el|en|es|hi|ro|ru|th|tr|vi|zh)\.json$")


@dataclass(frozen=True, slots=True)
class Question:
    """A question by its id in the file."""

    key: str
    text: str
    answers: tuple[tuple[str, int], ...]  # (text, first character in the paragraph); none: not answerable


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: one article of the library."""

    at: int  # place in the file, from 1
    title: str
    text: str
    questions: tuple[Question, ...]
    breaks: tuple[tuple[int, int], ...] = ()  # published sentences, XQuAD-R


@dataclass(frozen=True, slots=True)
class Side:
    """One file: its paragraphs, their language and that of the questions."""

    stem: str
    paragraphs: tuple[Paragraph, ...]
    lang: Lang
    asked: Lang
    misplaced: int

    def by_question(self) -> dict[str, tuple[Paragraph, Question]]:
        """Return the paragraph and question of each question id."""
        return {question.key: (part, question) for part in self.paragraphs for question in part.questions}


def read_side(path: Path, lang: Lang | None, fmt: str) -> Side:
    """Read a file; `lang` is that of its text if given. DatasetError names what is not as it should be."""
    data = read_json(path)
    if not isinstance(data, dict):
        raise DatasetError(f'{path.name} is not of SQuAD\'s layout: no object with "data" at the top')
    paragraphs: list[Paragraph] = []
    misplaced = 0
    seen: set[str] = set()
    for at, item in enumerate(take(data, "data", list, path.name)):
        where = f"{path.name}, data[{at}]"
        title = item.get("title", f"article {at}") if isinstance(item, dict) else ""
        for number, part in enumerate(take(item, "paragraphs", list, where)):
            found, bad = _paragraph(
                part, str(title), len(paragraphs) + 1, f"{where}, paragraph {number}", fmt
            )
            for question in found.questions:
                if question.key in seen:
                    raise DatasetError(
                        f'{where}: question id "{question.key}" was used before; ids must differ'
                    )
                seen.add(question.key)
            paragraphs.append(found)
            misplaced += bad
    if not paragraphs:
        raise DatasetError(f"{path.name} holds no paragraph")
    sides = _languages(path, paragraphs, lang)
    stem = path.name.removesuffix(".json")
    if fmt == "xquad-r":  # its files are called en.json, vi.json
        stem = f"xquad-r.{stem}"
    return Side(safe(stem), tuple(paragraphs), *sides, misplaced)


def _languages(path: Path, paragraphs: Sequence[Paragraph], given: Lang | None) -> tuple[Lang, Lang]:
    """Return the languages of paragraphs and questions: given, or of the file's name, or guessed."""
    if given:
        return given, given
    if match := _CONTEXT.search(path.name):
        return _known(match[1], path), _known(match[2], path)
    if match := _CODE.search(path.name):
        _known(match[1], path)
    asked = " ".join(question.text for part in paragraphs for question in part.questions)
    return language(" ".join(part.text for part in paragraphs), path.name), language(asked, path.name)


def _known(code: str, path: Path) -> Lang:
    if code == "en":
        return "en"
    if code == "vi":
        return "vi"
    raise DatasetError(f'{path.name} is in "{code}" by its name; this program reads en and vi')


def _paragraph(part: object, title: str, at: int, where: str, fmt: str) -> tuple[Paragraph, int]:
    text = take(part, "context", str, where)
    questions: list[Question] = []
    misplaced = 0
    for entry in take(part, "qas", list, where):
        key = str(take(entry, "id", object, where))
        place = f'{where}, question "{key}"'
        asked = take(entry, "question", str, place).strip()
        answers = _answers(entry, place)
        kept = tuple((words, start) for words, start in answers if text[start : start + len(words)] == words)
        misplaced += len(answers) - len(kept)
        if kept or not answers:
            questions.append(Question(key, asked, kept))
    breaks = _breaks(part, text, where) if fmt == "xquad-r" else ()
    return Paragraph(at, title.replace("_", " "), text, tuple(questions), breaks), misplaced


def _answers(entry: Mapping[str, object], place: str) -> list[tuple[str, int]]:
    if entry.get("is_impossible"):
        return []
    found = [
        (take(answer, "text", str, place), take(answer, "answer_start", int, place))
        for answer in take(entry, "answers", list, place)
    ]
    if not found:
        raise DatasetError(
            f'{place} has no answer and is not marked "is_impossible"; a hidden test set has no gold'
        )
    return found


def _breaks(part: object, text: str, where: str) -> tuple[tuple[int, int], ...]:
    """Return where the published sentences begin and end."""
    places = take(part, "sentence_breaks", list, where)
    sentences = take(part, "sentences", list, where)
    if [text[slice(*place)] for place in places] != sentences:
        raise DatasetError(f'{where}: "sentence_breaks" and "sentences" do not agree; fetch the file again')
    return tuple((first, last) for first, last in places)
