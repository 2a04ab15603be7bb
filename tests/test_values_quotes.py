"""Quotations are found where they stand, and cut only where nothing is lost."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.values.quotes import clause, find_quote, nearest_quote

TEXT = "He said:  “The plan’s cost\nis 15 billion dong — no more…”  Việt_Nam đồng ý ."


@pytest.mark.parametrize(
    ("needle", "found"),
    [
        ("The plan's cost is 15 billion dong", "The plan’s cost\nis 15 billion dong"),
        ('"The plan', "“The plan"),
        ("dong - no more...", "dong — no more…"),
        ("  Việt Nam   đồng ý", "Việt_Nam đồng ý"),
        (unicodedata.normalize("NFD", "Việt Nam đồng ý"), "Việt_Nam đồng ý"),
        ("15 billion\u200b dong", "15 billion dong"),
    ],
)
def test_found(needle: str, found: str) -> None:
    span = find_quote(needle, TEXT)
    assert span is not None
    assert TEXT[span[0] : span[1]] == found


@pytest.mark.parametrize(
    "needle", ["", "  ", "5 billion", "15 billion don", "The plan costs", "THE PLAN", "Viet Nam"]
)
def test_not_found(needle: str) -> None:
    assert find_quote(needle, TEXT) is None


def test_case_is_optional() -> None:
    assert find_quote("THE PLAN", TEXT, ignore_case=True) == (TEXT.index("The"), TEXT.index("The") + 8)


def test_decomposed_text_keeps_its_own_offsets() -> None:
    text = unicodedata.normalize("NFD", "Ông nói: Việt Nam đồng ý ngay.")
    span = find_quote("Việt Nam đồng ý", text)
    assert span is not None
    assert unicodedata.normalize("NFC", text[span[0] : span[1]]) == "Việt Nam đồng ý"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab “”\"'’\n\t-–éđ\u0301…", min_size=1, max_size=40), st.data())
def test_every_stretch_of_words_is_found_again(text: str, data: st.DataObject) -> None:
    words = text.split()
    if not words:
        return
    begin = data.draw(st.integers(0, len(words) - 1))
    needle = " ".join(words[begin : data.draw(st.integers(begin + 1, len(words)))])
    span = find_quote(needle, text)
    if not any(unicodedata.combining(word[0]) for word in words):
        assert span is not None
        assert "".join(text[span[0] : span[1]].split()).startswith(needle[0]) or needle[0] in "“”\"'’-–…"


def cut(sentence: str, focus: str, *keep: str) -> str:
    spans = [(sentence.index(part), sentence.index(part) + len(part)) for part in (focus, *keep)]
    start, end = clause(sentence, 0, len(sentence), spans[0], spans[1:])
    return sentence[start:end]


def test_a_clause_of_its_own_is_cut_out() -> None:
    sentence = "The port handled 5 million tonnes of cargo; the airport got two million visitors in May."
    assert cut(sentence, "5 million") == "The port handled 5 million tonnes of cargo"
    assert cut(sentence, "two million") == "the airport got two million visitors in May."
    assert cut(sentence, "two million", "port") == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "The port did not handle any cargo at all; the airport received two million visitors in May.",
        "According to the mayor the port is full; the airport received two million visitors in May.",
        "If the strike ends the port opens; the airport received two million visitors in May.",
        "Theo ông Nam, cảng đã đầy hàng; sân bay đón two million lượt khách trong tháng 5.",
        "The port is full of cargo and ships; it got two million.",
    ],
)
def test_denial_attribution_condition_and_scraps_stay_whole(sentence: str) -> None:
    assert cut(sentence, "two million") == sentence


def test_a_plural_is_the_same_word_and_nearer_than_half_of_it():
    text = "It was a strategic partner first; since 2025 the two are comprehensive strategic partners."
    start, end = nearest_quote("comprehensive strategic partner", text)
    assert text[start:end] == "comprehensive strategic partners"


def test_a_word_may_be_copied_with_a_slip():
    text = "Langeveld now teaches at Teyne University on the Rhine."
    start, end = nearest_quote("Teyen University", text)
    assert text[start:end] == "Teyne University"
    start, end = nearest_quote("the Rheine", text)
    assert text[start:end] == "the Rhine"
    assert nearest_quote("the Rhone", text) is None


def test_what_has_no_word_was_copied_from_nowhere():
    assert [nearest_quote(draft, "It is good.") for draft in ("👍", "…", "")] == [None] * 3


def test_numerals_have_no_plural():
    assert nearest_quote("1990s", "The tower was built in 1990.") is None


def test_words_are_not_taken_from_the_next_sentence():
    text = "The line closed because passengers had moved to the bridge. Passenger numbers fell."
    start, end = nearest_quote("passengers moved to the bridge", text)
    assert text[start:end] == "passengers had moved to the bridge"
    text = "Rosalind Berg leads it. She came from Ostrel Marine. Gunnar Holt retires."
    assert nearest_quote("Ostrel Marine, Gunnar Holt", text) is not None
