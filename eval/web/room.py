"""What the addresses of the evaluation page share: settings, templates, what runs, what was removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from eval.systems import NAMES
from eval.web import choices, evaluations, importing, views
from eval.web.choices import Choice, Fault
from eval.web.running import Runner
from eval.web.trash import Trash
from rag.models import packs
from rag.web.security import is_loopback

if TYPE_CHECKING:
    from rag.config import Config
    from rag.web.pages.shell import Templates

PATH = "/evaluation"
PROBLEMS = ("busy", "is_running", "gone", "undone", "no_report")  # that an address may name


@dataclass(frozen=True, slots=True)
class Room:
    """One for all requests."""

    config: Config
    templates: Templates
    runner: Runner
    trash: Trash

    def page(self, request: Request, *, refused: Sequence[Fault] = ()) -> HTMLResponse:
        """Return the whole page; `refused` is why a file was not imported.

        With a choice in the address, that choice and what is wrong with it.
        """
        job = self.runner.job()
        listed = evaluations.every(self.runner.root, job.id if job else None)
        offered = choices.offered()
        given = request.query_params
        chosen = Choice.of(given.multi_items())
        asked = bool(chosen.suites or chosen.systems or chosen.path or "checked" in given)
        faults = choices.checked(chosen, here=here(request))[1] if asked else []
        if not asked:
            chosen = Choice(systems=NAMES[:1], models=(self.config.models.llm,))
        imported = next((Path(one.path) for one in offered if one.path == given.get("imported")), None)
        return self.templates.page(
            request,
            "evaluation.html.j2",
            status=422 if refused else 200,
            problem=given["problem"] if given.get("problem") in PROBLEMS else "",
            now=views.progress(job, listed),
            chosen=chosen,
            faults=faults,
            refused=refused,
            imported=importing.note_of(imported) if imported else None,
            accepted=",".join(importing.FORMATS),
            offered=offered,
            own_folder=choices.own_suites(),
            systems=NAMES,
            models=_models(),
            listed=listed,
            removed=self.trash.all(),
            runs=[(one, run) for one in listed for run in one.runs if run.done],
            folder=self.runner.root,
            here_too=here(request),
            views=views,
        )


def here(request: Request) -> bool:
    """Return whether the request comes from this computer."""
    return request.client is not None and is_loopback(request.client.host)


def _models() -> list[dict[str, Any]]:
    return [
        {"id": one.id, "bytes": one.bytes, "there": packs.status(one.id).state == "ready"}
        for one in packs.catalogue()
        if one.kind == "llm"
    ]
