"""What is being asked: language, kind of value, names, time; a follow-up made whole."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index.errors import BadFilter
from index.records import Lang
from index.search import inline
from index.search.hybrid import Filters
from index.text.bilingual import Words
from index.text.lang import detect
from rag import following
from rag.care import CareName, written
from rag.values.naming import Name
from rag.values.wanted import QUANTITIES, Wanted, wanted

History = Sequence[tuple[str, str]]  # (question, answer), oldest first

# Words that ask for the newest state of things. "Hiện" is also a part of "thực hiện", "hiện trường" …
_NEWEST = Words(
    en=r"latest|newest|most recent(?:ly)?|current(?:ly)?|now|nowadays|today|at present|so far|to date|"
    r"these days|at the moment|as things stand|(?:new|updated) (?:figures?|count)",
    vi=r"mới nhất|(?:số liệu|con số|thống kê) mới|gần đây nhất|gần nhất|bây giờ|giờ đây|dạo này|"
    r"(?:đến|tới) nay|lúc này|rốt cuộc|"
    r"(?<!thực )(?<!phát )(?<!xuất )(?<!thể )(?<!biểu )(?<!tái )(?<!hiển )hiện"
    r"(?! (?:trường|vật|đại|tượng|thực|hữu|diện|thân|kim|hành)\b)",
)
# Words that ask; two of them, the second after "and" or "to", are two questions in one.
_ASKS = Words(
    en=r"(?:(?<!.)|(?:\b(?:and|to)|[,;])(?: (?:in|for|by|across|from|with|at|to|on|until))? )"
    r"(?:how (?:many|much|long|far|old)|what|which|when|where|who|why)|"
    r"\bfrom (?:how|what|which)\b(?=[^?]*\bto (?:how|what|which)\b)",
    vi=r"bao nhiêu|mấy|nào|khi nào|ở đâu|vì sao|tại sao",
    unmarked=r"bao nhieu|(?<!nha )(?<!dien )(?<!xe )may(?! (?:bay|tinh|moc|anh|chu|giat|lanh)\b)|"
    r"nao|khi nao|o dau|vi sao|tai sao",
)
# "…, and for when?", "… và đến năm nào?": the time of the value that is asked for, no question of its own.
_AND_WHEN = re.compile(
    r",?\s+(?:and|và|va)\s+(?:(?:for|by|until|in|as of|cho|đến|den|vào|vao|tới|toi)\s+)?"
    r"(?:when|what year|which year|what date|khi nào|khi nao|năm nào|nam nao|bao giờ|bao gio)\s*[?.!]*$",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w")
_OFFERS = Words(en=r"or(?! not\b)", vi=r"hay(?! (?:không|chưa)\b)|hoặc")
ALL = Filters()


@dataclass(frozen=True, slots=True)
class Question:
    """A question, understood. `text` stands alone; `asked` is what the person wrote."""

    text: str
    asked: str
    lang: Lang
    wanted: Wanted
    newest: bool = False  # asks for the latest or present state
    several: bool = False  # asks for two things at once: "how many parks, and in how many provinces?"
    as_of: dt.date | None = None  # nothing written after this day may be used
    filters: Filters = ALL  # of the articles, as written into the question: "since:2025 …"
    dated: bool = False  # asks for the time of its value too: "…, and for when?", which `text` leaves out
    care: CareName | None = None  # as written into the question: "care:careful …"
    follows: bool = False  # `text` begins with an earlier question, which it leans on
    spelled: str = ""  # `text` with the marks that it was typed without, where that is known

    @property
    def names(self) -> tuple[Name, ...]:
        """The names that the question is about."""
        return self.wanted.names

    @property
    def for_models(self) -> str:
        """The text as models read it best; code reads `text`, since it knows what words are without marks."""
        return self.spelled or self.text

    @property
    def offers(self) -> bool:
        """Whether it offers its answers: "China or Japan?"."""
        return bool(_OFFERS.search(self.text, self.lang))

    @property
    def yes_or_no(self) -> bool:
        """Whether the answer is yes or no."""
        return self.wanted.kind == "yesno" and not self.several and not self.offers

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it to be answered."""
        return not _WORD.search(self.text)


def understand(
    text: str,
    history: History = (),
    as_of: dt.date | None = None,
    spell: Callable[[str], str] = str,
) -> Question:
    """Return what `text` asks, made whole from `history` where it leans on what was said before.

    `spell` gives words the marks that they were typed without (`index.Library.marked`). Filters and care hold
    for the question that they are written into; `index.errors.BadFilter` if they cannot be read.
    """
    asked = " ".join(text.split())
    rest, care = written(asked)
    rest, filters = inline.parse(rest)
    earlier, answers = [bare(question) for question, _ in history], [answer for _, answer in history]
    whole = following.whole(rest, earlier, answers)
    follows = whole != rest and whole.endswith(rest)
    found = _understood(whole, asked, detect(whole), as_of, filters)
    return replace(found, follows=follows, care=care, spelled=spell(found.text))


def within(question: Question, text: str) -> Question:
    """Return `text`, a question that is a part of `question`: of its language, day and filters."""
    found = _understood(text, text, question.lang, question.as_of, question.filters)
    at = question.text.find(found.text) if question.spelled else -1
    return replace(found, spelled=question.spelled[at : at + len(found.text)]) if at >= 0 else found


def _understood(text: str, asked: str, lang: Lang, as_of: dt.date | None, filters: Filters) -> Question:
    value = _AND_WHEN.sub("?", text)
    sought = wanted(value, lang)
    dated = value != text and sought.kind in QUANTITIES and not _asks_several(value, lang)
    if not dated:
        value, sought = text, wanted(text, lang)
    newest = bool(_NEWEST.search(value, lang))
    return Question(value, asked, lang, sought, newest, _asks_several(value, lang), as_of, filters, dated)


def _asks_several(text: str, lang: Lang) -> bool:
    return len(list(_ASKS.finditer(text, lang))) > 1


def bare(earlier: str) -> str:
    """Return an earlier question without its filters and care; as it is if it was refused for them."""
    try:
        return inline.parse(written(earlier)[0])[0]
    except BadFilter:
        return earlier


_FRONTED = re.compile(
    r"^(?:so |and |as of [^,]+, ?)?(?:how (?:many|much)|what|which)\s+(?P<object>[^?]*?)\s+"
    r"(?:do|does|did|has|have|had)\s+"
    r"(?P<subject>[^?]*?)(?P<rest>\s(?:in|into|to|at|from|with|for|on)\s[^?]*)\??$",
    re.IGNORECASE,
)


def statement(text: str) -> str:
    """Return an English question in the order of a statement, so that its roles can be read off.

    "How many projects does A have in B?" is "A have projects in B"; what fits no pattern (and
    Vietnamese, which does not move its question words) comes back as it is.
    """
    match = _FRONTED.match(text)
    return f"{match['subject']} {match['object']}{match['rest']}" if match else text
