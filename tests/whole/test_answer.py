"""One answer of the real model, and all that can be seen of it and done with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from browser import ask, looked_at, needs_chromium, seen, seen_in, watch_turn
from test_chat_reader import in_sight

from whole.program import Program, answer_of, answered, rag

pytestmark = [pytest.mark.models, pytest.mark.browser, needs_chromium, seen_in("wide-light", "phone-dark")]

ASKED = "What was trade between Vietnam and Indonesia?"
TITLE = "Trade figure for 2024 confirmed as neighbours look to 2028"
FOUND = (
    "Trade between Indonesia and Vietnam in 2024 amounted to 16.7 billion USD, the figure that both "
    "governments now use in public."
)
EARLIER = "Trade between Vietnam and Indonesia probably came to about 16 billion USD in 2024"


@pytest.fixture(scope="module")
def told(browser: Any, program: Program, look: dict[str, Any]) -> Iterator[Any]:
    """The page with the question answered; who uses it leaves it like that."""
    with looked_at(browser, program, look, permissions=["clipboard-read", "clipboard-write"]) as page:
        watch_turn(page)
        ask(page, ASKED)
        answer_of(page)
        yield page


def focus(page: Any) -> str:
    return page.evaluate("document.activeElement.id")


def test_sources_come_first_then_the_draft_word_by_word_then_the_checked_answer(told: Any) -> None:
    forms = told.evaluate("window.seen")
    assert forms.index("turn reading|true|false") < forms.index("turn drafting|true|true")
    assert forms[-1] == "turn done|true|false"
    drafts = told.evaluate("window.drafts")
    assert len(drafts) > 1
    assert all(later.startswith(earlier) for earlier, later in pairwise(drafts))
    assert told.inner_text("#live .short") == "16.7 billion USD"


def test_a_card_tells_title_outlet_date_and_language_and_marks_what_decides(told: Any) -> None:
    first, second = (told.locator(f"#t1-s{n}") for n in (1, 2))
    for card, title, about, words, deciding in (
        (first, TITLE, ("Demonstration Wire", "22 December 2025"), FOUND, "16.7 billion USD"),
        (
            second,
            "Early estimate puts 2024 trade with Indonesia near 16 billion USD",
            ("Demonstration Business Daily", "18 February 2025"),
            EARLIER,
            "16 billion USD",
        ),
    ):
        assert card.locator(".title").inner_text() == title
        assert {*about, "English"} == set(card.locator(".meta span").all_inner_texts())
        assert card.locator("blockquote").inner_text().startswith(f"“{words}")
        assert card.locator("blockquote mark").all_inner_texts() == [deciding]


def test_a_mark_and_its_card_find_each_other_by_click_key_and_pointer(told: Any) -> None:
    told.click("#live .prose a.mark >> text=[2]")
    assert focus(told) == "t1-s2"
    told.wait_for_function("document.activeElement.getBoundingClientRect().top < innerHeight")
    told.locator("#t1-s2 a.back").focus()
    told.keyboard.press("Enter")
    assert focus(told) == "t1-m2"
    told.keyboard.press("Enter")
    assert focus(told) == "t1-s2"
    paired = "[...document.querySelectorAll('.paired')].map(e => e.id)"
    told.hover("#t1-m1")
    assert {"t1-m1", "t1-s1"} <= set(told.evaluate(paired))
    told.hover("#t1-s2 blockquote")
    assert {"t1-m2", "t1-s2"} <= set(told.evaluate(paired))
    assert "t1-s1" not in told.evaluate(paired)


def test_the_whole_article_opens_at_the_quotation(told: Any) -> None:
    told.click("#t1-r1")
    assert seen(told.locator("#reader mark.sought")).inner_text() == FOUND
    assert in_sight(told, "#reader mark.sought")
    assert told.inner_text("#reader-title") == TITLE
    text = told.inner_text("#reader .text[lang=en]")
    assert text.startswith("JAKARTA.")
    assert text.endswith("has been announced.")
    told.keyboard.press("Escape")
    told.locator("#reader").wait_for(state="hidden")
    assert focus(told) == "t1-r1"


def test_the_articles_own_words_stand_in_marks_and_the_programs_do_not(told: Any) -> None:
    assert told.locator("#live .prose q.own").all_inner_texts() == [FOUND]
    looks = "one => getComputedStyle(one).textDecorationStyle"
    assert told.locator("#live .prose q.own").evaluate(looks) == "dotted"
    other = told.locator("#live .prose p", has_text="Earlier figure: about 16 billion USD")
    assert other.evaluate(looks) == "solid"  # of no line at all


def test_values_that_disagree_stand_on_a_line_of_dates_with_their_sources(told: Any) -> None:
    line = told.get_by_role("region", name="Over time")
    entries = [one.inner_text().split("\n") for one in line.get_by_role("listitem").all()]
    assert entries == [
        ["18 February 2025", "about 16 billion USD [2]"],
        ["22 December 2025", "16.7 billion USD [1]"],
    ]
    line.get_by_role("link", name="Source 2").click()
    assert focus(told) == "t1-s2"


def test_how_it_was_answered_tells_the_path(told: Any) -> None:
    how = told.locator("#live details.how")
    how.locator("summary").click()
    seen(how.get_by_role("heading", name="What was understood"))
    path = how.inner_text()
    assert "16.7 billion USD" in path[path.index("What the model took from each") :]
    assert FOUND in path
    assert re.search(r"Few words need 0\.\d\d", path)
    how.locator("summary").click()
    how.get_by_role("heading", name="Evidence").wait_for(state="hidden")


def test_it_is_copied_with_its_sources(told: Any) -> None:
    told.get_by_role("button", name="Copy with sources").click()
    seen(told.locator("#live [data-act=copy][data-copied]"))
    copied = told.evaluate("navigator.clipboard.readText()")
    for words in (ASKED, FOUND, EARLIER, f"[1] {TITLE}. Demonstration Wire · 22 December 2025 · English"):
        assert words in copied


def test_the_conversation_is_saved_and_each_quotation_stands_in_its_file(told: Any, program: Program) -> None:
    saved = {}
    for name in ("Markdown", "JSON"):
        with told.expect_download() as download:
            told.get_by_role("button", name=f"Save {name}").click()
        saved[name] = Path(download.value.path()).read_text("utf-8")
    assert saved["Markdown"].startswith(f"## {ASKED}\n")
    assert f"> {FOUND}" in saved["Markdown"]
    (turn,) = json.loads(saved["JSON"])["turns"]
    assert turn["question"] == ASKED
    assert len(turn["answer"]["citations"]) == 2
    for one in turn["answer"]["citations"]:
        assert one["quote"] in (program.articles / one["file"]).read_text("utf-8")


def test_it_is_printed_without_what_can_be_pressed(told: Any) -> None:
    told.evaluate("window.print = () => { window.printed = true; }")
    told.get_by_role("button", name="Print").click()
    told.wait_for_function("window.printed")
    told.emulate_media(media="print")
    for hidden in ("#foot", "#live .actions", "#t1-r1", "#live .vote"):
        assert not told.locator(hidden).is_visible(), hidden
    assert told.locator("#t1-s1 blockquote").is_visible()
    told.emulate_media(media="screen")


def test_a_thumb_with_its_reason_is_kept_and_becomes_a_suite(
    told: Any, page: Any, program: Program, tmp_path: Path
) -> None:
    vote = told.get_by_role("group", name="Is this answer right?")
    vote.get_by_role("button", name="Not right").click()
    seen(vote.get_by_label("Something is missing")).check()
    vote.get_by_label("In a few words").fill("the estimate comes first")
    vote.get_by_label("The right answer, in the words of an article").fill("16.7 billion USD")
    with told.expect_response("**/chat/vote"):
        vote.get_by_role("button", name="Keep").click()
    (kept,) = json.loads(rag(program.home, "feedback", "list", "--json"))["votes"]
    assert (kept["verdict"], kept["reason"], kept["right"]) == ("down", "incomplete", "16.7 billion USD")
    votes = tmp_path / "votes.jsonl"
    rag(program.home, "feedback", "export", votes)
    page.goto(f"{program.url}/evaluation")
    page.set_input_files("#import [type=file]", votes)
    page.click("#import button")
    seen(page.get_by_text(re.compile(r"^Imported: votes(-\d+)?, 1 question, \d+ articles?\.")))
    with told.expect_response("**/chat/vote"):
        vote.get_by_role("button", name="Not right").click()  # withdrawn


def test_a_kept_conversation_goes_on_with_a_follow_up_and_is_renamed_and_deleted(
    told: Any, page: Any, program: Program
) -> None:
    page.get_by_role("button", name="Conversations").click()
    talks = page.get_by_role("dialog", name="Conversations")
    page.get_by_label("Find by title").fill("trade indonesia")
    talks.get_by_role("button", name=f"{ASKED} 1 question").first.click()
    seen(page.get_by_role("article", name=ASKED))
    turn = answered(page, "And with Japan?")
    assert "almost 29 billion USD" in turn.inner_text()
    turn.locator("details.how summary").click()
    read_as = turn.locator("details.how dl div").filter(has_text="Read as")
    assert "What was trade between Vietnam and Japan?" in seen(read_as).inner_text()
    page.get_by_role("button", name="Conversations").click()
    row = talks.get_by_role("listitem").filter(has_text="2 questions")
    row.get_by_role("button", name="Rename").click()
    row.get_by_label("New title").fill("Trade: Indonesia, Japan")
    row.get_by_role("button", name="Save").click()
    row = talks.get_by_role("listitem").filter(has_text="Trade: Indonesia, Japan")
    seen(row.get_by_role("button", name="Delete: Trade: Indonesia, Japan")).click()
    row.get_by_role("button", name="Delete", exact=True).click()
    row.wait_for(state="detached")
    kept = [one.read_text("utf-8") for one in program.library.rglob("conversations/*.json")]
    assert not [one for one in kept if "Trade: Indonesia, Japan" in one]
