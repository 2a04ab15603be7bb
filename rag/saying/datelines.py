"""What a paper prints before the first words of a report: "HANOI, March 3 (Reuters) — ", "(Dân trí) - "."""

from __future__ import annotations

import re

from index.records import Article

_DASH = r"(?:—|–|--|-)"
_UPPER = r"A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯẠ-Ỹ"
_OUTLET = r"\([^()\n]{2,30}\)"
_DATELINE = re.compile(
    rf"(?:{_OUTLET}|[{_UPPER}][{_UPPER} .,'’/-]{{2,40}}(?:, ?\w{{2,9}}\.? \d{{1,2}}|, \d{{1,2}}/\d{{1,2}})?"
    rf"(?: ?{_OUTLET})?)\s*{_DASH}\s+(?=[“\"‘'\w])"
)


def without_dateline(text: str, article: Article, start: int) -> str:
    """Return a sentence of an article, which begins at `start`, without the dateline before its first words.

    Only the first sentence under the headings has one. "GDP — the sum of all — rose" has none: what stands
    between two dashes belongs to the word before.

    >>> from types import SimpleNamespace as Any
    >>> one = Any(blocks=(Any(kind="paragraph", start=0),))
    >>> without_dateline("HANOI, March 3 (Reuters) — The bridge is open.", one, 0)
    'The bridge is open.'
    """
    first = next((block.start for block in article.blocks if block.kind == "paragraph"), None)
    found = _DATELINE.match(text) if start == first else None
    if found is None or re.search(rf"\s{_DASH}\s", text[found.end() :]):
        return text
    return text[found.end() :]
