"""The verb chat: what is typed, line by line, to a conversation and back."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING

import click

from index import paths
from rag.cli import base
from rag.cli.base import Session
from rag.showing import terminal

if TYPE_CHECKING:
    from rag.care import CareName
    from rag.cli.conversation import Conversation

HISTORY_LINES = 1000  # what bash keeps is 500; questions are short


@click.command()
@click.option("--model", metavar="ID", help="Language model, see `rag models list`.")
@base.care
@base.shared
@click.pass_obj
def chat(session: Session, model: str | None, care: CareName | None) -> int:
    """Ask and ask again in the terminal; follow-up questions know what was said before.

    /help lists what else can be typed. Without a terminal every line of standard input is a
    question or a command, and the exit code is that of the last one that failed.
    """
    from rag.cli.conversation import Conversation

    if isinstance(sys.stdin, io.TextIOWrapper):  # a line that is not UTF-8 must not end the chat
        sys.stdin.reconfigure(errors="replace")
    typing = sys.stdin.isatty() and sys.stdout.isatty() and not session.json  # input() prompts on stdout
    with base.open_assistant(session, model, care) as assistant:
        talk = Conversation(session, assistant)
        session.note("Ask a question; /help lists what else there is.")
        with _line_editing() if typing else nullcontext():
            _converse(talk, typing)
    return 0 if typing else talk.code


def _converse(talk: Conversation, typing: bool) -> None:
    """Hand over line by line until the end; Ctrl-C empties the line that is being typed."""
    while True:
        try:
            line = input(f"{terminal.line(f'{talk.filters} ›')} " if typing else "")
        except EOFError:
            if typing:
                click.echo()
            return
        except KeyboardInterrupt:
            if not typing:
                raise
            click.echo("\n/quit or Ctrl-D ends the chat.")
            continue
        if not talk.hear(line):
            return


@contextmanager
def _line_editing() -> Iterator[None]:
    """Give input() its keys, and the lines of earlier chats; neither where there is no readline."""
    try:
        import readline
    except ImportError:
        yield
        return
    file = paths.data_dir() / "chat_history"
    with suppress(OSError):
        readline.read_history_file(file)
    readline.set_history_length(HISTORY_LINES)
    try:
        yield
    finally:
        with suppress(OSError):  # a folder that cannot be written costs the history only
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)  # what was asked is nobody else's business
            readline.write_history_file(file)


VERBS = (chat,)
