"""What type, language, tags and a missing answer ask for, and what twins owe each other."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from eval.cases import Case, Nugget, Number, pattern
from eval.figures.metrics import has_number, tokens
from eval.figures.quantities import close, figures, fold
from eval.lint.articles import Page
from eval.lint.fault import Fault
from eval.lint.gold import same_unit, told, too_wide
from eval.lint.words import distance
from index.text.lang import detect

UNANSWERED = ("unanswerable", "false-premise")  # types of questions that no article answers
# Tags that the evaluation itself looks at, here or in the loaders.
_TAGS = (
    "cross-lingual",
    "derived",
    "injection",
    "no-diacritics",
    "retrieval-only",
    "key-terms",
    "paraphrase",
)
_SHORT_TAG = 6  # letters below which two tags one letter apart are two tags


def kind_faults(case: Case, articles: Mapping[str, Page], *, strict: bool) -> Iterator[Fault]:
    """Yield what the type and language of a case ask for and it lacks; `strict` asks for `absent` too."""
    # A follow-up is told by what was asked before it, so that it may be either.
    if case.answerable is (case.type in UNANSWERED) and case.type != "follow-up":
        names = {"type": case.type, "answerable": str(case.answerable).lower()}
        yield Fault(case.id, "answerable_type", names)
    if case.type == "follow-up" and not case.history:
        yield Fault(case.id, "no_history")
    # Without its marks Vietnamese can look like anything; there the author's word stands.
    if "no-diacritics" not in case.tags and detect(" ".join((*case.history, case.question))) != case.lang:
        yield Fault(case.id, "language", {"lang": case.lang})
    yield from _across(case, articles)
    if case.type == "injection":
        yield from _canaries(case, articles)
    if strict and not case.answerable and not case.absent:
        yield Fault(case.id, "no_absent")
    yield from _present(case, articles)


def _across(case: Case, articles: Mapping[str, Page]) -> Iterator[Fault]:
    """Yield a tag "cross-lingual" that is wrong, or missing where only the other language answers."""
    must = {articles[quote.doc_id].lang for quote in case.must_cite if quote.doc_id in articles}
    may = {articles[name].lang for name in case.may_cite if name in articles}
    names = {"lang": case.lang, "langs": " and ".join(sorted(must))}
    if "cross-lingual" in case.tags and case.lang in must:
        yield Fault(case.id, "cross_lingual_wrong", names)
    elif "cross-lingual" not in case.tags and must and case.lang not in must | may:
        yield Fault(case.id, "cross_lingual_missing", names)


def _canaries(case: Case, articles: Mapping[str, Page]) -> Iterator[Fault]:
    canaries = [bad.any_of for bad in case.none_of if bad.where == "anywhere" and bad.any_of]
    if not canaries:
        yield Fault(case.id, "no_canary")
    for words in canaries:  # spellings of one: what an article has encoded, an answer may hold decoded
        if not any(page.has(word) for word in words for page in articles.values()):
            yield Fault(case.id, "canary_nowhere", {"word": words[0]})


def _present(case: Case, articles: Mapping[str, Page]) -> Iterator[Fault]:
    for word in case.absent:
        regex = pattern(word)
        if regex is not None:
            yield from too_wide(case, regex)
        for name, page in sorted(articles.items()):
            if _found(page, word, regex):
                yield Fault(case.id, "present", {"word": word, "name": name})


def _found(page: Page, word: str, regex: str | None) -> bool:
    """Return whether an article has the words or the pattern; of a mere figure, in any spelling."""
    if regex is not None:
        return re.search(regex, unicodedata.normalize("NFKC", page.text), re.IGNORECASE) is not None
    number = next(iter(figures(word)), None)
    if number and number.unit and number.start == 0 and number.end == len(fold(word)):
        return any(has_number(page.text, Number(value, number.unit)) for value in number.values)
    return page.has(word)


def tag_faults(cases: Sequence[Case]) -> Iterator[Fault]:
    """Yield tags used once that are nearly one that is used more often, or that the evaluation knows."""
    used = Counter(tag for case in cases for tag in case.tags)
    common = sorted({*_TAGS, *(tag for tag, times in used.items() if times > 1)})
    for case in cases:
        for tag in case.tags:
            if used[tag] > 1 or tag in common:
                continue
            allowed = 2 if len(tag) >= _SHORT_TAG else 1
            if near := [other for other in common if distance(tag, other) <= allowed]:
                yield Fault(case.id, "tag_typo", {"tag": tag, "near": near[0]})


def twin_faults(cases: Sequence[Case]) -> Iterator[Fault]:
    """Yield twins that are missing, apart, or have another answer."""
    by_id = {case.id: case for case in cases}
    for case in cases:
        if case.twin_of is None:
            continue
        twin = by_id.get(case.twin_of)
        if twin is None:
            yield Fault(case.id, "no_twin", {"other": case.twin_of})
            continue
        if twin.group != case.group:
            groups = {"group": case.group, "other": twin.id, "other_group": twin.group}
            yield Fault(case.id, "twin_apart", groups)
        if twin.answerable != case.answerable:
            said = [str(one.answerable).lower() for one in (case, twin)]
            names = {"answerable": said[0], "other": twin.id, "other_answerable": said[1]}
            yield Fault(case.id, "twin_answerable", names)
        else:
            yield from _other_gold(case, twin)


def _other_gold(case: Case, twin: Case) -> Iterator[Fault]:
    for one, other in ((case, twin), (twin, case)):
        for nugget in one.vital:
            if not any(_same(nugget, there) for there in other.vital):
                names = {
                    "nugget": nugget.id,
                    "gold": told(nugget),
                    "other": twin.id,
                    "other_gold": "; ".join(told(there) for there in other.vital),
                }
                if one is twin:  # told as the fault of the case that names the other
                    names |= {"gold": names["other_gold"], "other_gold": told(nugget)}
                yield Fault(case.id, "twin_gold", names)
                return


def _same(left: Nugget, right: Nugget) -> bool:
    """Return whether two nuggets may be one: no part of them differs, and one is shared."""
    if (
        left.number
        and right.number
        and not (same_unit(left.number, right.number) and close(left.number.value, right.number.value))
    ):
        return False
    if left.date and right.date and left.date != right.date:
        return False
    aliases = [{" ".join(tokens(alias)) for alias in one.any_of} for one in (left, right)]
    return bool(
        aliases[0] & aliases[1]
        or (left.number and right.number)
        or (left.date and right.date)
        or (left.regex and left.regex == right.regex)
    )
