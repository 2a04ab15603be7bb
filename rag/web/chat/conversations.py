"""Conversations in the library's folder: one file each, which is the old one or the new one after a crash."""

from __future__ import annotations

import contextlib
import functools
import re
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from index.errors import CannotWrite, NotFound
from index.store import files, lock
from rag.errors import BadInput
from rag.feedback.votes import now
from rag.question import bare
from rag.showing import terminal
from rag.web.markup import Turn

FOLDER = "conversations"
MOST_TITLE = 120  # characters: two lines of the list on a phone
_OFF = "off"  # the file that says that none is to be kept
_LOCK = "conversations"
_VERSION = 1
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was asked and answered, oldest first; the turns are numbered from 1."""

    id: str
    title: str
    changed: str  # ISO, UTC
    turns: tuple[Turn, ...]
    version: int = _VERSION


@dataclass(frozen=True, slots=True)
class Heading:
    """A conversation in a list."""

    id: str
    title: str  # empty if the file cannot be read
    changed: str
    turns: int


_CONVERSATION = TypeAdapter(Conversation)


class Conversations:
    """The conversations beside a library. Safe to use from several threads and processes."""

    def __init__(self, library: Path) -> None:
        """Keep them beside the library in this folder; nothing is made before the first is kept."""
        self.folder = library / FOLDER

    @property
    def keeping(self) -> bool:
        """Whether what is asked now is to be kept."""
        return not (self.folder / _OFF).exists()

    def keep(self, on: bool) -> None:
        """Keep what is asked from now on, or do not; what was kept before stays."""
        with _changing(self.folder):
            off = self.folder / _OFF
            if on:
                off.unlink(missing_ok=True)
            else:
                files.atomic_write(off, b"")

    def all(self) -> list[Heading]:
        """Return the headings, the one changed last first; a file that cannot be read has no title."""
        found = []
        for path in self.folder.glob("*.json"):
            try:
                state = path.stat()
            except FileNotFoundError:  # deleted meanwhile
                continue
            found.append(_heading(path, state.st_mtime_ns, state.st_size))
        return sorted(found, key=lambda one: (one.changed, one.id), reverse=True)

    def get(self, name: str) -> Conversation:
        """Return a conversation. Raises NotFound, and BadInput for a file that cannot be read."""
        return _read(self._path(name))

    def add(self, name: str, turn: Turn) -> str:
        """Add a turn to a conversation, or begin a new one if there is none of this name; return its id.

        What another page has added meanwhile stays.
        """
        turn = replace(turn, vote=None, draft="")  # a vote has a place of its own, and can be withdrawn
        with _changing(self.folder):
            if _ID.fullmatch(name) and self._path(name).exists():
                before = self.get(name)
            else:
                before = Conversation(secrets.token_hex(8), title_of(turn.question), "", ())
            number = len(before.turns) + 1
            self._write(replace(before, changed=now(), turns=(*before.turns, replace(turn, number=number))))
        return before.id

    def rename(self, name: str, title: str) -> None:
        """Give a conversation another title; its place in the list stays. Raises as `get` does."""
        with _changing(self.folder):
            self._write(replace(self.get(name), title=title[:MOST_TITLE]))

    def delete(self, name: str) -> None:
        """Delete a conversation for good, also one that cannot be read. Raises NotFound."""
        with _changing(self.folder):
            try:
                self._path(name).unlink()
            except FileNotFoundError:
                raise _gone(name) from None

    def _write(self, conversation: Conversation) -> None:
        data = terminal.to_json(asdict(conversation)).encode()
        files.atomic_write(self._path(conversation.id), data)

    def _path(self, name: str) -> Path:
        if not _ID.fullmatch(name):
            raise _gone(name)
        return self.folder / f"{name}.json"


def title_of(question: str) -> str:
    """Return the title that a conversation has until it is given another: its first question."""
    asked = bare(question) or question
    return asked if len(asked) <= MOST_TITLE else asked[: MOST_TITLE - 1] + "…"


@contextlib.contextmanager
def _changing(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(exist_ok=True)
        with lock.held(folder, name=_LOCK):
            yield
    except OSError as error:
        raise CannotWrite(
            f"cannot write to {folder}: {error.strerror}\nmake room or check its permissions"
        ) from error


def _gone(name: str) -> NotFound:
    return NotFound(f"There is no conversation {name[:40]!r} any more.\nOpen the list again.")


def _read(path: Path) -> Conversation:
    try:
        return _CONVERSATION.validate_json(path.read_bytes())
    except FileNotFoundError:
        raise _gone(path.stem) from None
    except (OSError, ValidationError) as error:
        said = error.strerror if isinstance(error, OSError) else error.errors(include_url=False)[0]["msg"]
        raise BadInput(
            f"{path} cannot be read as a conversation: {said}\nCorrect the file, or delete it."
        ) from None


@functools.lru_cache(maxsize=4096)  # a list is drawn without reading the files that it has read before
def _heading(path: Path, _changed: int, _size: int) -> Heading:
    try:
        found = _read(path)
    except (BadInput, NotFound):
        return Heading(path.stem, "", "", 0)
    return Heading(path.stem, found.title, found.changed, len(found.turns))
