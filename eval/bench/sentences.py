"""How well are sentences told apart? `index.text.sentences.split` against the published sentences of XQuAD-R.

    python -m eval.bench.sentences XQUAD_R_FOLDER [--errors]

A boundary is the place behind a sentence's last character that is not white space, counted from the
beginning of its paragraph. It is found if the program's sentences have one at exactly that place:
precision is found / set by the program, recall is found / published, F1 their harmonic mean, over all
paragraphs of a half together. "all" counts every boundary, as the corpus counts its sentences; "inner"
leaves out the end of each paragraph, which nobody can miss. Sentences of XQuAD-R: arXiv 2004.05484.

Rules are tuned on the half "dev" (by title, as in `rag eval import --half`), so only its errors are listed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from eval.loaders.material import Half, half_of
from eval.loaders.squad_file import Paragraph, read_side
from index.records import Lang
from index.text import sentences

_AROUND = 40  # characters of context on either side of an error


@dataclass(frozen=True, slots=True)
class Boundaries:
    """The boundaries of one paragraph, as published and as the program sets them, in characters."""

    text: str
    gold: frozenset[int]
    ours: frozenset[int]

    def inner(self) -> Boundaries:
        """Return the boundaries that are not the end of the paragraph."""
        last = frozenset({len(self.text.rstrip())})
        return Boundaries(self.text, self.gold - last, self.ours - last)


@dataclass(frozen=True, slots=True)
class Counts:
    """Boundaries published, set by the program, and found (both), summed over paragraphs."""

    gold: int
    ours: int
    found: int

    @property
    def precision(self) -> float:
        """Return found / set by the program, 0 … 1; 0 if it set none."""
        return self.found / self.ours if self.ours else 0.0

    @property
    def recall(self) -> float:
        """Return found / published, 0 … 1; 0 if none is published."""
        return self.found / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall, 0 … 1."""
        both = self.gold + self.ours
        return 2 * self.found / both if both else 0.0


def boundaries(part: Paragraph) -> Boundaries:
    """Return the boundaries of a paragraph of XQuAD-R."""
    gold = frozenset(first + len(part.text[first:last].rstrip()) for first, last in part.breaks)
    return Boundaries(part.text, gold, frozenset(one.end for one in sentences.split(part.text)))


def count(parts: Iterable[Boundaries]) -> Counts:
    """Return the counts over all of `parts`."""
    pairs = [(part.gold, part.ours) for part in parts]
    return Counts(
        gold=sum(len(gold) for gold, _ in pairs),
        ours=sum(len(ours) for _, ours in pairs),
        found=sum(len(gold & ours) for gold, ours in pairs),
    )


def errors(part: Boundaries) -> Iterator[str]:
    """Yield a line an error: what was missed or set too much, with ‖ at the place."""
    for at in sorted(part.gold ^ part.ours):
        kind = "missed" if at in part.gold else "too many"
        before, after = part.text[max(0, at - _AROUND) : at], part.text[at : at + _AROUND]
        yield f"{kind:8} …{before}‖{after}…".replace("\n", "⏎")


def _row(lang: Lang, name: str, parts: Sequence[Boundaries]) -> Iterator[str]:
    for way, chosen in (("all", parts), ("inner", [part.inner() for part in parts])):
        got = count(chosen)
        yield (
            f"{lang}  {name:6}  {way:5}  F1 {got.f1:.4f}  P {got.precision:.4f}  R {got.recall:.4f}"
            f"  published {got.gold:4}  ours {got.ours:4}  found {got.found:4}"
        )


def lines(folder: Path, *, list_errors: bool) -> Iterator[str]:
    """Yield what is printed: both languages, each half and both together, then the errors if wanted."""
    for lang in get_args(Lang):
        side = read_side(folder / f"{lang}.json", lang, "xquad-r")
        halves: dict[Half, list[Boundaries]] = {
            half: [boundaries(part) for part in side.paragraphs if half_of(part.title) == half]
            for half in get_args(Half)
        }
        for half, parts in halves.items():
            yield from _row(lang, half, parts)
        yield from _row(lang, "both", [part for parts in halves.values() for part in parts])
        if list_errors:
            yield from (f"    {line}" for part in halves["dev"] for line in errors(part))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one row a language, half and way of counting."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.sentences")
    parser.add_argument("folder", type=Path, help="where en.json and vi.json of XQuAD-R lie")
    parser.add_argument("--errors", action="store_true", help="list the errors of the half dev")
    given = parser.parse_args(arguments)
    for line in lines(given.folder, list_errors=given.errors):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
