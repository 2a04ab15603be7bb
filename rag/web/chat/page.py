"""The chat page: a question goes to the desk, what happens comes back as markup.

Gradio carries the strings; the markup is made in `rag.web.chat.render`, where everything foreign is escaped.
Import this file only after `rag.web.security.harden_environment()`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from rag.asked import MAX_QUESTION
from rag.web.chat import saving
from rag.web.chat.asking import asker
from rag.web.chat.keeping import opener
from rag.web.chat.listeners import Listeners, stopper
from rag.web.chat.page_words import DRAWN, PAGE, both, said
from rag.web.chat.turns import Turns
from rag.web.desk import Desk
from rag.web.markup import esc
from rag.web.pages.shell import Page
from rag.web.pages.wording import WORDS as FRAME
from rag.web.shelf import EXAMPLES

STATIC = Path(__file__).parents[1] / "static"
WORDS = PAGE["en"]  # what is served; static/speak.js knows the others
# At most this many questions are listened to at once; the desk lets one of them use the model.
MAX_LISTENERS = 20

# Each script is a function; the one that chooses the language runs before the page is drawn.
_SPEAK = "speak.js"
_SCRIPTS = ("chat.js", "reader.js", "tools.js", "models.js", "how.js", "votes.js", "conversations.js")
_STYLES = ("chat.css", "answer.css", "cards.css", "tools.css", "how.css", "votes.css")
# Gradio rewrites its style sheet so that what stands in @media applies inside the page's own column only.
_WHOLE_WINDOW = (
    "tokens.css",
    "masthead.css",
    "narrow.css",
    "panes.css",
    "reader.css",
    "conversations.css",
    "print.css",
)
_HEAD = '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">'

# The question goes out with the filters that are set beside it; see static/tools.js.
_FILTERED = "(question, ...rest) => [window.ragFiltered ? window.ragFiltered(question) : question, ...rest]"
TALKS = said("talks", "button", 'type="button" id="talks-open" aria-haspopup="dialog"')
FILTERS = f"""
<details id="filters"><summary>{said("filters")}<span id="filters-set"></span></summary><div class="fields">
<label>{said("since")}<input type="date" data-key="since"></label>
<label>{said("until")}<input type="date" data-key="until"></label>
<label>{said("outlet")}<input type="text" data-key="outlet" list="outlets" maxlength="99"></label>
<label>{said("language")}<select data-key="lang">{said("any", "option", 'value=""')}
{said("en", "option", 'value="en"')}{said("vi", "option", 'value="vi"')}</select></label>
<label>{said("care")}<select data-key="care">{said("usual", "option", 'value=""')}
{said("careful", "option", 'value="careful"')}{said("fast", "option", 'value="fast"')}</select></label>
<label id="model-choice" hidden>{said("model")}<select id="model"></select></label>
{said("clear", "button", 'type="button" id="filters-clear"')}<datalist id="outlets"></datalist>
</div><p id="model-said" role="status"></p></details>
"""
INTRO = f"""
<div class="intro"><p>{said("intro")} {said("intro_checked", "strong")}{said("intro_private")}</p></div>
"""
# Each language is called by its own name; the one that is spoken is not offered.
_SWITCH = (
    '<a class="switch" href="/?ui=vi" lang="vi" hreflang="vi">Tiếng Việt</a>'
    '<a class="switch" href="/?ui=en" lang="en" hreflang="en">English</a>'
)


def masthead(pages: Sequence[Page]) -> str:
    """Return the head of the page, with the way to the pages beside it."""
    here = both({one: words["chat"] for one, words in FRAME.items()}, "a", 'href="/" aria-current="page"')
    links = "".join(both(one.names, "a", f'href="{esc(one.path)}"') for one in pages)
    readiness = said("starting", "p", 'id="readiness" role="status" data-state="starting"')
    name = said("pages", "span", 'id="pages-name" hidden')
    return (
        f'<header class="masthead">{said("title", "h1")}{readiness}{name}'
        f'<nav aria-labelledby="pages-name">{here}{links}{_SWITCH}</nav></header>'
    )


def build(
    desk: Desk, known: Turns, examples: Sequence[str] = EXAMPLES, pages: Sequence[Page] = ()
) -> gr.Blocks:
    """Return the page, with the way to the `pages` beside it; what it answers is kept among `known` turns."""
    listeners = Listeners()
    with gr.Blocks(title=WORDS["title"], analytics_enabled=False, fill_width=True) as page:
        turns, talk = gr.State([]), gr.State("")
        gr.HTML(masthead(pages), js_on_load=None, apply_default_css=False)
        with gr.Column(elem_id="intro") as intro:
            gr.HTML(INTRO, js_on_load=None, apply_default_css=False)
            gr.HTML('<section id="last"></section>', js_on_load=None, apply_default_css=False)
            with gr.Column(elem_id="examples"):
                gr.HTML(said("try", "h2"), js_on_load=None, apply_default_css=False)
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
                gr.HTML(TALKS, js_on_load=None, apply_default_css=False)
                gr.HTML(FILTERS, elem_id="filtering", js_on_load=None, apply_default_css=False)
                tools = saving.buttons()
                saved = gr.Textbox(visible="hidden", elem_id="saved")
            with gr.Row(elem_id="composer"):
                box = gr.Textbox(
                    label=WORDS["question"],
                    placeholder=WORDS["hint"],
                    lines=1,
                    max_lines=5,
                    max_length=MAX_QUESTION,
                    autofocus=True,
                    elem_id="question",
                )
                ask = gr.Button(WORDS["ask"], variant="primary", elem_id="ask")
                stop = gr.Button(WORDS["stop"], variant="stop", elem_id="stop", visible=False)
        outputs = [past, live, running, status, box, ask, stop, intro, turns, talk]
        handler = asker(desk, listeners, known)
        gr.on([box.submit, ask.click], handler, [box, turns, talk], outputs, js=_FILTERED, **_QUEUED)
        for chip in chips:
            chip.click(handler, [chip, turns, talk], outputs, **_QUEUED)
        chosen = gr.Textbox(visible="hidden")
        gr.Button(visible="hidden", elem_id="open-talk").click(
            opener(desk, listeners, known),
            chosen,
            [past, live, running, status, intro, turns, talk],
            js='() => [window.ragChosen ?? ""]',
            concurrency_id="stops",
            show_progress="hidden",
            api_visibility="private",
        )
        saving.on_click(tools, turns, saved)
        stop.click(
            stopper(listeners),
            concurrency_id="stops",
            concurrency_limit=MAX_LISTENERS,
            show_progress="hidden",
            api_visibility="private",
        )
        page.unload(stopper(listeners))
    page.queue(api_open=False, max_size=4 * MAX_LISTENERS, default_concurrency_limit=MAX_LISTENERS)
    return page


_QUEUED: dict[str, Any] = {
    "concurrency_id": "questions",
    "concurrency_limit": MAX_LISTENERS,
    "show_progress": "hidden",
    "trigger_mode": "once",
    "api_visibility": "private",
}


def _static(name: str) -> str:
    return (STATIC / name).read_text("utf-8").strip()


def looks() -> dict[str, Any]:
    """Return the theme, style sheet and script for `gr.mount_gradio_app`; fonts are the system's."""
    speak = f"({_static(_SPEAK)})({json.dumps(PAGE)}, {json.dumps(DRAWN)});"
    styles = "".join(_static(name) for name in _WHOLE_WINDOW)
    sans = ("system-ui", "Segoe UI", "Roboto", "Noto Sans", "DejaVu Sans", "sans-serif")
    return {
        "theme": gr.themes.Base(font=list(sans), font_mono=["ui-monospace", "monospace"]),
        "css": "".join(_static(name) for name in _STYLES),
        "js": "() => {" + "".join(f"({_static(name)})();" for name in _SCRIPTS) + "}",
        "head": f"{_HEAD}<script>{speak}</script><style>{styles}</style>",
    }
