"""Whether something is denied, rises or falls, comes before or after: clear conflicts only."""

from __future__ import annotations

import re

from index.text.spelling import plain
from rag.values.changes import trend
from rag.values.namecheck import concepts
from rag.values.names import find_names
from rag.values.quantities import find_values
from rag.values.relations import clauses
from rag.values.types import Value

_NOT = {
    "en": re.compile(
        r"\b(?:not|never|no longer|neither|nor|cannot|without|failed to|fails to|refused to|refuses to|denied|denies|"
        r"rejected|no|none of)\b(?!\. ?\d| \d)|n't\b"
    ),
    # "không gian" is space, "hàng không" aviation, "chẳng hạn" for example, "hay không" whether.
    "vi": re.compile(
        r"(?<!\w)(?<!hàng )(?<!chân )(?<!hay )(?<!hoặc )(?:không(?! chỉ| những| gian| khí| quân| phận| ít| kém| ngừng| lưu| trung| người|"
        r" lực)|chưa|chẳng(?! hạn| bao lâu| những)|chả|phủ nhận|bác bỏ|từ chối)(?![\w\"”?])"
    ),
}  # fmt: skip
# Words that may stand for a negation in a translation: where one side has them, nothing is concluded.
_SOFT = {
    "en": re.compile(
        r"\b(?:un\w{3,}|dis\w{4,}|non-?\w{3,}|in\w{5,}|im\w{5,}|ir\w{5,}|lack\w*|absen\w+|hardly|rarely|few|little|except|"
        r"exclud\w+|prevent\w*|avoid\w*|fail\w*|refus\w+|ban\w*|only|instead|rather|other than|kept out|too|\w+less|stop\w*|"
        r"miss\w*|yet|despite|although|but|until|free|independent\w*|oppos\w+|against|den[iy]\w*|reject\w*)\b"
    ),
    "vi": re.compile(
        r"(?<!\w)(?:thiếu|hiếm|ít|vô|phi|bất|trừ|ngoại trừ|ngăn|cấm|khó|chỉ|thay vì|tránh|thất bại|mất|hết|dù|tuy|nhưng|miễn|tự do|độc lập|"
        r"phản đối|chống|khác|hay không)(?!\w)"
    ),
}  # fmt: skip
_NOT_ONLY = re.compile(r"\bnot (?:only|just|merely|least)\b|\bno (?:less|fewer|doubt)\b")
_WINDOW = 45  # characters: a negation reaches the words of its own phrase


def negated(text: str, lang: str, span: tuple[int, int]) -> bool:
    """Return whether a negation governs `text[span]`: it stands before it in the same clause, nearby."""
    low = plain(text)
    cut = max(
        (match.end() for match in re.finditer(r"[.;!?,]\s|\b(?:but|nhưng|mà)\s", low[: span[0]])), default=0
    )
    before = low[max(cut, span[0] - _WINDOW) : span[1]]
    return bool(_NOT[lang].search(_NOT_ONLY.sub(" ", before)))


def _denies(text: str, lang: str) -> bool:
    return bool(_NOT[lang].search(_NOT_ONLY.sub(" ", plain(text))))


_ORDER = {
    "before": re.compile(r"\b(?:before|prior to|ahead of|trước khi|trước)\b"),
    "after": re.compile(r"\b(?:after|sau khi|sau)\b"),
}


def _bounds(value: Value) -> str:
    return {"over": "over", "under": "under", "nearly": "under"}.get(value.approx, "")


def conflicting_polarity(claim: str, quote: str, *, claim_lang: str, quote_lang: str) -> bool:
    """Return whether the claim denies, reverses or re-orders what the quotation says.

    A conflict is: one of the two negates and the other does not; one rises and the other falls;
    "more than" a number against "less than" the same number; one event before against after it.
    """
    closest = _closest(claim, quote, claim_lang, quote_lang)
    if all(_contrary(claim, spoken, claim_lang, quote_lang) for spoken in closest):
        return True
    bounds = {
        (value.number, value.unit): _bounds(value) for value in find_values(quote, quote_lang) if value.number
    }
    for value in find_values(claim, claim_lang):
        other = bounds.get((value.number, value.unit)) if value.number else None
        if other and _bounds(value) and other != _bounds(value):
            return True
    return _conflicting_order(claim, quote, claim_lang, quote_lang)


def _contrary(claim: str, spoken: str, claim_lang: str, quote_lang: str) -> bool:
    ours_not, theirs_not = _denies(claim, claim_lang), _denies(spoken, quote_lang)
    if ours_not != theirs_not:
        affirming, lang = (spoken, quote_lang) if ours_not else (claim, claim_lang)
        if not _SOFT[lang].search(plain(affirming)):
            return True
    ours, theirs = trend(claim), trend(spoken)
    return bool(ours and theirs and ours != theirs)


def _conflicting_order(claim: str, quote: str, claim_lang: str, quote_lang: str) -> bool:
    """Return whether one says "before 2020" and the other "after 2020", of the same date or name."""
    ours, theirs = _ordered(claim, claim_lang), _ordered(quote, quote_lang)
    return any(ours[key] != theirs[key] for key in ours.keys() & theirs.keys())


def _ordered(text: str, lang: str) -> dict[str, str]:
    """Return {date or name right behind the word: "before" | "after"}."""
    low, found = plain(text), {}
    for kind, pattern in _ORDER.items():
        for match in pattern.finditer(low):
            behind = text[match.end() : match.end() + 40]
            things = [(v.start, v.date.label()) for v in find_values(behind, lang) if v.date]
            things += [(n.start, n.key) for n in find_names(behind, lang) if n.sure]
            near = [key for start, key in things if start <= 12]  # at most "the year" between them
            if near:
                found[near[0]] = kind
    return found


# ", who now teaches at the university,": says its own of whom the sentence is about.
_ASIDE = re.compile(r",\s+(?:who|whom|whose|which|where)\b[^,;]*,")
_JOINED = re.compile(r",\s+(?:but|nhưng|and|và|song)\s+")


def _closest(claim: str, quote: str, claim_lang: str, quote_lang: str) -> list[str]:
    """Return the clauses of the quotation that share most with the claim, so that "not" elsewhere is not heard.

    More than one if they share as much.
    """
    split = _JOINED.split if _ASIDE.search(claim) else _pieces  # a claim with an aside is of both
    pieces = [part for a, b in clauses(plain(quote)) for part in split(quote[a:b]) if part.strip()]
    if len(pieces) < 2:
        return [quote]
    ours = concepts(claim, claim_lang)
    words = set(plain(claim).split())
    shared = [
        len(ours & concepts(piece, quote_lang)) * 2 + len(words & set(plain(piece).split()))
        for piece in pieces
    ]
    return [piece for piece, count in zip(pieces, shared, strict=True) if count == max(shared)]


def _pieces(clause: str) -> list[str]:
    aside = _ASIDE.search(clause)
    if aside is None:
        return _JOINED.split(clause)
    who = clause[: aside.start()]
    return [who + aside[0], *_pieces(f"{who} {clause[aside.end() :]}")]
