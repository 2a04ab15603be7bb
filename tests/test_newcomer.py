"""Eleven things that people come for, done by what they read on the page, with the real models.

Nothing here knows an id or a class: what the visible labels do not lead to counts as not there. They are
done wide and on a phone, one in light and one in dark, and the page they end on is looked at in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import (
    FOR_AN_ANSWER,
    FOR_AN_EVALUATION,
    LOOKS,
    Served,
    chromium,
    looked_at,
    needs_chromium,
    seen,
    seen_in,
    serving,
)
from llm_support import LARGE, gguf

from index import Library
from index.paths import models_dir
from rag import opening
from rag.assistant import Assistant
from rag.config import Config
from rag.errors import RagError
from rag.llm.llama import LlamaProcess

pytestmark = [pytest.mark.models, pytest.mark.browser, needs_chromium]

CORPUS = Path(__file__).parents[1] / "eval" / "corpus"
WHO = "Who criticised climate clauses in trade agreements?"
WHO_TITLE = "Vietnam and Japan look for new ground as trade keeps growing"
WHO_WORDS = "climate clauses in trade agreements seldom bind anyone"


@pytest.fixture(scope="module")
def look(request: pytest.FixtureRequest) -> dict[str, Any]:
    return LOOKS[request.param]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home of its own, with the models of the real one: what is made here is nobody's."""
    models, folder = models_dir(), tmp_path_factory.mktemp("newcomer")
    (folder / "models").symlink_to(models)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAG_HOME", str(folder))
        yield folder


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[Served]:
    model = gguf(LARGE)
    try:
        embedder = opening.embedder(Config.load())
    except RagError as error:
        pytest.skip(f"no embedding model: {error}")
    library = Library.open(home / "library", embedder)
    library.add([CORPUS])
    with Assistant(library, LlamaProcess(model, LARGE)) as assistant:
        assistant.warm()
        behind: Any = assistant
        with serving(behind) as one:
            yield one


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


@pytest.fixture
def page(browser: Any, served: Served, look: dict[str, Any]) -> Iterator[Any]:
    with looked_at(browser, served, look) as one:
        yield one


@pytest.fixture(scope="module")
def answered(browser: Any, served: Served, look: dict[str, Any]) -> Iterator[Any]:
    """The page with one question answered; who uses it leaves it like that."""
    with looked_at(browser, served, look, accept_downloads=True) as one:
        ask(one, WHO)
        yield one


def ask(page: Any, question: str) -> Any:
    """Type the question and press the button; return its turn once it is answered."""
    page.get_by_label(re.compile("Your question|Câu hỏi của bạn")).fill(question)
    page.get_by_role("button", name=re.compile("^(Ask|Hỏi)$")).click()
    turn = page.get_by_role("article", name=question, exact=True)
    seen(turn.get_by_role("button", name=re.compile("^(Ask again|Hỏi lại)$")), FOR_AN_ANSWER)
    return turn


def to_library(page: Any) -> None:
    page.get_by_role("link", name="Library").click()
    seen(page.get_by_role("heading", name="Articles", exact=True))


def row(page: Any, title: str) -> Any:
    """Return the line of an article in the list of the library page."""
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=title, exact=True))


@seen_in("wide-light", "phone-dark")
def test_1_who_said_it_and_when(answered: Any) -> None:
    turn = answered.get_by_role("article", name=WHO)
    assert "Vu Duy" in turn.inner_text()
    sources = turn.get_by_role("region", name="Sources")
    for words in (WHO_TITLE, "Demonstration Business Daily", "22 September 2025", WHO_WORDS):
        seen(sources.get_by_text(words).first)


@seen_in("wide-light", "phone-dark")
def test_2_the_article_opens_at_the_quotation(answered: Any) -> None:
    turn = answered.get_by_role("article", name=WHO)
    turn.get_by_role("button", name=f"Read in the article: {WHO_TITLE}").first.click()
    article = seen(answered.get_by_role("dialog", name=WHO_TITLE))
    marked = seen(article.get_by_role("mark").first)
    assert WHO_WORDS in marked.inner_text()
    top = marked.bounding_box()["y"]
    assert 0 <= top < answered.viewport_size["height"]
    assert "Ambassador Pham Quang Hieu" in article.inner_text()  # all of it is there, not the passage alone
    article.get_by_role("button", name="Close").click()
    article.wait_for(state="hidden")


@seen_in("wide-dark", "phone-light")
def test_3_how_a_figure_changed(page: Any) -> None:
    turn = ask(page, "What was trade between Vietnam and Indonesia?")
    over_time = seen(turn.get_by_role("region", name="Over time"))
    told = [one.inner_text() for one in over_time.get_by_role("listitem").all()]
    assert "18 February 2025" in told[0]
    assert "16 billion USD" in told[0]
    assert "18 February" not in told[-1]  # March or December: two articles tell of it
    assert "16.7 billion USD" in told[-1]
    over_time.get_by_role("link", name="Source 2: Early estimate").click()
    seen(turn.get_by_role("region", name="Sources").get_by_text("Early estimate").first)


@seen_in("wide-dark", "phone-light")
def test_4_a_vietnamese_question_about_an_english_article(
    browser: Any, served: Served, look: dict[str, Any]
) -> None:
    with looked_at(browser, served, look, locale="vi-VN") as page:
        turn = ask(page, "Đường bay thẳng đến Denpasar khởi hành từ thành phố nào?")
        assert "Ho Chi Minh City" in turn.inner_text()
        sources = turn.get_by_role("region", name="Nguồn")
        seen(sources.get_by_text("Tiếng Anh").first)
        seen(sources.get_by_text("a direct route between Ho Chi Minh City and Denpasar").first)
        turn.get_by_role("button", name="Đọc trong bài báo").first.click()
        seen(page.get_by_role("dialog", name="Trade figure for 2024 confirmed"))


