"""One order for what was found in both languages.

Fused scores are made within a language, so they cannot be compared from one to the other; the probability
of `index.search.relevance` can. But it is no proof, and an article in the other language may contradict:
each language has at least every third place. On the islands' development half a passage with the words
that answer is among five in .85 instead of .73 with fixed places, first in .55 instead of .33 (eval/LOG.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.records import Hit, Lang

EVERY = 3  # of so many places at least one is for each language, as long as it has something
# A hit in the other language goes first if it is more than so many times as relevant. With 1 the question's
# own language loses more than the other gains; 1.4 to 2.5 are alike on development questions (eval/LOG.md).
TWICE = 2.0


def merged(found: Mapping[Lang, Sequence[Hit]], asked: Lang, k: int) -> list[Hit]:
    """Return at most `k` hits of those `found` in each language, which keep their order.

    Of the two next ones that in the language `asked` comes first, unless the other is TWICE as relevant.
    Where relevance is not known, every third place is the other language's.
    """
    own = found.get(asked, ())
    other = [hit for lang, hits in found.items() if lang != asked for hit in hits]
    result: list[Hit] = []
    mine = theirs = 0  # how many of each are taken
    while len(result) < k and (mine < len(own) or theirs < len(other)):
        due = (len(result) + 1) // EVERY
        if mine == len(own) or theirs == len(other):
            from_own = mine < len(own)
        elif theirs < due:
            from_own = False
        else:
            from_own = mine < due or _goes_before(own[mine], other[theirs])
        if from_own:
            result.append(own[mine])
            mine += 1
        else:
            result.append(other[theirs])
            theirs += 1
    return result


def _goes_before(mine: Hit, theirs: Hit) -> bool:
    if mine.relevance is None or theirs.relevance is None:
        return True
    return TWICE * mine.relevance >= theirs.relevance
