"""Tables of articles: comma, semicolon or tab separated, their first row names the fields."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping

from index.errors import BadArticle
from index.readers import source
from index.readers.fields import Fields
from index.readers.source import MAX_BYTES, Source, Unread


def parse(data: bytes, options: Mapping[str, str]) -> Iterator[Source | Unread]:
    """Yield an article a row, numbered from 1 unless they have ids."""
    text, note = source.characters(data)
    if "\n" not in text:  # as old Macs ended lines
        text = text.replace("\r", "\n")
    csv.field_size_limit(MAX_BYTES)
    rows = csv.reader(_lines(text), delimiter=_delimiter(text))
    seen: dict[str, int] = {}
    number = 0
    try:
        header = [name.strip() for name in next(rows, [])]
        fields = Fields(header, options)
        for number, row in enumerate(rows, 1):
            if not any(cell.strip() for cell in row):
                continue
            if any(cell.strip() for cell in row[len(header) :]):
                yield Unread(
                    str(number), f"{len(row)} cells, but the first row names {len(header)}; quote the text"
                )
                continue
            one = fields.article(dict(zip(header, row, strict=False)), str(number))
            seen[one.part] = seen.get(one.part, 0) + 1
            part = one.part if seen[one.part] == 1 else f"{one.part}-{seen[one.part]}"
            if isinstance(one, Unread):
                yield Unread(part, one.reason)
            else:
                yield Source(one.text, {**one.meta, "note": note} if note else one.meta, part)
    except csv.Error as error:
        raise BadArticle(f"not a readable table: {error} (row {number + 1})") from error


def _lines(text: str) -> Iterator[str]:
    """Yield lines one by one: a second copy of a large table would not fit beside it."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end].replace("\0", "")
        start = end


def _delimiter(text: str) -> str:
    """Return the mark that parts the names of the first row best."""
    first = text.partition("\n")[0]
    return max((",", ";", "\t", "|"), key=first.count)
