"""The page `/evaluation`: what can be chosen, what runs, what has been run, and how two runs compare."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from eval.samples import SamplesError
from eval.systems import NAMES
from eval.web import choices, evaluations, views
from eval.web.choices import Choice
from eval.web.running import COMMAND, NICE, Busy, Runner
from eval.web.wording import WORDS
from rag.models import packs
from rag.web.pages import shell as frame
from rag.web.pages.shell import Page
from rag.web.security import is_loopback

if TYPE_CHECKING:
    from rag.config import Config
    from rag.web.desk import Desk
    from rag.web.pages.shell import Shell, Templates

PATH = "/evaluation"
_HERE = Path(__file__).parent


def page(command: Sequence[str] = COMMAND, nice: int = NICE) -> Page:
    """Return the page; `command` and `nice` as for `Runner`: the program `rag` of this environment."""

    def routes(_: Desk, config: Config, shell: Shell) -> APIRouter:
        return _routes(config, shell, Runner(evaluations.home(), command, nice))

    return Page(PATH, {language: words["title"] for language, words in WORDS.items()}, routes)


def _routes(config: Config, shell: Shell, runner: Runner) -> APIRouter:
    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        yield
        runner.close()

    router = APIRouter(prefix=PATH, lifespan=lifespan)
    templates = shell.templates(_HERE / "templates", WORDS)
    _showing(router, templates, config, runner)
    _acting(router, config, runner)
    _reading(router, templates, runner)
    files = frame.files(_HERE / "static", ("evaluation.css", "evaluation.js"), "/files")
    router.include_router(files)
    return router


def _showing(router: APIRouter, templates: Templates, config: Config, runner: Runner) -> None:
    @router.get("")
    def show(request: Request, problem: str = "") -> HTMLResponse:
        """Show the whole page; with a choice in the address, that choice and what is wrong with it."""
        job = runner.job()
        listed = evaluations.every(runner.root, job.id if job else None)
        chosen = Choice.of(request.query_params.multi_items())
        asked = bool(chosen.suites or chosen.systems or chosen.path or "checked" in request.query_params)
        faults = choices.checked(chosen, here=_here(request))[1] if asked else []
        if not asked:
            chosen = Choice(systems=NAMES[:1], models=(config.models.llm,))
        return templates.page(
            request,
            "evaluation.html.j2",
            problem=problem if problem in ("busy", "gone", "no_report") else "",
            now=views.progress(job, listed),
            chosen=chosen,
            faults=faults,
            offered=choices.offered(),
            own_folder=choices.own_suites(),
            systems=NAMES,
            models=_models(),
            listed=listed,
            runs=[(one, run) for one in listed for run in one.runs if run.done],
            folder=runner.root,
            views=views,
        )

    @router.get("/progress")
    def progress(request: Request) -> Response:
        """Say how far the running evaluation is, for the script of the page; 204 when none is running."""
        job = runner.job()
        one = evaluations.read(runner.root / job.id, running=True) if job else None
        now = views.progress(job, [one] if one else [])
        if now is None:
            return Response(status_code=204)
        return templates.page(request, "progress.html.j2", now=now, views=views)


def _acting(router: APIRouter, config: Config, runner: Runner) -> None:
    """Add what changes something: it is posted, and answered with the way back to the page."""

    @router.post("/start")
    async def start(request: Request) -> Response:
        chosen = Choice.of(await _form(request))
        plan, _ = await to_thread.run_sync(lambda: choices.checked(chosen, here=_here(request)))
        if plan is None:  # the page says why, and what was chosen is in its form again
            return _to_page(f"checked=1&{chosen.query()}#new")
        return _unless_busy(lambda: runner.begin(plan, config.to_toml()))

    @router.post("/resume")
    async def resume(request: Request) -> Response:
        wanted = dict(await _form(request)).get("id", "")
        plans = {one.id: one.plan for one in evaluations.every(runner.root)}
        plan = plans.get(wanted)
        if plan is None:
            return _to_page("problem=gone")
        return _unless_busy(lambda: runner.resume(runner.root / wanted, plan))

    @router.post("/stop")
    def stop() -> Response:
        runner.stop()
        return _to_page()


def _reading(router: APIRouter, templates: Templates, runner: Runner) -> None:
    @router.get("/report")
    def report(of: str = "") -> Response:
        """Hand out a report under a policy of its own, which lets its one script run."""
        from eval.report.pages import POLICY

        folders = {one.id: one.folder for one in evaluations.every(runner.root)}
        folder = folders.get(of)  # no path is made of what was sent
        if folder is None:
            return _to_page("problem=gone")
        try:
            text = views.report(folder)
        except SamplesError:
            return _to_page("problem=no_report")
        policy = f"{POLICY}; frame-ancestors 'none'; sandbox allow-scripts"
        return HTMLResponse(text, headers={"content-security-policy": policy, "cache-control": "no-store"})

    @router.get("/compare")
    def compare(request: Request, a: str = "", b: str = "") -> HTMLResponse:
        listed = evaluations.every(runner.root)
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


def _models() -> list[dict[str, Any]]:
    return [
        {"id": one.id, "bytes": one.bytes, "there": packs.status(one.id).state == "ready"}
        for one in packs.catalogue()
        if one.kind == "llm"
    ]


def _here(request: Request) -> bool:
    """Return whether the request comes from this computer."""
    return request.client is not None and is_loopback(request.client.host)


async def _form(request: Request) -> list[tuple[str, str]]:
    return parse_qsl((await request.body()).decode("utf-8", "replace"), max_num_fields=1000)


def _to_page(query: str = "") -> RedirectResponse:
    return RedirectResponse(f"{PATH}?{query}" if query else PATH, 303)


def _unless_busy(act: Callable[[], None]) -> RedirectResponse:
    try:
        act()
    except Busy:
        return _to_page(urlencode({"problem": "busy"}))
    return _to_page()


PAGE = page()
