"""SQuAD 1.1 and 2.0, XQuAD, MLQA, and XQuAD-R: paragraphs with questions whose answers are spans.

Sources: arXiv 1606.05250, 1806.03822 (SQuAD), 1910.11856 (XQuAD), 1910.07475 (MLQA), 2004.05484 (XQuAD-R).

One article a paragraph, as in the retrieval benchmark. The gold quotation is the sentence around the answer
(for XQuAD-R the published sentence). A question of SQuAD 2.0 that its own paragraph does not answer counts as
not answerable; another paragraph may answer it all the same, so a few refusals are asked for wrongly.

A half is of titles. XQuAD and XQuAD-R have the English ones in every language, so their halves are of the
same articles in all; where titles are translated they are not: tune and report in one language of such a set.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.loaders.gold import answerable, nowhere, nugget, sentence_around, stated_elsewhere, unanswerable
from eval.loaders.material import (
    Draft,
    Half,
    Material,
    Options,
    Shelf,
    compare_counts,
    half_of,
    refuse,
    spread,
)
from eval.loaders.source import DatasetError, one_file
from eval.loaders.squad_file import Paragraph, Question, Side, read_side
from index.records import Lang
from index.text.counted import counted

# Counts as published, by the name of the file: XQuAD's paper, the readme of MLQA, the dataset card of SQuAD;
# XQuAD-R: the readme of LAReQA (candidate sentences).
_PUBLISHED: Sequence[tuple[str, Mapping[str, int]]] = (
    (r"xquad\.(?:en|vi)\.json", {"titles": 48, "paragraphs": 240, "questions": 1190}),
    (r"dev-v1\.1\.json", {"questions": 10570}),
    (r"dev-v2\.0\.json", {"questions": 11873}),
    (r"dev-context-en-question-en\.json", {"questions": 1148}),
    (r"dev-context-vi-question-vi\.json", {"questions": 511}),
    (r"test-context-en-question-en\.json", {"questions": 11590}),
    (r"test-context-vi-question-vi\.json", {"questions": 5495}),
)
_SENTENCES: Mapping[Lang, int] = {"en": 1180, "vi": 1209}


def read(path: Path, options: Options) -> Material:
    """Read a file of SQuAD's layout; see the module's text and `eval.loaders.load`."""
    return _material(path, options, "squad")


def read_sentences(path: Path, options: Options) -> Material:
    """Read XQuAD-R: as XQuAD, with the published sentences as gold quotations."""
    return _material(path, options, "xquad-r")


def _material(path: Path, options: Options, fmt: str) -> Material:
    refuse(options, fmt, "lang", "questions", "both", "unanswerable", "half")
    if options.both and options.questions is None:
        raise DatasetError('"both" needs "questions", the same set in the other language')
    here = read_side(one_file(path, "*.json"), options.lang, fmt)
    there = read_side(options.questions, None, fmt) if options.questions else None
    if there and there.lang == here.lang:
        raise DatasetError(
            f"{here.stem} and {there.stem} are both in {here.lang}; the second asks in the other language"
        )
    writer = _Writer(here, there, options)
    drafts = writer.drafts()
    counts = {
        "titles": len({part.title for part in here.paragraphs}),
        "paragraphs": len(here.paragraphs),
        "questions": sum(len(part.questions) for part in here.paragraphs),
        "sentences": sum(len(part.breaks) for part in here.paragraphs),
        "misplaced answers": here.misplaced,
        **writer.counts,
    }
    warnings = _warnings(path, here, counts, fmt)
    return Material(writer.shelf, drafts, counts, warnings)


def _warnings(path: Path, side: Side, counts: Mapping[str, int], fmt: str) -> list[str]:
    name = one_file(path, "*.json").name
    if fmt == "xquad-r":
        published = {"titles": 48, "paragraphs": 240, "questions": 1190, "sentences": _SENTENCES[side.lang]}
        found = compare_counts(name, counts, published)
    else:
        found = next(
            (
                compare_counts(name, counts, table)
                for pattern, table in _PUBLISHED
                if re.fullmatch(pattern, name)
            ),
            [],
        )
    if side.misplaced:
        found.append(
            f"{name}: {counted(side.misplaced, 'answer')} not where the file says;"
            " left out, with the questions that have no other"
        )
    return found


class _Writer:
    """Puts paragraphs on the shelf and makes the questions; one pass, kept together by its state."""

    def __init__(self, here: Side, there: Side | None, options: Options) -> None:
        self.here, self.there, self.both = here, there, options.both
        self.twins = there.by_question() if there else {}
        self.shelf = Shelf()
        self.counts = {"unanswerable": 0, "left out of the library": 0, "without a twin": 0}
        self.files: dict[tuple[str, int], str] = {}  # set and place → file name
        self.removed = self._removed(options.unanswerable, options.half)

    def drafts(self) -> list[Draft]:
        parts = [part for part in self.here.paragraphs if part.at not in self.removed]
        self.counts["left out of the library"] = len(self.here.paragraphs) - len(parts)
        for part in parts:
            self._file(part, self.here)
            if self.both and (twin := self._twin(part)):
                self._file(twin, self._other())
        made: list[Draft] = []
        for part in self.here.paragraphs:
            kept = self.removed.get(part.at)
            for question in part.questions:
                if kept is not None and question.key not in kept:
                    continue
                if draft := self._draft(part, question, gone=kept is not None):
                    made.append(draft)
        self.counts["unanswerable"] = sum(not draft.record["answerable"] for draft in made)
        return made

    def _other(self) -> Side:
        if self.there is None:
            raise DatasetError("there is no file in the other language")
        return self.there

    def _file(self, part: Paragraph, side: Side) -> str:
        where = (side.stem, part.at)
        if where not in self.files:
            self.files[where] = self.shelf.add(f"{side.stem}-{part.at:05d}", part.text, side.lang, part.title)
        return self.files[where]

    def _twin(self, part: Paragraph) -> Paragraph | None:
        return next((self.twins[q.key][0] for q in part.questions if q.key in self.twins), None)

    def _removed(self, wanted: int, half: Half | None) -> dict[int, set[str]]:
        """Choose paragraphs to leave out: by the hash of their first question, titles taking turns.

        Only where another paragraph of the title stays behind as the near miss, and only questions whose
        answer stands in none of those. With a half, only its own: the other half's questions keep their
        articles. Returns the usable questions by paragraph.
        """
        titles: dict[str, list[Paragraph]] = defaultdict(list)
        for part in self.here.paragraphs:
            titles[part.title].append(part)
        parts = {
            part.questions[0].key: part
            for part in self.here.paragraphs
            if part.questions and half in (None, half_of(part.title))
        }
        order = spread(Draft(key, {"group": part.title}) for key, part in parts.items())
        removed: dict[int, set[str]] = {}
        found = 0
        for draft in order:
            if found >= wanted:
                break
            part = parts[draft.key]
            near = [each for each in titles[part.title] if each is not part and each.at not in removed]
            usable = [question.key for question in part.questions if self._gone_for_good(question, near)]
            # One that stays must stay: the near misses of a title are not left out themselves.
            if not near or not usable or any(each.at in removed for each in titles[part.title]):
                continue
            removed[part.at] = set(usable[: wanted - found])
            found += len(removed[part.at])
        if found < wanted:
            raise DatasetError(
                f"asked for {counted(wanted, 'question')} whose article is left out, {found} can be made:"
                f" one paragraph a title, whose answer stands in no other; ask for {found} or fewer"
            )
        return removed

    def _gone_for_good(self, question: Question, near: Sequence[Paragraph]) -> bool:
        if not question.answers or (self.there and question.key not in self.twins):
            return False
        answers = [words for words, _ in question.answers]
        others = [part.text for part in near]
        if question.key in self.twins:
            answers += [words for words, _ in self.twins[question.key][1].answers]
            others += [twin.text for part in near if (twin := self._twin(part))] if self.both else []
        return not stated_elsewhere(answers, others)

    def _draft(self, part: Paragraph, question: Question, *, gone: bool) -> Draft | None:
        asked, lang = question.text, self.here.asked
        twin = self.twins.get(question.key)
        if self.there:
            if twin is None:
                self.counts["without a twin"] += 1
                return None
            asked, lang = twin[1].text, self.there.asked
        cross = lang != self.here.lang and not self.both
        base = {
            "id": f"{self.here.stem}-{lang}-{question.key}",
            "lang": lang,
            "question": asked,
            "corpus": self.here.stem,
            "group": part.title,
            "tags": ["cross-lingual"] if cross else [],
        }
        own = [words for words, _ in question.answers]
        others = [words for words, _ in twin[1].answers] if twin else []
        if gone or not question.answers:
            siblings = [
                each
                for each in self.here.paragraphs
                if each.title == part.title and each.at not in self.removed
            ]
            near = (
                [self._file(each, self.here) for each in siblings] if gone else [self._file(part, self.here)]
            )
            return unanswerable(question.key, base, near, nowhere((*own, *others), self.shelf))
        answers = [*others, *own] if lang != self.here.lang else [*own, *others]
        gold = [(self._file(part, self.here), _quote(part, *answer)) for answer in question.answers]
        if self.both and twin:
            gold += [
                (self._file(twin[0], self._other()), _quote(twin[0], *answer)) for answer in twin[1].answers
            ]
        found = nugget("answer", answers, lang)
        return answerable(self.shelf, question.key, base, [found], gold, answers) if found else None


def _quote(part: Paragraph, words: str, start: int) -> str:
    end = start + len(words)
    spans = [span for span in part.breaks if span[1] > start and span[0] < end]
    return part.text[spans[0][0] : spans[-1][1]] if spans else sentence_around(part.text, start, end)
