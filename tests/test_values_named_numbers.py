"""A number that is a part of a name counts nothing: it stays a bare number, without unit and noun."""

from __future__ import annotations

import pytest

from rag.values import find_values, supports


def read(text, lang):
    return [(value.text, value.kind) for value in find_values(text, lang)]


@pytest.mark.parametrize(("lang", "text", "number"), [
    ("vi", "Cầu Sông Trà 2 giờ là niềm tự hào", "2"),
    ("vi", "Cầu Sông Trà 2 giờ ra sao?", "2"),
    ("vi", "Đi Vành đai 3 giờ đã thông", "3"),
    ("vi", "cầu Amarel 2 khánh thành", "2"),
    ("vi", "dịch Covid 19 cướp đi nhiều thứ", "19"),
    ("vi", "quốc lộ 1 đoạn qua Huế", "1"),
    ("vi", "tuyến metro số 1 vận hành", "1"),
    ("en", "the Covid 19 cases", "19"),
    ("en", "When the Amarel 2 opens", "2"),
    ("en", "metro line 1 trains", "1"),
])  # fmt: skip
def test_the_number_of_a_name_counts_nothing(lang, text, number) -> None:
    assert read(text, lang) == [(number, "number")]


@pytest.mark.parametrize(("lang", "text", "value", "kind"), [
    ("vi", "ở Hà Nội 2 ngày", "2 ngày", "duration"),
    ("vi", "Từ Hà Nội 2 giờ bay", "2 giờ", "duration"),
    ("vi", "từ Sông Trà 2 giờ sáng", "2 giờ", "duration"),
    ("vi", "ông ở Hà Nội 2 giờ đồng hồ", "2 giờ", "duration"),
    ("vi", "Nhóm ở Hà Nội 2 người", "2", "count"),
    ("vi", "Hãng có tại Hà Nội 3 dự án", "3", "count"),
    ("vi", "Mưa ở Huế 200 mm", "200 mm", "measure"),
    ("vi", "Họ gặp tại Huế 45 cựu binh", "45", "count"),
    ("vi", "Bắt 5 đối tượng", "5", "count"),
    ("vi", "trong số 12 nước", "12", "count"),
    ("en", "He met in Paris 3 people", "3", "count"),
    ("en", "In Hanoi 12 divers drowned", "12", "count"),
    ("en", "Storm Kills 9 Fishermen", "9", "count"),
    ("en", "a loan of USD 5 million", "USD 5 million", "amount"),
])  # fmt: skip
def test_what_is_counted_beside_a_name_still_counts(lang, text, value, kind) -> None:
    assert read(text, lang) == [(value, kind)]


def test_another_number_is_still_another_thing() -> None:
    quote = "Cầu Amarel 2 khánh thành hôm qua."
    assert not supports("Cầu Amarel 2 khánh thành.", quote, claim_lang="vi", quote_lang="vi")
    assert supports("Cầu Amarel 3 khánh thành.", quote, claim_lang="vi", quote_lang="vi")
