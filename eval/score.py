"""Score answers against a suite, with no model and no judge.

    rag ask --input questions.jsonl > answers.ndjson
    python -m eval.score eval/suites/demo-dev.jsonl answers.ndjson --library DIR

Prints a line a question, then how many answerable questions were answered rightly, wrongly or not at all and
how many unanswerable ones were refused, each with n and a Wilson 95 % interval. Exits 1 if an answer breaks a
promise (see `eval.figures.promises`), 65 if the two files do not belong together.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval import fields
from eval.cases import Case, SuiteError, load
from eval.figures.metrics import Verdict, exact_match, f1, of_golds, percentile, tokens, verdict, wilson
from eval.figures.promises import Broken, TextOf, broken_promises
from index.errors import LibraryError
from index.text.counted import counted

LONG = 60  # words; a right answer that needs more may hold its nuggets by chance
STATUSES = ("answered", "partial", "abstained")
LABELS = ("right", "wrong", "abstained", "refused", "answered")


class AnswersError(ValueError):
    """The answers cannot be scored against this suite."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One question with its answer and verdict."""

    case: Case
    answer: Mapping[str, Any]
    verdict: Verdict
    cites_gold: bool  # an article of must_cite or may_cite is cited
    quotes_gold: bool  # a quotation holds the gold one, or lies within it


def read_answers(path: Path) -> dict[str, dict[str, Any]]:
    """Return the answers of an NDJSON file by id; AnswersError names the first line that is not one."""
    answers: dict[str, dict[str, Any]] = {}
    for number, line in fields.lines(path):
        try:
            answer = fields.read_json(line)
            if answer["status"] not in STATUSES or not isinstance(answer["answer"], str):
                raise ValueError(f"status {answer['status']!r} with answer {answer['answer']!r}")
            name = answer["id"]
            if any(not isinstance(answer[key], list) for key in ("claims", "citations")):
                raise ValueError("claims or citations is not a list")
        except (ValueError, KeyError, TypeError) as error:
            raise AnswersError(f"{path.name}, line {number} is not an answer: {error!r}") from error
        if name in answers:
            raise AnswersError(f'{path.name}, line {number}: a second answer to "{name}"')
        answers[name] = answer
    return answers


def score(
    cases: Sequence[Case], answers: Mapping[str, Mapping[str, Any]], subset: bool = False
) -> list[Scored]:
    """Return the verdicts in the suite's order; AnswersError if a case has no answer (unless `subset`)."""
    missing = [case.id for case in cases if case.id not in answers]
    unknown = sorted(set(answers) - {case.id for case in cases})
    if unknown or (missing and not subset):
        raise AnswersError(
            f"{counted(len(missing), 'question')} without an answer ({', '.join(missing[:3])}),"
            f" {counted(len(unknown), 'answer')} without a question ({', '.join(unknown[:3])});"
            " answer this suite, or give --subset to score the rest"
        )
    return [_scored(case, answers[case.id]) for case in cases if case.id in answers]


def _scored(case: Case, answer: Mapping[str, Any]) -> Scored:
    if answer.get("question", case.question) != case.question:
        raise AnswersError(f'"{case.id}" answers "{answer["question"]}", the suite asks "{case.question}"')
    gold_files = {quote.doc_id for quote in case.must_cite} | set(case.may_cite)
    return Scored(
        case,
        answer,
        verdict(case, answer),
        any(citation["file"] in gold_files for citation in answer["citations"]),
        any(
            citation["file"] == gold.doc_id and _overlap(citation["quote"], gold.quote)
            for citation in answer["citations"]
            for gold in case.must_cite
        ),
    )


def _overlap(quote: str, gold: str) -> bool:
    said, wanted = f" {' '.join(tokens(quote))} ", f" {' '.join(tokens(gold))} "
    return wanted in said or said in wanted


def totals(scored: Sequence[Scored], broken: Sequence[Broken]) -> dict[str, Any]:
    """Return the figures of a run: counts with intervals, per type and direction, citations, seconds."""
    answered = [item for item in scored if item.answer["status"] != "abstained"]
    right = [item for item in scored if item.verdict.label == "right"]
    shorts = [item for item in scored if item.case.short and item.verdict.label in ("right", "wrong")]
    pairs = [(item.answer.get("short") or "", item.case) for item in shorts]
    return {
        "n": len(scored),
        **_rates(scored),
        "by_type": _by(scored, lambda item: item.case.type),
        "by_direction": _by(scored, lambda item: item.case.direction),
        "short": {
            "rule": "MLQA normalisation by each known answer's language, tone marks folded; answered"
            " questions with a model short answer",
            "n": len(shorts),
            "exact_match": _mean(of_golds(exact_match, *pair) or 0.0 for pair in pairs),
            "f1": _mean(of_golds(f1, *pair) or 0.0 for pair in pairs),
        },
        "right_cites_gold_article": _share(sum(item.cites_gold for item in right), len(right)),
        "right_quotes_gold_sentence": _share(sum(item.quotes_gold for item in right), len(right)),
        "right_but_long": _share(
            sum(len(item.answer["answer"].split()) > LONG for item in right), len(right)
        ),
        "answer_words_median": percentile([len(item.answer["answer"].split()) for item in answered], 0.5)
        if answered
        else None,
        "citations": sum(len(item.answer["citations"]) for item in scored),
        "broken": dict(Counter(item.promise for item in broken)),
        "seconds": {key: _seconds(scored, key) for key in ("first_evidence", "first_token", "total")},
    }


