"""Which module reads which file, and how large it may be."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath

from index.errors import BadArticle
from index.readers import vietnamese
from index.readers.source import MAX_BYTES, Source, Unread, check_size
from index.text import dates

# Pages and documents carry pictures and scripts beside their text; the largest page of a news site
# that is worth reading has some megabytes, a PDF of a whole issue some tens.
_PAGE = 20_000_000
_DOCUMENT = 60_000_000
# Files of many articles are read in one piece inside the child's memory limit (1 GB).
_MANY = 200_000_000
# More articles of one file are a mistake (a table of something else), or are better split.
MOST_PARTS = 100_000

Options = Mapping[str, str]  # field map of tables: ours → theirs


@dataclass(frozen=True, slots=True)
class Format:
    """How files of one suffix are read. `module.parse(data, options)` gives what is in them."""

    module: str
    limit: int = MAX_BYTES  # bytes
    many: bool = False  # may hold several articles
    written: bool = False  # what it says of its article was written for that by a person

    @property
    def fix(self) -> str:
        """What to do with a file that is larger."""
        if self.limit == MAX_BYTES:
            return "split it into one file an article"
        return "split it" if self.many else "save it smaller"


_TEXT = Format("plain", written=True)
_MARKDOWN = Format("markdown", written=True)
_WEB = Format("web", _PAGE)
_FEED = Format("feed", _DOCUMENT, many=True)
_JSON = Format("jsonl", _MANY, many=True)

FORMATS: dict[str, Format] = {
    ".txt": _TEXT, ".text": _TEXT,
    ".md": _MARKDOWN, ".markdown": _MARKDOWN,
    ".html": _WEB, ".htm": _WEB, ".xhtml": _WEB, ".mht": Format("mht", _PAGE), ".mhtml": Format("mht", _PAGE),
    ".pdf": Format("pdf", _DOCUMENT),
    ".docx": Format("word", _DOCUMENT),
    ".epub": Format("book", _DOCUMENT, many=True),
    ".eml": Format("mail", _DOCUMENT),
    ".rss": _FEED, ".atom": _FEED, ".xml": _FEED,
    ".jsonl": _JSON, ".ndjson": _JSON, ".json": _JSON,
    ".csv": Format("tables", _MANY, many=True), ".tsv": Format("tables", _MANY, many=True),
    ".zip": Format("archive", _MANY, many=True, written=True),
}  # fmt: skip


def of(name: str) -> Format:
    """Return the format of a file name; `BadArticle` when there is none."""
    suffix = PurePath(name).suffix.lower()
    found = FORMATS.get(suffix)
    if found is None:
        raise BadArticle(f"{suffix or 'suffixless'} files are not read; use {', '.join(FORMATS)}")
    return found


def is_of_page(folder: str, names: Collection[str]) -> bool:
    """Whether browsers saved `folder` beside a page among `names`: its pictures, scripts and frames."""
    stems = [folder.removesuffix(end) for end in ("_files", ".files", "-files") if folder.endswith(end)]
    return any(f"{stem}{end}" in names for stem in stems for end in (".html", ".htm", ".xhtml"))


def parse(name: str, data: bytes, options: Options, depth: int = 0) -> Iterable[Source | Unread]:
    """Yield what the file `name` with content `data` holds, in this process.

    `depth` counts the archives around it. A file without an article is an error, never nothing.
    """
    known = of(name)
    check_size(len(data), known.limit)
    if not data.strip(b" \t\r\n\x00"):
        raise BadArticle("empty file")
    module = importlib.import_module(f"index.readers.{known.module}")
    found: Iterable[Source | Unread]
    found = module.parse(data, options, depth) if known.module == "archive" else module.parse(data, options)
    number = 0
    for number, one in enumerate(found, 1):
        if number > MOST_PARTS:
            raise BadArticle(f"more than {MOST_PARTS:,} articles; split it into several files")
        yield _checked(one if known.written else _without_days_to_come(one, today()))
    if number == 0:
        raise BadArticle("no article in it")


def today() -> dt.date:
    """Return the day; the clock of the machine may be set."""
    return dt.datetime.now(dt.UTC).date()


def _without_days_to_come(one: Source | Unread, now: dt.date) -> Source | Unread:
    """Take out dates that programs made up: no page was published next year.

    Those that people write above their texts are left: an invented archive may lie in any time.
    """
    if isinstance(one, Unread):
        return one
    wrong = [key for key in ("date", "updated") if dates.is_to_come(one.meta.get(key, ""), now)]
    return replace(one, meta={key: words for key, words in one.meta.items() if key not in wrong})


def _checked(one: Source | Unread) -> Source | Unread:
    """Refuse an article without text, or of a length that no article has."""
    if isinstance(one, Unread):
        return one
    if converted := vietnamese.mend(one.text):
        # What is said of it in the same file stands in the same font.
        words = {
            key: vietnamese.mend_as(converted.encoding, one.meta[key])
            for key in ("title", "outlet", "authors")
            if key in one.meta
        }
        note = f"converted from {converted.encoding}"
        one = replace(one, text=converted.text, meta={**one.meta, **words, "note": note})
    reason = ""
    if not any(map(str.isalpha, one.text)):
        reason = "no article text in it"
    elif len(one.text) > MAX_BYTES:
        reason = f"too long for one article: {len(one.text):,} characters, the limit is {MAX_BYTES:,}"
    if reason and not one.part:
        raise BadArticle(reason)
    return Unread(one.part, reason) if reason else one
