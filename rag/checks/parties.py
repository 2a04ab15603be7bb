"""Whether a sentence is about those that a question names: countries, organisations, people, things."""

from __future__ import annotations

from index.text import glossary
from index.text.gazetteer import VI_SYLLABLE
from index.text.spelling import listed
from rag.checks.lesser import lesser
from rag.evidence.lines import Line, said_of
from rag.question import Question
from rag.values import find_numbered, numbered_otherwise
from rag.values.numbered import ordered_otherwise
from rag.values.sexes import other_sex
from rag.values.syllables import namesake


def foreign(question: Question, line: Line) -> list[str]:
    """Return what speaks against a sentence being about the question's parties.

    A country, organisation or person of the question must be named by the sentence or by what it
    leans on; where the sentence names others of that kind instead, its own words decide.
    """
    lang = line.lang
    own = said_of(line.text, lang)
    around = own | said_of(line.context, lang)
    found = []
    asked = {name.key for name in question.names if name.key.startswith("country:")}
    missing = asked - around
    if missing:
        found.append("does not speak of " + ", ".join(sorted(missing)))
    elif asked - own:
        others = {key for key in own if key.startswith("country:")} - asked
        if others:
            found.append("speaks of " + ", ".join(sorted(others)))
    if of := other_sex(question.text, question.lang, line.text, lang):
        found.append(f"of {of[0]}, not of {of[1]}")
    found += lesser(question.text, question.lang, line.text, lang)
    # Cities and organisations often stand for a country ("Hanoi decided"), so one may be unsaid, not all.
    wider = {name.key for name in question.names if name.key.startswith(("place:", "org:"))}
    wider = {key for key in wider if glossary.capital_of(key) not in around}
    if wider and not asked and not wider & around:
        found.append("does not speak of " + ", ".join(sorted(wider)))
    whole = f"{line.article.title}\n{line.article.text}"
    for numbered in find_numbered(question.text):
        other = numbered_otherwise(numbered, whole)
        found += [f"of {other}, not of {numbered.text}"] if other else []
    if ordered := ordered_otherwise(question.text, whole):
        found.append(f"of {ordered[0]}, not of {ordered[1]}")
    for name in question.names:
        if not name.sure or not name.key.startswith("name:"):
            continue
        if other := namesake(name.text, whole):
            found.append(f"of {other}, not of {name.text}")
            continue
        if _named(name.key, around):
            continue
        # A person or thing is named once and then meant for the rest of the article.
        if not _named(name.key, said_of(line.article.text, lang)):
            found.append(f"does not speak of {name.text}")
    return found


# Folded words of names that say what is named and not which: any storm is "bão".
_CLASSES = frozenset(
    listed(
        "bao storm typhoon hurricane cyclone cau bridge tau ship vessel chuoi chain song river dao island "
        "cang port san airport duong street road ngan hang bank truong school university hoc benh vien "
        "hospital khu cum"
    )
)


def _named(key: str, around: frozenset[str]) -> bool:
    """Return whether a name, or one of its distinctive parts, is among the concepts."""
    words = [word for word in key.removeprefix("name:").split() if len(word) > 2]
    if key in around or not words:
        return True
    own = [word for word in words if word not in _CLASSES] or words
    held = sum(f"name:{word}" in around for word in own)
    if len(own) == 2 and all(VI_SYLLABLE.fullmatch(word) for word in own):
        return held == 2  # "Lạc Sơn" is not wherever somebody is called Sơn
    return held * 2 >= len(own)
