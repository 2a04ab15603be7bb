"""What the page asks about a turn that has come to its end: how it was answered."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from rag.web import path
from rag.web.turns import Turns
from rag.web.wording import Language


def routes(known: Turns) -> APIRouter:
    """Return the routes under `/chat/` that are about one turn; each answers with a piece of markup."""
    router = APIRouter(prefix="/chat", default_response_class=HTMLResponse)

    @router.get("/how")
    def how(turn: str = "", lang: str = "en") -> HTMLResponse:
        language: Language = "vi" if lang == "vi" else "en"
        found = known.find(turn)
        if found is None or found.path is None:
            return HTMLResponse(path.lost(language), 404)
        return HTMLResponse(path.path_page(found.path, language))

    return router
