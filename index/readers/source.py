"""What every reader returns, and bytes to characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

import charset_normalizer

from index.errors import BadArticle

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
    """Text of one file, lines ended by newline characters, and what the file says of itself.

    `meta` holds lower-case keys among title, date, outlet, lang; values are as written.
    """

    text: str
    meta: Mapping[str, str] = field(default_factory=dict)


def decode(data: bytes) -> str:
    """Return the text of `data` in NFC with plain newlines; `BadArticle` when there is none.

    Tries a byte-order mark, UTF-8, UTF-16 without a mark, Windows-1258 (its Vietnamese letters are
    base letter and combining mark, so only NFC brings the usual ones back), then charset-normalizer.
    """
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise BadArticle("empty file")
    text = _characters(data)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    printing = [character for character in text if not character.isspace()]
    if not printing:
        raise BadArticle("empty file")
    odd = sum(unicodedata.category(character) in {"Cc", "Cn", "Co"} for character in printing)
    if odd > 0.02 * len(printing):  # text has none; compressed or machine code has a third
        raise BadArticle("binary data, not text")
    letters = sum(character.isalpha() for character in printing)
    if letters < 0.3 * len(printing):  # tables of figures have about half
        raise BadArticle(f"no article text: {letters} letters among {len(printing)} characters")
    return text


def _characters(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise BadArticle(f"says {encoding} in its first bytes but is not") from error
    if b"\x00" in data:
        return _utf16(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    return _damaged_utf8(data) or _windows_1258(data) or _guessed(data)


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


def _windows_1258(data: bytes) -> str | None:
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
