"""Sentences of an answer against their quotations: what speaks against saying them.

A sentence is said only if its quotation holds every number, date and name in it, the same way round and not
denied, and if it gives the answer that was found, of whom the question asks.
"""

from __future__ import annotations

import re

from index.records import Article, Lang
from index.text.bilingual import Words
from index.text.lang import detect
from index.text.lexical import STOP
from index.text.spelling import fold
from rag.checks.standing import OVERLAP, WORD, same_number
from rag.checks.verify import Finding
from rag.evidence.lines import said_of
from rag.question import Question
from rag.values import find_names, find_values, same_name, supports, unsupported_names, unsupported_numbered
from rag.values.naming import Name
from rag.values.polarity import conflicting_polarity
from rag.values.relations import conflicting_direction

_STOP = frozenset(fold(word) for those in STOP.values() for word in those)


def faults(claim: str, quote: str, article: Article, question: Question) -> list[str]:
    """Return why `claim` may not be said on the strength of `quote`; empty when it may."""
    lang = detect(claim) if len(claim.split()) > 3 else question.lang
    spoken = article.lang_at(max(article.text.find(quote), 0))
    dates = [day for day in (article.published, article.dated.date if article.dated else None) if day]
    found = [
        f"{value.text!r} is not in the quotation"
        for value in supports(claim, quote, claim_lang=lang, quote_lang=spoken, context_dates=dates)
    ]
    found += [
        f"{name.text!r} is not in the quotation"
        for name in unsupported_names(
            claim, quote, claim_lang=lang, quote_lang=spoken, article=f"{article.title}\n{article.text}"
        )
    ]
    found += [f"{name.text!r} is not in the quotation" for name in unsupported_numbered(claim, quote)]
    if conflicting_direction(claim, quote, claim_lang=lang, quote_lang=spoken):
        found.append("the direction is reversed")
    if conflicting_polarity(claim, quote, claim_lang=lang, quote_lang=spoken):
        found.append("one says what the other denies")
    return found


def says(claim: str, finding: Finding, question: Question) -> bool:
    """Return whether a full sentence gives the answer of `finding` in the question's language."""
    if (detect(claim) != question.lang and len(claim.split()) > 3) or _LOOP.search(claim):
        return False
    lang = question.lang
    if _of_another(claim, finding, question) or _turned(claim, finding, question):
        return False
    if finding.mention:
        return any(same_number(one, finding.mention.value) for one in find_values(claim, lang))
    own = lang if finding.translated else finding.source.lang
    if unsupported_names(finding.short, claim, claim_lang=own, quote_lang=lang):
        return False
    if finding.source.lang != lang:
        if not finding.translated and _freely(claim, finding):
            return False
        wanted = [one for one in find_values(finding.short, own) if not one.weak]
        got = find_values(claim, lang)
        return all(any(same_number(mine, one) for mine in got) for one in wanted)
    words = {word for word in WORD.findall(fold(finding.short)) if len(word) > 2}
    said = set(WORD.findall(fold(claim)))
    return not words or len(words & said) / len(words) >= OVERLAP


_LOOP = re.compile(r"(\w.{6,80}?)(?:\W+\1){2,}")  # a model that has lost its thread says one thing on and on
_ORDER = Words(
    en=r"before|after|succeed(?:s|ed)?|replac(?:es?|ed)|beat|beats|defeat(?:s|ed)?",
    vi=r"trước|sau|thay|thay thế|kế nhiệm|tiền nhiệm của|thắng|hạ|đánh bại",
)
_TITLED = 4  # words between such a word and a name: "before Prime Minister Ruiz"


def _turned(claim: str, finding: Finding, question: Question) -> bool:
    """Return whether a sentence puts the answer in the place of the name that is asked about.

    "Who was mayor before Ruiz?" "Ruiz was mayor before Silva."
    """
    asked = {name.text for name in question.names if _follows(question.text, name.text, question.lang)}
    return bool(asked) and finding.short not in asked and _follows(claim, finding.short, question.lang)


def _follows(text: str, name: str, lang: Lang) -> bool:
    """Return whether a name stands close behind a word of order."""
    at = text.find(name)
    return at >= 0 and any(
        one.end() <= at
        and len(text[one.end() : at].split()) < _TITLED
        and not re.search(r"[,;.:]", text[one.end() : at])
        for one in _ORDER.finditer(text, lang)
    )


def _freely(claim: str, finding: Finding) -> bool:
    """Return whether a sentence must have translated what answers, with no name or figure to hold it by.

    "Floating museum" became "nhà hàng nước ngoài", a foreign restaurant. What it leaves as it is, and terms
    that both languages have in the tables, can be looked up.
    """
    of = finding.source.lang
    spans = [(one.start, one.end) for one in find_names(finding.short, of)]
    spans += [(one.start, one.end) for one in find_values(finding.short, of)]
    outside = "".join(
        " " if any(start <= i < end for start, end in spans) else letter
        for i, letter in enumerate(finding.short)
    )
    words = {word for word in WORD.findall(fold(outside)) if len(word) > 2} - _STOP
    if not words:
        return False
    kept = len(words & set(WORD.findall(fold(claim)))) / len(words)
    keys = said_of(finding.short, of)
    known = bool(keys) and keys <= said_of(claim, detect(claim)) and len(words) <= 2 * len(keys)
    return kept < OVERLAP and not known


def _of_another(claim: str, finding: Finding, question: Question) -> bool:
    """Return whether a sentence speaks of somebody with half the name of whom question or answer is about.

    The small model takes Nguyễn Thị Hạnh for Nguyễn Thị Hân where a passage has both.
    """
    said = [name for name in find_names(claim, question.lang) if name.key.startswith("name:")]
    answer = find_names(finding.short, finding.source.lang)
    known = [*question.names, *answer]
    strange = [one for one in said if not any(same_name(one, other) for other in known)]
    return any(_mistaken(name, said, strange) for name in question.names) or any(
        _mistaken(name, said, said) for name in answer
    )


def _mistaken(name: Name, said: list[Name], others: list[Name]) -> bool:
    """Return whether `name` is not said, but one of `others` with half of its words."""
    words = set(name.key.removeprefix("name:").split())
    if len(words) < 2 or any(same_name(name, one) for one in said):
        return False
    return any(2 * len(words & set(one.key.removeprefix("name:").split())) >= len(words) for one in others)
