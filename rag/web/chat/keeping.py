"""A conversation goes into the library's folder turn by turn, and comes back out of it onto the page."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from index.errors import LibraryError
from rag.errors import BadInput, RagError
from rag.feedback import Feedback, Vote
from rag.web import failures
from rag.web.chat.conversation_list import WORDS
from rag.web.chat.conversations import Conversations
from rag.web.chat.listeners import Listeners
from rag.web.chat.render import conversation
from rag.web.chat.turns import Turns
from rag.web.desk import Desk
from rag.web.markup import Turn, esc
from rag.web.pages.shell import language_of
from rag.web.waiting import say


def keep(desk: Desk, talk: str, turn: Turn) -> tuple[str, Turn]:
    """Keep a turn that was answered or stopped in the conversation `talk`, "" being a new one.

    Returns the conversation's id, "" if it is not kept, and the turn, which says so if it could not be.
    """
    if desk.assistant is None or turn.state == "failed":
        return talk, turn
    if turn.state != "done":  # the page has gone away in the middle
        turn = replace(turn, state="stopped")
    kept = Conversations(desk.assistant.library.folder)
    if not kept.keeping:
        return "", turn
    try:
        return kept.add(talk, turn), turn
    except (LibraryError, RagError, OSError) as error:
        why = failures.said(say(error), turn.language)
        return talk, replace(turn, problem=WORDS[turn.language]["unkept"].format(why=why))


def opener(desk: Desk, listeners: Listeners, known: Turns) -> Callable[..., tuple[Any, ...]]:
    """Return what shows a kept conversation, or an empty page for ""; the parts are those of `page.build`."""

    def open_(name: object, request: gr.Request) -> tuple[Any, ...]:
        listeners.stop(str(request.session_hash))
        turns: list[Turn] = []
        said = ""
        if isinstance(name, str) and name and desk.assistant is not None:
            try:
                turns = _turns(desk.assistant.library.folder, name)
                said = WORDS[turns[-1].language]["opened"] if turns else ""
            except (LibraryError, RagError, OSError) as error:
                name, said = "", esc(failures.said(say(error), language_of(request.request)))
        known.keep(*turns)
        return conversation(turns), "", "", said, gr.update(visible=not turns), turns, name if turns else ""

    return open_


def _turns(folder: Path, name: str) -> list[Turn]:
    """Return the turns of a conversation, each with the vote that there is on it."""
    votes: dict[str, Vote] = {}
    with suppress(BadInput):  # what is wrong with the votes is said to who votes
        votes = {vote.id: vote for vote in Feedback(folder).all()}
    return [replace(turn, vote=votes.get(turn.key)) for turn in Conversations(folder).get(name).turns]
