"""How a quantity went over the years, as in "How has trade between Chile and Peru changed?".

The articles tell of which years they have its value; that of each is then asked for by itself, so each is
read, checked and cited as any other answer. Of one year only, or of none, its value now is asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from index.records import Lang
from index.text.spelling import fold, is_ascii_words, plain
from rag.checks.binding import Mention, mentions
from rag.checks.objections import AIM, objections
from rag.compound.sides import groups, is_quantity, time_of, value_of
from rag.deciding.rivals import POOL
from rag.evidence.lines import said_of, terms_held
from rag.question import Question, within
from rag.values.changes import is_change
from rag.walk import Found

MOST = 4  # years asked for, each as long as an answer: the first, the last, and the best matches between
_YEAR = r"(?:19|20)\d\d"
_CHANGED = r"(?:changed?|develop(?:ed)?|evolved?|moved?|fared?|been (?:changing|developing|evolving|moving))"
_WENT = (
    r"(?:grow|grown|rise|risen|fall|fallen|gone|increased?|decreased?|declined?|"
    r"improved?|narrow(?:ed)?|widen(?:ed)?|eased?|"
    r"been (?:growing|rising|falling|increasing|declining|improving|narrowing|easing))"
)
_SPAN = (
    r"(?: (?:over (?:time|the (?:past |last )?years)|in (?:recent|the (?:past|last)) years|"
    rf"since (?P<since>{_YEAR})))"
)
_CHANGES = (
    r"(?:thay đổi|cải thiện|thu hẹp|biến động|biến đổi|phát triển|tăng trưởng|tăng giảm|diễn biến|tăng|giảm)"
)
_SINCE = (
    r"(?: (?:qua (?:các|từng) năm|theo thời gian|trong (?:những|các) năm (?:gần đây|qua)|"
    rf"(?:kể )?từ (?:năm )?(?P<since>{_YEAR})(?: đến nay)?))?"
)
_PATTERNS = {
    "en": (
        rf"^(?:and |but |so )?how (?:has|have|did|does|do) (?P<thing>.+?) {_CHANGED}{_SPAN}?$",
        rf"^(?:and |but |so )?how (?:has|have) (?P<thing>.+?) {_WENT}{_SPAN}?$",
        # "How did it fall?" asks for the manner, but not with a span.
        rf"^(?:and |but |so )?how (?:did|does|do) (?P<thing>.+?) {_WENT}{_SPAN}$",
        rf"^what (?:is|was|has been) the (?:trend|course|development) (?:of|in) (?P<thing>.+?){_SPAN}?$",
    ),
    "vi": (
        rf"^(?:còn |vậy |thế )?(?P<thing>.+?) (?:đã )?{_CHANGES} (?:như thế nào|thế nào|ra sao){_SINCE}$",
        rf"^diễn biến (?:của )?(?P<thing>.+?)(?: (?:như thế nào|thế nào|ra sao))?{_SINCE}$",
    ),
}
_RULES = {lang: [re.compile(one) for one in those] for lang, those in _PATTERNS.items()}
# Folding a pattern folds its letters; only the mark of a named group has a capital.
_FOLDED = [re.compile(fold(one).replace("(?p<", "(?P<")) for one in _PATTERNS["vi"]]


# A time of the thing's own: it is not to be followed over all years.
_OWN_TIME = re.compile(
    r"\b(?:today|yesterday|tonight|now|(?:this|last|past|next) (?:week|month|quarter|year)|"
    r"hom (?:nay|qua)|(?:tuan|thang|quy|nam|sang|chieu|phien) (?:nay|qua|truoc|ngoai)|hien nay|giai doan)\b"
)


# "How has it changed?" after "What was trade in 2022?".
_IT = re.compile(r"(?:it|that|this|(?:the|this|that) (?:figure|number|amount|value)|no|con so (?:nay|do|ay))")
_VALUE_OF = {
    "en": re.compile(r"what (?:is|was|are|were) (?P<thing>.+)"),
    "vi": re.compile(r"(?P<thing>.+?) (?:la|dat) bao nhieu.*"),
}


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

    def over(self, found: Found) -> Course | None:
        """Return the course with the years of which the sentences found have a value nothing speaks against.

        None if there is none since the year that is asked for.

        What is aimed at is not of the year that it is to be reached in: a target has a value now, and earlier
        ones.
        """
        if AIM in said_of(self.now.text, self.now.lang):
            return self
        heard = [(line, terms_held(self.now, line)) for line in found.pool if not line.echo][:POOL]
        lines = [line for line, held in heard if held > max(held for _, held in heard) / 2]
        dated = [_year(mention, self.now) for line in lines for mention in mentions(line, self.now)]
        years = list(dict.fromkeys(year for year in dated if year and year >= self.since))
        if self.since and not years:
            return None
        if len(years) < 2:
            return replace(self, years=tuple(years)) if self.since else self
        ends = (min(years), max(years))
        between = [year for year in years if year not in ends][: MOST - len(ends)]
        return replace(self, years=tuple(sorted((*ends, *between))))


def course(question: Question) -> Course | None:
    """Return what `question` asks the course of; None if it asks for something else, or for no quantity."""
    text, before = question.text.rstrip("?!. "), ""
    if question.follows:
        before, _, text = text.rpartition("? ")
    folded = question.lang == "vi" and is_ascii_words(question.text)
    rules = _FOLDED if folded else _RULES[question.lang]
    for match in filter(None, (rule.match(fold(text) if folded else plain(text)) for rule in rules)):
        thing, since = groups(match, text, "thing", "since")
        if question.follows:
            thing = _spoken_of(before, question.lang) if _IT.fullmatch(fold(thing)) else ""
        if not thing or not is_quantity(thing, question.lang):
            continue
        now = within(question, _asked(thing, question, "is"))
        if not now.several and not _has_time(thing, now):
            return Course(thing, now, int(since or 0))
    return None


def _spoken_of(before: str, lang: Lang) -> str:
    """Return what the question before asked the value of, without its time; "" if it asked something else."""
    match = _VALUE_OF[lang].fullmatch(fold(before).strip("?!. "))
    thing = before[match.start("thing") : match.end("thing")] if match else ""
    time = time_of(thing, lang)
    return " ".join(thing.replace(time, "").split()) if time else thing


def _has_time(thing: str, now: Question) -> bool:
    return now.newest or bool(_OWN_TIME.search(fold(thing))) or any(one.date for one in now.wanted.values)


def _year(mention: Mention, question: Question) -> int | None:
    """Return the one year that a value is of; None if there is none, or if something speaks against it."""
    when, value = mention.when, mention.value
    if when is None or when.date is None or when.date_to or value.weak or value.number is None:
        return None
    told = objections(mention, question) or is_change(mention.line.text, value)
    return None if told else when.date.year


def _asked(thing: str, like: Question, aux: str) -> str:
    """Return the question for the value of a thing, our words typed as `like` is: maybe without marks."""
    text = value_of(thing, like.lang, aux)
    return "".join(c if c.isascii() else fold(c) for c in text) if is_ascii_words(like.text) else text
