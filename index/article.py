"""One file to one article: read, laid out, dated; what was given overrules what was found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from index import clean, dates, lang, layout, readers, rows
from index.errors import BadArticle
from index.records import Article, Dated, Lang

_LANGUAGES: dict[str, Lang] = {
    "en": "en", "eng": "en", "english": "en", "tiếng anh": "en",
    "vi": "vi", "vie": "vi", "vn": "vi", "vietnamese": "vi", "tiếng việt": "vi",
}  # fmt: skip


def make(
    path: Path, *, date: dt.date | None = None, outlet: str | None = None, lang: Lang | None = None
) -> Article:
    """Return the article in the file at `path`; `BadArticle` says why there is none."""
    source = readers.read(path)
    return of_text(source.text, path, meta=source.meta, date=date, outlet=outlet, lang=lang)


def of_text(
    text: str,
    path: Path,
    *,
    meta: Mapping[str, str] | None = None,
    date: dt.date | None = None,
    outlet: str | None = None,
    lang: Lang | None = None,
) -> Article:
    """Return the article that `text` is, as if read from `path`."""
    meta = meta or {}
    draft = layout.draft(text, clean.tidy(meta.get("title", "")))
    said = [(one.kind, draft.text[one.start : one.end]) for one in draft.blocks]
    said = [(kind, words) for kind, words in said if kind != "caption" or not layout.is_credit(words)]
    if not any(character.isalpha() for _, words in said for character in words):
        raise BadArticle("no article text: nothing is left beside titles, navigation and pictures")
    spoken = lang or _LANGUAGES.get(meta.get("lang", "").strip().lower()[:12]) or _detected(draft)
    published, dated = _when(draft, path.name, meta, spoken, date)
    return Article(
        id=rows.article_id(draft.title, spoken, draft.text),
        file=path.name,
        path=str(path),
        title=draft.title,
        outlet=outlet or clean.tidy(meta.get("outlet", "")) or draft.outlet,
        lang=spoken,
        published=published,
        dated=dated,
        text=draft.text,
        blocks=draft.blocks,
    )


def _detected(draft: layout.Draft) -> Lang:
    return lang.detect(f"{draft.title}\n{draft.text}")


def _when(
    draft: layout.Draft, file: str, meta: Mapping[str, str], spoken: Lang, given: dt.date | None
) -> tuple[dt.date | None, Dated | None]:
    """Return when the article says it was published, and the best that is known of when it was written."""
    if given:
        return given, Dated(given, "day", "given")
    for words in (meta.get("date"), draft.stamp):
        known = dates.parse(words, spoken) if words else None
        if known:
            published = known.date if known.precision == "day" else None
            return published, Dated(known.date, known.precision, "metadata")
    return None, dates.from_file_name(file) or dates.from_text(draft.title, draft.text, spoken)
