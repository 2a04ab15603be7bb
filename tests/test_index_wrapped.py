"""Lines that a program broke to keep a margin come together; lines that are whole by themselves do not."""

import textwrap
import time

import pytest

from index.text import clean, layout

# No line of it begins with a small letter when it is set 68 characters wide.
TREATY = """The minister of fisheries met the ambassador of the Republic of
Korea and the consul of Japan on Sunday, and they signed a treaty on
4,320 tonnes of tuna a year. "We are glad," said the chairman, Mr.
Odemark. The treaty was drafted in Oslo by a team of seven under
Professor Mara Quill and holds until 2031, with a review in the year
2028.
"""
LONG = (
    "The Harbour Authority said on Monday that ships of up to 60,000 tonnes will call at Lo Ren from 2031. "
    "President Anna Reed opened the quay with Ambassador Kim Min-jun of Korea. It cost 3.2 million euros, of "
    "which Norway paid 1.1 million and the European Union the rest; the Bank of Lo Ren lent nothing. "
) * 3
VIETNAMESE = (
    "Ngày 16 tháng 5 năm 2024, Chủ tịch nước Võ Văn Thưởng tiếp Đại sứ Hàn Quốc tại Hà Nội. Hai bên ký hiệp định "  # noqa: E501
    "về 4.320 tấn cá ngừ mỗi năm. Tổng thống Hàn Quốc sẽ thăm Việt Nam năm 2025 theo lời mời của Chủ tịch nước. "  # noqa: E501
)


def paragraphs(text):
    return [one.text for one in clean.lines(text)]


@pytest.mark.parametrize("width", [45, 60, 68, 72, 78, 100])
@pytest.mark.parametrize("text", [LONG, VIETNAMESE * 2])
def test_wrapped_paragraphs_come_back_whatever_the_case_of_their_lines(text, width):
    wrapped = textwrap.fill(text, width)
    assert paragraphs(f"{wrapped}\n\n{wrapped}\n") == [text.strip()] * 2


def test_a_mail_without_a_line_in_lower_case_is_one_paragraph():
    assert paragraphs(TREATY) == [" ".join(TREATY.split())]
    draft = layout.draft(TREATY, "Korea talks")
    assert [one.kind for one in draft.blocks] == ["paragraph"]


def test_short_paragraphs_take_the_margin_of_the_whole_text():
    short = "The treaty was drafted in Oslo by a team of seven under Professor\nMara Quill.\n"
    assert paragraphs(f"{TREATY}\n{short}")[1] == " ".join(short.split())


def test_paragraphs_that_no_empty_line_parts_stay_apart():
    one, other = textwrap.fill(LONG[:290], 72), textwrap.fill(VIETNAMESE, 72)
    assert paragraphs(f"{one}\n{other}") == [LONG[:290].strip(), VIETNAMESE.strip()]
    indented = "\n".join(textwrap.fill(LONG[:600], 72, initial_indent="   ") for _ in range(3))
    assert paragraphs(indented) == [LONG[:600].strip()] * 3


def test_lines_broken_at_random_are_joined_where_a_sentence_cannot_end():
    text = (
        "Tuna record\n\nThe minister of fisheries met the ambassador of the Republic of\nKorea and the consul of\n"  # noqa: E501
        "Japan in the\nHarbour Hotel on Sunday. They agreed on\n4,320 tonnes.\n"
    )
    assert paragraphs(text)[1:] == [" ".join(text.split("\n\n")[1].split())]
    assert len(paragraphs("What we are waiting for\nThe bridge is to be opened in May.")) == 2


def test_a_word_broken_behind_its_hyphen_is_whole_and_a_hanging_hyphen_stays():
    text = (
        "The council approved the plan of the well-\nknown builder for pre-\nand post-war houses of the city."
    )
    assert paragraphs(text) == [
        "The council approved the plan of the well-known builder for pre- and post-war houses of the city."
    ]


WHOLE = {
    "verse": """Shall I compare thee to a summer's day?
Thou art more lovely and more temperate:
Rough winds do shake the darling buds of May,
And summer's lease hath all too short a date:
Sometime too hot the eye of heaven shines,
And often is his gold complexion dimmed,
And every fair from fair sometime declines,
By chance or nature's changing course untrimmed
""",
    "lục bát": """Trăm năm trong cõi người ta
Chữ tài chữ mệnh khéo là ghét nhau
Trải qua một cuộc bể dâu
Những điều trông thấy mà đau đớn lòng
Lạ gì bỉ sắc tư phong
Trời xanh quen thói má hồng đánh ghen
""",
    "headlines": """Harbour City opens its third bridge over the Lam River
Norway raises its exports of fish to a record high again
Council votes to close the old fish market of Lo Ren soon
Ministers agree a treaty with Korea after months of talks
Odemark wins the cup final in Oslo on penalties once more
""",
    "columns": """Year      Tuna      Squid     Herring   Cod       Total
2022      3,100     220       1,204     310       4,834
2023      3,840     310       1,102     290       5,542
2024      4,320     405       1,090     300       6,115
2025      4,500     420       1,001     280       6,201
""",
    "address": "Harbour Authority of Lo Ren\nThe Long Quay 14\nBox 1204, The Islands\nNorway\n",
}


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("before", ["", textwrap.fill(LONG, 100) + "\n\n"])
def test_lines_that_are_whole_stay(name, before):
    lines = [" ".join(line.split()) for line in WHOLE[name].strip().split("\n")]
    assert paragraphs(before + WHOLE[name])[-len(lines) :] == lines


def test_in_a_wrapped_text_headings_and_items_stay_and_long_items_come_together():
    body = textwrap.fill(LONG[:400], 72)
    items = "- One of them is 2 km\n- " + textwrap.fill(LONG[:200], 70, subsequent_indent="  ")
    found = clean.lines(f"Costs and tolls\n{body}\nWHAT COMES NEXT IN THE HARBOUR OF THE CITY AND ON ALL ITS ISLANDS\n"  # noqa: E501
                        f"{body}\n{items}\n1. First\n2. Second\n")  # fmt: skip
    assert [one.text for one in found] == [
        "Costs and tolls", LONG[:400].strip(), "WHAT COMES NEXT IN THE HARBOUR OF THE CITY AND ON ALL ITS ISLANDS",  # noqa: E501
        LONG[:400].strip(), "One of them is 2 km", LONG[:200].strip(), "1. First", "2. Second",
    ]  # fmt: skip


@pytest.mark.clock
def test_a_long_wrapped_paragraph_takes_time_in_proportion_to_its_length():
    def seconds(times):
        text = textwrap.fill(LONG, 72)
        text = "\n".join([text] * times)
        started = time.process_time()
        clean.lines(text)
        return time.process_time() - started

    seconds(10)
    least = max(min(seconds(200), seconds(200)), 0.05)
    assert min(seconds(800) for _ in range(3)) < 12 * least  # the least of several: others compute too
