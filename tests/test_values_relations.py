"""Direction, denial and trend: only clear conflicts, in both languages."""

from __future__ import annotations

import pytest

from rag.values import conflicting_direction, conflicting_polarity, negated, relations

RELATIONS = [
    ("en", "Japan has 40 projects in Laos.", ("invest", "country:JP", "country:LA")),
    ("en", "Japan's investment in Laos reached 5 billion USD.", ("invest", "country:JP", "country:LA")),
    ("en", "Investment from Japan in Laos rose.", ("invest", "country:JP", "country:LA")),
    ("en", "Laos exports rice to Japan.", ("export", "country:LA", "country:JP")),
    ("en", "Laos imports cars from Japan.", ("import", "country:LA", "country:JP")),
    ("en", "Laos was attacked by Japan.", ("attack", "country:JP", "country:LA")),
    ("en", "Laos is Japan's second-largest trading partner.", ("rank 2", "country:LA", "country:JP")),
    ("en", "Laos is the second-largest trading partner of Japan.", ("rank 2", "country:LA", "country:JP")),
    ("vi", "Nhật Bản có 40 dự án tại Lào.", ("invest", "country:JP", "country:LA")),
    ("vi", "Doanh nghiệp Nhật Bản đầu tư vào Lào.", ("invest", "country:JP", "country:LA")),
    ("vi", "Lào xuất khẩu gạo sang Nhật Bản.", ("export", "country:LA", "country:JP")),
    ("vi", "Lào bị Nhật Bản tấn công.", ("attack", "country:JP", "country:LA")),
    ("vi", "Lào là đối tác thương mại lớn thứ hai của Nhật Bản.", ("rank 2", "country:LA", "country:JP")),
]


@pytest.mark.parametrize(("lang", "sentence", "relation"), RELATIONS)
def test_relations(lang: str, sentence: str, relation: tuple[str, str, str]) -> None:
    assert [(one.act, one.agent, one.target) for one in relations(sentence, lang)] == [relation]


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "Japan and Laos invest."),
        ("en", "Trade between Japan and Laos grew."),
        ("vi", "Nhật Bản và Lào hợp tác đầu tư."),
    ],
)
def test_doubt_is_silent(lang: str, sentence: str) -> None:
    assert relations(sentence, lang) == []


BOTH_RANKS = (
    "Laos is Japan's second-largest trading partner, while Japan is Laos's fourth-largest trading partner."
)
SWAPPED = [
    ("Laos has 40 projects in Japan.", "en", "Japan has 40 projects in Laos.", "en"),
    ("Laos has 40 projects in Japan.", "en", "Nhật Bản có 40 dự án tại Lào.", "vi"),
    ("Lào đầu tư vào Nhật Bản 40 triệu USD.", "vi",
     "Japan's investment in Laos reached 40 million USD.", "en"),
    ("Japan exports rice to Laos.", "en", "Lào xuất khẩu gạo sang Nhật Bản.", "vi"),
    ("Japan was attacked by Laos.", "en", "Lào bị Nhật Bản tấn công.", "vi"),
    ("Japan is Laos's second-largest trading partner.", "en",
     BOTH_RANKS, "en"),
    ("Japan has 40 projects in Laos.", "en",
     "Japan has 9 projects in Laos. Laos has 40 projects in Japan.", "en"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "claim_lang", "quote", "quote_lang"), SWAPPED)
def test_swapped_direction_is_a_conflict(claim: str, claim_lang: str, quote: str, quote_lang: str) -> None:
    assert conflicting_direction(claim, quote, claim_lang=claim_lang, quote_lang=quote_lang)


