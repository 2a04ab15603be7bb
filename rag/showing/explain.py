"""How an answer came about: what was understood, found, read, held against it, weighed and said.

Nothing is recorded on the way but what goes from step to step (`Trace`). The reasons are found again by the
functions that decided, which give the same for the same, so answering costs nothing for it.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from index.text.counted import counted
from rag.care import NORMAL, Care
from rag.checks.verify import Finding, examine, refuted
from rag.deciding.answering import Decision
from rag.deciding.candidates import candidates
from rag.deciding.confidence import weighed_by
from rag.deciding.quoting import quotable
from rag.deciding.rivals import rivals
from rag.evidence.lines import Line
from rag.evidence.sources import Source
from rag.question import Question
from rag.reading.reader import Draft
from rag.saying.compose import attempts
from rag.showing import terminal

SENTENCES = 3  # of those read, the ones that answer most probably, are told


@dataclass(frozen=True, slots=True)
class Trace:
    """What went from step to step: question, sources, sentences, drafts, decision and wording."""

    question: Question
    sources: tuple[Source, ...]  # best first; the first len(drafts) of them were read
    pool: tuple[Line, ...]  # every sentence that was looked at, best first
    drafts: tuple[Draft, ...]
    decision: Decision
    sentence: str  # how the model worded the answer; empty where the article's own words were taken
    care: Care = NORMAL


@dataclass(frozen=True, slots=True)
class Compound:
    """The paths of a question that was asked in parts: several in one, or the two sides of a comparison."""

    question: Question
    form: str  # "several", or what is compared: "difference", "larger", … (see `rag.compound.sides`)
    parts: tuple[tuple[str, Trace | Compound], ...]  # each with its role: "part", "first side", "as asked"
    verdict: str  # what was made of the parts


def explain(trace: Trace | Compound) -> dict[str, Any]:
    """Return the whole path of an answer as JSON: scores in log-odds, probabilities 0 … 1.

    That of a question in parts has `form`, `verdict` and `parts`, each with its `role` and its own path.
    """
    if isinstance(trace, Compound):
        return {
            "question": _asked(trace.question),
            "form": trace.form,
            "verdict": trace.verdict,
            "parts": [{"role": role, **explain(part)} for role, part in trace.parts],
        }
    question, drafts, sources, pool = (
        trace.question, list(trace.drafts), list(trace.sources), list(trace.pool),
    )  # fmt: skip
    by_code = rivals(question, sources, pool)
    weighed = quotable(question, drafts, len(sources))
    return {
        "question": _asked(question),
        "looked_at": len(pool),
        "evidence": [_source(n, source, n <= len(drafts)) for n, source in enumerate(sources, 1)],
        "drafts": [_draft(n, question, draft) for n, draft in enumerate(drafts, 1)],
        "found_by_code": [_finding(one) for one in by_code],
        "weighed": [
            {
                **_finding(one.finding),
                "drafted": one.finding.voice is not None,
                "signals": {name: round(one.signals[name], 3) for name in weighed_by(one.signals).weights},
                "alone": one.share,
                "with_those_that_agree": one.sure,
            }
            for one in candidates(question, drafts, by_code)
        ],
        "sentences": [
            {
                "text": one.finding.short,
                "article": one.finding.source.article.id,
                "objections": list(one.finding.objections),
                "signals": {name: round(value, 3) for name, value in one.signals.items()},
                "sure": round(one.sure, 4),
            }
            for one in weighed[:SENTENCES]
        ],
        "decision": {
            "short": trace.decision.finding.short if trace.decision.finding else None,
            "whole": bool(trace.decision.finding and trace.decision.finding.whole),
            "beside": trace.decision.beside.short if trace.decision.beside else None,
            "reason": trace.decision.reason,
            "confidence": trace.decision.confidence,
            "care": trace.care.name,
            "threshold": trace.care.threshold,
            "short_needs": trace.care.short if weighed else trace.care.alone,
            "reads_on_below": trace.care.enough,
            "others": [_finding(one) for one in trace.decision.others],
        },
        "wording": _wording(trace),
    }


def _asked(question: Question) -> dict[str, Any]:
    wanted, filters = question.wanted, question.filters
    return {
        "asked": question.asked,
        "read_as": question.for_models,
        "lang": question.lang,
        "wanted": wanted.kind,
        "of": wanted.counted or wanted.unit,
        "several": question.several,
        "many": wanted.many,
        "newest": question.newest,
        "names": [name.text for name in wanted.names],
        "values": [value.text for value in wanted.values],
        "as_of": question.as_of.isoformat() if question.as_of else None,
        "filters": {key: str(value) for key, value in dataclasses.asdict(filters).items() if value},
    }


def _source(n: int, source: Source, read: bool) -> dict[str, Any]:
    article = source.article
    return {
        "n": n,
        "article": article.id,
        "title": article.title,
        "dated": article.dated.label() if article.dated else None,
        "start": source.start,
        "end": source.end,
        "score": round(source.score, 2),
        "best": source.best.text,
        "read": read,
    }


def _draft(n: int, question: Question, draft: Draft) -> dict[str, Any]:
    said: dict[str, Any] = {"n": n, "text": draft.text, "not_stated": draft.says_nothing}
    if draft.voice:
        said["probability_not_stated"] = round(math.exp(draft.voice.absent), 4)
        said["probability_of_its_words"] = round(math.exp(draft.voice.sure), 4)  # geometric mean
        said["probability_of_the_least"] = round(math.exp(draft.voice.weakest), 4)
        if draft.voice.known is not None:
            said["log_odds_of_the_probe"] = round(draft.voice.known, 2)
    if draft.gaze:
        start, end = draft.gaze.around_peak()
        said["looks_at"] = draft.source.text[start:end].strip()
        said["log_odds_of_the_pointer"] = round(draft.gaze.top, 2)
    if not draft.says_nothing:
        finding = examine(question, draft.text, draft.source, draft.voice)
        said |= {"objections": list(finding.objections), "refuted": refuted(finding)}
    return said


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "short": finding.short,
        "article": finding.source.article.id,
        "says": finding.line.text,
        "score": round(finding.score, 2),
        "objections": list(finding.objections),
    }


def _wording(trace: Trace) -> dict[str, Any]:
    """Return the model's sentence and every sentence tried, up to the first that nothing speaks against."""
    tried: list[dict[str, Any]] = []
    if trace.decision.finding:
        for one in attempts(trace.question, trace.decision.finding, trace.sentence):
            told = {"text": one.text, "against": one.against}
            if not any(
                told.items() <= other.items() for other in tried
            ):  # a longer quotation changed nothing
                tried.append({**told, "quote": one.citation.quote})
            if not one.against:
                break
    return {"model": trace.sentence or None, "tried": tried}


