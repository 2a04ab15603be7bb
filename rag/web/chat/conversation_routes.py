"""What the page asks about conversations: which there are, and to rename, delete or keep them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, StringConstraints

from index.errors import LibraryError
from rag.asked import one_line
from rag.errors import RagError
from rag.web import failures
from rag.web.chat.conversation_list import WORDS, last, list_page
from rag.web.chat.conversations import MOST_TITLE, Conversations
from rag.web.desk import Desk
from rag.web.wording import Language

Line = Annotated[str, StringConstraints(min_length=1, max_length=MOST_TITLE)]


class Change(BaseModel):
    """What the page sends; the answer is the list as it is then."""

    model_config = ConfigDict(strict=True, extra="forbid")

    lang: Language


class Renamed(Change):
    """Another title for a conversation."""

    id: Line
    title: Line


class Deleted(Change):
    """A conversation that is to go."""

    id: Line


class Kept(Change):
    """Whether conversations are to be kept from now on."""

    on: bool


def routes(desk: Desk) -> APIRouter:
    """Return the routes under `/chat/` that are about conversations; each answers with a piece of markup."""
    router = APIRouter(prefix="/chat", default_response_class=HTMLResponse)

    def listed(
        language: Language, change: Callable[[Conversations], None] = lambda kept: None
    ) -> HTMLResponse:
        if desk.assistant is None:
            return HTMLResponse(
                list_page((), language, keeping=True, problem=WORDS[language]["not_yet"]), 503
            )
        kept, problem = Conversations(desk.assistant.library.folder), ""
        try:
            change(kept)
        except (LibraryError, RagError, OSError) as error:
            problem = failures.said(str(error), language)
        return HTMLResponse(list_page(kept.all(), language, keeping=kept.keeping, problem=problem))

    @router.get("/conversations")
    def conversations(lang: str = "en") -> HTMLResponse:
        return listed("vi" if lang == "vi" else "en")

    @router.get("/last")
    def latest(lang: str = "en") -> str:
        found = Conversations(desk.assistant.library.folder).all() if desk.assistant else []
        return last(found[0], "vi" if lang == "vi" else "en") if found and found[0].title else ""

    @router.post("/rename")
    def rename(given: Renamed) -> HTMLResponse:
        title = one_line(given.title)
        return listed(given.lang, lambda kept: kept.rename(given.id, title) if title else None)

    @router.post("/delete")
    def delete(given: Deleted) -> HTMLResponse:
        return listed(given.lang, lambda kept: kept.delete(given.id))

    @router.post("/keep")
    def keep(given: Kept) -> HTMLResponse:
        return listed(given.lang, lambda kept: kept.keep(given.on))

    return router
