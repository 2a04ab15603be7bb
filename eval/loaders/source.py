"""Read the files of a data set, and say clearly what is wrong with one that is not what it should be."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

_T = TypeVar("_T")
_GZIP = b"\x1f\x8b"  # RFC 1952, section 2.3.1
_KINDS: Mapping[type, str] = {str: "a text", list: "a list", dict: "an object", int: "a whole number"}


class DatasetError(ValueError):
    """A file is not of the format that was named, or cannot be used; says what, where and what to do."""


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file, unpacked if gzipped; OSError if it cannot be read."""
    data = path.read_bytes()
    try:
        if data.startswith(_GZIP):
            data = gzip.decompress(data)
        return data.decode("utf-8-sig")
    except (UnicodeDecodeError, EOFError, gzip.BadGzipFile) as error:
        raise DatasetError(
            f"{path.name} is not UTF-8 text: {error}; save it as UTF-8 or fetch it again"
        ) from error


def read_json(path: Path) -> object:
    """Return the JSON value of a file."""
    text = read_text(path)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise DatasetError(
            f"{path.name}, line {error.lineno} is not JSON: {error.msg}; is the file whole?"
        ) from error


def read_jsonl(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield ("file, line n", object) for every line that is not empty."""
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{path.name}, line {number}"
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise DatasetError(f"{where} is not JSON: {error.msg}; is the file whole?") from error
        if not isinstance(record, dict):
            raise DatasetError(f"{where} is {_shown(record)}, not an object")
        yield where, record


def read_csv(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield ("file, line n", row) of a table with a heading line; comma, semicolon or tab between cells."""
    text = read_text(path)
    heading = text.split("\n", 1)[0]
    mark = max(",;\t", key=heading.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        for row in reader:
            where = f"{path.name}, line {reader.line_num}"
            if None in row or None in row.values():
                extra = row.get(None) or ()  # DictReader puts the cells without a heading there
                cells = sum(isinstance(value, str) for value in row.values()) + len(extra)
                raise DatasetError(
                    f"{where} has {cells} cells, the heading {len(reader.fieldnames or ())};"
                    f' put cells that hold "{mark}" or a line break between double quotes'
                )
            yield where, row
    except csv.Error as error:
        raise DatasetError(f"{path.name}, line {reader.line_num}: {error}") from error


def take(record: object, key: str, kind: type[_T], where: str) -> _T:
    """Return `record[key]`; DatasetError unless it is there and of `kind`."""
    if not isinstance(record, Mapping):
        raise DatasetError(
            f'{where} is {_shown(record)}, not an object with "{key}"; is it the format you named?'
        )
    if key not in record:
        keys = ", ".join(sorted(record)) or "nothing"
        raise DatasetError(f'{where} has no "{key}", only {keys}; is it the format you named?')
    value = record[key]
    if not isinstance(value, kind):
        raise DatasetError(f'{where}: "{key}" is {_shown(value)}, not {_KINDS.get(kind, kind.__name__)}')
    return value


def texts(value: object, what: str, where: str) -> list[str]:
    """Return a text or a list of texts as a list; DatasetError for anything else."""
    found: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, str):
            raise DatasetError(f'{where}: "{what}" holds {_shown(item)}, not a text')
        found.append(item)
    return [item for item in found if item.strip()]


def one_file(path: Path, *patterns: str) -> Path:
    """Return `path`, or the one file in the folder `path` that matches a pattern; earlier patterns win."""
    if not path.is_dir():
        return path
    for pattern in patterns:
        found = sorted(path.glob(pattern))
        if len(found) > 1:
            raise DatasetError(
                f"{path} holds {len(found)} files {pattern}, {found[0].name} and {found[1].name}; name one"
            )
        if found:
            return found[0]
    raise DatasetError(f"{path} holds no {' and no '.join(patterns)}; name the file itself")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
