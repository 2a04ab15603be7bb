"""When are two articles one story? Pairs that are known to be or not to be, made of a folder's articles.

    python -m eval.bench.near FOLDER… [--only PREFIX]

Of each article, copies are made as outlets make them (another first paragraph, a caption and a paragraph
more; words replaced, drawn from all words of the language; only the beginning; two figures updated) and
articles that are none: the same words with every figure new, as a form has them every week, and another
article that quotes a part. Told are the least, the median and the greatest resemblance and agreement of
figures (`index.near`), the share that shares a bucket, and the share that is taken for copies. Then the
articles' own pairs, the most alike first: which of them are copies is for a person to say.
"""

from __future__ import annotations

import argparse
import itertools
import random
import re
from collections.abc import Callable
from pathlib import Path
from statistics import median

import click

from index import article as articles_of
from index import near, readers
from index.records import Article

SHOWN = 12


def read(folders: list[Path], prefix: str) -> list[Article]:
    """Return the articles of the files in folders whose names begin with `prefix`."""
    files = [path for one in folders for path in sorted(one.glob(f"{prefix}*")) if path.is_file()]
    with readers.Reading() as reading:
        found = [(one, path) for path in files for one in reading.read(path)]
    return [articles_of.of_source(one, path) for one, path in found if not isinstance(one, readers.Unread)]


class Press:
    """Makes pairs of articles, the same ones for the same seed."""

    def __init__(self, articles: list[Article], seed: int = 1) -> None:
        self._articles = articles
        self._chance = random.Random(seed)
        words = [(one.lang, word) for one in articles for word in one.text.split() if word.isalpha()]
        self._words = {lang: sorted({word for of, word in words if of == lang}) for lang in ("en", "vi")}

    def kinds(self) -> dict[str, Callable[[Article], str]]:
        """Return what is made of an article, by name; what begins with "no" is no copy."""
        return {
            "framed anew": self._framed,
            "one word in 20 new": lambda one: self._reworded(one.text, one, 20),
            "one word in 10 new": lambda one: self._reworded(one.text, one, 10),
            "framed, one word in 10 new": lambda one: self._reworded(self._framed(one), one, 10),
            "first half": lambda one: self._beginning(one, 1 / 2),
            "first third": lambda one: self._beginning(one, 1 / 3),
            "two figures updated": lambda one: re.sub(
                r"\d+", lambda m: str(int(m[0]) + 3), one.text, count=2
            ),
            "no: all figures new": lambda one: re.sub(r"\d", self._digit, one.text),
            "no: quotes a fifth": lambda one: self._quoting(one, 1 / 5),
            "no: quotes a third": lambda one: self._quoting(one, 1 / 3),
        }

    def _other(self, one: Article) -> list[str]:
        mine = near.sketch(one.text)
        same = [other for other in self._articles if other.lang == one.lang]
        others = [other for other in same if not near.copies(mine, near.sketch(other.text))]
        return self._chance.choice(others).text.split("\n\n")

    def _framed(self, one: Article) -> str:
        other = self._other(one)
        rest = one.text.split("\n\n")[1:]
        return "\n\n".join([other[0], *rest, f"Photo: {other[-1][:80]}", other[len(other) // 2]])

    def _reworded(self, text: str, one: Article, every: int) -> str:
        chance, words = self._chance, self._words[one.lang]
        return re.sub(
            r"[^\W\d_]+", lambda m: chance.choice(words) if chance.random() < 1 / every else m[0], text
        )

    def _beginning(self, one: Article, share: float) -> str:
        paragraphs = one.text.split("\n\n")
        return "\n\n".join(paragraphs[: max(1, round(len(paragraphs) * share))])

    def _digit(self, match: re.Match[str]) -> str:
        return str((int(match[0]) + self._chance.randint(1, 8)) % 9 + 1)

    def _quoting(self, one: Article, share: float) -> str:
        other, limit = self._other(one), int(len(one.text) * share)
        return "\n\n".join([*other[:2], one.text[:limit], *other[2:]])


def report(articles: list[Article]) -> None:
    """Print the tables."""
    press = Press(articles)
    click.echo(f"{'made of each':28}{'resemblance':>20}{'figures':>20}{'bucket':>8}{'copies':>8}")
    for name, make in press.kinds().items():
        pairs = [(one, near.sketch(one.text), near.sketch(make(one))) for one in articles]
        alike = [near.resemblance(a, b) for _, a, b in pairs]
        agree = [near.agreement(a, b) for _, a, b in pairs]
        met = [bool(set(near.buckets(a, of.lang)) & set(near.buckets(b, of.lang))) for of, a, b in pairs]
        copies = [near.copies(a, b) for _, a, b in pairs]
        spans = [f"{min(some):.2f} {median(some):.2f} {max(some):.2f}" for some in (alike, agree)]
        click.echo(f"{name:28}{spans[0]:>20}{spans[1]:>20}{_share(met):>8}{_share(copies):>8}")
    sketches = [(one, near.sketch(one.text)) for one in articles]
    own = [
        (near.resemblance(a, b), near.agreement(a, b), near.copies(a, b), one.file, other.file)
        for (one, a), (other, b) in itertools.combinations(sketches, 2)
        if one.lang == other.lang
    ]
    click.echo(f"\n{len(own)} own pairs, {sum(pair[2] for pair in own)} taken for copies")
    for alike_, agree_, copy, *files in sorted(own, reverse=True)[:SHOWN]:
        click.echo(f"{alike_:.3f} {agree_:.2f} {'copies' if copy else '      '} {files[0]}  {files[1]}")


def _share(some: list[bool]) -> str:
    return f"{sum(some) / len(some):.2f}"


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--only", default="", help="take files whose names begin with this")
    given = parser.parse_args()
    report(read(given.folders, given.only))


if __name__ == "__main__":
    main()
