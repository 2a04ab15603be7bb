"""Questions with known answers: JSON Lines, one object a line, read strictly.

An answer is right when it holds every vital nugget of `all_of` and nothing of `none_of`. A nugget is held
when any of its aliases, its regular expression, its number or its date is found. `none_of` entries are
looked for in the short answer only (`"in": "short"`: an honest answer may name the overtaken figure beside
the new one) or in all that was said (`"in": "anywhere"`, also for plain strings).

A question that is not answerable lists under `expect.absent` what would stand in an article if it were
answered: words, or between slashes a regular expression, such as "/ferry.*captain|captain.*ferry/"; the lint
sees to it that no article holds one. `history` holds the earlier questions of a follow-up, which are asked
first in the same conversation; `twin_of` names the case that this one asks in other words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from eval import fields
from eval.fields import SuiteError

__all__ = [
    "SCHEMA",
    "TYPES",
    "Case",
    "Forbidden",
    "Nugget",
    "Number",
    "Quote",
    "SuiteError",
    "load",
    "parse",
    "pattern",
]

SCHEMA = 1
# fmt: off
TYPES = (
    "lookup", "numeric", "date", "person", "list", "direction", "temporal", "yes-no", "reason", "multi-doc",
    "conflict", "follow-up", "unanswerable", "false-premise", "injection",
)
_CASE = (
    "id", "schema", "lang", "question", "type", "tags", "answerable", "as_of", "corpus", "expect",
    "must_cite", "may_cite", "distractors", "group", "split", "author", "checked_by", "note", "history",
    "twin_of",
)
# fmt: on
_REQUIRED = ("id", "schema", "lang", "question", "type", "answerable", "corpus", "expect", "group", "split")


@dataclass(frozen=True, slots=True)
class Number:
    """A figure, in plain units: 16.7 billion dollars is (16.7e9, "USD"). `tol` is absolute.

    A currency or "%" as unit must not be contradicted by the answer; any other unit ("projects") says what
    is counted and then the answer's figure may carry neither currency nor "%".
    """

    value: float
    unit: str
    tol: float = 0.0


@dataclass(frozen=True, slots=True)
class Nugget:
    """One thing that an answer must say (vital) or may say (okay), in any of several spellings."""

    id: str
    any_of: tuple[str, ...] = ()
    regex: str | None = None
    number: Number | None = None
    date: str | None = None  # "2025", "2025-03", "2025-03-10", or "--01-12" when the year does not matter
    weight: Literal["vital", "okay"] = "vital"


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Something that makes an answer wrong: a stale, swapped or planted value."""

    any_of: tuple[str, ...] = ()
    number: Number | None = None
    date: str | None = None
    where: Literal["short", "anywhere"] = "anywhere"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that must be found in the named file."""

    doc_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class Case:
    """A question and how to tell a right answer. `doc_id`s are base names of article files."""

    id: str
    lang: Literal["en", "vi"]
    question: str
    type: str
    answerable: bool
    corpus: str
    group: str
    split: str
    all_of: tuple[Nugget, ...] = ()
    none_of: tuple[Forbidden, ...] = ()
    short: tuple[str, ...] = ()  # model short answers, for exact match and F1
    absent: tuple[str, ...] = ()  # not answerable: words or /regex/ of an answer, which no article may hold
    must_cite: tuple[Quote, ...] = ()  # each of them supports the answer; one cited is enough
    may_cite: tuple[str, ...] = ()
    distractors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    as_of: str | None = None  # ISO date: what was written later is not known yet
    history: tuple[str, ...] = ()  # earlier questions of the conversation, oldest first
    twin_of: str | None = None  # id of the case in the same suite that asks for the same
    note: str = ""
    line: int = field(default=0, compare=False)

    @property
    def vital(self) -> tuple[Nugget, ...]:
        """The nuggets without which an answer is not right."""
        return tuple(nugget for nugget in self.all_of if nugget.weight == "vital")

    @property
    def direction(self) -> str:
        """Language of the question, then of the evidence, as in "vi->en"; just "vi" if nothing answers."""
        if not self.answerable:
            return self.lang
        other = {"en": "vi", "vi": "en"}[self.lang]
        return f"{self.lang}->{other if 'cross-lingual' in self.tags else self.lang}"


def load(path: Path | str) -> list[Case]:
    """Return the cases of a JSON Lines file; SuiteError names the first line that is not one."""
    path = Path(path)
    cases: list[Case] = []
    seen: dict[str, int] = {}
    for number, line in fields.lines(path):
        try:
            case = parse(fields.read_json(line), number)
        except (ValueError, TypeError, KeyError, re.error, RecursionError) as error:
            raise SuiteError(f"{path.name}, line {number}: {error}") from error
        if case.id in seen:
            raise SuiteError(
                f'{path.name}, line {number}: id "{case.id}" was used on line {seen[case.id]}; rename one'
            )
        seen[case.id] = number
        cases.append(case)
    if not cases:
        raise SuiteError(f"{path.name}: no case in it")
    return cases


def parse(record: Mapping[str, Any], line: int = 0) -> Case:
    """Return one case; ValueError or TypeError says what is wrong with it."""
    fields.only(record, _CASE, "case")
    for key in _REQUIRED:
        if key not in record:
            raise ValueError(f'"{key}" is missing')
    if record["schema"] != SCHEMA:
        raise ValueError(f"schema is {record['schema']!r}, this program reads {SCHEMA}")
    fields.member("lang", record["lang"], ("en", "vi"))
    fields.member("type", record["type"], TYPES)
    if not isinstance(record["answerable"], bool):
        raise TypeError(f"answerable is {record['answerable']!r}, not true or false")
    expect = record["expect"]
    fields.only(expect, ("all_of", "none_of", "short", "absent"), "expect")
    case = Case(
        id=fields.text(record, "id"),
        lang=record["lang"],
        question=fields.text(record, "question"),
        type=record["type"],
        answerable=record["answerable"],
        corpus=fields.text(record, "corpus"),
        group=fields.text(record, "group"),
        split=fields.text(record, "split"),
        all_of=tuple(_nugget(item) for item in fields.items(expect, "all_of")),
        none_of=tuple(_forbidden(item) for item in fields.items(expect, "none_of")),
        short=fields.strings(expect, "short"),
        absent=_absent(expect),
        must_cite=tuple(_quote(item) for item in fields.items(record, "must_cite")),
        may_cite=fields.strings(record, "may_cite"),
        distractors=fields.strings(record, "distractors"),
        tags=fields.strings(record, "tags"),
        as_of=fields.day(record.get("as_of")),
        history=fields.strings(record, "history"),
        twin_of=fields.text(record, "twin_of") if record.get("twin_of") is not None else None,
        note=fields.remark(record, "note"),
        line=line,
    )
    _agrees_with_itself(case)
    return case


def _agrees_with_itself(case: Case) -> None:
    if case.answerable and not (case.vital and case.must_cite):
        raise ValueError("an answerable case needs a vital nugget and a must_cite quotation")
    if not case.answerable and (case.all_of or case.must_cite):
        raise ValueError("a case that is not answerable has no nuggets and nothing to cite")
    if case.answerable and case.absent:
        raise ValueError("expect.absent is for cases that are not answerable")
    if case.twin_of == case.id:
        raise ValueError(f'"{case.id}" is named as its own twin')


def pattern(text: str) -> str | None:
    """Return the regular expression that stands between slashes in `text`, None if it is plain words."""
    return text[1:-1] if len(text) > 2 and text[0] == text[-1] == "/" else None


def _absent(expect: Mapping[str, Any]) -> tuple[str, ...]:
    words = fields.strings(expect, "absent")
    for one in words:
        re.compile(pattern(one) or "")
    return words


def _nugget(item: Mapping[str, Any]) -> Nugget:
    fields.only(item, ("id", "any_of", "regex", "number", "date", "weight"), "nugget")
    nugget = Nugget(
        id=fields.text(item, "id"),
        any_of=fields.strings(item, "any_of"),
        regex=fields.optional(item, "regex"),
        number=_number(item.get("number")),
        date=fields.date(item),
        weight=item.get("weight", "vital"),
    )
    fields.member("weight", nugget.weight, ("vital", "okay"))
    if not (nugget.any_of or nugget.regex or nugget.number or nugget.date):
        raise ValueError(f'nugget "{nugget.id}" can never be found: it has no alias, regex, number or date')
    if nugget.regex is not None:
        re.compile(nugget.regex)
    return nugget


def _forbidden(item: str | Mapping[str, Any]) -> Forbidden:
    if isinstance(item, str):
        return Forbidden(any_of=(item,))
    fields.only(item, ("any_of", "number", "date", "in"), "none_of")
    where = item.get("in", "anywhere")
    fields.member("in", where, ("short", "anywhere"))
    forbidden = Forbidden(
        fields.strings(item, "any_of"), _number(item.get("number")), fields.date(item), where
    )
    if not (forbidden.any_of or forbidden.number or forbidden.date):
        raise ValueError("a none_of entry needs an alias, a number or a date")
    return forbidden


def _number(item: Mapping[str, Any] | None) -> Number | None:
    if item is None:
        return None
    fields.only(item, ("value", "unit", "tol"), "number")
    tolerance = fields.number(item, "tol") if "tol" in item else 0.0
    if tolerance < 0:
        raise ValueError(f"tol is {tolerance:g}; it is how far off a right figure may be, 0 or more")
    return Number(fields.number(item, "value"), fields.text(item, "unit"), tolerance)


def _quote(item: Mapping[str, Any]) -> Quote:
    fields.only(item, ("doc_id", "quote"), "must_cite")
    return Quote(fields.text(item, "doc_id"), fields.text(item, "quote"))
