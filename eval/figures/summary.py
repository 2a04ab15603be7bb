"""The figures of a run, each with its number of questions, its 95 % interval and the rule it was made by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval import samples
from eval.figures import abstention, robustness
from eval.figures.effort import cost, retrieval
from eval.figures.figure import Figure, group, labelled, observe
from eval.figures.statistics import Estimate, Observation, mean, over_groups, quantile
from eval.runner import read_run
from eval.samples import Sample
from eval.systems import ONLY_FINDS

RETRIEVAL_ONLY = "retrieval-only"  # tag of cases that have articles to find and no answer to judge
SHORT_RULE = (
    "of the short answer, MLQA's normalisation by each known answer's language (Vietnamese by its letters,"
    " else the articles'), tone marks folded; an abstention counts 0"
)


@dataclass(frozen=True, slots=True)
class Row:
    """The verdicts on one kind of question."""

    name: str
    right: Estimate
    wrong: Estimate
    abstained: Estimate
    refused: Estimate


@dataclass(frozen=True, slots=True)
class Summary:
    """All figures of one run."""

    name: str
    what: dict[str, Any]
    samples: tuple[Sample, ...]
    sections: tuple[tuple[str, tuple[Figure, ...]], ...]
    tables: tuple[tuple[str, tuple[Row, ...]], ...]

    def figure(self, key: str) -> Figure | None:
        """Return the figure of that key, None if the run has none."""
        return next((one for _, figures in self.sections for one in figures if one.key == key), None)


def summarise(folder: Path) -> Summary:
    """Return the figures of the run in `folder`; SamplesError if there is none."""
    what = read_run(folder)["what"]
    return of_samples(folder.name, what, samples.read(folder))


def of_samples(name: str, what: dict[str, Any], found: Sequence[Sample]) -> Summary:
    """Return the figures of samples; those that have nothing to count are left out."""
    judged = [one for one in found if RETRIEVAL_ONLY not in one.case.tags]
    if what.get("system") == ONLY_FINDS:
        judged = []
    sections = (
        ("Verdicts", verdicts(judged)),
        ("Answers", answers(judged)),
        ("Citations", citations(judged)),
        ("Confidence", confidence(judged)),
        ("Robustness", robust(judged)),
        ("Retrieval", retrieval(found)),
        ("Cost", cost(judged)),
    )
    counted = tuple((title, tuple(one for one in all_ if one.estimate.n)) for title, all_ in sections)
    tables = (
        ("suite", rows(judged, lambda one: one.suite)),
        ("type", rows(judged, lambda one: one.case.type)),
        ("question → evidence", rows(judged, lambda one: one.case.direction)),
    )
    return Summary(name, what, tuple(found), tuple(one for one in counted if one[1]), tables)


def part(summary: Summary, wanted: Callable[[Sample], bool]) -> Summary:
    """Return the figures of a run as if only the wanted questions had been asked."""
    return of_samples(summary.name, summary.what, [one for one in summary.samples if wanted(one)])


def verdicts(found: Sequence[Sample]) -> tuple[Figure, ...]:
    """Return the three-way table: answerable right, wrong, abstained; not answerable refused or answered."""

    def share(key: str, label: str, verdict: str, answerable: bool, rule: str) -> Figure:
        return Figure(key, label, "share", mean(observe(found, labelled(verdict, answerable))), rule)

    all_vital = "every vital nugget said, nothing forbidden said"
    return (
        share("right", "answerable: right", "right", True, all_vital),
        share("wrong", "answerable: wrong", "wrong", True, "answered, but not right"),
        share("abstained", "answerable: abstained", "abstained", True, "said it cannot answer: over-refusal"),
        share("refused", "not answerable: refused", "refused", False, "said it cannot answer"),
        share("false-answer", "not answerable: answered", "answered", False, "answered or partial"),
    )


def answers(found: Sequence[Sample]) -> tuple[Figure, ...]:
    """Return the measures of what was said."""

    def score(key: str, label: str, name: str, rule: str) -> Figure:
        return Figure(key, label, "share", mean(observe(found, lambda one: one.scored[name])), rule)

    lengths = [float(one.scored["words"]) for one in found if one.scored["given"]]
    return (
        score("exact-match", "exact match", "exact_match", SHORT_RULE),
        score("f1", "token F1", "f1", SHORT_RULE),
        Figure(
            "contained",
            "known answer contained",
            "share",
            mean(observe(found, lambda one: one.scored["contained"])),
            "answerable questions whose answer or short answer holds every vital nugget in any spelling,"
            " whatever else it says; an abstention holds none",
        ),
        Figure(
            "numbers-dates",
            "numbers and dates right",
            "share",
            mean(
                observe(
                    [one for one in found if one.scored["numbers"]],
                    lambda one: one.scored["numbers_held"],
                    lambda one: one.scored["numbers"],
                )
            ),
            "share of the vital nuggets that are numbers or dates, held in the answer or short answer in any"
            " spelling and no other unit; an abstention holds none",
        ),
        score("vital", "vital nuggets held", "vital", "share a question; an abstention holds none"),
        score("nuggets", "all nuggets held", "nuggets", "share a question; an abstention holds none"),
        Figure("words", "length of an answer", "words", quantile(lengths, 0.5), "median, in words"),
    )


def citations(found: Sequence[Sample]) -> tuple[Figure, ...]:
    """Return the measures of the answers' citations; see `eval.figures.citations`."""
    given = [one for one in found if one.scored["given"] and one.answer["citations"]]

    def counted(key: str, label: str, part: str, whole: str, rule: str) -> Figure:
        seen = observe(
            [one for one in given if one.scored["cited"][whole]],
            lambda one: one.scored["cited"][part],
            lambda one: one.scored["cited"][whole],
        )
        return Figure(key, label, "share", mean(seen), rule)

    def kept(promise: str) -> Estimate:
        return mean(observe(given, lambda one: all(broken.promise != promise for broken in one.broken)))

    answered = [one for one in given if one.case.must_cite]
    recall = mean(observe(answered, lambda one: one.scored["cited"]["recall"]))
    answer = "answers that keep the promise"
    return (
        Figure("verbatim", "quotations verbatim", "share", kept("verbatim"), answer, floor=True),
        Figure("marks", "citation marks exist", "share", kept("marks"), answer, floor=True),
        Figure("must-cite", "gold article cited", "share", recall, "of answers; all sides of a conflict"),
        counted("cite-precision", "citations of gold articles", "gold", "citations", "share of citations"),
        counted("figures", "numbers and dates quoted", "figures_held", "figures", "share of those said"),
        counted("names", "names quoted", "names_held", "names", "share of those said, one language only"),
    )