def text(path: dict[str, Any]) -> str:
    """Return what `explain` gives as lines for a terminal."""
    return "\n".join(terminal.clean(line) for line in _lines(path))


def _lines(path: dict[str, Any]) -> Iterator[str]:
    asked = path["question"]
    if "parts" in path:
        yield f"How this was answered: {path['form']}, {path['verdict']}"
        for part in path["parts"]:
            yield f"[{part['role']}] {terminal.line(part['question']['read_as'])}"
            yield from _lines(part)
        return
    yield "How this was answered"
    yield f"  Read as      {asked['read_as']}"
    yield f"  Wanted       {', '.join(_wanted(asked))}"
    yield f"  Looked at    {counted(path['looked_at'], 'sentence')}"
    yield "  Evidence     (score in log-odds; the best are read, one by one)"
    for one in path["evidence"]:
        about = f" ({one['dated']})" if one["dated"] else ""
        read = "" if one["read"] else ", not read"
        yield f"    {one['n']}. {one['score']:.2f}  {terminal.line(one['title'])}{about}{read}"
        yield f"       “{terminal.line(one['best'])}”"
    yield "  Drafts       (what the model took from each; P: probability)"
    for one in path["drafts"]:
        yield f"    {one['n']}. {_spoken(one)}"
        if "looks_at" in one:
            yield f"       looking at “{terminal.line(one['looks_at'])}”"
        yield from (f"       against it{', which refutes it' if one['refuted'] else ''}: {why}"
                    for why in one.get("objections", ()))  # fmt: skip
    if path["found_by_code"]:
        yield "  By code      " + "; ".join(
            f"{terminal.line(one['short'])} ({one['score']:.2f})" for one in path["found_by_code"][:5]
        )
    decision = path["decision"]
    ends = f"an answer of {decision['reads_on_below']:.2f} ends the reading"
    limits = f"few words need {decision['short_needs']:.2f}; {ends}"
    yield f"  Weighed      ({limits})"
    for one in path["weighed"]:
        who = "" if one["drafted"] else ", found by code"
        who += "; told beside the sentence" if one["short"] == decision["beside"] else ""
        share = f"{one['with_those_that_agree']:.2f}"
        yield f"    {share}  {terminal.line(one['short'])} (alone {one['alone']:.2f}{who})"
        yield "          " + ", ".join(f"{name} {value:g}" for name, value in one["signals"].items() if value)
    if path["sentences"]:
        yield f"  Sentences    (how probably each answers; {decision['threshold']:.2f} is needed)"
    for one in path["sentences"]:
        yield f"    {one['sure']:.2f}  “{terminal.line(one['text'])}”"
        yield "          " + ", ".join(f"{name} {value:g}" for name, value in one["signals"].items() if value)
    if decision["reason"]:
        yield f"  Withheld     {decision['reason']}, {decision['confidence']:.2f}"
    yield from _tried(path["wording"])


def _wanted(asked: dict[str, Any]) -> Iterator[str]:
    yield asked["wanted"] + (f" of {asked['of']}" if asked["of"] else "")
    yield from (word for word in ("several", "many", "newest") if asked[word])
    yield "in Vietnamese" if asked["lang"] == "vi" else "in English"
    if asked["names"] or asked["values"]:
        yield "about " + ", ".join(map(terminal.line, (*asked["names"], *asked["values"])))
    if asked["as_of"]:
        yield f"as of {asked['as_of']}"
    yield from (f"{name}:{terminal.line(value)}" for name, value in asked["filters"].items())


def _spoken(draft: dict[str, Any]) -> str:
    said = "not stated" if draft["not_stated"] else f"“{terminal.line(draft['text'])}”"
    if "probability_not_stated" not in draft:
        return said
    return (
        f"{said}  P(not stated) {draft['probability_not_stated']:.4f}, its words "
        f"{draft['probability_of_its_words']:.2f}, the least of them {draft['probability_of_the_least']:.2f}"
    )


def _tried(wording: dict[str, Any]) -> Iterator[str]:
    if wording["tried"]:
        yield "  Said         (what was tried, and what spoke against it)"
    said = [one["text"] for one in wording["tried"]]
    if wording["model"] and wording["model"] not in said:
        yield f"    {terminal.line(wording['model'])}\n       does not give the answer"
    for one in wording["tried"]:
        verdict = "; ".join(map(terminal.line, one["against"])) or "said"
        yield f"    {terminal.line(one['text'])}\n       {verdict}"
