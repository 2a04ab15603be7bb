"""Asking the real model: suggestions, filters and care, refusals, the line, Vietnamese."""

from __future__ import annotations

import time
from typing import Any

import pytest
from browser import FOR_AN_ANSWER, ask, looked_at, needs_chromium, seen, seen_in

from whole.program import Program, answer_of, answered

pytestmark = [pytest.mark.models, pytest.mark.browser, needs_chromium]

in_both = seen_in("wide-light", "phone-dark")


@in_both
def test_questions_made_of_the_articles_are_offered_and_answered_from_where_they_come(page: Any) -> None:
    chips = page.locator("#recent .chip")
    seen(chips.first)
    assert chips.all_inner_texts() == [  # the reader's language first
        "What was trade between Indonesia and Vietnam in 2024?",
        "Who is Ta Duc Minh?",
        "Vũ Duy là ai?",
    ]
    chips.first.click()
    turn = answer_of(page)
    assert turn.get_attribute("data-question") == "What was trade between Indonesia and Vietnam in 2024?"
    assert "16.7 billion USD" in turn.inner_text()
    assert "Trade figure for 2024 confirmed" in turn.locator("#t1-s1").inner_text()


@in_both
def test_filters_and_care_are_kept_to_and_all_cited_places_of_an_article_are_marked(page: Any) -> None:
    page.get_by_text("Filters").click()
    page.get_by_label("Language").select_option("vi")
    page.get_by_label("Outlet").fill("Báo Minh họa Kinh tế")
    page.get_by_label("From").fill("2025-06-01")
    page.get_by_label("Answers").select_option("careful")
    registered = "How much new Japanese capital was registered in the first eight months of 2025?"
    asked = f"How many projects do Japanese firms have in Vietnam? {registered}"
    turn = answered(page, asked)
    only = "Only: from 1 June 2025 · Báo Minh họa Kinh tế · Vietnamese"
    assert turn.locator(".only").inner_text() == f"{only} · only if it is sure"
    assert "877,9" in turn.inner_text()
    assert "The articles do not answer this part" in turn.inner_text()
    page.get_by_label("Answers").select_option(index=0)  # as usual: then both parts are sure enough
    ask(page, asked)
    turn = seen(page.locator("#live .turn.done[data-turn='2']"), FOR_AN_ANSWER)
    assert turn.locator(".only").inner_text() == only
    sources = turn.locator(".card .meta").all_text_contents()
    assert len(sources) > 1
    assert all("Báo Minh họa Kinh tế" in one and "23 September 2025" in one for one in sources)
    turn.locator("#t2-r1").click()
    article = seen(page.get_by_role("dialog", name="Nhật Bản giữ 5.608 dự án đầu tư tại Việt Nam"))
    text = article.locator(".text[lang=vi]")
    assert "5.608 dự án" in text.locator("mark.sought").first.inner_text()
    assert "877,9 triệu USD" in text.locator("mark[data-n='2']:not(.sought)").inner_text()


@in_both
def test_a_refusal_tells_why_and_opens_the_nearest_articles_here_of_a_quick_answer(page: Any) -> None:
    page.get_by_text("Filters").click()
    page.get_by_label("Answers").select_option("fast")
    turn = answered(page, "Who won the football World Cup in 2022?")
    assert turn.locator(".only").inner_text() == "quick answer"
    seen(turn.get_by_text("No answer in these articles"))
    seen(turn.get_by_text("Nothing in the library seems to be about this."))
    nearest = turn.get_by_role("region", name="Nearest articles").get_by_role("button").first
    title = nearest.locator(".title").inner_text()
    nearest.click()
    seen(page.get_by_role("dialog", name=title))


@in_both
def test_who_stops_lets_the_next_in_line_have_the_model_and_edits_and_asks_again(
    browser: Any, program: Program, page: Any, look: dict[str, Any]
) -> None:
    long = "By how much did trade between Vietnam and Indonesia grow from 2020 to 2024?"
    with looked_at(browser, program, look) as other:
        ask(page, long)
        seen(page.locator("#live .turn.drafting"), FOR_AN_ANSWER)
        ask(other, "How many projects does Indonesia have in Vietnam?")
        seen(other.locator("#live .turn.waiting .card").first)
        assert "1 before you" in other.inner_text("#live .busy")
        pressed = time.monotonic()
        page.get_by_role("button", name="Stop").click()
        seen(page.locator("#live .turn.stopped"))
        assert time.monotonic() - pressed < 2
        assert "You stopped this answer." in page.inner_text("#live .notice")
        assert page.locator("#live .card").count() > 0
        assert answer_of(other).locator(".short").inner_text() == "119 projects"
        other.get_by_role("button", name="Ask again").click()
        other.wait_for_selector("#live .turn.done[data-turn='2']", timeout=1000 * FOR_AN_ANSWER)
        assert other.locator(".turn .short").all_inner_texts() == ["119 projects"] * 2
    page.get_by_role("button", name="Edit the question").click()
    assert page.get_by_label("Your question").input_value() == long


@seen_in("wide-dark", "phone-light")
def test_in_vietnamese_from_the_question_to_every_page(
    browser: Any, program: Program, look: dict[str, Any]
) -> None:
    with looked_at(browser, program, look, locale="vi-VN") as page:
        turn = answered(page, "Bao nhiêu người có việc làm nhờ các khu VSIP?")
        # "300.000 người" or "hơn 300.000": the last bits of a processor's sums decide which.
        assert "300.000" in turn.locator(".short").inner_text()
        card = turn.get_by_role("region", name="Nguồn").locator("#t1-s1")
        assert set(card.locator(".meta span").all_inner_texts()) == {
            "Báo Minh họa Kinh tế",
            "7/3/2025",
            "Tiếng Việt",
        }
        assert "300.000" in card.locator("mark").inner_text()
        for words in ("Chép kèm nguồn", "Sửa câu hỏi", "Hỏi lại", "Chưa đúng", "Câu trả lời này có từ đâu"):
            seen(turn.get_by_text(words))
        assert page.locator("html").get_attribute("lang") == "vi"
        seen(page.get_by_role("button", name="Hỏi", exact=True))
        for link, heading in (("Thư viện", "Thư viện"), ("Đánh giá", "Đánh giá")):
            page.get_by_role("link", name=link).click()
            seen(page.get_by_role("heading", name=heading, exact=True, level=1))
            assert page.locator("html").get_attribute("lang") == "vi"
