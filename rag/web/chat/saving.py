"""The buttons that save the conversation as a file of the browser's, or print it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from rag.web.chat import export
from rag.web.chat.page_words import PAGE

# Name of the file and what writes it, by the name of the format.
_FORMATS = {
    "markdown": ("conversation.md", export.markdown),
    "json": ("conversation.json", export.as_json),
}


def buttons() -> list[gr.Button]:
    """Put up the buttons that save, in order of `_FORMATS`, and after them the one that prints."""
    tool: dict[str, Any] = {"elem_classes": "tool", "size": "sm"}
    words = PAGE["en"]
    saving = [gr.Button(words[f"save_{name}"], elem_id=f"save-{name}", **tool) for name in _FORMATS]
    return [*saving, gr.Button(words["print"], elem_id="print", **tool)]


def on_click(buttons: Sequence[gr.Button], turns: gr.State, text: gr.Textbox) -> None:
    """Let the buttons do it: the text goes by way of a hidden field to the browser, which saves it."""
    *saving, printing = buttons
    for button, (name, write) in zip(saving, _FORMATS.values(), strict=True):
        written = button.click(write, turns, text, show_progress="hidden", api_visibility="private")
        written.then(None, text, js=f'(text) => window.ragSave(text, "{name}")', api_visibility="private")
    printing.click(None, js="() => window.print()", api_visibility="private")
