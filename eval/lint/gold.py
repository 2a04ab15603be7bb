"""Is the gold in the articles? Nuggets, what is forbidden beside them, quotations, dates.

Every part that a nugget gives (alias, number, date, regular expression) makes an answer right on its own, so
each must be in an article that is cited. Three things need not be there word for word: what is computed or
paraphrased, by the tag "derived"; the patterns of yes and no, which no article says; and further aliases,
since "rejected", "từ chối" and "turned it down" are one answer. Of an alias that is in no cited article only
what looks like a slip is told: a word that is nowhere else and one letter from one that is cited, a large
figure or an amount that is not cited, a date that is another than the nugget's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from eval.cases import Case, Forbidden, Nugget, Number
from eval.figures import units
from eval.figures.metrics import has_date, has_number, holds, tokens
from eval.figures.quantities import close, date_parts, dates, figures, fold
from eval.figures.relative import told_from
from eval.figures.spelled import spelled
from eval.lint.articles import Page, plain
from eval.lint.fault import Fault
from eval.lint.words import misspelt

_LARGE = 1000.0  # smaller figures are spelled in too many ways: 4.5 years, 54 months
_SCALES = tuple(
    (scale, re.compile(rf"\b(?:{words})\b", re.IGNORECASE))
    for scale, words in (
        (1e3, "thousands?|nghìn|ngàn"), (1e6, "millions?|triệu"), (1e9, "billions?|tỷ|tỉ"),
    )
)  # fmt: skip
_MEASURE = re.compile(r"\s?(?:[kcm]?m[23²³]?|k?g|ha|l)\b")
_SAYS_NOTHING = ("", " ", "x", "…", "It is not known.", "Không rõ.")  # what no pattern may be found in


def gold_faults(case: Case, articles: Mapping[str, Page], known: frozenset[str]) -> Iterator[Fault]:
    """Yield what is wrong with the gold of a case; `known` are the words of all articles and questions."""
    named = {quote.doc_id for quote in case.must_cite} | set(case.may_cite) | set(case.distractors)
    for name in sorted(named - set(articles)):
        yield Fault(case.id, "no_article", {"name": name})
    yield from _quotations(case, articles)
    cited = [articles[name] for name in _cited(case) if name in articles]
    yield from _nuggets(case, cited, [articles[name] for name in case.may_cite if name in articles], known)
    yield from _shapes(case)
    yield from _shorts(case)
    yield from _forbidden(case)
    for name in _cited(case):
        page = articles.get(name)
        if case.as_of and page and page.date and page.date.isoformat() > case.as_of:
            names = {"as_of": case.as_of, "name": name, "date": page.date.isoformat()}
            yield Fault(case.id, "too_early", names)
    for name in sorted(set(_cited(case)) & set(case.distractors)):
        yield Fault(case.id, "gold_distractor", {"name": name})
    if not case.answerable and not case.distractors:
        yield Fault(case.id, "no_near_miss")


def too_wide(case: Case, pattern: str) -> Iterator[Fault]:
    """Yield a fault if a regular expression is found in what says nothing."""
    for text in _SAYS_NOTHING:
        if re.search(pattern, text, re.IGNORECASE):
            told = f'"{text}"' if text.strip() else "an empty text"
            yield Fault(case.id, "too_wide", {"pattern": pattern, "text": told})
            return


def _cited(case: Case) -> list[str]:
    return list(dict.fromkeys(quote.doc_id for quote in case.must_cite))


def _quotations(case: Case, articles: Mapping[str, Page]) -> Iterator[Fault]:
    pages = {quote: articles[quote.doc_id] for quote in case.must_cite if quote.doc_id in articles}
    proving = [
        quote for quote, page in pages.items() if any(_proves(quote.quote, one, page) for one in case.all_of)
    ]
    for quote, page in pages.items():
        names = {"name": quote.doc_id, "quote": quote.quote}
        words = plain(quote.quote)
        if words not in page.text:
            yield Fault(case.id, "not_verbatim", names)
        elif words in page.head and words not in page.body:
            yield Fault(case.id, "front_matter", names)
        elif "derived" in case.tags or quote in proving:
            continue
        # Beside words that answer, others may link two facts, or say it in the language without an alias.
        elif not any(
            other.doc_id == quote.doc_id or case.type == "multi-doc" or page.lang != case.lang
            for other in proving
        ):
            yield Fault(case.id, "unproved", names)


def _proves(quote: str, nugget: Nugget, page: Page) -> bool:
    return (
        holds(plain(quote), nugget)
        or (nugget.number is not None and _spelled(quote, nugget.number))
        or (nugget.date is not None and _told(quote, nugget.date, page))
    )


def _nuggets(
    case: Case, cited: Sequence[Page], more: Sequence[Page], known: frozenset[str]
) -> Iterator[Fault]:
    gold = "\n".join(page.text for page in cited)
    for item in case.all_of:
        if not cited or "derived" in case.tags:
            continue
        if not holds(gold, item) and not any(_told(page.text, item.date or "", page) for page in cited):
            yield Fault(case.id, "unstated", {"nugget": item.id})
            continue
        for part, value in _missing(case, item, gold, cited):
            yield Fault(case.id, "contradicts", {"nugget": item.id, "part": part, "value": value})
        evidence = [*cited, *more]
        for alias in item.any_of:
            if tokens(alias) and not any(page.has(alias) for page in evidence):
                yield from _odd_alias(case, item, alias, evidence, known)


def _missing(case: Case, item: Nugget, gold: str, cited: Sequence[Page]) -> Iterator[tuple[str, str]]:
    """Yield the parts of a nugget (what they are, their value) that the cited articles do not state."""
    if item.number is not None and not _states(gold, item, cited):
        yield "number", amount(item.number)
    if item.date is not None and not (
        has_date(gold, item.date) or any(_told(page.text, item.date, page) for page in cited)
    ):
        yield "date", item.date
    found = item.regex is None or re.search(item.regex, unicodedata.normalize("NFKC", gold), re.IGNORECASE)
    if not found and case.type != "yes-no":
        yield "regular expression", str(item.regex)


def _states(gold: str, item: Nugget, cited: Sequence[Page]) -> bool:
    number = item.number
    if number is None or has_number(gold, number) or _spelled(gold, number):
        return True
    # What is only counted may be measured in the article: 5608, of "5,608 litres". An amount is no count.
    # And it may be a numeral that is an alias itself: 27.5, of "$27.5 million".
    there = [alias for alias in item.any_of if any(page.has(alias) for page in cited)]
    if not units.named(number.unit) and any(
        figure.unit is None and close(value, number.value, number.tol)
        for text in (gold, *there)
        for figure in figures(text)
        for value in figure.values
    ):
        return True
    # A table names the scale of all its sums once: "in millions of dollars".
    for scale, words in _SCALES:
        if words.search(gold) and has_number(gold, replace(number, value=number.value / scale)):
            return True
    # "Half a percentage point": what no numeral and no number word says stands as an alias.
    return not number.value.is_integer() and not all(map(figures, there))


def _spelled(text: str, number: Number) -> bool:
    meanings = units.named(number.unit)
    return any(spelled(text, number.value, unit) for unit in meanings or (None,))


def _told(text: str, spec: str, page: Page) -> bool:
    """Return whether `text` names the date from the day of its article: "on Monday", "18 September"."""
    if not spec or page.written is None:
        return False
    year, month, day = date_parts(spec)
    written = page.written.year or 0
    found = [*told_from(text, page.written)]
    found += [one for one in dates(text) if one.year is None and (year is None or abs(year - written) <= 1)]
    return any(
        one.month == month and one.day == day and (year is None or one.year in (None, year)) for one in found
    )


def _odd_alias(
    case: Case, item: Nugget, alias: str, evidence: Sequence[Page], known: frozenset[str]
) -> Iterator[Fault]:
    """Yield what speaks for a slip in an alias that no cited article has."""
    cited = frozenset(word for page in evidence for word in page.said.split())
    for word in tokens(alias):
        if near := misspelt(word, known, cited):
            names = {"nugget": item.id, "alias": alias, "word": word, "near": near}
            yield Fault(case.id, "misspelt", names)
            return
    text = "\n".join(page.text for page in evidence)
    for figure in figures(alias):
        written = fold(alias)[figure.start : figure.end]
        if _MEASURE.match(fold(alias), figure.end):
            continue  # "2400 m" may say what is 2.4 km in the article
        large = figure.values[0] >= _LARGE and not written.startswith("0")  # "0800-447" is a telephone
        numbers = [Number(value, figure.unit or "count") for value in figure.values]
        if re.fullmatch(r"\d+m", written):  # "200m" may be metres
            numbers += [Number(value / figure.scale, "count") for value in figure.values]
        own = item.number is not None and any(
            close(one.value, item.number.value, item.number.tol) for one in numbers
        )
        if (large or figure.unit) and not own and not any(_stated(text, one) for one in numbers):
            yield Fault(case.id, "contradicts", {"nugget": item.id, "part": "alias", "value": alias})
            return
    if item.date is not None and dates(alias) and not has_date(alias, item.date):
        yield Fault(case.id, "contradicts", {"nugget": item.id, "part": "alias", "value": alias})


def _stated(text: str, number: Number) -> bool:
    return _spelled(text, number) or any(
        close(value, number.value) for figure in figures(text) for value in figure.values
    )


def _shapes(case: Case) -> Iterator[Fault]:
    """Yield what is wrong with nuggets whatever the articles say."""
    seen: set[str] = set()
    for item in case.all_of:
        if item.id in seen:
            yield Fault(case.id, "same_nugget", {"nugget": item.id})
        seen.add(item.id)
        for alias in item.any_of:
            if not tokens(alias):
                yield Fault(case.id, "wordless", {"nugget": item.id, "alias": alias})
        if item.regex is not None:
            yield from too_wide(case, item.regex)
        number = item.number
        if number is not None and number.tol > abs(number.value) > 0:
            names = {"nugget": item.id, "tol": f"{number.tol:,.15g}", "value": f"{number.value:,.15g}"}
            yield Fault(case.id, "wide_tol", names)


def _shorts(case: Case) -> Iterator[Fault]:
    for short in case.short:
        if not any(holds(short, nugget) for nugget in case.vital):
            yield Fault(case.id, "short_misses", {"short": short})
        for bad in case.none_of:
            if holds(short, bad):
                yield Fault(case.id, "short_forbidden", {"short": short})


def _forbidden(case: Case) -> Iterator[Fault]:
    """Yield what is forbidden and right at once."""
    for item in case.all_of:
        for bad in case.none_of:
            if gold := _forbids(bad, item):
                names = {"bad": told(bad), "gold": gold, "nugget": item.id}
                yield Fault(case.id, "forbids_gold", names)


def _forbids(bad: Forbidden, item: Nugget) -> str:
    """Return what of a nugget is forbidden, "" for nothing."""
    for alias in item.any_of:
        if holds(alias, bad):
            return alias
    if bad.number and item.number and _same_number(bad.number, item.number):
        return amount(item.number)
    if bad.date and item.date and has_date(item.date.removeprefix("--"), bad.date):
        return item.date
    if item.number and any(has_number(alias, item.number) for alias in bad.any_of):
        return amount(item.number)
    named = item.date is not None and (
        bad.date == item.date or any(has_date(alias, item.date) for alias in bad.any_of)
    )
    return item.date if item.date and named else ""


def _same_number(left: Number, right: Number) -> bool:
    return same_unit(left, right) and close(left.value, right.value, max(left.tol, right.tol))


def same_unit(left: Number, right: Number) -> bool:
    """Return whether two units may be one: a currency or measure in common, or things that are counted."""
    meanings = units.named(left.unit), units.named(right.unit)
    return bool(meanings[0] & meanings[1]) or not any(meanings)


def told(thing: Nugget | Forbidden) -> str:
    """Return what a nugget or something forbidden looks for, in short."""
    number = thing.number
    regex = thing.regex if isinstance(thing, Nugget) else None
    counted = amount(number) if number else ""
    return ", ".join(part for part in (*thing.any_of[:2], counted, thing.date, regex) if part)


def amount(number: Number) -> str:
    """Return a number with its unit, for people: "120,000,000 USD"."""
    return f"{number.value:,.15g} {number.unit}"
