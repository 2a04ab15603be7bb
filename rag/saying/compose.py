"""A decision and the model's sentence to claims with citations; nothing unchecked passes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.answer import Citation, Claim, TimelineEntry
from rag.checks.verify import Finding
from rag.deciding.answering import Decision
from rag.evidence.lines import Line, holder_asked
from rag.evidence.sources import Source
from rag.question import Question
from rag.saying.claims import faults, says
from rag.saying.datelines import without_dateline
from rag.saying.phrases import PHRASES, translated, when
from rag.values import Value
from rag.values.quotes import find_quote

# An article's own sentence up to this many characters (60 English words) is the answer itself: its words
# are surest. The small model changes what it words ("after 1850" became "in 1850"), in 2 to 4 seconds.
OWN_CHARACTERS = 400
BESIDE = 12  # characters between a value and its time: " by the end of " is the longest of few words
_END = (".", "!", "?", "…", '"', "”")


@dataclass(frozen=True, slots=True)
class Said:
    """The words of an answer with all they rest on."""

    text: str
    short: str | None
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    timeline: tuple[TimelineEntry, ...] = ()


def compose(question: Question, decision: Decision, sentence: str) -> Said | None:
    """Return the answer that `decision` and the model's `sentence` allow; None when nothing may be said."""
    finding = decision.finding
    if finding is None:
        return None
    first = next((one for one in attempts(question, finding, sentence) if not one.against), None)
    if first is None:
        return None
    finding = replace(finding, whole=first.quoted)
    claims, citations = [Claim(f"{_sentence(first.text)} [1]", True, (1,))], [first.citation]
    timeline = [_entry(question, finding, 1)]
    for other in decision.others:
        n = len(citations) + 1
        extra = _other_claim(question, finding, other, n)
        if extra:
            claims.append(extra)
            citations.append(cite(n, other.source, other.lines))
            timeline.append(_entry(question, other, n))
    ordered = sorted((one for one in timeline if one), key=lambda one: one.as_of)
    words = [claim.text for claim in claims]
    if finding.partial:
        words.append(PHRASES[question.lang]["partial"])
    return Said(
        " ".join(words),
        short_form(question, finding) or _beside(question, decision, first.citation),
        tuple(claims),
        tuple(citations),
        tuple(ordered) if len(ordered) > 1 else (),
    )


def needs_wording(question: Question, finding: Finding) -> bool:
    """Return whether the model should word the answer, rather than the article's own sentence."""
    if finding.whole or told_from_its_day(finding) or _yes_or_no(question, finding):
        return False
    if finding.source.lang != question.lang:
        return True
    return sum(len(line.text) for line in finding.lines) > OWN_CHARACTERS


@dataclass(frozen=True, slots=True)
class Attempt:
    """What may be tried as the answer's sentence, and what speaks against it."""

    text: str
    citation: Citation
    against: list[str]
    quoted: bool  # the article's sentence as what it is: it answers as a whole, and no few words do


def attempts(question: Question, finding: Finding, sentence: str) -> Iterator[Attempt]:
    """Yield what may be tried as the answer's sentence.

    The model's sentence comes first, then the article's, then the few words, and at last the article's
    sentence as what it is: what cannot be proven of few words is so of those around them. Each comes with the
    shortest quotation first.
    """
    same = finding.source.lang == question.lang
    quoted = cite(1, finding.source, finding.lines)
    own = without_dateline(" ".join(quoted.quote.split()), finding.source.article, quoted.start)
    # What is said, what of it is to be proven, and whether the article's sentence answers as what it is.
    options = [(sentence, sentence, False)] if sentence and says(sentence, finding, question) else []
    # Which sentence shows a yes or no, code cannot tell; and "yesterday" says nothing to who reads it today.
    if same and not _yes_or_no(question, finding) and not told_from_its_day(finding):
        options.append((own, own, finding.whole))
    if not finding.whole:
        few = short_form(question, finding) or finding.short
        options.append((few, few, False))
    if not _yes_or_no(question, finding):
        options.append((PHRASES[question.lang]["quoted"].format(quote=own), own, True))
    for option, proven, in_full in options:
        for lines in stretches(finding):
            citation = cite(1, finding.source, lines)
            against = faults(proven, citation.quote, finding.source.article, question)
            yield Attempt(option, citation, against, in_full)


def stretches(finding: Finding) -> list[tuple[Line, ...]]:
    """Return the runs of sentences that may be quoted for a finding, shortest first, inside its source."""
    all_lines = finding.source.lines
    low = min(all_lines.index(line) for line in finding.lines)
    high = max(all_lines.index(line) for line in finding.lines)
    runs = [all_lines[a : b + 1] for a in range(low, -1, -1) for b in range(high, len(all_lines))]
    return sorted(runs, key=len)


