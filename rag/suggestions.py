"""Questions to begin with, taken from the library's own articles: what they ask, measure and introduce.

A question of an interview stands over its answer, a sentence that begins with what it measures tells its
value, and "Name, office of …," tells who somebody is. Whether the program finds it is not tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index import Library
from index.records import Article, Lang
from index.text.sentences import split_blocks
from index.text.spelling import fold
from rag.compound.sides import value_of
from rag.deciding.rivals import introduction
from rag.evidence.lines import fits, names_of, said_of, values_of
from rag.following import leans
from rag.question import understand
from rag.values import Name
from rag.values.wanted import QUANTITIES
from rag.values.wordlists import common_english

LOOKED_AT = 100  # articles, the newest: of 100 an eighth has a question, and reading them takes a second
FEWEST, MOST = 5, 16  # words of a question: shorter ones lean on what was said, longer ones are no suggestion
# Who is spoken to, or of, is known in an interview only.
_SPOKEN_TO = re.compile(
    r"\b(?:you|your|we|our|us|i|my|this|these|ban|ong|ba|anh|chi|chung ta|chung toi|minh|toi|day|nay)\b"
)
# What is said behind a name is who somebody is if it names an office or begins like this; else it may be an
# age, or what the person did.
_OFFICE = re.compile(
    r"(?:the|an?|former|head|chair\w*|founder|owner|author|"
    r"nguoi (?:phat ngon|dung dau|sang lap)|chu|cuu|nha|truong|pho|tham tan|dai bien|giao su)\b"
)
# "Trade between A and B in 2024 came to" a value.
_MEASURED = {
    "en": re.compile(
        r"(?P<thing>[^,.;:()“”\"]{12,80}?) (?:amounted to|came to|reached|totall?ed|stood at|rose to|fell to)"
        r" (?:about |nearly |almost |over |more than |some )?$"
    ),
    "vi": re.compile(
        r"(?P<thing>[^,.;:()“”\"]{12,80}?) (?:đạt|lên tới|ở mức|đạt mức) (?:khoảng |gần |hơn |trên )?$"
    ),
}
# Sentences that begin with something else than what they measure, or that somebody says.
_OPENS = re.compile(
    r"(?:in|on|by|at|as|but|and|meanwhile|however|while|when|after|before|since|for|from|with|then|he|she|they|it|"
    r"this|that|these|those|last|next|trong|tuy|nhung|theo|nam|thang|ngay|tinh|tu|den|khi|sau|truoc|do|con|va|ho|"
    r"song|tai|o)\b|.*\b(?:said|says|told|added|announced|reported|cho biet|noi|cho hay|khang dinh)\b"
)
# An interview may name who speaks: "Gazette: What did that cost?"
_SPEAKER = re.compile(r"[^:?]{1,40}:\s+")
# Behind a name that is not known to be a person's, an office tells that it is one, if it is said at once.
AT_ONCE = 4  # words
_OF_ANOTHER = re.compile(r"(?:whose|where|which|when|who|on|in|at|from|to)\b")
_WHO = {"en": "Who is {name}?", "vi": "{name} là ai?"}


def suggested(library: Library, limit: int = 4, first: Lang | None = None) -> list[tuple[str, Lang]]:
    """Return at most `limit` questions with their languages, no two from one article or about one thing.

    The newest come first; with `first`, all of that language before the others.
    """
    found: dict[str, tuple[str, Lang]] = {}  # by what they ask for
    articles = library.newest(LOOKED_AT)
    if first:
        articles.sort(key=lambda one: one.lang != first)
    for article in articles:
        if len(found) == limit:
            break
        asked = next(((thing, one) for thing, one in _questions(article) if thing not in found), None)
        if asked:
            found[asked[0]] = asked[1], article.lang
    return list(found.values())


def _questions(article: Article) -> Iterator[tuple[str, str]]:
    """Yield what an article may be asked, after a key of what that is about, the same in both languages.

    It is what the article asks itself, what it measures, and whom it introduces.
    """
    for block in article.blocks:
        text = _SPEAKER.sub("", " ".join(article.text[block.start : block.end].split()), count=1)
        if block.kind in ("question", "heading") and _stands_alone(text, article.lang):
            yield fold(text), text
    yield from ((fold(one), one) for one in _of_values(article))
    for block in article.blocks:
        if block.kind == "paragraph" and (block.lang or article.lang) == article.lang:
            text = article.text[block.start : block.end]
            for name in names_of(text, article.lang):
                said = introduction(text, name.end) if name.sure and " " in name.text else None
                if said and _is_person(name, said, article.lang):
                    yield name.key, _WHO[article.lang].format(name=" ".join(name.text.split()))


def _of_values(article: Article) -> Iterator[str]:
    """Yield questions for values that sentences begin to tell with what they measure, of whom and when."""
    for sentence in split_blocks(article.text, article.blocks):
        text, lang = article.text[sentence.start : sentence.end], article.lang_at(sentence.start)
        for value in values_of(text, article, lang):
            match = _MEASURED[lang].match(text, 0, value.start) if value.number is not None else None
            if match is None or not _dated(match["thing"], article, lang):
                continue
            question = understand(value_of(_within(match["thing"]), lang, "was"))
            alone = not _OPENS.match(fold(match["thing"])) and _is_alone(question.text)
            if alone and question.wanted.kind in QUANTITIES and fits(value, question, text):
                yield question.text


def _dated(thing: str, article: Article, lang: Lang) -> bool:
    """Return whether a text names somebody and one time, so that it means one thing in any article."""
    times = [one for one in values_of(thing, article, lang) if one.date]
    return len(times) == 1 and any(name.sure for name in names_of(thing, lang))


def _within(thing: str) -> str:
    """Return the beginning of a sentence as it is written inside one."""
    first = thing.split()[0]
    inside = first.lower() in common_english() or first.lower() in ("the", "a", "an", "total")
    return first.lower() + thing[len(first) :] if inside else thing


def _is_person(name: Name, said: str, lang: Lang) -> bool:
    if name.kind == "person":
        return _is_office(said, lang)
    as_people_are_called = name.kind == "other" and all(word[0].isupper() for word in name.text.split())
    at_once = " ".join(said.split()[:AT_ONCE])
    offices = [key for key in said_of(at_once, lang) if key.startswith("role:")]
    return as_people_are_called and bool(offices) and not _OF_ANOTHER.match(fold(said))


def _is_office(said: str, lang: Lang) -> bool:
    named = any(key.startswith("role:") for key in said_of(said, lang))
    return named or bool(_OFFICE.match(fold(said)))


def _stands_alone(text: str, lang: Lang) -> bool:
    """Return whether a line is a question that says what it is about."""
    plainly = text.endswith("?") and FEWEST <= len(text.split()) <= MOST
    return plainly and _is_alone(text) and any(one.sure for one in names_of(text, lang))


def _is_alone(text: str) -> bool:
    return not _SPOKEN_TO.search(fold(text)) and not leans(text)
