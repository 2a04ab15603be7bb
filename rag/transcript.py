"""What was asked and answered, as a file to keep: Markdown for people, JSON for programs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from rag import terminal
from rag.answer import Answer, Citation
from rag.errors import BadInput

# What would become markup: articles come from strangers, and a picture in one would be fetched when shown.
_MARKUP = re.compile(r"[\\`*_\[\]<>#|~&]")


def write(path: Path, answers: Sequence[Answer]) -> None:
    """Write the answers to a new file, whose ending says how. Raises BadInput, and overwrites nothing."""
    writers = {".md": markdown, ".json": _json}
    if path.suffix not in writers:
        raise BadInput(f"{str(path)!r} ends neither with .md nor with .json.\nWrite e.g. /export talk.md")
    text = writers[path.suffix](answers)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise BadInput(f"{path} is there already.\nGive another name.") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.\nGive another name.") from None


def markdown(answers: Sequence[Answer]) -> str:
    """Return questions as headings, each with its answer and the quotations it rests on."""
    return "\n".join(
        part
        for one in answers
        for part in (
            f"## {_plain(one.question)}\n",
            f"{_plain(one.answer)}\n",
            *(f"- {_source(citation)}\n" for citation in one.citations),
        )
    )


def _source(citation: Citation) -> str:
    when = citation.published or citation.dated
    known = ", ".join(_plain(part) for part in (citation.outlet, when, citation.file) if part)
    return f"\\[{citation.n}\\] {_plain(citation.title)} ({known})\n  > {_plain(citation.quote)}"


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", terminal.line(text))


def _json(answers: Sequence[Answer]) -> str:
    return terminal.to_json({"answers": [one.to_dict() for one in answers]}) + "\n"