def _sentence(text: str) -> str:
    text = (text[:1].upper() + text[1:]).rstrip(" :;,")
    return text if text.endswith(_END) else text + "."


def _other_claim(question: Question, finding: Finding, other: Finding, n: int) -> Claim | None:
    value, dated = short_form(question, other), other.source.article.dated
    if not value or not dated:
        return None
    mine = finding.source.article.dated
    timeless = question.newest or not question.wanted.years
    older = mine is not None and dated.date < mine.date and timeless
    phrase = ("before" if holder_asked(question) else "earlier") if older else "differs"
    words = PHRASES[question.lang][phrase].format(value=value, when=when(dated.label(), question.lang))
    return Claim(f"{words} [{n}]", True, (n,))


def _entry(question: Question, finding: Finding, n: int) -> TimelineEntry | None:
    value, dated = short_form(question, finding), finding.source.article.dated
    return TimelineEntry(value, dated.label(), (n,)) if value and dated else None


def short_form(question: Question, finding: Finding) -> str | None:
    """Return the few words that answer, in the question's language where that can be done safely.

    None where a sentence answers as a whole.
    """
    if finding.whole:
        return None
    if _yes_or_no(question, finding):
        return PHRASES[question.lang][finding.short]
    if finding.mention and question.dated and finding.mention.when:
        return _with_time(question, finding, finding.mention.value, finding.mention.when)
    if finding.mention:
        value = finding.mention.value
        if told_from_its_day(finding):
            return f"{translated(value, question.lang)} (“{value.text}”)"
        if question.wanted.kind == "amount" and value.counted:
            return _in_coins(value, finding.line.text)
        if finding.source.lang != question.lang:
            return translated(value, question.lang) or value.text
        if len(finding.short.split()) <= len(value.text.split()):
            text = finding.line.text
            return text[value.lead if 0 <= value.lead <= value.start else value.start : value.end]
    return finding.short


def _beside(question: Question, decision: Decision, citation: Citation) -> str | None:
    """Return the few words told beside a sentence that answers as a whole, if its quotation has them."""
    few = decision.beside if decision.finding and decision.finding.whole else decision.finding
    if few is None or not find_quote(few.short, citation.quote, ignore_case=True):
        return None
    words = short_form(question, few) or few.short
    held = find_quote(words, citation.quote, ignore_case=True)  # else a value in the question's language
    return words if held or not faults(words, citation.quote, few.source.article, question) else None


def _in_coins(value: Value, text: str) -> str:
    """Return an amount in a coin that no table knows with its coin, as the sentence has it."""
    end = text.lower().find(value.counted or "", value.end)
    return text[value.start : max(value.end, end + len(value.counted or "")) if end >= 0 else value.end]


def _yes_or_no(question: Question, finding: Finding) -> bool:
    return question.yes_or_no and finding.short in ("yes", "no")


def told_from_its_day(finding: Finding) -> bool:
    """Return whether the answer is a day that its article tells from its own: "yesterday", "on Monday"."""
    value = finding.mention.value if finding.mention else None
    return bool(value and value.relative and value.date and value.date.day)


def _with_time(question: Question, finding: Finding, value: Value, time: Value) -> str:
    """Return a value with its time: as the article has them side by side, else one after the other."""
    if finding.source.lang != question.lang:
        said = [translated(one, question.lang) or one.text for one in (value, time)]
        return ", ".join(said)
    first, last = sorted((value, time), key=lambda one: one.start)
    span = finding.line.text[first.start : last.end]
    beside = len(span) <= len(first.text) + len(last.text) + BESIDE
    return span if beside else f"{value.text}, {time.text}"


def cite(n: int, source: Source, lines: Sequence[Line]) -> Citation:
    """Return citation `n` of consecutive sentences of a source."""
    ordered = sorted(lines, key=lambda line: line.sentence.start)
    return citation(n, source, ordered[0].sentence.start, ordered[-1].sentence.end)


def citation(n: int, source: Source, start: int, end: int) -> Citation:
    """Return the citation of `article.text[start:end]`."""
    article = source.article
    return Citation(
        n=n,
        article=article.id,
        file=article.file,
        title=article.title,
        outlet=article.outlet,
        published=article.published.isoformat() if article.published else None,
        lang=article.lang_at(start),
        quote=article.text[start:end],
        start=start,
        end=end,
        dated=article.dated.label() if article.dated else None,
        page=article.page(start),
    )