@seen_in("wide-dark", "phone-light")
def test_5_why_nothing_was_found(page: Any) -> None:
    turn = ask(page, "Who won the football World Cup in 2022?")
    seen(turn.get_by_text("No answer in these articles"))
    seen(turn.get_by_text("Nothing in the library seems to be about this."))
    nearest = seen(turn.get_by_role("region", name="Nearest articles")).get_by_role("button").first
    title = nearest.inner_text().splitlines()[0].strip()
    nearest.click()
    assert seen(page.get_by_role("dialog").get_by_role("heading").first).inner_text() in title


@seen_in("wide-light", "phone-dark")
def test_6_how_an_answer_came_about(answered: Any) -> None:
    turn = answered.get_by_role("article", name=WHO)
    turn.get_by_text("How this was answered").click()
    for step in ("What was understood", "Evidence", "What the model took from each"):
        seen(turn.get_by_role("heading", name=step))
    seen(turn.get_by_text("Asked for"))
    turn.get_by_text("How this was answered").click()
    turn.get_by_role("heading", name="Evidence").wait_for(state="hidden")


@seen_in("wide-dark", "phone-light")
def test_7_only_one_outlet_and_only_until_a_day(page: Any) -> None:
    page.get_by_text("Filters").click()
    page.get_by_label("Outlet").fill("Demonstration Business Daily")
    page.get_by_label("Until").fill("2024-12-31")
    turn = ask(page, "How many projects does Indonesia have in Vietnam?")
    seen(turn.get_by_text("Only: until 31 December 2024 · Demonstration Business Daily"))
    assert "119" in turn.inner_text()
    told = turn.get_by_role("region", name="Sources").inner_text()
    assert "Demonstration Business Daily" in told
    assert "15 January 2024" in told
    assert not re.search("Demonstration Wire|Minh họa|2025", told)
    page.get_by_role("button", name="Clear").click()
    assert page.get_by_label("Outlet").input_value() == ""


@seen_in("wide-dark", "phone-light")
def test_8_a_wrong_date_is_corrected(page: Any) -> None:
    title = "Indonesia joins Vietnam's widening inner circle"
    to_library(page)
    assert "11 March 2025" in row(page, title).inner_text()
    page.get_by_role("link", name=title, exact=True).click()
    page.get_by_text("Correct", exact=True).click()
    page.get_by_label("Date (").fill("2025-03-10")
    page.get_by_role("button", name="Save").click()
    seen(page.get_by_text("corrected by hand"))
    page.get_by_role("link", name="Back to the library").click()
    seen(row(page, title).get_by_text("10 March 2025"))
    page.get_by_role("link", name=title, exact=True).click()
    page.get_by_role("button", name="Withdraw: Date").click()
    page.get_by_text("corrected by hand").wait_for(state="hidden")
    seen(page.get_by_text("11 March 2025").first)


@seen_in("wide-light", "phone-dark")
def test_9_an_article_is_removed_and_taken_back(page: Any) -> None:
    title = "Eighteen industrial parks tell the story of Vietnam and Singapore"
    to_library(page)
    seen(page.get_by_text("15 articles,"))
    page.get_by_role("checkbox", name=f"Choose {title}").check()
    page.get_by_role("button", name="Remove the chosen ones").click()
    seen(page.get_by_text(f"Removed: {title}"))
    seen(page.get_by_text("14 articles,"))
    assert row(page, title).count() == 0
    page.get_by_role("button", name="Undo").click()
    seen(page.get_by_text("15 articles,"))
    seen(row(page, title))


@seen_in("wide-light", "phone-dark")
def test_10_a_conversation_is_taken_along_and_found_again(answered: Any, page: Any) -> None:
    with answered.expect_download() as saved:
        answered.get_by_role("button", name="Markdown").click()
    text = Path(saved.value.path()).read_text("utf-8")
    assert text.startswith(f"## {WHO}")
    assert WHO_WORDS in text
    page.get_by_role("button", name="Conversations").click()
    page.get_by_label("Find by title").fill("climate")
    kept = page.get_by_role("dialog", name="Conversations").get_by_role("button", name=f"{WHO} 1 question")
    kept.first.click()  # the newest: another look has asked the same
    turn = seen(page.get_by_role("article", name=WHO))
    assert "Vu Duy" in turn.inner_text()
    seen(turn.get_by_role("region", name="Sources").get_by_text(WHO_WORDS).first)


@seen_in("phone-light")
def test_11_how_far_the_answers_can_be_trusted(page: Any) -> None:
    page.get_by_role("link", name="Evaluation").click()
    page.get_by_role("checkbox", name="demo-dev").check()
    page.get_by_label("Questions of each suite").fill("1")
    page.get_by_role("button", name="Start").click()
    seen(page.get_by_text("Running now: demo-dev"))
    finished = page.get_by_role("article", name="demo-dev")
    seen(finished.get_by_text("finished"), FOR_AN_EVALUATION)
    assert "assistant-qwen2.5-coder-1.5b 1 question" in " ".join(finished.inner_text().split())
    assert finished.get_by_role("link", name="Open the report").is_visible()
    finished.get_by_text("Remove …").click()
    finished.get_by_role("button", name="Yes, remove it").click()
    seen(page.get_by_text("Removed: demo-dev"))
    page.get_by_role("button", name="Undo").click()
    seen(page.get_by_role("article", name="demo-dev"))
