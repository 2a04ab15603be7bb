"""Votes made into questions with known answers: the lines that `rag eval import jsonl` takes.

An up vote says that the answer is right; a down vote is of use only with the right answer, which must stand
in an article. Each line brings one article with it, word for word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index import Library
from index.errors import NotFound
from index.records import Article
from index.search import inline
from index.text.lang import detect
from rag.answer import MARK, Answer
from rag.feedback.votes import Vote
from rag.question import understand
from rag.values.quotes import find_quote

Case = Mapping[str, Any]
SEARCHED = 16  # passages that are searched for the right answer: as many as are looked at for a question


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A vote that makes no question, and why."""

    id: str
    question: str
    why: str


def cases(votes: Sequence[Vote], library: Library) -> tuple[list[Case], list[LeftOut]]:
    """Return the lines that votes make, and the votes that make none; of one question the last counts."""
    last = {_same(vote): vote.id for vote in votes}
    made: list[Case] = []
    left: list[LeftOut] = []
    for vote in votes:
        if last[_same(vote)] != vote.id:
            left.append(LeftOut(vote.id, vote.answer.question, "the same question was voted on again later"))
            continue
        try:
            made.append(_case(vote, library))
        except _Unfit as why:
            left.append(LeftOut(vote.id, vote.answer.question, str(why)))
    return made, left


class _Unfit(Exception):
    """A vote that makes no question; says why."""


def _same(vote: Vote) -> tuple[str, ...]:
    """Return what a suite calls the same question: its words, after those that it leans on."""
    return tuple(
        " ".join(re.findall(r"\w+", one.casefold())) for one in (*_leant_on(vote), vote.answer.question)
    )


def _leant_on(vote: Vote) -> tuple[str, ...]:
    asked = vote.answer.question
    whole = understand(asked, [(one, "") for one in vote.after]).text
    return vote.after if whole != inline.parse(" ".join(asked.split()))[0] else ()


def _case(vote: Vote, library: Library) -> Case:
    if vote.answer.reason == "not_a_question":
        raise _Unfit("it is not a question")
    before = _leant_on(vote)
    base = {
        "id": f"vote-{vote.id}",
        "question": vote.answer.question,
        "lang": detect(" ".join((*before, vote.answer.question))),
        "note": " · ".join(filter(None, (f"voted {vote.verdict}", vote.reason, vote.note))),
        **({"history": list(before)} if before else {}),
    }
    if vote.right:
        return {**base, **_corrected(vote, library)}
    if vote.verdict == "down":
        raise _Unfit("it was voted down without the right answer; give one in the chat")
    if vote.answer.status == "abstained":
        return {**base, **_refused(vote.answer, library)}
    return {**base, **_answered(vote.answer, library)}


def _answered(answer: Answer, library: Library) -> Case:
    """Return what the answer says, and a quotation that it rests on: one with the short answer, if any."""
    gold = (answer.short or MARK.sub("", answer.answer)).strip()
    if not re.search(r"\w", gold) or not answer.citations:
        raise _Unfit("the answer has no words that could be looked for")
    holding = [one for one in answer.citations if find_quote(gold, one.quote, ignore_case=True)]
    cited = (holding or list(answer.citations))[0]
    article = _article(library, cited.article)
    if article.text[cited.start : cited.end] != cited.quote:
        raise _Unfit(f"{cited.file} no longer says what was quoted")
    across = {"tags": ["cross-lingual"]} if cited.lang != detect(answer.question) else {}
    return {"answer": [gold], "quote": cited.quote, **across, **_context(article)}


def _refused(answer: Answer, library: Library) -> Case:
    """Return the article that came nearest: a question that nothing answers must have one that seems to."""
    if not answer.nearest:
        raise _Unfit("no article came near, which a question without an answer must name")
    return _context(_article(library, answer.nearest[0].article))


def _corrected(vote: Vote, library: Library) -> Case:
    """Return the right answer with an article that says it, of those that were looked at or are found now."""
    for article, quote in _readings(vote, library):
        if find_quote(vote.right, quote, ignore_case=True):
            across = {"tags": ["cross-lingual"]} if detect(quote) != detect(vote.answer.question) else {}
            return {"answer": [vote.right], "quote": quote, **across, **_context(article)}
    raise _Unfit(f'"{vote.right}" stands in no article that was found; give the article\'s own words')


def _readings(vote: Vote, library: Library) -> Iterator[tuple[Article, str]]:
    """Yield articles with words of theirs, the likeliest first: what was looked at, then what is found."""
    for one in (*vote.answer.citations, *vote.looked_at):
        try:
            article = library.get(one.article)
        except NotFound:
            continue
        yield article, one.quote
    for hit in library.search(f"{inline.parse(vote.answer.question)[0]} {vote.right}", SEARCHED):
        yield hit.article, hit.article.text[hit.passage.start : hit.passage.end]


def _article(library: Library, name: str) -> Article:
    try:
        return library.get(name)
    except NotFound:
        raise _Unfit("its article is no longer in the library") from None


def _context(article: Article) -> Case:
    return {
        "context": article.text,
        "title": article.title,
        **({"date": article.published.isoformat()} if article.published else {}),
        **({"outlet": article.outlet} if article.outlet else {}),
    }
