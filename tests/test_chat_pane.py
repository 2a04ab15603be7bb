"""The reader pane's markup: what is marked, what is escaped, how dates are known; and its routes."""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
import itertools
import threading
from typing import get_args

import pytest
from browser import until
from fake_assistant import AIM, GOODS, TARGET, VISIT, FakeAssistant, FakeLibrary, laid_out
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from test_chat_render import Shape

from index.records import Article, Basis, Block, Dated
from rag.web.desk import Desk
from rag.web.pane import MOST_PLACES, Place, article_page, outlets, places_of, shelf, suggestions
from rag.web.shelf import ANSWERED_BY, EXAMPLES, RECENT, routes
from rag.web.wording import WORDS


def marks(markup: str) -> list[tuple[bool, str]]:
    """Return for each mark whether it is the one sought, and its text."""
    found = []
    for part in markup.split("<mark")[1:]:
        head, _, rest = part.partition(">")
        found.append(("sought" in head, html.unescape(rest.split("</mark>")[0])))
    return found


def place(n: str, words: str, article: Article = VISIT) -> Place:
    start = article.text.index(words)
    return Place(n, start, start + len(words))


def test_the_quotation_is_marked_and_other_cited_places_differently() -> None:
    markup = article_page(VISIT, [place("2", GOODS.quote), place("1", TARGET.quote)], "en")
    assert marks(markup) == [(False, TARGET.quote), (True, GOODS.quote)]
    assert markup.index('data-n="1"') < markup.index('data-n="2"')


def test_without_places_nothing_is_marked() -> None:
    assert marks(article_page(VISIT, [], "en")) == []


def test_a_place_across_blocks_is_marked_in_each_and_numbered_once() -> None:
    start = VISIT.text.index("Until now")
    end = VISIT.text.index("The exchange") + len("The exchange")
    markup = article_page(VISIT, [Place("1", start, end)], "en")
    assert [text for _, text in marks(markup)] == [
        "Until now the aim had been lower.",
        "What is traded",
        "The exchange",
    ]
    assert "</mark></p><h3" in markup


def test_where_places_overlap_the_one_asked_for_is_whole() -> None:
    text = "One two three four five."
    article = Article("x", "x.txt", "x.txt", "T", None, "en", None, None, *laid_out(("paragraph", text)))
    inner, outer = place("1", "two three", article), place("2", "One two three four", article)
    assert marks(article_page(article, [inner, outer], "en")) == [
        (False, "One "),
        (True, "two three"),
        (False, " four"),
    ]
    assert marks(article_page(article, [outer, inner], "en")) == [
        (True, "One "),
        (True, "two three"),
        (True, " four"),
    ]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), max_size=6))
def test_whatever_is_marked_the_text_stays_what_it_is(spans: list[tuple[int, int]]) -> None:
    bare = Shape(article_page(VISIT, [], "en")).text
    markup = article_page(VISIT, [Place("", *span) for span in spans], "en")
    assert Shape(markup).text == bare
    covered = {at for start, end in spans for at in range(start, min(end, len(VISIT.text)))}
    blank = {at for a, b in itertools.pairwise(VISIT.blocks) for at in range(a.end, b.start)}
    bullets = {at for one in VISIT.blocks if one.kind == "list" for at in (one.start, one.start + 1)}
    assert sum(len(text) for _, text in marks(markup)) == len(covered - blank - bullets)


def test_headings_lists_rows_and_captions_look_like_what_they_are() -> None:
    markup = article_page(VISIT, [], "en")
    assert '<h3 class="heading">What is traded</h3>' in markup
    assert '<h3 class="question">What comes next?</h3>' in markup
    assert '<ul class="list"><li>rice and seafood from Vietnam</li><li>coal and palm oil' in markup
    assert '<ul class="row"><li>2023: Trade 13.8 billion USD; Growth 8 %</li>' in markup
    assert '<p class="caption">The harbour at dawn.' in markup


@settings(deadline=None)
@given(st.text(max_size=80))
def test_no_text_of_an_article_can_add_a_tag_or_an_attribute(text: str) -> None:
    plain, wild = (
        article_page(
            dataclasses.replace(
                VISIT,
                title=word,
                outlet="o" + word,
                file="f" + word,
                authors=("a" + word,),
                url="u" + word,
                note="n" + word,
                lang="en",
                text="x" + word,
                blocks=(),
            ),
            [Place("1", 0, 1)],
            "en",
        )
        for word in ("x", "x" + text)
    )
    assert Shape(wild).tags == Shape(plain).tags
    assert Shape(wild).attributes == Shape(plain).attributes


@pytest.mark.parametrize("basis", get_args(Basis))
def test_how_the_date_is_known_is_said_in_both_languages(basis: Basis) -> None:
    article = dataclasses.replace(VISIT, published=None, dated=Dated(dt.date(2024, 3, 1), "month", basis))
    english, vietnamese = (Shape(article_page(article, [], lang)).text for lang in ("en", "vi"))
    assert "dated about March 2024" in english
    assert WORDS["en"][f"basis_{basis}"] in english
    assert "khoảng tháng 3/2024" in vietnamese
    assert WORDS["vi"][f"basis_{basis}"] in vietnamese


