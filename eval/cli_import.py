"""`rag eval import`: articles and a suite of a data set that lies at the user's own path."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from index.text.counted import counted
from rag.cli import base
from rag.cli.base import Session
from rag.errors import BadInput

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, exists=True)
POSITIVE = click.IntRange(min=1)


@click.command("import")
@click.argument("format_", metavar="FORMAT")
@click.argument("file", type=FILE)
@click.option("--out", type=FOLDER, required=True, metavar="DIR", help="New folder for articles and suite.")
@click.option("--limit", type=POSITIVE, metavar="N", help="A quick form of N questions, always the same.")
@click.option("--lang", type=click.Choice(["en", "vi"]), help="Language, where the file does not tell.")
@click.option(
    "--questions", type=FILE, metavar="FILE", help="The same set in the other language; or a suite to attack."
)
@click.option(
    "--articles",
    type=FILE,
    metavar="DIR",
    help="Articles that the questions are about (csv, jsonl, bipia, attacks).",
)
@click.option("--both", is_flag=True, help="With --questions: articles of both languages.")
@click.option(
    "--unanswerable",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="So many questions lose their article (squad, xquad-r, rgb).",
)
@click.option(
    "--half",
    type=click.Choice(["dev", "report"]),
    help="Only questions on one half of the titles (squad, xquad-r, clapnq); all articles stay. "
    "Tune on dev, report on report.",
)
@base.shared
@click.pass_obj
def import_(session: Session, /, format_: str, file: Path, out: Path, **options: Any) -> None:  # noqa: ANN401
    """Make articles and a suite of a public data set or of your own, such as squad, clapnq, csv or jsonl.

    Nothing is fetched; FILE is yours. FORMAT is one of squad, xquad-r, clapnq, rgb, realtimeqa, timeqa,
    tatqa, beir, csv, jsonl, bipia, attacks.

    bipia and attacks plant orders to the reader into copies of --articles, each beside the answer of one of
    --questions. FILE has the orders: BIPIA's, or a TOML file such as eval/suites/attacks.toml. What they cost
    is told by rag eval compare, from a run with --articles (without the orders) to one without it.
    """
    from eval.cases import SuiteError
    from eval.loaders import FORMATS, DatasetError, load

    if format_ not in FORMATS:
        raise click.UsageError(f"There is no format {format_!r}. Known are {', '.join(FORMATS)}.")
    try:
        done = load(format_, file, out, **options)
    except (DatasetError, SuiteError) as error:
        raise BadInput(str(error)) from error
    for warning in done.warnings:
        session.warn(warning)
    value = {
        "articles": done.articles,
        "cases": done.cases,
        "library_folder": str(done.library_folder),
        "suite": str(done.suite),
        "counts": dict(done.counts),
        "warnings": list(done.warnings),
    }
    made = f"{counted(done.articles, 'article')}, {counted(done.cases, 'question')}."
    session.out(value, f"{made}\n{_next(done.suite, done.library_folder)}")


def _next(suite: Path, articles: Path) -> str:
    beside = "" if articles.parent == suite.parent else f" --articles {articles}"
    return f"Ask them: rag eval run {suite} --out DIR{beside}"
