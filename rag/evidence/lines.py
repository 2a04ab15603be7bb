"""One sentence as evidence: what it says, what it leans on, and what a question wants of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from index.records import Article, Lang, Sentence
from index.text import glossary
from index.text.bilingual import Words
from index.text.spelling import plain
from rag.question import Question
from rag.values import Name, Value, concepts, find_names
from rag.values.comparisons import only_compared
from rag.values.money import priced, same_currency
from rag.values.numbers import MILLION
from rag.values.quantities import find_values

NOUN_REACH = 30  # characters after a number in which the noun that is asked for may stand

# "the two countries", "hai nước": the sentence speaks of those named before it.
_LEANS = Words(
    en=r"the two|both|bilateral|mutual|two-way|between them|the sides|its?|they|their|"
    r"the (?:country|company|group|visit)",
    vi=r"hai nước|hai bên|song phương|hai quốc gia|đôi bên|nước này|nước kia|công ty này|hai lãnh đạo|cả hai",
)
_KINDS: dict[str, frozenset[str]] = {
    "amount": frozenset({"amount"}),
    "percent": frozenset({"percent"}),
    "count": frozenset({"count", "number", "measure"}),
    "date": frozenset({"date", "year", "range"}),
    "year": frozenset({"date", "year", "range"}),
    "duration": frozenset({"duration"}),
    "rank": frozenset({"rank", "ordinal"}),
}


DEATH = "term:death"
_DEATH = re.compile(r"\b(?:deaths?|dead|fatal(?:ity|ities)?|died|tử vong|chết|thiệt mạng)\b")
CHANGING = frozenset({"amount", "count", "percent", "rank"})  # a date does not grow


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence as evidence."""

    article: Article
    sentence: Sentence
    text: str
    context: str  # what it leans on: sentences before it, heading and title
    score: float
    near: float  # cosine with the question
    before: str = ""  # the sentence before it
    earlier: frozenset[int] = frozenset()  # years of the nearest sentence before it that names one
    story: str = ""  # names the group of near-copies that its article is one of
    echo: bool = False  # whether a near-copy's sentence says the same and is heard instead

    @property
    def lang(self) -> Lang:
        """The language of the sentence."""
        return self.article.lang_at(self.sentence.start)

    @property
    def names(self) -> tuple[Name, ...]:
        """The names in the sentence itself."""
        return names_of(self.text, self.lang)

    @property
    def values(self) -> tuple[Value, ...]:
        """The quantities and dates in the sentence itself."""
        return values_of(self.text, self.article, self.lang)


@glossary.derived
@lru_cache(maxsize=4096)
def names_of(text: str, lang: str) -> tuple[Name, ...]:
    """Return the names in a text."""
    return tuple(find_names(text, lang))


@glossary.derived
@lru_cache(maxsize=8192)
def said_of(text: str, lang: str) -> frozenset[str]:
    """Return the language-free keys of what a text speaks of; see `names.concepts`."""
    return concepts(text, lang)


@glossary.derived
@lru_cache(maxsize=4096)
def values_of(text: str, article: Article, lang: Lang) -> tuple[Value, ...]:
    """Return the quantities and dates in a text of `article` that is in `lang`."""
    dated = article.dated
    # "Yesterday" is a day only in an article whose own day is known.
    reference = dated.date if dated and dated.precision == "day" else None
    return tuple(find_values(text, lang, reference=reference))


def fits(value: Value, question: Question, text: str = "") -> bool:
    """Return whether `value` is of the kind that `question` wants.

    `text` is its sentence: "hai công ty kỳ lân" are two companies, and also two of the unicorns asked for.
    """
    wanted = question.wanted
    if wanted.things and value.kind == "measure":
        return False
    if wanted.measures and value.kind == "measure":
        return value.unit in wanted.measures
    if wanted.kind == "amount" and wanted.unit == (value.counted or "").removesuffix("s") != "":
        return True
    if wanted.kind == "amount" and not wanted.unit and (_large(value) or _unknown_coin(value, text)):
        return True
    kinds = _KINDS.get(wanted.kind, frozenset()) | wanted.also
    if value.kind not in kinds or (wanted.measures and value.kind == "count"):
        return False
    if wanted.unit and value.unit and wanted.kind in ("amount", "percent"):
        return same_currency(value.unit, wanted.unit)
    if wanted.kind != "count" or not wanted.counted or value.noun in (None, wanted.counted):
        return True
    near = plain(text[value.start : value.end + NOUN_REACH])
    if (wanted.counted, value.noun) == ("person", "case"):  # "5 ca tử vong": so many people died
        return bool(_DEATH.search(near)) == (DEATH in said_of(question.text, question.lang))
    return any(word in near for word, key in glossary.spellings("noun").items() if key == wanted.counted)


