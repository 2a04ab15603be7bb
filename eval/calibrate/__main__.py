"""Fit the weights by which the program ranks sentences and trusts answers, and say how good they are.

    python -m eval.calibrate evidence SUITE LIBRARY [SUITE LIBRARY …] [--limit N]
    python -m eval.calibrate answers SUITE LIBRARY [SUITE LIBRARY …] --drafts FILE.jsonl [--sources 3]
                                                                     [--write FOLDER]
    python -m eval.calibrate ablations SUITE LIBRARY [SUITE LIBRARY …] --drafts FILE.jsonl
    python -m eval.calibrate relevance SUITE LIBRARY [SUITE LIBRARY …] [--limit N] [--judge]
    python -m eval.calibrate reader [--lessons FOLDER] [--passes N] [--go-on FILE --begun N] --write FOLDER

`evidence` (no language model) prints WEIGHTS of `rag/evidence/cues.py`, `answers` bias and weights of
`rag/deciding/confidence.py` (PROBED where layers and heads of the model are looked at, else PLAIN),
`relevance` (no language model) WEIGHTS of `index/search/relevance.py`, all as code to paste, with figures
from cross-validation: no article is on both sides. Figures of the present weights are flattering where these
were fitted on the same suites. `answers` keeps every reading in FILE: stopped it goes on, and to fit again
takes no model; --write writes what `rag/reading/probe.py` and `rag/reading/pointer.py` read. `ablations` fits
nothing, and tells what each part of answering is worth. `relevance` takes a suite several times, with
libraries that hold all, some or none of its articles. --limit takes N questions of each suite, always the
same ones. Only suites whose split is "dev" are taken; --judge fits nothing, tells how good the present
weights are, and takes any. `reader` fits the adapter with which the settings' model reads, on the lessons of
`eval/lessons`, in an hour or two on two cores and 6 to 12 GB, and writes it to FOLDER (`rag/adapters`);
--go-on starts from such an adapter, which had --begun of the passes, and takes the rest of them;
all that `answers` fits is to be fitted anew after it. It needs `gguf`, which `make test-tools` installs. A
SUITE is a file or the name of a shipped one. Exits 65 if suites, lessons, library or FILE do not fit.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from eval import libraries, provenance
from eval.calibrate import ablations as calibrate_ablations
from eval.calibrate import answers as calibrate_answers
from eval.calibrate import candidates as calibrate_candidates
from eval.calibrate import deciding as calibrate_deciding
from eval.calibrate import evidence as calibrate_evidence
from eval.calibrate import pointer as calibrate_pointer
from eval.calibrate import probe as calibrate_probe
from eval.calibrate import reader as calibrate_reader
from eval.calibrate import relevance as calibrate_relevance
from eval.calibrate.data import Source, sources
from eval.calibrate.evidence import DEPTH
from eval.calibrate.lessons import SHIPPED, LessonError
from eval.calibrate.lessons import load as load_lessons
from eval.calibrate.reader import AdapterError
from eval.cases import Case, SuiteError
from eval.readings import Kept, ReadingsError
from index import Library
from index.errors import LibraryError
from rag import opening
from rag.config import Config
from rag.errors import RagError
from rag.models import catalogue
from rag.models import packs as models
from rag.progress import Progress, Shown


def evidence(given: Sequence[Source], config: Config, progress: Progress) -> str:
    """Return the report of the fit of cues; raises SuiteError and what opening a library raises."""
    looked = [
        calibrate_evidence.look(source.suite.name, case, library)
        for source, library, case in _cases(given, config, progress)
        if case.answerable
    ]
    return calibrate_evidence.report(calibrate_evidence.calibrate(looked))


def answers(
    given: Sequence[Source], config: Config, progress: Progress, drafts: Path, read: int, folder: Path | None
) -> str:
    """Return the report of the fit of answers; the settings' model reads what `drafts` lacks.

    The probe and the pointer that were fitted with it are written to `folder`, if one is given.
    """
    with _kept(config, drafts, progress) as llm:
        readings = [
            calibrate_candidates.read_case(case, library, llm, read)
            for _, library, case in _cases(given, config, progress)
        ]
    result = calibrate_answers.calibrate(readings)
    if folder is not None:
        name = config.models.llm
        if result.probes is None or result.pointers is None:
            raise SuiteError(
                f"No layers and heads of {name} were looked at, so there is nothing to write; they are named"
                f" for {', '.join(calibrate_probe.LAYERS)}: see eval/calibrate/probe.py and pointer.py"
            )
        probe = calibrate_probe.made(result.probes.fit, calibrate_probe.LAYERS[name])
        calibrate_probe.write(probe, folder / f"{name}.npz")
        calibrate_pointer.write(result.pointers.fit, folder / f"{name}.pointer.npz")
        progress.say(f"{name}.npz and {name}.pointer.npz are written to {folder}")
    return calibrate_deciding.report(result)


def ablations(given: Sequence[Source], config: Config, progress: Progress, drafts: Path) -> str:
    """Return what each part of answering is worth; the settings' model reads what `drafts` lacks."""
    with _kept(config, drafts, progress) as llm:
        asked = [
            (case, calibrate_ablations.outcomes(case, library, llm))
            for _, library, case in _cases(given, config, progress)
        ]
    return calibrate_ablations.report([case for case, _ in asked], [ended for _, ended in asked])


