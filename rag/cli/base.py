"""What all verbs of the command line share: options, output, errors to exit codes, the doors.

stdout carries the result and nothing else; progress, notes and errors go to stderr.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from index.errors import LibraryError
from rag.errors import RagError
from rag.showing import terminal

if TYPE_CHECKING:
    from index import Library
    from rag.assistant import Assistant
    from rag.care import CareName
    from rag.config import Config
    from rag.llm import LLM
    from rag.progress import Progress

# sysexits.h, as far as INTERFACES uses it; 70 is EX_SOFTWARE, 128 + signal is the shell's custom.
SKIPPED = 1
BAD_DATA = 65
INTERNAL = 70
CANNOT_WRITE = 73
IO_ERROR = 74
INTERRUPTED = 130
BROKEN_PIPE = 141

_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT}

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(slots=True)
class Session:
    """The options that every verb takes, and what is done with them."""

    json: bool = False
    quiet: bool = False
    debug: bool = False
    library: Path | None = None
    config: Path | None = None

    def settings(self, **flags: object) -> Config:
        """Return the settings in force; `flags` by key with "__" for the dot (server__port=8000)."""
        from rag.config import Config

        given = {key.replace("__", "."): value for key, value in flags.items()}
        return Config.load(self.config, {"library.path": self.library, **given})

    def out(self, value: object, text: str) -> None:
        """Print the result: `value` as JSON with --json, else `text`."""
        click.echo(terminal.to_json(value) if self.json else text)

    def note(self, text: str) -> None:
        """Say something on stderr, unless --quiet."""
        if not self.quiet:
            click.echo(terminal.clean(text), err=True)

    def warn(self, text: str) -> None:
        """Say something on stderr that --quiet does not silence."""
        click.echo(terminal.clean(text), err=True)

    @property
    def at_terminal(self) -> bool:
        """Return whether drafts may be drawn: stderr is a terminal and nobody asked for quiet."""
        return not self.quiet and sys.stderr.isatty()

    def progress(self) -> Progress:
        """Return what long steps tell their progress to: stderr, or nothing with --quiet."""
        from rag.progress import Shown, Silent

        return Silent() if self.quiet else Shown(sys.stderr)


def open_library(session: Session, *, create: bool = False, vectors: bool = False) -> Library:
    """Open the library of the settings; `vectors` when texts or questions are to be embedded."""
    from rag import opening

    settings = session.settings()
    if vectors:
        _stay_home()
    return opening.library(settings, create=create, vectors=vectors)


def care(verb: Command) -> Command:
    """Add --fast and --careful to a verb; it gets `care`, None when neither is given."""
    for name, text in (
        ("fast", "Read one source only, and word no sentence: about half the time, a few more mistakes."),
        ("careful", "Say only what is very probably right: fewer answers, far fewer mistakes."),
    ):
        verb = click.option(f"--{name}", "care", flag_value=name, default=None, help=text)(verb)
    return verb


def open_assistant(session: Session, model: str | None = None, care: CareName | None = None) -> Assistant:
    """Open the assistant of the settings; `model` replaces models.llm, `care` answer.care."""
    settings = session.settings(models__llm=model, answer__care=care)
    _stay_home()
    from rag.assistant import Assistant

    return Assistant.open(config=settings)


def open_llm(session: Session) -> LLM:
    """Return the language model of the settings; its process starts with the first question."""
    from rag import opening

    return opening.llm(session.settings())


def _stay_home() -> None:
    """Set the offline switches, before the libraries that read them are imported."""
    from rag.web.security import harden_environment

    harden_environment()


def _remember(ctx: click.Context, param: click.Parameter, value: object) -> None:
    """Keep a shared option in the session, whether it stood before or after the verb."""
    session = ctx.ensure_object(Session)
    if value and param.name:
        setattr(session, param.name, value)


_KEPT: dict[str, Any] = {"expose_value": False, "callback": _remember}


def shared(command: Command) -> Command:
    """Add --json, --library, --config, --quiet and --debug; they also work before the verb."""
    folder = click.Path(path_type=Path)
    options = (
        click.option("--debug", is_flag=True, help="Show tracebacks and the log.", **_KEPT),
        click.option("--quiet", is_flag=True, help="No progress and no notes on stderr.", **_KEPT),
        click.option("--config", type=folder, metavar="FILE", help="Settings file, not rag.toml.", **_KEPT),
        click.option("--library", type=folder, metavar="DIR", help="Folder of the library.", **_KEPT),
        click.option("--json", is_flag=True, help="Print JSON on stdout, nothing else.", **_KEPT),
    )
    for option in options:
        command = option(command)
    return command


class Program(click.Group):
    """A group whose errors become one or two lines on stderr and the exit code of INTERFACES."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the verb; its return value, if it is a number, is the exit code."""
        session = ctx.ensure_object(Session)
        if os.environ.get("NO_COLOR"):  # no-color.org
            ctx.color = False
        logging.basicConfig(
            stream=sys.stderr,
            level=logging.INFO if session.debug else logging.ERROR if session.quiet else logging.WARNING,
            format="%(levelname)s %(name)s: %(message)s",
        )
        try:
            code = super().invoke(ctx)
            sys.stdout.flush()
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except (Exception, KeyboardInterrupt) as error:
            code = report(error, debug=session.debug)
        if isinstance(code, int) and code:
            ctx.exit(code)
        return None


def report(error: BaseException, *, debug: bool = False) -> int:
    """Say on stderr what went wrong and return the exit code."""
    if isinstance(error, BrokenPipeError):  # whoever read us has gone: nothing to say, nobody to say it to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if debug:
        traceback.print_exception(error, file=sys.stderr)
    message, code = describe(error, debug=debug)
    click.echo(f"Error: {terminal.clean(message)}", err=True)
    return code


def describe(error: BaseException, *, debug: bool = False) -> tuple[str, int]:
    """Return what went wrong in one or two lines, and the exit code for it."""
    if isinstance(error, (RagError, LibraryError)):
        return str(error), error.exit_code
    if isinstance(error, OSError):
        return str(error), CANNOT_WRITE if error.errno in _REFUSED else IO_ERROR
    hint = "" if debug else "\nThis is a fault of the program; run it again with --debug to see where."
    return f"{type(error).__name__}: {error}{hint}", INTERNAL
