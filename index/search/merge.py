"""One order for what was found in both languages.

Fused scores are made within a language, so they cannot be compared from one to the other; the probability
of `index.search.relevance` can. But it is no proof, and an article in the other language may contradict:
each language has at least every third place. On the islands' development half an article that answers is
first in .751 instead of .449 with fixed places, among five in .966 instead of .941 (eval/LOG.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

from index.records import Hit, Lang

EVERY = 3  # of so many places at least one is for each language, as long as it has something
# A hit in the other language goes first if it is more than so many times as relevant. With 1 the question's
# own language loses more than the other gains; 1.4 to 2.5 are alike on development questions (eval/LOG.md).
TWICE = 2.0


def merged(found: Mapping[Lang, Iterable[Hit]], asked: Lang, k: int) -> list[Hit]:
    """Return at most `k` hits of those `found` in each language, which keep their order.

    Of the two next ones that in the language `asked` comes first, unless the other is TWICE as relevant.
    Where relevance is not known, every third place is the other language's. No more is taken of `found` than
    is compared.
    """
    own = iter(found.get(asked, ()))
    other = chain.from_iterable(hits for lang, hits in found.items() if lang != asked)
    result: list[Hit] = []
    mine, theirs = next(own, None), next(other, None)
    from_own = 0
    while len(result) < k and (mine or theirs):
        due = (len(result) + 1) // EVERY
        if mine and (theirs is None or _is_next(mine, theirs, due, from_own, len(result) - from_own)):
            result.append(mine)
            from_own += 1
            mine = next(own, None)
        elif theirs:
            result.append(theirs)
            theirs = next(other, None)
    return result


def _is_next(mine: Hit, theirs: Hit, due: int, from_own: int, from_other: int) -> bool:
    """Return whether the question's own language has the next place; each is to have had `due` of them."""
    if from_other < due:
        return False
    return from_own < due or _goes_before(mine, theirs)


def _goes_before(mine: Hit, theirs: Hit) -> bool:
    if mine.relevance is None or theirs.relevance is None:
        return True
    return TWICE * mine.relevance >= theirs.relevance
