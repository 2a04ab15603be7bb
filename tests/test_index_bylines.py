"""Who wrote an article and when: bylines, signatures, what is no person, dates that programs make up."""

import datetime as dt
from pathlib import Path

import pytest

from index import article
from index.text import clean, dates, layout
from index.text.dates import Known

EN = "The harbour of the city was opened on Monday.\n\nIt cost four million crowns.\n\nShips will come in May.\n"  # noqa: E501
VI = "Cảng của thành phố đã mở cửa hôm thứ Hai.\n\nCảng tốn bốn triệu đồng.\n\nTàu sẽ đến vào tháng Năm.\n"


def made(text, **meta):
    return article.of_text(text, Path("a.txt"), meta=meta)


@pytest.mark.parametrize(
    ("line", "authors", "outlet"),
    [
        ("By Ann Vole", ("Ann Vole",), None),
        ("By Ann Vole and Bo Tran", ("Ann Vole", "Bo Tran"), None),
        ("By Ann Vole, The Harbour Times", ("Ann Vole",), "The Harbour Times"),
        ("Written by Ann Vole", ("Ann Vole",), None),
        ("Bài và ảnh: Lê Minh Khôi", ("Lê Minh Khôi",), None),
        ("By Christmas", (), None),
        ("By Staff Writer", (), None),
    ],
)
def test_a_byline_names_the_authors(line, authors, outlet):
    one = made(f"A harbour\n\n{line}\n\n{EN}")
    assert (one.authors, one.outlet) == (authors, outlet)
    assert ("caption", line) in [(block.kind, one.text[block.start : block.end]) for block in one.blocks]
    assert made(f"A harbour\n\n{line}\n\n{EN}", authors="Di Lee").authors == ("Di Lee",)


@pytest.mark.parametrize(
    ("below", "authors"),
    [("Lê Minh Khôi\n\n(Theo TTXVN)", ("Lê Minh Khôi",)), ("Lê Minh Khôi - Trần Hà", ("Lê Minh Khôi", "Trần Hà")),  # noqa: E501
     ("Lê Minh Khôi\n\nNguồn: Báo Cảng", ("Lê Minh Khôi",)), ("TTXVN\n\nTheo Báo Cảng", ())],
)  # fmt: skip
def test_a_signature_below_a_vietnamese_text_is_no_heading(below, authors):
    one = made(f"Cảng mới mở cửa\n\n{VI}\n{below}\n")
    said = [(block.kind, one.text[block.start : block.end]) for block in one.blocks]
    assert not [words for kind, words in said if kind == "heading"]
    assert ("caption", below.split("\n")[0]) in said
    assert one.authors == authors


def test_an_english_text_is_not_signed_and_headings_with_text_below_stay():
    assert made(f"A harbour\n\n{EN}\nHarbour City\n").authors == ()
    one = made(f"A harbour\n\n{EN}\nHarbour City\n\nIt lies in the north.\n\nIt is large.\n")
    assert "heading" in [block.kind for block in one.blocks]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [("(anonymous)", ()), ("anonymous", ()), ("TTXVN", ()), ("Nhóm PV", ()), ("Staff Writer", ()), ("Our Correspondent", ()),  # noqa: E501
     ("Harbour Times", ()), ("Editorial Board", ()), ("Ann Vole (Oslo)", ("Ann Vole",)), ("Reuters, Ann Vole", ("Ann Vole",)),  # noqa: E501
     ("Lê Minh Khôi - Trần Hà", ("Lê Minh Khôi", "Trần Hà")), ("Jean-Luc Ray", ("Jean-Luc Ray",)),
     ("Tác giả: Trần Hà", ("Trần Hà",)), ("Staffan Lee; Editha Ray", ("Staffan Lee", "Editha Ray"))],
)  # fmt: skip
def test_offices_agencies_and_the_outlet_are_no_persons(said, wanted):
    assert made(f"A harbour\n\n{EN}", authors=said, outlet="Harbour Times").authors == wanted