def reader(
    config: Config,
    progress: Progress,
    lessons: Path,
    passes: float,
    folder: Path,
    begun: tuple[Path, float] | None = None,
) -> str:
    """Return how the fitted adapter for reading takes to the lessons kept apart; it is written to `folder`.

    `begun` is an adapter to go on from, and how many of the `passes` it was fitted on.

    Raises LessonError, AdapterError for one that does not fit, and ModelMissing where the settings' model is
    not there.
    """
    from eval.calibrate import transformer

    done = begun[1] if begun else 0.0
    if not 0.0 <= done < passes:
        raise AdapterError(f"{done:g} of {passes:g} passes are done: give --passes more than --begun")
    name = config.models.llm
    path = models.path(name)
    tokenise = calibrate_reader.tokeniser(path)
    to_fit, to_judge = (
        [calibrate_reader.exercise(one, tokenise, catalogue.get(name).markup) for one in some]
        for some in calibrate_reader.apart(load_lessons(lessons))
    )
    progress.say(f"{sum(one.tokens for one in to_fit):,} tokens of {len(to_fit)} passages to fit on")
    model = transformer.Transformer(path)
    before = calibrate_reader.judge(model, to_judge)
    folder.mkdir(parents=True, exist_ok=True)
    adapter = calibrate_reader.adapter(model)
    if begun:
        transformer.load(adapter, begun[0])
    for step, steps, loss in calibrate_reader.fit(model, adapter, to_fit, passes, done):
        progress.update(f"loss {loss:.2f}", step, steps, "steps")
        if step % calibrate_reader.SAVED == 0 or step == steps:
            transformer.write(adapter, folder / f"{name}.gguf")
    progress.finish()
    progress.say(f"{name}.gguf is written to {folder}")
    return calibrate_reader.report(before, calibrate_reader.judge(model, to_judge), to_judge)


@contextlib.contextmanager
def _kept(config: Config, drafts: Path, progress: Progress) -> Iterator[Kept]:
    name = config.models.llm
    with contextlib.closing(
        Kept(
            drafts,
            name,
            catalogue.get(name).markup,
            lambda: opening.llm(config),
            provenance.reader(config, name),
        )
    ) as llm:
        yield llm
        progress.say(f"{llm.asked} readings were new, the others were kept in {drafts}")


