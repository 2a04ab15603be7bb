"""The promises that every answer keeps, whatever was asked; one broken is a defect, not a lower score.

- verbatim: a citation's quotation is exactly the characters start … end of its article.
- marks: every [n] in what was said is the number of a citation, and a claim's citations exist.
- cited: every supported claim of an answered question names a citation.
- figures: every number and date of a supported claim, and of `short`, occurs in the quotations it rests on
  (either language's spelling, figures or words; a date may also be the cited article's own, takes its year
  where the quotation gives none, and its day from it where the quotation says "yesterday" or "on Monday").
- computed: a number that no quotation holds is the result that a claim declares (`computed`), its operands
  stand in the quotations that it names for them, and computing again gives the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from eval.figures.computed import check
from eval.figures.metrics import without_marks
from eval.figures.quantities import DateMention, Figure, close, dates, figures
from eval.figures.relative import told_from
from eval.figures.spelled import spelled

TextOf = Callable[[str], str | None]  # article id -> its stored text, None if there is no such article


@dataclass(frozen=True, slots=True)
class Broken:
    """One promise that one answer did not keep."""

    id: str
    promise: str  # "verbatim", "marks", "cited", "figures", "computed"
    detail: str


def broken_promises(answer: Mapping[str, Any], text_of: TextOf | None = None) -> list[Broken]:
    """Return what `answer` breaks; without `text_of` quotations are not compared with articles."""
    name = str(answer.get("id", "?"))
    citations = {citation["n"]: citation for citation in answer["citations"]}
    found = [Broken(name, "marks", detail) for detail in _marks(answer, citations)]
    if text_of is not None:
        found += [Broken(name, "verbatim", detail) for detail in _verbatim(citations.values(), text_of)]
    if answer["status"] != "abstained":
        found += [Broken(name, promise, detail) for promise, detail in _claims(answer, citations)]
    return found


def _marks(answer: Mapping[str, Any], citations: Mapping[int, Any]) -> list[str]:
    if len(citations) != len(answer["citations"]):
        return ["two citations have the same n"]
    used = {
        int(n)
        for group in re.findall(r"\[(\d+(?:\s*,\s*\d+)*)\]", answer["answer"])
        for n in group.split(",")
    }
    for part in (*answer["claims"], *answer.get("timeline", ())):
        used.update(part["citations"])
    return [f"[{n}] is no citation" for n in sorted(used - set(citations))]


def _verbatim(citations: Iterable[Mapping[str, Any]], text_of: TextOf) -> list[str]:
    details = []
    for citation in citations:
        text = text_of(citation["article"])
        if text is None:
            details.append(
                f"[{citation['n']}] names the article {citation['article']}, which the library lacks"
            )
        elif not citation["quote"].strip() or text[citation["start"] : citation["end"]] != citation["quote"]:
            details.append(f"[{citation['n']}] is not what stands at {citation['start']}:{citation['end']}")
    return details


def _claims(answer: Mapping[str, Any], citations: Mapping[int, Mapping[str, Any]]) -> list[tuple[str, str]]:
    details: list[tuple[str, str]] = []
    supported = [claim for claim in answer["claims"] if claim["supported"]]
    results: list[Figure] = []
    if not supported:
        details.append(("cited", "answered without a supported claim"))
    for claim in supported:
        wrong, result = check(claim, citations)
        details += [("computed", f'{fault} of "{claim["text"]}"') for fault in wrong]
        results += result
        behind = [citations[n] for n in claim["citations"] if n in citations]
        if not behind:
            details.append(("cited", f'no citation for "{claim["text"]}"'))
        details += [
            ("figures", f'{lost} of "{claim["text"]}"') for lost in unsupported(claim["text"], behind, result)
        ]
    everything = list(citations.values())
    short = answer.get("short") or ""
    details += [
        ("figures", f'{lost} of the short answer "{short}"')
        for lost in unsupported(short, everything, results)
    ]
    if answer["status"] == "answered":
        said = answer["answer"]
        details += [("figures", f"{lost} of the answer") for lost in unsupported(said, everything, results)]
    return list(dict.fromkeys(details))


def unsupported(
    text: str, citations: Sequence[Mapping[str, Any]], computed: Sequence[Figure] = ()
) -> list[str]:
    """Return the numbers and dates of `text` that no quotation of `citations` holds, as plain words.

    `computed` are the results of claims that were checked (`eval.figures.computed.check`).
    """
    said = without_marks(text)
    quotes = "\n".join(citation["quote"] for citation in citations)
    known = [*figures(quotes), *computed]
    known_dates = [date for citation in citations for date in _dates_of(citation)]
    lost = [
        f"number {_show(figure)}"
        for figure in figures(said)
        if not _known(figure, known, known_dates, quotes)
    ]
    return lost + [f"date {_show_date(date)}" for date in _lost_dates(dates(said), known_dates)]


def _dates_of(citation: Mapping[str, Any]) -> list[DateMention]:
    """Return the dates of a quotation and of its article; without a year one is of that year too.

    With those that the quotation tells from its article's day.
    """
    own = [date for key in ("published", "dated") for date in dates(str(citation.get(key) or ""))]
    said = dates(citation["quote"])
    years = {date.year for date in own}
    whole = [replace(date, year=year) for date in said if date.year is None for year in years]
    days = [date for date in own if date.day]
    return [*said, *whole, *own, *(told for day in days for told in told_from(citation["quote"], day))]


def _known(figure: Figure, known: Sequence[Figure], known_dates: Sequence[DateMention], quotes: str) -> bool:
    for other in known:
        percent_agrees = (figure.unit == "%") == (other.unit == "%")
        currency_agrees = (
            figure.unit == other.unit
            or None in (figure.unit, other.unit)
            or bool(figure.named & other.named)  # "A$5 million" for 5 million dollars
        )
        if (
            percent_agrees
            and currency_agrees
            and any(close(a, b) for a in figure.values for b in other.values)
        ):
            return True
    if figure.unit is None and any(
        close(value, part) for value in figure.values for date in known_dates for part in _parts(date)
    ):
        return True
    return any(spelled(quotes, value, figure.unit) for value in figure.values)


def _lost_dates(said: Sequence[DateMention], known: Sequence[DateMention]) -> list[DateMention]:
    """Return the dates that nothing known agrees with; of two readings of one date, one known is enough."""
    agreed = {(date.start, date.end) for date in said if any(_within(date, other) for other in known)}
    lost = {(date.start, date.end): date for date in said if (date.start, date.end) not in agreed}
    return list(lost.values())


def _within(said: DateMention, known: DateMention) -> bool:
    """Return whether `known` gives at least the parts of `said`, with the same values."""
    return all(
        part is None or part == other
        for part, other in ((said.year, known.year), (said.month, known.month), (said.day, known.day))
    )


def _parts(date: DateMention) -> list[int]:
    return [part for part in (date.year, date.month, date.day) if part is not None]


def _show(figure: Figure) -> str:
    value = f"{figure.values[0]:,.4f}".rstrip("0").rstrip(".")
    return f"{value} {figure.unit}" if figure.unit else value


def _show_date(date: DateMention) -> str:
    return "-".join("?" if part is None else str(part) for part in (date.year, date.month, date.day))
