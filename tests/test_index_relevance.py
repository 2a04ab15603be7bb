"""Relevance of hits: its parts by hand arithmetic, and that no search result depends on it."""

import math
from dataclasses import replace

import pytest
from index_helpers import ENGLISH, VIETNAMESE

from index import Library
from index.embed import HashEmbedder
from index.records import Article, Hit, Passage
from index.search import relevance
from index.search.relevance import NOTHING, SIGNALS, WEIGHTS, Judge

TEXT = "The toll of the Lam bridge is 1.5 USD."
ARTICLE = Article("a", "a.txt", "/a.txt", "Bridge", None, "en", None, None, TEXT)
HIT = Hit(ARTICLE, Passage("p", "a", "en", 0, len(TEXT), TEXT, "Bridge"), score=0.5, dense=0.9)


def judge(question, rows=None, lang="en"):
    """A judge in a library of 99 passages, of which `rows` have a token, and none any other."""
    return Judge(question, lang, lambda tokens: {one: (rows or {}).get(one, 0) for one in tokens}, 99)


def rare(rows):
    return math.log(100 / (rows + 0.5))


def test_signals_of_a_hit_by_hand():
    found = judge("What toll do lorries pay at Lam?", {"toll": 9, "lorries": 49, "pay": 99, "lam": 4})
    said, lacked = rare(9) + rare(4), rare(49) + rare(99)
    assert found.signals(HIT) == {
        "cosine": pytest.approx(0.5),
        "words": pytest.approx(said / (said + lacked)),
        "figures": 0.0,
        "Vietnamese": 0.0,
    }
    assert set(found.signals(HIT)) == set(SIGNALS)


def test_a_figure_that_is_not_said_is_told():
    asked = judge("Is the toll 1.5 or 1,7 dollars?", {"1p5": 9, "1p7": 24})
    assert asked.signals(HIT)["figures"] == pytest.approx(rare(24) / (rare(9) + rare(24)))
    assert judge("Is the toll 1,5 dollars?").signals(HIT)["figures"] == 0.0
    assert judge("Is the toll 1.7 dollars?").signals(HIT)["figures"] == 1.0


def test_what_a_passage_stands_under_counts_as_said():
    def share(**changes):
        return judge("which bridge?").signals(replace(HIT, passage=replace(HIT.passage, **changes)))["words"]

    assert share(text="It is long.", context="Bridge") == 1.0
    assert share(text="It is long.", context="") == 0.0


def test_passages_of_the_other_language_have_weights_of_their_own():
    asked, there = judge("Is the toll at Lam 1.5?"), replace(HIT, passage=replace(HIT.passage, lang="vi"))
    assert (asked.side(HIT.passage), asked.side(there.passage)) == ("same", "across")
    assert (asked.signals(HIT)["Vietnamese"], asked.signals(there)["Vietnamese"]) == (0.0, 1.0)
    for hit, side in ((HIT, "same"), (there, "across")):
        strength = WEIGHTS[side]["bias"]
        strength += sum(WEIGHTS[side][name] * value for name, value in asked.signals(hit).items())
        assert asked.relevance(hit) == pytest.approx(1 / (1 + math.exp(-strength)), abs=1e-4)
    assert asked.relevance(HIT) != asked.relevance(there)


def test_a_hit_that_waits_for_its_vector_is_not_judged():
    asked = judge("What did the bridge cost?")
    assert asked.relevance(replace(HIT, dense=None)) is None
    assert asked.relevance(replace(HIT, dense=0.9)) is not None


def test_nothing_asked_shares_nothing():
    found = judge("?").signals(HIT)
    assert (found["words"], found["figures"]) == (0.0, 0.0)


def test_nearness_and_shared_words_speak_for_a_hit_and_lacking_figures_against():
    for weights in WEIGHTS.values():
        assert set(weights) == {"bias", *SIGNALS}
        assert min(weights["cosine"], weights["words"], -weights["figures"]) > 0


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([], False),
        ([None, None], None),
        ([NOTHING], True),
        ([0.0, NOTHING / 2], False),
        ([0.0, 0.9], True),
        ([None, 0.0], None),
        ([None, 0.9], True),
    ],
)
def test_a_search_is_about_something_if_one_hit_is(found, said):
    assert relevance.any_relevant([replace(HIT, relevance=one) for one in found]) is said


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """The same articles embedded by a model that the weights are of, and by one that they are not of."""
    news = tmp_path_factory.mktemp("news")
    (news / "bridge.txt").write_text(ENGLISH)
    (news / "cau.txt").write_text(VIETNAMESE)
    made = {}
    for name in (relevance.MODEL, "hash"):
        made[name] = tmp_path_factory.mktemp(name)
        with Library.open(made[name], HashEmbedder(name=name)) as library:
            library.add(news)
    return made


@pytest.fixture
def gentle(monkeypatch):
    """Weights that tell the far cosines of HashEmbedder apart; those of e5 make 0.0000 of all of them."""
    for side, bias in (("same", -1.0), ("across", -2.0)):
        weights = {"bias": bias, "cosine": 0.1, "words": 3.0, "figures": -1.0, "Vietnamese": -0.5}
        monkeypatch.setitem(WEIGHTS, side, weights)


def opened(folders, name):
    return Library.open(folders[name], HashEmbedder(name=name))


QUESTION = "What is the toll of the bridge over the Lam River?"


def test_nothing_of_a_search_depends_on_it(folders, gentle):
    with opened(folders, relevance.MODEL) as known, opened(folders, "hash") as other:
        judged, plain = known.search(QUESTION, 6), other.search(QUESTION, 6)
        assert other.judge(QUESTION) is None
    assert len(plain) > 1
    assert all(hit.relevance is None for hit in plain)
    assert all(0 < hit.relevance < 1 for hit in judged)

    def rest(hit):
        return hit.passage.id, hit.score, hit.dense, hit.lexical

    assert [rest(hit) for hit in judged] == [rest(hit) for hit in plain]


@pytest.mark.parametrize(
    ("question", "known"),
    [("Phí qua cầu là bao nhiêu?", True), ("nghep ruoc quech tuop chuot", False), ("what is the toll", True)],
)
def test_vietnamese_that_stays_without_marks_is_not_judged(folders, question, known):
    with opened(folders, relevance.MODEL) as library:
        hits = library.search(question, 3)
    assert hits
    assert all((hit.relevance is not None) is known for hit in hits)


def test_it_is_the_same_however_many_hits_are_asked_for_and_which_filters(folders, gentle):
    with opened(folders, relevance.MODEL) as library:
        many = {hit.passage.id: hit.relevance for hit in library.search(QUESTION, 6)}
        assert len(set(many.values())) > 1
        one = library.search(QUESTION, 1)[0]
        assert one.relevance == many[one.passage.id]
        filtered = [hit for hit in library.search(QUESTION, 6, lang="vi") if hit.passage.id in many]
        assert filtered
        assert all(hit.relevance == many[hit.passage.id] for hit in filtered)


def test_the_passage_that_answers_is_the_most_relevant(folders, gentle):
    with opened(folders, relevance.MODEL) as library:
        hits = library.search("Who says lorries pay twice as much?", 6)
        assert "Lorries pay twice" in max(hits, key=lambda hit: hit.relevance).passage.text
        strange = library.search("Which violinist won the Sibelius competition?", 6)
    assert max(hit.relevance for hit in strange) < max(hit.relevance for hit in hits)
