"""Do the citations hold what is said? Counted on answers that were given (answered or partial).

- must-cite recall: of the articles in `must_cite`, the share that is cited. Where each of them supports the
  answer by itself, one is enough (1 or 0); of a conflict or a question on several articles all are needed.
- precision: of the citations, the share whose article is in `must_cite` or `may_cite`.
- figures held: of the numbers and dates of the answer, the share that a quotation holds, in either
  language's spelling (a date may also be the cited article's own).
- names held: of the capitalised names of the answer, first words of sentences left out, the share whose
  words all occur in the quotations, titles or outlets, diacritics folded. Only where every citation is in
  the question's language: across languages a name may be spelled in another way and still be held.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eval.cases import Case
from eval.figures.computed import results
from eval.figures.metrics import tokens, without_marks
from eval.figures.promises import unsupported
from eval.figures.quantities import dates, figures

ALL_NEEDED = frozenset({"conflict", "multi-doc"})
_NAME = re.compile(r"[^\W\d_][\w'’.-]*(?:\s+[^\W\d_][\w'’.-]*)*")
_SENTENCE = re.compile(r"(?:^|[.!?…:]\s+|[\n\"“(]\s*)(?=\S)")


@dataclass(frozen=True, slots=True)
class Cited:
    """Counts of one answer; `recall` and the counts are None where they have no meaning."""

    citations: int
    recall: float | None  # 0 … 1
    gold: int | None  # citations of an article that may be cited
    figures: int
    figures_held: int
    names: int | None
    names_held: int | None


def cited(case: Case, answer: Mapping[str, Any]) -> Cited:
    """Return the counts of an answer that was given."""
    citations = answer["citations"]
    said = without_marks(answer["answer"])
    total = len(figures(said)) + len({(date.start, date.end) for date in dates(said)})
    lost = min(total, len(unsupported(said, citations, results(answer))))
    names, held = _names_held(case, said, citations)
    must = {quote.doc_id for quote in case.must_cite}
    files = [citation["file"] for citation in citations]
    gold = sum(file in must | set(case.may_cite) for file in files) if must else None
    return Cited(len(citations), _recall(case, must, set(files)), gold, total, total - lost, names, held)


def _recall(case: Case, must: set[str], files: set[str]) -> float | None:
    if not must:
        return None
    if case.type in ALL_NEEDED:
        return len(must & files) / len(must)
    return float(bool(must & files))


def _names_held(
    case: Case, said: str, citations: list[Mapping[str, Any]]
) -> tuple[int, int] | tuple[None, None]:
    if not citations or any(citation["lang"] != case.lang for citation in citations):
        return None, None
    behind = " ".join(
        str(citation.get(key) or "") for citation in citations for key in ("quote", "title", "outlet")
    )
    known = set(_plain_tokens(behind))
    found = names(said)
    return len(found), sum(known.issuperset(_plain_tokens(name)) for name in found)


def names(text: str) -> list[str]:
    """Return the runs of capitalised words in `text`; the first word of a sentence does not count."""
    starts = {match.end() for match in _SENTENCE.finditer(text)}
    found: list[str] = []
    for match in _NAME.finditer(text):
        run: list[str] = []
        for word in re.finditer(r"\S+", match.group()):
            first = match.start() + word.start() in starts
            if word.group()[0].isupper() and not first:
                run.append(word.group().rstrip(".'’-"))
            else:
                found += [" ".join(run)] if run else []
                run = []
        found += [" ".join(run)] if run else []
    return found


def _plain_tokens(text: str) -> list[str]:
    parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return tokens("".join(letter for letter in parts if not unicodedata.combining(letter)))
