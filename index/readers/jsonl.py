"""JSON: one article a line (.jsonl, .ndjson), or a list of articles, or one, in a whole (.json)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from index.errors import BadArticle
from index.readers import strict
from index.readers.fields import Fields
from index.readers.source import MAX_BYTES, Source, Unread

# JSON writes a Vietnamese letter in six bytes ("\u1ec7"), so the longest article has six times its letters.
_LONGEST_LINE = 6 * MAX_BYTES
_WRAPPERS = ("articles", "items", "data", "results", "docs", "documents", "entries", "news")


def parse(data: bytes, options: Mapping[str, str]) -> Iterator[Source | Unread]:
    """Yield the articles of a file, numbered from 1 unless they have ids."""
    data = data.removeprefix(b"\xef\xbb\xbf").strip()
    if b"\n" not in data or data[:1] == b"[" or not _is_whole(data.partition(b"\n")[0]):
        yield from _articles(_list(data), options)
    else:
        yield from _articles(_lines(data), options)


def _is_whole(line: bytes) -> bool:
    """Whether the first line is an object by itself, so that each line is."""
    return line.strip().endswith(b"}")


def _list(data: bytes) -> Iterator[object]:
    value = strict.loads(data)
    if isinstance(value, dict):
        value = next((value[name] for name in _WRAPPERS if isinstance(value.get(name), list)), [value])
    if not isinstance(value, list):
        raise BadArticle(f"JSON, but neither an article nor a list of them: {str(value)[:40]!r}")
    yield from value


def _lines(data: bytes) -> Iterator[object]:
    start = 0
    while start < len(data):  # not split(): a second copy of the file would not fit beside it
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        line = data[start:end].strip()
        start = end + 1
        if len(line) > _LONGEST_LINE:
            yield BadArticle(f"a line of {len(line) / 1e6:.1f} MB, the limit is {_LONGEST_LINE / 1e6:.0f} MB")
        elif line:
            try:
                yield strict.loads(line)
            except BadArticle as error:
                yield error


def _articles(values: Iterator[object], options: Mapping[str, str]) -> Iterator[Source | Unread]:
    names: dict[str, int] = {}
    for number, value in enumerate(values, 1):
        if isinstance(value, BadArticle):
            yield Unread(str(number), str(value))
            continue
        if not isinstance(value, dict):
            yield Unread(str(number), f"not an object with fields: {str(value)[:40]!r}")
            continue
        record: dict[str, Any] = value
        try:
            one = Fields([str(name) for name in record], options).article(record, str(number))
        except BadArticle as error:
            yield Unread(str(number), str(error))
            continue
        names[one.part] = names.get(one.part, 0) + 1
        if names[one.part] > 1:  # two records of one id: both are kept
            part = f"{one.part}-{names[one.part]}"
            one = Source(one.text, one.meta, part) if isinstance(one, Source) else Unread(part, one.reason)
        yield one
