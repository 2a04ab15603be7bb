"""Clauses of an English question. One is known by its verb before its subject, or by "who" before its verb."""

from __future__ import annotations

import re

from index.text.spelling import fold
from rag.compound.lending import lent
from rag.values import find_names

_AUX = r"(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|may|might|must)"
_PREP = r"(?:in|for|by|across|from|with|at|to|on|until|since|of|under)"
_LEAD = r"(?:(?:in|as of|by|at|on|according to|for|since|after|before|during)\b[^,?]*, )?"
_NO_SUBJECT = r"(?!(?:he|she|it|they|we|you|i|the|a|an|his|her|its|their)\b)"
_CLAUSE = re.compile(
    rf"^{_LEAD}(?:{_PREP} )?(?:"
    rf"(?:what|who|whom|when|where|why|how|how (?:much|many|long|far|old|big|large|high|often)) {_AUX} \S+|"
    rf"(?:what|which|whose|how (?:much|many))(?: {_NO_SUBJECT}(?!{_AUX}\b)[\w'-]+){{1,4}} {_AUX} \S+|"
    rf"who (?!{_PREP}\b|and\b|or\b)[\w'-]+ \S+|what happen(?:s|ed)\b)"
)
_YES_NO = re.compile(rf"^{_AUX} (?:it|they|he|she|there|the|its|his|her|their|any)\b")
_JOINT = re.compile(r"(?:\s*[,;]\s*(?:(?:and|but)\s+)?|\s+(?:and|but)\s+)(?:(?:also|then)\s+)?")
_FRAME = re.compile(
    r"^(?:please )?(?:(?:do you know|can you tell me|could you tell me|tell me|i want to know) )(?=\w)"
)
_TOLD = re.compile(rf"^(?:{_PREP} )?(?:what|who|whom|which|when|where|why|how)\b(?: \S+){{2,}}")
_INNER = re.compile(r"(?<=\w )(?:how|what|when|where|who|why|whether|if)\b")
_PERSONAL = re.compile(r"\b(?P<word>he|she|him|his|her)\b")
_THING = re.compile(r"\b(?P<word>it|its|they|them|their)\b(?! (?:true|possible|clear|likely)\b)")
_POINTS = re.compile(r"\b(?:that|this|these|those|there|the (?:former|latter))\b|\b(?:one|ones)$")
# What the first question asks for; a pronoun of the second may mean that, and then only the answer tells.
_UNKNOWN = re.compile(
    rf"^{_LEAD}(?:{_PREP} )?(?:(?:which|what|whose) (?!{_AUX}\b)|what (?!is|are|was|were)|who\b)"
)
_IS = re.compile(r"^(?:what|who) (?:is|are|was|were) (?P<what>.+)$")
_DETERMINER = re.compile(r"(?:the|an?) |\w+['’]s? ")
_MANY = re.compile(rf"^how (?:many|much) (?P<what>(?!{_AUX}\b)[\w' -]+?) {_AUX}\b")
_NOUN = re.compile(
    r"\b(?:the|an?|its|their|his|her) (?:(?!(?:and|or|of|in|on|at|to|for|from|with|by|between|is|are|was|were)\b)"
    r"(?!\w+ed\b)[\w'-]+ ?){1,5}"
    r"(?:(?:of|between|with|on|for) (?:the )?[A-ZĐ][\w'-]*(?:(?:,| and| of) [A-ZĐ][\w'-]*| [A-ZĐ][\w'-]*)*)?"
)


def asks(text: str) -> bool:
    """Return whether a sentence is a question, as far as its form tells."""
    low = fold(text).rstrip("?!. ")
    return bool(_CLAUSE.match(low) or _YES_NO.match(low) or _TOLD.match(_FRAME.sub("", low)))


def clauses(text: str) -> list[str]:
    """Return the clauses of a sentence that are questions of their own; the sentence if it is one."""
    low = fold(text)
    framed = _FRAME.match(low)
    start = framed.end() if framed else 0
    asks = _TOLD if framed else _CLAUSE
    for joint in _JOINT.finditer(low, start):
        left, right = low[start : joint.start()], low[joint.end() :]
        if not asks.match(left) or (not framed and _INNER.search(left, _head_end(left))):
            continue
        if asks.match(right) or (not framed and _YES_NO.match(right)):
            rest = text[joint.end() :]
            return [text[: joint.start()], *clauses(text[:start] + rest if framed else rest)]
    return [text]


def _head_end(left: str) -> int:
    match = _CLAUSE.match(left)
    return match.end() if match else 0


def stand(piece: str, before: str) -> str | None:
    """Return a clause so that it stands alone after `before`; None if it leans on the answer to that."""
    low, asked = fold(piece), fold(before)
    unknown = bool(_UNKNOWN.match(asked))
    if _POINTS.search(low):
        return None
    for pronoun, meant in ((_PERSONAL, _person(before)), (_THING, _thing(before, unknown=unknown))):
        if found := pronoun.search(low):
            if meant is None:
                return None
            own = found["word"] in ("its", "their", "his") or (
                found["word"] == "her" and bool(re.match(r" \w", low[found.end() :]))
            )
            piece = piece[: found.start()] + (_possessive(meant) if own else meant) + piece[found.end() :]
            low = fold(piece)
            if pronoun.search(low):
                return lent(piece, before, "en")  # a second pronoun means the same
    return lent(piece, before, "en")


def _possessive(words: str) -> str:
    return f"{words}'" if words.endswith("s") else f"{words}'s"


def _person(before: str) -> str | None:
    """Return whom "he" or "she" means: the only person named, or who holds the office asked for."""
    people = [name.text for name in find_names(before, "en") if name.kind == "person" or name.role]
    if len(set(people)) == 1:
        return people[0]
    match = re.match(r"^who (?:is|was) (?P<what>(?:the |[A-ZĐ]).+)$", before, re.IGNORECASE)
    return match["what"] if match and not people else None


def _thing(before: str, *, unknown: bool) -> str | None:
    """Return what "it" or "they" means: what was asked about, else the last thing named with an article."""
    if is_what := _IS.match(fold(before)):
        what = before[is_what.start("what") :]
        return what if what[0].isupper() or _DETERMINER.match(what) else None
    if many := _MANY.match(fold(before)):
        return f"the {before[many.start('what') : many.end('what')]}"
    if unknown and not re.match(r"^who\b", fold(before)):
        return None
    found = [match[0].strip() for match in _NOUN.finditer(before)]
    return found[-1] if found else None
