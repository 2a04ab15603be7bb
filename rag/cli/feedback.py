"""The verbs of what people think of answers: feedback list, feedback export."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from index.text.counted import counted
from rag.cli import base
from rag.cli.base import Session
from rag.showing import terminal


@click.group()
@base.shared
def feedback() -> None:
    """See the votes that were given in the chat, and make questions with known answers of them."""


@feedback.command("list")
@base.shared
@click.pass_obj
def list_(session: Session) -> None:
    """List the votes: day, up or down with the reason, question, and what the right answer is."""
    from rag.feedback import Feedback

    with base.open_library(session) as library:
        votes = Feedback(library.folder).all()
    rows = (
        (
            vote.at[:10],
            f"{vote.verdict} {vote.reason or ''}".strip(),
            vote.answer.question,
            " · ".join(filter(None, (vote.note, f"right: {vote.right}" if vote.right else ""))),
        )
        for vote in votes
    )
    empty = "No votes. They are given below an answer in the chat."
    session.out({"votes": [asdict(vote) for vote in votes]}, terminal.table(rows) if votes else empty)


@feedback.command()
@click.argument("file", type=click.Path(path_type=Path))
@base.shared
@click.pass_obj
def export(session: Session, file: Path) -> int:
    """Write the votes to one new FILE of questions with answers; exit 1 if some make no question.

    Voted up, an answer is taken for right; voted down, it makes a question only where the right answer was
    given. `rag eval import jsonl FILE --out DIR` makes a suite of it, with the articles that it is about.
    """
    from rag.feedback import Feedback
    from rag.feedback.cases import cases

    with base.open_library(session, vectors=True) as library:
        made, left = cases(Feedback(library.folder).all(), library)
    if made:
        _write(file, "".join(f"{terminal.to_json(one)}\n" for one in made))
    value = {
        "file": str(file) if made else None,
        "questions": len(made),
        "left_out": [asdict(one) for one in left],
    }
    wrote = f"Wrote {file}: {counted(len(made), 'question')}."
    text = [wrote if made else "Nothing to write: no vote makes a question."]
    text += [f"Left out: {terminal.line(one.question)}: {terminal.line(one.why)}" for one in left]
    text += [f"Make a suite of it: rag eval import jsonl {file} --out DIR"] if made else []
    session.out(value, "\n".join(text))
    return base.SKIPPED if left else 0


def _write(file: Path, text: str) -> None:
    from index.errors import CannotWrite

    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        raise CannotWrite(f"{file} exists already\nchoose another name, or remove it first") from None
    except OSError as error:
        raise CannotWrite(f"cannot write {file}: {error.strerror}\nchoose another place") from error


VERBS = (feedback,)
