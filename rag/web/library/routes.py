"""The addresses under `/library` that show: the list, a search, an article, the running job."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup, escape

from index.records import Article, Entry, Hit
from index.search.relevance import any_relevant
from rag import opening
from rag.answer import other_outlets
from rag.showing import listing as listed
from rag.web import failures, pane
from rag.web.library import actions, chart, findings, listing, reasons
from rag.web.library.room import ADDRESS, Room
from rag.web.library.uploads import LARGEST
from rag.web.library.wording import NAMES
from rag.web.pages.shell import Page, Shell, files, language_of

if TYPE_CHECKING:
    from index import Library
    from rag.config import Config
    from rag.web.desk import Desk

HITS = 20  # passages that a search on the page gives
CLOSE_SECONDS = 1.0  # what a job may take to stop when the program ends; what it loses it does again later
_STATIC = Path(__file__).parent / "static"


def routes(desk: Desk, config: Config, shell: Shell) -> APIRouter:
    """Return all addresses of the page."""
    return routes_of(Room(desk, config, shell))


def routes_of(room: Room) -> APIRouter:
    """Return all addresses of the page that has `room`; its job is stopped when the program ends."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        room.jobs.close(CLOSE_SECONDS)
        room.door.close()

    router = APIRouter(prefix=ADDRESS, route_class=room.route(), lifespan=lifespan)
    _show(router, room)
    actions.add(router, room)
    router.include_router(files(_STATIC, ("library.css", "library.js"), "/static"))
    return router


PAGE = Page(ADDRESS, NAMES, routes, {f"{ADDRESS}/upload": LARGEST})


def _show(router: APIRouter, room: Room) -> None:
    @router.get("")
    def library(request: Request) -> HTMLResponse:
        there = room.door.reading()
        if there is None:
            return _starting(request, room)
        wanted = listing.wanted(request.query_params)
        having = there.having(wanted.words) if wanted.words else None
        entries = there.catalogue()
        shown = listing.shown(entries, wanted, having)
        return room.templates.page(
            request,
            "library.html.j2",
            wanted=wanted,
            shown=shown,
            sorts=listing.SORTS,
            outlets=listing.outlets(entries),
            copies=_copies(there, shown.entries),
            picture=chart.picture(shown.matching),
            height=chart.HEIGHT,
            counts=there.counts(),
            disk=there.size(),
            largest=LARGEST,
            removed=room.bin.all(),
            **_job(room, there),
        )

    @router.get("/job")
    def job(request: Request) -> HTMLResponse:
        there = room.door.reading()
        if there is None:
            return HTMLResponse("")
        return room.templates.page(request, "job.html.j2", **_job(room, there))

    @router.get("/search")
    def search(request: Request, q: str = "") -> HTMLResponse:
        there = room.door.library()
        wanted, begun = listing.wanted(request.query_params), time.monotonic()
        filters = wanted.filters()
        hits = there.search(
            q[:1000], HITS, lang=wanted.lang, outlet=filters.outlet, since=filters.since, until=filters.until
        )
        found = listed.explain(q[:1000], hits)
        return room.templates.page(
            request,
            "search.html.j2",
            q=q,
            wanted=wanted,
            outlets=listing.outlets(there.catalogue()),
            found=[(hit, why, marked(hit.passage.text, why.words), _also(hit)) for hit, why in found],
            relevant=any_relevant(hits),
            seconds=time.monotonic() - begun,
        )

    @router.get("/article/{name}")
    def article(request: Request, name: str, places: str = "") -> HTMLResponse:
        there = room.door.reading()
        if there is None:
            return _starting(request, room)
        found = there.get(name)
        others = [one for one in there.groups([found.id]).get(found.id, ()) if one != found.id]
        language = language_of(request)
        return room.templates.page(
            request,
            "article.html.j2",
            article=found,
            about=Markup(pane.about(found, language)),
            text=Markup(pane.text(found, pane.places_of(places) or ())),
            copies=[there.get(one) for one in others],
            history=there.history(found.id),
            values=_values(found),
        )


def marked(text: str, words: Iterable[str]) -> Markup:
    """Return a text with every occurrence of these words marked."""
    longest_first = sorted(words, key=len, reverse=True)
    if not longest_first:
        return escape(text)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    parts, at = [], 0
    for match in pattern.finditer(text):
        parts += [escape(text[at : match.start()]), Markup("<mark>{}</mark>").format(match.group())]
        at = match.end()
    return Markup("").join([*parts, escape(text[at:])])


def _also(hit: Hit) -> str:
    """Return the other outlets that printed these words."""
    return ", ".join(other_outlets(hit.also, hit.article.outlet))


def _starting(request: Request, room: Room) -> HTMLResponse:
    """Return what is shown while there is no library: that it comes, or why it does not."""
    health = room.desk.health
    why = None if health.state == "starting" else failures.said(health.why or "", language_of(request))
    return room.templates.page(request, "starting.html.j2", status=503, why=why)


def _job(room: Room, library: Library) -> dict[str, Any]:
    job = room.jobs.job
    problems = job.problems if job else None
    return {
        "job": job,
        "left": 0 if job and job.alive else len(room.uploads(library).waiting()),
        "repair": opening.repair(problems) if problems else "",
        "reason": reasons.said,
        "finding": findings.said,
        "failure": failures.said,
    }


def _copies(library: Library, entries: Iterable[Entry]) -> dict[str, int]:
    """Return how many near-copies each of these articles has."""
    return {name: len(group) - 1 for name, group in library.groups([one.id for one in entries]).items()}


def _values(article: Article) -> dict[str, str]:
    """Return what the fields of the form to correct an article hold."""
    return {
        "title": article.title,
        "outlet": article.outlet or "",
        "date": article.dated.label() if article.dated else "",
        "lang": article.lang,
        "authors": "; ".join(article.authors),
    }
