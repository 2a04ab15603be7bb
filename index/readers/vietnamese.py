"""Vietnamese from before Unicode: the TCVN3 (ABC) and VNI fonts put its letters on Western codes.

The tables are those of TCVN 5712 (single bytes) and of the VNI-Windows fonts (a base letter, then a
byte for its mark). Both files look like valid Western text with senseless accents.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Marks in the order in which both tables are written: grave, hook, tilde, acute, dot below.
_TONES = ("\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
_TCVN3 = {
    "a": "B5 B6 B7 B8 B9", "ă": "BB BC BD BE C6", "â": "C7 C8 C9 CA CB", "e": "CC CE CF D0 D1",
    "ê": "D2 D3 D4 D5 D6", "i": "D7 D8 DC DD DE", "o": "DF E1 E2 E3 E4", "ô": "E5 E6 E7 E8 E9",
    "ơ": "EA EB EC ED EE", "u": "EF F1 F2 F3 F4", "ư": "F5 F6 F7 F8 F9", "y": "FA FB FC FD FE",
}  # fmt: skip
_TCVN3_PLAIN = dict(
    zip("ăâđêôơưĂÂĐÊÔƠƯ", bytes.fromhex("A8A9AEAAABACAD A1A2A7A3A4A5A6".replace(" ", "")), strict=True)
)
# The byte after the base letter, as Windows shows it: plain tones, then those of the hatted letters.
_VNI_PLAIN = dict(zip("øûõùï", _TONES, strict=True))
_VNI_BREVE = {"ê": "", **dict(zip("èúüéë", _TONES, strict=True))}
_VNI_HAT = {"â": "", **dict(zip("àåãáä", _TONES, strict=True))}
_VNI_ALONE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}

# A syllable without its marks: at most one onset, one run of vowels, one ending.
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|th|tr|ph|kh|ch|gh|gi|qu|[bcdđghklmnpqrstvx])?[aăâeêioôơuưy]{1,3}(?:ng|nh|ch|[cmnpt])?"
)
_WORD = re.compile(r"[^\W\d_]+")
_FEWEST = 5  # accented words: fewer may be possible syllables by chance
_DOUBLE = re.compile(r"[\u1ea0-\u1ef9]")


@dataclass(frozen=True, slots=True)
class Converted:
    """Text in Unicode and the encoding that it came from."""

    text: str
    encoding: str


def convert(data: bytes) -> Converted | None:
    """Return `data` read as TCVN3 or VNI, whichever gives Vietnamese; None when neither does.

    Right: nine of ten words with a letter beyond ASCII are possible syllables, and letters with two
    marks are as common as in running Vietnamese (cp1258 is told by the same share). On an invented
    article TCVN3 read as VNI gave 0.35; VNI read as TCVN3 gave 0.92 against 1.0, so the better counts.
    """
    best: tuple[float, Converted] | None = None
    for name, reading in (("TCVN3 (ABC)", _tcvn3(data)), ("VNI", _vni(data))):
        share = vietnamese(reading)
        if share >= 0.9 and (best is None or share > best[0]):
            best = share, Converted(reading, name)
    return best[1] if best else None


def mend(text: str) -> Converted | None:
    """Return text that is already in Unicode but was written for those fonts ("Thµnh phè"), else None."""
    if not any("\xa1" <= letter <= "\xfe" for letter in text) or _DOUBLE.search(text):
        return None
    data = bytearray()
    for letter in text:
        try:
            data += letter.encode("cp1252")
        except UnicodeEncodeError:
            if letter > "\xff":  # a letter that those fonts do not have
                return None
            data.append(ord(letter))
    return convert(bytes(data))


def mend_as(encoding: str, text: str) -> str:
    """Return a few words that stand in such an encoding, as `mend` found of the text that they belong to."""
    try:
        data = text.encode("cp1252")
    except UnicodeEncodeError:
        return text
    return _tcvn3(data) if encoding.startswith("TCVN3") else _vni(data)


def vietnamese(text: str) -> float:
    """Return the share of accented words that are Vietnamese syllables; 0 without letters of two marks."""
    words = [word for word in _WORD.findall(text.lower()) if not word.isascii()]
    letters = sum(map(len, _WORD.findall(text)))
    if len(words) < _FEWEST or len(_DOUBLE.findall(text)) < 0.02 * letters:
        return 0.0
    return sum(bool(_SYLLABLE.fullmatch(_without_tones(word))) for word in words) / len(words)


def _without_tones(word: str) -> str:
    apart = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in _TONES))


def _tcvn3_table() -> dict[int, str]:
    table = {code: bytes([code]).decode("cp1252", "replace") for code in range(0x80, 0xA0)}  # quotes, dashes
    table |= {code: letter for letter, code in _TCVN3_PLAIN.items()}
    for letter, codes in _TCVN3.items():
        for tone, code in zip(_TONES, bytes.fromhex(codes.replace(" ", "")), strict=True):
            table[code] = unicodedata.normalize("NFC", letter + tone)
    return table


_TABLE = _tcvn3_table()


def _tcvn3(data: bytes) -> str:
    text = data.decode("latin-1").translate(_TABLE)
    # Capitals with tones had fonts of their own, on the codes of the small letters: "VIÖT NAM".
    return "\n".join(map(_capitals, text.split("\n")))


def _capitals(line: str) -> str:
    """Return a line with its capitals: lines without a small ASCII letter, words of two capitals or more."""
    if not any("a" <= letter <= "z" for letter in line) and any("A" <= letter <= "Z" for letter in line):
        return line.upper()
    return _WORD.sub(lambda found: _capital_word(found.group()), line)


def _capital_word(word: str) -> str:
    plain = [letter for letter in word if letter.isascii()]
    return word.upper() if len(plain) > 1 and all(map(str.isupper, plain)) else word


def _vni(data: bytes) -> str:
    text = data.decode("cp1252", "replace")
    return _VNI_PAIR.sub(_vni_letter, text)


_VNI_MARKS = "".join({*_VNI_PLAIN, *_VNI_BREVE, *_VNI_HAT})
_VNI_PAIR = re.compile(
    rf"[aeouyôö][{_VNI_MARKS}]|[{''.join(_VNI_ALONE)}]", re.IGNORECASE
)  # ơ and ư take tones as well


def _vni_letter(found: re.Match[str]) -> str:
    pair = found.group()
    base, mark = pair[0].lower(), pair[1:].lower()
    if not mark:
        letter = _VNI_ALONE[base]
    elif mark in _VNI_PLAIN:
        letter = _VNI_ALONE.get(base, base) + _VNI_PLAIN[mark]
    elif base == "a" and mark in _VNI_BREVE:
        letter = "ă" + _VNI_BREVE[mark]
    elif base in "aeo" and mark in _VNI_HAT:
        letter = {"a": "â", "e": "ê", "o": "ô"}[base] + _VNI_HAT[mark]
    else:
        return _VNI_ALONE.get(base, pair[0]) + _VNI_ALONE.get(mark, pair[1:])
    letter = unicodedata.normalize("NFC", letter)
    return letter.upper() if pair[0].isupper() else letter