def relevance(given: Sequence[Source], config: Config, progress: Progress, *, judge: bool) -> str:
    """Return the report of the fit of `index.search.relevance`, with `judge` that of its present weights."""
    embedder = opening.embedder(config)
    searched, unjudged = [], 0
    for source in given:
        with Library.open(source.library, embedder, create=False) as library:
            calibrate_relevance.check(library)
            held = frozenset(article.file for article in library.articles())
            for done, case in enumerate(source.suite.cases):
                progress.update(source.suite.name, done, len(source.suite.cases), "questions")
                one = calibrate_relevance.look(source.suite.name, case, library, held)
                if one is None:
                    unjudged += 1
                else:
                    searched.append(one)
        progress.finish()
    progress.say(f"{unjudged} questions are left out: the program does not judge what they find")
    found = calibrate_relevance.judged(searched) if judge else calibrate_relevance.calibrate(searched)
    return calibrate_relevance.report(found)


def _cases(
    given: Sequence[Source], config: Config, progress: Progress
) -> Iterator[tuple[Source, Library, Case]]:
    embedder = opening.embedder(config)
    for source in given:
        with Library.open(source.library, embedder, create=False) as library:
            libraries.check(source.suite, library)
            for done, case in enumerate(source.suite.cases):
                progress.update(source.suite.name, done, len(source.suite.cases), "questions")
                yield source, library, case
        progress.finish()


def _text(options: argparse.Namespace, progress: Progress) -> str:
    if options.what == "reader":
        if (options.go_on is None) != (options.begun is None):
            raise AdapterError("--go-on FILE and --begun PASSES go together: give both or neither")
        begun = (options.go_on, options.begun) if options.go_on else None
        return reader(Config.load(), progress, options.lessons, options.passes, options.write, begun)
    if options.what == "relevance":
        pairs = calibrate_relevance.sources(options.given, options.limit, report=options.judge)
        return relevance(pairs, Config.load(), progress, judge=options.judge)
    given = sources(options.given, options.limit)
    if options.what == "evidence":
        return evidence(given, Config.load(), progress)
    if options.what == "ablations":
        return ablations(given, Config.load(), progress, options.drafts)
    return answers(given, Config.load(), progress, options.drafts, options.sources, options.write)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit and print; see the module's text."""
    options = _parser().parse_args(arguments)
    progress = Shown()
    try:
        text = _text(options, progress)
    except RagError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except (SuiteError, ReadingsError, LessonError, AdapterError, LibraryError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 65
    sys.stdout.write(text + "\n")
    return 0


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is no number of questions; give 1 or more")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval.calibrate", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    verbs = parser.add_subparsers(dest="what", required=True)
    for name, words in (
        ("evidence", "weights of rag/evidence/cues.py; no language model is needed"),
        ("answers", "weights of rag/deciding/confidence.py"),
        ("ablations", "what each part of answering is worth; fits nothing"),
        ("relevance", "weights of index/search/relevance.py; no language model is needed"),
    ):
        verb = verbs.add_parser(name, help=words)
        verb.add_argument("given", nargs="+", metavar="SUITE LIBRARY", help="suites and libraries in turn")
        verb.add_argument("--limit", type=_positive, help="questions of each suite, always the same ones")
        if name == "relevance":
            verb.add_argument("--judge", action="store_true", help="fit nothing; judge the present weights")
        if name in ("answers", "ablations"):
            verb.add_argument(
                "--drafts", type=Path, required=True, help="file of kept readings; made if missing"
            )
        if name == "answers":
            verb.add_argument(
                "--sources",
                type=int,
                choices=range(1, DEPTH + 1),
                default=3,
                help="sources read a question",
            )
            verb.add_argument(
                "--write", type=Path, metavar="FOLDER", help="write probe and pointer there (rag/probes)"
            )
    verb = verbs.add_parser("reader", help="the adapter with which the model reads; an hour or two")
    verb.add_argument("--lessons", type=Path, default=SHIPPED, help="folder of *.jsonl (the shipped ones)")
    verb.add_argument("--passes", type=float, default=1.0, help="how often each lesson is read (1)")
    verb.add_argument("--go-on", type=Path, metavar="FILE", help="go on from an adapter that was written")
    verb.add_argument("--begun", type=float, metavar="PASSES", help="of the passes, those it was fitted on")
    verb.add_argument("--write", type=Path, metavar="FOLDER", required=True, help="write the adapter there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
