"""Quotations: looked up in the text they claim to come from, and cut to the clause that supports.

Offsets are always those of the text that was given, however its spaces and quotation marks differ
from the needle's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from index.text.spelling import clusters, fold, plain

_TYPOGRAPHY = {
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—−", "-"),
    "…": "...",
}
# Soft hyphens, zero-width characters and marks that only direct the display are never seen by a reader.
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f")


def _folded(text: str, ignore_case: bool) -> tuple[str, list[int], list[int]]:
    """Return `text` with one kind of space, quote and hyphen in NFC, and where each character begins and ends."""
    out: list[str] = []
    begins: list[int] = []
    ends: list[int] = []
    for at, end, piece in clusters(text):
        if piece.isspace() or piece == "_":
            piece = "" if out and out[-1] == " " else " "
            if not piece and out:
                ends[-1] = end
        elif piece in _INVISIBLE:
            piece = ""
        piece = _TYPOGRAPHY.get(piece, piece)
        for char in piece.lower() if ignore_case else piece:
            out.append(char)
            begins.append(at)
            ends.append(end)
    return "".join(out), begins, ends


def find_quote(needle: str, text: str, *, ignore_case: bool = False) -> tuple[int, int] | None:
    """Return (start, end) of `needle` in `text`, or None.

    Runs of white space, the kind of quotation mark, hyphen or ellipsis, Unicode composition and
    invisible characters do not matter; everything else must be equal. The first place counts. A
    needle does not begin or end inside a word: "15 billion" is not found in "115 billion".
    """
    wanted = _folded(needle.strip(), ignore_case)[0].strip()
    if not wanted:
        return None
    exact = text.find(needle.strip())
    if exact >= 0 and _at_words(text, exact, exact + len(needle.strip())):
        return exact, exact + len(needle.strip())
    haystack, begins, ends = _folded(text, ignore_case)
    at = haystack.find(wanted)
    while at >= 0:
        last = at + len(wanted) - 1
        if _at_words(haystack, at, last + 1):
            return begins[at], ends[last]
        at = haystack.find(wanted, at + 1)
    return None


# A draft that was copied with a slip ("Doctor Thứ Mười One") shares this much with the words it means;
# at half, the nearest words of a passage are often about something else.
NEAR = 0.6
_LEAST = 4  # letters; shorter words are alike by chance
_SLACK = 2  # words that the passage may have between those of the needle: "X, Y" of "X, and Y"
_TOKEN = re.compile(r"\w+(?:[.,]\d+)*")
_ENDS = re.compile(r"[.!?…][\"'”’)\]]*\s")  # words of two sentences were not copied together


def nearest_quote(needle: str, text: str) -> tuple[int, int] | None:
    """Return (start, end) of the words of `text` that `needle` was most likely copied from, or None.

    Diacritics, case, the "s" of a plural and a slip within a word ("Teyen" for "Teyne") do not matter; every
    numeral must be there, and NEAR of the words.
    """
    words = [(match.start(), match.end(), _singular(fold(match[0]))) for match in _TOKEN.finditer(text)]
    known = {word for _, _, word in words}
    wanted = Counter(_meant(_singular(word), known) for word in _TOKEN.findall(fold(needle)))
    size = wanted.total()
    if not size:  # an article may have talked the model into "👍"
        return None
    numerals = {word for word in wanted if word[0].isdigit()}
    ended = [0]  # how many sentences end before each word
    for one, other in pairwise(words):
        ended.append(ended[-1] + bool(_ENDS.search(text, one[1], other[0])))
    crosses = "," in needle or bool(_ENDS.search(needle))  # what is listed may stand in several sentences
    best: tuple[float, int, int] | None = None
    for length in range(size, size + _SLACK + 1):
        for at in range(len(words) - length + 1):
            run = [word for _, _, word in words[at : at + length]]
            if not numerals <= set(run) or (not crosses and ended[at] < ended[at + length - 1]):
                continue
            share = (wanted & Counter(run)).total() / size
            edges = (run[0] in wanted) + (run[-1] in wanted)
            rank = share + 0.01 * edges - 0.02 * (length - size)
            if share >= NEAR and (best is None or rank > best[0]):
                best = (rank, words[at][0], words[at + length - 1][1])
    return best[1:] if best else None


def _meant(word: str, known: set[str]) -> str:
    """Return the one word of a text that `word` was copied from with a slip; itself where there is none."""
    if word in known or len(word) < _LEAST or not word.isalpha():
        return word
    found = [other for other in known if len(other) >= _LEAST and _slip(word, other)]
    return found[0] if len(found) == 1 else word


def _slip(one: str, other: str) -> bool:
    """Return whether a letter is too many or missing, or letters changed places; another letter is another word."""
    if one[0] != other[0] or abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    if len(short) == len(long):
        return sorted(short) == sorted(long)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def _singular(word: str) -> str:
    """Return a word without the "s" of an English plural; no Vietnamese syllable ends in one."""
    plural = len(word) > 3 and word.endswith("s") and not word.endswith("ss") and not word[0].isdigit()
    return word[:-1] if plural else word


def _at_words(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return not (before.isalnum() and text[start].isalnum()) and not (
        after.isalnum() and text[end - 1].isalnum()
    )


# Borders where a coordinated clause with a subject of its own may begin.
_BORDER = re.compile(
    r";\s+|,\s+(?=(?:while|whereas|but|trong khi(?: đó)?|còn|nhưng|song)\s)|,\s+and\s+(?=the\s|it\s|he\s|she\s|they\s)"
)
# What a sentence says of the truth of all its parts: such a sentence is not cut.
_GOVERNS = re.compile(
    r"\b(?:if|unless|according to|said|says|told|denied|denies|claimed|claims|alleged|allegedly|reportedly|not|never|no longer|"
    r"would|could|(?<!in )(?<!of )(?<!last )may(?! \d)|might|although|though|despite|because|except|without|"
    r"nếu|trừ khi|theo|cho biết|nói|khẳng định|phủ nhận|bác bỏ|cáo buộc|được cho là|không|chưa|chẳng|có thể|mặc dù|dù|tuy|vì|"
    r"ngoại trừ|nếu như|giả sử)\b"
)
_MIN_WORDS = 6  # shorter pieces are rarely understood by themselves


def clause(
    text: str, start: int, end: int, focus: tuple[int, int], keep: Sequence[tuple[int, int]] = ()
) -> tuple[int, int]:
    """Return the part of the sentence `text[start:end]` that holds `focus` and every span of `keep`.

    The sentence is cut only at semicolons and before a clause with its own subject, only if what
    is left out does not attribute, deny or condition ("said", "not", "if"), and if at least six
    words remain; otherwise it comes back whole. All offsets are those of `text`.
    """
    sentence = plain(text[start:end])
    borders = [match.end() + start for match in _BORDER.finditer(sentence)]
    spans = [focus, *keep]
    left = max((b for b in borders if all(b <= s for s, _ in spans)), default=start)
    right = min((b for b in borders if all(b >= e for _, e in spans)), default=end)
    while right > left and right < end and text[right - 1] in " ,;\n\t":
        right -= 1
    dropped = f"{plain(text[start:left])} {plain(text[right:end])}"
    if (
        (left, right) == (start, end)
        or _GOVERNS.search(dropped)
        or len(text[left:right].split()) < _MIN_WORDS
    ):
        return start, end
    return left, right
