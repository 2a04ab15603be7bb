"""A question that leans on what was asked before, made whole.

"And Singapore?" takes the place of a name in the question before; "Who announced it?" is put behind it. What
was asked before may have leaned itself, so a conversation has a root, the last question that stood by itself:
a pronoun leans on that, an ellipsis ("and the votes against?") on the question just before it too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from index.text.bilingual import Words
from index.text.lang import detect
from index.text.spelling import fold
from rag.answer import MARK
from rag.values.names import find_names
from rag.values.naming import Name
from rag.values.wanted import wanted

# A question that begins so, or ends so, cannot stand without the one before it.
_CON = r"con(?! (?:so|tau|duong|trai|gai|nguoi|bao|song|vat)\b)"  # "con số", "con tàu": no "còn"
_LEANS = Words(
    en=rf"(?<!.)(?:and|but|what about|how about|the con|vay con|{_CON})|"
    r"(?:it|its|they|them|their|he|his|him|she|her|that|those|this|these|there)(?=\s*[?.!]?$)",
    vi=r"(?<!.)(?:còn|thế(?! (?:giới|kỷ|vận|hệ|mạnh|lực)\b)|vậy)|"
    r"(?:đó|nó|họ|ông ấy|bà ấy|nước này|công ty này|điều này)(?=\s*[?.!]?$)",
    unmarked=rf"(?<!.)(?:{_CON}|the con|vay con|"
    r"the(?! (?:gioi|ky|van|he|manh|luc|thao)\b)|vay)|"
    r"(?:do|no|ho|ong ay|ba ay|nuoc nay|cong ty nay|dieu nay)(?=\s*[?.!]?$)",
)
# A pronoun leans on what was said, unless somebody is named before it: "Why did Chile raise its tariffs?"
_PRONOUN = re.compile(r"\b(it|its|they|them|their|he|his|him|she|her)\b")
# "ông ấy", "ngân hàng đó", "họ có", with their marks; "trong đó" and "do đó" point within the question.
_POINTS = re.compile(
    r"\b(?:ấy|này|nọ)\b|(?<!\btrong )(?<!\bdo )\bđó\b|\b(?:ông|bà|anh|cô|hắn) ta\b|^(?:họ|nó)\b(?! hàng)"
)
_POINTS_UNMARKED = re.compile(r"\b(?:ong|ba|anh|chi|co) (?:ay|ta)\b")  # typed without marks
_LEAD_IN = re.compile(
    r"^(and|but|what about|how about|còn|thế còn|vậy còn|con|the con|vay con)\s+", re.IGNORECASE
)
_TAIL = re.compile(r"\s*(thì sao|thi sao|thì thế nào|instead|then)\s*[?.!]*\s*$", re.IGNORECASE)
_END = re.compile(r"\s*[?.!]*\s*$")
_WORD = re.compile(r"\w+")
# Beside its name an ellipsis has hardly a word that the question before did not have.
_LITTLE = frozenset({
    "in", "on", "at", "of", "for", "from", "to", "with", "by", "as", "the", "a", "an", "about",
    "o", "voi", "cua", "cho", "tu", "den", "vao", "nam", "thang",
})  # fmt: skip
_SHORTEST = 6  # words (nine syllables): a question this short that names nothing goes on about what was said
_SYLLABLES = 9


def leans(text: str) -> bool:
    """Return whether a question shows by its words that it cannot stand without the one before it."""
    if _beside(text):
        return True
    folded, spoken = fold(text), text.lower()
    langs = {detect(text)} | ({"vi"} if spoken != folded else set())  # "Còn Chile?" is too short to tell
    if any(_LEANS.search(text, lang) for lang in langs) or _POINTS.search(spoken):
        return True
    if spoken == folded and _POINTS_UNMARKED.search(folded):
        return True
    pronoun = _PRONOUN.search(folded)
    if pronoun is None:
        return False
    before = text[: pronoun.start()]  # `fold` keeps the number of characters
    return not any(name.sure for name in wanted(before, "en").names)


def whole(asked: str, earlier: Sequence[str], answers: Sequence[str] = ()) -> str:
    """Return a question so that it stands by itself; `earlier` are those before it, oldest first.

    `answers` are what was said to these, as far as that is known.
    """
    root = before = who = ""
    for question, said in zip_longest([*earlier, asked], ["", *answers[: len(earlier)]], fillvalue=""):
        question = " ".join(question.split())
        who = _who(before, said) or who
        if not before or not (leans(question) or _goes_on(question)):
            root, before, who = question, question, ""
        elif swapped := _of_another_year(question, before) or _swapped(question, before):
            root = before = swapped
        elif named := _said_of(who, question) or _named(question, root):
            before = named
        else:
            lead = before if _LEAD_IN.match(question) else root
            before = f"{lead} {question}"
    return before


# One who was named: "she", "her party"; "ông ấy". "It" may be what was told of as well as what was named.
_SOMEBODY = re.compile(r"\b(?:he|she|him|his|her)\b", re.IGNORECASE)
_SOMEBODY_VI = re.compile(r"\b(?:ông|bà|anh|chị|cô|cậu|ông|em|cụ) (?:ấy|ta)\b", re.IGNORECASE)
_OWNED = re.compile(
    r"\s+(?!(?:that|this|to|in|at|on|for|by|with|from|of|about|and|or|as|when|after|before|so|up)\b)[a-z]"
)
_SOMETHING = re.compile(r"\bits?\b", re.IGNORECASE)
_THINGS = frozenset({"country", "place", "org", "organisation", "title"})
# What asks for nobody and nothing that "she" or "it" could be instead.
_VALUES = frozenset(
    {"amount", "count", "percent", "date", "year", "duration", "rank", "yesno", "reason", "how"}
)


def _who(before: str, said: str) -> str:
    """Return the one who was answered, "" if it is not clear who.

    That is the only name in the answer to "Who …?" that the question did not have itself.
    """
    lang = detect(before)
    sought = wanted(before, lang)
    if sought.kind != "person" or sought.many or not said:
        return ""
    known = {name.key for name in sought.names}
    new = [one for one in find_names(MARK.sub("", said), lang) if one.sure and one.key not in known]
    one_only = len({name.key for name in new}) == 1 and new[0].kind in ("person", "other")
    return new[0].text if one_only else ""


def _said_of(who: str, asked: str) -> str | None:
    """Return a question with the one who was answered in the place of its only pronoun."""
    return _put_for(_SOMEBODY_VI, _SOMEBODY, asked, who) if who else None


def _named(asked: str, root: str) -> str | None:
    """Return a question with the one name of the question it leans on in the place of its only pronoun.

    Both put one behind the other are two questions, and a small model answers both.
    """
    lang = detect(root)
    sought = wanted(root, lang)
    names = [name for name in sought.names if name.sure]
    if sought.kind not in _VALUES or len({name.key for name in names}) != 1:
        return None
    name = max(names, key=lambda one: len(one.text))
    thing = name.kind in _THINGS or any(letter.isdigit() for letter in name.text)
    patterns = (_SOMETHING, _SOMETHING) if thing else (_SOMEBODY_VI, _SOMEBODY)
    return _put_for(*patterns, asked, name.text)


def _put_for(marked: re.Pattern[str], plain: re.Pattern[str], asked: str, name: str) -> str | None:
    """Return a question that names nobody with `name` in the place of its only pronoun.

    The pronoun is of the pattern `marked` where the question is written with Vietnamese marks.
    """
    text = _LEAD_IN.sub("", asked)
    places = list((marked if text.lower() != fold(text) else plain).finditer(text))
    if len(places) != 1 or wanted(text, detect(text)).names:
        return None
    found = places[0]
    word, rest = found[0].lower(), text[found.end() :]
    owns = word in ("his", "its") or (word == "her" and _OWNED.match(rest))
    whose = ("'" if name.endswith("s") else "'s") if owns else ""
    made = f"{text[: found.start()]}{name}{whose}{rest}"
    return made[:1].upper() + made[1:]


def _goes_on(asked: str) -> bool:
    """Return whether a question is short, names nothing, and is written as by somebody who marks names."""
    lang = detect(asked)
    if not asked[:1].isupper() or len(asked.split()) > (_SYLLABLES if lang == "vi" else _SHORTEST):
        return False
    sought = wanted(asked, lang)
    return not sought.names and not sought.values


# "And the year before?", "Thế năm trước đó thì sao?"
_BESIDE = re.compile(
    r"^(?:(?:and|but|what about|how about|còn|thế còn|vậy còn|thế|vậy|con|the con|vay con|the|vay)\s+)?"
    r"(?:(?:in|for|of|during|vào|vao|của|cua|cho)\s+)?"
    r"(?:(?:the\s+)?(?P<before>(?:year before|previous year|preceding year)(?: that)?|"
    r"năm (?:liền )?trước(?: đó)?|nam (?:lien )?truoc(?: do)?)|"
    r"(?:the\s+)?(?P<after>(?:year after|following year|next year)(?: that)?|"
    r"năm (?:liền )?sau(?: đó)?|năm (?:kế tiếp|tiếp theo)|"
    r"nam (?:lien )?sau(?: do)?|nam (?:ke tiep|tiep theo)))$",
    re.IGNORECASE,
)


def _of_another_year(asked: str, before: str) -> str | None:
    """Return `before` with its only year made one less or more, if that is all that is asked."""
    beside = _beside(asked)
    spans = [(one.date, one.date_to) for one in wanted(before, detect(before)).values if one.date]
    if beside is None or len(spans) != 1 or spans[0][1] or spans[0][0].year is None:
        return None
    year = spans[0][0].year
    other = year - 1 if beside["before"] else year + 1
    return before.replace(str(year), str(other)) if before.count(str(year)) == 1 else None


def _beside(asked: str) -> re.Match[str] | None:
    return _BESIDE.match(_END.sub("", _TAIL.sub("", asked)))


def _swapped(asked: str, before: str) -> str | None:
    """Return `before` with one name or day replaced by the only one of an ellipsis ("And Singapore?")."""
    rest = _TAIL.sub("", _LEAD_IN.sub("", asked))
    if rest == asked:
        return None
    rest = _END.sub("", rest)
    lang = detect(before)
    new, old = wanted(rest, lang), wanted(before, lang)
    if len(new.names) == 1 and not new.values:
        name = new.names[0]
        same_kind = [one for one in old.names if one.kind == name.kind]
        known = any(one.key == name.key for one in old.names)
        if same_kind and not known and _is_little(rest, name.start, name.end, before):
            return _put(before, same_kind[-1], name.text)
    if len(new.values) == 1 and not new.names:
        value = new.values[0]
        dated = [one for one in old.values if one.date]
        if dated and value.date and _is_little(rest, value.start, value.end, before):
            return before[: dated[-1].start] + value.text + before[dated[-1].end :]
    return None


def _put(text: str, place: Name, name: str) -> str:
    return text[: place.start] + name + text[place.end :]


def _is_little(rest: str, start: int, end: int, before: str) -> bool:
    """Return whether what stands around a name asks for nothing that `before` did not."""
    around = set(_WORD.findall(fold(f"{rest[:start]} {rest[end:]}")))
    return around <= _LITTLE | set(_WORD.findall(fold(before)))
