"""What was asked and answered, as a file to keep; what stands in it is `rag.web.chat.export`'s."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rag.answer import Answer
from rag.errors import BadInput
from rag.web.chat import export
from rag.web.markup import Turn

_WRITERS = {".md": export.markdown, ".json": export.as_json}


def write(path: Path, answers: Sequence[tuple[Answer, str]]) -> None:
    """Write answers, each with the note on its filter, to a new file, whose ending says how.

    Raises BadInput, and overwrites nothing.
    """
    if path.suffix not in _WRITERS:
        raise BadInput(f"{str(path)!r} ends neither with .md nor with .json.\nWrite e.g. /export talk.md")
    turns = [
        Turn(n, one.question, "done", answer=one, strange=note) for n, (one, note) in enumerate(answers, 1)
    ]
    text = _WRITERS[path.suffix](turns)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise BadInput(f"{path} is there already.\nGive another name.") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.\nGive another name.") from None
