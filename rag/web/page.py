"""The chat page: a question goes to the desk, what happens comes back as markup.

Gradio carries the strings; the markup is made in `rag.web.render`, where everything foreign is escaped.
Import this file only after `rag.web.security.harden_environment()`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from index.text.lang import detect
from rag.answer import Done, Evidence, Token
from rag.asked import MAX_HISTORY, MAX_QUESTION, one_line
from rag.web import saving
from rag.web.desk import Desk, Failed, Pair, Run, RunEvent, Stopped, Waiting, Working
from rag.web.markup import Turn, esc
from rag.web.pages.shell import Page
from rag.web.render import conversation, progress, render_turn, status_text
from rag.web.shelf import EXAMPLES
from rag.web.wording import WORDS

STATIC = Path(__file__).parent / "static"
TITLE = "Ask the archive"
# At most this many questions are listened to at once; the desk lets one of them use the model.
MAX_LISTENERS = 20
# Fewer updates than tokens: the eye needs no more, and each one crosses the browser's JSON parser.
REPAINT_SECONDS = 0.12

_SCRIPTS = ("chat.js", "reader.js", "tools.js")  # a function each
_STYLES = ("chat.css", "tools.css")
# Gradio rewrites its style sheet so that what stands in @media applies inside the page's own column only.
_WHOLE_WINDOW = ("tokens.css", "masthead.css", "reader.css", "print.css")
_HEAD = '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">'

# The question goes out with the filters that are set beside it; see static/tools.js.
_FILTERED = "(question, turns) => [window.ragFiltered ? window.ragFiltered(question) : question, turns]"
FILTERS = """
<details id="filters"><summary>Filters · Bộ lọc<span id="filters-set"></span></summary><div class="fields">
<label>From · Từ ngày<input type="date" data-key="since"></label>
<label>Until · Đến ngày<input type="date" data-key="until"></label>
<label>Outlet · Báo<input type="text" data-key="outlet" list="outlets" maxlength="99"></label>
<label>Language · Ngôn ngữ<select data-key="lang"><option value="">any · tất cả</option>
<option value="en">English</option><option value="vi">Tiếng Việt</option></select></label>
<button type="button" id="filters-clear">Clear · Xóa</button><datalist id="outlets"></datalist>
</div></details>
"""

INTRO = """
<div class="intro">
<p>Type a question about the articles in your library, in English or Vietnamese. The passages that may
answer it appear first; then a small language model on this computer reads them and writes a short
answer. <strong>Every sentence is checked against the exact words it cites</strong>, and if nothing
supports an answer, you are told so. Nothing you type leaves this computer.</p>
<p lang="vi">Hãy đặt câu hỏi bằng tiếng Việt hoặc tiếng Anh. Mỗi câu trả lời đều kèm trích dẫn nguyên văn;
nếu các bài báo không nói đến, chương trình sẽ nói rõ như vậy.</p>
</div>
"""
_TRY = "Try one, about the demonstration articles · Câu hỏi thử"


def masthead(pages: Sequence[Page]) -> str:
    """Return the head of the page, with the way to the pages beside it."""
    links = "".join(
        f'<a href="{esc(path)}">{esc(names["en"])} · <span lang="vi">{esc(names["vi"])}</span></a>'
        for path, names in ((one.path, one.names) for one in pages)
    )
    nav = f'<nav aria-label="Pages · Các trang">{links}</nav>' if links else ""
    return (
        f'<header class="masthead"><div><h1>{TITLE}</h1><p lang="vi">Hỏi kho báo</p></div>{nav}'
        '<p id="readiness" role="status" data-state="starting">Getting the model ready…</p></header>'
    )


class Listeners:
    """Which browser session listens to which run, so that its stop button stops that one."""

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}

    def begin(self, session: str, run: Run) -> None:
        """Remember the run; one that the same session left behind is stopped."""
        self.stop(session)
        self._runs[session] = run

    def end(self, session: str, run: Run) -> None:
        """Forget the run and make sure that it ends."""
        run.stop()
        if self._runs.get(session) is run:
            del self._runs[session]

    def stop(self, session: str) -> None:
        """Stop the session's run, if there is one."""
        run = self._runs.get(session)
        if run is not None:
            run.stop()


