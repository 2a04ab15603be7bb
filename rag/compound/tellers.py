"""One thing as two tell it, taken apart: "according to the union and according to the port".

Each is asked for alone, since what the one says and what the other says mostly stand in two articles. Whose
figure it is has to stand beside it (`told_by`). In the other language tellers are known by the glossary; one
that it does not know cannot be told from another there, and nothing is said for them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.records import Lang
from index.search import crossing
from index.text import lexical
from index.text.spelling import plain
from rag.checks.verify import Finding
from rag.compound.several import Part
from rag.question import Question

_DO = r"(?P<head>.+\b(?:do|does|did) )"
_END = r"(?P<tail>,? respectively|, .+)?"
# What is told by each is mostly told together ("what target did they announce?"), unless the question says
# "each", or the word is one for figures of one's own.
_TELL = (
    r"(?:put|give|report|estimate|claim|cite|quote|state|count|say|name|announce|publish|assume|expect|offer|"
    r"propose|demand)"
)
# On plain text; what stands before, the two tellers, what stands after. "The Ministry of Education and
# Training" is one: the second is led as the first is, by "according to" or an article.
_EN = tuple(
    re.compile(rf"^{head}(?:both )?(?P<a>{a}){joint}(?P<b>{b}){tail}$")
    for head, a, joint, b, tail in (
        (r"(?P<head>.*\baccording to )", "[^,?]+?", r",? and (?:also )?according to ", "[^,?]+?", _END),
        (r"(?P<head>.*\baccording to )", "the [^,?]+?", " and ", "(?:the|its|their) [^,?]+?", _END),
        (_DO, ".+?", " and ", ".+?", rf" (?:each|respectively)(?P<tail> {_TELL}\b.*)"),
        (_DO, "the .+?", " and ", "the .+?", r"(?P<tail> (?:give|report|estimate|claim|count)\b.*)"),
    )
)
_IS = r"(?P<tail>(?:,? (?:là|thì|có|được|đạt|la|thi|co|duoc|dat)|,)(?: .*)?)?"
_VI = tuple(
    re.compile(rf"^(?P<head>(?:.*\s)?theo )(?:cả )?(?P<a>[^,?]+?){joint}(?P<b>[^,?]+?){tail}$")
    for joint, tail in (
        (",? (?:và|còn|va|con) theo ", rf"(?:,? (?:lần lượt|lan luot))?{_IS}"),
        (" (?:và|va) ", r",? (?:lần lượt|lan luot)(?P<tail> .+)?"),
    )
)
_RULES: dict[Lang, tuple[re.Pattern[str], ...]] = {"en": _EN, "vi": _VI}
_RESPECTIVELY = re.compile(r"^,? respectively$")


def split(question: Question) -> list[Part]:
    """Return the question for each of the two tellers that it names, in their order; empty if it is one."""
    if question.follows or question.yes_or_no:
        return []
    text = question.text.rstrip("?!. ")
    for rule in _RULES[question.lang]:
        match = rule.match(plain(text))
        if match is None:
            continue
        spelled = {name: text[slice(*match.span(name))] if match[name] else "" for name in match.groupdict()}
        tail = "" if _RESPECTIVELY.match(match["tail"] or "") else spelled["tail"]
        wholes = (f"{spelled['head']}{spelled[one]}{tail}?" for one in ("a", "b"))
        return [Part(whole, whole, spelled[one]) for whole, one in zip(wholes, ("a", "b"), strict=True)]
    return []


def told_by(part: Part, others: Sequence[Part], finding: Finding | None, asked: Lang) -> bool:
    """Return whether a finding is what the teller of `part` says, and not what one of the others does.

    What was read has to name the teller, and no other unless the sentence itself names the teller. One with
    several values of a kind gives each teller the nearest, and is nobody's where that is not the one found.
    """
    if finding is None:
        return False
    lang, line = finding.source.lang, finding.line
    if not _named(part.teller, asked, finding.source.text, lang):
        return False
    mine = _named(part.teller, asked, line.text, lang)
    if not mine:
        return not any(_named(one.teller, asked, finding.source.text, lang) for one in others)
    if finding.whole:  # it says itself whose each value is
        return True
    value = finding.mention.value if finding.mention else None
    value = value or next((one for one in line.values if one.text in finding.short), None)
    alike = [one for one in line.values if value and (one.kind, one.unit) == (value.kind, value.unit)]
    places = {one.start: len(lexical.tokens(line.text[: one.start])) for one in alike}
    nearest = {min(places, key=lambda start: abs(places[start] - at)) for at in mine if places}
    return value is None or nearest == {value.start}


def _named(teller: str, asked: Lang, text: str, lang: Lang) -> list[int]:
    """Return at which words a text names a teller, by its own words or as the other language has them."""
    tokens = lexical.tokens(text)
    if asked != lang:
        known = crossing.known(teller, asked, lang)
        # Whose name is told with what they are ("the Quenby treasury") is known by what they are.
        known = [one for one in known if one.said.islower()] or known
        names = [(token,) for token in lexical.crossing_tokens(teller)]
        spelled = [one.spelled for one in known] or ([tuple(names)] if names else [])
        places = [[at for phrase in one for at in _places(phrase, tokens)] for one in spelled]
    elif lang == "en":
        own = [word for word in re.findall(r"[\w'-]+", teller) if word.lower() not in lexical.STOP["en"]]
        stems = [_stem(token) for token in tokens]
        own = [word for word in own if word.islower()][-1:] or own
        places = [_places((_stem(word.lower()),), stems) for word in own]
    else:
        places = [_places(lexical.tokens(teller), tokens)]
    return sorted({at for one in places for at in one}) if places and all(places) else []


def _stem(word: str) -> str:
    """Return an English word without the ending of its plural."""
    return re.sub(r"(?:'s|s)$", "", word)


def _places(phrase: Sequence[str], tokens: Sequence[str]) -> list[int]:
    size = len(phrase)
    return [i for i in range(len(tokens) - size + 1) if tuple(tokens[i : i + size]) == tuple(phrase)]
