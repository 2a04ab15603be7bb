"""A question on its way from the box to the page: checked, asked, and its turn drawn after each event."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import gradio as gr

from index.errors import BadFilter
from index.text.lang import detect
from rag.answer import Done, Evidence, Token
from rag.asked import MAX_HISTORY, MAX_QUESTION, one_line
from rag.care import written
from rag.showing.explain import explain
from rag.showing.listing import strange_outlet
from rag.web import failures
from rag.web.answerer import Pair
from rag.web.chat.keeping import keep
from rag.web.chat.listeners import Listeners
from rag.web.chat.render import conversation, progress, render_turn, status_text
from rag.web.chat.turns import Turns, new_key
from rag.web.desk import Desk, Run
from rag.web.markup import Turn
from rag.web.pages.shell import language_of
from rag.web.waiting import Failed, RunEvent, Stopped, Waiting, Working
from rag.web.wording import WORDS, Language

# Fewer updates than tokens: the eye needs no more, and each one crosses the browser's JSON parser.
REPAINT_SECONDS = 0.12


def advance(turn: Turn, event: RunEvent) -> Turn:
    """Return the turn as it is after the event."""
    match event:
        case Evidence():
            turn = replace(turn, sources=event.sources, seconds=event.seconds)
            return turn if turn.state in ("waiting", "starting") else replace(turn, state="reading")
        case Token():
            return replace(turn, state="drafting", draft=turn.draft + event.text)
        case Done():
            path = explain(event.trace) if event.trace else None
            return replace(turn, state="done", answer=event.answer, path=path)
        case Failed():
            busy = WORDS[turn.language]["busy"]
            text = busy if event.busy else failures.said(event.message, turn.language)
            return replace(turn, state="failed", problem=text)
        case Stopped():
            return replace(turn, state="stopped")
        case Waiting():
            return replace(
                turn,
                state="waiting" if event.before else "starting",
                before=event.before,
                seconds=event.seconds,
                loading=event.loading,
            )
        case Working():
            begun = turn.state in ("waiting", "starting")
            return replace(turn, state="searching" if begun else turn.state, seconds=event.seconds)


def turns_of(run: Run, turn: Turn) -> Iterator[Turn]:
    """Yield the turn after each event, tokens gathered so that the page is not repainted for each."""
    painted = 0.0
    for event in run.events():
        turn = advance(turn, event)
        if isinstance(event, Token) and time.monotonic() - painted < REPAINT_SECONDS:
            continue
        yield turn
        painted = time.monotonic()


def checked_question(raw: object, reader: Language = "en") -> tuple[str, str | None]:
    """Return the question as it will be asked, and what is wrong with it, or None.

    That is said in the language of the question; if there is none, of the reader.
    """
    question = one_line(raw if isinstance(raw, str) else "")
    if not question:
        return "", WORDS[reader]["empty"]
    words = WORDS[detect(question)]
    if len(question) > MAX_QUESTION:
        return question[:200] + "…", words["long"].format(n=len(question), m=MAX_QUESTION)
    return question, None


def history_of(turns: Sequence[Turn]) -> tuple[Pair, ...]:
    """Return the questions and answers that a follow-up may refer to, oldest first."""
    pairs = [(turn.question, turn.answer.answer) for turn in turns if turn.answer is not None]
    return tuple(pairs[-MAX_HISTORY:])


def asker(desk: Desk, listeners: Listeners, known: Turns) -> Callable[..., Iterator[tuple[Any, ...]]]:
    """Return what answers a question and yields the parts that change, in the order of `page.build`."""

    def answer(
        raw: object, turns: list[Turn], talk: object, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        same = gr.skip()
        turns = turns if isinstance(turns, list) else []
        question, problem = checked_question(raw, language_of(request.request))
        history = history_of(turns)
        after, said = tuple(asked for asked, _ in history), tuple(answer for _, answer in history)
        turn = Turn(len(turns) + 1, question, key=new_key(), after=after, said=said)
        hide, show = gr.update(visible=False), gr.update(visible=True)
        if problem is not None:
            if question:
                turn = replace(turn, state="failed", problem=problem)
            shown = render_turn(turn) if question else same
            yield (same, shown, same, problem, *[same] * 6)
            return
        turn = replace(turn, strange=strange(desk, turn))
        past = conversation(known.latest(turns))
        yield (past, render_turn(turn), "", status_text(turn), "", hide, show, hide, same, same)
        run = desk.ask(question, history)
        session = str(request.session_hash)
        listeners.begin(session, run)
        try:
            for now in turns_of(run, turn):
                whole = not same_frame(turn, now)
                turn = _finished(desk, now) if now.state == "done" else now
                if whole:
                    known.keep(turn)
                    yield (same, render_turn(turn), "", status_text(turn), *[same] * 6)
                else:
                    yield (same, same, progress(turn), *[same] * 7)
        finally:
            listeners.end(session, run)  # and if the page has gone away, what it has seen is kept
            talk, turn = keep(desk, talk if isinstance(talk, str) else "", turn)
        known.keep(turn)
        shown = render_turn(turn) if turn.problem else same
        yield (same, shown, same, same, same, show, hide, same, [*turns, turn], talk)

    return answer


def _finished(desk: Desk, turn: Turn) -> Turn:
    if desk.assistant is None:
        return turn
    return replace(turn, counts=desk.assistant.library.counts(), strange=strange(desk, turn))


def strange(desk: Desk, turn: Turn) -> str:
    """Return what to say of a question that is kept to an outlet that no article is of, else ""."""
    if desk.assistant is None:  # looked at again when it has been answered
        return ""
    with suppress(BadFilter):  # the answer says what is wrong with it
        asked, _ = written(turn.question)
        return strange_outlet(desk.assistant.library, asked, lang=turn.language) or ""
    return ""


def same_frame(one: Turn, other: Turn) -> bool:
    """Return whether two states of a turn differ in nothing but what `progress` shows."""
    return replace(one, draft=other.draft, seconds=other.seconds) == other
