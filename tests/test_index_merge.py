"""One order of what both languages have: by relevance, each with at least every third place."""

import pytest

from index.records import Article, Hit, Passage
from index.search.merge import EVERY, merged


def hit(name, relevance):
    article = Article(name, f"{name}.txt", f"/news/{name}.txt", "", None, "en", None, None, "text")
    return Hit(article, Passage(name, name, "en", 0, 4, "text"), 1.0, relevance=relevance)


def order(own, other, k=9, asked="vi"):
    found = {
        "vi": [hit(f"v{n}", one) for n, one in enumerate(own)],
        "en": [hit(f"e{n}", one) for n, one in enumerate(other)],
    }
    return " ".join(one.article.id for one in merged(found, asked, k))


@pytest.mark.parametrize(
    ("own", "other", "expected"),
    [
        # Of the two next ones the own one, unless the other is more than twice as relevant.
        ((0.9, 0.2, 0.8), (0.5, 0.4), "v0 e0 v1 v2 e1"),
        ((0.2, 0.2), (0.5, 0.41, 0.4), "e0 e1 v0 v1 e2"),
        # However irrelevant, every third place is for each language.
        ((0.9,) * 6, (0.0,) * 3, "v0 v1 e0 v2 v3 e1 v4 v5 e2"),
        ((0.0,) * 3, (0.9,) * 6, "e0 e1 v0 e2 e3 v1 e4 e5 v2"),
        # Not known: as if the question's own were better.
        ((None,) * 4, (None,) * 2, "v0 v1 e0 v2 v3 e1"),
        ((0.1, 0.1), (None, 0.9), "v0 v1 e0 e1"),
        # One language only.
        ((), (0.3, 0.1), "e0 e1"),
        ((0.3, 0.1), (), "v0 v1"),
        ((), (), ""),
    ],
)
def test_the_order(own, other, expected):
    assert order(own, other) == expected


def test_no_more_than_asked_for():
    assert order((0.9, 0.8), (0.7, 0.6), k=3) == "v0 v1 e0"
    assert order((0.9, 0.8), (0.7, 0.6), k=0) == ""


def test_the_question_decides_which_is_its_own():
    assert order((0.5,), (0.5,), asked="vi") == "v0 e0"
    assert order((0.5,), (0.5,), asked="en") == "e0 v0"


def test_each_language_has_its_share_at_every_length():
    places = order((0.9,) * 30, (0.1,) * 30, k=30).split()
    for length in range(1, 31):
        assert sum(one[0] == "e" for one in places[:length]) == length // EVERY
