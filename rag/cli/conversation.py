"""A conversation in the terminal: questions, their checked answers, and commands about them."""

from __future__ import annotations

import shlex
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.errors import LibraryError
from index.search import inline
from index.text.counted import counted
from rag.answer import Answer, Citation, Done, Evidence, Token
from rag.cli import base, transcript
from rag.errors import BadInput, RagError
from rag.showing import listing, terminal

if TYPE_CHECKING:
    from index.records import Article
    from rag.assistant import Assistant
    from rag.cli.base import Session
    from rag.cli.batch import Pair

SCREEN = 1800  # characters of an article that are shown at once: a screen of 24 lines of 80, less the head
HELP = """\
Type a question, or:
  /sources       the sources of the last answer again
  /open N        the article around the quotation of source N; /open alone goes on
  /filter since:2025-01 until:2025 outlet:"The Diplomat" lang:vi
                 only such articles from now on; /filter alone shows, /filter off clears;
                 a quotation mark in a name has a backslash before it: "The \\"New\\" Star"
  /export FILE   write what was said to a new file, FILE.md or FILE.json
  /new           forget what was said
  /help          this text
  /quit          end, as Ctrl-D does
Ctrl-C stops an answer."""


class Conversation:
    """Hears lines, answers them on standard output, and remembers. With --json only answers go there."""

    def __init__(self, session: Session, assistant: Assistant) -> None:
        self.filters = ""  # as they were typed
        self.code = 0  # exit code of the last line that failed
        self._session = session
        self._assistant = assistant
        self._history: list[Pair] = []
        self._answers: list[tuple[Answer, str]] = []  # each with the note on its filter, "" for none
        self._open: tuple[Article, int] | None = None  # an article, and where to go on in it
        self._commands = {
            "/sources": self._show_sources,
            "/open": self._show_article,
            "/filter": self._set_filters,
            "/export": self._export,
            "/new": self._forget,
            "/help": self._help,
        }

    def hear(self, typed: str) -> bool:
        """Answer a question or obey a command; False at the end. Errors are told, not raised."""
        words = typed.strip()
        name, _, rest = words.partition(" ")
        try:
            if name in ("/quit", "/exit"):
                return False
            if name in self._commands:
                self._commands[name](rest.strip())
            elif words.startswith("/"):
                raise BadInput(
                    f"There is no command {name}.\nThere are {', '.join(self._commands)} and /quit."
                )
            elif words:
                self._answer(words)
        except KeyboardInterrupt:
            self._session.note("\nStopped.")
        except (RagError, LibraryError) as error:
            message, self.code = base.describe(error)
            self._session.warn(f"Error: {message}")
        return True

    def _answer(self, words: str) -> None:
        """Show what is found and drafted as it comes, then the checked answer; a stopped one is forgotten."""
        asked = f"{self.filters} {words}" if self.filters else words
        draft = _Draft()
        # Closed on every way out: that is what makes the model stop.
        with closing(self._assistant.stream(asked, self._history)) as events:
            for event in events:
                if isinstance(event, Done):
                    self._history.append((words, event.answer.answer))
                    self._answers.append((event.answer, self._note(asked, event.answer)))
                elif not self._session.at_terminal:
                    continue
                elif isinstance(event, Evidence):
                    _tell_sources(event)
                else:
                    draft.add(event)
        draft.end()
        answer, note = self._answers[-1]
        told = "\n\n".join(filter(None, [terminal.answer(answer), terminal.line(note)]))
        self._session.out(answer.to_dict() | ({"note": note} if note else {}), f"{told}\n")
        sys.stdout.flush()

    def _note(self, asked: str, answer: Answer) -> str:
        return listing.note(self._assistant.library, asked, answer) or ""

    def _show_sources(self, _: str) -> None:
        answer = self._last()
        shown = "\n".join(map(terminal.source, answer.citations))
        self._say(shown or "The last answer has no sources.")

    def _show_article(self, number: str) -> None:
        if number:
            citation = self._source(number)
            article = self._assistant.library.get(citation.article)
            self._page(article, _page_start(article.text, citation.start), citation)
        elif self._open:
            self._page(*self._open)
        else:
            raise BadInput("No article is open.\nOpen one by the number of its source: /open 1")

    def _source(self, number: str) -> Citation:
        known = {str(one.n): one for one in self._last().citations}
        if number not in known:
            raise BadInput(
                f"There is no source {number!r}; the last answer has {', '.join(known) or 'none'}.\n"
                "Give one of these numbers: /open 1"
            )
        return known[number]

    def _page(self, article: Article, start: int, quoted: Citation | None = None) -> None:
        text, end = article.text, listing.page_end(article.text, start, SCREEN)
        lead = "… " if start and text[start - 1] != "\n" else ""
        if quoted:
            end = max(end, quoted.end)
            mark = click.style(f"»{terminal.clean(quoted.quote)}«", bold=True)
            shown = terminal.clean(text[start : quoted.start]) + mark + terminal.clean(text[quoted.end : end])
        else:
            shown = terminal.clean(text[start:end])
        self._open = (article, end) if end < len(text) else None
        size = counted(len(text), "character")
        rest = f"{end:,} of {size}; /open goes on" if self._open else "the end of the article"
        head = f"{terminal.line(article.title)} ({terminal.date_label(article)})"
        self._say(f"{head}\n\n{lead}{shown.rstrip()}\n\n[{rest}]\n")

    def _set_filters(self, given: str) -> None:
        if given == "off":
            self.filters = ""
        elif given:
            rest = inline.parse(given)[0]
            if rest:
                raise BadInput(f"{rest!r} is no filter.\nWrite e.g. /filter {inline.EXAMPLE}, or /filter off")
            self.filters = given
        self._say(f"Only articles with {terminal.line(self.filters)}" if self.filters else "All articles.")

    def _export(self, given: str) -> None:
        if not self._answers:
            raise BadInput("Nothing was answered yet.\nAsk a question first.")
        try:
            name = " ".join(shlex.split(given))
        except ValueError:  # a quotation mark without its pair is part of the name
            name = given
        path = Path(name).expanduser()
        transcript.write(path, self._answers)
        self._say(f"Written: {terminal.line(str(path))}")

    def _help(self, _: str) -> None:
        self._say(HELP)

    def _forget(self, _: str) -> None:
        self._history, self._answers, self._open = [], [], None
        self._say("Forgotten.")

    def _last(self) -> Answer:
        if not self._answers:
            raise BadInput("No answer yet.\nAsk a question first.")
        return self._answers[-1][0]

    def _say(self, text: str) -> None:
        click.echo(text, err=self._session.json)


class _Draft:
    """The model's words as they come, muted and under a line that calls them unchecked."""

    def __init__(self) -> None:
        self._begun = False

    def add(self, token: Token) -> None:
        """Show some more of it."""
        if not self._begun:
            self._begun = True
            click.secho("Draft, not checked yet:", dim=True, err=True)
        click.secho(terminal.clean(token.text), dim=True, err=True, nl=False)

    def end(self) -> None:
        """Part it from the answer."""
        if self._begun:
            click.echo(err=True)


def _tell_sources(found: Evidence) -> None:
    """Say what will be read, without numbers: those of the answer's sources may be others."""
    said = f"{counted(len(found.sources), 'source')}, found in {found.seconds:.1f} s"
    names = [f"  {terminal.source_name(one)}" for one in found.sources]
    click.secho("\n".join([f"{said}; reading …" if names else said, *names]), dim=True, err=True)


def _page_start(text: str, at: int) -> int:
    """Return where a page begins that has `at` in its first third: with a line, if one begins there."""
    first = max(0, at - SCREEN // 3)
    return text.find("\n", first, at) + 1 or first if first else 0
