"""From drafts to a decision: which finding is the answer, what else is known, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answer import Reason
from rag.care import NORMAL, Care
from rag.checks.succession import about_to_leave, yet_to_come
from rag.checks.verify import Finding, same_answer
from rag.deciding.candidates import Candidate, candidates, comparable, state_of
from rag.deciding.confidence import pick
from rag.deciding.quoting import Quotable, in_full, quotable, same_line
from rag.deciding.rivals import rivals, sharpened
from rag.evidence.lines import CHANGING, Line, holder_asked, open_in_time, typed
from rag.evidence.sources import Source
from rag.question import Question
from rag.reading.reader import Draft
from rag.values import find_names, find_values
from rag.values.compare import same_value
from rag.values.quotes import find_quote

# Other states of less probability are not told, and a newer one takes the answer's place, where the latest
# is not asked for, only with so much of its probability. Of 27 on development questions those with less were
# readings of something else (eval/LOG.md).
TOLD, HEIR = 0.05, 0.25
# Few words are told beside the sentence that answers with so much probability: on development questions 86 of
# 100 such hold what is asked for, 15 of the 17 below 0.5 too; of those with less 6 of 22 (eval/LOG.md).
BESIDE = 0.4


@dataclass(frozen=True, slots=True)
class Decision:
    """The finding that answers, those that differ from it, and how sure that is."""

    finding: Finding | None
    reason: Reason | None = None
    confidence: float = 0.0
    others: tuple[Finding, ...] = ()  # other values of the same quantity, from other articles
    settled: bool = False  # sure enough, and more reading would hardly change it
    beside: Finding | None = None  # few words of a sentence that answers as a whole, told beside it


def decide(
    question: Question, drafts: list[Draft], sources: list[Source], pool: list[Line], care: Care = NORMAL
) -> Decision:
    """Return what the drafts read so far, and code on its own, amount to."""
    own = rivals(question, sources, pool)
    found = candidates(question, drafts, own)
    chosen = pick([one.share for one in found], [one.backing for one in found])
    best = found[chosen] if chosen is not None else None
    sentence = next(iter(quotable(question, drafts, len(sources))), None)
    least = care.short if sentence else care.alone
    if best is not None and best.sure >= least and not _gives_way(question, best, sentence, care):
        told = _told(question, best, found)
        finding, others = _in_office(question, told[0].finding, found), tuple(one.finding for one in told[1:])
        if question.dated and finding.mention and finding.mention.when is None:
            finding = replace(finding, partial=True)
        settled = best.sure >= care.enough and _settled(question, drafts, sources, best.finding, own)
        return Decision(sharpened(question, finding, pool), None, best.sure, others, settled)
    if sentence is not None and sentence.sure >= care.threshold:
        settled = sentence.sure >= care.enough and _settled(question, drafts, sources, sentence.finding, own)
        whole = in_full(question, sentence.finding)
        return Decision(whole, None, sentence.sure, (), settled, _beside(question, whole, found))
    reason: Reason = "low_confidence" if found else "unsupported" if drafts else "no_evidence"
    surest = sentence.sure if sentence else best.sure if best else 0.0
    return Decision(None, reason, surest)


def _in_office(question: Question, finding: Finding, found: Sequence[Candidate]) -> Finding:
    """Return a finding as it may be said of who holds an office now.

    Who is about to leave it, or has yet to take it, is named by the sentence that says so; the latter unless
    another tells that it is done.
    """
    told = replace(finding, short=finding.line.text, whole=True)
    if about_to_leave(question, finding.short, finding.line):
        return told
    if not yet_to_come(question, finding.short, finding.line):
        return finding
    same = (one.finding for one in found if same_answer(one.finding, finding))
    done = next((one for one in same if not yet_to_come(question, one.short, one.line)), None)
    return done or told


def _gives_way(question: Question, best: Candidate, sentence: Quotable | None, care: Care) -> bool:
    """Return whether the sentence around the few words is the better answer: it is sure, and they are not.

    Words that code takes from a sentence by itself, as who somebody is, are exact. So are names and figures:
    the sentence around them often has others of their kind.
    """
    return (
        sentence is not None
        and loose(question)
        and not best.by_code
        and not exact(question, best.finding)
        and best.sure < care.exact
        and sentence.sure >= care.threshold
        and same_line(best.finding.line, sentence.finding.line)
    )


def _beside(question: Question, whole: Finding, found: Sequence[Candidate]) -> Finding | None:
    """Return the likeliest few words of a sentence that answers as a whole, or None.

    They are its own words, and no half of an answer where two values are asked for.
    """
    likely = [
        one
        for one in found
        if one.sure >= BESIDE
        and any(
            same_line(one.finding.line, line) and find_quote(one.finding.short, line.text, ignore_case=True)
            for line in whole.lines
        )
        and (not question.several or exact(question, one.finding))
    ]
    return max(likely, key=lambda one: one.sure).finding if likely else None


def loose(question: Question) -> bool:
    """Return whether few words may give way to the sentence that they stand in.

    A value is what it is; of other words too many or too few may be taken, and those of another language can
    hardly be proven. Whoever holds an office is told with who held it before.
    """
    return not typed(question) and not open_in_time(question)


_OF_NAME = 0.6  # share of few words that a name takes where they are hardly more than it


def exact(question: Question, finding: Finding) -> bool:
    """Return whether the few words of a finding are a name or hold a figure.

    Where two things are asked for at once ("from what rate to what rate?") one of them is half an answer.
    """
    lang, words = question.lang if finding.translated else finding.source.lang, finding.short
    figures = sum(not value.weak for value in find_values(words, lang))
    names = sum(name.sure and _OF_NAME * len(words) <= len(name.text) for name in find_names(words, lang))
    return figures + names >= (2 if question.several else 1)


def _told(question: Question, best: Candidate, found: Sequence[Candidate]) -> list[Candidate]:
    """Return what is said, the answer first: the newest state, if what may change is asked for."""
    told = [best, *_others(question, best, found)]
    if not open_in_time(question):
        return told
    least = 0.0 if question.newest else HEIR * best.share
    heirs = (one for one in told if one.share >= least or supersedes(one.finding, best.finding))
    answer = max(heirs, key=lambda one: (_day(one.finding), one.finding.score))
    return sorted(told, key=lambda one: one is not answer)


def _others(question: Question, best: Candidate, found: Sequence[Candidate]) -> list[Candidate]:
    """Return the other states of what `best` gives, each once, that are worth telling."""
    quantity = typed(question) and question.wanted.kind in CHANGING
    if not quantity and not holder_asked(question):
        return []
    states: list[Candidate] = []
    for one in found:
        if one.finding.objections or not state_of(question, best.finding, one.finding):
            continue
        if one.share < TOLD and not supersedes(one.finding, best.finding):
            continue
        if not any(same_answer(one.finding, other.finding) for other in states):
            states.append(one)
    return states


def supersedes(newer: Finding, older: Finding) -> bool:
    """Return whether a later article gives a value in the sentence that also tells the older one's.

    "It will invest 165 million in place of the 240 million announced in 2024" speaks of the same thing,
    however little is thought of the reading.
    """
    if older.mention is None or newer.mention is None or _day(newer) <= _day(older):
        return False
    value = older.mention.value
    others = (one for one in newer.line.values if one != newer.mention.value)
    return any(same_value(one, value) or same_value(value, one) for one in others)


def _day(finding: Finding) -> str:
    dated = finding.source.article.dated
    return dated.date.isoformat() if dated else ""


def _settled(
    question: Question, drafts: list[Draft], sources: list[Source], said: Finding, own: list[Finding]
) -> bool:
    """Return whether reading on would hardly change an answer that is sure enough."""
    unread = sources[len(drafts) :]
    if not unread:
        return True
    if question.newest and not typed(question):
        return False
    if open_in_time(question):
        mine = said.source.article.id
        if (question.newest or holder_asked(question)) and any(one.article.id != mine for one in unread):
            return False  # another article may tell of a later state, or of a successor
        waiting = {source.article.id for source in unread} - {mine}
        if any(one.source.article.id in waiting and comparable(said, one) for one in own):
            return False  # another article has another value: it may be the newer one
    return True
