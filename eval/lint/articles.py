"""The articles that a suite is checked against: from a folder or a library, and as the checks see them."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.figures.metrics import tokens
from eval.figures.quantities import DateMention
from index import Library, article, readers
from index.errors import BadArticle
from index.records import Lang, Skipped
from index.text.lang import detect

_QUOTES = str.maketrans("“”„‟«»‘’‚`´", '""""""\'\'\'\'\'')
# What stands before the text: YAML between two lines of dashes, or lines such as "Date: 2025-01-31".
_FRONT = re.compile(r"\A---\n(?P<yaml>.*?\n)---\n|\A(?P<head>(?:[A-Z][a-z]+: [^\n]*\n)+)\n", re.DOTALL)
_HEAD_LINE = re.compile(r"(?:Title|Date|Outlet|Lang): ")
_FIELD = re.compile(r"^(date|lang): *(\S+)", re.IGNORECASE | re.MULTILINE)


def read_articles(folder: Path) -> dict[str, str]:
    """Return the articles in `folder` by base name, as the program reads them and as they lie there.

    Both, since a quotation is what a reader is shown (a row of a table with the names of its columns), and
    what is on the page must not be missed because reading it left it out.
    """
    found: dict[str, list[str]] = {}
    with readers.Reading() as reading:
        for path in readers.find_files([folder]):
            if isinstance(path, Skipped):
                continue
            texts = found.setdefault(path.name, [])
            with contextlib.suppress(UnicodeDecodeError):
                texts.append(path.read_text(encoding="utf-8"))
            with contextlib.suppress(BadArticle):
                texts += [
                    article.of_source(one, path).text
                    for one in reading.read(path)
                    if isinstance(one, readers.Source)
                ]
    return {name: "\n\n".join(texts) for name, texts in found.items()}


def stored_articles(folder: Path) -> dict[str, str]:
    """Return the articles of the library in `folder` by base name; LibraryError if there is none.

    Date and language go before the text, as the front matter of a file has them.
    """
    found: dict[str, list[str]] = {}
    with Library.open(folder, create=False) as library:
        for one in library.articles():
            date = f"date: {one.published}\n" if one.published else ""
            head = f"---\ntitle: {one.title}\n{date}lang: {one.lang}\n---\n\n"
            found.setdefault(one.file, []).append(head + one.text)
    return {name: "\n\n".join(texts) for name, texts in found.items()}


def plain(text: str) -> str:
    """Return `text` as quotations are compared: NFC, straight quotes, no stray space."""
    text = unicodedata.normalize("NFC", text).translate(_QUOTES).replace("_", " ")
    return re.sub(r"\s+([.,;:!?)])|\s*(/)\s*", r"\1\2", re.sub(r"\s+", " ", text))


@dataclass(frozen=True, slots=True)
class Page:
    """One article as the checks see it."""

    text: str  # all of it, see `plain`
    head: str  # its front matter
    body: str  # without it
    said: str  # the tokens of `text`, each between two spaces
    lang: Lang
    date: dt.date | None

    def has(self, words: str) -> bool:
        """Return whether the tokens of `words` stand in a row; as `eval.figures.metrics.has_alias`."""
        wanted = " ".join(tokens(words))
        return bool(wanted) and f" {wanted} " in self.said

    @property
    def written(self) -> DateMention | None:
        """The day of the article, from which "yesterday" and "on Monday" are told."""
        return DateMention(self.date.year, self.date.month, self.date.day, 0, 0) if self.date else None


def pages(articles: Mapping[str, str]) -> dict[str, Page]:
    """Return the articles as the checks see them, by base name."""
    return {name: _page(text) for name, text in articles.items()}


def _page(text: str) -> Page:
    text = text.replace("\r\n", "\n")
    front = _FRONT.match(text)
    if front and front["head"] and not _HEAD_LINE.match(front["head"]):
        front = None  # an interview may begin "Question: …"
    head = front.group() if front else ""
    fields = {key.lower(): value.strip("\"'") for key, value in _FIELD.findall(head)}
    body = text[len(head) :]
    given = fields.get("lang")
    lang: Lang = "en" if given == "en" else "vi" if given == "vi" else detect(body)
    date = None
    with contextlib.suppress(ValueError):
        date = dt.date.fromisoformat(fields.get("date", ""))
    return Page(plain(text), plain(head), plain(body), f" {' '.join(tokens(plain(text)))} ", lang, date)
