"""The verbs around the models and the program itself: setup, models, config, doctor, serve."""

from __future__ import annotations

import click

from rag import cli_base as base
from rag import config as settings
from rag import terminal
from rag.cli_base import Session


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
    shown = [
        {
            "key": v.key,
            "value": None if v.value is None else _plain(v.value),
            "origin": v.origin,
            "about": v.doc,
        }
        for v in values
    ]
    rows = ((f"{v.key} = {settings.toml_value(v.value)}", v.origin, v.doc) for v in values)
    session.out({"settings": shown}, terminal.table(rows))


def _plain(value: object) -> object:
    return value if isinstance(value, (bool, int, float)) else str(value)


VERBS = (config,)
