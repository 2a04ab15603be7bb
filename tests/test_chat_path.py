"""How an answer came about, as the page shows it: the facts of `rag ask --explain`, in both languages."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from answer_helpers import CHILE_PERU, VIETNAMESE
from axe import faults
from browser import ask, chromium, in_both_looks, needs_chromium, opened, serving, until
from test_chat_render import Shape

from index import Library
from index.embed import HashEmbedder
from rag.answer import Done
from rag.assistant import Assistant
from rag.care import NORMAL
from rag.checks.premises import CONTRARY
from rag.compound.sides import Form
from rag.deciding.confidence import PLAIN, PROBED
from rag.deciding.quoting import FIT
from rag.fakes import ScriptedLLM
from rag.showing.explain import explain
from rag.values.outcomes import WAYS
from rag.values.wanted import WantedKind
from rag.web.chat import path_words
from rag.web.chat.path import path_page
from rag.web.chat.render import render_turn
from rag.web.chat.turns import Turns
from rag.web.markup import Turn, esc

QUESTION = "How many projects does Chile have in Peru?"
HOSTILE = "<img src=x onerror=alert(1)>${1}"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("articles")
    new = f"Outlet: Harbour Post\nDate: 2022-07-01\n\nChile and Peru {HOSTILE}\n\n{CHILE_PERU}"
    (folder / "new.txt").write_text(new)
    (folder / "vi.txt").write_text("Chile - Peru tăng thương mại\n\n" + VIETNAMESE)
    with Library.open(folder / "library", HashEmbedder()) as opened_library:
        opened_library.add([folder / "new.txt", folder / "vi.txt"])
        yield opened_library


def assistant(library: Library, short: str, sentence: str = "Chile has 99 projects in Peru.") -> Assistant:
    llm = ScriptedLLM(lambda prompt: sentence if "Write that answer" in prompt else short)
    return Assistant(library, llm)


def path_of(library: Library, short: str, question: str = QUESTION, **said: str) -> dict[str, Any]:
    *_, done = assistant(library, short, **said).stream(question)
    assert isinstance(done, Done)
    assert done.trace is not None
    return explain(done.trace)


def facts(value: Any) -> Iterator[str]:
    """Yield the texts of a path that are not names of this program's own."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key not in ("article", "wanted", "of", "lang", "as_of", "reason", "dated", "asked", "quote"):
                yield from facts(one)
    elif isinstance(value, list):
        for one in value:
            yield from facts(one)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("short", ["12", "Quito", HOSTILE])
def test_the_page_tells_every_fact_of_the_path_and_nothing_of_it_is_markup(
    library: Library, short: str
) -> None:
    path = path_of(library, short)
    shape = Shape(path_page(path, "en"))
    said = [one for one in facts({**path, "decision": {}}) if one not in ("vi", "en")]
    assert len(said) > 8
    for one in said:
        assert one in shape.text, one
    assert "img" not in shape.tags
    assert "onerror" not in shape.attributes
    for one in path["weighed"]:
        assert f"{one['with_those_that_agree']:.2f}" in shape.text
    for one in path["sentences"]:
        assert f"{one['sure']:.2f}" in shape.text
    assert f"Few words need {path['decision']['short_needs']:.2f}" in shape.text or not path["weighed"]


def test_what_refutes_a_draft_and_why_it_was_withheld_is_told_in_both_languages(library: Library) -> None:
    path = path_of(library, "Quito", "Where did the mayor of Lima meet the press?")
    english, vietnamese = (Shape(path_page(path, lang)).text for lang in ("en", "vi"))
    assert "Refuted: stands nowhere in the passage" in english
    assert "Passages were found, but none of them says what was asked." in english
    assert "Bị bác bỏ: không có trong đoạn văn" in vietnamese
    assert "Có đoạn liên quan, nhưng không đoạn nào nói điều được hỏi." in vietnamese
    assert "Nothing speaks against it" not in english


def test_a_sentence_that_failed_is_told_with_its_fault(library: Library) -> None:
    question = "How many projects did Peru have in Chile by June 2022? lang:vi"
    path = path_of(library, "45", question, sentence="Peru had 45 projects worth 99 million USD in Chile.")
    english, vietnamese = (Shape(path_page(path, lang)).text for lang in ("en", "vi"))
    assert "'99 million USD' is not in the quotation" in english
    assert "'99 million USD' không có trong trích dẫn" in vietnamese
    assert "lang:vi" in english


def test_what_is_no_question_has_a_page_too(library: Library) -> None:
    shape = Shape(path_page(path_of(library, "12", "?!"), "en"))
    assert "This does not look like a question" in shape.text
    assert "Evidence" not in shape.text


def test_every_word_is_there_in_both_languages_with_the_same_places() -> None:
    english, vietnamese = path_words.PATH["en"], path_words.PATH["vi"]
    assert set(english) == set(vietnamese)
    for key in english:
        places = [
            {name for _, name, _, _ in string.Formatter().parse(words[key]) if name}
            for words in (english, vietnamese)
        ]
        assert places[0] == places[1], key
    assert {*PLAIN.weights, *PROBED.weights, *FIT.weights} <= set(english)
    for kind in get_args(WantedKind):
        assert path_words.kind(kind, "vi") != kind
        assert path_words.kind(kind, "en") == kind


