"""Bylines of pages, and powers of numbers."""

import pytest
from test_readers_web import BODY, TITLE, meta, page

from index.readers import bylines, web

# Names


@pytest.mark.parametrize(
    ("line", "who"),
    [
        ("By Jane Dorrit | 12 March 2024", "Jane Dorrit"),
        ("BY JANE DORRIT and Tom Pell", "JANE DORRIT and Tom Pell"),
        ("By Đặng Thị Ánh in Hanoi", "Đặng Thị Ánh"),
        ("Tác giả: Trần Hà", "Trần Hà"),
        ("By the river Lo Ren", ""),
        ("By Tuesday Night the boats had come", ""),
        ("By Ann Vole " + "and so on " * 20, ""),
    ],
)
def test_a_line_is_a_byline_by_its_form(line, who):
    assert bylines.of_line(line) == who


def test_a_byline_under_the_headline_needs_no_name():
    found = meta('<div class="info">By Jane Dorrit | 12 March 2024</div>')
    assert (found["authors"], found["date"]) == ("Jane Dorrit", "By Jane Dorrit | 12 March 2024")
    assert "authors" not in meta(body=f"{BODY}<p>By Jane Dorrit</p>")


@pytest.mark.parametrize(
    "nobody",
    ["TTXVN", "Theo TTXVN", "Theo Tuổi Trẻ", "Nhóm PV", "Staff Writer", "Reuters Staff", "Web Desk", "AFP",
     "Ban Thời sự", "Lo Ren Herald", "the Lo Ren Herald", "desk@herald.example", "https://x.example/ann",
     "Ảnh: Trần Hà", "Tuesday"],
)  # fmt: skip
def test_agencies_desks_and_the_outlet_are_no_persons(nobody):
    assert bylines.persons([nobody, "Ann Vole"], ["Lo Ren Herald"]) == "Ann Vole"
    head = f'<meta name="author" content="{nobody}"><meta property="og:site_name" content="Lo Ren Herald">'
    assert "authors" not in meta(head=head)
    assert "authors" not in meta(f'<p class="author">{nobody}</p>', head=head)


@pytest.mark.parametrize(
    ("byline", "people"),
    [
        ("By JANE DORRIT, Staff Writer", "JANE DORRIT"),
        ("PV - Lê Minh Khôi", "Lê Minh Khôi"),
        ("Lê Minh Khôi (tổng hợp)", "Lê Minh Khôi"),
        ("Theo Walcott", "Theo Walcott"),
        ("Bài: Lê Minh - Ảnh: Trần Hà", "Lê Minh"),
        ("Ann Vole and Tom Pell", "Ann Vole; Tom Pell"),
    ],
)
def test_persons_of_a_byline(byline, people):
    assert bylines.persons([byline]) == people


# Powers


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("10<sup>6</sup>", "10^6"),
        ("<b>10</b><sup>-3</sup>", "10^-3"),
        ("H<sub>2</sub>O", "H2O"),
        ("5 km<sup>2</sup>", "5 km2"),
        ("the 4<sup>th</sup>", "the 4th"),
        ("3<sup>1</sup>/<sub>2</sub>", "3 1/2"),
        ("<sup>2</sup>He", "2He"),
    ],
)
def test_a_power_is_no_digit_more(markup, words):
    line = f"They counted {markup} of them in the harbour of Lo Ren."
    for text in (
        page(f"<article><h1>{TITLE}</h1>{BODY}<p>{line}</p></article>").text,
        web.fragment(f"<p>{line}</p>"),
    ):
        assert f"They counted {words} of them in the harbour of Lo Ren." in text.split("\n\n")
