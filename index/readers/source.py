"""What every reader returns, and bytes to characters."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import charset_normalizer

from index.errors import BadArticle
from index.readers import vietnamese
from index.text.counted import counted

# A long book has about one million characters, a news article ten thousand: whatever is larger is
# not one article, and cleaning it would only keep the reader waiting.
MAX_BYTES = 2_000_000
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """Text of one article, lines ended by newline characters, and what its file says of it.

    `text` is plain text in the form that `index.text.layout` understands: "## heading", "- item",
    paragraphs parted by empty lines, a form feed where a page ends. `meta` holds lower-case keys
    among title, date, updated, outlet, lang, authors (parted by "; "), url, and note (what had to
    be done to read it); values are as written.
    """

    text: str
    meta: Mapping[str, str] = field(default_factory=dict)
    part: str = ""  # which article of a file that holds several: "3", the id of an entry, a member
    default: Mapping[str, str] = field(default_factory=dict)  # what counts where the article says nothing


@dataclass(frozen=True, slots=True)
class Unread:
    """An article of a file that holds several, or a member of an archive, that could not be read."""

    part: str
    reason: str


def printable(path: Path) -> str:
    """Return the path as text that can be printed and stored, whatever bytes its name has."""
    return os.fsencode(path).decode("utf-8", "replace")


def take(path: Path, limit: int = MAX_BYTES, fix: str = "split it into one file an article") -> bytes:
    """Return the bytes of a regular file of at most `limit` bytes; `BadArticle` says why not."""
    try:
        # Open without following a FIFO's promise: a pipe or device would block or never end.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise BadArticle(f"cannot be read: {error.strerror or error}") from error
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise BadArticle("not a regular file")
        check_size(status.st_size, limit, fix)
        try:
            data = file.read(limit + 1)  # it may have grown since it was measured
        except OSError as error:
            raise BadArticle(f"cannot be read: {error.strerror or error}") from error
    check_size(len(data), limit, fix)
    return data


def check_size(size: int, limit: int = MAX_BYTES, fix: str = "split it into one file an article") -> None:
    """Raise `BadArticle` when `size` is above `limit` (bytes)."""
    if size > limit:
        raise BadArticle(f"too large: {size / 1e6:.1f} MB, the limit is {limit / 1e6:.0f} MB; {fix}")


def decode(data: bytes) -> str:
    """Return the text of `data` in NFC with plain newlines; see `decode_named`."""
    return decode_named(data)[0]


def decode_named(data: bytes) -> tuple[str, str]:
    """Return (text, note) of `data` in NFC with plain newlines; `BadArticle` when there is none.

    Tries a byte-order mark, UTF-8, UTF-16 without a mark, Windows-1258 (its Vietnamese letters are
    base letter and combining mark, so only NFC brings the usual ones back), the fonts TCVN3 and VNI,
    then charset-normalizer. The note names a legacy encoding that was converted, else it is empty.
    """
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise BadArticle("empty file")
    text, note = characters(data)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    check_text(text)
    return text, note


def check_text(text: str) -> None:
    """Raise `BadArticle` when `text` is no article: empty, binary, figures only."""
    printing = [character for character in text if not character.isspace()]
    if not printing:
        raise BadArticle("empty file")
    odd = sum(unicodedata.category(character) in {"Cc", "Cn", "Co"} for character in printing)
    if odd > 0.02 * len(printing):  # text has none; compressed or machine code has a third
        raise BadArticle("binary data, not text")
    letters = sum(character.isalpha() for character in printing)
    if letters < 0.3 * len(printing):  # tables of figures have about half
        raise BadArticle(
            f"no article text: {counted(letters, 'letter')} among {counted(len(printing), 'character')}"
        )


def characters(data: bytes) -> tuple[str, str]:
    """Return (text, note) of bytes in any encoding that can be told; `BadArticle` for binary data."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), ""
            except UnicodeDecodeError as error:
                raise BadArticle(f"says {encoding} in its first bytes but is not") from error
    if b"\x00" in data:
        return _utf16(data), ""
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    if known := _damaged_utf8(data) or windows_1258(data):
        return known, ""
    if legacy := vietnamese.convert(data):
        return legacy.text, f"converted from {legacy.encoding}"
    return _guessed(data), ""


def _utf16(data: bytes) -> str:
    """Decode UTF-16 without a mark: Latin letters put a NUL into every second byte, always the same."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    half = max(len(data) // 2, 1)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    if max(even, odd) < 0.3 * half or min(even, odd) > 0.05 * half:
        raise BadArticle("binary data, not text")
    try:
        return data[: len(data) // 2 * 2].decode(encoding)
    except UnicodeDecodeError as error:
        raise BadArticle("binary data, not text") from error


def _damaged_utf8(data: bytes) -> str | None:
    """Return UTF-8 with a few broken bytes (one in a thousand at most), else None."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("�")
    whole = sum(character > "\x7f" for character in text) - broken
    return text if broken <= 1 + len(text) / 1000 and whole > 5 * broken else None


def windows_1258(data: bytes) -> str | None:
    """Return Vietnamese in Windows-1258, None when it is something else."""
    try:
        text = unicodedata.normalize("NFC", data.decode("cp1258"))
    except UnicodeDecodeError:
        return None
    letters = sum(character.isalpha() for character in text)
    # Letters with two marks (ế, ậ, ớ …) exist in Vietnamese only; other languages in this code page
    # give stray marks instead. Running Vietnamese has one such letter in ten.
    double = sum("\u1ea0" <= character <= "\u1ef9" for character in text)
    stray = sum(unicodedata.combining(character) > 0 for character in text)
    return text if double > 0.02 * letters and stray <= 0.001 * letters else None


def _guessed(data: bytes) -> str:
    best = charset_normalizer.from_bytes(data).best()
    if best is None:
        raise BadArticle("binary data, or an unknown encoding; save it as UTF-8")
    return str(best)
