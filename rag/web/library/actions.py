"""The addresses under `/library` that change something; every one is a POST that ends in a redirect."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, get_args
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse
from starlette.requests import ClientDisconnect

from index.errors import BadArticle, BadCorrection
from index.records import Field
from rag.api.errors import Json
from rag.web.library import reasons, tasks, uploads
from rag.web.library.bin import Undone
from rag.web.library.jobs import Kind, Work
from rag.web.library.room import ADDRESS, Room, form_of
from rag.web.pages.shell import language_of

if TYPE_CHECKING:
    from index import Library

Form = Annotated[list[tuple[str, str]], Depends(form_of)]
FIELDS: tuple[Field, ...] = get_args(Field)
MOST_NAMES = 5000  # files that one request asks about; the script asks in portions


def add(router: APIRouter, room: Room) -> None:
    """Add the addresses to the router of the page."""
    _uploading(router, room)
    _working(router, room)
    _changing(router, room)
    _removing(router, room)


def _uploading(router: APIRouter, room: Room) -> None:
    @router.post("/check")
    async def check(request: Request) -> Json:
        """Say which files of the body, [[name, bytes], …], are to be sent, and why the others are not."""
        files = _names(await request.body())
        if files is None:
            return Json({"reason": "not a list of names and sizes"}, 400)
        send, skipped = uploads.sorted_out(files)
        language = language_of(request)
        told = [{"path": one.path, "reason": reasons.said(one.reason, language)} for one in skipped]
        return Json({"send": send, "skipped": told})

    @router.post("/upload")
    async def upload(request: Request, name: str = "") -> Json:
        """Take the file in the body; a job reads it later."""
        there = room.uploads(room.door.library())
        length = int(request.headers["content-length"])  # the guard has seen to it

        def refused(reason: str, status: int) -> Json:
            return Json({"reason": reasons.said(reason, language_of(request))}, status)

        try:
            await there.save(name, length, request.stream())
        except BadArticle as error:
            return refused(str(error), 422)
        except OSError as error:
            return refused(f"cannot be stored: {error.strerror or error}", 507)
        except ClientDisconnect:
            return refused("not sent whole", 400)
        return Json({})

    @router.post("/add")
    def add_them(request: Request) -> RedirectResponse:
        there = room.door.library()
        waiting = room.uploads(there)
        job = room.jobs.job
        waiting.want()
        if not (job and job.state == "running" and job.kind == "add"):  # else that one comes back for it
            room.jobs.start("add", partial(tasks.take_in, there, waiting))
        return _back(request)

    @router.post("/discard")
    def discard(request: Request) -> RedirectResponse:
        there = room.door.library()
        room.uploads(there).discard()
        return _back(request)


def _working(router: APIRouter, room: Room) -> None:
    @router.post("/work")
    def work(request: Request, form: Form) -> RedirectResponse:
        there = room.door.library()
        work = _works(room, there).get(dict(form).get("kind", ""))  # type: ignore[call-overload]
        if work:
            room.jobs.start(*work)
        return _back(request)

    @router.post("/stop")
    def stop(request: Request) -> RedirectResponse:
        room.jobs.stop()
        return _back(request)

    @router.post("/close")
    def close(request: Request) -> RedirectResponse:
        room.jobs.forget()
        return _back(request)


def _works(room: Room, library: Library) -> dict[Kind, tuple[Kind, Work]]:
    return {
        "add": ("add", partial(tasks.take_in, library, room.uploads(library))),
        "verify": ("verify", partial(tasks.verify, library)),
        "rebuild": ("rebuild", partial(tasks.rebuild, library)),
        "embed": ("embed", partial(tasks.embed, library)),
    }


def _changing(router: APIRouter, room: Room) -> None:
    @router.post("/article/{name}/correct")
    def correct(request: Request, name: str, form: Form) -> RedirectResponse:
        """Correct the fields that differ from what is shown."""
        there = room.door.library()
        given = dict(form)

        def changed(field: Field) -> str | None:
            value = given.get(field)
            return None if value is None or value.strip() == given.get(f"before-{field}", "") else value

        new = {field: value for field in FIELDS if (value := changed(field)) is not None}
        try:
            if new:
                there.correct(name, **new)  # type: ignore[arg-type]  # its parameters are called as the fields
        except BadCorrection as error:
            raise BadCorrection(reasons.said(str(error), language_of(request))) from error
        return RedirectResponse(f"{ADDRESS}/article/{name}", 303)

    @router.post("/article/{name}/reset")
    def reset(name: str, form: Form) -> RedirectResponse:
        field = dict(form).get("field")
        if field in FIELDS:
            room.door.library().correct(name, reset=[field])
        return RedirectResponse(f"{ADDRESS}/article/{name}", 303)


def _removing(router: APIRouter, room: Room) -> None:
    @router.post("/remove")
    def remove(request: Request, form: Form) -> RedirectResponse:
        """Remove the articles of all fields "article", and keep them for `undo`."""
        names = [value for key, value in form if key == "article"]
        if names:
            room.bin.put(_reading(room).take_out(names))
        return _back(request)

    @router.post("/undo")
    def undo(request: Request, form: Form) -> RedirectResponse:
        number = _number(form)
        kept = room.bin.get(number)
        if kept is None:
            raise Undone
        _reading(room).put_back(kept)
        room.bin.forget(number)
        return _back(request)

    @router.post("/forget")
    def forget(request: Request, form: Form) -> RedirectResponse:
        room.bin.forget(_number(form))
        return _back(request)


def _reading(room: Room) -> Library:
    """Return the library for what needs no model."""
    return room.door.reading() or room.door.library()


def _number(form: list[tuple[str, str]]) -> int:
    text = dict(form).get("number", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _names(body: bytes) -> list[tuple[str, int]] | None:
    """Return the names and sizes in a request, None if it does not hold such a list."""
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, list) or len(value) > MOST_NAMES:
        return None
    pairs = [one for one in value if isinstance(one, list) and len(one) == 2]
    known = [(name, size) for name, size in pairs if isinstance(name, str) and type(size) is int]
    return known if len(known) == len(value) else None


def _back(request: Request) -> RedirectResponse:
    """Return the way back to the list, filtered as it was."""
    query = ""
    with suppress(ValueError):  # an address that is none
        before = urlsplit(request.headers.get("referer", ""))
        query = f"?{before.query}" if before.path == ADDRESS and before.query else ""
    return RedirectResponse(f"{ADDRESS}{query}", 303)
