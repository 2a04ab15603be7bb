"""Ranks by hand arithmetic."""

import math

import pytest
from eval_world import OURS, RECORDS, case

from eval.cases import parse
from eval.figures.retrieval import MEASURES, by_article, by_quotation, contains


def hits(*pairs):
    return [{"file": file, "text": text} for file, text in pairs]


ONE = parse(case("q", "?", 12, OURS))
TWO = parse(
    case(
        "q", "?", 12, OURS, must_cite=[{"doc_id": "a", "quote": "alpha beta"}, {"doc_id": "b", "quote": "x"}]
    )
)
UNANSWERABLE = parse(RECORDS[4])


def test_articles_by_hand():
    found = by_article(ONE, hits(("vi.txt", ""), ("vi.txt", ""), ("new.txt", ""), ("new.txt", "")))
    # the second article of the list is right; passages of one article count once
    assert found == {
        "Success@1": 0, "Success@5": 1, "R@1": 0, "R@5": 1, "R@10": 1, "RR@10": 0.5,
        "nDCG@10": pytest.approx(1 / math.log2(3), abs=1e-6),
    }  # fmt: skip


def test_two_articles_by_hand():
    found = by_article(TWO, hits(("c", ""), ("a", ""), ("d", ""), ("b", "")))
    best = 1 + 1 / math.log2(3)
    assert found["R@1"] == 0
    assert found["R@5"] == 1
    assert found["nDCG@10"] == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / best, abs=1e-6)
    half = by_article(TWO, hits(("a", "")))
    assert (half["R@10"], half["Success@1"], half["R@1"]) == (0.5, 1.0, 0.5)


def test_a_quotation_must_stand_whole_in_a_passage_of_its_article():
    first = hits(
        ("a", "gamma"), ("c", "alpha beta"), ("a", "one ALPHA\nbeta, two"), ("a", "alpha beta again")
    )
    assert by_quotation(TWO, first)["RR@10"] == pytest.approx(1 / 3, abs=1e-6)
    assert by_quotation(TWO, first)["R@10"] == 0.5
    assert by_quotation(TWO, hits(("a", "alpha"), ("a", "beta")))["R@10"] == 0.0


def test_nothing_found_is_nothing_and_nothing_to_find_is_left_out():
    assert by_article(ONE, []) == dict.fromkeys(MEASURES, 0.0)
    assert by_article(UNANSWERABLE, hits(("new.txt", ""))) is None
    assert by_quotation(UNANSWERABLE, []) is None


def test_quotations_are_compared_by_tokens():
    assert contains("Kim_ngạch từ 9 tỷ  USD năm\n2019", "từ 9 tỷ USD")
    assert not contains("in 2015", "15")