def _rates(scored: Sequence[Scored]) -> dict[str, Any]:
    count = Counter(item.verdict.label for item in scored)
    answerable = sum(item.case.answerable for item in scored)
    return {
        "answerable": {label: _share(count[label], answerable) for label in ("right", "wrong", "abstained")},
        "unanswerable": {"refused": _share(count["refused"], len(scored) - answerable)},
    }


def _by(scored: Sequence[Scored], key: Callable[[Scored], str]) -> dict[str, dict[str, int]]:
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for item in scored:
        groups[key(item)][item.verdict.label] += 1
    return {
        name: {label: groups[name][label] for label in LABELS if groups[name][label]}
        for name in sorted(groups)
    }


def _share(hits: int, n: int) -> dict[str, Any]:
    low, high = wilson(hits, n)
    return {"hits": hits, "n": n, "share": hits / n if n else None, "low": low, "high": high}


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return sum(found) / len(found) if found else None


def _seconds(scored: Sequence[Scored], key: str) -> dict[str, float | int] | None:
    timings = (item.answer.get("timings", {}).get(key) for item in scored)
    values = [value for value in timings if value is not None]
    if not values:
        return None
    return {"n": len(values), "median": percentile(values, 0.5), "p95": percentile(values, 0.95)}


def report(
    scored: Sequence[Scored], broken: Sequence[Broken], result: Mapping[str, Any], verbatim: bool
) -> str:
    """Return the readable report: a line a question, totals, broken promises."""
    lines = []
    for item in scored:
        short = item.answer.get("short") or item.answer["answer"][:70]
        lines.append(f"{item.verdict.label:9} {item.case.id}  {item.case.question}")
        lines.append(f"          → {short}{f'   ({item.verdict.why})' if item.verdict.why else ''}")
    lines.append("")
    rates = {**result["answerable"], **result["unanswerable"]}
    lines += [f"{label:10} {_percent(rate)}" for label, rate in rates.items()]
    for title in ("by_type", "by_direction"):
        lines.append(title.replace("_", " "))
        lines += [f"  {name:14} {_counts(labels)}" for name, labels in result[title].items()]
    short = result["short"]
    if short["n"]:
        lines.append(
            f"short: exact match {short['exact_match']:.3f}, F1 {short['f1']:.3f}"
            f" (n {short['n']}; {short['rule']})"
        )
    lines.append(f"right answers that cite a gold article: {_percent(result['right_cites_gold_article'])}")
    lines.append(f"right answers that quote the gold words: {_percent(result['right_quotes_gold_sentence'])}")
    lines.append(f"right answers of more than {LONG} words: {_percent(result['right_but_long'])}")
    lines.append(f"median length of an answer: {result['answer_words_median']} words")
    for key, seconds in result["seconds"].items():
        if seconds:
            lines.append(
                f"{key}: median {seconds['median']:.2f} s, p95 {seconds['p95']:.2f} s (n {seconds['n']})"
            )
    against = "against the library" if verbatim else "NOT compared with articles (no --library)"
    lines.append(f"promises: {counted(result['citations'], 'quotation')} {against}, {len(broken)} broken")
    lines += [f"  {item.promise:8} {item.id}: {item.detail}" for item in broken]
    return "\n".join(lines)


def _percent(rate: Mapping[str, Any]) -> str:
    if not rate["n"]:
        return "none to count"
    interval = f"[{100 * rate['low']:.1f}, {100 * rate['high']:.1f}]"
    return f"{rate['hits']}/{rate['n']} = {100 * rate['share']:.1f} % {interval}"


def _counts(labels: Mapping[str, int]) -> str:
    return ", ".join(f"{label} {count}" for label, count in labels.items())


def library_texts(path: Path) -> TextOf:
    """Return a look-up of stored article texts; NotFound if there is no library at `path`."""
    from index import Library

    library = Library.open(path, create=False)
    texts: dict[str, str | None] = {}

    def text_of(article: str) -> str | None:
        if article not in texts:
            try:
                texts[article] = library.get(article).text
            except LibraryError:
                texts[article] = None
        return texts[article]

    return text_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Score a file of answers; see the module's text."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.score", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("suite", type=Path)
    parser.add_argument("answers", type=Path)
    parser.add_argument("--library", type=Path, help="compare every quotation with the articles stored here")
    parser.add_argument("--subset", action="store_true", help="some questions have no answer yet")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the report")
    options = parser.parse_args(arguments)
    try:
        scored = score(load(options.suite), read_answers(options.answers), options.subset)
        text_of = library_texts(options.library) if options.library else None
    except (SuiteError, AnswersError, LibraryError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 65
    broken = [found for item in scored for found in broken_promises(item.answer, text_of)]
    result = totals(scored, broken)
    if options.json:
        verdicts = [{"id": item.case.id, **asdict(item.verdict)} for item in scored]
        result = {**result, "verdicts": verdicts, "broken_promises": [asdict(item) for item in broken]}
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(report(scored, broken, result, text_of is not None) + "\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
