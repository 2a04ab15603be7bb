"""What can go wrong with articles and libraries.

LibraryError                exit code of the command line
├── BadArticle          65  a file that cannot become an article
├── NotFound             2  no such article or library
├── BadFilter            2  since:, until:, outlet: or lang: that cannot be read
├── BadCorrection        2  a title, outlet, date, language or authors that cannot be
├── BadGlossary          2  a user's glossary that cannot be read
├── InTheWay             2  what is to be put back was added again meanwhile
├── CannotWrite         73  the folder refuses
├── Damaged             74  stored data that fails its check
├── Locked              75  another process is writing; its pid is named
├── NoModel             78  the embedding model is missing or incomplete
└── Mismatch            78  library and embedding model do not fit each other

Every message says what is wrong, with both values, and then the fix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.records import Added


class LibraryError(Exception):
    """Base of all errors that `index` raises on purpose; its text is meant for the user."""

    exit_code = 74


class BadArticle(LibraryError):
    """A file that cannot become an article: empty, binary, no text."""

    exit_code = 65


class NotFound(LibraryError):
    """The article or the library does not exist."""

    exit_code = 2


class BadFilter(LibraryError):
    """A filter written into a question that cannot be read, or that contradicts another."""

    exit_code = 2


class BadCorrection(LibraryError):
    """A value that a field of an article cannot have."""

    exit_code = 2


class BadGlossary(LibraryError):
    """A user's glossary that is not there, no TOML, or says what cannot be meant."""

    exit_code = 2


class InTheWay(LibraryError):
    """An article that is to be put back was added again, or another one from its file."""

    exit_code = 2


class CannotWrite(LibraryError):
    """The library folder cannot be written."""

    exit_code = 73


class Damaged(LibraryError):
    """Stored data does not match its checksum and could not be rebuilt."""

    exit_code = 74


class Locked(LibraryError):
    """Another process is writing to the library."""

    exit_code = 75


class Mismatch(LibraryError):
    """The library was built with another embedding model."""

    exit_code = 78


class NoModel(LibraryError):
    """The embedding model is missing or incomplete."""

    exit_code = 78


class Stopped(KeyboardInterrupt):
    """Adding was interrupted; `done` says what is in. Every article is in whole or not at all."""

    def __init__(self, done: Added) -> None:
        super().__init__("stopped")
        self.done = done
