"""Articles to passages: a few sentences each, with the heading or question they stand under."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.records import Article, Block, Passage, Sentence
from index.text import layout
from index.text import sentences as sentence

# Raised whenever articles are cut otherwise than before, so that a library tells by whom it was cut.
CUT = 2

# Five sentences, one shared by neighbours: a fact and what it is said of are then rarely parted. What the
# model reads is cut anew around the best sentence (`rag.evidence.sources`), so this is the search's measure:
# a quotation that answers was among the first five passages in .912 of the islands' development questions
# (.888 with three sentences) and in .969 of those about the real articles (.906), with as many answers right.
WINDOW = 5
OVERLAP = 1
# A paragraph below this is found together with its neighbour: about two short sentences. With 400 two more
# quotations of 205 are found, and four answers of 226 are lost.
SHORT = 240  # characters
# No passage is longer, or the embedding model (512 tokens, 3 characters each in Vietnamese) cuts it.
LONGEST = 1300  # characters
_TOGETHER = ("list", "row")  # kinds of blocks that are one passage with others of their kind, and their lead


def split(article: Article) -> tuple[Passage, ...]:
    """Return the passages of `article` in order; `text[start:end]` is exact and ids are made of content."""
    return tuple(
        _passage(article, context, group, run)
        for context, group in _groups(article)
        for run in _windows(article.text, group)
    )


Group = list[tuple[Block, tuple[Sentence, ...]]]  # blocks read together, with their sentences


def _groups(article: Article) -> Iterator[tuple[str, Group]]:
    """Yield blocks that are read together: short neighbours of one section, a list and its lead."""
    heading: Block | None = None
    used = True  # a heading that nothing stands under must not be lost
    group: Group = []

    def context() -> str:
        under = article.text[heading.start : heading.end] if heading else ""
        return "\n".join(part for part in (article.title, under) if part)

    for block in article.blocks:
        parts = sentence.split(article.text, block.start, block.end)
        if block.kind in ("heading", "question"):
            if group:
                yield context(), group
            elif heading and not used:
                yield article.title, [(heading, sentence.split(article.text, heading.start, heading.end))]
            heading, used, group = block, False, []
        elif block.kind == "caption":
            if group:
                yield context(), group
                group = []
            if not layout.is_credit(article.text[block.start : block.end]):
                yield article.title, [(block, parts)]
        else:
            used = True
            if group and not _belongs(article.text, group, block):
                yield context(), group
                group = []
            group.append((block, parts))
    if group:
        yield context(), group
    elif heading and not used:
        yield article.title, [(heading, sentence.split(article.text, heading.start, heading.end))]


def _belongs(text: str, group: Group, block: Block) -> bool:
    last = group[-1][0]
    if block.lang != last.lang:
        return False
    length = block.end - group[0][0].start
    if length > LONGEST:
        return False
    if block.kind in _TOGETHER:
        return last.kind == block.kind or text[last.end - 1] == ":"
    return last.kind == "paragraph" and min(last.end - group[0][0].start, block.end - block.start) < SHORT


def _windows(text: str, group: Group) -> Iterator[tuple[str, list[Sentence]]]:
    """Yield (block kind, sentences): whole groups with a list or short ones, else windows."""
    everything = [part for _, parts in group for part in parts]
    if not everything:
        return
    kind = next((block.kind for block, _ in group if block.kind in _TOGETHER), group[0][0].kind)
    length = everything[-1].end - everything[0].start
    if length <= LONGEST and (kind in _TOGETHER or len(everything) <= WINDOW):
        yield kind, everything
        return
    first = 0
    while first < len(everything):
        last = min(first + WINDOW, len(everything))
        while last > first + 1 and everything[last - 1].end - everything[first].start > LONGEST:
            last -= 1
        yield kind, everything[first:last]
        if last == len(everything):
            return
        first = max(last - OVERLAP, first + 1)


def _passage(article: Article, context: str, group: Group, run: tuple[str, Sequence[Sentence]]) -> Passage:
    kind, parts = run
    start, end = parts[0].start, parts[-1].end
    name = hashlib.sha256(f"{article.id}:{start}:{end}".encode()).hexdigest()[:16]
    return Passage(
        id=name,
        article=article.id,
        lang=article.lang_at(start),
        start=start,
        end=end,
        text=article.text[start:end],
        context=context,
        kind=kind,  # type: ignore[arg-type]
        sentences=tuple(parts),
    )


def retitled(passage: Passage, old: str, new: str) -> Passage:
    """Return `passage` as it stands under another title of its article; its heading stays."""
    heading = passage.context.removeprefix(old).removeprefix("\n")
    return replace(passage, context="\n".join(part for part in (new, heading) if part))


def embedded_text(passage: Passage) -> str:
    """Return what is embedded and indexed for `passage`: where it stands, then what it says."""
    return f"{passage.context}\n{passage.text}" if passage.context else passage.text