@pytest.mark.parametrize(
    ("said", "vietnamese"),
    [
        ("of May 2021, not of 2022", "của May 2021, không phải của 2022"),
        ("of May 2021 only", "chỉ của May 2021"),
        ("of another office, Peru's mayor", "giữ một chức vụ khác: Peru's mayor"),
        ("does not speak of country:pe", "không nói đến country:pe"),
        ("no minister is spoken of", "không nói đến minister"),
        ("of an article that does not name 2022", "của một bài không nêu 2022"),
        (
            "the contrary: voted against, not voted for",
            "điều ngược lại: bỏ phiếu chống, không phải bỏ phiếu thuận",
        ),
        ("the contrary: rose, not fell", "điều ngược lại: tăng, không phải giảm"),
        ("the votes against, not those for", "phiếu chống, không phải phiếu thuận"),
        ("not the votes for", "không phải phiếu thuận"),
        ("of an earlier time", "của lần hoặc thời kỳ trước"),
        ("a check of tomorrow", "a check of tomorrow"),
        ("'{0}' is not in the quotation", "'{0}' không có trong trích dẫn"),
    ],
)
def test_what_checks_say_is_put_into_vietnamese(said: str, vietnamese: str) -> None:
    assert path_words.check(said, "vi") == vietnamese
    assert path_words.check(said, "en") == said


def test_every_way_that_something_may_have_gone_has_words_in_vietnamese() -> None:
    for (one, _), (another, _) in WAYS.values():
        for said, other in ((one, another), (another, one)):
            text = f"{CONTRARY}: {said}, not {other}"
            assert path_words.check(text, "vi") != text


def test_an_answer_without_a_path_has_nothing_to_open(library: Library) -> None:
    *_, done = assistant(library, "12").stream(QUESTION)
    assert isinstance(done, Done)
    assert done.trace is not None
    turn = Turn(1, QUESTION, "done", answer=done.answer, key="k")
    assert 'class="how"' not in render_turn(turn)
    told = Turn(1, QUESTION, "done", answer=done.answer, key="k", path=explain(done.trace))
    assert '<details class="how" data-turn="k">' in render_turn(told)


def test_the_turns_kept_longest_ago_are_forgotten() -> None:
    known = Turns(most=2)
    first, second, third = (Turn(n, "?", key=f"k{n}") for n in (1, 2, 3))
    known.keep(first, second)
    known.keep(first)  # again: now the second is the oldest
    known.keep(third)
    assert known.find("k1") is first
    assert known.find("k3") is third
    assert known.find("k2") is None


@pytest.mark.browser
@needs_chromium
@in_both_looks
def test_it_opens_by_keyboard_is_fetched_once_and_stays_within_the_window(
    library: Library, look: dict[str, Any]
) -> None:
    own = Library.open(library.folder, HashEmbedder())  # closed with the page
    with (
        serving(assistant(own, "12")) as served,  # type: ignore[arg-type]
        chromium() as browser,
        opened(browser, served, **look) as page,
    ):
        fetched: list[str] = []
        page.on("request", lambda one: fetched.append(one.url) if "/chat/how" in one.url else None)
        ask(page, QUESTION)
        page.wait_for_selector("#live .turn.done")
        how = page.locator("#live details.how")
        assert not how.evaluate("one => one.open")
        assert fetched == []
        how.locator("summary").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#live .how section")
        assert f"Few words need {NORMAL.alone:.2f}" in how.inner_text()
        assert HOSTILE in how.inner_text()
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        until(lambda: how.evaluate("one => one.open"))
        assert len(fetched) == 1
        lost = page.request.get(f"{served.url}/chat/how?turn=nobody&lang=vi")
        assert lost.status == 404
        assert "Không còn biết" in lost.text()


def test_the_library_of_this_file_is_hostile(library: Library) -> None:
    """Control: the title that must not become markup is there."""
    assert any(HOSTILE in one.title for one in library.articles())


@pytest.mark.parametrize(
    "question",
    [
        "How many projects does Chile have in Peru? How many does Peru have in Chile?",
        "How many more projects does Bolivia have in Peru than Chile?",
    ],
)
def test_a_question_in_parts_tells_each_of_them(library: Library, question: str) -> None:
    path = path_of(library, "12", question)
    assert len(path["parts"]) > 1
    for language in ("en", "vi"):
        shown = path_page(path, language)
        for one in path["parts"]:
            assert esc(one["question"]["read_as"]) in shown
        assert shown.count('<section class="part">') == len(path["parts"])
    assert "several" not in path_page(path, "vi")


def test_all_that_a_path_in_parts_may_be_called_has_words() -> None:
    forms = {*get_args(Form), "several", "course"}
    assert all(path_words.part(one, "vi") != one for one in forms)
    assert all(path_words.part(one, "en") != one for one in forms)
