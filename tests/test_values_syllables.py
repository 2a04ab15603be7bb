"""Foreign names spelled by syllables, and names that differ in their marks."""

import pytest
from answer_helpers import article, source

from rag.checks.verify import examine, refuted
from rag.question import understand
from rag.values import concepts, find_names, unsupported_names
from rag.values.syllables import namesake, spelled_out


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Thủ tướng Tô-lan-đra đến hôm qua", ["tolandra"]),
        ("Ông Ô-ba-ma gặp bà Ca-ma-la", ["obama", "camala"]),
        ("Rolls-Royce và Anne-Marie", []),  # every part has a capital: two names
        ("việc xuất-nhập khẩu", []),
        ("A-b", []),
        ("COVID-19", []),
        ("Việt Nam - Indonesia", []),
        ("Thái-lan, In-đô-nê-xi-a", ["thailan", "indonexia"]),
    ],
)
def test_names_by_syllables(text, letters):
    assert [found for _, _, found in spelled_out(text)] == letters


def test_a_spelled_name_is_the_name_in_the_other_language():
    assert "name:tolandra" in concepts("Quốc hội Tô-lan-đra bầu thủ tướng mới.", "vi")
    assert "name:tolandra" in concepts("The parliament of Tolandra has elected.", "en")
    # What the tables know stays a country, and what it says is held by the other spelling.
    assert "country:ID" in concepts("Việt Nam và In-đô-nê-xi-a ký kết.", "vi")
    claim, quote = "Tô-lan-đra có thủ tướng mới.", "There is a new prime minister in Tolandra."
    assert not unsupported_names(claim, quote, claim_lang="vi", quote_lang="en")
    other = unsupported_names(claim, "There is one in Marevia.", claim_lang="vi", quote_lang="en")
    assert [name.text for name in other] == ["Tô-lan-đra"]


def test_offsets_are_those_of_the_text():
    text = "Bà Vesely thăm Tô-lan-đra và Mát-xcơ-va."
    assert [text[name.start : name.end] for name in find_names(text, "vi")] == [
        "Vesely",
        "Tô-lan-đra",
        "Mát-xcơ-va",
    ]


@pytest.mark.parametrize(
    ("name", "text", "other"),
    [
        ("Nguyễn Văn An", "Tiến sĩ Nguyễn Văn Ân nói.", "Nguyễn Văn Ân"),
        ("Nguyễn Văn An", "Ông Nguyễn Văn An gặp tiến sĩ Nguyễn Văn Ân.", None),  # he is there himself
        ("Nguyễn Văn An", "NGUYỄN VĂN AN nói.", None),
        ("Nguyễn Văn An", "Mr. Nguyen Van An said.", None),  # without marks it may be either
        ("Nguyen Van An", "Tiến sĩ Nguyễn Văn Ân nói.", None),
        ("Hoà Bình", "Tỉnh Hòa Bình", None),  # one name, two ways to put the tone
        ("Hòa Bình", "Ông Hoa Bính đến.", "Hoa Bính"),
        ("An", "Ông Ân", None),  # one syllable is shared by too many
        ("Nguyễn Văn An", "Nguyễn", None),
    ],
)
def test_names_that_differ_in_their_marks(name, text, other):
    assert namesake(name, text) == other


def test_what_is_said_of_a_namesake_is_refuted():
    asked = understand("Ông Nguyễn Văn An bao nhiêu tuổi?")
    about = source(article("Tiến sĩ Nguyễn Văn Ân, 39 tuổi, sinh ở Huế.", name="a", lang="vi"))
    found = examine(asked, "39 tuổi", about)
    assert "of Nguyễn Văn Ân, not of Nguyễn Văn An" in found.objections
    assert refuted(found)
    himself = source(article("Ông Nguyễn Văn An, 47 tuổi, sinh ở Huế.", name="b", lang="vi"))
    assert not refuted(examine(asked, "47 tuổi", himself))
