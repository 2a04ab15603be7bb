"""What the page fetches of the library by itself: an article to read, the newest ones, the outlets."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from index.errors import NotFound
from rag.suggestions import suggested
from rag.web import pane
from rag.web.wording import Language

if TYPE_CHECKING:
    from index import Library
    from rag.web.desk import Desk

RECENT = 6  # articles on the empty page: a list that is taken in at a glance
# Questions to try, and the demonstration articles that answer them: a value that changed, one in Vietnamese,
# a date, and one asked in one language and told in the other.
EXAMPLES = (
    "What is the trade target for 2028?",
    "Vốn đầu tư của Indonesia vào Việt Nam tính đến tháng 9/2023 là bao nhiêu?",
    "When did Vietnam and Indonesia become comprehensive strategic partners?",
    "VinFast cam kết đầu tư bao nhiêu vào Indonesia?",
)
ANSWERED_BY = (
    "vi-04-nang-cap-2025.md",
    "vi-02-dau-tu-hai-chieu-2024.md",
    "en-05-top-tier-2025.md",
    "en-02-two-way-investment-2024.md",
)


def routes(desk: Desk) -> APIRouter:
    """Return the routes under `/reader/`; each answers with a piece of markup for the page."""
    router = APIRouter(prefix="/reader", default_response_class=HTMLResponse)

    @router.get("/article")
    def article(id: str = "", places: str = "", lang: str = "en") -> HTMLResponse:  # noqa: A002  the address says "id"
        language: Language = "vi" if lang == "vi" else "en"
        marked = pane.places_of(places)
        if marked is None:
            return HTMLResponse(pane.problem_page("bad_places", language), 400)
        if desk.assistant is None:
            return HTMLResponse(pane.problem_page("not_yet", language), 503)
        try:
            found = desk.assistant.library.get(id)
        except NotFound:
            return HTMLResponse(pane.problem_page("gone", language), 404)
        return HTMLResponse(pane.article_page(found, marked, language))

    @router.get("/recent")
    def recent(lang: str = "en") -> str:
        if desk.assistant is None:
            return ""
        language: Language = "vi" if lang == "vi" else "en"
        library = desk.assistant.library
        examples = all(map(partial(_holds, library), ANSWERED_BY))
        questions = [] if examples else suggested(library, first=language)
        shelf = pane.shelf(library.newest(RECENT), language, examples=examples)
        return pane.suggestions(questions, language) + shelf + pane.waiting(library.counts(), language)

    @router.get("/outlets")
    def outlets() -> str:
        return pane.outlets(desk.assistant.library.outlets()) if desk.assistant else ""

    return router


def _holds(library: Library, file: str) -> bool:
    with suppress(NotFound):
        return bool(library.get(file))
    return False
