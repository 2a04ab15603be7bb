"""The addresses under `/evaluation` that change something; each is posted, and leads back to the page."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from eval.systems import NAMES
from eval.web import choices, evaluations, importing
from eval.web.choices import Choice, Fault
from eval.web.evaluations import Evaluation
from eval.web.importing import NotImported
from eval.web.room import PATH, Room, here
from eval.web.running import Busy

IMPORT = f"{PATH}/import"


def add(router: APIRouter, room: Room) -> None:
    """Add the addresses to the router of the page."""
    _running(router, room)
    _removing(router, room)
    _importing(router, room)


def _running(router: APIRouter, room: Room) -> None:
    runner = room.runner

    @router.post("/start")
    async def start(request: Request) -> Response:
        chosen = Choice.of(await _form(request))
        plan, _ = await to_thread.run_sync(lambda: choices.checked(chosen, here=here(request)))
        if plan is None:  # the page says why, and what was chosen is in its form again
            return to_page(f"checked=1&{chosen.query()}#new")
        return _unless_busy(lambda: runner.begin(plan, room.config.to_toml()))

    @router.post("/resume")
    async def resume(request: Request) -> Response:
        wanted = await _named(request, room)
        plan = wanted.plan if wanted else None
        if wanted is None or plan is None:
            return to_page("problem=gone")
        return _unless_busy(lambda: runner.resume(wanted.folder, plan))

    @router.post("/stop")
    def stop() -> Response:
        runner.stop()
        return to_page()


def _removing(router: APIRouter, room: Room) -> None:
    @router.post("/remove")
    async def remove(request: Request) -> Response:
        """Remove an evaluation, and keep it for `undo`."""
        wanted = await _named(request, room)
        if wanted is None:
            return to_page("problem=gone")
        return _unless_busy(lambda: room.trash.put(wanted), "is_running")

    @router.post("/undo")
    async def undo(request: Request) -> Response:
        return to_page() if room.trash.put_back(await _id(request)) else to_page("problem=undone")

    @router.post("/forget")
    async def forget(request: Request) -> Response:
        room.trash.forget(await _id(request))
        return to_page()


def _importing(router: APIRouter, room: Room) -> None:
    @router.post("/import")
    async def take_in(request: Request) -> Response:
        """Make a suite of the file in the form, and choose it; what is wrong with it is on the page then."""
        async with request.form(max_files=1, max_fields=9) as form:
            file, folder = form.get("file"), str(form.get("articles") or "").strip()
            if not isinstance(file, UploadFile) or not file.filename:
                return room.page(request, refused=[Fault("import_none")])
            if folder and not here(request):
                return room.page(request, refused=[Fault("only_here")])
            name, content = file.filename, file.file
            try:
                suite = await to_thread.run_sync(lambda: importing.take_in(name, content, _folder(folder)))
            except NotImported as problem:
                return room.page(request, refused=[problem.fault])
        chosen = Choice(
            suites=(str(suite),), articles=folder, systems=NAMES[:1], models=(room.config.models.llm,)
        )
        return to_page(f"{urlencode({'imported': str(suite)})}&{chosen.query()}#new")


def _folder(text: str) -> Path | None:
    if not text:
        return None
    with suppress(RuntimeError):  # "~" of somebody whom nobody knows
        return Path(text).expanduser().resolve()
    return Path(text)


async def _form(request: Request) -> list[tuple[str, str]]:
    return parse_qsl((await request.body()).decode("utf-8", "replace"), max_num_fields=1000)


async def _id(request: Request) -> str:
    return dict(await _form(request)).get("id", "")


async def _named(request: Request, room: Room) -> Evaluation | None:
    """Return the evaluation that the form names; no path is made of what was sent."""
    wanted = await _id(request)
    return next((one for one in evaluations.every(room.runner.root) if one.id == wanted), None)


def to_page(query: str = "") -> RedirectResponse:
    """Return the way back to the page."""
    return RedirectResponse(f"{PATH}?{query}" if query else PATH, 303)


def _unless_busy(act: Callable[[], None], problem: str = "busy") -> RedirectResponse:
    try:
        act()
    except Busy:
        return to_page(urlencode({"problem": problem}))
    return to_page()
