"""What code finds by itself: values nothing speaks against, introductions, the month of a year.

A draft of the model that fails is replaced from here, one that code agrees with is surer, and a
date that another sentence gives more precisely is sharpened.
"""

from __future__ import annotations

import re

from index.text.bilingual import Words
from index.text.spelling import fold, plain
from rag.checks.binding import bind, mentions
from rag.checks.objections import objections
from rag.checks.parties import foreign
from rag.checks.verify import Finding
from rag.evidence.lines import DEATH, Line, said_of, terms_held, typed
from rag.evidence.sources import Source, window
from rag.question import Question
from rag.values import Value, find_values, same_name, same_value
from rag.values.dates import PartialDate

_WHEN = re.compile(r"\b(?:when|what year|which year|by what date|khi nao|nam nao|bao gio|thoi diem nao)\b")
POOL = 24  # best sentences in which code looks for itself
SHARPER = 2.5  # how much weaker (log-odds) the sentence with the more precise date may be


def rivals(question: Question, sources: list[Source], pool: list[Line]) -> list[Finding]:
    """Return what code finds by itself, best first: values nothing speaks against, and who somebody is.

    `pool` holds all sentences that were looked at, those of `sources` among them.
    """
    if not typed(question):
        return [one for source in sources for one in introductions(question, source)]
    found = [
        Finding(window(line, pool), mention.value.text, (line,), mention=mention)
        for line in [line for line in pool if not line.echo][:POOL]
        for mention in mentions(line, question)
        if _plain_match(mention.value, question, line.text) and not objections(mention, question)
    ]
    return sorted(found, key=lambda one: -one.score)


_WHO_IS = re.compile(r"^(?:so |and )?who(?:'s|’s| is| was) |\b(?:là|la) ai\W*$", re.IGNORECASE)
_AFTER_NAME = re.compile(r"\s*(?:,\s+|\()(?P<what>[^,.;:()\"“”]{6,120})(?=[,.;:)])")


def introductions(question: Question, source: Source) -> list[Finding]:
    """Return how a source introduces the one person a "who is" question names: "Name, office of …,"."""
    people = [name for name in question.names if name.key.startswith("name:") and name.sure]
    if not _WHO_IS.search(question.text) or len(people) != 1:
        return []
    return [
        Finding(source, what, (line,))
        for line in source.lines
        for name in line.names
        if same_name(people[0], name) and (what := introduction(line.text, name.end))
    ]


def introduction(text: str, end: int) -> str | None:
    """Return what a text says of somebody right behind the name, which ends at `end`: "Name, mayor of …,"."""
    match = _AFTER_NAME.match(text, end)
    return match["what"].strip() if match else None


def sharpened(question: Question, finding: Finding, pool: list[Line]) -> Finding:
    """Return `finding` with what another sentence adds: the month of its year, the year of its target."""
    if finding.mention and finding.mention.value.date and not finding.mention.value.date_to:
        return _more_precise(question, finding, finding.mention.value.date, pool)
    if not finding.partial or not (question.dated or _WHEN.search(fold(question.text))):
        return finding
    drafted = find_values(finding.short, question.lang if finding.translated else finding.source.lang)
    for line in pool[:POOL]:
        for value in line.values:
            if value.number is None or not any(same_value(one, value) for one in drafted):
                continue
            when = bind(line, value).when
            if when and when.start > value.start and not foreign(question, line):
                short = line.text[value.start : when.end]
                return Finding(window(line, pool), short, (line,), voice=finding.voice)
    return finding


def _more_precise(question: Question, finding: Finding, known: PartialDate, pool: list[Line]) -> Finding:
    for line in pool[:POOL]:
        if line.article.id != finding.source.article.id or finding.line.score - line.score > SHARPER:
            continue
        for mention in mentions(line, question):
            date = mention.value.date
            sharper = date and date != known and date.within(known) and not mention.value.date_to
            if sharper and terms_held(question, line) >= terms_held(question, finding.line):
                source = window(line, pool)
                return Finding(source, mention.value.text, (line,), mention=mention, voice=finding.voice)
    return finding


# "134 dead", "the number of dead rose to 97": people who died, without a noun that the number counts.
_DEAD_AFTER = re.compile(
    r"\s+(?:dead|deaths?|killed|fatalities|lives|(?:người |ca )?(?:chết|tử vong|thiệt mạng))\b"
)
_DEAD_BEFORE = re.compile(
    r"\b(?:death toll|toll|number of (?:the )?(?:dead|deaths|fatalities)|"
    r"số (?:người |ca )?(?:chết|thiệt mạng|tử vong|nạn nhân))\b[^.;,\d]{0,40}$"
)
_DEAD_REACH = 70  # characters before a number


def _of_the_dead(value: Value, text: str) -> bool:
    low = plain(text)
    before = low[max(0, value.start - _DEAD_REACH) : value.start]
    return bool(_DEAD_AFTER.match(low, value.start + len(value.text)) or _DEAD_BEFORE.search(before))


def _plain_match(value: Value, question: Question, text: str) -> bool:
    """Return whether a value of `text` is plainly of the kind wanted, so that no reader need see it."""
    if (
        value.weak
        or (value.number is None and value.date is None)
        or (value.kind == "rank" and value.number == 1)
    ):
        return False
    wanted = question.wanted
    if wanted.kind != "count":
        return True
    if wanted.measures:
        return value.kind == "measure"
    dead = DEATH in said_of(question.text, question.lang)
    if wanted.counted == "person" and dead and _of_the_dead(value, text):
        return True
    return value.noun == wanted.counted if wanted.counted else _counts_the_same(value, question)


_WORD = re.compile(r"\w+")
_HOW_MANY = Words(en=r"how many", vi=r"bao nhiêu|mấy")


def _counts_the_same(value: Value, question: Question) -> bool:
    """Return whether a count is of what is asked for by the same word, which no table needs to know."""
    asked = _HOW_MANY.search(question.text, question.lang)
    noun = fold(value.counted or "").removesuffix("s")
    rest = _WORD.findall(fold(question.text[asked.end() :]))[:2] if asked else []
    return bool(noun) and noun in (" ".join(rest), *(word.removesuffix("s") for word in rest))
