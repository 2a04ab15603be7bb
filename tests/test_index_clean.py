import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.text import layout, titles
from index.text.clean import clean, tidy

# Pieces that scraping leaves behind, so that random texts have something to be cleaned of.
_PIECES = st.sampled_from(
    ["![]() |", "Latest", "Xem thêm", "World | Asia", "World", "A headline of five words", '"', "“ ", " ”", "_",  # noqa: E501
     " ,", " .", "...", "…", "\u200b", "\u202e", "e\u0301", "\n", "\n\n", " |", "• ", "- ", "# ", "1. ", "11-13 / 1",  # noqa: E501
     "Việt_Nam", "Try The Star's jobs board.", "(Photo: A B)", "Ảnh : Giang Huy", "``", "?", "lower case words that go on and on "]  # noqa: E501
)  # fmt: skip
_TEXTS = st.lists(st.one_of(_PIECES, st.text(max_size=12)), max_size=25).map("".join)


@given(_TEXTS)
@settings(max_examples=400, deadline=None)
def test_cleaning_twice_is_cleaning_once(text):
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(unicodedata.category(one) in {"Cf", "Co", "Cs"} for one in once)


@given(_TEXTS)
@settings(max_examples=300, deadline=None)
def test_blocks_cover_the_text_exactly(text):
    draft = layout.draft(text)
    assert "\n\n".join(draft.text[one.start : one.end] for one in draft.blocks) == draft.text


@given(st.text(alphabet="abcdefghij ABC", min_size=1, max_size=60).filter(str.strip))
def test_plain_words_are_never_lost(text):
    assert tidy(text).split() == text.split()


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("Việt_Nam phấn_đấu", "Việt Nam phấn đấu"),
        ("snake_case stays a name", "snake_case stays a name"),
        ("file_1 has _ alone", "file_1 has _ alone"),
        ("xin chào , ông Bình .", "xin chào, ông Bình."),
        ('" Hợp tác tốt " , ông nói', '"Hợp tác tốt", ông nói'),
        ("“ Quoted ” text", "“Quoted” text"),
        ("ngày 11-13 / 1 .", "ngày 11-13/1."),
        ("Ảnh : Giang Huy", "Ảnh: Giang Huy"),
        ("đổi mới ... đồng thời", "đổi mới... đồng thời"),
        ("a .5 share", "a .5 share"),
        ("zero\u200bwidth \u202eright\u202c", "zerowidth right"),
        ("Ha\u0300 No\u0323\u0302i", "Hà Nội"),
        ("60 / 40 and/or", "60/40 and/or"),
    ],
)
def test_tidy(raw, wanted):
    assert tidy(raw) == wanted


SCRAPED = """World Watch

Harbour Opens Third Bridge to the North

Recent Features

World Watch | Economy | Northern Europe

Harbour Opens Third Bridge to the North

The city has waited nine years.

![]() |
The new bridge at dusk |
The bridge was opened yesterday. It is 2 km long.

![](x.png) |
Harbour Opens Third Bridge to the North |

Costs and tolls
• Bridge: 120 million USD
• Road: 30 million USD

Would you like a new career?
Try The Northern Star's jobs board.
Find your harbour job
"""


def test_a_scraped_page_reads_like_an_article():
    draft = layout.draft(SCRAPED)
    assert draft.title == "Harbour Opens Third Bridge to the North"
    assert draft.outlet == "The Northern Star"
    kinds = [(one.kind, draft.text[one.start : one.end]) for one in draft.blocks]
    assert kinds[:6] == [
        ("paragraph", "The city has waited nine years."),
        ("caption", "The new bridge at dusk"),
        ("paragraph", "The bridge was opened yesterday. It is 2 km long."),
        ("heading", "Costs and tolls"),
        ("list", "Bridge: 120 million USD"),
        ("list", "Road: 30 million USD"),
    ]
    assert "jobs board" not in draft.text
    assert "Recent Features" not in draft.text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "Harbour City opens third bridge over Lam River The third bridge over the Lam River in Harbour City was "  # noqa: E501
            "opened on Monday. It is 2 km long.",
            "Harbour City opens third bridge over Lam River",
        ),
        (
            "Hà Nội mở rộng đường vành đai 4 qua ba huyện Chủ tịch thành phố Trần Sỹ Thanh cho biết đường vành đai 4 "  # noqa: E501
            "qua ba huyện sẽ được mở rộng . Dự án dài 58 km .",
            "Hà Nội mở rộng đường vành đai 4 qua ba huyện",
        ),
        (
            "Norway Raises Fish Exports to Record High Norway has raised its fish exports to a record high of 2.9 million "  # noqa: E501
            "tonnes. Most of it was salmon.",
            "Norway Raises Fish Exports to Record High",
        ),
    ],
)
def test_a_title_that_runs_into_the_text_is_split_off(text, title):
    draft = layout.draft(text)
    assert draft.title == title
    assert f"{draft.title} {draft.text}".replace("\n\n", " ") == tidy(text)


@pytest.mark.parametrize(
    "text",
    [
        "Vietnam exported 3 million tonnes of rice in 2024. Most of it went to the Philippines.",
        "President Anna Reed met Prime Minister John Smith of Norway in Oslo on Monday to speak of fish. They agreed.",  # noqa: E501
        "Chủ tịch nước Võ Văn Thưởng tiếp Đại sứ Na Uy tại Hà Nội chiều 3/5. Hai bên bàn về cá hồi.",
    ],
)
def test_without_a_title_nothing_is_taken_from_the_text(text):
    draft = layout.draft(text)
    assert draft.text == tidy(text)
    assert draft.title.rstrip("…") in text


def test_captions_inside_running_text_are_set_apart():
    text = (
        "Lễ ký diễn ra sáng 12/1 tại Hà Nội. Hai bên ký năm văn kiện. Hai lãnh đạo bắt tay tại Phủ Chủ tịch . "  # noqa: E501
        "Ảnh : Minh Quân Hai nước nhất trí hợp tác. Trần An"
    )
    draft = layout.draft("Hai nước ký năm văn kiện\n\n" + text)
    assert [(one.kind, draft.text[one.start : one.end]) for one in draft.blocks] == [
        ("paragraph", "Lễ ký diễn ra sáng 12/1 tại Hà Nội. Hai bên ký năm văn kiện."),
        ("caption", "Hai lãnh đạo bắt tay tại Phủ Chủ tịch. Ảnh: Minh Quân"),
        ("paragraph", "Hai nước nhất trí hợp tác."),
        ("caption", "Trần An"),
    ]


@pytest.mark.parametrize(
    ("title", "body", "wanted"),
    [
        (
            "HARBOUR - NORWAY FORUM 2025: NEW WAYS FOR THE EU AND WTO",
            "The Harbour met Norway; the EU and the WTO watched the new ways.",
            "Harbour - Norway Forum 2025: New Ways for the EU and WTO",
        ),
        (
            "KHÁNH THÀNH CẦU THỨ BA Ở HÀ NỘI",
            "Cây cầu thứ ba ở Hà Nội đã khánh thành, và Hà Nội mừng.",
            "Khánh thành cầu thứ ba ở Hà Nội",
        ),
        ("EU and WTO", "…", "EU and WTO"),
    ],
)
def test_titles_come_out_of_capitals(title, body, wanted):
    assert titles.recase(title, body) == wanted
