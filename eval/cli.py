"""The verbs of `rag eval`: run, compare, report, lint, and import from `eval.cli_import`; each is thin.

The program finds them by the package's entry point "rag.verbs", so that `rag` imports nothing of `eval`. What
they need is imported inside the commands: `rag --help` answers at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eval.cli_import import import_
from index.text.counted import counted
from rag.cli import base
from rag.cli.base import Session
from rag.errors import BadInput
from rag.showing import terminal

if TYPE_CHECKING:
    from eval.runner import Asked

FOLDER = click.Path(path_type=Path, file_okay=False)
POSITIVE = click.IntRange(min=1)


@click.group("eval")
@base.shared
def evaluate() -> None:
    """Ask questions with known answers, judge the answers without a judge, compare, report.

    SUITE is a file of questions (JSON Lines) or the name of a shipped one, such as demo-dev.
    """


@contextmanager
def _data_errors() -> Iterator[None]:
    """Turn what is wrong with suites, runs and data sets into exit code 65."""
    from eval.cases import SuiteError
    from eval.readings import ReadingsError
    from eval.samples import SamplesError

    try:
        yield
    except (SuiteError, SamplesError, ReadingsError) as error:
        raise BadInput(str(error)) from error


@evaluate.command()
@click.argument("suites", nargs=-1, required=True, metavar="SUITE...")
@click.option(
    "--out", type=FOLDER, required=True, metavar="DIR", help="Folder of the runs; resumes what is there."
)
@click.option(
    "--system",
    "systems",
    multiple=True,
    metavar="NAME",
    help="assistant (default), oracle, "
    "best-sentence, closed-book, search; may be given again. all = the first four.",
)
@click.option("--model", "models", multiple=True, metavar="ID", help="Language model; may be given again.")
@click.option(
    "--articles", type=FOLDER, metavar="DIR", help="Folder of the articles, if the suite has its own."
)
@click.option("--limit", type=POSITIVE, metavar="N", help="Only N questions of each suite, always the same.")
@click.option("--repeat", type=POSITIVE, default=1, metavar="N", help="Run N times; shows what is noise.")
@click.option("--replace", is_flag=True, help="Ask again what another program or model answered.")
@click.option(
    "--readings",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keep what the model says, and take it from there when it is asked the same again. Such answers"
    " are the model's own, and are not timed.",
)
@base.shared
@click.pass_obj
def run(
    session: Session,
    suites: tuple[str, ...],
    out: Path,
    systems: tuple[str, ...],
    models: tuple[str, ...],
    articles: Path | None,
    limit: int | None,
    repeat: int,
    replace: bool,
    readings: Path | None,
) -> None:
    """Ask the questions of suites and keep every answer with its scores.

    Each question is kept as soon as it is answered: stopped (Ctrl-C) or killed, the same command goes on
    where it was. Articles are found by the suite's corpus, or in the folder `articles` beside it.
    """
    from eval.systems import NAMES

    chosen = NAMES[:4] if "all" in systems else systems or NAMES[:1]
    if unknown := [name for name in chosen if name not in NAMES]:
        raise click.UsageError(f"There is no system {unknown[0]!r}. Known are {', '.join(NAMES)}, all.")
    if repeat > 1 and readings is not None:
        raise click.UsageError(
            f"--repeat {repeat} measures whether the model says the same again; --readings {readings} would"
            " have it said once. Leave one out."
        )
    settings = session.settings()
    from rag.web.security import harden_environment

    harden_environment()  # before the libraries that read its switches are imported
    from eval import libraries
    from eval.session import Plan, run_all

    shown = session.progress()
    with _data_errors():
        plan = Plan(
            tuple(libraries.find_all(suites)),
            out,
            tuple(chosen),
            models or (settings.models.llm,),
            limit,
            repeat,
            replace,
            articles,
            session.library,
            readings,
        )
        try:
            done = run_all(plan, settings, shown)
        except KeyboardInterrupt:
            shown.finish()
            session.warn("Stopped. Every answer is kept; the same command goes on from here.")
            raise
        finally:
            shown.finish()
        _tell(session, out, done)


def _tell(session: Session, out: Path, done: Sequence[Asked]) -> None:
    from eval.figures.noise import floors
    from eval.figures.summary import summarise
    from eval.report.tables import headline_text
    from eval.report.wording import estimate, headline, to_json

    runs, lines = [], []
    for one in done:
        summary = summarise(one.folder)
        figures = headline(summary)
        told = {"folder": str(one.folder), "questions": one.questions, "answered_now": one.fresh}
        runs.append({**told, "figures": to_json(figures)})
        lines += [one.folder.name, headline_text(summary)]
    noise = floors(out)
    lines += [
        f"noise of {name}: {estimate(rate, 'share')} of verdicts changed" for name, rate in noise.items()
    ]
    rates = {
        name: {"share": rate.value, "low": rate.low, "high": rate.high, "n": rate.n}
        for name, rate in noise.items()
    }
    lines.append(f"The whole report: rag eval report {out}")
    session.out({"out": str(out), "runs": runs, "flip_rate": rates}, "\n".join(lines))


@evaluate.command()
@click.argument("a", type=FOLDER, metavar="DIR_A")
@click.argument("b", type=FOLDER, metavar="DIR_B")
@base.shared
@click.pass_obj
def compare(session: Session, a: Path, b: Path) -> int:
    """Compare two runs (or folders of runs) question by question; exit 1 if B is really worse.

    Really: the 95 % interval of the loss excludes zero and McNemar's test agrees, or B misquotes an
    article or says a planted word.
    """
    from eval.compare import compare_folders, unmatched
    from eval.report.wording import comparison_text, unmatched_text

    with _data_errors():
        found = compare_folders(a, b)
        alone = unmatched(a, b)
    if told := unmatched_text(alone):
        session.warn(terminal.clean(told))
    text = "\n".join(terminal.clean(comparison_text(one)) for one in found)
    session.out({"comparisons": [one.to_json() for one in found], **alone.to_json()}, text)
    return base.SKIPPED if any(one.failed for one in found) else 0


@evaluate.command()
@click.argument("folder", type=FOLDER, metavar="DIR")
@base.shared
@click.pass_obj
def report(session: Session, folder: Path) -> None:
    """Write report.html (one file, no network), report.md and report.csv into a folder of runs."""
    from eval.report.pages import write

    with _data_errors():
        written = write(folder)
    session.out({"files": [str(path) for path in written]}, "\n".join(map(str, written)))


@evaluate.command()
@click.argument("suites", nargs=-1, required=True, metavar="SUITE...")
@click.option(
    "--articles", type=FOLDER, metavar="DIR", help="Folder of the articles, if the suite has its own."
)
@base.shared
@click.pass_obj
def lint(session: Session, suites: tuple[str, ...], articles: Path | None) -> int:
    """Find the mistakes of suites before they become wrong figures; exit 1 if there are any.

    Checked against the articles in a folder, or in a library with --library. Suites given together are
    checked against each other: no article is asked about in two splits, unless splits.json beside them says
    that a corpus is split by question.
    """
    from eval import libraries
    from eval.lint import counts, leaks, read_articles, split_by_question, stored_articles
    from eval.lint import lint as faults_of

    if articles and session.library:
        raise click.UsageError(
            f"--articles {articles}, --library {session.library}: a suite is checked against one of them."
        )
    found: list[dict[str, Any]] = []
    text: list[str] = []
    with _data_errors():
        suites_found = libraries.find_all(suites)
        shared: set[str] = set()
        for suite in suites_found:
            shared |= split_by_question(suite.path) & {suite.corpus}
            kept = session.library
            known = stored_articles(kept) if kept else read_articles(libraries.articles_of(suite, articles))
            # An imported set tells of few what would answer the questions that it has no answer to.
            strict = not (suite.path.parent / "import.json").is_file()
            faults = faults_of(suite.cases, known, strict=strict, by_question=shared)
            found.append({"suite": suite.name, "questions": len(suite.cases), "faults": faults})
            text += [suite.name, counts(suite.cases), *map(terminal.line, faults)]
            text.append(counted(len(faults), "fault"))
        between = list(map(str, leaks({suite.name: suite.cases for suite in suites_found}, shared)))
    text += [f"{corpus}: split by question, so its suites share articles" for corpus in sorted(shared)]
    if len(suites_found) > 1:
        text += [*map(terminal.line, between), f"{counted(len(between), 'fault')} between the suites"]
    result = {"suites": found, "between": between, "split_by_question": sorted(shared)}
    session.out(result, "\n".join(text))
    return base.SKIPPED if between or any(one["faults"] for one in found) else 0


evaluate.add_command(import_)
