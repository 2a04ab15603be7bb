"""What follows from the fits for every threshold: how development questions would end.

Each question is answered as `rag.deciding.answering.decide` does it, with few words or else with its most
probable sentence, by probabilities of fits on other articles; what the program does after that (a newer
article's value preferred, a sentence that cannot be proven not said, another source read because it may have
a newer value) is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from eval.calibrate.answers import Result, Shares
from eval.calibrate.candidates import Rated, Reading
from eval.calibrate.data import groups, literal, row
from eval.calibrate.quoting import Probabilities
from rag.care import CARES, NORMAL, Care
from rag.deciding.confidence import pick, together
from rag.showing.certainty import SURE

THRESHOLDS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85)
STOPS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.01)  # the last: never
OUTCOMES = ("right", "wrong", "abstained", "refused", "false answer")


def sureness(found: Sequence[Rated], own: Shares) -> list[float]:
    """Return how probably it is right to answer with each candidate, as the program counts it."""
    return together(own, [one.backing for one in found])


def ended(reading: Reading, stage: int, own: Shares, sure: Probabilities, care: Care) -> tuple[str, float]:
    """Return how a question ends after a stage, one of OUTCOMES, and how probable its answer is.

    `own` are the shares of the stage's candidates, `sure` the probabilities of its sentences.
    """
    found = reading.stages[stage].found
    best = pick(own, [one.backing for one in found])
    words = sureness(found, own)[best] if best is not None else 0.0
    probable, least = words, care.short if sure else care.alone
    right = best is not None and found[best].right
    if sure:
        top = max(range(len(sure)), key=sure.__getitem__)
        sentence = reading.stages[stage].sentences[top]
        around = best is not None and found[best].place == sentence.place and reading.loose
        if words < least or (around and words < care.exact and sure[top] >= care.threshold):
            probable, least, right = sure[top], care.threshold, sentence.right
    if probable < least:
        return "abstained" if reading.case.answerable else "refused", probable
    return ("right" if right else "wrong") if reading.case.answerable else "false answer", probable


@dataclass(frozen=True, slots=True)
class End:
    """How a question ends, one of OUTCOMES, how probable its answer is, and after how many readings."""

    how: str
    probable: float
    reads: int


def ends(result: Result, care: Care, enough: float | None = None) -> list[End]:
    """Return how questions end: after all of a care's sources, or at an answer as probable as `enough`."""
    found = []
    for place, reading in enumerate(result.readings):
        end = End("abstained" if reading.case.answerable else "refused", 0.0, 0)
        last = min(care.sources, len(reading.stages)) - 1
        for stage in range(last + 1) if enough is not None else range(last, last + 1):
            if stage >= 0:
                end = End(*ended(reading, stage, *result.told(place, stage), care), stage + 1)
            if enough is not None and end.probable >= enough:
                break
        found.append(end)
    return found


def outcomes(result: Result, care: Care, enough: float | None = None) -> tuple[Counter[str], int]:
    """Return how many questions end in each of OUTCOMES, and how many sources were read for that."""
    found = ends(result, care, enough)
    count: Counter[str] = Counter(dict.fromkeys(OUTCOMES, 0))
    count.update(end.how for end in found)
    return count, sum(end.reads for end in found)


def report(result: Result) -> str:
    """Return bias and weights to paste, how good the probabilities are, and the tables of thresholds."""
    from sklearn.metrics import brier_score_loss, roc_auc_score

    readings = result.readings
    right = [one.right for reading in readings for one in reading.last.found]
    now = [one.sure for reading in readings for one in reading.last.found]
    last = [stages[-1] if stages else () for stages in result.held_out]
    later = [sure for one, own in zip(readings, last, strict=True) for sure in sureness(one.last.found, own)]
    reachable = sum(any(one.right for one in reading.last.found) for reading in readings)
    answerable = sum(reading.case.answerable for reading in readings)
    lines = [
        f"# {len(readings)} questions in {len(set(groups([one.case for one in readings]).tolist()))} groups,"
        f" {answerable} answerable, {reachable} with a right candidate;"
        f" {len(right)} candidates, {sum(right) / len(right):.3f} of them right",
        f"BIAS = {round(result.bias, 2) + 0.0}",
        literal(result.weights),
        row("", ("AUC", "Brier")),
    ]
    if result.pointers is not None:
        seen = result.pointers
        lines.insert(1, f"# the pointer is right in {seen.hits} of {seen.passages} passages, held out")
    if result.probes is not None:
        lines.append(row("the probe alone, held out", (f"{result.probes.auc:.3f}",)))
    scored = [("present", right, now), ("fitted, held out", right, later)]
    if result.sentences is not None:
        holds = [one.right for reading in readings for one in reading.last.sentences]
        told = [sure for stages in result.sentences.held_out for sure in (stages[-1] if stages else ())]
        scored.append(("sentences, held out", holds, told))
    for name, truth, sure in scored:
        scores = (roc_auc_score(truth, sure), brier_score_loss(truth, sure))
        lines.append(row(f"{name} (n {len(sure)})", [f"{score:.3f}" for score in scores]))
    return "\n".join([*lines, *_sentences(result), *_tables(result)])


def _sentences(result: Result) -> list[str]:
    """Return the fit of `rag.deciding.quoting` to paste, and how often the surest sentence answers."""
    if result.sentences is None:
        return []
    best = [
        reading.last.sentences[max(range(len(told[-1])), key=told[-1].__getitem__)].right
        for reading, told in zip(result.readings, result.sentences.held_out, strict=True)
        if told and told[-1]
    ]
    held = sum(any(one.right for one in reading.last.sentences) for reading in result.readings)
    return [
        f"# the surest sentence holds the answer in {sum(best)} of {held} questions in which one does",
        f"BIAS = {round(result.sentences.bias, 2) + 0.0}",
        literal(result.sentences.weights),
    ]


def _tables(result: Result) -> list[str]:
    """Return how questions end by threshold, by care, and by where reading ends; all held out."""

    def told(name: str, care: Care, enough: float | None = None) -> str:
        count, reads = outcomes(result, care, enough)
        mark = " (in force)" if care == NORMAL and enough in (None, NORMAL.enough) else ""
        return row(f"{name}{mark}", [*(str(count[outcome]) for outcome in OUTCOMES), str(reads)])

    heads = [*(name.split()[0] for name in OUTCOMES), "reads"]
    lines = []
    if result.sentences is not None:
        lines.append(row("few words need; held out", heads))
        lines += [told(f"{value:.2f}", replace(NORMAL, short=value)) for value in THRESHOLDS]
        lines.append(row("else a sentence needs", heads))
        lines += [told(f"{value:.2f}", replace(NORMAL, threshold=value)) for value in THRESHOLDS]
    lines.append(row("few words without one need", heads))
    lines += [told(f"{value:.2f}", replace(NORMAL, alone=value)) for value in THRESHOLDS]
    lines.append(row("care", heads))
    lines += [told(name, care, care.enough) for name, care in CARES.items()]
    lines.append(row("right of those said, surely or not", ("right", "said")))
    said = [end for end in ends(result, NORMAL, NORMAL.enough) if end.how not in ("abstained", "refused")]
    for name, those in (
        (f"{SURE:.2f} and more", [end for end in said if end.probable >= SURE]),
        ("less", [end for end in said if end.probable < SURE]),
    ):
        lines.append(row(name, (str(sum(end.how == "right" for end in those)), str(len(those)))))
    lines.append(row("reading ends at", heads))
    lines += [told(f"{enough:.2f}", NORMAL, enough) for enough in STOPS]
    return lines
