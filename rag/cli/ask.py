"""The verb that answers: ask."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from rag import opening
from rag.answer import Done, Event, Evidence, Token
from rag.cli import base
from rag.cli.base import Session
from rag.cli.types import DAY
from rag.errors import BadInput, WorkerCrashed
from rag.showing import terminal

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.care import CareName
    from rag.cli.batch import Ask


@click.command()
@click.argument("question", required=False)
@click.option("--input", "source", metavar="FILE.jsonl", help='Lines of {"id", "question"}; - is stdin.')
@click.option("--model", metavar="ID", help="Language model for this run, see `rag models list`.")
@click.option("--as-of", type=DAY, metavar="DATE", help="Answer as on this day: later articles are unknown.")
@base.care
@click.option("--stream", is_flag=True, help="Show sources and the unchecked draft while it is written.")
@click.option(
    "--explain",
    "why",
    is_flag=True,
    help="Show how the answer came about: evidence, drafts, what spoke against them, probabilities.",
)
@base.shared
@click.pass_obj
def ask(
    session: Session,
    question: str | None,
    source: str | None,
    model: str | None,
    as_of: dt.date | None,
    care: CareName | None,
    stream: bool,
    why: bool,
) -> int:
    """Answer a question from the library, with the quotations it rests on.

    With --input, one JSON answer a line is written for each question, in order; lines that are no
    questions are reported and the exit code is then 65. Not finding an answer is no error.
    """
    if (question is None) == (source is None):
        raise click.UsageError("Give either a question or --input FILE.jsonl.")
    if source is not None:
        if stream:
            raise click.UsageError("--stream shows one answer; --input writes many. Give one of them.")
        with _opened(source) as lines:
            return _answer_all(session, lines, model, as_of, care, why=why)
    assert question is not None
    with base.open_assistant(session, model, care) as assistant:
        events = assistant.stream(question, as_of=as_of)
        done = _streamed(session, events, why=why) if stream else _last(events)
        waiting = opening.meaning(assistant.library.counts())
        note = _note(assistant, question, done)
    if not (stream and session.json):
        record = _record(done, why, note)
        session.out(record, terminal.answer(done.answer) + _path(record))
    if note:
        session.note(terminal.line(note))
    if waiting:
        session.note(f"{waiting}. Go on: {opening.COMPUTE}")
    return 0


def _last(events: Iterable[Event]) -> Done:
    """Return the last event, which is the answer."""
    for event in events:
        if isinstance(event, Done):
            return event
    raise RuntimeError("the stream ended without an answer")


def _note(assistant: Assistant, question: str, done: Done) -> str | None:
    """Return why there is no answer, if the question is kept to an outlet that no article is of."""
    from rag.showing import listing  # not needed for --help

    return listing.note(assistant.library, question, done.answer)


def _record(done: Done, why: bool, note: str | None = None) -> dict[str, Any]:
    """Return an answer as JSON, with a `note` if there is one, and how it came about if that is asked for."""
    record = done.answer.to_dict()
    if note:
        record["note"] = note
    if why and done.trace:
        from rag.showing.explain import explain

        record["explain"] = explain(done.trace)
    return record


def _path(record: dict[str, Any]) -> str:
    """Return what `_record` says of how an answer came about, for a terminal."""
    if "explain" not in record:
        return ""
    from rag.showing.explain import text

    return f"\n\n{text(record['explain'])}"


@contextmanager
def _opened(source: str) -> Iterator[BinaryIO]:
    if source == "-":
        yield sys.stdin.buffer
        return
    with ExitStack() as stack:
        try:
            file = stack.enter_context(Path(source).open("rb"))
        except OSError as error:
            raise click.UsageError(f"Cannot read {source}: {error.strerror}.") from None
        yield file


def _answer_all(
    session: Session,
    lines: Iterable[bytes],
    model: str | None,
    as_of: dt.date | None,
    care: CareName | None = None,
    *,
    why: bool = False,
) -> int:
    """Write an answer a line; go on after a bad line or a crashed worker. Return the exit code."""
    from rag.cli import batch

    code = 0
    with ExitStack() as stack:
        assistant: Assistant | None = None  # opened by the first good line: a file of bad ones needs none
        for item in batch.read(lines):
            if isinstance(item, BadInput):
                session.warn(f"Not a question, {item}")
                code = code or base.BAD_DATA
                continue
            if assistant is None:
                assistant = stack.enter_context(base.open_assistant(session, model, care))
            try:
                record = _answer_one(assistant, item, as_of, why)
            except WorkerCrashed as error:  # it is restarted for the next question
                session.warn(f"Not answered, line {item.line} (id {item.id}): {error}")
                code = error.exit_code
                continue
            click.echo(terminal.to_json(record))
            sys.stdout.flush()
    return code


def _answer_one(assistant: Assistant, item: Ask, as_of: dt.date | None, why: bool) -> dict[str, Any]:
    done = _last(assistant.stream(item.question, item.history, as_of=as_of))
    note = _note(assistant, item.question, done)
    return {"id": item.id, **_record(done, why, note)}


def _streamed(session: Session, events: Iterable[Event], *, why: bool = False) -> Done:
    """Show events as they come: NDJSON on stdout, or sources and draft on a terminal's stderr."""

    def shown() -> Iterator[Event]:
        for event in events:
            if session.json:
                click.echo(terminal.to_json(event_json(event, why=why)))
                sys.stdout.flush()
            elif session.at_terminal:
                _show(event)
            yield event

    return _last(shown())


def event_json(event: Event, *, why: bool = False) -> dict[str, Any]:
    """Return an event as a line of `rag ask --stream --json`; with `why`, how the answer came about too."""
    if isinstance(event, Done):
        return {"event": "done", "answer": _record(event, why)}
    return {"event": "evidence" if isinstance(event, Evidence) else "token", **dataclasses.asdict(event)}


def _show(event: Event) -> None:
    """Draw an event on the terminal, muted: nothing of it has been checked."""
    if isinstance(event, Evidence):
        found = "\n".join(terminal.source(citation) for citation in event.sources)
        click.secho(f"Found in {event.seconds:.1f} s\n{found}\n", dim=True, err=True)
    elif isinstance(event, Token):
        click.secho(terminal.clean(event.text), dim=True, err=True, nl=False)
    else:
        click.echo("\n", err=True)


VERBS = (ask,)
