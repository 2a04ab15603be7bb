"""The answer and the events on the way to it; their JSON is an interface that scripts rely on.

A refusal is an `Answer` with `status == "abstained"`, never an exception. For every citation
`article_text[start:end] == quote`, and every `[n]` of the answer is the `n` of a citation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from rag.showing.explain import Compound, Trace

from index.records import Printing

MARK = re.compile(r"\[(\d{1,3})\]")  # of a citation, in what is said

Status = Literal["answered", "partial", "abstained"]
Reason = Literal["no_evidence", "unsupported", "low_confidence", "not_a_question"]
Operation = Literal["difference", "sum", "years", "larger", "smaller", "earlier", "later"]


@dataclass(frozen=True, slots=True)
class Also:
    """Where else the words of a citation were printed, by a near-copy of its article."""

    article: str
    outlet: str | None
    published: str | None  # ISO date

    @classmethod
    def of(cls, printing: Printing) -> Also:
        """Return what the library says of a printing."""
        day = printing.published
        return cls(printing.article, printing.outlet, day.isoformat() if day else None)


def other_outlets(also: Iterable[Also | Printing], outlet: str | None) -> tuple[str, ...]:
    """Return the names of the outlets besides `outlet`, each once."""
    return tuple(dict.fromkeys(one.outlet for one in also if one.outlet and one.outlet != outlet))


@dataclass(frozen=True, slots=True)
class Citation:
    """Exact words of one article, with where and when they were published."""

    n: int  # 1, 2, … in order of first use
    article: str
    file: str
    title: str
    outlet: str | None
    published: str | None  # ISO date, or None when the article does not say
    lang: str
    quote: str
    start: int  # characters of the article's stored text
    end: int
    dated: str | None = None  # best known date, "2025-03" when only the month is known
    page: int | None = None  # of the file, from 1, where the quotation begins; None without pages
    also: tuple[Also, ...] = ()  # the earliest first


@dataclass(frozen=True, slots=True)
class Operand:
    """A value of a quotation that is reckoned with."""

    text: str  # as the claim says it
    value: str  # exact: a decimal in whole units ("16700000000"), a date as "2013", "2013-03", "2013-03-10"
    unit: str | None  # "USD", "percent", "km"; None for counts and dates
    citation: int  # whose quotation holds it


@dataclass(frozen=True, slots=True)
class Computed:
    """What a claim says that stands in no quotation, and what it is made of (see `rag.compound.computing`).

    `value` is the result: a decimal in whole units; for "larger" … "later" the place of the operand that
    is it, "1" or "2", or "0" for neither.
    """

    operation: Operation
    value: str
    unit: str | None
    operands: tuple[Operand, Operand]


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of the answer and the citations it rests on."""

    text: str
    supported: bool
    citations: tuple[int, ...]
    computed: Computed | None = None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One value of a quantity as of a date."""

    value: str
    as_of: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Nearest:
    """An article close to a question that could not be answered."""

    article: str
    title: str
    published: str | None


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds since the question arrived; None for what did not happen."""

    first_evidence: float | None = None
    first_token: float | None = None
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens the model read, took over from earlier reading, and wrote."""

    prompt: int = 0
    reused: int = 0
    generated: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assistant says, and all that it rests on."""

    question: str
    status: Status
    answer: str
    short: str | None = None
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    reason: Reason | None = None
    nearest: tuple[Nearest, ...] = ()
    relevant: bool | None = None  # whether the library seems to be about it at all; None: not known
    confidence: float = 0.0  # 0 … 1
    model: str = ""
    library: str = ""
    timings: Timings = field(default_factory=Timings)
    tokens: Tokens = field(default_factory=Tokens)
    id: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of `rag ask --json`.

        `id` comes first and only if it was given; `computed` is a key of those claims only that are.
        """
        fields = asdict(self)
        for claim in fields["claims"]:
            if claim["computed"] is None:
                del claim["computed"]
        given = fields.pop("id")
        return fields if given is None else {"id": given, **fields}


@dataclass(frozen=True, slots=True)
class Evidence:
    """First event: what was found, before the model has said a word."""

    sources: tuple[Citation, ...]  # best first; quote = the sentence most likely to answer
    seconds: float


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the model's draft: not checked yet, to be shown as such."""

    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """Last event: the answer, and all that happened on the way to it (see `rag.showing.explain`)."""

    answer: Answer
    trace: Trace | Compound | None = field(default=None, compare=False)


Event = Evidence | Token | Done