def advance(turn: Turn, event: RunEvent) -> Turn:
    """Return the turn as it is after the event."""
    match event:
        case Evidence():
            return replace(turn, state="reading", sources=event.sources, seconds=event.seconds)
        case Token():
            return replace(turn, state="drafting", draft=turn.draft + event.text)
        case Done():
            return replace(turn, state="done", answer=event.answer)
        case Failed():
            text = WORDS[turn.language]["busy"] if event.busy else event.message
            return replace(turn, state="failed", problem=text)
        case Stopped():
            return replace(turn, state="stopped")
        case Waiting():
            return replace(
                turn,
                state="waiting" if event.before else "starting",
                before=event.before,
                seconds=event.seconds,
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


def checked_question(raw: object) -> tuple[str, str | None]:
    """Return the question as it will be asked, and what is wrong with it, or None."""
    question = one_line(raw if isinstance(raw, str) else "")
    words = WORDS[detect(question)]
    if not question:
        return "", words["empty"]
    if len(question) > MAX_QUESTION:
        return question[:200] + "…", words["long"].format(n=len(question), m=MAX_QUESTION)
    return question, None


def history_of(turns: Sequence[Turn]) -> tuple[Pair, ...]:
    """Return the questions and answers that a follow-up may refer to, oldest first."""
    pairs = [(turn.question, turn.answer.answer) for turn in turns if turn.answer is not None]
    return tuple(pairs[-MAX_HISTORY:])


def build(desk: Desk, examples: Sequence[str] = EXAMPLES, pages: Sequence[Page] = ()) -> gr.Blocks:
    """Return the page."""
    listeners = Listeners()
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        turns = gr.State([])
        gr.HTML(masthead(pages), js_on_load=None, apply_default_css=False)
        with gr.Column(elem_id="intro") as intro:
            gr.HTML(INTRO, js_on_load=None, apply_default_css=False)
            with gr.Column(elem_id="examples"):
                gr.HTML(f"<h2>{_TRY}</h2>", js_on_load=None, apply_default_css=False)
                chips = [gr.Button(text, elem_classes="chip", size="sm") for text in examples]
            gr.HTML('<section id="recent"></section>', js_on_load=None, apply_default_css=False)
        past = gr.HTML("", elem_id="past", js_on_load=None, apply_default_css=False)
        live = gr.HTML("", elem_id="live", js_on_load=None, apply_default_css=False)
        running = gr.HTML("", elem_id="running", js_on_load=None, apply_default_css=False)
        gr.HTML("", elem_id="status", js_on_load=None, apply_default_css=False)
        status = gr.HTML(
            "",
            elem_id="announcer",
            html_template='<p role="status" aria-live="polite" class="sr-only">${value}</p>',
            js_on_load=None,
            apply_default_css=False,
        )
        with gr.Column(elem_id="foot"):
            with gr.Row(elem_id="tools"):
                gr.HTML(FILTERS, elem_id="filtering", js_on_load=None, apply_default_css=False)
                tools = saving.buttons()
                saved = gr.Textbox(visible="hidden", elem_id="saved")
            with gr.Row(elem_id="composer"):
                box = gr.Textbox(
                    label="Your question · Câu hỏi của bạn",
                    placeholder="English or tiếng Việt",
                    lines=1,
                    max_lines=5,
                    max_length=MAX_QUESTION,
                    autofocus=True,
                    elem_id="question",
                )
                ask = gr.Button("Ask", variant="primary", elem_id="ask")
                stop = gr.Button("Stop", variant="stop", elem_id="stop", visible=False)
        outputs = [past, live, running, status, box, ask, stop, intro, turns]
        handler = _handler(desk, listeners)
        gr.on([box.submit, ask.click], handler, [box, turns], outputs, js=_FILTERED, **_QUEUED)
        for chip in chips:
            chip.click(handler, [chip, turns], outputs, **_QUEUED)
        saving.on_click(tools, turns, saved)
        stop.click(
            _stopper(listeners),
            concurrency_id="stops",
            concurrency_limit=MAX_LISTENERS,
            show_progress="hidden",
            api_visibility="private",
        )
        page.unload(_stopper(listeners))
    page.queue(api_open=False, max_size=4 * MAX_LISTENERS, default_concurrency_limit=MAX_LISTENERS)
    return page


_QUEUED: dict[str, Any] = {
    "concurrency_id": "questions",
    "concurrency_limit": MAX_LISTENERS,
    "show_progress": "hidden",
    "trigger_mode": "once",
    "api_visibility": "private",
}


def _handler(desk: Desk, listeners: Listeners) -> Callable[..., Iterator[tuple[Any, ...]]]:
    def answer(raw: object, turns: list[Turn], request: gr.Request) -> Iterator[tuple[Any, ...]]:
        same = gr.skip()
        turns = turns if isinstance(turns, list) else []
        question, problem = checked_question(raw)
        turn = Turn(len(turns) + 1, question)
        hide, show = gr.update(visible=False), gr.update(visible=True)
        if problem is not None:
            if question:
                turn = replace(turn, state="failed", problem=problem)
            shown = render_turn(turn) if question else same
            yield (same, shown, same, problem, same, same, same, same, same)
            return
        past = conversation(turns)
        yield (past, render_turn(turn), "", status_text(turn), "", hide, show, hide, same)
        run = desk.ask(question, history_of(turns))
        session = str(request.session_hash)
        listeners.begin(session, run)
        try:
            for now in turns_of(run, turn):
                whole = not same_frame(turn, now)
                turn = now
                if whole:
                    yield (same, render_turn(turn), "", status_text(turn), same, same, same, same, same)
                else:
                    yield (same, same, progress(turn), same, same, same, same, same, same)
        finally:
            listeners.end(session, run)
        yield (same, same, same, same, same, show, hide, same, [*turns, turn])

    return answer


def same_frame(one: Turn, other: Turn) -> bool:
    """Return whether two states of a turn differ in nothing but what `progress` shows."""
    return replace(one, draft=other.draft, seconds=other.seconds) == other


def _stopper(listeners: Listeners) -> Callable[[gr.Request], None]:
    def stop(request: gr.Request) -> None:
        listeners.stop(str(request.session_hash))

    return stop


def _static(name: str) -> str:
    return (STATIC / name).read_text("utf-8").strip()


def looks() -> dict[str, Any]:
    """Return the theme, style sheet and script for `gr.mount_gradio_app`; fonts are the system's."""
    sans = ("system-ui", "Segoe UI", "Roboto", "Noto Sans", "DejaVu Sans", "sans-serif")
    return {
        "theme": gr.themes.Base(font=list(sans), font_mono=["ui-monospace", "monospace"]),
        "css": "".join(_static(name) for name in _STYLES),
        "js": "() => {" + "".join(f"({_static(name)})();" for name in _SCRIPTS) + "}",
        "head": f"{_HEAD}<style>{''.join(_static(name) for name in _WHOLE_WINDOW)}</style>",
    }
