"""Filters written into a question."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Library
from index.embed import HashEmbedder
from index.errors import BadFilter
from index.search.hybrid import Filters
from index.search.inline import both, parse, quoted
from rag.cli import batch
from rag.errors import BadInput
from rag.evidence import sources as evidence
from rag.question import understand


@pytest.mark.parametrize(
    ("text", "rest", "filters"),
    [
        ("trade target", "trade target", Filters()),
        ("since:2025-01 trade target", "trade target", Filters(since=dt.date(2025, 1, 1))),
        ("trade until:2025-02 target", "trade target", Filters(until=dt.date(2025, 2, 28))),
        ("since:2024 until:2024 x", "x", Filters(since=dt.date(2024, 1, 1), until=dt.date(2024, 12, 31))),
        ("x until:2024-02-29", "x", Filters(until=dt.date(2024, 2, 29))),
        ('outlet:"The Diplomat" x', "x", Filters(outlet="The Diplomat")),
        ("outlet:“Báo Nhân Dân” x", "x", Filters(outlet="Báo Nhân Dân")),
        ("OUTLET:Reuters Lang:VI giá gạo?", "giá gạo?", Filters(lang="vi", outlet="Reuters")),
        ("What does the note say: since: when?", "What does the note say: since: when?", Filters()),
        ("the outlet:mall", "the", Filters(outlet="mall")),
        (r'outlet:"The \"New\" Star”" x', "x", Filters(outlet='The "New" Star”')),
        (r"outlet:“The \”New\” Star\"” x", "x", Filters(outlet='The ”New” Star"')),
        (r'outlet:"C:\news\\" x', "x", Filters(outlet="C:\\news\\")),
        (r"outlet:C:\\news\" x", "x", Filters(outlet=r"C:\\news\"")),
        ("https://x.org/?since:2024", "https://x.org/?since:2024", Filters()),
    ],
)  # fmt: skip
def test_filters_are_read_and_taken_out(text, rest, filters):
    assert parse(text) == (rest, filters)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("since:yesterday x", "since:yesterday is not a date\nwrite since:2025-01"),
        ("since:2025-13 x", "since:2025-13 is not a date"),
        ("until:2025-02-30 x", "until:2025-02-30 is not a date"),
        ("since:2025 until:2024 x", "since: 2025-01-01 is after until: 2024-12-31"),
        ("since:2025 since:2024 x", "since: is given twice, '2025' and '2024'"),
        ("lang:fr x", "lang:fr is no language of the library"),
        ('outlet:"" x', "outlet: names no outlet"),
    ],
)
def test_what_cannot_be_read_is_said(text, why):
    with pytest.raises(BadFilter) as caught:
        parse(text)
    assert str(caught.value).startswith(why)
    assert caught.value.exit_code == 2


@given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        rest, filters = parse(text)
    except BadFilter:
        return
    assert filters != Filters() or rest == text


@given(
    st.text(min_size=1).filter(str.strip), st.sampled_from(["", "giá gạo?", 'the "new" one', "until:2025"])
)
def test_any_name_can_be_filtered_by(name, words):
    rest, filters = parse(f"outlet:{quoted(name)} {words}")
    assert filters.outlet == name.strip()
    assert (rest, filters.until) == (("", dt.date(2025, 12, 31)) if "until" in words else (words, None))


def test_a_name_with_both_quotation_marks_cannot_be_written_without_a_backslash():
    name = 'The "New” Star'
    assert all(parse(f"outlet:{one}")[1].outlet != name for one in (f'"{name}"', f"“{name}”", name))
    assert parse(f"outlet:{quoted(name)}")[1].outlet == name


def test_an_option_and_a_question_together():
    day, later = dt.date(2024, 5, 1), dt.date(2025, 5, 1)
    assert both(Filters(since=day, until=later), Filters(since=later, until=day)) == Filters(
        since=later, until=day
    )
    assert both(Filters(lang="en"), Filters(outlet="X")) == Filters(lang="en", outlet="X")
    assert both(Filters(outlet="the x"), Filters(outlet="The X")).outlet == "the x"
    with pytest.raises(BadFilter, match="lang is 'en' by an option and 'vi' in the question"):
        both(Filters(lang="en"), Filters(lang="vi"))


@pytest.fixture
def library(tmp_path):
    for year, many in ((2022, "nine"), (2024, "twelve")):
        (tmp_path / f"{year}.md").write_text(
            f"---\ntitle: Mines in {year}\ndate: {year}-06-01\noutlet: Sea Times\n---\n\n"
            f"Chile has {many} mines in Peru, the ministry said.\n"
        )
    with Library.open(tmp_path / "library", HashEmbedder()) as opened:
        opened.add([tmp_path / "2022.md", tmp_path / "2024.md"])
        yield opened


def test_the_search_obeys(library):
    def files(query: str, **options: object) -> set[str]:
        return {hit.article.file for hit in library.search(query, **options)}

    assert files("mines of Chile in Peru") == {"2022.md", "2024.md"}
    assert files("mines of Chile in Peru since:2023") == {"2024.md"}
    assert files('mines of Chile in Peru until:2023 outlet:"sea times"') == {"2022.md"}
    assert files("mines of Chile in Peru until:2023", since=dt.date(2023, 1, 1)) == set()
    assert files("since:2023") == set()  # nothing is asked


def test_a_question_is_answered_from_what_its_filters_admit(library):
    question = understand("How many mines does Chile have in Peru? until:2023")
    assert question.text == "How many mines does Chile have in Peru?"
    assert question.asked.endswith("until:2023")  # as it was written
    sources, _ = evidence.select(question, library)
    assert {source.article.file for source in sources} == {"2022.md"}
    # As of a day before, that day counts too.
    earlier = understand("How many mines does Chile have in Peru? since:2023", as_of=dt.date(2023, 1, 1))
    assert evidence.select(earlier, library) == ([], [])


def test_filters_hold_for_one_question():
    history = [("How many mines does Chile have in Peru? until:2023", "Nine.")]
    follow_up = understand("And Argentina?", history)
    assert "until" not in follow_up.text
    assert "Argentina" in follow_up.text
    assert follow_up.filters == Filters()
    assert understand("And Argentina?", [("mines since:never", "")]).filters == Filters()


def test_a_bad_filter_in_a_batch_costs_its_line_only():
    lines = [b'{"id": 1, "question": "mines since:never"}', b'{"id": 2, "question": "mines since:2024"}']
    bad, good = batch.read(lines)
    assert isinstance(bad, BadInput)
    assert "line 1: since:never is not a date" in str(bad)
    assert isinstance(good, batch.Ask)
