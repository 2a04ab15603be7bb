"""What the page asks about a turn that has come to its end: how it was answered, and to keep a vote on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, StringConstraints

from index.errors import LibraryError
from rag.asked import one_line
from rag.errors import RagError
from rag.feedback import MOST_WORDS, Feedback, Reason, Verdict, Vote
from rag.feedback.votes import now
from rag.web import failures
from rag.web.chat import path
from rag.web.chat.turns import Turns
from rag.web.chat.vote_block import WORDS, vote_block
from rag.web.desk import Desk
from rag.web.markup import Turn, esc
from rag.web.wording import Language

Line = Annotated[str, StringConstraints(max_length=MOST_WORDS)]


class Voted(BaseModel):
    """What the page sends when a thumb or the form below it was used; without a verdict it is withdrawn."""

    model_config = ConfigDict(strict=True, extra="forbid")

    turn: Line
    lang: Language
    verdict: Verdict | None
    reason: Reason | None = None
    note: Line = ""
    right: Line = ""


def routes(desk: Desk, known: Turns) -> APIRouter:
    """Return the routes under `/chat/` that are about one turn; each answers with a piece of markup."""
    router = APIRouter(prefix="/chat", default_response_class=HTMLResponse)

    @router.get("/how")
    def how(turn: str = "", lang: str = "en") -> HTMLResponse:
        language: Language = "vi" if lang == "vi" else "en"
        found = known.find(turn)
        if found is None or found.path is None:
            return HTMLResponse(path.lost(language), 404)
        return HTMLResponse(path.path_page(found.path, language))

    @router.post("/vote")
    def vote(given: Voted) -> HTMLResponse:
        words, turn = WORDS[given.lang], known.find(given.turn)
        if turn is None or turn.answer is None:
            return HTMLResponse(words["unknown"], 404)
        if desk.assistant is None:
            return HTMLResponse(words["not_yet"], 503)
        try:
            voted = _keep(Feedback(desk.assistant.library.folder), turn, given)
        except (LibraryError, RagError, OSError) as error:
            return HTMLResponse(esc(failures.said(str(error), given.lang)), 503)
        known.keep(voted)
        return HTMLResponse(vote_block(voted))

    return router


def _keep(feedback: Feedback, turn: Turn, given: Voted) -> Turn:
    """Return the turn with the vote that was given, and keep it; or without one, and forget it."""
    if given.verdict is None or turn.answer is None:
        feedback.withdraw(turn.key)
        return replace(turn, vote=None)
    down = given.verdict == "down"
    vote = Vote(
        turn.key,
        now(),
        given.verdict,
        turn.answer,
        reason=given.reason if down else None,
        note=one_line(given.note) if down else "",
        right=one_line(given.right) if down else "",
        after=turn.after,
        looked_at=turn.sources,
    )
    feedback.put(vote)
    return replace(turn, vote=vote)