def _large(value: Value) -> bool:
    """Return whether a number is large and counts nothing: "31 million of it" leaves the money unsaid."""
    return value.kind == "number" and value.number is not None and value.number >= MILLION


def _unknown_coin(value: Value, text: str) -> bool:
    """Return whether a price is said in a coin that no table knows: "a fine of 90,000 talars"."""
    return (
        value.kind == "count"
        and value.counted is not None
        and value.noun is None
        and plain(text).startswith(f" {value.counted}", value.end)  # no "250-gram loaf"
        and priced(plain(text), value.start)
    )


def typed(question: Question) -> bool:
    """Return whether the answer is one quantity or date, which code can find by itself."""
    return question.wanted.kind in _KINDS and not question.several


def open_in_time(question: Question) -> bool:
    """Return whether what may change is asked for, a quantity or who holds an office, and as of no time."""
    if holder_asked(question):
        return True
    return (
        typed(question)
        and question.wanted.kind in CHANGING
        and (question.newest or not question.wanted.years)
    )


# Who held an office at some other time: "who was", "the first president", "who was minister when …".
_PAST = Words(
    en=r"was|were|did|had|former(?:ly)?|first|when|then|before|after",
    vi=r"đã|từng|đầu tiên|khi|hồi|lúc|cựu|(?<!tài )(?<!thái )(?<!tây )nguyên|trước|sau|nhiệm kỳ",
    unmarked=r"da|tung|dau tien|khi|(?<!quoc )(?<!hiep )(?<!xa )(?<!co )hoi(?! (?:dong|nghi|nha|chu)\b)|"
    r"luc|cuu|(?<!tai )(?<!thai )(?<!tay )nguyen(?! [a-z]+ [a-z]+\b)|truoc|sau|nhiem ky",
)


# "Who chairs the board?" asks for the holder of an office without naming it.
_HOLDS = Words(
    en=r"who (?:(?:currently|now) )?(?:chairs|heads|leads|runs|governs|coaches|manages|captains)|"
    r"who (?:is|'s) (?:(?:currently|now) )?"
    r"(?:in charge of|(?:at )?the head of|running|leading|heading|chairing)",
    vi=r"ai (?:(?:đang|hiện|là người) )*(?:đứng đầu|lãnh đạo|phụ trách|điều hành|dẫn dắt|huấn luyện)",
)


def holder_asked(question: Question) -> bool:
    """Return whether the question is who holds an office now: "Who is the mayor of Porto?"."""
    if question.wanted.kind != "person" or question.wanted.years or question.several:
        return False
    if _PAST.search(question.text, question.lang):
        return False
    office = any(key.startswith("role:") for key in said_of(question.text, question.lang))
    return office or _HOLDS.search(question.text, question.lang) is not None


def years_before(article: Article, sentences: tuple[Sentence, ...], i: int) -> frozenset[int]:
    """Return the years of the nearest of the three sentences before sentence `i` that tells of any."""
    for j in range(i - 1, max(-1, i - 4), -1):
        one = sentences[j]
        text = article.text[one.start : one.end]
        keys = said_of(text, article.lang_at(one.start))
        years = frozenset(int(key.removeprefix("year:")) for key in keys if key.startswith("year:"))
        if years := years - only_compared(text):
            return years
    return frozenset()


def leans_on(article: Article, sentences: tuple[Sentence, ...], i: int) -> str:
    """Return the text that tells whom sentence `i` speaks about when it does not say so itself.

    The sentences before it, back to the nearest that names a country, organisation or person (two at
    least, since "the two countries" are often named one paragraph earlier), then the title.
    """
    before: list[str] = []
    for j in range(i - 1, max(-1, i - 7), -1):
        one = sentences[j]
        text = article.text[one.start : one.end]
        before.insert(0, text)
        if len({n.key for n in names_of(text, article.lang_at(one.start)) if n.sure}) >= 2:
            break
    own = sentences[i]
    text = article.text[own.start : own.end]
    named = any(name.kind == "country" for name in names_of(text, article.lang_at(own.start)))
    if named and not _LEANS.search(text, article.lang_at(own.start)):
        before = before[-1:]
    return " ".join([f"{article.title}. {article.outlet or ''}", *before])


def terms_held(question: Question, line: Line) -> float:
    """Return the share (0 … 1) of the question's terms ("trade") that the sentence holds."""
    asked = {key for key in said_of(question.text, question.lang) if key.startswith("term:")}
    held = said_of(line.text, line.lang) | said_of(line.before, line.lang)
    return len(asked & held) / len(asked) if asked else 1.0
