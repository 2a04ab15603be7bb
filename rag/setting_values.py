"""Values of settings: what each type accepts, from TOML and from text, and how TOML writes it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

from rag.care import CareName


class Text(str):
    """A value that came as text and stands for whatever type its setting has."""

    __slots__ = ()


def parse(kind: Any, raw: object) -> object:  # noqa: ANN401 - a type, or a union of types
    """Return `raw` as `kind`. Raises TypeError or ValueError if it is not one."""
    return _PARSERS[kind](raw)


def _boolean(raw: object) -> bool:
    if isinstance(raw, Text) and raw.lower() in ("true", "1", "yes", "on", "false", "0", "no", "off"):
        return raw.lower() in ("true", "1", "yes", "on")
    if not isinstance(raw, bool):
        raise TypeError
    return raw


def _whole(raw: object) -> int:
    if isinstance(raw, Text):
        return int(raw)
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise TypeError
    return raw


def _number(raw: object) -> float:
    if not isinstance(raw, (int, float, Text)) or isinstance(raw, bool):
        raise TypeError
    number = float(raw)
    if not math.isfinite(number):
        raise ValueError
    return number


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise TypeError
    return str(raw)


def _care(raw: object) -> str:
    if raw not in get_args(CareName):
        raise ValueError
    return str(raw)


def _path(raw: object) -> Path | None:
    if not isinstance(raw, (str, Path)) or "\0" in str(raw):
        raise TypeError
    return Path(raw) if str(raw) else None


_PARSERS: dict[Any, Callable[[object], object]] = {
    bool: _boolean,
    int: _whole,
    float: _number,
    str: _text,
    CareName: _care,
    Path | None: _path,
}
NAMES: dict[Any, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    CareName: f"one of {', '.join(get_args(CareName))}",
    Path | None: "a path",
}


def toml_value(value: object) -> str:
    """Return a value as TOML writes it; no path is an empty text."""
    if value is None:
        return '""'
    plain = value if isinstance(value, (bool, int, float)) else str(value)
    return json.dumps(plain).replace("\x7f", "\\u007f")  # TOML refuses a bare DEL, JSON does not
