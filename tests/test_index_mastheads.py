"""The line over an article that says who printed it and when, and the day that a text was sent on."""

import datetime as dt
from pathlib import Path

import pytest

from index.article import of_text
from index.text import layout, mastheads
from index.text.mastheads import Masthead


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("Ostrel Gazette, 22 May 2025", Masthead("22 May 2025", "Ostrel Gazette")),
        ("By World Wire. 6 September 2025", Masthead("6 September 2025", "World Wire")),
        ("24 May 2025. Harbour Courier sport desk", Masthead("24 May 2025", "Harbour Courier")),
        ("Ann Vole, The Times, 12 March 2024", Masthead("12 March 2024", "The Times")),
        ("Ann Vole, 12 March 2024, 14:30", Masthead("12 March 2024")),  # a name may be a writer's or a place
        ("Báo Đô Thị, ngày 21 tháng 12 năm 2025", Masthead("ngày 21 tháng 12 năm 2025", "Báo Đô Thị")),
        ("Tin Miền Núi | Thứ ba, 29/7/2025", Masthead("29/7/2025", "Tin Miền Núi")),
        ("Thể Thao Mới - Ngày 10/7/2025", Masthead("10/7/2025")),
        ("The bridge opened on 14 October 2025", None),
        ("Match report: Rovers v Torvale, 24 May 2025", None),
        ("Cầu được khánh thành ngày 3/5/2022", None),
        ("Ostrel Gazette", None),
    ],
)
def test_a_masthead_is_names_and_one_day(line, wanted):
    assert mastheads.of_line(line) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Porto, 13 April 2025 — The race was won by", "13 April 2025"),
        ("HANOI, May 16, 2024 (Reuters) - The two sides", "May 16, 2024"),
        ("(Hà Nội, 16/5/2024) – Sáng nay", "16/5/2024"),
        ("The war, from 1 May 1939 - the day", None),
        ("Lan, born on 12 May 1999 – she", None),
        ("In 2025 — the year of", None),
    ],
)
def test_a_dateline_begins_with_a_place(text, wanted):
    assert mastheads.dateline(text) == wanted


BODY = "The line closed on Tuesday. It will open again on 2 March 2026, and was begun on 4 May 2019."


@pytest.mark.parametrize("lines", ["{over}\n\nFerry closes\n\n{body}", "Ferry closes\n{over}\n\n{body}"])
def test_what_a_masthead_says_is_certain(lines):
    article = of_text(lines.format(over="Ostrel Gazette, 22 May 2025", body=BODY), Path("a.txt"))
    assert (article.title, article.outlet) == ("Ferry closes", "Ostrel Gazette")
    assert article.published == dt.date(2025, 5, 22)
    assert article.dated
    assert article.dated.basis == "metadata"
    assert BODY in article.text


def test_a_masthead_is_no_passage():
    draft = layout.draft(f"Ferry closes\nOstrel, 22 May 2025\n\n{BODY}")
    over = draft.text[draft.blocks[0].start : draft.blocks[0].end]
    assert over == "Ostrel, 22 May 2025"
    assert draft.blocks[0].kind == "caption"
    assert layout.is_credit(over)


def test_the_day_of_what_is_told_is_no_masthead():
    text = "The long battle\nVerdun, 21 February 1916\n\nIn 2016 they remembered it. The guns began at dawn."
    assert layout.draft(text).stamp is None


def test_days_that_are_told_do_not_move_the_day_of_the_masthead():
    text = "Báo Đô Thị, ngày 21 tháng 12 năm 2025\n\nTàu chạy\n\nSáng 20/12 tàu chạy. Vé miễn phí ngày 3/1."
    assert of_text(text, Path("a.txt")).published == dt.date(2025, 12, 21)
