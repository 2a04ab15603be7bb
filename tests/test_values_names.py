"""Names across spellings and languages, and the keys that match a question with a sentence."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.values import acronyms, concepts, find_names, same_name, unsupported_names

# (language, sentence, keys of the sure names)
FOUND = [
    (
        "en",
        "President Luong Cuong met Prabowo Subianto in Lima.",
        ["name:luong cuong", "name:prabowo subianto", "name:lima"],
    ),
    ("en", "To Lam, the general secretary, flew home.", ["name:to lam"]),
    ("en", "The Ministry of Foreign Affairs spoke.", ["org:MOFA"]),
    ("en", "Japanese and South Korean firms invest in Viet Nam.", ["country:JP", "country:KR", "country:VN"]),
    ("en", "Trade with the U.S. and the UK; they told us so.", ["country:US", "country:GB"]),
    ("en", "Vietnam-Indonesia ties", ["country:VN", "country:ID"]),
    ("en", "Cooperation grew. Trade fell. Exports rose.", []),
    ("en", "In March, the VinFast plant opened.", ["name:vinfast"]),
    ("en", "He lives in Ho Chi Minh City.", ["place:hcmc"]),
    ("en", "Armenian wine", ["country:AM"]),
    ("vi", "Chủ tịch nước Võ Văn Thưởng gặp Tổng thống Widodo", ["name:vo van thuong", "name:widodo"]),
    ("vi", "Chủ_tịch nước Võ_Văn_Thưởng đến Hà_Nội", ["name:vo van thuong", "place:hanoi"]),
    ("vi", "Kim ngạch với Nhật Bản, Mỹ và Anh tăng.", ["country:JP", "country:US", "country:GB"]),
    ("vi", "Nhất trí với bà Nga, Anh ấy cười.", ["name:nga"]),
    ("vi", "Ảnh: Tuấn Anh", ["name:tuan anh"]),
    ("vi", "Tổng thống Mỹ Donald Trump", ["country:US", "name:donald trump"]),
    ("vi", "Bộ Công Thương và Liên minh châu Âu", ["org:MOIT", "org:EU"]),
    ("vi", "Hợp tác với Hàn Quốc ở Thành phố Hồ Chí Minh", ["country:KR", "place:hcmc"]),
    ("vi", "viet nam va nhat ban", ["country:VN", "country:JP"]),
    ("vi", "Cục Thống kê Lao động", []),
    ("vi", "Ong Tran Duc gap ba Le My Nga", ["name:tran duc", "name:le my nga"]),
    ("vi", "o cong ty Xanh Cu Lao", ["name:xanh cu lao"]),
    ("vi", "kim ngach Viet Nam Lao", ["country:VN", "country:LA"]),
    ("vi", "nguoi Duc va nguoi Phap", ["country:DE", "country:FR"]),
]

PAIRS = [
    ("en", "Vo Van Thuong", "vi", "Võ Văn Thưởng"),
    ("en", "Vietnam", "vi", "Việt Nam"),
    ("en", "Viet Nam", "en", "Vietnamese"),
    ("en", "Japan", "vi", "Nhật Bản"),
    ("en", "South Korea", "vi", "Hàn Quốc"),
    ("en", "Türkiye", "vi", "Thổ Nhĩ Kỳ"),
    ("en", "European Union", "vi", "Liên minh châu Âu"),
    ("en", "United Nations", "vi", "Liên Hợp Quốc"),
    ("en", "Prabowo", "en", "Prabowo Subianto"),
    ("en", "Mr. Lam", "en", "General Secretary To Lam"),
    ("en", "Hanoi", "vi", "Hà Nội"),
    ("vi", "Hoà Bình", "vi", "Hòa Bình"),
]
DIFFERENT = [
    ("en", "Vietnam", "vi", "Nhật Bản"),
    ("en", "North Korea", "vi", "Hàn Quốc"),
    ("en", "Prabowo Subianto", "en", "Joko Widodo"),
    ("en", "Austria", "en", "Australia"),
    ("vi", "Nguyễn Văn An", "vi", "Nguyễn Văn Bình"),
]


def first(lang: str, text: str):
    return find_names(f"{'with' if lang == 'en' else 'với'} {text}", lang)[0]


@pytest.mark.parametrize(("lang", "sentence", "keys"), FOUND)
def test_found(lang: str, sentence: str, keys: list[str]) -> None:
    names = find_names(sentence, lang)
    assert [name.key for name in names if name.sure] == keys
    assert all(sentence[name.start : name.end] == name.text for name in names)


@pytest.mark.parametrize(("lang_a", "a", "lang_b", "b"), PAIRS)
def test_same(lang_a: str, a: str, lang_b: str, b: str) -> None:
    assert same_name(first(lang_a, a), first(lang_b, b))
    assert same_name(first(lang_b, b), first(lang_a, a))


@pytest.mark.parametrize(("lang_a", "a", "lang_b", "b"), DIFFERENT)
def test_different(lang_a: str, a: str, lang_b: str, b: str) -> None:
    assert not same_name(first(lang_a, a), first(lang_b, b))


@pytest.mark.parametrize(
    ("claim", "claim_lang", "quote", "quote_lang", "missing"),
    [
        ("Japan invests there.", "en", "Nhật Bản đầu tư tại đó.", "vi", []),
        ("Nhật Bản đầu tư tại đó.", "vi", "Japanese firms invest there.", "en", []),
        ("Singapore invests there.", "en", "Indonesia đầu tư tại đó.", "vi", ["Singapore"]),
        ("Trung Quốc đầu tư tại đó.", "vi", "Japanese firms invest there.", "en", ["Trung Quốc"]),
        ("He met Vo Van Thuong.", "en", "Ông gặp Võ Văn Thưởng.", "vi", []),
        ("He met Tran Van Nam.", "en", "Ông gặp Võ Văn Thưởng.", "vi", ["Tran Van Nam"]),
        ("He met Joko Widodo.", "en", "He met Prabowo Subianto.", "en", ["Joko Widodo"]),
        ("Cooperation with VinFast grew.", "en", "VinFast grew.", "en", []),
        ("Cooperation with Toyota grew.", "en", "VinFast grew.", "en", ["Toyota"]),
        ("The EU agreed.", "en", "Liên minh châu Âu đồng ý.", "vi", []),
        ("The Government agreed.", "en", "chính phủ đồng ý.", "vi", []),
    ],
)
def test_unsupported_names(
    claim: str, claim_lang: str, quote: str, quote_lang: str, missing: list[str]
) -> None:
    found = unsupported_names(claim, quote, claim_lang=claim_lang, quote_lang=quote_lang)
    assert [name.text for name in found] == missing


def test_context_counts_and_the_article_only_explains() -> None:
    claim, quote = "They met To Lam.", "They met Lam."
    langs = {"claim_lang": "en", "quote_lang": "en"}
    assert unsupported_names(claim, quote, article="General Secretary To Lam came.", **langs) == []
    assert [n.text for n in unsupported_names(claim, quote, **langs)] == ["To Lam"]
    assert [n.text for n in unsupported_names(claim, "They met.", article="To Lam came.", **langs)] == [
        "To Lam"
    ]
    assert unsupported_names(claim, "They met.", context="To Lam came.", **langs) == []


def test_acronyms_stand_for_what_the_text_says() -> None:
    text = "A Joint Fishery Council (JFC) and the Party of Green Hills (PGH) met (again)."
    assert acronyms(text) == {"jfc": "joint fishery council", "pgh": "party of green hills"}
    langs = {"claim_lang": "en", "quote_lang": "en"}
    assert unsupported_names("It was JFC.", "The Joint Fishery Council met.", article=text, **langs) == []
    assert unsupported_names("It was JFC.", "The Joint Fishery Council met.", **langs) != []


@pytest.mark.parametrize(
    ("en", "vi", "shared"),
    [
        ("What was trade between Vietnam and Indonesia in 2023?",
         "Kim ngạch thương mại Việt Nam - Indonesia năm 2023",
         {"country:VN", "country:ID", "year:2023", "term:trade"}),
        ("How many projects does Japan have?", "Nhật có 12 dự án", {"country:JP", "term:project"}),
        ("In March the prime minister visited 4 provinces", "Tháng 3, Thủ tướng thăm bốn tỉnh",
         {"month:3", "role:prime_minister", "term:visit", "num:4", "term:province"}),
        ("16.7 billion USD", "16,7 ty USD", {"num:16700000000", "unit:USD"}),
        ("registered capital of Japan", "von dang ky cua nhat ban",
         {"country:JP", "term:capital", "term:registered"}),
    ],
)  # fmt: skip
def test_concepts_do_not_depend_on_language(en: str, vi: str, shared: set[str]) -> None:
    assert shared <= concepts(en, "en")
    assert shared <= concepts(vi, "vi")


def test_concepts_of_different_matters_differ() -> None:
    assert not concepts("Coffee prices fell in Brazil", "en") & concepts("Cầu thủ Hàn Quốc ghi bàn", "vi")


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from([row[1] for row in FOUND] + ["“Sea of Stars”", "A", "…", "(ABC)", "\n"]), max_size=5
    )
)
def test_offsets_are_exact_and_ordered(parts: list[str]) -> None:
    for text in (" ".join(parts), unicodedata.normalize("NFD", " ".join(parts))):
        for lang in ("en", "vi"):
            names = find_names(text, lang)
            assert all(text[n.start : n.end] == n.text for n in names)
            assert all(a.end <= b.start for a, b in pairwise(names))
