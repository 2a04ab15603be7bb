"""Markdown: front matter as metadata, markup taken off, headings and lists left recognisable."""

from __future__ import annotations

import datetime as dt
import html
import re
import tomllib
from collections.abc import Iterator, Mapping

from index.readers.plain import known_key, split_header
from index.readers.source import Source, decode_named

_FRONT = re.compile(r"\A\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_TOML = re.compile(r"\A\s*\+\+\+[ \t]*\n(.*?)\n\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
_LONGEST_FRONT = 50_000  # characters; PyYAML reads about 100,000 a second
# No pattern may try one stretch of a line again from each of its characters: a line has up to 2 million.
# What is repeated ends at the mark that it looks for, or gives nothing back ("++").
_PAIR = re.compile(r"^([^\W\d_][\w \t-]*+):(.*)$")
_FENCE = re.compile(r"^[ \t]*(?:```|~~~).*$", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[([^\[\]\n]*)\]\([^()\n]*+(?:\([^()\n]*+\)[^()\n]*+)*+\)")
_WIKI = re.compile(r"(!?)\[\[(?:[^\[\]|\n]*\|)?([^\[\]|\n]*)\]\]")
_BY_LABEL = re.compile(r"(?<!!)\[([^\[\]\n]+)\](?:\[([^\[\]\n]*)\])?")
_REFERENCE = re.compile(r"^[ \t]*\[(?!\^)([^\]\n]+)\]:[ \t]+\S.*$", re.MULTILINE)
_FOOTNOTE = re.compile(r"\[\^[^\[\]\n]+\]:?")
_CODE = re.compile(r"(?<!`)`++([^`\n]+)`++")
_STRONG = (
    # What is between ends at the next mark whichever way it is tried, so it need not be "++"; and Python
    # before 3.11.5 loses a group around a possessive one.
    re.compile(r"\*\*(?=\S)(?!\*\*)((?:[^*\n]|\*(?!\*))*)(?<=\S)\*\*"),
    re.compile(r"__(?=\S)(?!__)((?:[^_\n]|_(?!_))*)(?<=\S)__"),
)
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=[^\s*_])([^\n*_]*[^\s*_])\1(?![\w*])")
_MARKED = re.compile(r"==(?=\S)([^=\n]+)(?<=\S)==")
_RULE = re.compile(r"^[ \t]*([-*_])(?:[ \t]*+\1){2,}+[ \t]*+$", re.MULTILINE)
_QUOTE = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)
_UNDERLINED = re.compile(r"^(?=[ \t]*+\S)([^\n]++)\n(=+|-{3,})[ \t]*$", re.MULTILINE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_BREAKING_TAG = re.compile(
    r"</?(?:br|p|div|h[1-6]|li|ul|ol|tr|table|blockquote|center)\b[^<>\n]*>", re.IGNORECASE
)
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|cite|code|em|font|i|img|ins|kbd|mark|q|s|small|span|strike|strong|sub|sup|u|t[dh])"
    r"\b[^<>\n]*>",
    re.IGNORECASE,
)
_COLUMN_RULE = re.compile(r"[ \t]*+\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)++\|?[ \t]*+")


def parse(data: bytes, _options: Mapping[str, str]) -> Iterator[Source]:
    """Decode `data`; front matter gives title, date, outlet, language, authors and such."""
    text, note = decode_named(data)
    noted = {"note": note} if note else {}
    if front := _FRONT.match(text):
        yield Source(_plain(text[front.end() :]), {**_yaml_lines(front.group(1)), **noted})
    elif (front := _FRONT_TOML.match(text)) and (found := _toml(front.group(1))) is not None:
        yield Source(_plain(text[front.end() :]), {**found, **noted})
    else:
        source = split_header(text)
        yield Source(_plain(source.text), {**source.meta, **noted})


def _yaml_lines(front: str) -> dict[str, str]:
    """Return what front matter in YAML says, also where it is not quite YAML."""
    meta: dict[str, str] = {}
    lists: dict[str, str] | None = None
    for line in front.split("\n"):
        pair = _PAIR.match(line)
        key = known_key(pair.group(1)) if pair else None
        if pair is None or key is None:
            continue
        value = pair.group(2).strip()
        # Line by line, "title: It's #1: a bridge" keeps its words; only what goes on over several
        # lines, and lists, need YAML.
        if not value or value[0] in "[>|":
            lists = _yaml(front) if lists is None else lists
            value = lists.get(pair.group(1).strip(), value)
        if value:
            meta.setdefault(key, value.strip("\"'"))
    return meta


