"""Questions from a file, one JSON object a line; what is not one is refused with its line number.

Python's json takes duplicate keys, NaN and lone surrogates without a word. Here each is an error:
the first silently drops a question, the last cannot be written back out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.errors import BadFilter
from index.search import inline
from rag.errors import BadInput

Pair = tuple[str, str]  # an earlier question and the answer that was given


@dataclass(frozen=True, slots=True)
class Ask:
    """One question of a batch. `id` is handed back as it came, a text or a number."""

    line: int  # 1-based
    id: str | int
    question: str
    history: tuple[Pair, ...] = ()


def read(lines: Iterable[bytes]) -> Iterator[Ask | BadInput]:
    """Yield a question, or what is wrong with it, for each line that is not empty, as they come in.

    A line is `{"id": …, "question": …}`, `history` (pairs of question and answer) may be added;
    other fields, such as an evaluation's expected answers, are left alone.
    """
    seen: dict[str | int, int] = {}
    for number, raw in enumerate(lines, 1):
        text = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
        if not text.strip():
            continue
        try:
            ask = _parse(number, text)
            if ask.id in seen:
                raise ValueError(f"the id {ask.id!r} was used on line {seen[ask.id]} already")
        except (ValueError, RecursionError) as error:
            why = "nested too deeply" if isinstance(error, RecursionError) else _reason(error)
            yield BadInput(f"line {number}: {why}")
        else:
            seen[ask.id] = number
            yield ask


def _reason(error: ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8 (byte 0x{error.object[error.start]:02x} at position {error.start})"
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg} at character {error.pos + 1}"
    return str(error)


def _parse(number: int, raw: bytes) -> Ask:
    record = json.loads(raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    if not isinstance(record, dict):
        raise ValueError(f'not an object like {{"id": "q1", "question": "…"}} but {type(record).__name__}')
    for name in ("id", "question"):
        if name not in record:
            raise ValueError(f'"{name}" is missing')
    ident, question = record["id"], record["question"]
    if not isinstance(ident, (str, int)) or isinstance(ident, bool):
        raise ValueError('"id" must be a text or a whole number')
    if isinstance(ident, str):
        _sound(ident, "id")
    question = _sound(question, "question")
    try:
        inline.parse(question)
    except BadFilter as error:
        raise ValueError(": ".join(str(error).splitlines())) from None
    return Ask(number, ident, question, _history(record.get("history", [])))


def _history(value: object) -> tuple[Pair, ...]:
    if not isinstance(value, list):
        raise ValueError('"history" must be a list of [question, answer] pairs')
    pairs: list[Pair] = []
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2:
            raise ValueError('"history" must be a list of [question, answer] pairs')
        pairs.append((_sound(pair[0], "history"), _sound(pair[1], "history")))
    return tuple(pairs)


def _sound(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f'"{name}" must be a text, not {type(value).__name__}')
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError(f'"{name}" has half of a character (a lone surrogate)')
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    record = dict(pairs)
    if len(record) < len(pairs):
        twice = next(key for key, _ in pairs if sum(key == other for other, _ in pairs) > 1)
        raise ValueError(f"the key {twice!r} stands there twice")
    return record


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
