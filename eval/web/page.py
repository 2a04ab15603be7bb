"""The page `/evaluation`: what can be chosen, what runs, what has been run, and how two runs compare."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from eval.samples import SamplesError
from eval.web import acting, evaluations, views
from eval.web.acting import IMPORT, to_page
from eval.web.importing import LARGEST
from eval.web.room import PATH, Room
from eval.web.running import COMMAND, NICE, Runner
from eval.web.trash import Trash
from eval.web.wording import WORDS
from rag.web.pages import shell as frame
from rag.web.pages.shell import Page

if TYPE_CHECKING:
    from rag.config import Config
    from rag.web.desk import Desk
    from rag.web.pages.shell import Shell

_HERE = Path(__file__).parent


def page(command: Sequence[str] = COMMAND, nice: int = NICE) -> Page:
    """Return the page; `command` and `nice` as for `Runner`: the program `rag` of this environment."""

    def routes(_: Desk, config: Config, shell: Shell) -> APIRouter:
        runner = Runner(evaluations.home(), command, nice)
        templates = shell.templates(_HERE / "templates", WORDS)
        return _routes(Room(config, templates, runner, Trash(runner)))

    names = {language: words["title"] for language, words in WORDS.items()}
    return Page(PATH, names, routes, {IMPORT: LARGEST})


def _routes(room: Room) -> APIRouter:
    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        room.trash.empty()  # of a program that was killed
        yield
        room.runner.close()
        room.trash.empty()

    router = APIRouter(prefix=PATH, lifespan=lifespan)
    _showing(router, room)
    acting.add(router, room)
    _reading(router, room)
    files = frame.files(_HERE / "static", ("evaluation.css", "evaluation.js"), "/files")
    router.include_router(files)
    return router


def _showing(router: APIRouter, room: Room) -> None:
    @router.get("")
    def show(request: Request) -> HTMLResponse:
        return room.page(request)

    @router.get("/progress")
    def progress(request: Request) -> Response:
        """Say how far the running evaluation is, for the script of the page; 204 when none is running."""
        job = room.runner.job()
        one = evaluations.read(room.runner.root / job.id, running=True) if job else None
        now = views.progress(job, [one] if one else [])
        if now is None:
            return Response(status_code=204)
        return room.templates.page(request, "progress.html.j2", now=now, views=views)


def _reading(router: APIRouter, room: Room) -> None:
    templates, root = room.templates, room.runner.root

    @router.get("/report")
    def report(of: str = "") -> Response:
        """Hand out a report under a policy of its own, which lets its one script run."""
        from eval.report.pages import POLICY

        folders = {one.id: one.folder for one in evaluations.every(root)}
        folder = folders.get(of)  # no path is made of what was sent
        if folder is None:
            return to_page("problem=gone")
        try:
            text = views.report(folder)
        except SamplesError:
            return to_page("problem=no_report")
        policy = f"{POLICY}; frame-ancestors 'none'; sandbox allow-scripts"
        return HTMLResponse(text, headers={"content-security-policy": policy, "cache-control": "no-store"})

    @router.get("/compare")
    def compare(request: Request, a: str = "", b: str = "") -> HTMLResponse:
        listed = evaluations.every(root)
        runs = {f"{one.id}/{run.name}": (one, run) for one in listed for run in one.runs}
        found, problem, titles, status = None, "", [a, b], 200
        if a not in runs or b not in runs:
            problem, status = templates.words(request)["gone"], 404
        else:
            pair = [runs[a], runs[b]]
            titles = [views.run_title(one, run.name, frame.language_of(request)) for one, run in pair]
            try:
                found = views.comparison(*(one.folder / run.name for one, run in pair))
            except SamplesError as error:
                problem, status = str(error), 409
        return templates.page(
            request,
            "comparison.html.j2",
            status=status,
            found=found,
            problem=problem,
            titles=titles,
            views=views,
        )


PAGE = page()
