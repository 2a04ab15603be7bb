"""Which language each block of an article is in: most articles have one, some have both.

An article's language is its main one; where a block speaks the other, the block says so. Passages are in
the language of their blocks, and are searched with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from index.records import Block, Lang
from index.text import lang as language

# Words from which a run of blocks in the other language counts: none of the 95 quotations in the articles of
# eval/corpus, eval/islands and five real ones is longer than 33, and two of their paragraphs in a row usually
# are (their median is 34 in English, 38 in Vietnamese).
LEAST = 40


def marked(text: str, blocks: Sequence[Block], main: Lang) -> tuple[Block, ...]:
    """Return the blocks of an article whose main language is `main`, those in the other with theirs.

    Blocks that nothing speaks for go with what stands before them. A run of blocks in one language counts
    from LEAST words on; a shorter one (a quotation, a name, a caption) goes with the run before it, or the
    first that counts. Where none counts, all is `main`.
    """
    words = [text[one.start : one.end] for one in blocks]
    said: list[Lang | None] = []
    for part in words:
        said.append(language.evident(part) or (said[-1] if said else None))
    settled: list[Lang | None] = []
    for spoken, run in groupby(zip(said, words, strict=True), key=lambda pair: pair[0]):
        parts = [part for _, part in run]
        counts = spoken is not None and sum(len(part.split()) for part in parts) >= LEAST
        settled += [spoken if counts else settled[-1] if settled else None] * len(parts)
    first = next((one for one in settled if one), main)
    return tuple(
        replace(block, lang=None if (one or first) == main else (one or first))
        for block, one in zip(blocks, settled, strict=True)
    )
