"""Markdown: front matter as metadata, markup taken off, headings and lists left recognisable."""

from __future__ import annotations

import re

from index.readers.plain import known_key, split_header
from index.readers.source import Source, decode_named

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
    """Decode `data`; front matter gives title, date, outlet, language, authors and such."""
    text, note = decode_named(data)
    noted = {"note": note} if note else {}
    front = _FRONT.match(text)
    if front is None:
        source = split_header(text)
        return Source(_plain(source.text), {**source.meta, **noted})
    meta: dict[str, str] = {}
    lists: dict[str, str] | None = None
    for line in front.group(1).split("\n"):
        pair = _PAIR.match(line)
        key = known_key(pair.group(1)) if pair else None
        if pair is None or key is None:
            continue
        value = pair.group(2)
        # Line by line, "title: It's #1: a bridge" keeps its words; only what goes on over several
        # lines, and lists, need YAML.
        if not value or value[0] in "[>|":
            lists = _yaml(front.group(1)) if lists is None else lists
            value = lists.get(pair.group(1).strip(), value)
        if value:
            meta.setdefault(key, value.strip("\"'"))
    return Source(_plain(text[front.end() :]), {**meta, **noted})


def _yaml(text: str) -> dict[str, str]:
    """Return the entries of front matter as words; a list's are parted by "; "."""
    import yaml

    try:
        found = yaml.load(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}
    result: dict[str, str] = {}
    for key, value in found.items() if isinstance(found, dict) else ():
        parts = value if isinstance(value, list) else [value]
        # An author may be a map of its own: "- name: Anna Reed".
        words = [part.get("name") if isinstance(part, dict) else part for part in parts]
        result[str(key)] = "; ".join(" ".join(word.split()) for word in words if isinstance(word, str))
    return result


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