def test_an_article_without_a_date_says_so_and_names_no_source_of_it() -> None:
    text = Shape(article_page(dataclasses.replace(VISIT, published=None, dated=None), [], "en")).text
    assert "date not known" in text
    assert WORDS["en"]["known_by"] not in text


def test_the_text_bears_its_own_language() -> None:
    assert '<div class="text" lang="vi">' in article_page(AIM, [], "en")
    assert '<h2 id="reader-title" lang="vi"' in article_page(AIM, [], "en")


@pytest.mark.parametrize(
    ("written", "places"),
    [
        ("", ()),
        ("1:120-200", (Place("1", 120, 200),)),
        ("12:0-5,:7-9", (Place("12", 0, 5), Place("", 7, 9))),
        ("x:1-2", None),
        ("1:1-2,", None),
        ('1:1-2"onload=', None),
        ("1:-2-2", None),
        ("1:1-9999999999", None),
        (",".join([":1-2"] * MOST_PLACES), tuple([Place("", 1, 2)] * MOST_PLACES)),
        (",".join([":1-2"] * (MOST_PLACES + 1)), None),
    ],
)
def test_places_are_read_or_refused(written: str, places: tuple[Place, ...] | None) -> None:
    assert places_of(written) == places


def test_recent_articles_and_outlets_are_escaped() -> None:
    bad = dataclasses.replace(VISIT, id='"><b>', title="<b>", outlet="<b>")
    assert "<b>" not in shelf([bad], "en", examples=False) + outlets(['"><b>'])
    assert 'data-examples="yes"' in shelf([], "en", examples=True)


def client(desk: Desk) -> TestClient:
    app = FastAPI()
    app.include_router(routes(desk))
    return TestClient(app)


def opened(library: FakeLibrary | None = None) -> TestClient:
    desk = Desk(lambda: FakeAssistant(library=library))
    desk.start()
    until(lambda: desk.assistant is not None)
    return client(desk)


def test_an_article_comes_with_its_places() -> None:
    answer = opened().get("/reader/article", params={"id": "a1", "places": f"1:{TARGET.start}-{TARGET.end}"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert marks(answer.text) == [(True, TARGET.quote)]


@pytest.mark.parametrize(
    ("params", "status", "key"),
    [
        ({"id": "gone"}, 404, "gone"),
        ({"id": "<b>"}, 404, "gone"),
        ({}, 404, "gone"),
        ({"id": "a1", "places": "1:2"}, 400, "bad_places"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_what_cannot_be_shown_is_said(params: dict[str, str], status: int, key: str, lang: str) -> None:
    answer = opened().get("/reader/article", params={**params, "lang": lang})
    assert answer.status_code == status
    assert WORDS[lang][key] in answer.text  # type: ignore[index]


def test_before_the_library_is_open_that_is_said() -> None:
    held = threading.Event()
    desk = Desk(lambda: held.wait(60) and FakeAssistant())  # type: ignore[arg-type, return-value]
    desk.start()
    try:
        answer = client(desk).get("/reader/article", params={"id": "a1"})
        assert (answer.status_code, WORDS["en"]["not_yet"] in answer.text) == (503, True)
        assert client(desk).get("/reader/recent").text == client(desk).get("/reader/outlets").text == ""
    finally:
        held.set()


def test_the_newest_articles_are_few() -> None:
    many = [dataclasses.replace(VISIT, id=f"a{n}") for n in range(RECENT + 3)]
    assert opened(FakeLibrary(many)).get("/reader/recent").text.count("<li>") == RECENT
    assert opened().get("/reader/outlets").text.count("<option") == 2


def test_examples_are_offered_only_where_the_articles_that_answer_them_are() -> None:
    assert len(EXAMPLES) == len(ANSWERED_BY)
    there = [dataclasses.replace(VISIT, id=name) for name in ANSWERED_BY]
    assert 'data-examples="yes"' in opened(FakeLibrary(there)).get("/reader/recent").text
    assert 'data-examples="no"' in opened(FakeLibrary(there[1:])).get("/reader/recent").text


def test_where_no_examples_are_questions_of_the_articles_are_offered() -> None:
    told = "Trade between Chile and Peru in 2022 came to 40 million USD."
    trade = dataclasses.replace(
        VISIT, id="t", text=told, lang="en", blocks=(Block("paragraph", 0, len(told)),)
    )
    page = opened(FakeLibrary([trade])).get("/reader/recent").text
    assert "Questions to try, from your articles" in page
    assert (
        "Câu hỏi thử, lấy từ các bài báo" in opened(FakeLibrary([trade])).get("/reader/recent?lang=vi").text
    )
    assert (
        '<button type="button" class="chip" lang="en">What was trade between Chile and Peru in 2022?' in page
    )
    assert "<b>" not in suggestions([("<b>?", "en")], "en")
    assert suggestions([], "en") == ""
    there = [dataclasses.replace(trade, id=name) for name in ANSWERED_BY]
    assert "chip" not in opened(FakeLibrary(there)).get("/reader/recent").text
