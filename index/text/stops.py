"""Whether a full stop ends a sentence: abbreviations, initials, numbers of lists, English and Vietnamese."""

from __future__ import annotations

import re

from index.text.words import words

# Before a name. English ones count only with a capital: "an army col." and "the next gen." are words.
_TITLES = words("mr mrs ms messrs dr prof rev hon gen col maj capt lt sgt adm gov sen rep pres mt")
_RANKS_AND_PLACES = words(
    "tp tx tt ts ths th.s gs pgs bs bscki bsckii cki ckii ks kts ls cn ktv nsnd nsưt ngnd ngưt nxb đ/c"
)
_LETTERS_BEFORE_NAMES = words("Q P Ô")  # quận, phường, ông: "Q. Hai Bà Trưng"
_ALWAYS_MORE = words("vs cf e.g i.e approx st.petersburg")
_BEFORE_NUMBERS = words("no nos vol fig figs pp art sec tr")
_SMALL_BEFORE_NUMBERS = words("p c")  # "p. 5", "c. 1850"; capitals are initials
# These may end a sentence: "… of Harbour Boats Co. It …". The next word decides.
_SOMETIMES_LAST = words("inc ltd co corp jr sr est dept bros ph.d m.sc b.sc")
_MONTHS = words("jan feb mar apr jun jul aug sep sept oct nov dec")
_CAPITAL_SOMETIMES_LAST = _MONTHS | words("st ave blvd rd ft")  # in small letters "mar" is a word
_CLOCK = words("a.m p.m")
_AFTER_CLOCK = _MONTHS | words(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july "
    "august september october november december eastern central mountain pacific local "
    "gmt utc est edt et cst cdt ct mst mdt mt pst pdt pt bst cet cest eet msk "
    "ist ict wib sgt hkt jst kst aest aedt"
)

_OPENERS = words(
    "the a an in on at it he she they we i this that these those but and or so as after before when while "
    "according however meanwhile for from under there his her its their our if although with by "
    "no not many some both most because since until during despite here what who how why among other others "
    "then now also instead such"
)
_OPENERS_VI = words(
    "theo trong ngày năm hai các những ông bà tại về việc đây điều khi sau trước với từ đến "
    "nhưng tuy vì nếu bên ngoài chúng họ một nhiều mỗi vào còn đó cũng hiện"
)
_NAMES_TOO = words("hai năm an")  # "TT. Năm Căn", "BS. An"
# Letters that no other language of the archive has; é, à and ô are French as well.
_VIETNAMESE = re.compile(r"[ăđơưạ-ỹ]", re.IGNORECASE)

_INITIALS = re.compile(r"(?:[^\W\d_]\.-?)*[^\W\d_]")  # "U.S", "J", "J.-P"
_ROMAN = re.compile(r"[IVXLC]{2,}|[VX]")  # "I" is a word
_LAST_WORD = re.compile(r"[^\s(\[\"'“‘«]*$")
# "1. Green transition", "1.2. Who pays", "II. Aims", "a. The first step"
_LIST_MARK = re.compile(r"\W*(?:\d{1,3}|\d{1,2}(?:\.\d{1,2})+|[IVX]+|[^\W\d_])")
_FIRST_ITEM = re.compile(r"[^\d\s][:;]\s+\d{1,2}$")  # "Three aims: 1. Fish. 2. Wind."
# "Nguyễn Văn T.": the press hides a given name, which comes last; foreign names shorten a middle one.
# A list of the most common surnames tells them apart.
_HIDDEN_NAME = re.compile(
    r"\b(?:Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô)(?: [^\W\d_]{2,}){1,2} [^\W\d_]$"
)


def is_list_mark(text: str) -> bool:
    """Return whether `text`, with which a sentence begins, numbers an item; a full stop follows it."""
    return bool(_LIST_MARK.fullmatch(text))


def ends_sentence(before: str, word: str, stopped: bool) -> bool:
    """Return whether a full stop between `before` and `word`, which begins no small word, ends a sentence.

    `before` is the end of what the sentence says so far, `stopped` whether a full stop follows `word`.
    """
    found = _LAST_WORD.search(before)
    last = found.group() if found else ""
    low, tail = last.lower(), last.rsplit(".", 1)[-1]  # also "PGS.TS"
    opens = _opens(word, before + word)
    if _FIRST_ITEM.search(before):
        return False
    if low in _ALWAYS_MORE or last in _LETTERS_BEFORE_NAMES or last == "v":  # "Marsh v. Harbour City"
        return False
    if tail[:1].isupper() and tail.lower() in _TITLES:
        return False
    if low in _RANKS_AND_PLACES or (len(tail) > 1 and tail.lower() in _RANKS_AND_PLACES):
        return opens and word.lower() not in _NAMES_TOO
    if low in _BEFORE_NUMBERS or last in _SMALL_BEFORE_NUMBERS:
        return not (word[0].isdigit() or (last[0].isupper() and _ROMAN.fullmatch(word)))
    if low in _CLOCK:
        return not (word[0].isdigit() or word.lower() in _AFTER_CLOCK)
    if _INITIALS.fullmatch(last) and last[-1].isupper():
        more = len(word) == 1 and stopped  # "J. A. Reed"
        return not more and (opens or bool(_HIDDEN_NAME.search(before)))
    if low in _SOMETIMES_LAST or (last[:1].isupper() and low in _CAPITAL_SOMETIMES_LAST):
        return opens
    return True


def _opens(word: str, around: str) -> bool:
    """Return whether `word` begins sentences rather than names; "Theo" and "An" do both, by language."""
    if _VIETNAMESE.search(around):
        return word.lower() in _OPENERS_VI or (word.lower() in _OPENERS and word != "An")
    return word.lower() in _OPENERS
