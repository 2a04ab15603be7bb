"""The verbs of the library: list, show, correct, remove, history, stats, verify, rebuild, search."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from index.text.counted import counted
from rag import opening, progress
from rag.cli import base
from rag.cli.base import Session
from rag.cli.types import FIELD, LANG, SINCE, UNTIL
from rag.showing import terminal

if TYPE_CHECKING:
    from index.records import Field, Lang


@click.command("list")
@base.shared
@click.pass_obj
def list_(session: Session) -> None:
    """List the articles: id, date, language, title, outlet."""
    from rag.showing.listing import about

    with base.open_library(session) as library:
        articles = list(library.articles())
        groups = library.groups()
    rows = [terminal.article_row(article) for article in articles]
    empty = "The library is empty. Add articles with `rag index PATH`."
    session.out(
        {"articles": [about(one, groups) for one in articles]},
        "\n".join(rows) or empty,
    )


@click.command()
@click.argument("article")
@base.shared
@click.pass_obj
def show(session: Session, article: str) -> None:
    """Show an article by its id, the beginning of its id, or its file name."""
    from rag.showing import listing

    with base.open_library(session) as library:
        found = library.get(article)
        groups = library.groups([found.id])
        copies = [library.get(one) for one in listing.copies(found, groups)]
    session.out(listing.whole(found, groups), terminal.article(found, copies=copies))


@click.command()
@click.argument("article")
@click.option("--title", metavar="TEXT", help="Its title.")
@click.option("--outlet", metavar="NAME", help="Who published it.")
@click.option("--date", metavar="YYYY[-MM[-DD]]", help="When it was published, as far as you know.")
@click.option("--lang", type=LANG, help="Its language.")
@click.option("--authors", metavar="NAMES", help='Who wrote it, parted by ";".')
@click.option("--reset", multiple=True, type=FIELD, help="Back to what the file says; may be repeated.")
@base.shared
@click.pass_obj
def correct(
    session: Session,
    article: str,
    title: str | None,
    outlet: str | None,
    date: str | None,
    lang: str | None,
    authors: str | None,
    reset: tuple[Field, ...],
) -> None:
    """Correct what the library says of an article, named by id, the beginning of an id, or file name.

    A correction counts before --date, --outlet and --lang of `rag index`, articles.toml and the file
    itself, and stays when the file is indexed again or has changed. The file is not touched; `rag show`
    says what stood there before.

    \b
        rag correct bridge.txt --date 2021-05 --authors "Anna Reed; Bo Ray"
        rag correct bridge.txt --reset date
    """  # noqa: D301  click wants the character
    from rag.showing import listing

    titled = title is not None or "title" in reset  # it stands in what is embedded
    with base.open_library(session, vectors=titled) as library:
        found = library.correct(
            article, title=title, outlet=outlet, date=date, lang=lang, authors=authors, reset=reset
        )
        groups = library.groups([found.id])
    lines = [f"{found.id[:12]}  {terminal.line(found.title)}", *map(terminal.correction, found.corrections)]
    session.out(listing.about(found, groups), "\n".join(lines))


@click.command()
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")
@base.shared
@click.pass_obj
def remove(session: Session, articles: tuple[str, ...]) -> None:
    """Remove articles by id, the beginning of an id, or file name; all of them or, on an error, none.

    The name of a file that holds several articles removes them all.
    """
    with base.open_library(session) as library:
        found = library.remove(articles)
    lines = [f"Removed {article.id[:12]}  {terminal.line(article.title)}" for article in found]
    session.out({"removed": [article.id for article in found]}, "\n".join(lines))


@click.command()
@click.argument("article")
@base.shared
@click.pass_obj
def history(session: Session, article: str) -> None:
    """List what an article said before its file was changed; --json gives the texts.

    Removing an article removes its history too.
    """
    with base.open_library(session) as library:
        found = library.get(article)
        versions = library.history(found.id)
    value = {
        "article": found.id,
        "versions": [{**asdict(one), "replaced": one.replaced.isoformat()} for one in versions],
    }
    lines = [
        f"{one.article[:12]}  replaced {one.replaced:%Y-%m-%d %H:%M} UTC  {terminal.line(one.title)}"
        for one in versions
    ]
    empty = f"{found.id[:12]} has no earlier version."
    session.out(value, "\n".join(lines) or empty)


@click.command()
@base.shared
@click.pass_obj
def stats(session: Session) -> None:
    """Count articles, passages and words, by language and outlet."""
    with base.open_library(session) as library:
        counts = library.stats()
    table = terminal.table((key, str(value)) for key, value in _flat(counts))
    session.out(counts, _with_meaning(table, counts))


def _with_meaning(text: str, counts: dict[str, int]) -> str:
    """Return `text`, with a line on the vectors that are missing, if any are."""
    waiting = opening.meaning(counts)
    return f"{text}\n{waiting}. Go on: {opening.COMPUTE}" if waiting else text


def _flat(counts: dict[str, Any], above: str = "") -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = []
    for key, value in counts.items():
        name = f"{above}{key}"
        if isinstance(value, dict):
            rows += _flat(value, f"{name}.")
        else:
            rows.append((name, ", ".join(map(str, value)) if isinstance(value, list) else value))
    return rows


@click.command()
@base.shared
@click.pass_obj
def verify(session: Session) -> int:
    """Check every stored text, passage, vector and word; exit 1 if anything is wrong.

    Vectors that are not computed yet are no fault; those that were lost are.
    """
    with base.open_library(session) as library:
        problems = library.verify()
        counts = library.counts()
    if not problems:
        session.out({"sound": True, "problems": []}, _with_meaning("The library is sound.", counts))
        return 0
    text = "\n".join([*problems, f"Repair: {opening.repair(problems)}"])
    session.out({"sound": False, "problems": problems}, text)
    return base.SKIPPED


@click.command()
@click.option("--embed", is_flag=True, help="Compute all vectors anew, e.g. after changing models.embedder.")
@base.shared
@click.pass_obj
def rebuild(session: Session, embed: bool) -> None:
    """Find near-copies and write the vector index anew, from what the library holds.

    What an older program cut into other passages is cut anew, and what has no vectors gets them.
    """
    started, shown = time.monotonic(), session.progress()
    with base.open_library(session, vectors=embed) as library:
        library.rebuild(embed=embed)
        counts = library.stats()
        waiting = library.counts()["waiting"]
    if waiting:
        with base.open_library(session, vectors=True) as library:
            library.compute(progress.computing(shown))
        shown.finish()
    seconds = round(time.monotonic() - started, 3)
    done = {"articles": counts["articles"], "passages": counts["passages"], "seconds": seconds}
    held = f"{counted(counts['articles'], 'article')}, {counted(counts['passages'], 'passage')}"
    session.out(done, f"Rebuilt: {held}. ({seconds:.1f} s)")


@click.command()
@click.argument("words")
@click.option(
    "-k",
    "count",
    type=click.IntRange(1, 1000),
    metavar="N",
    help="How many passages; 8 unless set otherwise.",
)
@click.option("--lang", type=LANG, help="Only articles in this language.")
@click.option("--outlet", metavar="NAME", help="Only articles of this outlet.")
@click.option("--since", type=SINCE, metavar="DATE", help="Only articles of this day, month, year or later.")
@click.option(
    "--until", type=UNTIL, metavar="DATE", help="Only articles of this day, month, year or earlier."
)
@base.shared
@click.pass_obj
def search(
    session: Session,
    words: str,
    count: int | None,
    lang: Lang | None,
    outlet: str | None,
    since: dt.date | None,
    until: dt.date | None,
) -> None:
    r"""Find passages by meaning and by words; no language model is involved.

    Filters may stand among the words, as in questions: since:2025-01 until:2025 outlet:"The Star" lang:vi

    A quotation mark within quotation marks has a backslash before it: outlet:"The \"New\" Star"
    """
    from index.search.relevance import any_relevant
    from rag.showing import listing

    passages = session.settings(search__passages=count).search.passages
    with base.open_library(session, vectors=True) as library:
        started = time.monotonic()
        hits = library.search(words, passages, lang=lang, outlet=outlet, since=since, until=until)
        seconds = round(time.monotonic() - started, 4)
        waiting = opening.meaning(library.counts())
        strange = None if hits else listing.strange_outlet(library, words, outlet)
    found = listing.explain(words, hits)
    shown = terminal.hits(found, relevant=any_relevant(hits))
    session.out(listing.results(found, seconds, strange), shown or "Nothing found.")
    if strange:
        session.note(terminal.line(strange))
    if waiting:
        session.note(f"{waiting}. Go on: {opening.COMPUTE}")


VERBS = (list_, show, correct, remove, history, stats, verify, rebuild, search)