@pytest.mark.parametrize(
    ("claim", "claim_lang", "quote", "quote_lang"),
    [(quote, quote_lang, quote, quote_lang) for _, _, quote, quote_lang in SWAPPED]
    + [
        ("Japan has 40 projects in Laos.", "en", "Nhật Bản có 40 dự án tại Lào.", "vi"),
        ("Japan is Laos's fourth-largest trading partner.", "en", BOTH_RANKS, "en"),
        ("Japan has 40 projects.", "en", "Laos has 40 projects in Japan.", "en"),
        ("Japan and Laos traded 40 tonnes.", "en", "Laos exports 40 tonnes to Japan.", "en"),
    ],
)
def test_agreement_and_doubt_are_no_conflict(
    claim: str, claim_lang: str, quote: str, quote_lang: str
) -> None:
    assert not conflicting_direction(claim, quote, claim_lang=claim_lang, quote_lang=quote_lang)


OPPOSED = [
    ("Exports rose in May.", "en", "Exports fell in May.", "en"),
    ("Exports rose in May.", "en", "Xuất khẩu giảm trong tháng 5.", "vi"),
    ("Xuất khẩu tăng trong tháng 5.", "vi", "Exports dropped in May.", "en"),
    ("The minister signed the deal.", "en", "The minister did not sign the deal.", "en"),
    ("Bộ trưởng đã ký thỏa thuận.", "vi", "Bộ trưởng chưa ký thỏa thuận.", "vi"),
    ("The minister signed the deal.", "en", "Bộ trưởng không ký thỏa thuận.", "vi"),
    ("It cost more than 5 million USD.", "en", "It cost less than 5 million USD.", "en"),
    ("It cost more than 5 million USD.", "en", "Nó tốn chưa đến 5 triệu USD.", "vi"),
    ("The bridge opened before 2020.", "en", "The bridge opened after 2020.", "en"),
    ("Ruiz answered our calls.", "en", "Ana Ruiz, who teaches at Porto, did not answer our calls.", "en"),
    ("Ruiz teaches at Porto.", "en", "Ana Ruiz, who never taught at Porto, answered our calls.", "en"),
]


@pytest.mark.parametrize(("claim", "claim_lang", "quote", "quote_lang"), OPPOSED)
def test_opposites_conflict(claim: str, claim_lang: str, quote: str, quote_lang: str) -> None:
    assert conflicting_polarity(claim, quote, claim_lang=claim_lang, quote_lang=quote_lang)
    assert not conflicting_polarity(claim, claim, claim_lang=claim_lang, quote_lang=claim_lang)
    assert not conflicting_polarity(quote, quote, claim_lang=quote_lang, quote_lang=quote_lang)


@pytest.mark.parametrize(
    ("claim", "claim_lang", "quote", "quote_lang"),
    [
        ("The deal was signed.", "en", "The deal was signed, but the budget was not approved.", "en"),
        ("Ruiz teaches at Porto.", "en", "Ana Ruiz, who teaches at Porto, did not answer us.", "en"),
        ("Bà Ruiz dạy ở Porto.", "vi", "Ana Ruiz, who teaches at Porto, did not answer us.", "en"),
        ("Hàng không phát triển, chẳng hạn ở đây.", "vi", "Aviation develops, here for example.", "en"),
        ("It is unsafe.", "en", "Nó không an toàn.", "vi"),
        ("Not only rice but coffee is grown.", "en", "Rice and coffee are grown.", "en"),
        ("Prices fell and wages rose.", "en", "Wages rose.", "en"),
    ],
)
def test_no_conflict_is_invented(claim: str, claim_lang: str, quote: str, quote_lang: str) -> None:
    assert not conflicting_polarity(claim, quote, claim_lang=claim_lang, quote_lang=quote_lang)


def test_negation_reaches_its_own_phrase_only() -> None:
    text = "They did not sign the treaty, but they paid 5 million USD."
    assert negated(text, "en", (text.index("treaty"), text.index("treaty") + 6))
    assert not negated(text, "en", (text.index("5 million"), text.index("5 million") + 9))
    vi = "Họ chưa ký hiệp ước, nhưng đã trả 5 triệu USD."
    assert negated(vi, "vi", (vi.index("hiệp ước"), vi.index("hiệp ước") + 8))
    assert not negated(vi, "vi", (vi.index("5 triệu"), vi.index("5 triệu") + 7))
