"""The figures of a run, each with its number of questions, its 95 % interval and the rule it was made by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from eval import samples
from eval.cases import Case
from eval.figures import abstention, robustness
from eval.figures.retrieval import MEASURES
from eval.figures.statistics import NOTHING, Estimate, Observation, mean, over_groups, quantile
from eval.runner import read_run
from eval.samples import Sample
from eval.systems import ONLY_FINDS

Unit = Literal["share", "score", "seconds", "tokens", "words", "bytes"]
RETRIEVAL_ONLY = "retrieval-only"  # tag of cases that have articles to find and no answer to judge
_RANKS = {
    "Success": "one {name} that answers is among the first {k}",
    "R": "share of the {name}s that answer among the first {k}",
    "RR": "1 / rank of the first {name} that answers; 0 beyond {k}",
    "nDCG": "ir-measures, relevance 0 or 1, first {k}",
}
SHORT_RULE = "of the short answer, MLQA's normalisation, tone marks folded; an abstention counts 0"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a run."""

    key: str
    label: str
    unit: Unit
    estimate: Estimate
    rule: str
    floor: bool = False  # must be perfect; anything less is a defect


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


def group(case: Case) -> str:
    """Return the name under which questions hang together: those about one article."""
    return f"{case.corpus}/{case.group}"


def observe(
    found: Iterable[Sample],
    value: Callable[[Sample], float | bool | None],
    weight: Callable[[Sample], float] | None = None,
) -> list[Observation]:
    """Return the observations of the samples for which `value` is not None."""
    pairs = [(one, value(one)) for one in found]
    return [
        Observation(group(one.case), float(measured), weight(one) if weight else 1.0)
        for one, measured in pairs
        if measured is not None
    ]


def labelled(label: str, answerable: bool) -> Callable[[Sample], bool | None]:
    """Return the 0/1 measure "has this verdict" over the questions that are (not) answerable."""
    return lambda one: one.label == label if one.case.answerable == answerable else None


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


def retrieval(found: Sequence[Sample]) -> tuple[Figure, ...]:
    """Return the measures of the search; see `eval.figures.retrieval`."""

    def measured(unit: str, measure: str) -> Estimate:
        searched = [one for one in found if one.retrieved is not None and one.scored[unit] is not None]
        return mean(observe(searched, lambda one: one.scored[unit][measure]))

    return tuple(
        Figure(
            f"{unit}:{measure}",
            f"{measure} by {name}",
            "share",
            measured(unit, measure),
            _RANKS[measure.partition("@")[0]].format(name=name, k=measure.partition("@")[2]),
        )
        for unit, name in (("by_article", "article"), ("by_quotation", "quotation"))
        for measure in MEASURES
    )


def cost(found: Sequence[Sample]) -> tuple[Figure, ...]:
    """Return seconds, tokens and memory."""

    def seconds(key: str, label: str, share: float) -> Figure:
        taken = [float(one.answer["timings"][key]) for one in found if one.answer["timings"][key] is not None]
        name = "median" if share == 0.5 else f"p{share * 100:.0f}"
        return Figure(f"{key}:{name}", f"{label}, {name}", "seconds", quantile(taken, share), "nearest rank")

    def tokens(key: str, label: str) -> Figure:
        counts = observe(
            [one for one in found if one.answer["tokens"]["prompt"]], lambda one: one.answer["tokens"][key]
        )
        return Figure(key, label, "tokens", mean(counts), "mean a question")

    peak = [float(one.memory) for one in found if one.memory]
    most = Estimate(max(peak), None, None, len(peak), len(peak), "highest") if peak else NOTHING
    return (
        seconds("first_evidence", "first evidence", 0.5),
        seconds("first_token", "first words", 0.5),
        seconds("first_token", "first words", 0.95),
        seconds("total", "whole answer", 0.5),
        seconds("total", "whole answer", 0.95),
        tokens("prompt", "tokens read"),
        tokens("reused", "of these taken over"),
        tokens("generated", "tokens written"),
        Figure("memory", "peak memory", "bytes", most, "resident, all processes of the program"),
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
