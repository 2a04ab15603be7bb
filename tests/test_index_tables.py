"""Rows of tables: each a sentence that names its columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import article
from index.text import passages, sentences, tables
from index.text.clean import clean
from rag.evidence.lines import Line
from rag.evidence.sources import window

TABLE = """The bank made more money

The bank said how each quarter went, after a year of change:

| Quarter of 2024 | Net profit (million crowns) | Bad loans (%) |
|---|---:|---|
| First | 452 | 1.7 |
| Second | 471 | |
| Second | 471 | |

It will pay a dividend of 3.60 crowns a share, said the mayor of the harbour town of Lindmouth.
"""


def kinds(text: str) -> list[tuple[str, str]]:
    made = article.of_text(text, Path("a.md"))
    return [(one.kind, made.text[one.start : one.end]) for one in made.blocks]


def rows_of(text: str) -> list[str]:
    return [words for kind, words in kinds(text) if kind == "row"]


def test_rows_name_their_columns_and_are_no_headings():
    assert kinds(TABLE)[1:4] == [
        ("row", "First: Net profit (million crowns) 452; Bad loans (%) 1.7"),
        ("row", "Second: Net profit (million crowns) 471"),
        ("row", "Second: Net profit (million crowns) 471"),  # a repeated row is no repeated headline
    ]
    assert kinds(TABLE)[4][1].startswith("It will pay")


def test_a_table_is_one_passage_with_what_leads_to_it():
    made = article.of_text(TABLE, Path("a.md"))
    (table, *_) = [one for one in passages.split(made) if one.kind == "row"]
    assert table.text.startswith("The bank said how each quarter went")
    assert table.text.endswith("471")
    assert len(table.sentences) == 4
    last = passages.split(made)[-1]
    assert last.context == made.title  # no row stands over the paragraph as if it were its heading


def test_without_a_rule_no_row_is_a_header():
    rows = [
        words
        for kind, words in kinds("Prices of the week\n\n| Rice | 12 |\n| Fish | 30 |\n")
        if kind == "row"
    ]
    assert rows == ["Rice: 12", "Fish: 30"]


def test_headers_end_with_their_table():
    text = "Two tables\n\n| Kind | Price |\n|---|---|\n| Rice | 12 |\n\n| Fish | 30 |\n\nAll in crowns.\n"
    assert rows_of(text) == ["Rice: Price 12", "Fish: 30"]


@pytest.mark.parametrize("line", ["World | Asia | Trade", "| alone |", "a | b |", "|", "||"])
def test_what_is_no_row(line):
    assert tables.cells(line) is None


def test_cleaning_again_changes_nothing():
    once = clean(TABLE)
    assert clean(once) == once
    assert "|" not in once


@pytest.mark.parametrize(
    ("cells", "headers", "words"),
    [
        (["Pell", "22", ""], ["School", "Pupils", "Rooms"], "Pell: Pupils 22"),
        (["Pell", "22"], [], "Pell: 22"),
        (["", "22", "4"], ["", "Pupils", "Rooms"], "Pupils 22; Rooms 4"),
        (["Total", ""], ["", "Pupils"], "Total"),
        (["all of one"], ["School"], "all of one"),
        (["Pell", "22", "4"], ["School", "Pupils"], "Pell: Pupils 22; 4"),
        (["", ""], [], ""),
    ],
)
def test_a_row_is_spoken(cells, headers, words):
    assert tables.spoken(cells, headers) == words


def test_rows_are_read_with_their_neighbours_and_not_as_a_list():
    rows = "".join(f"| Place {n} of the league | {n * 100} boats of all sizes |\n" for n in range(1, 30))
    lead = "Boats were counted in all the places of the league last year."
    made = article.of_text(f"Boats\n\n{lead}\n\n| Place | Boats |\n|---|---|\n{rows}", Path("a.md"))
    spans = sentences.split_blocks(made.text, made.blocks)
    lines = [Line(made, one, made.text[one.start : one.end], "", 0.0, 0.0) for one in spans]
    shown = window(lines[15], lines)
    assert shown.best in shown.lines
    assert 200 < len(shown.text) <= 520
