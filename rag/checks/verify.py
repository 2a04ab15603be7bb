"""Every draft against the words of its source: where it stands, and what speaks against it.

The model proposes, this module disposes. A draft becomes a `Finding` only with a stretch of the
article that says it; what is said of it then is checked by `rag.saying.claims`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.text import glossary
from index.text.spelling import fold, plain
from rag.checks.binding import Mention, bind
from rag.checks.objections import REPEATED, objections
from rag.checks.parties import foreign
from rag.checks.premises import contradicted
from rag.checks.standing import (
    ITEM,
    WORD,
    lines_like,
    lines_meaning,
    lines_of,
    meant_value,
    place,
    same_number,
    whole_list,
)
from rag.checks.succession import not_in_office
from rag.checks.timing import TIME_UNSAID, unnamed_year
from rag.evidence.lines import Line, fits, said_of, typed
from rag.evidence.sources import Source
from rag.question import Question
from rag.reading.pointer import Gaze
from rag.reading.reader import Voice
from rag.values import (
    find_names,
    find_values,
    offices,
    same_value,
)
from rag.values.quotes import find_quote, nearest_quote

_YES_NO = re.compile(
    r"^(?:(?P<yes>yes|có|co|đúng|rồi|true)|(?P<no>no|không|khong|chưa|sai|false))\b\W*(?P<rest>.*)",
    re.IGNORECASE,
)
_HONORIFICS = frozenset(("mrs", "miss", "ong", "ngai"))
UNKIND = "not the kind of value asked for"
_LONG_NAME = 4  # words; of longer ones the last may be the name of its owner
_PARTS = re.compile(r",\s+|;\s+|\s+(?:and|và)\s+")


@dataclass(frozen=True, slots=True)
class Finding:
    """A possible answer and the sentences that say it."""

    source: Source
    short: str  # the few words that answer, as the source has them where it has them
    lines: tuple[Line, ...]  # consecutive sentences that hold it; the first is the main one
    objections: tuple[str, ...] = ()
    partial: bool = False  # the draft had more than the passage holds; the rest was dropped
    mention: Mention | None = None  # the value in its sentence, for a quantity or a date
    voice: Voice | None = None  # how the model said it; None for what code found by itself
    translated: bool = False  # `short` is in the question's language, which is not the source's
    gaze: Gaze | None = None  # where the model looked when it read the source
    whole: bool = False  # the sentence answers as it stands, and no few words of it: `rag.deciding.quoting`

    @property
    def line(self) -> Line:
        """The sentence that says it."""
        return self.lines[0]

    @property
    def score(self) -> float:
        """How good a match its best sentence is; comparable within one question."""
        return max(line.score for line in self.lines)


def examine(question: Question, text: str, source: Source, voice: Voice | None = None) -> Finding:
    """Return the finding that a draft makes, with all objections to it."""
    text = text.strip().strip('"“”').rstrip(".").strip()
    if _repeats(text, question):
        return Finding(source, text, (source.best,), (REPEATED,), voice=voice)
    if question.yes_or_no and (said := _YES_NO.match(text)):
        # What shows it may be any sentence that was read, so all are quoted unless the draft tells which.
        rest = (one for one in source.lines if one is not source.best)
        lines = lines_like(said["rest"], source) or (source.best, *rest)
        short = "yes" if said["yes"] else "no"
        return Finding(source, short, lines, tuple(foreign(question, lines[0])), voice=voice)
    span = place(question, text, source)
    if span is None and not (question.several or question.wanted.many):
        span = nearest_quote(text, source.text)
    lang = source.lang
    lines = ()
    if span is None and question.lang != lang and (lines := lines_meaning(text, question, source)):
        lang = question.lang
    if not lines:
        lines = lines_of(source, span) if span else lines_like(text, source)
    if not lines and typed(question) and (meant := meant_value(question, text, source)):
        span, lines = meant
    partial = not lines and (question.several or question.wanted.many)
    if partial:
        text = ", ".join(
            part for part in _PARTS.split(text) if find_quote(part, source.text, ignore_case=True)
        )
        lines = lines_like(text, source)
    if not lines:
        return Finding(source, text, (source.best,), ("stands nowhere in the passage",), voice=voice)
    if span:
        span = _whole_name(question, lines, span, source)
        text = source.text[span[0] : span[1]]
    if question.wanted.many and (whole := whole_list(source, lines)):
        lines = whole
        text = "; ".join(ITEM.sub("", line.text).rstrip(" .;") for line in lines)
        span = None
    against: list[str] = []
    mention = None
    if typed(question):
        mention = _mention(question, text, source, lines, span, lang)
        if mention is None:
            against.append(_unfit(question, text, lang))
            against += foreign(question, lines[0])
        else:
            lines = (mention.line, *(line for line in lines if line is not mention.line))
            against += objections(mention, question)
    else:
        against += filter(None, [unnamed_year(question, lines[0])])
        against += foreign(question, lines[0])
        against += contradicted(question, lines[0])
        against += _other_office(question, text, lines)
        against += not_in_office(question, text, lines[0])
        if question.wanted.kind == "person" and _is_title(text, lines[0]):
            against.append("a title, and no person")
        if _other_things(question, source):
            against.append(f"no {question.wanted.counted} is spoken of")
        if _misnamed(question, text, lang):
            against.append("not the kind of thing asked for")
    translated = lang != source.lang
    return Finding(source, text, lines, tuple(dict.fromkeys(against)), partial, mention, voice, translated)


def _whole_name(
    question: Question, lines: tuple[Line, ...], span: tuple[int, int], source: Source
) -> tuple[int, int]:
    """Return the span of the name that a draft is only the last word of: Maude, of Princess Maude."""
    word = source.text[span[0] : span[1]]
    if question.wanted.kind not in ("person", "other") or question.several or " " in word:
        return span
    for line in lines:
        offset = line.sentence.start - source.start
        for name in line.names:
            start, end = name.start + offset, name.end + offset
            words = name.text.split()
            if start < span[0] and end == span[1] and len(words) < _LONG_NAME and name.text.istitle():
                return start, end
    return span


# Objections that do not refute; `rag.deciding.confidence` weighs some. A name may be unsaid where a sentence
# leans on more than the program follows (a country is known in every spelling, so that refutes), and what
# kind of thing is asked for is not always plain.
_SOFT = ("does not speak of", "speaks of", "not the kind", "no ", TIME_UNSAID)
_HARD = "does not speak of country:"


def refuted(finding: Finding) -> bool:
    """Return whether something is known that keeps `finding` from being the answer."""
    return refutes(finding.objections)


def refutes(against: Sequence[str]) -> bool:
    """Return whether one of these objections is more than a doubt."""
    return any(one.startswith(_HARD) or not one.startswith(_SOFT) for one in against)


_UNCOUNTED = frozenset({"measure", "amount"})


def _unfit(question: Question, text: str, lang: str) -> str:
    """Return the objection to a draft without a value of the kind asked for: projects are no amount.

    A bare number may be an age or a score, and a count of things that the program does not know may be of
    a currency that it does not know either.
    """
    values = [one for one in find_values(text, lang) if one.number is not None and not one.weak]
    other = any(one.kind not in ("number", "count") or one.noun for one in values)
    measured = question.wanted.things and any(one.kind in _UNCOUNTED for one in values)
    days = [one for one in find_values(text, lang) if one.kind in ("year", "date")]
    if question.wanted.kind == "duration" and any(one.text == text for one in days):
        return "another kind of value than asked for"  # nobody died at the age of 2011
    # Nouns are counted in more words than the program knows; a length is no count of anything.
    if measured or (other and question.wanted.kind != "count"):
        return "another kind of value than asked for"
    return UNKIND


def _repeats(text: str, question: Question) -> bool:
    """Return whether a draft has no word that the question does not have ("Who is X?" "Mr. X")."""
    if any(not value.weak for value in find_values(text, question.lang)):
        return False
    asked = set(WORD.findall(fold(question.text)))
    given = {word for word in WORD.findall(fold(text)) if len(word) > 2 or word.isdigit()} - _HONORIFICS
    return bool(given) and given <= asked and question.wanted.kind != "yesno" and not question.offers


# What may answer a question for a list of these; other nouns ("sectors", "agreements") name things.
_PLACES = frozenset({"country", "province", "city"})  # named without saying what they are
_PARTIES = frozenset({None, "person", "leader", "party", "member", "partner", "company", "school"})


def _other_office(question: Question, text: str, lines: tuple[Line, ...]) -> list[str]:
    """Return the offices that a question for a person names and that its sentences do not, or of others."""
    if question.wanted.kind != "person":
        return []
    keys = said_of(question.text, question.lang)
    asked = {key for key in keys if key.startswith("role:")} - {f"role:{one.role}" for one in question.names}
    line = lines[0]
    spoken = said_of(" ".join([line.before, *(one.text for one in lines)]), line.lang)
    found = [f"no {key.removeprefix('role:')} is spoken of" for key in sorted(asked - spoken)]
    span = find_quote(text, line.text, ignore_case=True)
    held = offices.beside(line.text, line.lang, *span) if span else []
    if other := offices.another(offices.asked(question.text, question.lang), held):
        found.append(f"of another office, {line.text[other.start : other.end]}")
    return found


def _is_title(text: str, line: Line) -> bool:
    """Return whether a draft is the title of a work: what a film is called does not tell whose it is.

    A title of two words may be a stage name.
    """
    titles = [name for name in line.names if name.kind == "title"]
    places = [match.span() for match in re.finditer(re.escape(text), line.text)]
    inside = [any(one.start <= a and b <= one.end for one in titles) for a, b in places]
    return len(text.split()) > 2 and bool(inside) and all(inside)


def _other_things(question: Question, source: Source) -> bool:
    """Return whether the things asked for ("which memorandums …") are not mentioned in a source at all."""
    wanted = question.wanted
    if wanted.kind != "list" or wanted.counted in _PARTIES | _PLACES:
        return False
    low = plain(f"{source.text} {source.best.before}")
    spelled = [word for word, key in glossary.spellings("noun").items() if key == wanted.counted]
    return not any(word in low for word in spelled)


def _misnamed(question: Question, text: str, lang: str) -> bool:
    """Return whether a draft names only people or countries where the question asks for something else."""
    wanted = question.wanted
    if wanted.kind not in ("list", "place", "organisation") or wanted.counted in _PARTIES:
        return False
    kinds = {"person" if name.role else name.kind for name in find_names(text, lang)}
    roles = {word for role in glossary.spellings("role") for word in role.split()}
    rest = [word for word in WORD.findall(text) if word.islower() and len(word) > 3 and word not in roles]
    return bool(kinds) and not rest and kinds <= {"person", "country"} - {wanted.counted}


def _mention(
    question: Question,
    text: str,
    source: Source,
    lines: tuple[Line, ...],
    span: tuple[int, int] | None,
    lang: str,
) -> Mention | None:
    drafted = find_values(text, lang)
    for line in lines:
        for value in line.values:
            if not fits(value, question, line.text):
                continue
            offset = line.sentence.start - source.start
            inside = span is not None and value.start + offset < span[1] and span[0] < value.end + offset
            if inside or (span is None and any(same_number(one, value) for one in drafted)):
                return bind(line, value)
    return None


def same_answer(a: Finding, b: Finding) -> bool:
    """Return whether two findings give the same answer."""
    if a.mention and b.mention:
        return same_value(a.mention.value, b.mention.value) or same_value(b.mention.value, a.mention.value)
    return fold(a.short) == fold(b.short)
