"""What was read to an article: laid out, dated; what was given overrules what was found."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from index.errors import BadArticle
from index.readers.bylines import nobody
from index.readers.source import Source, printable
from index.records import Article, Dated, Lang
from index.store import rows
from index.text import clean, dates, lang, layout, pages, spoken
from index.text.words import words

_LANGUAGES: dict[str, Lang] = {
    "en": "en", "eng": "en", "english": "en", "tiếng anh": "en",
    "vi": "vi", "vie": "vi", "vn": "vi", "vietnamese": "vi", "tiếng việt": "vi",
}  # fmt: skip
# "Smith, John" is read as two names; bylines of news are rarely written so.
_BETWEEN_NAMES = re.compile(
    r"\s*[;,&|]\s*|\s+(?:and|và|[-–—/])\s+|^\s*(?:by|bài(?: và ảnh)?\s*:|tác giả\s*:|thực hiện\s*:)\s+",
    re.IGNORECASE,
)
_BESIDE_NAME = re.compile(r"(?<=\S)\s*[(\[][^()\[\]]*[)\]]$")  # "Ann Vole (Oslo)"
# What programs write where no author is known.
_NOBODY = words("anonymous unknown unspecified user admin administrator python-docx author")
# What an article may say of itself in its text, so that a default comes after it.
_IN_TEXT = ("date", "outlet", "authors")
_NOTHING = dates.Known(dt.date(1970, 1, 1), "day")  # what programs make of a zero
_ADDRESS = re.compile(r"https?://[^\s<>\"'\x00-\x20]{1,2000}", re.IGNORECASE)


def of_source(
    source: Source,
    path: Path,
    *,
    date: dt.date | None = None,
    outlet: str | None = None,
    lang: Lang | None = None,
) -> Article:
    """Return the article that a reader found in the file at `path`; `BadArticle` says why there is none."""
    part = source.part
    made = of_text(
        source.text,
        path,
        meta=source.meta,
        default=source.default,
        date=date,
        outlet=outlet,
        lang=lang,
        # The name of an export tells when it was made; that of an archive's member is a file's name.
        dated_name=part if part else path.name,
    )
    if not part:
        return made
    name = f"#{fragment(part)}"
    return replace(made, file=made.file + name, path=made.path + name, container=made.path)


def fragment(part: str) -> str:
    """Return the name of an article within its file in characters that a path can have, at most 120.

    An id too long keeps its end, where ids differ, behind a hash of the whole.
    """
    name = re.sub(r"[^\w.:=@~,()#+-]+", "_", part).strip("_") or "article"
    if len(name) > 120:
        name = f"{hashlib.sha256(part.encode()).hexdigest()[:8]}_{name[-100:]}"
    return name


def of_text(
    text: str,
    path: Path,
    *,
    meta: Mapping[str, str] | None = None,
    date: dt.date | None = None,
    outlet: str | None = None,
    lang: Lang | None = None,
    dated_name: str | None = None,
    default: Mapping[str, str] | None = None,
) -> Article:
    """Return the article that `text` is, as if read from `path`; `dated_name` may hold its date.

    `meta` is what its file says of it, `default` what counts where neither file nor text says anything.
    """
    meta, default = meta or {}, default or {}
    # What the text may say counts before the default; that is looked at below.
    meta = {key: words for key, words in default.items() if key not in _IN_TEXT} | {
        key: words for key, words in meta.items() if words
    }
    draft = layout.draft(text, clean.tidy(meta.get("title", "")))
    said = [(one.kind, draft.text[one.start : one.end]) for one in draft.blocks]
    said = [(kind, part) for kind, part in said if kind != "caption" or not layout.is_credit(part)]
    if not any(character.isalpha() for _, part in said for character in part):
        raise BadArticle("no article text: nothing is left beside titles, navigation and pictures")
    main = lang or _LANGUAGES.get(meta.get("lang", "").strip().lower()[:12]) or _detected(draft)
    stamps = (meta.get("date"), draft.stamp)
    published, dated = (
        (date, Dated(date, "day", "given"))
        if date
        else _when(draft, dated_name or path.name, stamps, default.get("date"), main)
    )
    if address := _address(meta.get("outlet", "")):  # note-taking programs save "source: https://…"
        meta = {"url": address, **meta, "outlet": ""}
    outlet = (
        outlet or clean.tidy(meta.get("outlet", "")) or draft.outlet or clean.tidy(default.get("outlet", ""))
    )
    return Article(
        id=rows.article_id(draft.title, main, draft.text),
        file=printable(Path(path.name)),
        path=printable(path),
        title=draft.title,
        outlet=outlet or None,
        lang=main,
        published=published,
        dated=dated,
        text=draft.text,
        blocks=spoken.marked(draft.text, draft.blocks, main),
        updated=_updated(meta.get("updated", ""), main, published),
        authors=_authors(meta.get("authors", ""), draft, main, outlet, default.get("authors", "")),
        url=_address(meta.get("url", "")),
        pages=pages.starts(text, draft.text),
        note=meta.get("note") or None,
    )


def _detected(draft: layout.Draft) -> Lang:
    return lang.detect(f"{draft.title}\n{draft.text}")


def _when(
    draft: layout.Draft,
    file: str,
    stamps: Sequence[str | None],
    default: str | None,
    main: Lang,
) -> tuple[dt.date | None, Dated | None]:
    """Return when the article says it was published, and the best that is known of when it was written.

    `default` is a date for what says none: before a guess from what the text tells, after the file's name.
    """
    for stamp in stamps:
        if known := _believed(stamp, main):
            published = known.date if known.precision == "day" else None
            return published, Dated(known.date, known.precision, "metadata")
    named = dates.from_file_name(file)
    if named:
        return None, named
    if default:
        return _when(draft, "", [default], None, main)
    return None, dates.from_text(draft.title, draft.text, main)


def _believed(stamp: str | None, main: Lang) -> dates.Known | None:
    """Return the date that metadata or a stamp says, None for what programs write where there is none."""
    known = dates.parse(stamp, main) if stamp else None
    return None if known == _NOTHING else known


def _updated(stamp: str, main: Lang, published: dt.date | None) -> Dated | None:
    """Return when it was last changed; not before it was published, which is a date of something else."""
    known = _believed(stamp, main)
    if known is None or (published and known.precision == "day" and known.date < published):
        return None
    return Dated(known.date, known.precision, "metadata")


def _authors(said: str, draft: layout.Draft, main: Lang, outlet: str | None, default: str) -> tuple[str, ...]:
    """Return the persons who wrote it: as its file says, as its byline does, or as it is signed.

    An English article is not signed below its text; a name there is a photographer's or a place.
    """
    for byline in (said, draft.byline or "", (draft.signed or "") if main == "vi" else "", default):
        found = [one for one in people(byline) if not nobody(one)]
        if found := [one for one in found if not outlet or one.casefold() != outlet.casefold()]:
            return tuple(found)
    return ()


def people(byline: str) -> tuple[str, ...]:
    """Return the names in a byline, in order, each once."""
    names = [clean.tidy(name).strip(" .") for name in _BETWEEN_NAMES.split(byline)]
    names = [_BESIDE_NAME.sub("", name).strip("()[] ") for name in names]
    people = (name for name in names if any(map(str.isalpha, name)) and name.casefold() not in _NOBODY)
    return tuple(dict.fromkeys(people))[:20]


def _address(url: str) -> str | None:
    """Return an address that may be shown as a link, else None."""
    found = _ADDRESS.fullmatch(url.strip())
    return found.group() if found else None
