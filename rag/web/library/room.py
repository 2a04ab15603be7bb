"""What the routes of the page share, and how errors are said on it."""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute

from index.errors import BadCorrection, BadFilter, CannotWrite, InTheWay, LibraryError, Locked, NotFound
from rag.errors import RagError
from rag.web import failures
from rag.web.library.bin import Bin, Undone
from rag.web.library.door import Door, NotReady
from rag.web.library.jobs import Busy, Jobs
from rag.web.library.uploads import Uploads
from rag.web.library.wording import WORDS
from rag.web.pages.shell import language_of

if TYPE_CHECKING:
    from index import Library
    from rag.config import Config
    from rag.web.desk import Desk
    from rag.web.pages.shell import Shell

ADDRESS = "/library"
_STATUS: dict[type[Exception], int] = {
    BadCorrection: 400, BadFilter: 400, NotFound: 404, InTheWay: 409, Locked: 409, Busy: 409,
    Undone: 409,     NotReady: 503, CannotWrite: 507,
}  # fmt: skip


class Room:
    """The page's door to the library, its job, its bin and its templates."""

    def __init__(self, desk: Desk, config: Config, shell: Shell) -> None:
        self.desk = desk
        self.door = Door(desk, config)
        self.jobs = Jobs()
        self.bin = Bin()
        self.templates = shell.templates(Path(__file__).parent, WORDS)
        self._uploads: Uploads | None = None

    def uploads(self, library: Library) -> Uploads:
        """Return the files that wait to be added to the library."""
        if self._uploads is None:
            self._uploads = Uploads(library.folder)
        return self._uploads

    def route(self) -> type[APIRoute]:
        """Return the kind of route that says errors in words, on a page of their own."""
        room = self

        class Told(APIRoute):
            def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
                answer = super().get_route_handler()

                async def told(request: Request) -> Response:
                    try:
                        return await answer(request)
                    except (LibraryError, RagError, Busy, Undone) as problem:
                        return room.problem(request, problem)

                return told

        return Told

    def problem(self, request: Request, problem: Exception) -> HTMLResponse:
        """Return the page that says what went wrong."""
        words, job = self.templates.words(request), self.jobs.job
        said = str(problem)
        told = failures.said(said, language_of(request))
        if isinstance(problem, Busy):
            told = words["busy"]
        elif isinstance(problem, Undone):
            told = words["undone"]
        elif isinstance(problem, Locked) and job and job.alive and str(os.getpid()) in said:
            told = words["job_holds"].format(kind=words[f"kind_{job.kind}"])
        status = next((code for kind, code in _STATUS.items() if isinstance(problem, kind)), 503)
        return self.templates.page(request, "problem.html.j2", status=status, here=ADDRESS, problem=told)


async def form_of(request: Request) -> list[tuple[str, str]]:
    """Return the fields of a posted form, in order; none of a body that is no form."""
    text = (await request.body()).decode("utf-8", "replace")
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=2000)
    except ValueError:
        return []
