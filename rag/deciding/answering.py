"""From drafts to a decision: which finding is the answer, what else is known, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answer import Reason
from rag.care import NORMAL, Care
from rag.checks.subjects import of_another_subject
from rag.checks.succession import about_to_leave, yet_to_come
from rag.checks.verify import Finding, examine, refuted, same_answer
from rag.deciding.confidence import pick, shares, signals, strength, together
from rag.deciding.quoting import Quotable, in_full, quotable, same_line
from rag.deciding.rivals import rivals, sharpened
from rag.evidence.lines import CHANGING, Line, holder_asked, open_in_time, typed
from rag.evidence.sources import COMPARABLE, Source
from rag.question import Question
from rag.reading.reader import Draft
from rag.values import find_names, find_values
from rag.values.compare import same_value
from rag.values.money import same_currency

LEAD = 1.0  # of one value that code finds over the next, in units of a sentence's score (log-odds)
# Other states of less probability are not told, and a newer one takes the answer's place, where the latest
# is not asked for, only with so much of its probability. Of 27 on development questions those with less were
# readings of something else (eval/LOG.md).
TOLD, HEIR = 0.05, 0.25
_COUNTS = {"count", "number"}  # "6,500 people", and "3,900 of its dockers"


@dataclass(frozen=True, slots=True)
class Decision:
    """The finding that answers, those that differ from it, and how sure that is."""

    finding: Finding | None
    reason: Reason | None = None
    confidence: float = 0.0
    others: tuple[Finding, ...] = ()  # other values of the same quantity, from other articles
    settled: bool = False  # sure enough, and more reading would hardly change it


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
        return Decision(in_full(question, sentence.finding), None, sentence.sure, settled=settled)
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
    return figures + names > question.several


@dataclass(frozen=True, slots=True)
class Candidate:
    """A finding that may answer, what speaks for it, and how probably it is right."""

    finding: Finding
    signals: dict[str, float]
    # Places, among the candidates, of those that speak for answering with it, its own too: those that give
    # the same answer and, of a quantity that changes, other articles' values, which are told beside it.
    backing: tuple[int, ...]
    share: float  # probability of this finding alone
    sure: float  # of all that back it
    by_code: bool  # whether code found it, or one that backs it, by itself


def candidates(question: Question, drafts: list[Draft], found_by_code: list[Finding]) -> list[Candidate]:
    """Return what drafts and code found and nothing refutes, each with its probability."""
    read = [
        examine(question, draft.text, draft.source, draft.voice) for draft in drafts if not draft.says_nothing
    ]
    found = [_seen(one, drafts) for one in (*read, *_heard(question, drafts, read, found_by_code))]
    top = max((draft.source.score for draft in drafts), default=0.0)
    looked_into = any(draft.gaze and draft.voice and draft.voice.known is not None for draft in drafts)

    def seen_with(one: Finding, all_found: Sequence[Finding]) -> dict[str, float]:
        others = [other for other in all_found if other is not one]
        return signals(question, one, others, top, seen=looked_into)

    standing = [one for one in found if not refuted(one)]
    if any(one.line.story for one in standing):
        standing = _voices(standing, [strength(seen_with(one, standing)) for one in standing])
    seen = [seen_with(one, found) for one in standing]
    backing = [
        tuple(i for i, other in enumerate(standing) if other is one or _backs(question, one, other))
        for one in standing
    ]
    own = shares([strength(one) for one in seen])
    rows = zip(standing, seen, backing, own, together(own, backing), strict=True)
    return [
        Candidate(
            finding,
            signs,
            those,
            round(share, 4),
            round(sure, 4),
            any(standing[i].voice is None for i in those),
        )
        for finding, signs, those, share, sure in rows
    ]


def _seen(finding: Finding, drafts: Sequence[Draft]) -> Finding:
    """Return the finding as one of what was read and holds it, with where the model looked there."""
    of = [draft for draft in drafts if draft.source is finding.source]
    of += [draft for draft in drafts if _holds(draft.source, finding)]
    return replace(finding, source=of[0].source, gaze=of[0].gaze) if of else finding


def _voices(found: list[Finding], sure: Sequence[float]) -> list[Finding]:
    """Leave out what a near-copy gives as surely or more: an answer is no surer for being printed again."""
    ranked = sorted(range(len(found)), key=lambda i: -sure[i])
    heard: list[int] = []
    for i in ranked:
        if not any(_repeats(found[i], found[j]) for j in heard):
            heard.append(i)
    return [found[i] for i in sorted(heard)]


def _repeats(one: Finding, other: Finding) -> bool:
    story, article = one.line.story, one.source.article.id
    copies = bool(story) and story == other.line.story and article != other.source.article.id
    return copies and same_answer(one, other)


def _backs(question: Question, one: Finding, other: Finding) -> bool:
    if same_answer(one, other):
        return True
    return open_in_time(question) and not other.objections and _state(question, one, other)


def _state(question: Question, best: Finding, other: Finding) -> bool:
    """Return whether `other` is another article's value of the quantity or the office that `best` is of."""
    return (
        other.source.article.id != best.source.article.id
        and _same_kind(best, other)
        and _comparable(best, other)
        and not of_another_subject(question, best.source.article, other.source.article)
    )


def _same_kind(best: Finding, other: Finding) -> bool:
    """Return whether two findings can be values of one thing: dollars and ferries cannot."""
    if best.mention is None or other.mention is None:
        return best.mention is other.mention  # both hold an office
    one, two = best.mention.value, other.mention.value
    nouns = {one.noun, two.noun} - {None}
    kinds = {one.kind, two.kind}
    return (len(kinds) == 1 or kinds == _COUNTS) and same_currency(one.unit, two.unit) and len(nouns) < 2


def _heard(
    question: Question, drafts: list[Draft], read: list[Finding], found_by_code: list[Finding]
) -> list[Finding]:
    """Return the one finding of code that may stand beside those that were `read`, or none.

    Code alone may correct a reading, not replace one: only what the model has had before it counts, and
    never for the latest state of things, which code cannot tell from an earlier one. Nor can it choose
    between two values that stand in equally good sentences, unless a reading gives the better one.
    """
    if question.newest:
        return []
    heard = [one for one in found_by_code if any(_holds(draft.source, one) for draft in drafts)]
    if heard and any(same_answer(one, heard[0]) and not one.objections for one in read):
        return heard[:1]
    rest = [one for one in heard[1:] if not same_answer(one, heard[0])]
    if rest and heard[0].score - rest[0].score < LEAD:
        return []
    return heard[:1]


def _holds(source: Source, finding: Finding) -> bool:
    sentence = finding.line.sentence
    same = source.article.id == finding.line.article.id
    return same and source.start <= sentence.start and sentence.end <= source.end


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
        if one.finding.objections or not _state(question, best.finding, one.finding):
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
        if any(one.source.article.id in waiting and _comparable(said, one) for one in own):
            return False  # another article has another value: it may be the newer one
    return True


def _comparable(best: Finding, other: Finding) -> bool:
    return best.line.score - other.line.score < COMPARABLE and not same_answer(other, best)