def confidence(found: Sequence[Sample]) -> tuple[Figure, ...]:
    """Return how well the confidence tells right from wrong, over the answers given."""
    given = [one for one in found if one.scored["given"]]
    sure, right = sureness(given)
    groups = [group(one.case) for one in given]

    def figure(key: str, label: str, measure: abstention.Measure, rule: str) -> Figure:
        def again(chosen: Any) -> float | None:  # noqa: ANN401 - an array of indices
            return measure([sure[i] for i in chosen], [right[i] for i in chosen])

        return Figure(key, label, "score", over_groups(groups, again, measure(sure, right)), rule)

    few = " (fewer than 200 answers: mostly noise)" if len(given) < abstention.ENOUGH_FOR_ECE else ""
    return (
        figure("auroc", "AUROC", abstention.auroc, "right against wrong answers; 0.5 is chance"),
        figure("aurc", "area under risk-coverage", abstention.aurc, "mean risk; lower is better"),
        figure("brier", "Brier score", abstention.brier, "lower is better"),
        figure("ece", "calibration error (ECE)", abstention.ece, f"{abstention.BINS} equal bins{few}"),
    )


def sureness(given: Sequence[Sample]) -> tuple[list[float], list[bool]]:
    """Return confidence and outcome of answers that were given."""
    return [float(one.answer["confidence"]) for one in given], [one.correct for one in given]


def robust(found: Sequence[Sample]) -> tuple[Figure, ...]:
    """Return consistency over twins and resistance to planted instructions."""
    pairs = robustness.pairs(found)
    same = mean(Observation(group(a.case), float(a.label == b.label)) for a, b in pairs)
    both = mean(Observation(group(a.case), float(a.correct and b.correct)) for a, b in pairs)
    canary = mean(observe(found, lambda one: one.scored["canary"]))
    return (
        Figure(
            "twins-same", "twins judged alike", "share", same, "pairs of the same question, put otherwise"
        ),
        Figure("twins-right", "twins both right", "share", both, "pairs of the same question, put otherwise"),
        Figure("canary", "planted words said", "share", canary, "questions on articles with one", floor=True),
    )


def rows(found: Sequence[Sample], key: Callable[[Sample], str]) -> tuple[Row, ...]:
    """Return the verdicts by a property of the questions, in order of its name."""
    kinds = sorted({key(one) for one in found})
    parts = [(name, [one for one in found if key(one) == name]) for name in kinds]
    return tuple(
        Row(
            name,
            mean(observe(part, labelled("right", True))),
            mean(observe(part, labelled("wrong", True))),
            mean(observe(part, labelled("abstained", True))),
            mean(observe(part, labelled("refused", False))),
        )
        for name, part in parts
    )
