"""What speaks for sentences of which some have no vectors yet."""

from statistics import fmean

import pytest
from index_helpers import ENGLISH, VIETNAMESE

from index import Library
from index.embed import HashEmbedder
from rag.evidence import sources as evidence
from rag.evidence.cues import Board
from rag.question import understand

ASKED = understand("What did the ferry over the Lam River cost?")


@pytest.fixture
def library(tmp_path):
    """A library of a bridge, in both languages, and a ferry that waits for its vectors."""
    news = tmp_path / "news"
    news.mkdir()
    (news / "bridge.txt").write_text(ENGLISH)
    (news / "cau.txt").write_text(VIETNAMESE)
    with Library.open(tmp_path / "library", HashEmbedder()) as library:
        library.add(news)
        (news / "ferry.txt").write_text(ENGLISH.replace("bridge", "ferry").replace("120", "7"))
        library.add(news, compute=False)
        yield library


def board(library):
    return Board(ASKED, evidence.find(ASKED, library), library)


def test_what_waits_for_its_vectors_is_neither_near_nor_far(library):
    known = board(library)
    ferry, bridge = library.get("ferry.txt").id, library.get("bridge.txt").id
    assert ferry not in known.measured
    assert set(known.near[ferry]) == {fmean(known.near[bridge])}  # of its language
    assert known.top["en"] == max(known.near[bridge]) > fmean(known.near[bridge])
    held = [hit for hit in known.hits if hit.article.id == ferry]
    assert held[0].dense is None
    inside = [
        i
        for i, one in enumerate(known.parts[ferry])
        if any(hit.passage.start <= one.start and one.end <= hit.passage.end for hit in held)
    ]
    assert [i for name, i in known.within_reach() if name == ferry] == inside
    measured = [hit.dense for hit in known.hits if hit.dense is not None]
    cues = known.cues(ferry, inside[0])
    assert cues["meaning"] == pytest.approx(10 * (fmean(measured) - max(measured)))
    assert "It cost 7 million" in {one.text[:17] for one in evidence.select(ASKED, library)[1]}


def test_where_nothing_has_vectors_meaning_says_nothing(library, tmp_path):
    with Library.open(tmp_path / "none", HashEmbedder()) as none:
        none.add(tmp_path / "news", compute=False)
        known = board(none)
        for name, i in known.within_reach():
            cues = known.cues(name, i)
            assert [cues[cue] for cue in ("near", "language", "meaning", "around")] == [0, 0, 0, 0]
        assert evidence.select(ASKED, none)[1][0].text == "It cost 7 million USD and is 2.4 km long."