def _toml(front: str) -> dict[str, str] | None:
    """Return what front matter in TOML says; None when it is none."""
    try:
        found = tomllib.loads(front)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return None
    meta: dict[str, str] = {}
    for name, value in _entries(found).items():
        if (key := known_key(name)) and value:
            meta.setdefault(key, value)
    return meta


def _yaml(text: str) -> dict[str, str]:
    """Return the entries of front matter as words; a list's are parted by "; "."""
    import yaml

    if len(text) > _LONGEST_FRONT:
        return {}
    try:
        return _entries(yaml.load(text, Loader=yaml.BaseLoader))
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}


def _entries(found: object) -> dict[str, str]:
    result: dict[str, str] = {}
    for key, value in found.items() if isinstance(found, dict) else ():
        parts = value if isinstance(value, list) else [value]
        # An author may be a map of its own: "- name: Anna Reed".
        words = [part.get("name") if isinstance(part, dict) else part for part in parts]
        result[str(key)] = "; ".join(" ".join(word.split()) for word in map(_word, words) if word)
    return result


def _word(value: object) -> str:
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    return value if isinstance(value, str) else ""


def _plain(text: str) -> str:
    text = _without(text, "<!--", "-->")
    for name in ("script", "style"):
        text = _without(text, f"<{name}", f"</{name}>")
    text = _FENCE.sub("", text)
    text = _UNDERLINED.sub(lambda found: f"# {found.group(1)}", text)
    labels = {_label(found.group(1)) for found in _REFERENCE.finditer(text)}
    text = _REFERENCE.sub("", text)
    text = _FOOTNOTE.sub("", text)
    text = _WIKI.sub(lambda found: "" if found.group(1) else found.group(2), text)
    text = _LINK.sub(r"\1", text)
    text = _BY_LABEL.sub(lambda found: _linked(found, labels), text) if labels else text
    text = _RULE.sub("", text)
    text = _QUOTE.sub("", text)
    text = _CODE.sub(r"\1", text)
    for pattern in _STRONG:
        text = pattern.sub(r"\1", text)
    text = _EMPHASIS.sub(r"\2", text)
    text = _MARKED.sub(r"\1", text)
    text = "\n".join(_untagged(line) for line in _barred(text.split("\n")))
    return _ENTITY.sub(lambda found: html.unescape(found.group()), text)


def _without(text: str, opening: str, closing: str) -> str:
    """Take out what stands between two marks; an opening one without its closing one stays."""
    parts: list[str] = []
    at = 0
    while (start := text.find(opening, at)) >= 0 and (end := text.find(closing, start + len(opening))) >= 0:
        parts.append(text[at:start])
        at = end + len(closing)
    return "".join(parts) + text[at:]


def _untagged(line: str) -> str:
    """Return a line without HTML's marks; what ends a line ends it here, but for a row of a table."""
    return _TAG.sub("", _BREAKING_TAG.sub(" " if line.startswith("|") else "\n", line))


def _label(words: str) -> str:
    return " ".join(words.split()).casefold()


def _linked(found: re.Match[str], labels: set[str]) -> str:
    """Return the words of a link whose address stands elsewhere; other brackets as they are."""
    return found.group(1) if _label(found.group(2) or found.group(1)) in labels else found.group()


def _barred(lines: list[str]) -> Iterator[str]:
    """Put bars around the rows of tables that are written without them."""
    in_table = False
    for number, line in enumerate(lines):
        bars = "|" in line
        follows = lines[number + 1] if number + 1 < len(lines) else ""
        begins = bars and "|" in follows and bool(_COLUMN_RULE.fullmatch(follows))
        in_table = bars and (in_table or begins)
        row = line.strip()
        if in_table and not (row.startswith("|") and row.endswith("|")):
            yield f"| {row.strip('|').strip()} |"
        else:
            yield line
