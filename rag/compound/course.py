"""How a quantity went over the years, as in "How has trade between Chile and Peru changed?".

The articles tell of which years they have its value; that of each is then asked for by itself, so each is
read, checked and cited as any other answer. Of one year only, or of none, the question is for its value now.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from index.text.spelling import fold, is_ascii_words, plain
from rag.binding import Mention, mentions
from rag.compound.sides import groups, value_of
from rag.lines import said_of, terms_held
from rag.objections import AIM, objections
from rag.question import Question, within
from rag.rivals import POOL
from rag.values.wanted import QUANTITIES
from rag.walk import Found

MOST = 4  # years asked for, each as long as an answer: the first, the last, and what stands out between
_YEAR = r"(?:19|20)\d\d"
_CHANGED = (
    r"(?:changed?|develop(?:ed)?|evolved?|grown?|grow|rise|risen|fall(?:en)?|increased?|decreased?|declined?|moved?|"
    r"fared?|gone|been (?:changing|developing|evolving|growing|rising|falling))"
)
_SPAN = (
    r"(?: (?:over (?:time|the (?:past |last )?years)|in (?:recent|the (?:past|last)) years|"
    rf"since (?P<since>{_YEAR})))?"
)
_CHANGES = r"(?:thay đổi|biến động|biến đổi|phát triển|tăng trưởng|tăng giảm|diễn biến|tăng|giảm)"
_SINCE = (
    r"(?: (?:qua (?:các|từng) năm|theo thời gian|trong (?:những|các) năm (?:gần đây|qua)|"
    rf"(?:kể )?từ (?:năm )?(?P<since>{_YEAR})(?: đến nay)?))?"
)
_PATTERNS = {
    "en": (
        rf"^how (?:has|have|did|does|do) (?P<thing>.+?) {_CHANGED}{_SPAN}$",
        rf"^what (?:is|was|has been) the (?:trend|course|development) (?:of|in) (?P<thing>.+?){_SPAN}$",
    ),
    "vi": (
        rf"^(?P<thing>.+?) (?:đã )?{_CHANGES} (?:như thế nào|thế nào|ra sao){_SINCE}$",
        rf"^diễn biến (?:của )?(?P<thing>.+?)(?: (?:như thế nào|thế nào|ra sao))?{_SINCE}$",
    ),
}
_RULES = {lang: [re.compile(one) for one in those] for lang, those in _PATTERNS.items()}
# Folding a pattern folds its letters; only the mark of a named group has a capital.
_FOLDED = [re.compile(fold(one).replace("(?p<", "(?P<")) for one in _PATTERNS["vi"]]


# "là bao nhiêu" asks for a number of anything; what has one says so ("số dự án", "sản lượng").
_COUNTED = re.compile(r"\b(?:so|luong|tong|muc|quy mo|dien tich)\b")


@dataclass(frozen=True, slots=True)
class Course:
    """A quantity, and of which years the articles have it."""

    thing: str
    now: Question  # for its value at no time
    since: int = 0
    years: tuple[int, ...] = ()  # in order

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is to be asked: the value of each year, or the value now."""
        return tuple(within(self.now, self._at(year)) for year in self.years) or (self.now,)

    def _at(self, year: int) -> str:
        lang = self.now.lang
        joint = ("nam" if is_ascii_words(self.now.text) else "năm") if lang == "vi" else "in"
        return _asked(f"{self.thing} {joint} {year}", self.now, "was")

    def over(self, found: Found) -> Course:
        """Return the course with the years of which the sentences found have a value nothing speaks against.

        What is aimed at is not of the year that it is to be reached in: a target has a value now, and earlier
        ones.
        """
        if AIM in said_of(self.now.text, self.now.lang):
            return self
        heard = [(line, terms_held(self.now, line)) for line in found.pool if not line.echo][:POOL]
        lines = [line for line, held in heard if held == max(held for _, held in heard)]
        dated = [_year(mention, self.now) for line in lines for mention in mentions(line, self.now)]
        years = list(dict.fromkeys(year for year in dated if year and year >= self.since))
        if len(years) < 2:
            return self
        ends = (min(years), max(years))
        between = [year for year in years if year not in ends][: MOST - len(ends)]
        return replace(self, years=tuple(sorted((*ends, *between))))


def course(question: Question) -> Course | None:
    """Return what `question` asks the course of; None if it asks for something else, or for no quantity."""
    if question.follows:
        return None
    text = question.text.rstrip("?!. ")
    folded = question.lang == "vi" and is_ascii_words(text)
    rules = _FOLDED if folded else _RULES[question.lang]
    for match in filter(None, (rule.match(fold(text) if folded else plain(text)) for rule in rules)):
        thing, since = groups(match, text, "thing", "since")
        now = within(question, _asked(thing, question, "is"))
        if now.wanted.kind in QUANTITIES and not now.several and _is_quantity(thing, now):
            return Course(thing, now, int(since or 0))
    return None


def _is_quantity(thing: str, now: Question) -> bool:
    return now.lang == "en" or now.wanted.kind != "count" or bool(_COUNTED.search(fold(thing)))


def _year(mention: Mention, question: Question) -> int | None:
    """Return the one year that a value is of; None if there is none, or if something speaks against it."""
    when, value = mention.when, mention.value
    if when is None or when.date is None or when.date_to or value.weak or value.number is None:
        return None
    return None if objections(mention, question) else when.date.year


def _asked(thing: str, like: Question, aux: str) -> str:
    """Return the question for the value of a thing, our words typed as `like` is: maybe without marks."""
    text = value_of(thing, like.lang, aux)
    return "".join(c if c.isascii() else fold(c) for c in text) if is_ascii_words(like.text) else text
