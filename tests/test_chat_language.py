"""The chat speaks the reader's language: English or Vietnamese, whole; answers follow the question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Served, ask, chromium, in_both_looks, needs_chromium, opened, serving, until
from fake_assistant import AIM, ANSWERED, TALKS, TARGET, VIETNAMESE, VISIT, FakeAssistant
from test_chat_browser import CONTRAST
from test_chat_conversations import NAMELESS
from test_pages_shell import trial

from rag.web import wording
from rag.web.chat import conversation_list, model_routes, page_words, vote_block
from rag.web.wording import Language

pytestmark = [pytest.mark.browser, needs_chromium]
TABLES = (page_words.PAGE, wording.WORDS, conversation_list.WORDS, vote_block.WORDS, model_routes.WORDS)
LOCALES: dict[Language, str] = {"en": "en-GB", "vi": "vi-VN"}
ASKED: dict[Language, str] = {"en": ANSWERED.question, "vi": VIETNAMESE.question}

# What the page says of its own: every text and name of what can be seen, but for the words of articles,
# questions and answers, and for the link that calls the other language by its own name.
SAID = """() => {
  const foreign = ".title, blockquote, .question, .prose, .short, .timeline span, .chip, .switch, "
    + ".card .why span, #reader-title, #reader .text, q, .figure, .path li, .path dd";
  const seen = [...document.querySelectorAll("body *")]
    .filter(e => !e.closest(foreign + ", script, style") && (e.checkVisibility() || e.tagName === "OPTION"));
  const own = e => [...e.childNodes].filter(n => n.nodeType === Node.TEXT_NODE).map(n => n.data);
  const names = e => [e.ariaLabel, e.title, e.placeholder];
  return [document.title, ...seen.flatMap(e => [...own(e), ...names(e)])].filter(t => t && t.trim());
}"""
CONTENT = re.compile(
    "|".join(
        re.escape(text)
        for one in (VISIT, AIM, TALKS)
        for text in (one.title, one.outlet, one.url, one.file, ", ".join(one.authors))
        if text
    )
)


def words(texts: Iterable[str]) -> set[str]:
    """Return the words of the texts that are no name of a field to fill in."""
    return {
        word.lower() for text in texts for word in re.findall(r"[^\W\d_]{3,}", re.sub(r"\{\w+\}", "", text))
    }


def vocabulary(language: Language) -> set[str]:
    """Return the words of the page that are of this language only."""
    of = {lang: words(text for table in TABLES for text in table[lang].values()) for lang in LOCALES}
    return of[language] - of["vi" if language == "en" else "en"]


def said(page: Any) -> set[str]:
    """Return the words that the page says of its own just now."""
    return words(CONTENT.sub(" ", text) for text in page.evaluate(SAID))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


@pytest.fixture
def served() -> Iterator[Served]:
    with serving(FakeAssistant()) as one:
        until(lambda: one.desk.health.state == "ready")
        yield one


@in_both_looks
@pytest.mark.parametrize("language", LOCALES)
def test_all_that_the_page_says_is_in_the_language_of_the_browser(
    browser: Any, served: Served, look: dict[str, Any], language: Language
) -> None:
    other: Language = "vi" if language == "en" else "en"
    foreign, heard = vocabulary(other), set()
    with opened(browser, served, **look, locale=LOCALES[language]) as page:

        def look_round() -> None:
            heard.update(now := said(page))
            assert now & foreign == set()
            assert page.evaluate(CONTRAST) == page.evaluate(NAMELESS) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

        page.wait_for_selector("#recent li")
        assert page.locator("html").get_attribute("lang") == language
        assert page.title() == page_words.PAGE[language]["title"]
        page.click("#filters summary")
        look_round()
        page.click("#filters summary")
        served.assistant.hold.clear()
        ask(page, ASKED[language])
        page.wait_for_selector("#live .draft")
        page.wait_for_selector("#stop:visible")
        look_round()
        served.assistant.hold.set()
        page.wait_for_selector("#live .turn.done")
        page.wait_for_selector("#ask:visible")
        page.click("#live [data-verdict=down]")
        page.wait_for_selector("#live .vote form")
        page.click("#live .also summary")
        look_round()
        page.click("#live .read >> nth=0")
        page.wait_for_selector("#reader[open]")
        look_round()
        page.keyboard.press("Escape")
        page.click("#talks-open")
        page.wait_for_selector("#talks[open] li")
        look_round()
    drawn = {page_words.PAGE[language][key] for key in page_words.DRAWN.values()}
    assert words(drawn) <= heard
    assert words(page_words.PAGE[language]["intro"].split()) <= heard


def test_control_a_word_of_the_other_language_is_found(browser: Any, served: Served) -> None:
    with opened(browser, served, locale="vi-VN") as page:
        page.wait_for_selector("#recent li")  # from now on nothing is drawn
        page.evaluate("document.getElementById('talks-open').textContent = 'Ask'")
        page.evaluate("document.querySelector('#question textarea').placeholder = 'in English'")
        assert said(page) & vocabulary("en") == {"ask", "english"}


@pytest.mark.parametrize("language", LOCALES)
def test_controls_are_found_by_their_names(browser: Any, served: Served, language: Language) -> None:
    own = page_words.PAGE[language]
    with opened(browser, served, locale=LOCALES[language]) as page:
        page.get_by_label(own["question"]).fill(ASKED[language])
        page.get_by_role("button", name=own["ask"], exact=True).click()
        page.wait_for_selector("#live .turn.done")
        for key in ("save_markdown", "save_json", "print", "talks", "ask"):
            page.get_by_role("button", name=own[key], exact=True).wait_for()
        page.get_by_role("navigation", name=own["pages"], exact=True).wait_for()
        page.get_by_text(own["filters"], exact=True).click()
        for key in ("since", "until", "outlet", "language", "care"):
            page.get_by_label(own[key]).first.wait_for()


def test_nobody_sees_the_words_change(browser: Any, served: Served) -> None:
    context = browser.new_context(locale="vi-VN")
    page = context.new_page()
    page.add_init_script(
        """window.painted = []; const look = () => { const one = document.body;
        if (one) painted.push(one.innerText); requestAnimationFrame(look); }; requestAnimationFrame(look);"""
    )
    page.goto(served.url)
    page.wait_for_selector("#recent li")
    painted = "\n".join(page.evaluate("window.painted"))
    context.close()
    served_first, shown = page_words.PAGE["en"], page_words.PAGE["vi"]
    assert shown["intro"] in painted
    for key in ("title", "starting", "ready", "intro", "filters", "talks", "question", "ask"):
        assert served_first[key] not in painted


def test_an_answer_follows_its_question_whatever_the_browser_speaks(browser: Any, served: Served) -> None:
    with opened(browser, served, locale="vi-VN") as page:
        ask(page, ANSWERED.question)
        page.wait_for_selector("#live .turn.done")
        assert page.locator("#live .turn").get_attribute("lang") == "en"
        assert page.locator("#live .sources h3").inner_text() == "Sources"
        page.wait_for_selector(f"#ask:visible:text('{page_words.PAGE['vi']['ask']}')")
        page.click("#live .read >> nth=0")
        page.wait_for_selector("#reader[open][lang=en]")


def test_the_language_is_changed_by_hand_here_and_on_the_pages_alike(browser: Any, tmp_path: Path) -> None:
    with (
        serving(FakeAssistant(), pages=[trial(tmp_path)]) as served,
        opened(browser, served, locale="en-GB") as page,
    ):
        page.get_by_role("link", name="Tiếng Việt").click()
        page.wait_for_selector("#readiness:text('Sẵn sàng')")
        assert page.url == f"{served.url}/"
        page.get_by_role("link", name="Thử", exact=True).click()
        page.wait_for_selector("h1:text('Xin chào')")
        page.get_by_role("link", name="English").click()
        page.get_by_role("link", name="Chat").click()
        page.wait_for_selector("#readiness:text('Ready')")
        assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize(
    ("languages", "spoken"),
    [(["fr", "vi-VN", "en"], "vi"), (["en-US", "vi"], "en"), (["fr"], "en"), (["VI"], "vi"), ([], "en")],
)
def test_the_first_language_that_both_know_is_spoken(
    browser: Any, served: Served, languages: list[str], spoken: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(f"Object.defineProperty(navigator, 'languages', {{get: () => {languages}}})")
    page.goto(f"{served.url}/?ui=fr")
    page.wait_for_selector(f"#readiness:text('{page_words.PAGE[spoken]['ready']}')")  # type: ignore[index]
    assert page.locator("html").get_attribute("lang") == spoken
    context.close()


@pytest.mark.parametrize("language", LOCALES)
def test_a_question_kept_to_an_unknown_outlet_is_told_so(
    browser: Any, served: Served, language: Language
) -> None:
    told = {
        "en": 'No article is of the outlet "Harbor Post"; did you mean "Harbour Post"?',
        "vi": 'Không có bài báo nào của "Harbor Post"; có phải ý bạn là "Harbour Post"?',
    }
    with opened(browser, served, locale="vi-VN") as page:
        ask(page, f'outlet:"Harbor Post" {ASKED[language]}')
        page.wait_for_selector("#live .turn.done")
        assert page.inner_text("#live .strange") == told[language]
        page.emulate_media(media="print")
        assert page.locator("#live .strange").is_visible()
        page.emulate_media(media="screen")
        page.wait_for_selector("#ask:visible")
        page.reload()
        page.click("#last [data-open]")  # the conversation that was kept
        page.wait_for_selector("#past .turn.done")
        assert page.inner_text("#past .strange") == told[language]
        page.wait_for_selector("#ask:visible")
        page.click("#filters summary")
        page.fill("[data-key=outlet]", "<b>Nobody</b>")
        ask(page, ASKED[language])
        page.wait_for_selector("#live .turn.done")
        assert '"<b>Nobody</b>"' in page.inner_text("#live .strange")
        page.wait_for_selector("#ask:visible")
        page.fill("[data-key=outlet]", "harbour post")
        ask(page, ASKED[language])
        page.wait_for_selector("#live .turn.done")
        assert page.locator("#live .strange").count() == 0


def test_no_two_landmarks_of_several_answers_have_one_name(browser: Any, served: Served) -> None:
    with opened(browser, served) as page:
        for _ in range(3):
            ask(page, ANSWERED.question)
            page.wait_for_selector("#live .turn.done")
            page.wait_for_selector("#ask:visible")
        names = page.evaluate("[...document.querySelectorAll('section[aria-label]')].map(e => e.ariaLabel)")
        assert len(names) == len(set(names)) == 6
        page.get_by_role("region", name="Sources, question 2", exact=True).get_by_text(
            TARGET.quote
        ).wait_for()
