"""A conversation as plain text, Markdown and JSON."""

from __future__ import annotations

import dataclasses
import html
import json

import pytest
from fake_assistant import ABSTAINED, ANSWERED, EARLIER, TARGET, VIETNAMESE
from markdown_it import MarkdownIt

from rag.web.chat.export import as_json, markdown, plain
from rag.web.markup import Turn


def done(answer=ANSWERED, n=1) -> Turn:
    return Turn(n, answer.question, "done", answer=answer)


def test_a_copied_answer_is_whole_with_its_sources() -> None:
    assert plain(done()) == (
        f"{ANSWERED.question}\n\n{ANSWERED.answer}\n\n"
        f"[1] {TARGET.title}. Harbour Post · 17 December 2025 · English · demo-1.txt\n    “{TARGET.quote}”\n"
        f"[2] {EARLIER.title}. dated about January 2024 · Vietnamese · demo-2.txt\n    “{EARLIER.quote}”"
    )


def test_a_refusal_is_copied_without_sources_and_what_was_stopped_not_at_all() -> None:
    assert plain(done(ABSTAINED)) == f"{ABSTAINED.question}\n\n{ABSTAINED.answer}"
    assert plain(Turn(1, "What?", "stopped")) == ""


def test_markdown_says_all_of_it() -> None:
    page = MarkdownIt().render(markdown([done(), Turn(2, "And then?", "stopped"), done(ABSTAINED, 3)]))
    assert page.count("<h2>") == 3
    assert f"<blockquote>\n<p>{TARGET.quote}</p>\n</blockquote>" in page
    assert "<li>January 2024: 15 billion USD [2]</li>" in page
    assert "<em>Stopped</em>" in page
    assert ABSTAINED.answer in page


STRANGE = 'No article is of the outlet "<b>*Nobody*</b>".'


def test_what_was_said_of_an_unknown_outlet_is_in_every_form() -> None:
    turn = dataclasses.replace(done(ABSTAINED), strange=STRANGE)
    assert plain(turn) == f"{ABSTAINED.question}\n\n{STRANGE}\n\n{ABSTAINED.answer}"
    page = MarkdownIt().render(markdown([turn]))
    assert f"<p>{html.escape(STRANGE)}</p>" in page
    (told,) = json.loads(as_json([turn]))["turns"]
    assert told == {
        "question": turn.question,
        "state": "done",
        "note": STRANGE,
        "answer": json.loads(json.dumps(ABSTAINED.to_dict())),
    }
    assert "note" not in json.loads(as_json([done()]))["turns"][0]


def test_markdown_speaks_the_language_of_the_answer() -> None:
    assert "17/12/2025 · Tiếng Anh" in markdown([done(VIETNAMESE)])


@pytest.mark.parametrize(
    "text",
    [
        "![x](http://evil.example/a)",
        "[x](javascript:alert)",
        "[x][r] [r]: http://evil.example",
        "<img src=x>",
        "<http://evil.example>",
        "http://evil.example www.evil.example",
        "1. one",
        "12) one",
        "- one",
        "+ one",
        "# one",
        "> one",
        "=====",
        "***",
        "`code`",
        "*a* _b_ ~~c~~",
        "a | b",
        "&lt;b&gt;",
        "back\\slash\\*",
    ],
)
def test_texts_stay_texts_in_markdown(text: str) -> None:
    answer = dataclasses.replace(
        ANSWERED,
        question=text,
        answer=text,
        citations=(dataclasses.replace(TARGET, quote=text, title=text, outlet=text),),
        timeline=(),
    )
    source = markdown([done(answer)])
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(source)
    kinds = {one.type for one in tokens} | {part.type for one in tokens for part in one.children or ()}
    assert kinds <= {
        *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text"),
        *("blockquote_open", "blockquote_close", "strong_open", "strong_close", "text_special"),
    }
    said = ["".join(part.content for part in one.children or ()) for one in tokens if one.type == "inline"]
    assert said[0] == said[1] == said[-1] == text
    assert ("http://" in source, "www." in source) == (
        False,
        False,
    )  # some readers make links of bare addresses


def test_json_is_what_the_command_line_gives() -> None:
    found = json.loads(as_json([done(), Turn(2, "And then?", "stopped")]))
    assert found["turns"][0]["answer"] == json.loads(json.dumps(ANSWERED.to_dict()))
    assert found["turns"][1] == {"question": "And then?", "state": "stopped"}
