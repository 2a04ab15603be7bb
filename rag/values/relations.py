"""Who does what to whom, and whether a claim turns it round.

The check speaks up only when a claim and its quotation both say who acts upon whom and say the
opposite. Where the syntax leaves doubt it is silent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from index.text.spelling import plain
from rag.values.compare import same_value
from rag.values.names import find_names
from rag.values.naming import Name
from rag.values.quantities import find_values


@dataclass(frozen=True, slots=True)
class Relation:
    """`agent` acts upon `target`: invests in it, exports to it, visits it. Keys as in `Name.key`."""

    agent: str
    target: str
    act: str  # "invest", "export", "import", "visit", "rank", "change"
    start: int
    end: int


_ACTS: tuple[tuple[str, str], ...] = (
    ("invest", r"invest(?:s|ed|ing|ments?)?\b|(?:fdi )?projects?\b|capital\b|đầu tư|dự án|vốn\b|rót vốn"),
    ("export", r"export(?:s|ed|ing)?\b|sells?\b|sold\b|xuất khẩu|xuất siêu"),
    ("import", r"import(?:s|ed|ing)?\b|nhập khẩu|nhập siêu"),
    ("visit", r"visit(?:s|ed|ing)?\b|travel(?:s|led|ed) to|thăm\b|công du"),
    ("aid", r"(?:lends?|lent|donat\w+|aid|provid\w+|grant\w*)\b|viện trợ|tài trợ|cho vay|hỗ trợ"),
    ("attack", r"attack(?:s|ed|ing)?\b|invad\w+|bomb(?:s|ed|ing)?\b|tấn công|xâm lược|không kích"),
    ("defeat", r"defeat(?:s|ed|ing)?\b|beat(?:s|en)?\b|đánh bại|thắng\b"),
    ("rank", r"(?:trading|trade) partners?\b|largest investors?\b|investors?\b|export markets?\b|đối tác thương mại|nhà đầu tư|thị trường xuất khẩu"),
)  # fmt: skip
_ACT = {act: re.compile(pattern) for act, pattern in _ACTS}
_PASSIVE = re.compile(r"\b(?:was|were|been|being|is|are|bị|được)\s+(?:\w+ly\s+)?$")
_SUFFERED = re.compile(r"\s(?:bị|được)\s(?:nước\s)?$")
_BY = re.compile(r"\bby\s+(?:the\s+)?(?:\w+\s+)?$|\b(?:bởi)\s+$")
_INTO = re.compile(
    r"(?:\b(?:in|into|to|at|on|upon|tại|ở|vào|sang|cho|đến|tới|trên)\s+(?:the\s+|thị trường\s+|lãnh thổ\s+|nước\s+|đất nước\s+)?)$"
)
_FROM = re.compile(r"(?:\b(?:from|từ|của)\s+(?:the\s+|thị trường\s+|nước\s+)?)$")
_OF = re.compile(r"(?:\bof\s+(?:the\s+)?|của\s+)$")
_POSSESSIVE = re.compile(r"\s?['’]s?\s")
_PLACES = ("country", "place")


def _parties(text: str, lang: str) -> list[Name]:
    return [
        name
        for name in find_names(text, lang)
        if name.key.partition(":")[0] in _PLACES or name.kind in ("person", "org", "other")
    ]


def relations(text: str, lang: str) -> list[Relation]:
    """Return the directed relations that the syntax of each clause states between two names."""
    found: list[Relation] = []
    low = plain(text)
    names = [name for name in _parties(text, lang) if name.sure]
    for begin, end in clauses(low):
        inside = [name for name in names if begin <= name.start and name.end <= end]
        if len({name.key for name in inside}) < 2:
            continue
        for act, pattern in _ACT.items():
            for match in pattern.finditer(low, begin, end):
                relation = _of_act(low, act, match, inside, lang)
                if relation and relation not in found:
                    found.append(relation)
    return found


def clauses(low: str) -> list[tuple[int, int]]:
    """Return the places of the clauses of `spelling.plain` text: sentences, and halves that "while" divides."""
    cuts = [
        0,
        *(
            match.end()
            for match in re.finditer(r"[.;!?](?=\s|$)|\n|,? (?:while|whereas|trong khi(?: đó)?|còn)\s", low)
        ),
        len(low),
    ]
    return [(a, b) for a, b in pairwise(cuts) if b > a]


def _of_act(low: str, act: str, match: re.Match[str], names: list[Name], lang: str) -> Relation | None:
    before = [name for name in names if name.end <= match.start()]
    after = [name for name in names if name.start >= match.end()]
    if act == "rank":
        return _of_rank(low, match, before, after, lang)
    if lang == "vi" and len(before) > 1 and _SUFFERED.search(low[before[-2].end : before[-1].start]):
        return _relation(before[-1], before[-2], act, match)  # "Ukraine bị Nga tấn công"
    subject = _subject(low, before, match.start())
    objects = [name for name in after if _INTO.search(low[match.end() : name.start] or " ")]
    sources = [name for name in after if _FROM.search(low[match.end() : name.start])]
    direct = after[0] if after and low[match.end() : after[0].start].strip() in ("", "the", "nước") else None
    if _PASSIVE.search(low[: match.start()]):
        agents = [name for name in after if _BY.search(low[: name.start])]
        if subject and agents:
            return _relation(agents[0], subject, act, match)
        if lang == "vi" and subject and direct is None:
            return None
    if act == "import" and subject and sources:
        return _relation(subject, sources[0], act, match)
    if sources and objects and sources[0].key != objects[0].key:
        return _relation(sources[0], objects[0], act, match)
    target = objects[0] if objects else direct if act in ("visit", "attack", "defeat", "aid") else None
    if subject and target:
        return _relation(subject, target, act, match)
    located = [name for name in before if _INTO.search(low[: name.start]) and name is not subject]
    if sources and located:  # "projects in Vietnam from Japan" said the other way round
        return _relation(sources[0], located[-1], act, match)
    return None


def _subject(low: str, before: list[Name], at: int) -> Name | None:
    """Return the name that governs the act: the last one before it that no preposition binds."""
    free = [
        name for name in before if not _INTO.search(low[: name.start]) and not _FROM.search(low[: name.start])
    ]
    if not free:
        return None
    last = free[-1]
    # "A and B invest": two subjects, direction unknown.
    if len(free) > 1 and re.fullmatch(r"\s*(?:and|và|,|-|&)\s*", low[free[-2].end : last.start]):
        return None
    return last if at - last.end <= 90 else None


def _of_rank(
    low: str, match: re.Match[str], before: list[Name], after: list[Name], lang: str
) -> Relation | None:
    """Read "A is B's largest partner", "A là đối tác lớn nhất của B": A has the rank for B."""
    owner = None
    if lang == "vi":
        owned = [name for name in after if _OF.search(low[: name.start])]
        owner = owned[0] if owned else None
    else:
        possessors = [name for name in before if _POSSESSIVE.match(low, name.end)]
        owner = (
            possessors[-1]
            if possessors
            else next((name for name in after if _OF.search(low[: name.start])), None)
        )
    if owner is None:
        return None
    holders = [name for name in before if name.end <= owner.start or owner.start > match.start()]
    holders = [name for name in holders if name.key != owner.key and not _INTO.search(low[: name.start])]
    if not holders:
        return None
    ranked = [
        value
        for value in find_values(
            low[holders[-1].end : owner.end + 60 if owner.start > match.start() else match.end()], lang
        )
        if value.kind == "rank"
    ]
    # The rank belongs to the act: the second-largest partner the one way is the fourth-largest the other.
    act = f"rank {ranked[0].number}" if ranked else "rank"
    return _relation(holders[-1], owner, act, match)


def _relation(agent: Name, target: Name, act: str, match: re.Match[str]) -> Relation | None:
    if agent.key == target.key:
        return None
    return Relation(
        agent.key,
        target.key,
        act,
        min(agent.start, target.start, match.start()),
        max(agent.end, target.end, match.end()),
    )


def conflicting_direction(claim: str, quote: str, *, claim_lang: str, quote_lang: str) -> bool:
    """Return whether claim and quotation name the same two parties of an act the other way round.

    Where the claim gives numbers, only those clauses of the quotation count that hold one of them.
    """
    claimed = {(one.act, one.agent, one.target) for one in relations(claim, claim_lang)}
    if not claimed:
        return False
    numbers = [
        v for v in find_values(claim, claim_lang) if v.number is not None and not v.weak and v.kind != "rank"
    ]
    pieces = [quote[a:b] for a, b in clauses(plain(quote))]
    holding = [
        p for p in pieces if any(same_value(v, o) for v in numbers for o in find_values(p, quote_lang))
    ]
    quoted = {
        (one.act, one.agent, one.target)
        for piece in holding or [quote]
        for one in relations(piece, quote_lang)
    }
    swapped = {(act, target, agent) for act, agent, target in quoted}
    return bool(claimed & swapped) and not claimed & quoted
