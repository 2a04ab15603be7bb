"""Markdown: front matter as metadata, markup taken off, headings and lists left recognisable."""

from __future__ import annotations

import re

from index.readers.plain import known_key, split_header
from index.readers.source import Source, decode

_FRONT = re.compile(r"\A\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_PAIR = re.compile(r"^([^\W\d_][\w -]*?)\s*:\s*(.*?)\s*$")
_FENCE = re.compile(r"^[ \t]*(?:```|~~~).*$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINK = re.compile(r"(?<!!)\[([^\[\]\n]*)\]\([^()\n]*\)")
_REFERENCE = re.compile(r"^[ \t]*\[[^\]\n]+\]:[ \t]+\S+.*$", re.MULTILINE)
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^\n]*?\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=[^\s*_])([^\n*_]*?[^\s*_])\1(?![\w*])")
_RULE = re.compile(r"^[ \t]*([-*_])(?:[ \t]*\1){2,}[ \t]*$", re.MULTILINE)
_QUOTE = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)
_UNDERLINED = re.compile(r"^([^\n]*\S[^\n]*)\n(=+|-{3,})[ \t]*$", re.MULTILINE)


def parse(data: bytes) -> Source:
    """Decode `data`; front matter gives title, date, outlet and language."""
    text = decode(data)
    front = _FRONT.match(text)
    if front is None:
        source = split_header(text)
        return Source(_plain(source.text), source.meta)
    meta: dict[str, str] = {}
    for line in front.group(1).split("\n"):
        pair = _PAIR.match(line)
        key = known_key(pair.group(1)) if pair else None
        if pair and key and pair.group(2):
            meta.setdefault(key, pair.group(2).strip("\"'"))
    return Source(_plain(text[front.end() :]), meta)


def _plain(text: str) -> str:
    text = _COMMENT.sub("", text)
    text = _FENCE.sub("", text)
    text = _UNDERLINED.sub(lambda found: f"# {found.group(1)}", text)
    text = _REFERENCE.sub("", text)
    text = _LINK.sub(r"\1", text)
    text = _RULE.sub("", text)
    text = _QUOTE.sub("", text)
    text = _STRONG.sub(r"\2", text)
    return _EMPHASIS.sub(r"\2", text)
