"""Turn the answers of a data set into gold of the suite schema."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from eval.cases import SCHEMA, Case, Nugget, parse
from eval.figures.metrics import has_alias, holds, tokens
from eval.figures.quantities import dates, figures, fold
from eval.loaders.material import Draft, Shelf
from eval.loaders.source import DatasetError
from index.records import Lang, Sentence
from index.text import sentences

SPLIT = "report"  # other people's sets are not tuned on, unless by the half: `material.take_half`
DERIVED = "derived"  # the gold is not in the article word for word: counted, computed or paraphrased
_BLOCK = re.compile(r"\S(?:.*\S)?(?:\n[^\S\n]*\S.*)*")  # lines without an empty one between them
RETRIEVAL_ONLY = "retrieval-only"  # there is no answer to judge, only articles to find


def nugget(name: str, answers: Iterable[str], lang: Lang) -> dict[str, Any] | None:
    """Return a vital nugget that any of `answers` satisfies, or None if none of them has a word in it.

    An answer that is nothing but a figure or a date is also accepted in every other spelling of it. `lang`
    decides what a single separator means: "5,608" is 5608 in English, "5.608" in Vietnamese.
    """
    aliases = list(dict.fromkeys(unicodedata.normalize("NFC", answer).strip() for answer in answers))
    aliases = [alias for alias in aliases if tokens(alias)]
    if not aliases:
        return None
    found: dict[str, Any] = {"id": name, "any_of": aliases}
    for alias in aliases:
        if day := _date(alias):
            return {**found, "date": day}
    for alias in aliases:
        if number := _number(alias, lang):
            return {**found, "number": number}
    return found


def kind(nuggets: Sequence[Mapping[str, Any]]) -> str:
    """Return the type of a question by what its gold is: list, date, numeric or lookup."""
    if len(nuggets) > 1:
        return "list"
    return "date" if "date" in nuggets[0] else "numeric" if "number" in nuggets[0] else "lookup"


# Words that come with a date or a figure and add nothing to it.
_FILLERS = frozenset(tokens("in on the of by around about year vào ngày năm khoảng hơn gần trong"))


def _date(answer: str) -> str | None:
    found = dates(answer)
    if len(found) != 1 or _rest(answer, found[0].start, found[0].end):
        return None
    day = found[0]
    if day.year is None and (day.month is None or day.day is None):
        return None
    parts = ["-" if day.year is None else f"{day.year:04d}"]
    parts += [f"{part:02d}" for part in (day.month, day.day) if part is not None]
    return "-".join(parts)


def _number(answer: str, lang: Lang) -> dict[str, Any] | None:
    found = figures(answer)
    if len(found) != 1 or _rest(answer, found[0].start, found[0].end):
        return None
    values = found[0].values
    thousands = {"en": ",", "vi": "."}[lang]
    if len(values) > 1 and thousands not in answer:  # `readings` puts the thousands first
        values = values[1:]
    return {"value": values[0], "unit": found[0].unit or "count"}


def _rest(answer: str, start: int, end: int) -> bool:
    """Return whether `answer` says more than its figure or date."""
    folded = fold(answer)
    return not _FILLERS.issuperset(tokens(f"{folded[:start]} {folded[end:]}"))


def _sentences(text: str) -> Iterator[Sentence]:
    """Yield the sentences of `text`; none goes on after an empty line."""
    for block in _BLOCK.finditer(text):
        yield from sentences.split(text, block.start(), block.end())


def sentence_around(text: str, start: int, end: int) -> str:
    """Return the sentence or sentences of `text` that hold its characters `start` to `end`."""
    spans = [s for s in _sentences(text) if s.end > start and s.start < end]
    return text[spans[0].start : spans[-1].end] if spans else text[start:end]


def sentence_with(text: str, nuggets: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the first sentence of `text` that states every nugget, or None."""
    wanted = [_parsed(item) for item in nuggets]
    if not all(holds(text, item) for item in wanted):
        return None
    for span in _sentences(text):
        part = text[span.start : span.end]
        if all(holds(part, item) for item in wanted):
            return part
    return None


def _parsed(item: Mapping[str, Any]) -> Nugget:
    record = {**_SHELL, "expect": {"all_of": [item]}, "must_cite": [{"doc_id": "a", "quote": "a"}]}
    return parse(record).all_of[0]


_SHELL: Mapping[str, Any] = {
    "id": "a", "schema": SCHEMA, "lang": "en", "question": "a", "type": "lookup", "answerable": True,
    "corpus": "a", "group": "a", "split": "a",
}  # fmt: skip


def answerable(
    shelf: Shelf, key: str, base: Mapping[str, Any], nuggets: Sequence[Mapping[str, Any]],
    gold: Sequence[tuple[str, str]], short: Sequence[str] = (), none_of: Sequence[Any] = (),
) -> Draft:  # fmt: skip
    """Return a question with an answer.

    `base` holds id, lang, question, corpus, group and what else is known; `gold` (file name, verbatim quote).
    Tagged "derived" when the gold articles do not state a nugget; short answers that hold none are left out.
    """
    cited = [{"doc_id": name, "quote": quote} for name, quote in dict.fromkeys(gold)]
    record = _record({"type": kind(nuggets), **base}, True)
    record["expect"] = {"all_of": list(nuggets), "none_of": list(none_of), "short": []}
    record["must_cite"] = cited
    case = _checked(record)
    text = "\n".join(shelf.body(name) for name in dict.fromkeys(name for name, _ in gold))
    if not all(holds(text, item) for item in case.all_of) and DERIVED not in record["tags"]:
        record["tags"] = [*record["tags"], DERIVED]
    record["expect"]["short"] = [
        answer
        for answer in dict.fromkeys(short)
        if any(holds(answer, item) for item in case.vital)
        and not any(holds(answer, bad) for bad in case.none_of)
    ]
    return Draft(key, record)


def unanswerable(key: str, base: Mapping[str, Any], near: Sequence[str], absent: Sequence[str] = ()) -> Draft:
    """Return a question that nothing in the library answers; `near` names the articles that come close.

    `absent`: words that would answer it, so that an article which is added later is seen to; see `nowhere`.
    """
    record = _record({"type": "unanswerable", **base}, False)
    record["expect"] = {"all_of": [], "none_of": [], **({"absent": list(absent)} if absent else {})}
    record["must_cite"] = []
    record["distractors"] = list(dict.fromkeys(near))
    _checked(record)
    return Draft(key, record)


def _record(base: Mapping[str, Any], has_answer: bool) -> dict[str, Any]:
    start: dict[str, Any] = {"id": "", "schema": SCHEMA, "tags": [], "as_of": None, "split": SPLIT}
    return {**start, **base, "answerable": has_answer, "tags": list(base.get("tags", ()))}


def _checked(record: Mapping[str, Any]) -> Case:
    try:
        return parse(record)
    except (ValueError, TypeError, KeyError) as error:
        raise DatasetError(f'question "{record.get("id")}" cannot be a case of a suite: {error}') from error


def nowhere(answers: Iterable[str], shelf: Shelf) -> list[str]:
    """Return the answers that stand in no article of `shelf`; not figures, which stand for many things."""
    known = dict.fromkeys(
        answer for answer in answers if tokens(answer) and not (figures(answer) or dates(answer))
    )
    return [one for one in known if not stated_elsewhere([one], shelf.files.values())]


def stated_elsewhere(answers: Iterable[str], others: Iterable[str]) -> bool:
    """Return whether any answer stands in any of the other texts."""
    wanted = [answer for answer in answers if tokens(answer)]
    return any(has_alias(text, answer) for text in others for answer in wanted)
