"""When two articles are one story, and two sentences one statement."""

import itertools

import numpy as np
import pytest
from wire_stories import COURIER, ECHO, FOLLOW_UP, HERALD, VIETNAMESE, WEEKS, WIRE

from index import near
from index.text import lexical


def copies(one, other):
    return near.copies(near.sketch(one), near.sketch(other))


def test_resemblance_by_hand_and_by_brute_force():
    def of(one, other):
        return near.resemblance(near.sketch(one), near.sketch(other))

    assert of("a b c d", "a b c e") == 1 / 3  # abc in both, bcd, bce
    assert of("a b c d", "A, b: C d!") == 1
    assert of("a b", "a b") == 1
    assert of("a b c", "d e f") == 0
    for one, other in itertools.combinations([WIRE, HERALD, FOLLOW_UP, *WEEKS, VIETNAMESE], 2):
        sets = []
        for text in (one, other):
            words = lexical.tokens(text)
            sets.append({tuple(words[i : i + 3]) for i in range(len(words) - 2)})
        assert of(one, other) == len(sets[0] & sets[1]) / len(sets[0] | sets[1])


@pytest.mark.parametrize(("shared", "own"), [(0, 300), (50, 200), (300, 300), (900, 50), (400, 0)])
def test_hashes_agree_as_often_as_sets_do(shared, own):
    """The share of equal least values is J, with the error of so many drawings (four of them allowed)."""
    numbers = np.random.default_rng(7).integers(0, 2**63, shared + 2 * own, dtype=np.uint64)
    one, other = numbers[: shared + own], np.concatenate([numbers[:shared], numbers[shared + own :]])
    true = shared / (shared + 2 * own)
    agreed = float((near._min_hash(one) == near._min_hash(other)).mean())
    assert abs(agreed - true) <= 4 * (true * (1 - true) / (near.BANDS * near.ROWS)) ** 0.5


def test_a_long_text_is_hashed_in_portions(monkeypatch):
    whole = near.buckets(near.sketch(WIRE), "en")
    monkeypatch.setattr(near, "_AT_ONCE", 7)
    assert near.buckets(near.sketch(WIRE), "en") == whole


def test_languages_share_no_bucket_and_copies_do():
    wire, herald = near.sketch(WIRE), near.sketch(HERALD)
    assert set(near.buckets(wire, "en")) & set(near.buckets(herald, "en"))
    assert not set(near.buckets(wire, "en")) & set(near.buckets(wire, "vi"))


def test_stored_buckets_are_found_again():
    """Libraries keep these numbers: another way to make them needs a step of the tables."""
    assert near.buckets(near.sketch("The ferry sank on Monday."), "en")[:2] == FERRY


FERRY = [2474448718756073533, 2892383542242117299]


@pytest.mark.parametrize("other", [HERALD, COURIER, ECHO, WIRE.split("\n\n", 1)[1]])
def test_an_edited_story_is_a_copy(other):
    assert copies(WIRE, other)
    assert copies(other, WIRE)


def test_another_article_is_none(monkeypatch):
    assert not copies(*WEEKS)
    assert not copies(WIRE, FOLLOW_UP)
    monkeypatch.setattr(near, "FIGURES", 0.0)
    assert copies(*WEEKS)  # the words alone would make one of them
    monkeypatch.setattr(near, "RESEMBLANCE", 0.05)
    assert copies(WIRE, FOLLOW_UP)


SAID = "The terminal will cost 340 million crowns, said Lindqvist."


def said(text, start=0):
    return near.statement(text, start)


@pytest.mark.parametrize(
    "other",
    [
        "BELMARA (Wire) — The terminal will cost 340 million crowns, said Lindqvist.",
        "BELMARA — The terminal will cost 340 million crowns, said Lindqvist.",
        "Belmara, May 6 (Wire) - The terminal will cost 340 million crowns, said Lindqvist.",
        "(Wire) – The  terminal will cost 340 million crowns , said Lindqvist",
        "“The terminal will cost 340 million crowns”, said Lindqvist.",
    ],
)
def test_marks_and_datelines_do_not_count(other):
    assert said(other) == said(SAID)


def test_a_dateline_stands_at_the_beginning():
    assert said("BELMARA — The port grows.", 0) == said("The port grows.", 900)
    assert said("BELMARA — The port grows.", 900) != said("The port grows.", 900)
    assert said("A port that has seen a good deal of trouble (and no end) — it grows.") != said("it grows.")
    assert said("PERU 2 — CHILE 3") != said("CHILE 3")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SAID, SAID.replace("340", "360")),
        (SAID, SAID.replace("Lindqvist", "Berg")),
        (SAID, SAID.replace("will", "will not")),
        (SAID, SAID[:-1] + "?"),
        ("Trade rose by 5 percent.", "Trade fell by 5 percent."),
        ("It fell from 9 to 5.", "It fell from 5 to 9."),
        ("Peru beat Chile.", "Chile beat Peru."),
        ("It costs $5.", "It costs €5."),
        ("It rose by 5%.", "It rose by 5."),
        ("It is -5 degrees.", "It is 5 degrees."),
        ("It weighs 1.5 kg.", "It weighs 1,5 kg."),
        ("Giá tăng 5%.", "Giá giảm 5%."),
        ("Ông Hoà nói.", "Ông Hoa nói."),
    ],
)
def test_another_figure_name_or_word_is_another_statement(one, other):
    assert said(one) != said(other)


def test_two_ways_of_placing_a_tone_are_one():
    assert said("Ông Hoà đã đến.") == said("Ông Hòa đã đến.")