@pytest.mark.parametrize("line", [
    "Read also: The harbour of the north is closed", "Read more: Ships of the north", ">>> Xem thêm: Cảng phía bắc đóng cửa",  # noqa: E501
    "Đọc thêm: Tàu lớn nhất", "» Bài liên quan: Tàu lớn nhất", "- See also: Ships", "Related: Is the harbour too small?",  # noqa: E501
])  # fmt: skip
def test_lines_that_lead_to_another_article_are_dropped(line):
    assert clean.clean(f"It was opened.\n\n{line}\n\nIt is long.") == "It was opened.\n\nIt is long."


@pytest.mark.parametrize("line", [
    "See also: the council had said in May that it would not pay.", "Readers also like ships: many of them came",  # noqa: E501
    "Read also " + "a long story " * 20, "Xem thêm cảng mới",
])  # fmt: skip
def test_sentences_that_begin_like_them_stay(line):
    assert line.strip() in clean.clean(f"It was opened.\n\n{line}\n\nIt is long.")


# Dates


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2024/05/16", Known(dt.date(2024, 5, 16), "day")),
        ("2024-5-6", Known(dt.date(2024, 5, 6), "day")),
        ("16-May-2024", Known(dt.date(2024, 5, 16), "day")),
        ("16/May/2024:08:30:00", Known(dt.date(2024, 5, 16), "day")),
        ("20240516", Known(dt.date(2024, 5, 16), "day")),
        ("20240516T083000Z", Known(dt.date(2024, 5, 16), "day")),
        ("1715846400", Known(dt.date(2024, 5, 16), "day")),
        ("1715846400123", Known(dt.date(2024, 5, 16), "day")),
        ("16 tháng 5 năm 2024", Known(dt.date(2024, 5, 16), "day")),
        ("16 Tháng Năm 2024", Known(dt.date(2024, 5, 16), "day")),
        ("ngày 16 tháng năm năm 2024", Known(dt.date(2024, 5, 16), "day")),
        ("Tháng Mười Hai, 2023", Known(dt.date(2023, 12, 1), "month")),
        ("6 tháng năm 2024", Known(dt.date(2024, 1, 1), "year")),  # six months of 2024
        ("https://a.example/2024/05/16/x", Known(dt.date(2024, 1, 1), "year")),
        ("2024-05-01/2024-05-31", Known(dt.date(2024, 5, 1), "day")),
        ("20241316", None),
        ("12345678", None),
    ],
)
def test_dates_as_programs_and_people_write_them(text, wanted):
    assert dates.parse(text, "vi") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("Doanh thu 6 tháng năm 2024 đạt 16 tỷ.", "2024"), ("Số 20240516 là mã của dự án.", None),
     ("Dự án mang số 1715846400.", None), ("Ông đến ngày 16 tháng Năm năm 2024.", "2024-05-16")],
)  # fmt: skip
def test_numbers_inside_sentences_are_no_dates(text, wanted):
    found = dates.from_text("", text, "vi")
    assert (found.label() if found else None) == wanted


def test_the_zero_of_programs_is_no_date():
    assert made(f"A harbour\n\n{EN}", date="1970-01-01T00:00:00Z").dated is None
    assert made(f"A harbour\n\n{EN}", date="0000000000").dated is None
    assert made(f"A harbour\n\n{EN}", date="1970-01-01", updated="1970-01-01").updated is None
    assert made(f"A harbour\n\nMarch 4, 2024\n\n{EN}", date="1970-01-01").published == dt.date(2024, 3, 4)
    assert made(f"A harbour\n\n{EN}", date="1970-01-02").published == dt.date(1970, 1, 2)


def test_a_layout_knows_names_from_photographs():
    draft = layout.draft(f"Cảng mới\n\n{VI}\nẢnh: Minh Quân\n")
    assert draft.signed is None
