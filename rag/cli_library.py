"""The verbs of the library: list, show, remove, history, stats, verify, rebuild, search."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from rag import cli_base as base
from rag import opening, terminal
from rag.cli_base import Session
from rag.cli_types import DAY, LANG

if TYPE_CHECKING:
    from index.records import Article, Dated, Hit, Lang
    from rag.why import Why


@click.command("list")
@base.shared
@click.pass_obj
def list_(session: Session) -> None:
    """List the articles: id, date, language, title, outlet."""
    with base.open_library(session) as library:
        articles = list(library.articles())
    rows = [terminal.article_row(article) for article in articles]
    empty = "The library is empty. Add articles with `rag index PATH`."
    session.out({"articles": [about(article) for article in articles]}, "\n".join(rows) or empty)


def about(article: Article) -> dict[str, Any]:
    """Return an article without its text, as `rag list --json` and `rag show --json` give it."""
    return {
        "id": article.id,
        "file": article.file,
        "title": article.title,
        "outlet": article.outlet,
        "lang": article.lang,
        "published": article.published.isoformat() if article.published else None,
        "dated": _when(article.dated),
        "updated": _when(article.updated),
        "authors": list(article.authors),
        "url": article.url,
        "note": article.note,
    }


def _when(dated: Dated | None) -> dict[str, Any] | None:
    return {**asdict(dated), "date": dated.date.isoformat()} if dated else None


@click.command()
@click.argument("article")
@base.shared
@click.pass_obj
def show(session: Session, article: str) -> None:
    """Show an article by its id, the beginning of its id, or its file name."""
    with base.open_library(session) as library:
        found = library.get(article)
    when = terminal.date_label(found)
    head = [
        terminal.line(found.title),
        " · ".join(filter(None, (terminal.line(found.outlet or ""), when, found.lang))),
        terminal.line(", ".join(found.authors)),
        terminal.line(found.url or ""),
        terminal.line(found.note or ""),
        f"{found.id}  {terminal.line(found.path)}",
    ]
    head = [*head[:2], *filter(None, head[2:])]
    value = {**about(found), "path": found.path, "text": found.text, "pages": list(found.pages)}
    session.out(value, "\n".join(head) + "\n\n" + terminal.clean(found.text))


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

    Vectors that are not computed yet are nothing wrong, those that were lost are.
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
    """Make the search index anew from what the library holds."""
    started = time.monotonic()
    with base.open_library(session, vectors=embed) as library:
        library.rebuild(embed=embed)
        counts = library.stats()
    seconds = round(time.monotonic() - started, 3)
    done = {"articles": counts["articles"], "passages": counts["passages"], "seconds": seconds}
    session.out(done, f"Rebuilt: {done['articles']} articles, {done['passages']} passages. ({seconds:.1f} s)")


@click.command()
@click.argument("words")
@click.option("-k", "count", type=click.IntRange(1, 1000), metavar="N", help="How many passages.")
@click.option("--lang", type=LANG, help="Only articles in this language.")
@click.option("--outlet", metavar="NAME", help="Only articles of this outlet.")
@click.option("--since", type=DAY, metavar="DATE", help="Only articles of this day or later.")
@click.option("--until", type=DAY, metavar="DATE", help="Only articles of this day or earlier.")
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
    """Find passages by meaning and by words; no language model is involved.

    Filters may stand among the words, as in questions: since:2025-01 until:2025 outlet:"The Star" lang:vi
    """
    passages = session.settings(search__passages=count).search.passages
    with base.open_library(session, vectors=True) as library:
        started = time.monotonic()
        hits = library.search(words, passages, lang=lang, outlet=outlet, since=since, until=until)
        seconds = round(time.monotonic() - started, 4)
    reasons = _why(words, hits)
    value = {
        "hits": [{**hit_json(hit), "why": asdict(one)} for hit, one in zip(hits, reasons, strict=True)],
        "seconds": seconds,
    }
    shown = (_hit_text(n, *pair) for n, pair in enumerate(zip(hits, reasons, strict=True), 1))
    session.out(value, "\n\n".join(shown) or "Nothing found.")


def _why(words: str, hits: list[Hit]) -> list[Why]:
    from rag.question import understand
    from rag.why import why

    question = understand(words)
    return [why(question, hit.passage.text, hit.passage.lang, hit.dense) for hit in hits]


def hit_json(hit: Hit) -> dict[str, Any]:
    """Return a hit as `rag search --json` and POST /v1/search give it."""
    article, passage = hit.article, hit.passage
    return {
        "article": article.id,
        "file": article.file,
        "title": article.title,
        "outlet": article.outlet,
        "published": article.published.isoformat() if article.published else None,
        "lang": article.lang,
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "score": hit.score,
        "page": article.page(passage.start),
    }


def _hit_text(n: int, hit: Hit, why: Why) -> str:
    page = hit.article.page(hit.passage.start)
    where = ", ".join([terminal.date_label(hit.article), *([f"p. {page}"] if page else [])])
    head = f"{n}. {terminal.line(hit.article.title)} ({where})  {hit.score:.3f}"
    shared = {"words": why.words, "names": why.names, "figures": why.values}
    found = [f"{name} {', '.join(map(terminal.line, said))}" for name, said in shared.items() if said]
    found += [f"meaning {why.meaning:.2f}"] if why.meaning is not None else []
    return f"{head}\n   {terminal.line(hit.passage.text)}\n   found by {'; '.join(found)}"


VERBS = (list_, show, remove, history, stats, verify, rebuild, search)
