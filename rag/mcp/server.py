"""The MCP server: `search`, `ask` and `get_article` for other programs, over standard input and output.

While it serves, the process's standard output is the protocol's alone: the SDK keeps a private copy of it and
points the descriptor itself at standard error, so that whatever a library prints, in C too, goes there.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, closing
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import anyio
from anyio import from_thread, to_thread
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.types import CallToolRequestParams, CallToolResult, ListToolsResult, TextContent
from pydantic import ValidationError

from index.errors import NotFound
from index.text.counted import counted
from rag.answer import Done
from rag.asked import MAX_HISTORY, MAX_QUESTION
from rag.care import CARES
from rag.cli import base
from rag.mcp.tools import (
    INSTRUCTIONS,
    TAKES,
    ArticleArguments,
    AskArguments,
    SearchArguments,
    answer_text,
    hits_text,
    tools,
    wrong,
)
from rag.showing import listing, terminal
from rag.showing.inert import inert

if TYPE_CHECKING:
    from index import Library
    from index.records import Article
    from rag.answer import Answer
    from rag.assistant import Assistant
    from rag.cli.base import Session

log = logging.getLogger(__name__)

IDS = 4  # told of the articles that a name may mean

Said = tuple[dict[str, Any], str]  # a result as JSON and as text


def serve(session: Session) -> None:
    """Serve until standard input is closed."""
    # A thread waits for input and cannot be woken; there is nothing to be put in order before the end.
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    with Archive(session) as archive:
        anyio.run(_serve, archive)


async def _serve(archive: Archive) -> None:
    server = build(archive)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


class Archive:
    """The library and the assistant, each opened by the first call that needs it. Threads may share it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._opening = threading.Lock()
        self._closing = ExitStack()
        self._library: Library | None = None
        self._assistant: Assistant | None = None
        self._turn = anyio.Lock()  # the assistant's: one question at a time, in the order of arrival

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    async def search(self, given: SearchArguments) -> Said:
        """Find passages."""
        return await to_thread.run_sync(self._search, given)

    async def get_article(self, given: ArticleArguments) -> Said:
        """Read a part of an article."""
        return await to_thread.run_sync(self._get_article, given)

    async def ask(self, given: AskArguments) -> Said:
        """Answer a question; cancelled, it stops the model at its next word, and only then is it over."""
        async with self._turn:
            return await to_thread.run_sync(self._ask, given)

    def _search(self, given: SearchArguments) -> Said:
        k = given.k or self._session.settings().search.passages
        library = self._opened_library()
        started = time.monotonic()
        hits = library.search(
            given.query, k, lang=given.lang, outlet=given.outlet, since=given.since, until=given.until
        )
        found = listing.explain(given.query, hits)
        seconds = round(time.monotonic() - started, 4)
        strange = None if hits else listing.strange_outlet(library, given.query, given.outlet)
        return listing.results(found, seconds, strange), hits_text(found, strange)

    def _get_article(self, given: ArticleArguments) -> Said:
        with base.open_library(self._session) as library:  # as it is: without the models
            article = _named(library, given.id)
            groups = library.groups([article.id])
        article = listing.unplaced(article)
        part = listing.part(article, groups, given.start, given.end)
        rest = f"; go on with start={part['next']}" if part["next"] else ""
        span = f"Characters {part['start']} to {part['end']} of {part['characters']}{rest}."
        return part, f"{terminal.article(article, part['text'])}\n\n{span}"

    def _ask(self, given: AskArguments) -> Said:
        assistant = self._opened_assistant()
        answer = self._answer(assistant, given)
        note = listing.note(assistant.library, given.question, answer)
        return answer.to_dict(), answer_text(answer, note)

    def _answer(self, assistant: Assistant, given: AskArguments) -> Answer:
        history = [
            (turn.question[:MAX_QUESTION], turn.answer)
            for turn in given.history[-MAX_HISTORY:]
            if turn.question
        ]
        # Closed on every way out: that is what makes the model stop.
        with closing(assistant.stream(given.question, history, as_of=given.as_of, care=given.care)) as events:
            for event in events:
                from_thread.check_cancelled()
                if isinstance(event, Done):
                    return event.answer
        raise RuntimeError("the stream ended without an answer")

    def _opened_library(self) -> Library:
        with self._opening:
            if self._library is None:
                self._library = self._closing.enter_context(base.open_library(self._session, vectors=True))
            return self._library

    def _opened_assistant(self) -> Assistant:
        from rag.assistant import Assistant

        library = self._opened_library()
        with self._opening:
            if self._assistant is None:
                care = CARES[self._session.settings().answer.care]
                self._assistant = Assistant(library, base.open_llm(self._session), care=care)
                self._closing.callback(self._assistant.close)
            return self._assistant


def _named(library: Library, name: str) -> Article:
    """Return the article that a caller means, else `NotFound`.

    A caller has the tools only, so neither the library's folder nor a command of `rag` is named.
    """
    try:
        found = library.find(name)
    except NotFound:
        raise NotFound(f"There is no article {name!r}.\nFind it with search: each hit has its id.") from None
    if len(found) > 1:
        ids = ", ".join(one.id for one in found[:IDS])
        raise NotFound(f"{name!r} is {counted(len(found), 'article')}: {ids}.\nGive the whole id of one.")
    return found[0]


def build(archive: Archive) -> Server[Any]:
    """Return the server of an archive."""
    listed = tools()
    doors: dict[str, Callable[[Any], Awaitable[Said]]] = {
        "search": archive.search,
        "ask": archive.ask,
        "get_article": archive.get_article,
    }

    async def list_tools(_: object, __: object) -> ListToolsResult:
        return ListToolsResult(tools=listed)

    async def call_tool(_: object, params: CallToolRequestParams) -> CallToolResult:
        name = params.name
        if name not in doors:
            return _failed(f"There is no tool {name[:60]!r}.\nThere are {', '.join(doors)}.")
        try:
            value, text = await doors[name](TAKES[name].model_validate(params.arguments or {}))
        except ValidationError as error:
            return _failed(wrong(name, error))
        except Exception as error:  # whatever it is, the caller must hear of it and the server go on
            log.info("%s failed", name, exc_info=True)
            return _failed(base.describe(error)[0])
        return CallToolResult(content=[_text(text)], structured_content=value)

    return Server(
        "rag",
        title="News archive",
        version=version("rag-news-archive"),
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _failed(message: str) -> CallToolResult:
    return CallToolResult(content=[_text(terminal.clean(message))], is_error=True)


def _text(text: str) -> TextContent:
    """Return text that a client may show as Markdown, whatever articles hold; in the JSON it is verbatim."""
    return TextContent(type="text", text=inert(text))
